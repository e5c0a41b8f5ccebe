"""Every finished run of a study, so that none is run twice; in a file, a study that was cut off goes on from it."""

from __future__ import annotations

import json
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import IO

from sim.core.assets import assets_folder
from sim.core.errors import InputError
from sim.policies.bundles import PLUGGED_IN
from sim.study.plan import Plan, Replication
from sim.versions import versions

NAME = "runs.jsonl"

ABOVE = ("cli", "study", "viewer")
"""Parts of the program on which no run depends."""


class Journal:
    """By what a run is made of, and its seed."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, int], Replication] = {}
        self._file: IO[str] | None = None

    @classmethod
    def at(cls, path: Path) -> Journal:
        """A journal in a file; what is there already counts, if the same program wrote it."""
        journal = cls()
        lines = path.read_text(encoding="utf-8").split("\n")[:-1] if path.exists() else []
        whole = [json.loads(line) for line in lines]  # but for the half line that a killed program leaves
        program = {"program": {**versions(), **PLUGGED_IN, "sources_sha256": _sources_sha256()}}
        if whole and whole[0] != program:
            raise InputError(f"{path} was written by another version of the program; begin anew, with --force")
        for row in whole[1:]:
            key, _ = row.pop("key"), row.pop("varied")
            journal._found[key, row["seed"]] = Replication(**row)
        path.write_text("\n".join(lines or [json.dumps(program)]) + "\n", encoding="utf-8")
        journal._file = path.open("a", encoding="utf-8")
        return journal

    def find(self, plan: Plan, place: int, seed: int) -> Replication | None:
        """The run, if it was made."""
        return self._found.get((plan.keys[place], seed))

    def known(self, plan: Plan) -> list[Replication]:
        """What of a plan was made, in the order of its tasks."""
        found = (self.find(plan, place, seed) for place, seed in plan.tasks)
        return [replication for replication in found if replication is not None]

    def add(self, plan: Plan, place: int, made: Replication) -> None:
        """Remember a run; a program that is killed in the next moment has not made it in vain."""
        self._found[plan.keys[place], made.seed] = made
        if self._file is not None:
            row = {"key": plan.keys[place], "varied": dict(plan.cells[place].varied), **asdict(made)}
            self._file.write(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n")
            self._file.flush()

    def __len__(self) -> int:
        return len(self._found)


def _sources_sha256() -> str:
    """Over the program's code, tables and maps: what a run and its measures depend on beside what is asked for."""
    total = sha256()
    for folder in (Path(__file__).resolve().parents[1], assets_folder("maps")):
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder)
            if path.suffix in (".py", ".toml", ".csv") and name.parts[0] not in ABOVE:
                total.update(name.as_posix().encode() + path.read_bytes())
    return total.hexdigest()
