"""A dispatcher: from what his crews report he knows where they are and what is still missing; then he chooses."""

from __future__ import annotations

from collections.abc import Mapping

from sim.actors.choosing import ChoosingDesk
from sim.actors.orders import FREE as FREE
from sim.actors.orders import Radio as Radio
from sim.city.roads import Spot
from sim.comms.cases import Case
from sim.comms.messages import Message, PlaceQuery, RoadReport, SameScene, SceneReport, StatusReport
from sim.core.clock import Agenda
from sim.core.vocabulary import SERVICE_OF, Capability, Service


class Dispatcher(ChoosingDesk):
    """Dispatches one service's units for the cases of a picture; here the radio speaks to him."""

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
            needs = {name: _still(name, n, report.left) if Capability(name) in able else n for name, n in needs.items()}
        left = {name: count for name, count in needs.items() if count > 0}
        return self.picture.believe(
            case, "needs", left, because=because, source=f"report of {report.unit}", confidence=0.9
        )

    def take_scene(self, report: SceneReport, because: int) -> None:
        """The commander at the scene has counted: the picture follows him, and whoever is missing is sent or phoned."""
        case = self.picture.cases.get(report.case or "")
        if case is None:
            return
        case.roots.add(report.unit)
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

    def take_query(self, query: PlaceQuery, because: int) -> None:
        """A crew finds nothing: the centre rings the caller back."""
        case = self.picture.cases.get(query.case or "")
        if case is not None and self.department.centre is not None:
            self.department.centre.ring_back(case, self.department, query.unit, because)


def _still(name: str, wanted: int, left: Mapping[str, int] | None) -> int:
    """Crews still wanted when one has done its part: one less, or as few as it has seen that there is work for."""
    return wanted - 1 if left is None else min(wanted - 1, left.get(name, 0))


class Dispatchers:
    """The stage of all dispatchers."""

    def __init__(self, agenda: Agenda, dispatchers: dict[Service, Dispatcher]) -> None:
        self.agenda = agenda
        self.dispatchers = dispatchers

    def dispatch(self) -> None:
        """Reports are taken in; units are chosen and ordered."""
        self.agenda.work()
