"""The commands that run the model: run, compare, demo."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.core.errors import InputError

if TYPE_CHECKING:
    from sim.policies.bundles import Arm
    from sim.scenario import Scenario
    from sim.study.comparing import Comparison
    from sim.study.folder import Folder

INTERRUPTED = 130  # the exit code of a program that Ctrl-C ended


class LogKept(StrEnum):
    """How much of a run is written to its folder."""

    FULL = "full"
    KPI = "kpi"


ScenarioName = Annotated[str, typer.Argument(metavar="SCENARIO", help="A scenario's name, or a TOML file.")]
Town = Annotated[str | None, typer.Option("--map", metavar="NAME", help="Another map than the scenario's own.")]
Scale = Annotated[float, typer.Option(min=1, metavar="K", help="One row stands for K residents.")]
Until = Annotated[str | None, typer.Option(metavar="T", help="Stop then: a time of day, or such as '2h'.")]
Output = Annotated[Path | None, typer.Option("-o", "--output", metavar="DIR", help="Write a folder of results.")]
Force = Annotated[bool, typer.Option("--force", help="Write into a folder that is not empty.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
All = Annotated[bool, typer.Option("--all", help="Show every KPI.")]
Jobs = Annotated[int | None, typer.Option(min=1, metavar="K", help="Processes; one a core if left out.")]
ARM = "BUNDLE[+family=name[.param=value]]…, a TOML file, or label:ARM"


def run(
    scenario: ScenarioName,
    town: Town = None,
    policies: Annotated[str | None, typer.Option(metavar="ARM", help=f"{ARM}; the scenario's own if left out.")] = None,
    policy: Annotated[list[str] | None, typer.Option(metavar="FAMILY=NAME", help="Change one family.")] = None,
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Seed of all randomness.")] = 1,
    scale: Scale = 10,
    until: Until = None,
    output: Output = None,
    force: Force = False,
    log: Annotated[LogKept, typer.Option(help="With -o: every event and a report, or the KPIs only.")] = LogKept.FULL,
    everything: All = False,
    as_json: AsJson = False,
) -> None:
    """Run a scenario once and print its KPIs."""
    from sim.cli.showing import progress
    from sim.study.folder import write_run

    checked = load(scenario)
    arm = _arm(checked, policies, policy or [])
    folder = folder_at(output, checked, [(arm.label, arm)], force=force, seed=seed, scale=scale, until=until)
    conditions: dict[str, Any] = {"town": town, "policies": arm, "seed": seed, "scale": scale, "until": until}
    if folder is not None and log is LogKept.FULL:
        conditions["log_path"] = folder.path / "events.parquet"
    with progress(f"{checked.name}, {arm.label}") as bar:
        made = _made(checked, folder, progress=bar, **conditions)
    if folder is not None:
        write_run(folder, made, with_report=log is LogKept.FULL)
    _show_run(made, everything=everything, as_json=as_json)
    if made.is_partial:
        _say_interrupted(folder)


def compare(
    scenario: ScenarioName,
    policies: Annotated[str, typer.Option(metavar="ARM,ARM[,…]", help=f"Arms: {ARM}")],
    runs: Annotated[int, typer.Option(min=1, metavar="N", help="Runs an arm.")] = 10,
    base_seed: Annotated[int, typer.Option(min=0, metavar="S", help="Seed of the first run; the next has S + 1.")] = 1,
    jobs: Jobs = None,
    town: Town = None,
    scale: Scale = 10,
    until: Until = None,
    output: Output = None,
    force: Force = False,
    everything: All = False,
    as_json: AsJson = False,
) -> None:
    """Compare policies on a scenario, under the same seeds."""
    from sim.cli.showing import progress
    from sim.policies.bundles import parse_arm
    from sim.study.comparing import compare as compare_arms
    from sim.study.folder import write_comparison
    from sim.study.workers import cores

    checked = load(scenario)
    arms = [parse_arm(text, "--policies") for text in split_arms(policies)]
    labelled = [(arm.label, arm) for arm in arms]
    folder = folder_at(output, checked, labelled, force=force, base_seed=base_seed, runs=runs, scale=scale, until=until)
    with progress(f"{checked.name}: {', '.join(arm.label for arm in arms)}") as bar:
        found = compare_arms(
            checked, arms, runs=runs, base_seed=base_seed, jobs=jobs or cores(), town=town, scale=scale, until=until,
            progress=bar,
        )  # fmt: skip
    if folder is not None:
        write_comparison(folder, found)
    _show_comparison(found, everything=everything, as_json=as_json)
    if found.is_partial:
        _say_interrupted(folder)


def demo(
    runs: Annotated[int, typer.Option(min=1, metavar="N", help="Runs an arm.")] = 6,
    jobs: Jobs = None,
    as_json: AsJson = False,
) -> None:
    """Compare separate emergency numbers with one centre."""
    compare("demo", policies="fragmented,linked", runs=runs, jobs=jobs, as_json=as_json)


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


def folder_at(
    output: Path | None, scenario: Scenario, arms: list[tuple[str, Arm]], *, force: bool, **asked: Any
) -> Folder | None:
    """The folder that was asked for, with its manifest; none if none was."""
    if output is None:
        return None
    from sim.study.folder import Folder as New
    from sim.study.folder import origin

    return New(output, {**origin(scenario, arms, ["liandong", *sys.argv[1:]]), **asked}, force=force)


def _made(scenario: Scenario, folder: Folder | None, **conditions: Any) -> Any:
    from contextlib import nullcontext

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


def _show_comparison(found: Comparison, *, everything: bool, as_json: bool) -> None:
    from sim.cli.measures import print_comparison
    from sim.cli.showing import print_json

    if as_json:
        print_json(found.to_json())
    else:
        print_comparison(found, everything=everything)


def _say_interrupted(folder: Folder | None) -> None:
    from sim.cli.showing import complain

    kept = f" They are kept in {folder.path}, marked as partial." if folder is not None else ""
    complain(f"Interrupted: the results are partial.{kept}")
    raise typer.Exit(INTERRUPTED)
