"""The command `ladder`: what each reform between two bundles does, and what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.running import (
    ARM,
    INTERRUPTED,
    AsJson,
    Force,
    Jobs,
    Output,
    Scale,
    ScenarioName,
    Town,
    Until,
    folder_at,
    load,
)  # fmt: skip
from sim.core.errors import InputError

if TYPE_CHECKING:
    from sim.study.rungs import Effect, Kind, Ladder, Rung

PERMUTATIONS = 20
NOTHING = "–"
_HEADS: dict[Kind, str] = {
    "alone": "alone",
    "removed": "as the last one",
    "cumulative": "in its turn",
    "shapley": "Shapley value",
}


def ladder(
    scenario: ScenarioName,
    start: Annotated[str, typer.Option("--from", metavar="ARM", help=f"Where it stands: {ARM}.")],
    goal: Annotated[str, typer.Option("--to", metavar="ARM", help="Where it leads.")],
    runs: Annotated[int, typer.Option(min=1, metavar="N", help="Runs an arm.")] = 10,
    shapley: Annotated[bool, typer.Option("--shapley", help="Each reform's fair share, over all orders.")] = False,
    permutations: Annotated[
        int | None, typer.Option(metavar="P", help=f"Orders drawn for --shapley; {PERMUTATIONS} if left out.")
    ] = None,
    order: Annotated[
        str | None, typer.Option(metavar="A,B,…", help="Order of the steps; by effect alone, best first, if left out.")
    ] = None,
    base_seed: Annotated[int, typer.Option(min=0, metavar="S", help="Seed of the first run; the next has S + 1.")] = 1,
    jobs: Jobs = None,
    town: Town = None,
    scale: Scale = 10,
    until: Until = None,
    output: Output = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Switch each reform between two bundles: alone, as the last, in turn; what it does and costs."""
    from sim.cli.showing import complain, progress
    from sim.policies.bundles import parse_arm
    from sim.study.ladder import ladder as climb
    from sim.study.ladder_folder import write_ladder
    from sim.study.workers import cores

    if permutations is not None and not shapley:
        raise InputError("--permutations says how --shapley is drawn; give both")
    checked = load(scenario)
    ends = parse_arm(start, "--from"), parse_arm(goal, "--to")
    labelled = [(arm.label, arm) for arm in ends]
    folder = folder_at(output, checked, labelled, force=force, base_seed=base_seed, runs=runs, scale=scale, until=until)
    with progress(f"{checked.name}: {ends[0].label} → {ends[1].label}") as bar:
        found = climb(
            checked, *ends, runs=runs, base_seed=base_seed, jobs=jobs or cores(), order=order, town=town, scale=scale,
            permutations=(PERMUTATIONS if permutations is None else permutations) if shapley else None,
            until=until, progress=bar, tell=complain,
        )  # fmt: skip
    if folder is not None:
        write_ladder(folder, found)
    if as_json:
        from sim.cli.showing import print_json
        from sim.study.ladder_folder import to_json

        print_json(to_json(found))
    else:
        print_ladder(found)
    if found.is_partial:
        kept = f" They are kept in {folder.path}, marked as partial." if folder is not None else ""
        complain(f"Interrupted: the results are partial.{kept}")
        raise typer.Exit(INTERRUPTED)


def print_ladder(found: Ladder) -> None:
    """Head line, a table for each tested KPI, costs, and what it says in sentences."""
    from sim.cli.showing import say
    from sim.study.ladder_words import sentences

    comparison = found.comparison
    where = f"{comparison.scenario.title} · {comparison.scenario.name} on {comparison.town}"
    if not comparison.seeds:
        say(f"{where} · interrupted before every arm had finished a run")
        return
    runs, of = len(comparison.seeds), f" of {comparison.planned} planned" if found.is_partial else ""
    say(f"{where} · {found.start.label} → {found.goal.label} · {runs} runs an arm{of}, the same seeds in every arm")
    if found.is_partial:
        say("Interrupted: these results are partial.")
    say(_method(found))
    for kpi in dict.fromkeys((*found.tested, "deaths")):
        _print_effects(found, kpi)
    _print_costs(found)
    for text in sentences(found):
        say(f"• {text}")


