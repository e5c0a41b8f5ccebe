"""What happens in two short runs, written down; `python -m tests.golden_rows` writes it anew, the commit says why."""

from __future__ import annotations

import json
from pathlib import Path

from sim.core.log import Log
from tests.spine import busy_hour, log_of, scenario_of

RUNS = {
    "toy": (
        scenario_of(
            incidents=[
                {"name": "fire", "kind": "dwelling_fire", "at": "+30s", "place": {"node": "D4"}},
                {"name": "crash", "kind": "road_crash", "at": "+1min", "place": {"node": "E2"}},
                {"name": "heart", "kind": "cardiac_arrest", "at": "+90s", "place": {"node": "C6"}},
                {"name": "quarrel", "kind": "disorder", "at": "+10min", "place": {"node": "B3"}},
            ],
            closures=[{"at": "+5min", "until": "+30min", "place": {"node": "C3"}, "radius_m": 600}],
        ),
        "fragmented",
    ),
    "shenzhen": (busy_hour(duration="20min", drain="0s"), "linked"),
}

KINDS = {
    "IncidentStarted": "incident",
    "IncidentEnded": "incident",
    "CallPlaced": "number",
    "CaseOpened": "case",
    "UnitOrdered": "unit",
    "UnitOnScene": "unit",
    "UnitAtPatient": "unit",
    "UnitAtHospital": "unit",
    "PatientDelivered": "unit",
    "UnitAvailable": "unit",
}
"""Events that are written down, and the field that says what each happened to."""


def path(name: str) -> Path:
    """Where the rows of a run are kept."""
    return Path(__file__).parent / "golden" / f"{name}.json"


def rows(name: str) -> list[tuple[int, str, str]]:
    """Time, kind and thing of the events of a run."""
    scenario, arm = RUNS[name]
    return rows_of(log_of(scenario, arm))


def rows_of(log: Log) -> list[tuple[int, str, str]]:
    """The same of any log."""
    found = ((entry.t, type(entry.event).__name__, entry.event) for entry in log)
    return [(t, kind, str(getattr(event, KINDS[kind]))) for t, kind, event in found if kind in KINDS]


def write() -> None:
    """Write the rows of all runs anew, a row a line so that a change can be read."""
    for name in RUNS:
        lines = ",\n".join(json.dumps(row) for row in rows(name))
        path(name).parent.mkdir(exist_ok=True)
        path(name).write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    write()
