"""The commands that run the model: run, compare, demo."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.options import ARM, AsJson, Conditions, Doubts, Jobs, Kept, Runs, Sample, ScenarioName, Shown, Study, flat
from sim.core.errors import InputError

if TYPE_CHECKING:
    from sim.policies.bundles import Arm
    from sim.scenario import Scenario
    from sim.study.comparing import Comparison
    from sim.study.folder import Folder
    from sim.study.robust import Look
    from sim.study.workers import Watch

INTERRUPTED = 130  # the exit code of a program that Ctrl-C ended


class LogKept(StrEnum):
    """How much of a run is written to its folder."""

    FULL = "full"
    KPI = "kpi"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The policies of one run, its seed, and how much of its log is kept."""

    policies: Annotated[str | None, typer.Option(metavar="ARM", help=f"{ARM}; the scenario's own if left out.")] = None
    policy: Annotated[list[str] | None, typer.Option(metavar="FAMILY=NAME", help="Change one family.")] = None
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Seed of all randomness.")] = 1
    log: Annotated[LogKept, typer.Option(help="With -o: every event and a report, or the KPIs only.")] = LogKept.FULL


@flat
def run(scenario: ScenarioName, chosen: Chosen, conditions: Conditions, kept: Kept, shown: Shown) -> None:
    """Run a scenario once and print its KPIs."""
    from sim.cli.showing import progress
    from sim.study.folder import write_run

    checked = load(scenario)
    arm = _arm(checked, chosen.policies, chosen.policy or [])
    asked: dict[str, Any] = {"seed": chosen.seed, "scale": conditions.scale, "until": conditions.until}
    folder = folder_at(kept, checked, [(arm.label, arm)], **asked)
    log_path = folder.path / "events.parquet" if folder is not None and chosen.log is LogKept.FULL else None
    with progress(f"{checked.name}, {arm.label}") as bar:
        made = _made(
            checked, folder, progress=bar, town=conditions.town, policies=arm,
            **asked, **({} if log_path is None else {"log_path": log_path}),
        )  # fmt: skip
    if folder is not None:
        write_run(folder, made, with_report=chosen.log is LogKept.FULL)
    _show_run(made, everything=shown.everything, as_json=shown.as_json)
    if made.is_partial:
        say_interrupted(folder)


@flat
def compare(
    scenario: ScenarioName,
    policies: Annotated[str, typer.Option(metavar="ARM,ARM[,…]", help=f"Arms: {ARM}")],
    sample: Sample,
    kept: Study,
    shown: Shown,
    doubts: Doubts,
) -> None:
    """Compare policies on a scenario, under the same seeds."""
    from sim.policies.bundles import parse_arm

    checked = load(scenario)
    arms = [parse_arm(text, "--policies") for text in split_arms(policies)]
    _compare(checked, arms, sample, kept, shown, doubts)


def demo(runs: Runs = 6, jobs: Jobs = None, as_json: AsJson = False) -> None:
    """Compare separate emergency numbers with one centre."""
    from sim.policies.bundles import parse_arm

    arms = [parse_arm(name) for name in ("fragmented", "linked")]
    _compare(load("demo"), arms, Sample(runs=runs, jobs=jobs), Study(), Shown(as_json=as_json), Doubts())


def load(name: str) -> Scenario:
    """The scenario of that name or file, with measures that exist."""
    from sim.scenario import Scenario as Checked
    from sim.study.measures import check_measures

    scenario = Checked.load(name)
    check_measures(scenario.name, (scenario.primary, *scenario.secondary))
    return scenario


def _arm(scenario: Scenario, policies: str | None, changes: list[str]) -> Arm:
    from sim.policies.bundles import Arm as Chosen
    from sim.policies.bundles import change_policy, parse_arm

    if policies is not None and len(split_arms(policies)) > 1:
        raise InputError(
            f"--policies is {policies!r}; a run has one arm. Several are compared: "
            f"liandong compare {scenario.name} --policies {policies}"
        )
    label, chosen = parse_arm(policies, "--policies") if policies is not None else scenario.arm
    for change in changes:
        chosen = change_policy(chosen, change, "--policy")
    return Chosen("+".join([label, *changes]), chosen)


def split_arms(text: str) -> list[str]:
    """Arms between commas; a comma within an arm stands before another parameter, as in `.a=1,b=2`."""
    arms: list[str] = []
    for piece in text.split(","):
        goes_on = bool(arms) and "=" in piece.split("+")[0] and ":" not in piece.split("=")[0]
        if goes_on:
            arms[-1] += f",{piece}"
        else:
            arms.append(piece.strip())
    if "" in arms:
        raise InputError(f"--policies is {text!r}; an arm between its commas is empty")
    return arms


