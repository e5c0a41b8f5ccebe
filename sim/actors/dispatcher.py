"""A dispatcher: from what is believed of cases and units he chooses who goes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from mesa import Agent

from sim.actors.roll import Crew, RoadSense, Roll
from sim.city.roads import Spot
from sim.comms.channels import Channel
from sim.comms.messages import (
    BetterPlace,
    Message,
    Order,
    PlaceQuery,
    Recall,
    RoadNotice,
    RoadReport,
    SameScene,
    SceneReport,
    StatusReport,
)
from sim.comms.pictures import Case, Picture, Sighting
from sim.comms.switchboard import Listener, Switchboard
from sim.comms.views import CaseView, DispatchView, Estimate, QueueView, UnitView
from sim.core.clock import Agenda
from sim.core.events import UnitOrdered, UnitRecalled
from sim.core.log import Log
from sim.core.vocabulary import SERVICE_OF, Capability, Service, Severity
from sim.policies.dispatch import Dispatch
from sim.policies.queue import Queue

if TYPE_CHECKING:
    from mesa import Model

    from sim.actors.department import Department
    from sim.actors.signals import SignalControl

FREE = "free"
"""The status of a unit that can be ordered."""

_SEVERITIES = {one.value: one for one in Severity}  # as quick as it must be where a thousand cases wait


class Radio(NamedTuple):
    """A service's two nets: spoken orders, and status messages."""

    switchboard: Switchboard
    voice: Channel
    status: Channel
    repeat_after_s: float


class Everybody:
    """All crews of a dispatcher who listen to his net."""

    def __init__(self, desk: Dispatcher) -> None:
        self._desk = desk

    def hear(self, message: Message, because: int) -> None:
        """Each whom the air reaches hears it."""
        coverage = self._desk.radio.switchboard.coverage
        for crew in self._desk.crews.values():
            if coverage.hears(crew):
                crew.hear(message, because)