def _method(found: Ladder) -> str:
    from sim.study.measures import measure

    primary = measure(found.comparison.scenario.primary).title
    by = f"by their effect alone on {primary}, best first" if found.by_effect else "as asked for"
    text = f"Each effect is what making the reform changes. Order of the steps: {by}."
    if found.orders is not None:
        text += " Shapley values are " + (f"over {found.orders} drawn orders." if found.orders else "exact.")
    return text + " Stars: beyond chance after Holm's correction over all reforms and tested measures of a column."


def _print_effects(found: Ladder, kpi: str) -> None:
    from sim.cli.showing import print_table
    from sim.study.measures import measure

    heads = ["reform", *(_HEADS[kind] for kind in found.kinds)]
    if not found.numbers_are_equal:
        heads += [f"{_HEADS[kind]},\nnumbers held" for kind in found.kinds]
    rows = [[rung.reform.text, *_effects(rung, kpi, found)] for rung in found.rungs]
    rows.append(["all together", *_sums(found, kpi)])
    levels = [found.comparison.summary(label, kpi).mean for label in found.comparison.labels]
    about = measure(kpi)
    said = " → ".join(NOTHING if level is None else about.level(level) for level in levels)
    role = found.rungs[0].effects["alone"][kpi].role
    print_table(f"{about.title} ({role}): {said}", heads, rows, numbers=range(1, len(heads)))


def _effects(rung: Rung, kpi: str, found: Ladder) -> list[str]:
    between = " " if found.numbers_are_equal else "\n"  # twice as many columns get two lines a row
    cells = [_cell(rung.effects[kind][kpi], between) for kind in found.kinds]
    cells = [
        f"{cell} assumed" if rung.is_assumed(kind, kpi) else cell for kind, cell in zip(found.kinds, cells, strict=True)
    ]
    if not found.numbers_are_equal:
        bare = (rung.mechanism.get(kind) for kind in found.kinds)
        cells += [_cell(effects[kpi], between) if effects else NOTHING for effects in bare]
    return cells


def _cell(effect: Effect, between: str = " ") -> str:
    """'−38.2 s [−50 to −26]*'."""
    from sim.study.measures import measure

    about, estimate = measure(effect.kpi), effect.estimate
    if estimate.mean is None:
        return NOTHING
    text = _signed(about.change(estimate.mean), estimate.mean)
    if estimate.low is not None and estimate.high is not None:
        text += f"{between}[{about.number(estimate.low)} to {about.number(estimate.high)}]"
    return text + ("*" if effect.is_told else "")


def _signed(text: str, value: float) -> str:
    return f"+{text}" if value > 0 else text


def _sums(found: Ladder, kpi: str) -> list[str]:
    """The sum of each column: steps and Shapley values sum to the difference between start and goal."""
    from sim.study.measures import measure

    columns = [[rung.effects[kind][kpi].estimate.mean for rung in found.rungs] for kind in found.kinds]
    if not found.numbers_are_equal:
        columns += [
            [rung.mechanism[kind][kpi].estimate.mean if kind in rung.mechanism else None for rung in found.rungs]
            for kind in found.kinds
        ]
    about = measure(kpi)
    sums = [None if None in column else sum(one or 0.0 for one in column) for column in columns]
    return [NOTHING if total is None else f"sum {_signed(about.change(total), total)}" for total in sums]


def _print_costs(found: Ladder) -> None:
    from sim.cli.showing import print_table
    from sim.study.measures import measure
    from sim.study.rungs import COSTS

    heads = [f"costs: {_HEADS[found.headline]}", *(measure(kpi).title for kpi in COSTS)]
    rows = [
        [rung.reform.family, *(_cell(rung.effects[found.headline][kpi], "\n") for kpi in COSTS)] for rung in found.rungs
    ]
    print_table("What it takes", heads, rows, numbers=range(1, len(heads)))
