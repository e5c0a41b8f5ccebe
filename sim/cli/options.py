"""Options that commands share, in groups: a command takes a group as one value, the command line its fields."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

ARM = "BUNDLE[+family=name[.param=value]]…, a TOML file, or label:ARM"

ScenarioName = Annotated[str, typer.Argument(metavar="SCENARIO", help="A scenario's name, or a TOML file.")]
Town = Annotated[str | None, typer.Option("--map", metavar="NAME", help="Another map than the scenario's own.")]
Scale = Annotated[float, typer.Option(min=1, metavar="K", help="One row stands for K residents.")]
Until = Annotated[str | None, typer.Option(metavar="T", help="Stop then: a time of day, or such as '2h'.")]
Runs = Annotated[int, typer.Option(min=1, metavar="N", help="Runs an arm.")]
BaseSeed = Annotated[int, typer.Option(min=0, metavar="S", help="Seed of the first run; the next has S + 1.")]
Jobs = Annotated[int | None, typer.Option(min=1, metavar="K", help="Processes; one a core if left out.")]
Output = Annotated[Path | None, typer.Option("-o", "--output", metavar="DIR", help="Write a folder of results.")]
Force = Annotated[bool, typer.Option("--force", help="Write into a folder that is not empty.")]
Resume = Annotated[bool, typer.Option("--resume", help="With -o: go on from the runs that the folder has already.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
All = Annotated[bool, typer.Option("--all", help="Show every KPI.")]
Robust = Annotated[
    bool, typer.Option("--robust", help="Which conclusions hinge on assumed numbers? Each is varied over its range.")
]
Among = Annotated[
    str, typer.Option(metavar="A,B,…", help="With --robust: only numbers that begin so, such as work.desk.")
]
FirstLook = Annotated[
    int, typer.Option("--first-look", min=1, metavar="N", help="With --robust: runs an arm, for each number, at first.")
]


@dataclass(frozen=True, slots=True)
class Conditions:
    """Where, and until when."""

    town: Town = None
    scale: Scale = 10
    until: Until = None


@dataclass(frozen=True, slots=True)
class Sample(Conditions):
    """How many runs, under which seeds, by how many processes; where, and until when."""

    runs: Runs = 10
    base_seed: BaseSeed = 1
    jobs: Jobs = None

    def asked(self) -> dict[str, Any]:
        """As a study takes it."""
        from sim.study.workers import cores

        return {field.name: getattr(self, field.name) for field in fields(self)} | {"jobs": self.jobs or cores()}


@dataclass(frozen=True, slots=True)
class Kept:
    """Where results are written."""

    output: Output = None
    force: Force = False


@dataclass(frozen=True, slots=True)
class Study(Kept):
    """Where a study is written, and whether it goes on from what is there."""

    resume: Resume = False


@dataclass(frozen=True, slots=True)
class Shown:
    """What is printed."""

    everything: All = False
    as_json: AsJson = False


@dataclass(frozen=True, slots=True)
class Doubts:
    """Whether assumed numbers are varied, which, and how closely one looks at first."""

    robust: Robust = False
    among: Among = ""
    first_look: FirstLook = 2


def flat(command: Callable[..., None]) -> Callable[..., None]:
    """The command as the command line sees it: in the place of each group its fields, as options."""
    groups: dict[str, type] = {}
    single: list[inspect.Parameter] = []
    options: list[inspect.Parameter] = []
    for name, one in inspect.signature(command, eval_str=True).parameters.items():
        if is_dataclass(one.annotation):
            assert isinstance(one.annotation, type), "an annotation is a class, not a value"
            groups[name] = one.annotation
            options += _fields(one.annotation)
        else:
            single.append(one.replace(kind=inspect.Parameter.KEYWORD_ONLY))

    @wraps(command)
    def spread(**given: Any) -> None:
        own = {name: group(**{f.name: given.pop(f.name) for f in fields(group)}) for name, group in groups.items()}
        command(**given, **own)

    spread.__signature__ = inspect.Signature([*single, *options])  # type: ignore[attr-defined]
    return spread


def _fields(group: type) -> list[inspect.Parameter]:
    hints = get_type_hints(group, include_extras=True)
    defaults = {f.name: inspect.Parameter.empty if f.default is MISSING else f.default for f in fields(group)}
    return [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=hints[name])
        for name, default in defaults.items()
    ]
