"""The command `ladder`: what each reform between two bundles does, and what it costs."""

from __future__ import annotations

from typing import Annotated

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

PERMUTATIONS = 20


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
        from sim.cli.ladder_tables import print_ladder

        print_ladder(found)
    if found.is_partial:
        kept = f" They are kept in {folder.path}, marked as partial." if folder is not None else ""
        complain(f"Interrupted: the results are partial.{kept}")
        raise typer.Exit(INTERRUPTED)
