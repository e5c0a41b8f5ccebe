"""Citizens who take part: they notice, dial, wait, say what they think they see, and call again."""

from __future__ import annotations

import math
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from mesa import Agent

from sim.actors.call_centre import Exchange
from sim.actors.tables import CallerTable, lognormal_s
from sim.comms.messages import Call, Coaching, Message, Statement
from sim.core.clock import Agenda
from sim.core.events import CprStarted, IncidentNoticed, MessageForged
from sim.core.log import Log
from sim.core.streams import Dice, Streams
from sim.core.vocabulary import Capability, Number, Severity
from sim.hazards.incident import Incident
from sim.hazards.incidents import Incidents
from sim.hazards.patient import Patient
from sim.hazards.planned import PlannedCall
from sim.hazards.survival import Care
from sim.hazards.tables import Cpr

if TYPE_CHECKING:
    from mesa import Model

    from sim.city.population import Population

LOOK_AGAIN_S = 60.0
"""How often the chance to be noticed is taken anew, while what can be seen changes."""

_CPR_FOR = "cardiac_arrest"


class State(IntEnum):
    """What has become of a person; a column of the population."""

    WELL = 0
    PATIENT = 1
    DEAD = 2
    RECOVERING = 3


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


class Citizen(Agent):
    """One of the population as an agent: its properties read and write its row."""

    def __init__(self, model: Model, population: Population, row: int) -> None:
        super().__init__(model)
        self.population = population
        self.row = row

    @property
    def home(self) -> int:
        """The node where he lives."""
        return int(self.population.home[self.row])

    @property
    def day_place(self) -> int:
        """The node where he spends the day."""
        return int(self.population.day[self.row])

    @property
    def age_band(self) -> int:
        """Index into the age bands of the population."""
        return int(self.population.age[self.row])

    @property
    def state(self) -> State:
        """What has become of him."""
        return State(int(self.population.state[self.row]))

    @state.setter
    def state(self, value: State) -> None:
        self.population.state[self.row] = int(value)


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


class Citizens:
    """The stage of all citizens who notice something."""

    def __init__(self, parts: CitizenParts, calls: list[PlannedCall]) -> None:
        self.parts = parts
        self.agenda = parts.agenda
        self.patients: dict[str, Citizen] = {}
        self._calls = calls
        self._next = 0
        self._plan_next()

    def notice(self, incidents: Incidents) -> None:
        """Somebody sees what has begun, and dials; others call about nothing, or lie."""
        for incident in incidents.fresh:
            self.agenda.soon(self.expect, incident)
        for patient in incidents.hurt:
            self.agenda.soon(self.fall_ill, patient)
        for patient in incidents.settled_now:
            self.agenda.soon(self.leave_care, patient)
        incidents.fresh.clear()
        incidents.hurt.clear()
        incidents.settled_now.clear()
        self.agenda.work()

    # --- patients

    def fall_ill(self, patient: Patient) -> None:
        """A patient takes part as an agent until his fate is sealed."""
        citizen = Citizen(self.parts.model, self.parts.population, patient.citizen)
        citizen.state = State.PATIENT
        self.patients[patient.id] = citizen

    def leave_care(self, patient: Patient) -> None:
        """His fate is sealed; he is one of the many again, or dead."""
        citizen = self.patients.pop(patient.id)
        citizen.state = State.DEAD if patient.died_t is not None else State.RECOVERING
        citizen.remove()

    # --- incidents

    def expect(self, incident: Incident) -> None:
        """Who is involved will dial after a while; passers-by may see it."""
        self.agenda.after(incident.caller_delay_s, self.involved_notices, incident)
        self.wait_for_passer(incident, 1, self._patience_of_fate(incident, 1))

    def involved_notices(self, incident: Incident) -> None:
        """The victim, a relative, a colleague: dials, and may give first aid."""
        if not incident.is_active or incident.is_attended:
            return
        citizen, event = self._citizen(incident, 0, incident.caller_row)
        if not incident.is_found_late and citizen.dice.of("unasked").random() < self.parts.cpr.unasked.value:
            citizen.press(event, coached=False)
        citizen.dial_first(event)

    def wait_for_passer(self, incident: Incident, number: int, left: float) -> None:
        """The next one who sees it: a Poisson process whose rate follows what can be seen (`left` is in mean waits)."""
        if not incident.is_active or incident.is_attended:
            return
        rate = incident.passer_rate(float(self.agenda.clock.t))
        wait_s = left / rate if rate > 0 else math.inf
        if wait_s <= LOOK_AGAIN_S:
            self.agenda.after(wait_s, self.passer_notices, incident, number)
        elif incident.seen_afar or wait_s < 12 * 3600:
            look_s = LOOK_AGAIN_S if incident.seen_afar else min(wait_s, 1800.0)
            if look_s == wait_s:
                self.agenda.after(wait_s, self.passer_notices, incident, number)
            else:
                self.agenda.after(look_s, self.wait_for_passer, incident, number, left - rate * look_s)

    def passer_notices(self, incident: Incident, number: int) -> None:
        """A passer-by sees it and dials; then the next may come."""
        if not incident.is_active or incident.is_attended:
            return
        hour = incident.world.hour(float(self.agenda.clock.t))
        pick_u = float(self.parts.streams.of("passer", *incident.key, number).random())
        citizen, event = self._citizen(incident, number, self.parts.population.pick(incident.node, hour, pick_u))
        citizen.dial_first(event)
        self.wait_for_passer(incident, number + 1, self._patience_of_fate(incident, number + 1))

    def _patience_of_fate(self, incident: Incident, number: int) -> float:
        return float(self.parts.streams.of("witness", *incident.key, number).standard_exponential())

    def _citizen(self, incident: Incident, caller: int, row: int) -> tuple[Caller, int]:
        citizen = Caller(self.parts, row, caller, incident, Dice(self.parts.streams, *incident.key, caller))
        citizen.place = (incident.x, incident.y)
        noticed = IncidentNoticed(because=incident.event, incident=incident.id, citizen=row, caller=caller)
        return citizen, self.parts.log.add(noticed)

    # --- calls with no incident behind them

    def _plan_next(self) -> None:
        if self._next < len(self._calls):
            self.agenda.at(self._calls[self._next].t, self.call_due)

    def call_due(self) -> None:
        """Somebody wants to know something, or makes something up."""
        now = self.agenda.clock.t
        while self._next < len(self._calls) and self._calls[self._next].t <= now:
            self._call(self._calls[self._next])
            self._next += 1
        self._plan_next()

    def _call(self, plan: PlannedCall) -> None:
        dice = Dice(self.parts.streams, crc32(plan.kind.encode()), *plan.key)
        hour = int((self.parts.start_s + self.agenda.clock.t) // 3600) % 24
        row = self.parts.population.pick(plan.node, hour, plan.caller_u)
        citizen = Caller(self.parts, row, 1, None, dice)
        is_hoax = plan.kind == "hoax"
        said = Statement(
            kind=plan.claimed_kind if is_hoax else plan.kind,
            x=plan.x,
            y=plan.y,
            severity=Severity.SERIOUS if is_hoax else Severity.MINOR,
            patients=0,
            trapped=0,
            is_emergency=is_hoax,
        )
        name, because = self.parts.exchange.name_call(), None
        if is_hoax:
            forged = MessageForged(call=name, citizen=row, claimed_kind=said.kind, x=plan.x, y=plan.y)
            because = self.parts.log.add(forged)
        citizen.dial_as(name, Number(plan.number), said, because)


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
