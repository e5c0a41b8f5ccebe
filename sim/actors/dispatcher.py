"""A dispatcher: from what is believed of cases and units he chooses who goes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from mesa import Agent
from numpy.typing import NDArray

from sim.city.index import SpatialIndex
from sim.city.map import Map
from sim.city.roads import Singles, Spot
from sim.city.routing import Router
from sim.city.traffic import Traffic
from sim.comms.channels import Channel
from sim.comms.messages import (
    BetterPlace,
    Message,
    Order,
    PlaceQuery,
    Recall,
    RoadReport,
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

Rows = NDArray[np.int64]

FREE = "free"
"""The status of a unit that can be ordered."""


class Radio(NamedTuple):
    """A service's two nets: spoken orders, and status messages."""

    switchboard: Switchboard
    voice: Channel
    status: Channel
    repeat_after_s: float


@dataclass(frozen=True, slots=True)
class RoadSense:
    """What a dispatcher knows of the roads: a plan of the city and the usual speeds."""

    router: Router
    traffic: Traffic
    index: SpatialIndex
    town: Map

    def district(self, x: float, y: float) -> str:
        """The district of a place."""
        return self.town.districts[int(self.town.node_district[self.index.nearest_node(x, y)])].name

    def seconds(self, t: float, closures: set[int], *ends: Spot) -> Singles:
        """Expected travel times by edge, s, with the closures that are believed in."""
        expected = self.traffic.expected_s(self.traffic.hour_at(t), siren=True)
        return self.router.without(expected, closures, *ends) if closures else expected


