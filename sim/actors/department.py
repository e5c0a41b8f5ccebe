"""A department: it takes cases as its own, and tells others when they are needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mesa import Agent

from sim.comms.messages import Call, Message, Statement
from sim.comms.pictures import Case, Picture
from sim.core.clock import Agenda
from sim.core.events import CaseAccepted, CaseClosed
from sim.core.log import Log
from sim.core.vocabulary import NUMBER_OF, SERVICE_OF, Capability, Service, Severity, services_of

if TYPE_CHECKING:
    from mesa import Model

    from sim.actors.call_centre import CallCentre
    from sim.actors.dispatcher import Dispatcher
    from sim.actors.exchange import Exchange


class Department(Agent):
    """One service's organisation; several share a picture where one centre serves them."""

    def __init__(self, model: Model, service: Service, picture: Picture, log: Log, agenda: Agenda) -> None:
        super().__init__(model)
        self.service = service
        self.picture = picture
        self.log = log
        self.agenda = agenda
        self.neighbours: dict[Service, Department] = {}  # those that read the same picture
        self._relays = 0

    dispatcher: Dispatcher
    centre: CallCentre
    exchange: Exchange

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
        wanted = services_of(needs)
        for service in sorted(wanted & set(self.neighbours)):
            self.neighbours[service].notify(case, because)
        for service in sorted(wanted - set(self.neighbours)):
            if service.value not in case.accepted:
                case.accepted.add(service.value)
                own = {name: count for name, count in needs.items() if SERVICE_OF.get(name) is service}
                self._phone(service, case, own, because)

    def _phone(self, service: Service, case: Case, needs: dict[Capability, int], because: int) -> None:
        x, y = case.place
        said = Statement(
            kind=case.kind,
            x=x,
            y=y,
            severity=Severity(case.severity),
            patients=needs.get(Capability.TREAT, 0),
            trapped=needs.get(Capability.RESCUE, 0),
        )
        code = list(Service).index(service)
        self._relays += 1
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
        )
        self.exchange.relay(call, self, case, because)

    def correct(self, case: Case, unit: str, because: int) -> None:
        """The centre has a better place for a unit that finds nothing."""
        self.dispatcher.agenda.soon(self.dispatcher.redirect, case, unit, because)

    def merge(self, case: Case, into: Case, because: int) -> None:
        """A case turns out to be another's double."""
        event = self.picture.believe(case, "same_as", into.id, because=because, source="the scene", confidence=0.95)
        for department in (self, *self.neighbours.values()):
            department.dispatcher.give_over(case, into)
        self.close(case, "duplicate", event)

    def close(self, case: Case, outcome: str, because: int) -> None:
        """Nothing is left to do, as far as is believed."""
        case.is_open = False
        self.picture.cases.pop(case.id, None)
        self.log.add(CaseClosed(because=because, case=case.id, department=self.picture.owner, outcome=outcome))

    def lose(self, call: Call, because: int) -> None:
        """The other desk's lines were busy: try again."""
        call.because = because
        self.agenda.after(self.centre.rules.table.relay_retry_s.value, self.phone_again, call)

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
        """Desks talk by telephone, not over the switchboard."""


class Departments:
    """The stage of all departments."""

    def __init__(self, agenda: Agenda, departments: dict[Service, Department]) -> None:
        self.agenda = agenda
        self.departments = departments

    def take_charge(self) -> None:
        """Whose case is it? Accept it."""
        self.agenda.work()
