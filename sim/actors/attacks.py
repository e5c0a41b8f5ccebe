"""Attacks on information, and failures of the net: what a scenario injects happens, whatever policies do."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from sim.actors.caller import CitizenParts
from sim.actors.forgeries import Forger, PlannedLie, PlannedPaper, key_of
from sim.actors.leaks import Leaker
from sim.actors.liars import Flooder, Liar
from sim.actors.papers import PaperForger
from sim.actors.threats import (
    FloodedLines,
    ForgedCalls,
    ForgedReports,
    Leak,
    MastDown,
    PlannedAttack,
    TamperedSensors,
    attack_table,
)
from sim.comms.coverage import Shadow
from sim.comms.switchboard import Switchboard
from sim.core.clock import Agenda
from sim.core.events import AttackEnded, AttackStarted, MastFailed, MastRestored
from sim.core.log import Log
from sim.core.quantities import duration_s


class Sensors(Protocol):
    """Whoever has sensors that can be tampered with."""

    def tamper(self, kind: str, x: float, y: float, radius_m: float, mode: str) -> int:
        """Those of a type within the radius are mute, or cry once; without a mode those that were muted work again."""

    def power_off(self, x: float, y: float, radius_m: float) -> None:
        """No power within the radius: they go on as long as their batteries last."""

    def power_on(self, x: float, y: float, radius_m: float) -> None:
        """There is power again."""


class Targets(NamedTuple):
    """What attacks act on; what this city does not have cannot be attacked."""

    begin: Agenda
    log: Log
    switchboard: Switchboard
    citizens: CitizenParts
    papers: PaperForger
    leaker: Leaker
    sensors: Sensors | None = None


class Attacks:
    """All attacks of a scenario; each begins, does what it does by planned wake-ups, and ends."""

    def __init__(self, targets: Targets, forger: Forger, planned: tuple[PlannedAttack, ...]) -> None:
        self.targets = targets
        self._events: dict[str, int] = {}  # that an attack has begun, by its name
        self.names: set[str] = set()
        for attack in planned:
            self.add(attack, forger)

    def add(self, attack: PlannedAttack, forger: Forger) -> None:
        """One more, of the scenario or by a live command."""
        self.names.add(attack.name)
        self.targets.begin.at(attack.at_s, self.start, attack)
        self.targets.begin.at(attack.until_s, self.end, attack)
        self._prepare(attack, forger)

    def _prepare(self, attack: PlannedAttack, forger: Forger) -> None:
        """What is forged is drawn now, and comes when its time has come."""
        people, begin = self.targets.citizens.agenda, self.targets.begin
        match attack.terms:
            case ForgedCalls():
                for lie in forger.calls(attack):
                    people.at(lie.t, self.lie, attack, lie)
            case FloodedLines():
                for lie in forger.floods(attack):
                    people.at(lie.t, self.flood, attack, lie)
            case ForgedReports():
                for paper in forger.papers(attack):
                    begin.at(paper.t, self.forge, attack, paper)
            case MastDown() as terms:
                begin.at(attack.at_s + _battery_s(terms), self.darken, attack)

    # --- it begins and ends

    def start(self, attack: PlannedAttack) -> None:
        """It begins."""
        x, y = attack.place or (None, None)
        began = AttackStarted(attack=attack.name, attack_kind=attack.kind, x=_whole(x), y=_whole(y))
        self._events[attack.name] = event = self.targets.log.add(began)
        match attack.terms:
            case Leak() as terms:
                self.targets.leaker.start(attack, terms, key_of(attack), event)
            case TamperedSensors() as terms:
                self._tamper(attack, terms.mode)
            case MastDown() if self.targets.sensors is not None:
                self.targets.sensors.power_off(*_shadow(attack))

    def end(self, attack: PlannedAttack) -> None:
        """It is over; what it has said stays said."""
        event = self._events[attack.name]
        match attack.terms:
            case Leak():
                self.targets.leaker.stop(attack)
            case TamperedSensors():
                self._tamper(attack, "")
            case MastDown():
                self.lighten(attack, event)
        self.targets.log.add(AttackEnded(because=event, attack=attack.name))

    def _tamper(self, attack: PlannedAttack, mode: str) -> None:
        assert isinstance(attack.terms, TamperedSensors)
        assert attack.place is not None
        if self.targets.sensors is not None:
            self.targets.sensors.tamper(attack.terms.sensor, *attack.place, attack.radius_m, mode)

    # --- what is said

    def lie(self, attack: PlannedAttack, lie: PlannedLie) -> None:
        """A liar rings."""
        assert isinstance(attack.terms, ForgedCalls)
        Liar(self.targets.citizens, lie, attack.terms).tell(lie, attack.terms, self._events[attack.name])

    def flood(self, attack: PlannedAttack, lie: PlannedLie) -> None:
        """A telephone rings, and nobody will speak."""
        Flooder(self.targets.citizens, lie).ring(lie, self._events[attack.name])

    def forge(self, attack: PlannedAttack, paper: PlannedPaper) -> None:
        """A forged paper is sent."""
        assert isinstance(attack.terms, ForgedReports)
        self.targets.papers.send(attack, attack.terms, paper, self._events[attack.name])

    # --- what goes dark

    def darken(self, attack: PlannedAttack) -> None:
        """The battery is empty, unless there is power again."""
        if self.targets.begin.clock.t < attack.until_s:
            shadow = _shadow(attack)
            self.targets.switchboard.coverage.shadows.append(shadow)
            self.targets.log.add(
                MastFailed(
                    because=self._events[attack.name],
                    x=round(shadow.x, 1),
                    y=round(shadow.y, 1),
                    radius_m=shadow.radius_m,
                )
            )

    def lighten(self, attack: PlannedAttack, because: int) -> None:
        """Power again: who stands ready there says so."""
        coverage, shadow = self.targets.switchboard.coverage, _shadow(attack)
        if self.targets.sensors is not None:
            self.targets.sensors.power_on(*shadow)
        if shadow in coverage.shadows:
            self.targets.log.add(MastRestored(because=because, x=round(shadow.x, 1), y=round(shadow.y, 1)))
            coverage.lift(shadow)


def _shadow(attack: PlannedAttack) -> Shadow:
    assert attack.place is not None
    return Shadow(*attack.place, attack.radius_m)


def _battery_s(terms: MastDown) -> float:
    return attack_table().mast_down.battery_s.value if terms.battery is None else duration_s(terms.battery)


def _whole(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
