"""A desk of an emergency service, as far as it believes: what is said, or shown, becomes its cases."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from mesa import Agent

from sim.actors.exchange import Caller, Exchange
from sim.actors.tables import DeskTable
from sim.comms.cases import Case
from sim.comms.messages import Call, Finding, Message, Notice, Statement
from sim.comms.pictures import Picture
from sim.comms.views import CallView
from sim.core.clock import Agenda, Wakeup
from sim.core.log import Log
from sim.core.vocabulary import EMERGENCY, SERVICE_OF, Capability, Service, Severity, services_of
from sim.policies.intake import Intake
from sim.policies.security import Security
from sim.policies.triage import Triage

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


class CaseDesk(Agent):
    """Cases of one picture, and who else must hear of them."""

    exchange: Exchange
    offices: Offices
    post: Post
    alarms: Alarms | None = None

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

    def _is_for_offices(self, case: Case, call: Call) -> bool:
        """Somebody beside the emergency services must own it, and no person at this desk refers it himself."""
        duties, kind = self.offices.parts.duties, call.said.kind
        if call.is_relay or not duties.is_grey(kind) or duties.row(kind, Severity(case.severity)).lead in EMERGENCY:
            return False
        return not all(one.is_manned for one in self.departments.values())

    def _finding(self, case: Case, call: Call) -> Finding:
        """What is believed of the case, with what the plan sends for it."""
        (x, y), severity = case.place, Severity(case.severity)
        sure = case.beliefs["place"].confidence
        plan = self.rules.plan.get(case.kind, {}).get(severity, {})
        people = max(call.said.patients, call.said.trapped)
        roots = frozenset(case.roots)
        return Finding(case.kind, x, y, severity, people, tuple(plan.items()), sure, case.as_of_s, roots)

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
            match.roots |= call.roots
            return match, self.picture.join(match, call.id, (caller, call), call.because), False
        case = self.picture.open_case(
            call.id, (round(said.x, 1), round(said.y, 1)), (caller, call), call.because, call.dice
        )
        case.roots |= call.roots
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
        if "severity" not in case.beliefs or rank_of(said.severity) > rank_of(case.severity):
            picture.believe(case, "severity", said.severity.value, because=because, source=call.id)
        own = {name.value: count for name, count in needs.items() if SERVICE_OF.get(name) in self.departments}
        raised = {name: max(count, own.get(name, 0)) for name, count in {**own, **case.needs}.items()}
        return picture.believe(case, "needs", raised, because=because, source=call.id)

    def _tell_offices(self, case: Case, call: Call, because: int, *, is_new: bool) -> None:
        """What an office answers for is referred to one, again when people go on calling; others may be shown it."""
        now = self.agenda.clock.t
        if self._is_for_offices(case, call) and (
            case.referred_s is None or now - case.referred_s >= self.offices.duty.again_s.value
        ):
            case.referred_s = now
            self.offices.refer(self, case, self._finding(case, call), because)
        if is_new and self.offices.shows_cases:
            self.offices.tell_centres(self.name, self.post, case, self._finding(case, call), because)

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
        table = self.rules.table
        case = self.picture.case_of(notice, table.join_radius_m.value, table.join_window_s.value)
        if case is None:
            if not mine:
                return
            case = self.picture.open_about(found, notice.case or "", because, notice.dice)
            because = case.opened
        elif not notice.roots <= case.roots:
            case.is_doubted = False  # somebody else has seen it too
        self.picture.file(case, notice.sender, notice.case)
        shown = replace(found, needs=tuple(sorted(mine.items())))
        told = self.picture.fuse(case, shown, because=because, sender=notice.sender, word=notice.word)
        for service in sorted(services_of(mine)):
            if service.value not in case.accepted:
                self.departments[service].notify(case, told)


def rank_of(severity: str) -> int:
    """Where a severity stands in the order of triage."""
    return list(Severity).index(Severity(severity))
