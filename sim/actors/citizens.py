"""The stage of citizens: who notices what has begun, who calls about nothing, who falls ill."""

from __future__ import annotations

import math
from zlib import crc32

from sim.actors.caller import Caller, CitizenParts
from sim.actors.citizen import Citizen, State
from sim.comms.messages import Statement
from sim.core.events import IncidentNoticed, MessageForged
from sim.core.streams import Dice
from sim.core.vocabulary import Number, Severity
from sim.hazards.incident import Incident
from sim.hazards.incidents import Incidents
from sim.hazards.patient import Patient
from sim.hazards.planned import PlannedCall

LOOK_AGAIN_S = 60.0
"""How often the chance to be noticed is taken anew, while what can be seen changes."""


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
        if not incident.is_active or (incident.is_attended and not incident.can_worsen):
            return
        rate = incident.passer_rate(float(self.agenda.clock.t))
        wait_s = left / rate if rate > 0 else math.inf
        if wait_s <= LOOK_AGAIN_S:
            self.agenda.after(wait_s, self.passer_notices, incident, number)
        elif incident.seen_afar or incident.can_worsen or wait_s < 12 * 3600:
            look_s = LOOK_AGAIN_S if incident.seen_afar or incident.can_worsen else min(wait_s, 1800.0)
            if look_s == wait_s:
                self.agenda.after(wait_s, self.passer_notices, incident, number)
            else:
                self.agenda.after(look_s, self.wait_for_passer, incident, number, left - rate * look_s)

    def passer_notices(self, incident: Incident, number: int) -> None:
        """A passer-by sees it and dials; then the next may come."""
        if not incident.is_active or incident.is_attended:
            self.wait_for_passer(incident, number, self._patience_of_fate(incident, number))
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
        incident.is_known = True
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
        is_hoax = citizen.is_lying = plan.kind == "hoax"
        said = Statement(
            kind=plan.claimed_kind if is_hoax else plan.kind,
            x=plan.x,
            y=plan.y,
            severity=self._claimed(dice) if is_hoax else Severity.MINOR,
            patients=0,
            trapped=0,
            is_emergency=is_hoax,
        )
        name, because = self.parts.exchange.name_call(), None
        if is_hoax:
            forged = MessageForged(call=name, citizen=row, claimed_kind=said.kind, x=plan.x, y=plan.y)
            because = self.parts.log.add(forged)
        citizen.dial_as(name, Number(plan.number), said, because)

    def _claimed(self, dice: Dice) -> Severity:
        """How bad a liar makes it."""
        is_serious = dice.of("claimed severity").random() < self.parts.table.hoax_serious.value
        return Severity.SERIOUS if is_serious else Severity.MINOR
