"""A caller: he perceives with errors, dials, waits, says what he thinks he sees, and calls again."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from sim.actors.citizen import Citizen
from sim.actors.exchange import Exchange
from sim.actors.tables import CallerTable, lognormal_s
from sim.comms.messages import Call, Coaching, Message, Statement
from sim.core.clock import Agenda
from sim.core.events import CprStarted
from sim.core.log import Log
from sim.core.streams import Dice, Streams
from sim.core.vocabulary import Capability, Number, Severity
from sim.hazards.incident import Incident
from sim.hazards.survival import Care
from sim.hazards.tables import Cpr

if TYPE_CHECKING:
    from mesa import Model

    from sim.city.population import Population

LOOK_AGAIN_S = 60.0
"""How often the chance to be noticed is taken anew, while what can be seen changes."""

_CPR_FOR = "cardiac_arrest"


HONEST_MISFIT = 20.0
"""An honest call reads above m with probability (1 - m)^20: one in a hundred above 0.2 (assumed)."""


class CitizenParts(NamedTuple):
    """What citizens deal with."""

    model: Model
    agenda: Agenda
    log: Log
    streams: Streams
    population: Population
    exchange: Exchange
    table: CallerTable
    cpr: Cpr
    start_s: int  # seconds of day at t = 0


class Caller(Citizen):
    """One who dials; number 0 is who is involved, all others saw it from outside."""

    def __init__(self, parts: CitizenParts, row: int, caller: int, incident: Incident | None, dice: Dice) -> None:
        super().__init__(parts.model, parts.population, row)
        self.parts = parts
        self.caller = caller
        self.incident = incident
        self.dice = dice
        self.attempt = 0
        self.is_pressing = False
        self.is_lying = False
        self.said: Statement | None = None
        self.place: tuple[float, float] | None = None  # where he stands, which is what he describes

    # --- what he perceives

    def perceive(self, incident: Incident) -> Statement:
        """What he takes it for, and where he thinks it is: his errors are born here."""
        rng = self.dice.of("perceive")
        kind_u, severity_u, angle_u = rng.random(3)
        table = incident.table
        error = table.error_involved_m if self.caller == 0 else table.error_passer_m
        error_m = error.draw(rng)
        angle = 2.0 * math.pi * angle_u
        needs = incident.needs()
        trapped = sum(patient.is_trapped or not patient.is_reachable for patient in incident.patients)
        return Statement(
            kind=table.believed_as.pick(kind_u),
            x=incident.x + error_m * math.cos(angle),
            y=incident.y + error_m * math.sin(angle),
            severity=self._seen_severity(incident.severity(), severity_u),
            patients=needs.get(Capability.TREAT, 0),
            trapped=trapped if self.caller == 0 else min(trapped, 1),
            at_patient=self.caller == 0,
        )

    def _seen_severity(self, truth: Severity, u: float) -> Severity:
        """One grade off with the stated chance, up or down alike."""
        order = list(Severity)
        share = self.parts.table.severity_error.value
        step = -1 if u < share / 2 else 1 if u < share else 0
        return order[min(max(order.index(truth) + step, 0), len(order) - 1)]

    # --- the telephone

    def dial_first(self, because: int) -> None:
        """He has noticed, and dials."""
        assert self.incident is not None
        self.said = self.perceive(self.incident)
        number = Number(self.incident.table.dial.pick(float(self.dice.of("number").random())))
        self.dial(number, self.said, because)

    def dial(self, number: Number, said: Statement, because: int, *, is_chaser: bool = False) -> None:
        """One attempt."""
        self.dial_as(self.parts.exchange.name_call(), number, said, because, is_chaser=is_chaser)

    def dial_as(
        self, name: str, number: Number, said: Statement, because: int | None, *, is_chaser: bool = False
    ) -> None:
        """One attempt, under a name that is known already."""
        call = Call(
            id=name,
            citizen=self.row,
            number=number,
            said=said,
            attempt=self.attempt,
            dice=self.dice.child(self.attempt),
            is_chaser=is_chaser,
        )
        self.attempt += 1
        self.parts.exchange.dial(call, self, because)

    def lose(self, call: Call, because: int) -> None:
        """Busy, hung up or cut off: he dials again, until he gives up."""
        if self.attempt > self.parts.table.redials.value:
            self.remove()
        else:
            self.parts.agenda.after(self.parts.table.redial_s.value, self.redial, call, because)

    def redial(self, call: Call, because: int) -> None:
        """Again, unless help can be seen."""
        if self._needs_help():
            self.dial(call.number, call.said, because, is_chaser=call.is_chaser)
        else:
            self.remove()

    def part(self, call: Call, because: int) -> None:
        """Somebody has listened; who is involved looks at his watch."""
        if self.incident is None or self.caller != 0:
            self.remove()
            return
        table = self.parts.table
        wait_s = lognormal_s(self.dice, "again", (call.attempt,), table.again_median_s.value, table.again_sigma.value)
        self.parts.agenda.after(wait_s, self.call_again, call, because)

    def call_again(self, call: Call, because: int) -> None:
        """Still nobody here: he says it once more, and better."""
        if self._needs_help() and self.attempt <= self.parts.table.redials.value:
            assert self.said is not None
            self.dial(call.number, self.corrected(self.said), because, is_chaser=True)
        else:
            self.remove()

    def say_again(self, call: Call) -> Statement | None:
        """Rung back: where is it?"""
        return None if self.said is None else self.corrected(self.said)

    def stands_by(self, call: Call, picks_up: float) -> bool:
        """Rung back before anybody is sent: an honest caller picks up with that chance, a liar if he is brazen."""
        u = float(call.dice.of("stands by").random())
        return u < (self.parts.table.brazen.value if self.is_lying else picks_up)

    def misfit(self) -> float:
        """What an instrument on the line would read: spread evenly if he lies, else seldom far from nothing."""
        u = float(self.dice.of("misfit").random())
        return u if self.is_lying else 1.0 - (1.0 - u) ** (1.0 / HONEST_MISFIT)

    def corrected(self, said: Statement) -> Statement:
        """The same with a part of the error of the place."""
        return said if self.place is None else _nearer(said, self.place, self.parts.table.correction.value)

    def _needs_help(self) -> bool:
        incident = self.incident
        return incident is None or (incident.is_active and not incident.is_attended)

    # --- first aid

    def hear(self, message: Message, because: int) -> None:
        """The call-taker tells him what to do."""
        if isinstance(message, Coaching):
            self.parts.agenda.soon(self.press_as_told, because)

    def press_as_told(self, because: int) -> None:
        """Some do as they are told."""
        if self.dice.of("coached").random() < self.parts.cpr.coached.value:
            self.press(because, coached=True)

    def press(self, because: int, *, coached: bool) -> None:
        """He presses the chest until a crew takes over."""
        incident = self.incident
        if incident is None or self.is_pressing or incident.kind != _CPR_FOR:
            return
        for patient in incident.patients[:1]:
            if patient.care is Care.NONE and not patient.is_settled:
                self.is_pressing = True
                patient.set_care(Care.FIRST_AID, float(self.parts.agenda.clock.t))
                started = CprStarted(because=because, citizen=self.row, patient=patient.id, coached=coached)
                self.parts.log.add(started)


def _nearer(said: Statement, place: tuple[float, float], share: float) -> Statement:
    x, y = place
    return Statement(
        said.kind,
        x + (said.x - x) * share,
        y + (said.y - y) * share,
        said.severity,
        said.patients,
        said.trapped,
        said.is_emergency,
        said.at_patient,
    )