def folder_at(kept: Kept, scenario: Scenario, arms: list[tuple[str, Arm]], **asked: Any) -> Folder | None:
    """The folder that was asked for, with its manifest; none if none was."""
    resume = isinstance(kept, Study) and kept.resume
    if kept.output is None:
        if resume:
            raise InputError("--resume goes on from a folder; name it with -o")
        return None
    from sim.study.folder import Folder as New
    from sim.study.folder import origin

    manifest = {**origin(scenario, arms, ["liandong", *sys.argv[1:]]), **asked}
    return New(kept.output, manifest, force=kept.force, resume=resume)


@contextmanager
def followed(text: str, folder: Folder | None) -> Iterator[Watch]:
    """A study under way: a bar and lines of text on standard error, and a journal, in the folder if there is one."""
    from sim.cli.showing import complain, progress
    from sim.study.journal import Journal
    from sim.study.workers import Watch as New

    journal = folder.journal() if folder is not None else Journal()
    with progress(text) as bar, nullcontext() if folder is None else folder.kept():
        yield New(bar, complain, journal)


def look(doubts: Doubts) -> Look | None:
    """How closely assumed numbers are to be looked at; none if not at all."""
    if not doubts.robust:
        if doubts.among:
            raise InputError("--among says which assumed numbers --robust looks at; give both")
        return None
    from sim.study.assumed import check_among
    from sim.study.robust import Look as New

    among = tuple(start.strip() for start in doubts.among.split(",") if start.strip())
    check_among(among, "--among")
    return New(doubts.first_look, among)


def _compare(scenario: Scenario, arms: list[Arm], sample: Sample, kept: Study, shown: Shown, doubts: Doubts) -> None:
    from sim.study.comparing import arms_under_seeds, judged
    from sim.study.folder import write_comparison
    from sim.study.plan import Design
    from sim.study.workers import carry_out

    plan = arms_under_seeds(scenario, arms, Design(**sample.asked()))
    wanted = look(doubts)
    asked = {"base_seed": sample.base_seed, "runs": sample.runs, "scale": sample.scale, "until": sample.until}
    folder = folder_at(kept, scenario, [(arm.label, arm) for arm in arms], **asked)
    with followed(f"{scenario.name}: {', '.join(arm.label for arm in arms)}", folder) as watch:
        if wanted is None:
            found = judged(plan, carry_out(plan, watch))
        else:
            from sim.study.robust import doubted

            found = doubted(plan, watch, wanted)
    if folder is not None:
        write_comparison(folder, found)
    _show_comparison(found, shown)
    if found.is_partial:
        say_interrupted(folder)


def _made(scenario: Scenario, folder: Folder | None, **conditions: Any) -> Any:
    from sim.cli.showing import complain
    from sim.study.run import run as run_once

    try:
        with nullcontext() if folder is None else folder.kept():
            return run_once(scenario, **conditions)
    except KeyboardInterrupt:
        complain("Interrupted while the city was being built: there are no results.")
        raise typer.Exit(INTERRUPTED) from None


def _show_run(made: Any, *, everything: bool, as_json: bool) -> None:
    from sim.cli.measures import print_kpis
    from sim.cli.showing import print_json, say

    if as_json:
        shown = {
            "scenario": made.scenario.name,
            "map": made.town.name,
            "seed": made.seed,
            "policies": made.policies.label,
            "kpis": made.kpis,
            "events": made.events,
            "log_sha256": made.log_sha256,
        }
        print_json(shown)
        return
    kind = " (schematic)" if made.town.is_schematic else ""
    where = f"{made.scenario.name} on {made.town.name}{kind}"
    say(f"{made.scenario.title} · {where}, {made.policies.label}, seed {made.seed}")
    if made.town.attribution:
        say(made.town.attribution)
    print_kpis(made.kpis, "partial: it was interrupted" if made.is_partial else "", everything=everything)
    say(f"{made.events:,} events in {made.seconds:.1f} s; log {made.log_sha256[:16]}")


def _show_comparison(found: Comparison, shown: Shown) -> None:
    from sim.cli.measures import print_comparison, print_doubts
    from sim.cli.showing import print_json

    if shown.as_json:
        print_json(found.to_json())
        return
    print_comparison(found, everything=shown.everything)
    print_doubts(found.robustness)


def say_interrupted(folder: Folder | None) -> None:
    """What is kept of a run or a study that Ctrl-C ended."""
    from sim.cli.showing import complain

    kept = f" They are kept in {folder.path}, marked as partial." if folder is not None else ""
    complain(f"Interrupted: the results are partial.{kept}")
    raise typer.Exit(INTERRUPTED)
