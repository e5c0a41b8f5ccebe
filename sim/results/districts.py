"""The response by district, and the district that is served worst."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sim.results.records import IncidentRecord
from sim.results.summary import Value, horizon_s, restricted
from sim.results.timeline import Timeline

LEAST_CASES = 10
"""A district with fewer needed services is not judged: its mean would be chance."""


@dataclass(frozen=True, slots=True)
class DistrictRow:
    """Total response in one district, s: over its incidents and the services that each truly needed."""

    district: str
    mean: float  # restricted, as everywhere
    median: Value
    p90: Value
    counted: int
    unserved: int

    @property
    def is_judged(self) -> bool:
        """Whether enough was counted to call it the worst."""
        return self.counted >= LEAST_CASES


def by_district(line: Timeline, records: Iterable[IncidentRecord]) -> list[DistrictRow]:
    """A row for each district, the slowest first."""
    found: dict[str, list[Value]] = defaultdict(list)
    for record in records:
        for service in record.needed_services:
            came = record.times(service).on_scene
            found[record.district].append(None if came is None else float(max(0, came - record.t0_of(service))))
    rows = []
    for district, seconds in found.items():
        summary = restricted(seconds, horizon_s(line))
        unserved = sum(one is None for one in seconds)
        assert summary[""] is not None, "a district in the table has something to count"
        rows.append(DistrictRow(district, summary[""], summary["_p50"], summary["_p90"], len(seconds), unserved))
    return sorted(rows, key=lambda row: (-row.mean, row.district))


def worst(rows: Iterable[DistrictRow]) -> DistrictRow | None:
    """The slowest of the districts in which enough happened to judge."""
    return next((row for row in rows if row.is_judged), None)
