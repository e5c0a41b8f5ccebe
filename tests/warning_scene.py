"""A toy town whose people hear alerts, with no desks: the test says what is on the air."""

from __future__ import annotations

from typing import Any

from sim.actors.public import Public, PublicParts
from sim.actors.warning_tables import WarningTables, warning_tables
from sim.comms.alerts import Alert, AllClear, PublicWord
from sim.comms.coverage import Coverage
from sim.core.clock import Clock
from sim.core.log import Log
from sim.hazards.crowded import Crowded
from sim.hazards.incidents import Incidents
from sim.hazards.planned import Planned, Script
from tests.hazard_scene import TOWN, Stage, world

CENTRE = (3000.0, 3000.0)
"""Node D4 of the toy town, where `one` puts incidents."""

CELL, BROADCAST = 0.3, 0.02
"""a1 of I7, 1/min."""


class Quiet:
    """No rumours."""

    def hear_word(self, word: PublicWord, because: int) -> None: ...

    def look(self, danger: Crowded) -> None: ...


class Street(Stage):
    """Incidents, and people who hear; nobody else."""

    def __init__(self, plans: list[Planned], seed: int = 1, tables: WarningTables | None = None) -> None:
        self.clock = Clock()
        self.log = Log(self.clock)
        begin, self.acting = self.clock.agenda("begin"), self.clock.agenda("act")
        grow, respond = self.clock.agenda("grow"), self.clock.agenda("respond")
        surroundings = world(seed)
        script = Script(sorted(plans, key=lambda plan: (plan.t, plan.id)))
        self.incidents = Incidents(begin, grow, self.log, script, surroundings)
        self.coverage = Coverage()
        parts = PublicParts(respond, self.log, surroundings, self.coverage, tables or warning_tables())
        self.public = Public(parts, Quiet())  # type: ignore[arg-type]

    def live(self, until: int) -> None:
        while self.clock.t < until:
            self.clock.wake()
            self.incidents.begin()
            self.acting.work()
            self.incidents.grow()
            self.public.respond(self.incidents)
            self.clock.tick(until)

    def danger(self, name: str = "it") -> Any:
        return self.incidents.active[name]

    def air(self, place: tuple[float, float] = CENTRE, told_per_min: float = CELL, **more: Any) -> None:
        """An alert is on the air."""
        usual: dict[str, Any] = {"name": "alert", "radius_m": 650.0, "heard_m": 1000.0, "needs_masts": True}
        word = Alert(
            sender="office", receiver="public", kind="slide", x=place[0], y=place[1],
            told_per_min=told_per_min, **{**usual, **more},
        )  # fmt: skip
        self.public.hear(word, self.log.add(_heard()))

    def clear(self, name: str = "alert", *, is_replaced: bool = False) -> None:
        """The all-clear."""
        word = AllClear(sender="office", receiver="public", name=name, is_replaced=is_replaced)
        self.public.hear(word, self.log.add(_heard()))


def _heard() -> Any:
    from sim.core.events import MessageHeard

    return MessageHeard(message="m", receiver="public", channel="air")


assert TOWN.roads.at(TOWN.roads.at_node(24)) == CENTRE
