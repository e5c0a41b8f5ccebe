"""A call centre: lines, call-takers, a queue; what is said becomes cases, or goes to the right desk."""

from __future__ import annotations

from sim.actors.case_desk import Ringing
from sim.actors.doubting import DoubtingDesk
from sim.actors.exchange import Caller
from sim.actors.tables import lognormal_s
from sim.comms.messages import Call, Coaching
from sim.core.clock import Agenda
from sim.core.events import (
    CallAbandoned,
    CallAnswered,
    CallEnded,
    CallLost,
    CallTransferred,
)
from sim.core.vocabulary import EMERGENCY, NUMBER_OF, SERVICE_OF, Number, Service, Severity, services_of
from sim.policies.triage import stated_needs


class CallCentre(DoubtingDesk):
    """A centre that answers one number or several, for one picture."""

    def ring(self, call: Call, caller: Caller) -> None:
        """The telephone rings; the caller waits as long as his patience lasts."""
        ringing = Ringing(call, caller, waited=self.free_takers == 0)
        if not call.is_relay:
            patience = self.rules.patience_mean_s * float(call.dice.of("patience", call.hops).standard_exponential())
            ringing.gives_up = self.agenda.after(patience, self.give_up, ringing)
        self.queue.append(ringing)
        self.free_lines -= 1
        self.agenda.soon(self.take_next)

    def give_up(self, ringing: Ringing) -> None:
        """The caller hangs up before anybody answers."""
        if ringing in self.queue:
            self.queue.remove(ringing)
            self.free_lines += 1
            call = ringing.call
            event = self.log.add(
                CallAbandoned(because=call.because, call=call.id, citizen=call.citizen, department=self.name)
            )
            ringing.caller.lose(call, event)

    def take_next(self) -> None:
        """A free call-taker reaches for the telephone."""
        if self.queue and self.free_takers:
            self.free_takers -= 1
            ringing = self.queue.popleft()
            if ringing.gives_up is not None:
                ringing.gives_up.cancel()
            self.agenda.after(self.rules.table.pick_up_s.value, self.pick_up, ringing)

    def pick_up(self, ringing: Ringing) -> None:
        """The call is answered, and talking begins."""
        call = ringing.call
        answered = self.log.add(
            CallAnswered(
                because=call.because,
                waited_for=self.last_freed if ringing.waited else None,
                call=call.id,
                citizen=call.citizen,
                department=self.name,
            )
        )
        call.because = answered
        if call.alarm is not None and self.alarms is not None:
            self.alarms.weigh(self, ringing)
            return
        talk_s = self._talk_s(call)
        wanted = self._wanted(call)
        if call.said.is_emergency and wanted and not wanted & set(self.departments):
            self.agenda.after(talk_s * self.rules.table.wrong_desk_share.value, self.pass_on, ringing, wanted)
        else:
            self.agenda.after(talk_s, self.record, ringing)

    def _talk_s(self, call: Call) -> float:
        table = self.rules.table
        if not call.said.kind:
            return table.silent_s.value
        talk_s = lognormal_s(call.dice, "talk", (call.hops,), table.talk_median_s.value, table.talk_sigma.value)
        if call.is_chaser or call.is_relay:
            return talk_s * table.chaser_share.value
        return talk_s + self.rules.intake.asks_s + self.rules.triage.asks_s + self.rules.security.asks_s

    def _wanted(self, call: Call) -> set[Service]:
        """The services that what is said calls for, and that do not know yet."""
        needs = dict(call.needs) if call.is_relay else stated_needs(self._view(call.said))
        return services_of(needs) - call.told

    def _lead(self, call: Call) -> set[Service]:
        """Whose number this kind of thing is for, whatever else is needed: no desk keeps that to itself."""
        plan = self.rules.plan.get(call.said.kind, {}).get(Severity.MINOR, {})
        statutory = [name for name in plan if name in SERVICE_OF]
        return services_of(statutory[:1]) if not call.is_relay else set()

    def _first(self, call: Call, wanted: set[Service]) -> Service:
        """Of the services that are to be told, the one that comes first."""
        return min(wanted & self._lead(call) or wanted, key=EMERGENCY.index)

    def record(self, ringing: Ringing) -> None:
        """What was said joins an open case, or opens one; who must act is told; the caller is passed on or thanked."""
        call = ringing.call
        if not call.said.is_emergency:
            self.hang_up(ringing, "no case", call.because)
            return
        case, because, is_new = self._case(call, ringing.caller)
        needs = self._needs(call)
        told = self._believe(case, call, self._granted(case, call, ringing.caller, needs), because)
        own = services_of(needs) & set(self.departments)
        was_doubted = case.is_doubted
        self._tell(case, own, told, call, ringing.caller)
        if not case.is_doubted:
            self._tell_offices(case, call, told, is_new=is_new or was_doubted)
        outcome = "case" if is_new else "joined"
        others = (services_of(needs) | self._lead(call)) - set(self.departments) - call.told
        if others and is_new and not call.is_chaser:
            call.told = call.told | frozenset(self.departments)
            case.accepted.add(self._first(call, others).value)  # whom the caller now tells himself
            self.pass_on(ringing, others)
        elif is_new and self._can_coach(call):
            self.coach(ringing, because)
        else:
            self.hang_up(ringing, outcome, because)

    def enter_alarm(self, ringing: Ringing) -> None:
        """A sensor's alarm joins an open case, or opens one; desks of other services that it needs are phoned."""
        call = ringing.call
        needs = self.rules.triage.needs(self._view(call.said))
        plan = self.rules.plan.get(call.said.kind, {}).get(call.said.severity, {})
        lead = services_of(list(plan)[:1])
        needs |= {name: count for name, count in plan.items() if SERVICE_OF.get(name) in lead}
        case, because, is_new = self._case(call, ringing.caller)
        told = self._believe(case, call, needs, because)
        for service in sorted(services_of(needs) & set(self.departments)):
            self.departments[service].notify(case, told)
        next(iter(self.departments.values())).tell_others(case, needs, told)
        self.hang_up(ringing, "case" if is_new else "joined", because)

    def pass_on(self, ringing: Ringing, wanted: set[Service]) -> None:
        """The caller is put through to another desk, where he waits again and says it all again."""
        call = ringing.call
        target = self._first(call, wanted)
        event = self.log.add(
            CallTransferred(
                because=call.because, call=call.id, department=self.name, to_department=NUMBER_OF[target].value
            )
        )
        call.hops += 1
        self.agenda.after(self.rules.table.transfer_s.value, self.put_through, ringing, NUMBER_OF[target], event)

    def put_through(self, ringing: Ringing, number: Number, because: int) -> None:
        """The other desk's telephone rings, unless the line is cut."""
        call = ringing.call
        self._free(call, "transferred", because)
        call.number = number
        if call.dice.of("drop", call.hops).random() < self.rules.table.transfer_drop.value:
            lost = CallLost(
                because=because,
                call=call.id,
                citizen=call.citizen,
                channel=number.value,
                reason="cut off in a transfer",
            )
            ringing.caller.lose(call, self.log.add(lost))
            return
        self.exchange.ring_through(call, ringing.caller, because)

    def _can_coach(self, call: Call) -> bool:
        return Service.EMS in self.departments and call.said.at_patient and call.said.kind == "cardiac_arrest"

    def coach(self, ringing: Ringing, because: int) -> None:
        """The call-taker stays on the line and says how to press the chest."""
        table = self.rules.table
        message = Coaching(sender=self.name, receiver=f"caller {ringing.call.citizen}")
        self.agenda.after(table.instruct_s.value, self.instruct, ringing, message, because)
        self.agenda.after(table.coach_s.value, self.hang_up, ringing, "case", because)

    def instruct(self, ringing: Ringing, message: Coaching, because: int) -> None:
        """The words are said."""
        self.exchange.switchboard.send(message, ringing.caller, self.exchange.telephone, because)

    def hang_up(self, ringing: Ringing, outcome: str, because: int) -> None:
        """The call is over; the call-taker is free for the next."""
        self._free(ringing.call, outcome, because)
        ringing.caller.part(ringing.call, because)

    def _free(self, call: Call, outcome: str, because: int) -> None:
        self.last_freed = self.log.add(CallEnded(because=because, call=call.id, department=self.name, outcome=outcome))
        self.free_takers += 1
        self.free_lines += 1
        self.agenda.soon(self.take_next)


class CallCentres:
    """The stage of all call centres."""

    def __init__(self, agenda: Agenda, centres: list[CallCentre]) -> None:
        self.agenda = agenda
        self.centres = centres

    def answer(self) -> None:
        """Calls are taken and triaged, and become cases."""
        self.agenda.work()
