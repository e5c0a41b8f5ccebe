"""Results in a folder as the command line leaves them, for pages that show them."""

from __future__ import annotations

from pathlib import Path

from sim.policies.bundles import parse_arm
from sim.scenario import Scenario
from sim.study.folder import Folder, origin, write_run
from sim.study.run import run


def keep_run(path: Path, scenario: Scenario, arm: str, *, with_report: bool = False) -> Path:
    """A run of a scenario under an arm, with its log."""
    asked = {"seed": 1, "scale": 10}
    kept = Folder(path, {**origin(scenario, [(arm, parse_arm(arm))], ["test"]), **asked})
    write_run(kept, run(scenario, policies=arm, log_path=path / "events.parquet"), with_report=with_report)
    return path
