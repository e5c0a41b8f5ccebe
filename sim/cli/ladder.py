"""The command `ladder`: what each reform between two bundles does, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.options import ARM, AsJson, Doubts, Sample, ScenarioName, Study, flat
from sim.cli.running import folder_at, followed, load, look, say_interrupted
from sim.core.errors import InputError

if TYPE_CHECKING:
    from sim.study.rungs import Ladder

PERMUTATIONS = 20


@dataclass(frozen=True, slots=True)
class Climb:
    """From where to where; in which order reforms are made, and whether over all orders."""

    start: Annotated[str, typer.Option("--from", metavar="ARM", help=f"Where it stands: {ARM}.")]
    goal: Annotated[str, typer.Option("--to", metavar="ARM", help="Where it leads.")]
    shapley: Annotated[bool, typer.Option("--shapley", help="Each reform's fair share, over all orders.")] = False
    permutations: Annotated[
        int | None, typer.Option(min=1, metavar="P", help=f"Orders drawn for --shapley; {PERMUTATIONS} if left out.")
    ] = None
    order: Annotated[
        str | None, typer.Option(metavar="A,B,…", help="Order of the steps; by effect alone, best first, if left out.")
    ] = None

    @property
    def drawn(self) -> int | None:
        """How many orders are to be drawn; none if no shares are wanted."""
        if self.permutations is not None and not self.shapley:
            raise InputError("--permutations says how --shapley is drawn; give both")
        if not self.shapley:
            return None
        return PERMUTATIONS if self.permutations is None else self.permutations


@flat
def ladder(
    scenario: ScenarioName, climb: Climb, sample: Sample, kept: Study, doubts: Doubts, as_json: AsJson = False
) -> None:
    """Switch each reform between two bundles: alone, as the last, in turn; what it does and costs."""
    from sim.policies.bundles import parse_arm
    from sim.study.ladder import Steps
    from sim.study.ladder import ladder as climb_all
    from sim.study.ladder_folder import write_ladder

    steps = Steps(climb.order, climb.drawn, look(doubts))
    checked = load(scenario)
    arms = parse_arm(climb.start, "--from"), parse_arm(climb.goal, "--to")
    asked = {"base_seed": sample.base_seed, "runs": sample.runs, "scale": sample.scale, "until": sample.until}
    folder = folder_at(kept, checked, [(arm.label, arm) for arm in arms], **asked)
    with followed(f"{checked.name}: {arms[0].label} → {arms[1].label}", folder) as watch:
        found = climb_all(checked, *arms, steps, watch=watch, **sample.asked())
    if folder is not None:
        write_ladder(folder, found)
    _show(found, as_json=as_json)
    if found.is_partial:
        say_interrupted(folder)


def _show(found: Ladder, *, as_json: bool) -> None:
    if as_json:
        from sim.cli.showing import print_json
        from sim.study.ladder_folder import to_json

        print_json(to_json(found))
        return
    from sim.cli.ladder_tables import print_ladder
    from sim.cli.measures import print_doubts

    print_ladder(found)
    print_doubts(found.robustness)
