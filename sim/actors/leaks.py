"""Leaks: what desks know of a matter gets out, the sooner the more of them hold it, and becomes a rumour."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple, Protocol

from sim.actors.offices import Offices
from sim.actors.threats import Leak, PlannedAttack, attack_table
from sim.comms.cases import Case
from sim.comms.pictures import Picture
from sim.core.clock import Agenda
from sim.core.events import IntelligenceLeaked
from sim.core.log import Log
from sim.core.streams import Dice, Streams, code_of
from sim.policies.security import Security

LOOK_S = 60.0
"""How often it is looked up who holds the matter."""


class Rumours(Protocol):
    """The talk of the town."""

    def start(self, x: float, y: float, kind: str, because: int, dice: Dice) -> object:
        """Somebody at a place has heard something, and tells it on."""


class LeakParts(NamedTuple):
    """What leaks have to do with."""

    agenda: Agenda
    log: Log
    streams: Streams
    offices: Offices
    security: Security
    rumours: Rumours | None = None


class Leaker:
    """All those who might let something out."""

    def __init__(self, parts: LeakParts) -> None:
        self.parts = parts
        self._patience: dict[str, dict[str, float]] = {}  # by attack and desk: mean waits left until it leaks
        self._dice: dict[str, Dice] = {}

    def start(self, attack: PlannedAttack, terms: Leak, key: tuple[int, ...], because: int) -> None:
        """From now on it may get out; or it is out already."""
        self._dice[attack.name] = Dice(self.parts.streams, *key)
        self._patience[attack.name] = {}
        if terms.while_held:
            self.look(attack, because)
        else:
            assert attack.place is not None
            self._let_out(attack, terms, "", attack.place, because)

    def stop(self, attack: PlannedAttack) -> None:
        """Nobody asks any more."""
        self._patience.pop(attack.name, None)

    def look(self, attack: PlannedAttack, because: int) -> None:
        """Each desk that has held a case of it for the last while has come so much nearer to leaking it (X4)."""
        terms, left = attack.terms, self._patience.get(attack.name)
        assert isinstance(terms, Leak)
        if left is None:
            return
        table_h = attack_table().leak.per_holder_h.value
        rate_h = (terms.per_holder_h or table_h) * (1.0 - self.parts.security.deters)
        for picture, case in self._holders(attack, terms):
            if picture.owner not in left:
                dice = self._dice[attack.name]
                left[picture.owner] = float(dice.of("leak", code_of(picture.owner)).standard_exponential())
            left[picture.owner] -= rate_h * LOOK_S / 3600.0
            if left[picture.owner] <= 0.0:
                self._let_out(attack, terms, picture.owner, case.place, because)
                self.stop(attack)
                return
        self.parts.agenda.after(LOOK_S, self.look, attack, because)

    def _holders(self, attack: PlannedAttack, terms: Leak) -> Iterable[tuple[Picture, Case]]:
        """Desks with an open case of that kind within the radius."""
        assert attack.place is not None
        offices = self.parts.offices
        pictures = [one.picture for one in offices.by_name.values()] + [one.picture for one in offices.centres]
        for picture in pictures:
            for case in picture.cases.values():
                if case.kind == terms.about and math.dist(case.place, attack.place) <= attack.radius_m:
                    yield picture, case
                    break

    def _let_out(
        self, attack: PlannedAttack, terms: Leak, holder: str, place: tuple[float, float], because: int
    ) -> None:
        """It is out."""
        x, y = round(place[0], 1), round(place[1], 1)
        event = self.parts.log.add(
            IntelligenceLeaked(because=because, attack=attack.name, holder=holder, claimed_kind=terms.about, x=x, y=y)
        )
        if self.parts.rumours is not None:
            self.parts.rumours.start(x, y, terms.about, event, self._dice[attack.name])
