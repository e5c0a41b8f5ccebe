"""A call centre: lines, call-takers, a queue; what is said becomes cases, or goes to the right desk."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from mesa import Agent

from sim.actors.exchange import Caller, Exchange
from sim.actors.tables import DeskTable, lognormal_s
from sim.comms.messages import Call, Coaching, Finding, Message, Notice, Statement
from sim.comms.pictures import Case, Picture
from sim.comms.views import CallView, TrustView
from sim.core.clock import Agenda, Wakeup
from sim.core.events import (
    CallAbandoned,
    CallAnswered,
    CallEnded,
    CallerRungBack,
    CallLost,
    CallTransferred,
    DoubtEnded,
)
from sim.core.log import Log
from sim.core.vocabulary import EMERGENCY, NUMBER_OF, SERVICE_OF, Capability, Number, Service, Severity, services_of
from sim.policies.intake import Intake
from sim.policies.security import Security
from sim.policies.triage import Triage, stated_needs

if TYPE_CHECKING:
    from mesa import Model

    from sim.actors.alarms import Alarms
    from sim.actors.department import Department
    from sim.actors.offices import Offices
    from sim.actors.post import Post

Plan = Mapping[str, Mapping[Severity, Mapping[Capability, int]]]
"""Response plans: crews by capability, for a believed kind and severity."""


@dataclass(slots=True, eq=False)
class Ringing:
    """A call in the queue of a centre."""

    call: Call
    caller: Caller
    gives_up: Wakeup | None = None
    waited: bool = False


class DeskRules(NamedTuple):
    """How desks work, whoever runs them."""

    table: DeskTable
    intake: Intake
    triage: Triage
    security: Security
    plan: Plan
    patience_mean_s: float


class CallCentre(Agent):
    """A centre that answers one number or several, for one picture."""

    def __init__(self, model: Model, picture: Picture, log: Log, agenda: Agenda, rules: DeskRules) -> None:
        super().__init__(model)
        self.name = picture.owner
        self.picture = picture
        self.log = log
        self.agenda = agenda
        self.rules = rules
        self.departments: dict[Service, Department] = {}
        self.free_takers = 0
        self.free_lines = 0
        self.queue: deque[Ringing] = deque()
        self.last_freed: int | None = None  # event that last set a call-taker free

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
        return services_of(list(plan)[:1]) if not call.is_relay else set()

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

    def _tell(self, case: Case, services: set[Service], told: int, call: Call, caller: Caller) -> None:
        """The services of this desk learn of the case; of a doubtful one only when it has been confirmed."""
        is_first = case.callers == [(caller, call)] and not call.is_relay
        if is_first and self.rules.security.rings_back(self._trust(case, caller)):
            case.is_doubted = True
            self.agenda.soon(self.check, case, call, caller, told)  # once this call is over
            return
        wait_s = 0.0 if call.is_relay else self.rules.security.waits_s(self._trust(case, caller))
        if wait_s and is_first:
            case.is_doubted = True
            self.agenda.after(wait_s, self.send_one, case, call, told)
        if wait_s:
            return  # one voice, however often it speaks
        if case.is_doubted and self.rules.security.waits_s(LONE):
            told = self._end_doubt(case, told, is_corroborated=_sources(case) > 1)
        case.is_doubted = False  # a second voice is enough
        for service in sorted(services):
            self.departments[service].notify(case, told)

    def _tell_offices(self, case: Case, call: Call, because: int, *, is_new: bool) -> None:
        """What an office answers for is referred to one, again when people go on calling; others may be shown it."""
        now, duties = self.agenda.clock.t, self.offices.parts.duties
        lead = duties.of(call.said.kind).row(Severity(case.severity)).lead
        is_theirs = duties.is_grey(call.said.kind) and lead not in EMERGENCY and not call.is_relay
        is_theirs = is_theirs and not all(one.is_manned for one in self.departments.values())
        if is_theirs and (case.referred_s is None or now - case.referred_s >= self.offices.duty.again_s.value):
            case.referred_s = now
            self.offices.refer(self, case, self._finding(case, call), because)
        if is_new:
            self.offices.tell_centres(self.name, self.post, case, self._finding(case, call), because)

    def _finding(self, case: Case, call: Call) -> Finding:
        """What is believed of the case, with what the plan sends for it."""
        (x, y), severity = case.place, Severity(case.severity)
        held = case.beliefs["place"]
        plan = self.rules.plan.get(case.kind, {}).get(severity, {})
        people = max(call.said.patients, call.said.trapped)
        return Finding(case.kind, x, y, severity, people, tuple(plan.items()), held.confidence, held.as_of_s)

    def hear(self, message: Message, because: int) -> None:
        """Another desk lets us see its case."""
        if isinstance(message, Notice):
            seen_s = self.agenda.clock.t + self.offices.credence.seconds(self, message)
            self.agenda.at(seen_s, self.see_notice, message, because)

    def see_notice(self, notice: Notice, because: int) -> None:
        """It is on the screen, and believed or not."""
        if self.offices.credence.admits(self, notice, because, acts_on_notices=True):
            self.take_notice(notice, because)

    def deal_with(self, message: Message, event: int) -> None:
        """Somebody else has borne it out."""
        assert isinstance(message, Notice), "a centre is shown nothing but notices"
        self.take_notice(message, event)

    def take_notice(self, notice: Notice, because: int) -> None:
        """What is seen joins an open case, or opens one if our services are needed by the plan."""
        found = notice.finding
        plan = self.rules.plan.get(found.kind, {}).get(found.severity, {})
        wanted = {**plan, **dict(found.needs)}
        mine = {name: count for name, count in wanted.items() if SERVICE_OF.get(name) in self.departments}
        place = round(found.x, 1), round(found.y, 1)
        radius_m, window_s = self.rules.table.join_radius_m.value, self.rules.table.join_window_s.value
        case = self.picture.match(frozenset({found.kind}), place, radius_m, window_s, attended=True)
        if case is None:
            if not mine:
                return
            case = self.picture.open_case(notice.case or "", place, None, because, notice.dice)
            because = case.opened
        else:
            case.callers.append(None)
            case.is_doubted = False  # another desk says so too
        shown = replace(found, needs=tuple(sorted(mine.items())))
        told = self.picture.fuse(case, shown, because=because, source=f"notice of {notice.sender}")
        for service in sorted(services_of(mine)):
            if service.value not in case.accepted:
                self.departments[service].notify(case, told)

    def _trust(self, case: Case, caller: Caller) -> TrustView:
        return TrustView(Severity(case.severity), len(case.callers), caller.misfit(), _sources(case))

    def _granted(
        self, case: Case, call: Call, caller: Caller, needs: Mapping[Capability, int]
    ) -> Mapping[Capability, int]:
        """The crews that may be sent on what has been said so far: one to look, where a second source is wanted."""
        own = [name for name in needs if SERVICE_OF.get(name) in self.departments]
        severity = max(call.said.severity, Severity(case.severity) if case.beliefs else Severity.MINOR, key=_rank)
        view = TrustView(severity, len(case.callers), caller.misfit(), _sources(case))
        is_lone = not call.is_relay and self.rules.security.waits_s(view) > 0.0
        return dict.fromkeys(own[:1], 1) if is_lone and own else needs

    def send_one(self, case: Case, call: Call, because: int) -> None:
        """Nobody else has spoken of it: one crew shall look."""
        if case.is_open and case.is_doubted:
            event = self._end_doubt(case, because, is_corroborated=False)
            case.is_doubted = False
            for service in sorted(services_of(case_capabilities(case)) & set(self.departments)):
                self.departments[service].notify(case, event)
            self._tell_offices(case, call, event, is_new=True)

    def _end_doubt(self, case: Case, because: int, *, is_corroborated: bool) -> int:
        """The case will be acted on; returns the event, which is now what raised the need."""
        ended = DoubtEnded(because=because, case=case.id, department=self.name, is_corroborated=is_corroborated)
        event = self.log.add(ended)
        case.beliefs["needs"] = case.beliefs["needs"]._replace(event=event)
        return event

    def check(self, case: Case, call: Call, caller: Caller, because: int) -> None:
        """A call-taker, as soon as one is free, rings the number back."""
        if not self.free_takers:
            self.agenda.after(self.rules.table.pick_up_s.value, self.check, case, call, caller, because)
            return
        self.free_takers -= 1
        self.agenda.after(self.rules.table.ring_back_s.value, self.believe_or_not, case, call, caller, because)

    def believe_or_not(self, case: Case, call: Call, caller: Caller, because: int) -> None:
        """Somebody picks up and stands by what he said, or not."""
        is_confirmed = caller.stands_by(call, self.rules.table.ring_back_success.value)
        rung = self._rung_back(case, call, is_confirmed, because)
        if not case.is_open or not case.is_doubted:
            return  # somebody else has called meanwhile
        case.is_doubted = False
        event = self.picture.believe(
            case, "confirmed", is_confirmed, because=rung, source=f"{call.id} rung back", confidence=0.9
        )
        case.beliefs["needs"] = case.beliefs["needs"]._replace(event=event)
        if is_confirmed or self.rules.security.sends_unconfirmed(self._trust(case, caller)):
            for service in sorted(services_of(case_capabilities(case)) & set(self.departments)):
                self.departments[service].notify(case, event)
            self._tell_offices(case, call, event, is_new=True)
        else:
            next(iter(self.departments.values())).close(case, "unconfirmed", event)

    def _case(self, call: Call, caller: Caller) -> tuple[Case, int, bool]:
        """The open case that the call is taken to be about, or a new one; 'nobody is here' excludes attended ones."""
        table, said = self.rules.table, call.said
        match = self.picture.match(
            frozenset({said.kind}),
            (said.x, said.y),
            (table.relay_radius_m if call.is_relay and call.alarm is None else table.join_radius_m).value,
            table.join_window_s.value,
            attended=not call.is_chaser,
        )
        if match is not None:
            return match, self.picture.join(match, call.id, (caller, call), call.because), False
        case = self.picture.open_case(
            call.id, (round(said.x, 1), round(said.y, 1)), (caller, call), call.because, call.dice
        )
        return case, case.opened, True

    def _needs(self, call: Call) -> dict[Capability, int]:
        return dict(call.needs) if call.is_relay else self.rules.triage.needs(self._view(call.said))

    def _view(self, said: Statement) -> CallView:
        plan = self.rules.plan.get(said.kind, {}).get(said.severity, {})
        return CallView(
            kind=said.kind,
            severity=said.severity,
            patients=said.patients,
            trapped=said.trapped,
            services=frozenset(self.departments),
            plan=tuple(plan.items()),
        )

    def _believe(self, case: Case, call: Call, needs: Mapping[Capability, int], because: int) -> int:
        """The picture takes in what was said: the surer place, the worse severity, the larger need."""
        said, picture = call.said, self.picture
        confidence = 0.9 if said.at_patient else 0.5
        old = case.beliefs.get("place")
        picture.believe(case, "kind", said.kind, because=because, source=call.id, confidence=confidence)
        if old is None or confidence > old.confidence:
            place = (round(said.x, 1), round(said.y, 1))
            picture.believe(case, "place", place, because=because, source=call.id, confidence=confidence)
        if "severity" not in case.beliefs or _rank(said.severity) > _rank(case.severity):
            picture.believe(case, "severity", said.severity.value, because=because, source=call.id)
        own = {name.value: count for name, count in needs.items() if SERVICE_OF.get(name) in self.departments}
        raised = {name: max(count, own.get(name, 0)) for name, count in {**own, **case.needs}.items()}
        return picture.believe(case, "needs", raised, because=because, source=call.id)

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

    def ring_back(self, case: Case, asks: Department, unit: str, because: int) -> None:
        """A crew finds nothing: a call-taker, as soon as one is free, asks the first caller again where it is."""
        if not self.free_takers:
            self.agenda.after(self.rules.table.pick_up_s.value, self.ring_back, case, asks, unit, because)
            return
        self.free_takers -= 1
        self.agenda.after(self.rules.table.ring_back_s.value, self.ask_again, case, asks, unit, because)

    def ask_again(self, case: Case, asks: Department, unit: str, because: int) -> None:
        """What the caller says now corrects the place of the case."""
        draw = float(case.dice.of("ring back").random())
        if case.callers[0] is None:
            self.free_takers += 1  # it came by notice: nobody can be rung back
            self.agenda.soon(self.take_next)
            return
        caller, call = case.callers[0]
        said = caller.say_again(call) if draw < self.rules.table.ring_back_success.value else None
        rung = self._rung_back(case, call, said is not None, because)
        if said is not None and case.is_open:
            place = (round(said.x, 1), round(said.y, 1))
            event = self.picture.believe(
                case, "place", place, because=rung, source=f"{call.id} rung back", confidence=0.95
            )
            asks.correct(case, unit, event)

    def _rung_back(self, case: Case, call: Call, is_reached: bool, because: int) -> int:
        """The call-taker is free again; returns the event."""
        self.free_takers += 1
        self.agenda.soon(self.take_next)
        return self.log.add(
            CallerRungBack(
                because=because,
                call=call.id,
                case=case.id,
                department=self.name,
                is_reached=is_reached,
                seconds=self.rules.table.ring_back_s.value,
            )
        )

    exchange: Exchange
    offices: Offices
    post: Post
    alarms: Alarms | None = None


class CallCentres:
    """The stage of all call centres."""

    def __init__(self, agenda: Agenda, centres: list[CallCentre]) -> None:
        self.agenda = agenda
        self.centres = centres

    def answer(self) -> None:
        """Calls are taken and triaged, and become cases."""
        self.agenda.work()


def _rank(severity: str) -> int:
    return list(Severity).index(Severity(severity))


LONE = TrustView(Severity.MINOR, 1, 0.0)
"""A minor case of one caller: what is waited for here is waited for at all."""


def _sources(case: Case) -> int:
    """Independent sources: telephones, colleagues, and what came by other ways than by a call."""
    return len({None if said is None else said[1].citizen for said in case.callers})


def case_capabilities(case: Case) -> list[Capability]:
    """What a case is believed to need."""
    return [Capability(name) for name in case.needs]