class Dispatcher(Agent):
    """Dispatches one service's units for the cases of a picture."""

    def __init__(self, model: Model, department: Department, log: Log, agenda: Agenda, sense: RoadSense) -> None:
        super().__init__(model)
        self.department = department
        self.service: Service = department.service
        self.picture: Picture = department.picture
        self.log = log
        self.agenda = agenda
        self.sense = sense
        self.crews: dict[str, Crew] = {}
        self.waiting: dict[str, Case] = {}  # by id; in the order in which they began to wait
        self._expected: dict[str, float] = {}  # ETAs of the choice that is being made
        self._jobs: dict[str, Order] = {}  # by unit: the order that it was given last, until it is done with it
        self._unheard: set[str] = set()  # units whose order nobody has acknowledged
        self.everybody = Everybody(self)

    roll: Roll
    radio: Radio
    dispatch_policy: Dispatch
    queue_policy: Queue
    signals: SignalControl

    def enlist(self, crews: list[Crew]) -> None:
        """The roll of the service at the start of the run: all free, at their posts."""
        places = [self.sense.town.roads.at(crew.spot) for crew in crews]
        self.roll = Roll(crews, places)
        for crew, (x, y) in zip(crews, places, strict=True):
            self.crews[crew.id] = crew
            self.picture.units[crew.id] = Sighting(FREE, x, y, crew.spot.edge, crew.spot.offset_m, 0.0)

    def knows(self, name: str) -> bool:
        """Whether the unit belongs to a service that reads this picture."""
        return name in self.picture.units

    # --- a case wants units

    def consider_soon(self, case: Case) -> None:
        """Look at the case when it is the dispatchers' turn."""
        self.agenda.soon(self.consider, case)

    def consider(self, case: Case) -> None:
        """Order what the case still misses; what cannot be had now makes it wait."""
        if not case.is_open:
            return
        for capability in sorted(case.missing(self.roll.capabilities)):
            count = case.missing(self.roll.capabilities).get(capability, 0)  # a crew just sent may do this too
            for name in self._choose(case, capability, count) if count else ():
                self.order(name, case, capability)
        self._recall_surplus(case)
        if not case.missing(self.roll.capabilities):
            self.waiting.pop(case.id, None)
        elif case.id not in self.waiting:
            self.waiting[case.id] = case
            self._retry_later(case)
            if self.dispatch_policy.asks_aid:
                self.agenda.after(self.department.offices.duty.aid_asks_s.value, self.ask_aid, case)

    def _choose(self, case: Case, capability: Capability, count: int) -> tuple[str, ...]:
        roll, rows = self.roll, self.roll.free(capability)
        self._expected = {}
        if not len(rows):
            return ()

        def by_eta(k: int) -> tuple[Estimate, ...]:
            target = self.sense.index.nearest_spot(*case.place)
            seconds = self.sense.seconds(self.agenda.clock.t, self.picture.closures(), target)
            found = roll.soonest(rows, target, seconds, k, self.sense.router)
            self._expected = {estimate.unit: estimate.eta_s for estimate in found}
            return found

        def by_distance(k: int, district: str | None) -> tuple[str, ...]:
            return roll.nearest(rows, case.place, k, district)

        def free_by_district() -> dict[str, int]:
            return dict(roll.by_district(rows))

        view = DispatchView(self.view_of(case), capability, count, by_eta, by_distance, free_by_district)
        return self.dispatch_policy.choose(view)

    def view_of(self, case: Case) -> CaseView:
        """The case as policies see it."""
        held = case.beliefs
        x, y = held["place"].value
        severity = _SEVERITIES[held["severity"].value]
        age_s = float(self.agenda.clock.t - case.opened_s)
        district = self.district_of(case)
        has_aid = self.department.offices.aid.policy.is_standing or self.picture.has_aid(district)
        return CaseView(case.id, held["kind"].value, severity, x, y, district, age_s, has_aid)

    def district_of(self, case: Case) -> str:
        """Of the believed place."""
        if not case.district:
            case.district = self.sense.district(*case.place)
        return case.district

    def _retry_later(self, case: Case) -> None:
        wait_s = self.dispatch_policy.retry_s
        if wait_s is not None:
            age_s = self.agenda.clock.t - case.opened_s
            self.agenda.after(wait_s - age_s if age_s < wait_s else wait_s, self.retry, case)

    def retry(self, case: Case) -> None:
        """The case has waited so long that the rule may have changed; it keeps its place in the queue."""
        if case.id in self.waiting:
            self.consider(case)
        if case.id in self.waiting:
            self._retry_later(case)

    def ask_aid(self, case: Case) -> None:
        """It still waits: crews of other districts are asked for."""
        if case.id in self.waiting and not self.view_of(case).has_aid:
            self.department.ask_aid(case, self.district_of(case))

    def take_aid(self, area: str, until_s: float) -> None:
        """Crews of other districts may be sent from now on: the waiting cases are looked at again."""
        self.picture.aid_until_s[area] = until_s
        for case in list(self.waiting.values()):
            self.consider(case)

    # --- an order goes out

    def order(self, name: str, case: Case, capability: Capability, freed_by: int | None = None) -> None:
        """Tell a unit to go; it counts as sent from now on."""
        crew = self.crews[name]
        ordinal = case.ordered.get(capability, 0)
        case.ordered[capability] = ordinal + 1
        case.assigned[name] = crew.capabilities
        self.roll.set_free(crew.row, False)
        self.picture.units[name].status = "ordered"
        event = self.log.add(
            UnitOrdered(
                because=case.beliefs["needs"].event,
                waited_for=freed_by,
                unit=name,
                case=case.id,
                department=self.service.value,
                capability=capability.value,
                eta_s=self._expected.get(name),
            )
        )
        x, y = case.place
        order = Order(
            sender=f"{self.service} dispatcher",
            receiver=name,
            case=case.id,
            unit=name,
            kind=case.kind,
            x=x,
            y=y,
            capability=capability,
            serial=sum(case.ordered.values()),
            dice=case.dice.child(list(Capability).index(capability), ordinal),
            closures=frozenset(self.picture.closures()),
        )
        self._jobs[name] = order
        self._unheard.add(name)
        self._say(order, crew, event, 0)
        self.signals.consider(self, order, _SEVERITIES[case.severity], event)

    def expects(self, order: Order) -> bool:
        """Whether that order still stands and the crew has not come there yet, as far as is known here."""
        is_there = self.picture.units[order.unit].status not in ("ordered", "alerted", "en route")
        return self._jobs.get(order.unit) is order and not is_there

    def _say(self, order: Order, crew: Listener, because: int, times: int) -> None:
        """Say an order; say it again if nobody acknowledges."""
        sent = self.radio.switchboard.send(order, crew, self.radio.voice, because, order.dice.child(times))
        self.agenda.after(self.radio.repeat_after_s, self.repeat, order, crew, sent, times + 1)

    def repeat(self, order: Order, crew: Listener, because: int, times: int) -> None:
        """No acknowledgement has come: once more, or that it does not stand any more."""
        if order.unit not in self._unheard or self._jobs[order.unit] is not order:
            return
        case = self.picture.cases.get(order.case or "")
        if case is not None and order.unit in case.assigned:
            self._say(order, crew, because, times)
        else:
            self._call_off(order, because)
            self.agenda.after(self.radio.repeat_after_s, self.repeat, order, crew, because, times)

    def redirect(self, case: Case, name: str, because: int) -> None:
        """Tell a unit that searches the better place."""
        if name in case.assigned:
            x, y = case.place
            message = BetterPlace(sender=f"{self.service} dispatcher", receiver=name, case=case.id, unit=name, x=x, y=y)
            self.radio.switchboard.send(message, self.crews[name], self.radio.voice, because)

    def _recall_surplus(self, case: Case) -> None:
        """Call off units that are sent but not yet there, where fewer are needed than are sent."""
        for name in reversed([name for name in case.assigned if name in self.crews]):
            if self.picture.units[name].status not in ("ordered", "alerted", "en route"):
                continue
            able = case.assigned.pop(name)
            if any(capability in able for capability in case.missing(self.roll.capabilities)):
                case.assigned[name] = able  # it is still wanted
            else:
                self._recall(case, name)

    def _recall(self, case: Case, name: str) -> None:
        because = case.beliefs["needs"].event
        recalled = UnitRecalled(because=because, unit=name, case=case.id, department=self.service.value)
        self._call_off(self._jobs[name], self.log.add(recalled))

    def _call_off(self, order: Order, because: int) -> None:
        message = Recall(
            sender=order.sender, receiver=order.unit, case=order.case, unit=order.unit, serial=order.serial
        )
        self.radio.switchboard.send(message, self.crews[order.unit], self.radio.voice, because)

    # --- the radio speaks

    def hear(self, message: Message, because: int) -> None:
        """Somebody reports; it is taken in when it is the dispatchers' turn."""
        match message:
            case StatusReport():
                self.agenda.soon(self.take_status, message, because)
            case SceneReport():
                self.agenda.soon(self.take_scene, message, because)
                self._read_back(message)
            case SameScene():
                self.agenda.soon(self.take_same, message, because)
                self._read_back(message)
            case RoadReport():
                self._spread(message.edge, because)
            case PlaceQuery():
                self.agenda.soon(self.take_query, message, because)

    def _read_back(self, said: SceneReport | SameScene) -> None:
        """What was understood is repeated while the net is still open."""
        if said.unit in self.crews:
            self.crews[said.unit].read_back(said.serial)

    def _spread(self, edge: int, because: int) -> None:
        """A closed road is noted, and if that is news every dispatcher in the room tells all his crews."""
        is_news = edge not in self.picture.closures()
        self.picture.note_closure(edge)
        for department in (self.department, *self.department.neighbours.values()) if is_news else ():
            department.dispatcher.announce(edge, because)

    def announce(self, edge: int, because: int) -> None:
        """To all crews: that road cannot be driven."""
        notice = RoadNotice(sender=f"{self.service} dispatcher", receiver=f"all {self.service} crews", edge=edge)
        self.radio.switchboard.send(notice, self.everybody, self.radio.voice, because)

    def take_status(self, report: StatusReport, because: int) -> None:
        """A unit says what it does, and where."""
        sighting = self.picture.units[report.unit]
        sighting.x, sighting.y, sighting.as_of_s = report.x, report.y, report.as_of_s
        sighting.edge, sighting.offset_m, sighting.freed_by = report.edge, report.offset_m, report.freed_by
        self.roll.report(self.crews[report.unit].row, Spot(report.edge, report.offset_m), (report.x, report.y))
        job = self._jobs.get(report.unit)
        if job is not None and report.unit in self._unheard and report.case != job.case:
            return  # it has come home, and has not heard yet that it must go out again
        self._unheard.discard(report.unit)
        sighting.status = report.status
        case = self.picture.cases.get((job.case if job is not None else report.case) or "")
        if case is not None and report.status == "on scene":
            case.on_scene.add(report.unit)
        elif case is not None and report.status == "transporting":
            self._take_away(case, report, because)
        if report.outcome or report.status == FREE:
            self._jobs.pop(report.unit, None)
            if case is not None:
                self._finish(case, report, because)
        if report.status == FREE:
            self.roll.set_free(self.crews[report.unit].row, True)
            self.offer(report.unit)

    def _take_away(self, case: Case, report: StatusReport, because: int) -> None:
        """An ambulance leaves with a patient: one less is to be fetched, and it is of no more use at the scene."""
        able = case.assigned.get(report.unit)
        if able:
            case.assigned[report.unit] = frozenset()
            self._meet(case, able, report, because)

    def _finish(self, case: Case, report: StatusReport, because: int) -> None:
        """A unit is done with the case: its part of the need is met, or turns out to be none."""
        able = case.assigned.pop(report.unit, None)
        case.on_scene.discard(report.unit)
        if able is None or report.outcome in ("busy", "hurt"):
            event = case.beliefs["needs"].event
            self.consider(case)
        else:
            event = self._meet(case, able, report, because)
            self._recall_surplus(case)
        if case.is_open and not case.needs and not case.assigned:
            self.waiting.pop(case.id, None)
            self.department.close(case, report.outcome or "done", event)

    def _meet(self, case: Case, able: frozenset[Capability], report: StatusReport, because: int) -> int:
        """A crew has done what it can do; or there is nothing that its service could do."""
        needs = case.needs
        if report.outcome == "nothing found":
            self.department.find_nothing(case, because)
            needs = {name: n for name, n in needs.items() if Capability(name) not in self.roll.capabilities}
        else:
            needs = {name: n - 1 if Capability(name) in able else n for name, n in needs.items()}
        left = {name: count for name, count in needs.items() if count > 0}
        return self.picture.believe(
            case, "needs", left, because=because, source=f"report of {report.unit}", confidence=0.9
        )

    def offer(self, name: str) -> None:
        """A unit is free again: which waiting case does it take?"""
        crew = self.crews[name]
        waiting = self._waiting_for(crew)
        if not waiting:
            return
        seen = self.picture.units[name]
        unit = UnitView(name, crew.district, seen.x, seen.y, seen.as_of_s)
        case = self.waiting[self.queue_policy.pick(QueueView(tuple(waiting), unit))]
        missing = [one for one in sorted(case.missing(self.roll.capabilities)) if one in crew.capabilities]
        self._expected = {}
        self.order(name, case, missing[0], seen.freed_by)
        if not case.missing(self.roll.capabilities):
            del self.waiting[case.id]

    def _waiting_for(self, crew: Crew) -> list[CaseView]:
        """The waiting cases that the unit could and may serve, as policies see them."""
        found = []
        free = 0
        for case in list(self.waiting.values()):
            missing = case.missing(self.roll.capabilities) if case.is_open else {}
            if not missing:
                del self.waiting[case.id]
            elif not crew.capabilities.isdisjoint(missing):
                free = free or self.roll.free_beside(crew)
                view = self.view_of(case)
                if self.dispatch_policy.may_serve(crew.district, free, view):
                    found.append(view)
        return found

    def take_scene(self, report: SceneReport, because: int) -> None:
        """The commander at the scene has counted: the picture follows him, and whoever is missing is sent or phoned."""
        case = self.picture.cases.get(report.case or "")
        if case is None:
            return
        told = {"because": because, "source": f"scene report of {report.unit}", "confidence": 0.95}
        self.picture.believe(case, "kind", report.kind, **told)  # type: ignore[arg-type]
        self.picture.believe(case, "place", (round(report.x, 1), round(report.y, 1)), **told)  # type: ignore[arg-type]
        self.picture.believe(case, "severity", report.severity.value, **told)  # type: ignore[arg-type]
        wanted = {Capability(name): count for name, count in report.needs.items()}
        sharing = {self.service, *self.department.neighbours}
        can = {name for name in wanted if SERVICE_OF.get(name) in sharing} | self.roll.capabilities
        own = {name.value: count for name, count in sorted(wanted.items()) if name in can}
        self.picture.believe(case, "needs", own, **told)  # type: ignore[arg-type]
        untold = {name: n for name, n in wanted.items() if name in can or SERVICE_OF.get(name) not in report.told}
        self.department.tell_others(case, untold, because)
        self.department.inform_office(case, wanted, because)
        self.consider(case)

    def take_same(self, message: SameScene, because: int) -> None:
        """Two cases are one: the second is closed, and nobody else goes there for it."""
        case = self.picture.cases.get(message.case or "")
        into = self.picture.cases.get(message.same_as)
        if case is not None and into is not None:
            self.department.merge(case, into, because)

    def give_over(self, case: Case, into: Case) -> None:
        """Of a case that is another's double: who is still under way turns back, who is there counts for the other."""
        self.waiting.pop(case.id, None)
        for name in [name for name in case.assigned if name in self.crews]:
            able = case.assigned.pop(name)
            if self.picture.units[name].status in ("ordered", "alerted", "en route"):
                self._recall(case, name)
            else:
                into.assigned[name] = able
                into.on_scene.add(name)
                self._jobs[name] = replace(self._jobs[name], case=into.id)

    def take_query(self, query: PlaceQuery, because: int) -> None:
        """A crew finds nothing: the centre rings the caller back."""
        case = self.picture.cases.get(query.case or "")
        if case is not None and self.department.centre is not None:
            self.department.centre.ring_back(case, self.department, query.unit, because)


class Dispatchers:
    """The stage of all dispatchers."""

    def __init__(self, agenda: Agenda, dispatchers: dict[Service, Dispatcher]) -> None:
        self.agenda = agenda
        self.dispatchers = dispatchers

    def dispatch(self) -> None:
        """Reports are taken in; units are chosen and ordered."""
        self.agenda.work()
