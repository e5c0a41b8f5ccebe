"""`liandong explain`: where every second of an incident went, in words; or which incidents of a run to look at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.core.errors import InputError

if TYPE_CHECKING:
    from sim.results.explain import Explainer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, with everything that was said and done.")]
LOG = "events.parquet"
SLOWEST = 10


def explain(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A folder that `liandong run … -o` wrote.")],
    incident: Annotated[str | None, typer.Argument(help="Its name; left out, the run's incidents are listed.")] = None,
    service: Annotated[str | None, typer.Option(metavar="SERVICE", help="Only to this service's effect.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Tell all that was said, done and believed beside it.")] = False,
    as_json: AsJson = False,
) -> None:
    """Tell in words where every second of an incident went."""
    from sim.cli.showing import print_json
    from sim.cli.telling import tell, tell_list
    from sim.results.explain_json import as_json as plain
    from sim.results.overview import overview

    if incident is None and service is not None:
        raise InputError("--service goes with an incident: liandong explain RUN INCIDENT --service …")
    explainer = open_run(run)
    if incident is None:
        rows = overview(explainer, SLOWEST)
        if as_json:
            print_json([row.as_json() for row in rows])
        else:
            tell_list(explainer, rows, str(run))
        return
    record = explainer.find(incident)
    accounts = explainer.accounts(record, service)
    if as_json:
        print_json(plain(explainer, accounts))
    else:
        tell(explainer, accounts, in_full=full)


def open_run(path: Path) -> Explainer:
    """The log of a run's folder, read."""
    from sim.core.log import read_log
    from sim.results.explain import Explainer as Opened

    file = path if path.suffix == ".parquet" else path / LOG
    if not path.exists():
        raise InputError(f"there is no {path}; give a folder that `liandong run SCENARIO -o FOLDER` wrote")
    if not file.is_file():
        raise InputError(f"{path} has no {LOG}. {_why_not(path)}")
    try:
        return Opened(read_log(file))
    except (ValueError, KeyError, TypeError, OSError) as wrong:
        raise InputError(f"{file}: this is no whole log of a run ({_first_line(wrong)})") from wrong


def _why_not(path: Path) -> str:
    """What the folder is instead."""
    from sim.core.log import PART

    names = {entry.name for entry in path.iterdir()} if path.is_dir() else set()
    if "comparison.json" in names:
        return "It is a comparison, which keeps the measures of its runs only: run one of its arms with -o"
    try:
        manifest: dict[str, Any] = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "Give a folder that `liandong run SCENARIO -o FOLDER` wrote"
    seed = manifest.get("seed", "the same")
    if LOG + PART in names:
        return f"The run was cut off (a full disk?) before its log was complete: run it again with seed {seed}"
    return f"The run was written without its log (--log kpi): run it again with --log full and seed {seed}"


def _first_line(wrong: Exception) -> str:
    return next(iter(str(wrong).splitlines()), type(wrong).__name__)
