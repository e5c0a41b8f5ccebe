"""The folder that a run or a comparison leaves behind; its manifest says from the start that it is unfinished."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sim.core.errors import InputError
from sim.study.journal import NAME as JOURNAL
from sim.study.journal import Journal
from sim.versions import versions

if TYPE_CHECKING:
    from sim.policies.bundles import Arm
    from sim.scenario import Scenario
    from sim.study.comparing import Comparison
    from sim.study.robust import Robustness
    from sim.study.run import Run

Status = Literal["unfinished", "partial", "complete"]


class Folder:
    """Files of one run or comparison, and the manifest that tells how they came to be."""

    def __init__(self, path: Path, manifest: dict[str, Any], *, force: bool = False, resume: bool = False) -> None:
        self.path = path
        self.manifest = manifest
        with self._named():
            if path.exists() and not path.is_dir():
                raise InputError(f"{path} is a file; give a folder")
            if resume and not (path / JOURNAL).is_file():
                raise InputError(f"{path} has no {JOURNAL} to go on from; leave --resume out to begin")
            if path.is_dir() and any(path.iterdir()) and not force and not resume:
                raise InputError(
                    f"the folder {path} is not empty; give another one, or --force to write into it"
                    + (", or --resume to go on from the runs that it has" if (path / JOURNAL).is_file() else "")
                )
            path.mkdir(parents=True, exist_ok=True)
            if not resume:
                (path / JOURNAL).unlink(missing_ok=True)
            self.mark("unfinished")

    def journal(self) -> Journal:
        """Every run of a study as it is finished; those that are there already count."""
        with self._named():
            return Journal.at(self.path / JOURNAL)

    def mark(self, status: Status, **more: Any) -> None:
        """Write the manifest anew, in one move."""
        self.manifest |= {"status": status, **more}
        with self._named():
            part = self.path / "manifest.json.part"
            part.write_text(_json(self.manifest), encoding="utf-8")
            part.replace(self.path / "manifest.json")

    def write(self, name: str, content: str | dict[str, Any]) -> None:
        """Write one file: text as it is, anything else as JSON."""
        with self._named():
            text = content if isinstance(content, str) else _json(content)
            (self.path / name).write_text(text, encoding="utf-8")

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Around the work: a full disk ends it with one message, and what was written before stays."""
        with self._named():
            yield

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except OSError as wrong:
            raise InputError(
                f"{wrong.filename or self.path}: {wrong.strerror or wrong}. What was written until then is kept, "
                f"and {self.path / 'manifest.json'}, if there is one, calls it unfinished"
            ) from wrong


def origin(scenario: Scenario, arms: list[tuple[str, Arm]], command: list[str]) -> dict[str, Any]:
    """The part of a manifest that is known before the start: what was asked for, of which scenario and policies."""
    from sim.policies.bundles import PLUGGED_IN

    return {
        "command": command,
        "versions": versions(),
        **({"plugins": PLUGGED_IN} if PLUGGED_IN else {}),
        "scenario": {"name": scenario.name, "sha256": scenario.digest},
        "policies": [
            {"label": label, "sha256": arm.policies.digest, "settings": arm.policies.model_dump(mode="json")}
            for label, arm in arms
        ],
    }


def write_run(folder: Folder, made: Run, *, with_report: bool = True) -> None:
    """The scenario, the KPIs and the report of a run; the manifest calls it complete, or partial, last of all."""
    folder.write("scenario.toml", made.scenario.to_toml())
    folder.write("kpis.json", made.kpis)
    town = made.town
    more: dict[str, Any] = {
        "map": {"name": town.name, "sha256": town.digest, "attribution": town.attribution},
        "log_sha256": made.log_sha256,
        "events": made.events,
        "seconds": round(made.seconds, 3),
    }
    if with_report:
        _write_report(folder, made, more)
    folder.mark("partial" if made.is_partial else "complete", **more)


def _write_report(folder: Folder, made: Run, more: dict[str, Any]) -> None:
    from sim.city.backdrop import backdrop
    from sim.results.report import write_report

    note = "Schematic: drawn from public facts and estimates, not surveyed." if made.town.is_schematic else ""
    about = {**folder.manifest, **more, "map_note": note, "attribution": made.town.attribution}
    about["status"] = "partial" if made.is_partial else "complete"
    title = f"{made.scenario.title or made.scenario.name}: {made.policies.label}, seed {made.seed}"
    with folder.kept():
        write_report(made.log, folder.path / "report.html", title, partial(backdrop, made.town), about)


def write_comparison(folder: Folder, found: Comparison) -> None:
    """What `--json` prints, a report, and the KPIs of every single run."""
    from sim.study.report import Told, render
    from sim.study.sentences import sentences

    folder.write("scenario.toml", found.scenario.to_toml())
    folder.write("comparison.json", found.to_json())
    title = f"{found.scenario.title or found.scenario.name}: {', '.join(found.labels)}"
    told = Told("comparison", title, sentences(found), found.robustness, found.is_partial)
    folder.write("report.html", render(found, told))
    write_doubts(folder, found.robustness)
    rows = [
        {"arm": r.label, "seed": r.seed, "log_sha256": r.log_sha256, "events": r.events, "kpis": r.kpis}
        for r in found.replications
    ]
    folder.write("runs.json", {"runs": rows})
    folder.mark("partial" if found.is_partial else "complete", seeds=list(found.seeds), map={"name": found.town})


def write_doubts(folder: Folder, found: Robustness | None) -> None:
    """What became of each conclusion with each assumed number at the ends of its range, as rows."""
    if found is not None:
        from sim.study.robust_words import to_csv

        folder.write("robust.csv", to_csv(found))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
