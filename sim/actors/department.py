"""A department: it takes cases as its own, and tells others when they are needed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mesa import Agent

from sim.comms.cases import Case
from sim.comms.messages import AidGrant, Call, Finding, Message, Statement
from sim.comms.pictures import Picture
from sim.core.clock import Agenda
from sim.core.events import CaseAccepted, CaseClosed
from sim.core.log import Log
from sim.core.streams import Dice
from sim.core.vocabulary import EMERGENCY, NUMBER_OF, SERVICE_OF, Capability, Service, Severity, services_of

if TYPE_CHECKING:
    from mesa import Model

    from sim.actors.alarms import Alarms
    from sim.actors.call_centre import CallCentre
    from sim.actors.dispatcher import Dispatcher
    from sim.actors.exchange import Exchange
    from sim.actors.offices import Offices
    from sim.actors.post import Post


class Department(Agent):
    """One service's organisation; several share a picture where one centre serves them."""

    def __init__(self, model: Model, service: Service, picture: Picture, log: Log, agenda: Agenda) -> None:
        super().__init__(model)
        self.service = service
        self.picture = picture
        self.log = log
        self.agenda = agenda
        self.neighbours: dict[Service, Department] = {}  # those that read the same picture

    dispatcher: Dispatcher
    centre: CallCentre | None = None  # none: who called cannot be rung back
    offices: Offices
    post: Post
    exchange: Exchange
    alarms: Alarms | None = None
    is_manned: bool = False  # a person sits here: who is sent, asked or told is for him to say

    def notify(self, case: Case, because: int) -> None:
        """Somebody at the desk or on the radio says that this service is needed."""
        self.agenda.soon(self.accept, case, because)

    def accept(self, case: Case, because: int) -> None:
        """Statutory first response is never refused: the case becomes the department's own, and its dispatcher's."""
        if not case.is_open:
            return
        if self.service.value not in case.accepted:
            case.accepted.add(self.service.value)
            self.log.add(CaseAccepted(because=because, case=case.id, department=self.service.value))
        self.dispatcher.consider_soon(case)

    def tell_others(self, case: Case, needs: dict[Capability, int], because: int) -> None:
        """The scene needs services that this desk does not dispatch: each of their desks is phoned."""
        if self.is_manned:
            return  # the person has heard it too
        wanted = services_of(needs) - {self.service}
        self._ask_offices(case, needs, because)
        for service in sorted(wanted & set(self.neighbours)):
            self.neighbours[service].notify(case, because)
        for service in sorted(wanted - set(self.neighbours)):
            if service.value not in case.accepted:
                case.accepted.add(service.value)
                own = {name: count for name, count in needs.items() if SERVICE_OF.get(name) == service}
                self.phone(service, case, own, because)

    def phone(self, service: Service, case: Case, needs: dict[Capability, int], because: int) -> None:
        """A colleague rings the desk of another service, and says what is wanted of it."""
        x, y = case.place
        said = Statement(
            kind=case.kind,
            x=x,
            y=y,
            severity=Severity(case.severity),
            patients=needs.get(Capability.TREAT, 0),
            trapped=needs.get(Capability.RESCUE, 0),
        )
        code = EMERGENCY.index(service)
        call = Call(
            id=f"relay-{case.id}-{service.value}",
            citizen=-1,
            number=NUMBER_OF[service],
            said=said,
            attempt=0,
            dice=case.dice.child(code + 100),
            told=frozenset({self.service}),
            is_relay=True,
            needs=tuple(sorted((name, count) for name, count in needs.items())),
            relayed=frozenset(case.roots),
        )
        self.exchange.relay(call, self, case, because)

    def _ask_offices(self, case: Case, needs: dict[Capability, int], because: int) -> None:
        """What no emergency service and no crew of our own can do is asked of an office, once."""
        lacking = {
            name: count
            for name, count in needs.items()
            if name not in SERVICE_OF and name not in self.dispatcher.roll.capabilities and name not in case.asked
        }
        if lacking:
            case.asked |= set(lacking)
            self.offices.ask(self, case, self.finding(case, lacking), because)

    def finding(self, case: Case, needs: dict[Capability, int]) -> Finding:
        """What this service believes of a case, to be said to others."""
        x, y = case.place
        hurt = max(needs.get(Capability.TREAT, 0), needs.get(Capability.RESCUE, 0))
        return Finding(
            kind=case.kind,
            x=x,
            y=y,
            severity=Severity(case.severity),
            people=hurt,
            needs=tuple(sorted(needs.items())),
            confidence=case.beliefs["place"].confidence,
            as_of_s=case.as_of_s,
            roots=frozenset(case.roots),
        )

    # --- offices

    def take(self, paper: str, finding: Finding, needs: dict[Capability, int], dice: Dice, because: int) -> None:
        """An office of ours wants crews sent: the crews' own desk opens a case, or adds to one."""
        desk, sender = self.offices.duty, f"our office, {paper}"
        case = self.picture.filed(sender, paper)
        case = case or self.picture.case_about(finding, desk.join_radius_m.value, desk.join_window_s.value)
        if case is None:
            case = self.picture.open_about(finding, paper, because, dice)
            because = case.opened
        self.picture.file(case, sender, paper)
        x, y = finding.place
        told = replace(finding, x=x, y=y, needs=tuple(sorted(needs.items())))
        self.picture.fuse(case, told, because=because, sender=sender, word="order")
        self.notify(case, case.beliefs["needs"].event)

    def inform_office(self, case: Case, needs: dict[Capability, int], because: int) -> None:
        """A scene has been counted: our own office hears of what is grave, or of what offices answer for."""
        finding = self.finding(case, needs)
        if self.offices.concerns(finding):
            self.offices.inform(self, case, finding, because)

    def ask_aid(self, case: Case, area: str) -> None:
        """Crews of other districts are wanted."""
        self.offices.aid.ask(self, case, area, self.finding(case, {}))

    def correct(self, case: Case, unit: str, because: int) -> None:
        """The centre has a better place for a unit that finds nothing."""
        self.dispatcher.agenda.soon(self.dispatcher.redirect, case, unit, because)

    def find_nothing(self, case: Case, because: int) -> None:
        """A crew has come for nothing: if it was an alarm that sent it, the next one is believed less."""
        if self.alarms is not None:
            self.alarms.nothing_found(self, case, because)

    def merge(self, case: Case, into: Case, because: int) -> None:
        """A case turns out to be another's double."""
        event = self.picture.believe(case, "same_as", into.id, because=because, source="the scene", confidence=0.95)
        for department in (self, *self.neighbours.values()):
            department.dispatcher.give_over(case, into)
        for desk, number in case.numbers.items():
            self.picture.file(into, desk, number)
        self.close(case, "duplicate", event)

    def close(self, case: Case, outcome: str, because: int) -> None:
        """Nothing is left to do, as far as is believed."""
        self.picture.close_case(case)
        self.log.add(CaseClosed(because=because, case=case.id, department=self.picture.owner, outcome=outcome))

    def lose(self, call: Call, because: int) -> None:
        """The other desk's lines were busy: try again."""
        call.because = because
        self.agenda.after(self.exchange.retry_s, self.phone_again, call)

    def phone_again(self, call: Call) -> None:
        """The colleague dials once more."""
        call.attempt += 1
        self.exchange.dial(call, self, call.because)

    def part(self, call: Call, because: int) -> None:
        """The other desk has understood."""

    def stands_by(self, call: Call, picks_up: float) -> bool:
        """A colleague is there, and means it."""
        return True

    def misfit(self) -> float:
        """A colleague's line is known."""
        return 0.0

    def say_again(self, call: Call) -> Statement | None:
        """A colleague knows no more than he said."""
        return None

    def hear(self, message: Message, because: int) -> None:
        """The word that crews of other districts may come."""
        if isinstance(message, AidGrant):
            until_s = self.agenda.clock.t + self.offices.duty.aid_lasts_s.value
            self.dispatcher.agenda.soon(self.dispatcher.take_aid, message.area, until_s, because)


class Departments:
    """The stage of all departments."""

    def __init__(self, agenda: Agenda, departments: dict[Service, Department]) -> None:
        self.agenda = agenda
        self.departments = departments

    def take_charge(self) -> None:
        """Whose case is it? Accept it."""
        self.agenda.work()
