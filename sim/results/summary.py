"""Many intervals as a few numbers: a mean that is restricted to a horizon, and percentiles."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from sim.results.timeline import Timeline

Value = float | None

LEAST_HORIZON_S = 3600.0


def horizon_s(line: Timeline) -> float:
    """How long an interval counts at most: the drain after the cohort's window, at least an hour.

    Every incident of the cohort is watched for that long after its onset, so that early and late ones count alike.
    """
    drain = line.run.drain_s - line.run.end_s if line.run else 0.0
    return max(drain, LEAST_HORIZON_S)


def restricted(seconds: Sequence[Value], horizon: float) -> dict[str, Value]:
    """Mean restricted to the horizon, percentiles with the never served last, and the counts, by suffix."""
    served = np.sort(np.array([s for s in seconds if s is not None], dtype=float))
    n, unserved = len(seconds), len(seconds) - len(served)
    mean = (np.minimum(served, horizon).sum() + unserved * horizon) / n if n else None
    summary: dict[str, Value] = {"": None if mean is None else float(mean), "_n": float(n)}
    summary["_unserved"] = float(unserved)
    for suffix, share in (("_p50", 0.5), ("_p90", 0.9)):
        rank = math.ceil(share * n) - 1
        summary[suffix] = float(served[rank]) if 0 <= rank < len(served) else None
    return summary
