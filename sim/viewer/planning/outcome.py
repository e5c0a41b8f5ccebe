"""What a study left in its folder, read back: arms, runs, differences; the same whether it was just run or is old."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Any

from sim.core.errors import InputError
from sim.scenario import Scenario
from sim.study.comparing import Comparison, Difference, distinct, judged
from sim.study.plan import Design, Plan, Replication
from sim.viewer.csv_tables import to_csv
from sim.viewer.planning import responses
from sim.viewer.planning.responses import Response

LARGEST_JSON = 200_000_000
"""Bytes; a study's runs are a few megabytes."""


@dataclass(frozen=True)
class Outcome:
    """A study that has been run."""

    folder: Path
    manifest: dict[str, Any]
    comparison: Comparison
    ladder: dict[str, Any] | None

    @property
    def labels(self) -> tuple[str, ...]:
        """The arms; of a ladder its two ends."""
        return self.comparison.labels

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Every two arms that can be compared."""
        return list(combinations(self.labels, 2))

    @property
    def named(self) -> tuple[str, ...]:
        """The measures that were named beforehand, the primary first."""
        scenario = self.comparison.scenario
        return (scenario.primary, *scenario.secondary)

    @property
    def is_partial(self) -> bool:
        """Whether it was cut short."""
        return self.manifest.get("status") != "complete"

    @property
    def horizon_s(self) -> float:
        """How long somebody who was never served counts as having waited."""
        scenario = self.comparison.scenario
        return max(scenario.drain_s - scenario.end_s, 3600.0)

    def difference(self, a: str, b: str, kpi: str) -> Difference | None:
        """How two arms differ in a measure."""
        wanted = (a, b, kpi)
        return next((one for one in self.comparison.differences if (one.a, one.b, one.kpi) == wanted), None)

    def changes(self, a: str, b: str, kpi: str) -> list[float]:
        """The difference of a measure, run by run, where both runs have one."""
        values = zip(self.comparison.values(a, kpi), self.comparison.values(b, kpi), strict=True)
        return [after - before for before, after in values if before is not None and after is not None]

    @cached_property
    def responses(self) -> list[Response]:
        """What every incident waited for; a ladder keeps none."""
        path = self.folder / responses.FILE
        return responses.read(path) if path.is_file() else []

    def logs(self) -> dict[str, Path]:
        """Runs whose whole log was kept: by what they are called, where."""
        kept = {}
        for label in self.labels:
            for seed in self.comparison.seeds:
                path = self.folder / responses.LOGS / responses.log_name(label, seed)
                if path.is_file():
                    kept[f"{label} · {seed}"] = path
        return kept

    def csv(self) -> str:
        """Every difference as a row."""
        heads = ("measure", "role", "a", "b", "mean_a", "mean_b", "difference", "ci95_low", "ci95_high", "runs",
                 "p_holm")  # fmt: skip
        return to_csv(heads, self._rows())

    def _rows(self) -> Iterator[tuple[object, ...]]:
        for one in self.comparison.differences:
            means = [self.comparison.summary(label, one.kpi).mean for label in (one.a, one.b)]
            found = one.estimate
            yield (one.kpi, one.role, one.a, one.b, *means, found.mean, found.low, found.high, found.n,
                   one.p_holm)  # fmt: skip


def load(folder: Path) -> Outcome:
    """The study in a folder; InputError if there is none that can be read."""
    manifest = read_json(folder / "manifest.json")
    rows = read_json(folder / "runs.json").get("runs", []) if (folder / "runs.json").is_file() else []
    if not rows:
        raise InputError(f"{folder.name}: no finished run is in it")
    scenario = read_scenario(folder)
    ends = manifest.get("policies", [])
    labels = distinct([str(one["label"]) for one in ends])
    seeds = tuple(sorted({int(row["seed"]) for row in rows}))
    planned = int(manifest.get("runs", len(seeds)))
    base = int(manifest.get("base_seed", seeds[0]))
    about = manifest.get("map")
    town = str(about.get("name") if isinstance(about, dict) else about or scenario.town)
    replications = [
        Replication(row["arm"], int(row["seed"]), town, "", row["kpis"], row["log_sha256"], int(row["events"]), 0.0)
        for row in rows if row["arm"] in labels
    ]  # fmt: skip
    plan = Plan(
        scenario=scenario, cells=(), labels=labels, seeds=tuple(range(base, base + planned)), design=Design(town=town)
    )
    path = folder / "ladder.json"
    return Outcome(folder, manifest, judged(plan, replications), read_json(path) if path.is_file() else None)


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object; InputError if there is none."""
    try:
        if path.stat().st_size > LARGEST_JSON:
            raise InputError(f"{path.name} is too large")
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as wrong:
        raise InputError(f"{path.parent.name}/{path.name}: {wrong.strerror or wrong}") from None
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise InputError(f"{path.parent.name}/{path.name}: not readable ({wrong})") from None
    if not isinstance(found, dict):
        raise InputError(f"{path.parent.name}/{path.name}: not what this program writes")
    return found


def read_scenario(folder: Path) -> Scenario:
    """The scenario that lies in a folder of results."""
    path = folder / "scenario.toml"
    try:
        stored = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise InputError(f"{folder.name}/scenario.toml: {wrong}") from None
    return Scenario.parse(stored, f"{folder.name}/scenario.toml")