class Crew(Protocol):
    """A unit, as far as its dispatcher deals with it."""

    id: str
    row: int
    district: str
    capabilities: frozenset[Capability]

    def hear(self, message: Message, because: int) -> None: ...


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
        self._capabilities: frozenset[Capability] = frozenset()
        self._names: list[str] = []  # by row
        self._edges = np.zeros(0, np.int32)  # by row: last reported spot
        self._offsets = np.zeros(0)
        self._xy = np.zeros((0, 2))
        self._districts = np.zeros(0, np.str_)
        self._can: dict[Capability, NDArray[np.bool_]] = {}
        self._free = np.zeros(0, np.bool_)
        self._expected: dict[str, float] = {}  # ETAs of the choice that is being made
        self._jobs: dict[str, Order] = {}  # by unit: the order that it was given last, until it is done with it
        self._unheard: set[str] = set()  # units whose order nobody has acknowledged

    radio: Radio
    dispatch_policy: Dispatch
    queue_policy: Queue

    def enlist(self, crews: list[Crew], spots: list[Spot], places: list[tuple[float, float]]) -> None:
        """The roll of the service at the start of the run: all free, at their posts."""
        self._names = [crew.id for crew in crews]
        self._edges = np.array([spot.edge for spot in spots], np.int32)
        self._offsets = np.array([spot.offset_m for spot in spots])
        self._free = np.ones(len(crews), np.bool_)
        self._xy = np.array(places).reshape(-1, 2)
        self._districts = np.array([crew.district for crew in crews], np.str_)
        for crew, spot, (x, y) in zip(crews, spots, places, strict=True):
            self.crews[crew.id] = crew
            self.picture.units[crew.id] = Sighting(FREE, x, y, spot.edge, spot.offset_m, 0.0)
        every = {capability for crew in crews for capability in crew.capabilities}
        self._capabilities = frozenset(every)
        self._can = {one: np.array([one in crew.capabilities for crew in crews]) for one in every}

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
        for capability in sorted(case.missing(self._capabilities)):
            count = case.missing(self._capabilities).get(capability, 0)  # a crew just sent may do this too
            for name in self._choose(case, capability, count) if count else ():
                self.order(name, case, capability)
        self._recall_surplus(case)
        if not case.missing(self._capabilities):
            self.waiting.pop(case.id, None)
        elif case.id not in self.waiting:
            self.waiting[case.id] = case
            self._retry_later(case)

    def _choose(self, case: Case, capability: Capability, count: int) -> tuple[str, ...]:
        rows = np.flatnonzero(self._free & self._can[capability])
        self._expected = {}
        if not len(rows):
            return ()

        def by_eta(k: int) -> tuple[Estimate, ...]:
            found = self._estimates(case, rows, k)
            self._expected = {estimate.unit: estimate.eta_s for estimate in found}
            return found

        def by_distance(k: int, district: str | None) -> tuple[str, ...]:
            return self._nearest(case, rows, k, district)

        def free_by_district() -> dict[str, int]:
            return dict(Counter(self._districts[rows].tolist()))

        view = DispatchView(self.view_of(case), capability, count, by_eta, by_distance, free_by_district)
        return self.dispatch_policy.choose(view)

    def _nearest(self, case: Case, rows: Rows, k: int, district: str | None) -> tuple[str, ...]:
        """The k nearest by straight line, as last reported."""
        if district is not None:
            rows = rows[self._districts[rows] == district]
        x, y = case.place
        away = np.hypot(self._xy[rows, 0] - x, self._xy[rows, 1] - y)
        return tuple(self._names[row] for row in rows[np.argsort(away, kind="stable")[:k]])

    def _estimates(self, case: Case, rows: Rows, k: int) -> tuple[Estimate, ...]:
        """The k units that are expected first at the believed place, from where they last reported."""
        target = self.sense.index.nearest_spot(*case.place)
        seconds = self.sense.seconds(self.agenda.clock.t, self.picture.closures, target)
        spots = {int(row): Spot(int(self._edges[row]), float(self._offsets[row])) for row in rows}
        found = self.sense.router.nearest_of(target, seconds, spots, k)
        return tuple(Estimate(self._names[row], self.crews[self._names[row]].district, eta) for row, eta in found)

    def view_of(self, case: Case) -> CaseView:
        """The case as policies see it."""
        x, y = case.place
        age_s = float(self.agenda.clock.t - case.opened_s)
        return CaseView(case.id, case.kind, Severity(case.severity), x, y, self._district(case), age_s)

    def _district(self, case: Case) -> str:
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

    # --- an order goes out

    def order(self, name: str, case: Case, capability: Capability, freed_by: int | None = None) -> None:
        """Tell a unit to go; it counts as sent from now on."""
        crew = self.crews[name]
        ordinal = case.ordered.get(capability, 0)
        case.ordered[capability] = ordinal + 1
        case.assigned[name] = crew.capabilities
        self._set_free(name, False)
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
        )
        self._jobs[name] = order
        self._unheard.add(name)
        self._say(order, crew, event, 0)

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
            if any(capability in able for capability in case.missing(self._capabilities)):
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
            case RoadReport():
                self.picture.closures.add(message.edge)
            case PlaceQuery():
                self.agenda.soon(self.take_query, message, because)

    def take_status(self, report: StatusReport, because: int) -> None:
        """A unit says what it does, and where."""
        sighting = self.picture.units[report.unit]
        sighting.x, sighting.y, sighting.as_of_s = report.x, report.y, report.as_of_s
        sighting.edge, sighting.offset_m, sighting.freed_by = report.edge, report.offset_m, report.freed_by
        row = self.crews[report.unit].row
        self._edges[row], self._offsets[row] = report.edge, report.offset_m
        self._xy[row] = report.x, report.y
        job = self._jobs.get(report.unit)
        if job is not None and report.unit in self._unheard and report.case != job.case:
            return  # it has come home, and has not heard yet that it must go out again
        self._unheard.discard(report.unit)
        sighting.status = report.status
        case = self.picture.cases.get(report.case or (job.case if job is not None else None) or "")
        if case is not None and report.status == "on scene":
            case.on_scene.add(report.unit)
        elif case is not None and report.status == "transporting":
            self._take_away(case, report, because)
        if report.outcome or report.status == FREE:
            self._jobs.pop(report.unit, None)
            if case is not None:
                self._finish(case, report, because)
        if report.status == FREE:
            self._set_free(report.unit, True)
            self.offer(report.unit)

    def _take_away(self, case: Case, report: StatusReport, because: int) -> None:
        """An ambulance leaves with a patient: one less is to be fetched, and it is of no more use at the scene."""
        able = case.assigned.get(report.unit)
        if able:
            case.assigned[report.unit] = frozenset()
            self._meet(case, able, report, because)

    def _set_free(self, name: str, is_free: bool) -> None:
        self._free[self.crews[name].row] = is_free

    def _finish(self, case: Case, report: StatusReport, because: int) -> None:
        """A unit is done with the case: its part of the need is met, or turns out to be none."""
        able = case.assigned.pop(report.unit, None)
        case.on_scene.discard(report.unit)
        if able is None or report.outcome == "busy":
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
            needs = {name: n for name, n in needs.items() if SERVICE_OF[Capability(name)] is not self.service}
        else:
            needs = {name: n - 1 if Capability(name) in able else n for name, n in needs.items()}
        left = {name: count for name, count in needs.items() if count > 0}
        return self.picture.believe(
            case, "needs", left, because=because, source=f"report of {report.unit}", confidence=0.9
        )

    def offer(self, name: str) -> None:
        """A unit is free again: which waiting case does it take?"""
        crew = self.crews[name]
        cases = {case.id: case for case in self._waiting_for(crew)}
        if not cases:
            return
        seen = self.picture.units[name]
        unit = UnitView(name, crew.district, seen.x, seen.y, seen.as_of_s)
        view = QueueView(tuple(self.view_of(case) for case in cases.values()), unit)
        case = cases[self.queue_policy.pick(view)]
        missing = [one for one in sorted(case.missing(self._capabilities)) if one in crew.capabilities]
        self._expected = {}
        self.order(name, case, missing[0], seen.freed_by)
        if not case.missing(self._capabilities):
            del self.waiting[case.id]

    def _waiting_for(self, crew: Crew) -> list[Case]:
        """The waiting cases that the unit could and may serve."""
        found = []
        free = 0
        for case in list(self.waiting.values()):
            missing = case.missing(self._capabilities) if case.is_open else {}
            if not missing:
                del self.waiting[case.id]
            elif crew.capabilities & set(missing):
                free = free or self._free_beside(crew)
                if self.dispatch_policy.may_serve(crew.district, free, self.view_of(case)):
                    found.append(case)
        return found

    def _free_beside(self, crew: Crew) -> int:
        """Free units of the crew's district that can do what it can, itself included."""
        able = self._free & (self._districts == crew.district)
        for capability in crew.capabilities:
            able = able & self._can[capability]
        return int(able.sum())

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
        own = {name.value: count for name, count in sorted(wanted.items()) if SERVICE_OF[name] in sharing}
        self.picture.believe(case, "needs", own, **told)  # type: ignore[arg-type]
        self.department.tell_others(case, wanted, because)
        self.consider(case)

    def take_query(self, query: PlaceQuery, because: int) -> None:
        """A crew finds nothing: the centre rings the caller back."""
        case = self.picture.cases.get(query.case or "")
        if case is not None:
            self.department.centre.ring_back(case, self.department, query.unit, because)


class Dispatchers:
    """The stage of all dispatchers."""

    def __init__(self, agenda: Agenda, dispatchers: dict[Service, Dispatcher]) -> None:
        self.agenda = agenda
        self.dispatchers = dispatchers

    def dispatch(self) -> None:
        """Reports are taken in; units are chosen and ordered."""
        self.agenda.work()
