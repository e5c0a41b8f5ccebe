"""A unit: a crewed vehicle. Its methods stand in the order of a job."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from sim.actors.dispatcher import FREE, Dispatcher
from sim.actors.roadcrew import UnitParts as UnitParts
from sim.actors.seeking import SeekingCrew
from sim.actors.tables import CrewTable, lognormal_s
from sim.city.roads import Spot
from sim.comms.messages import (
    BetterPlace,
    Message,
    Order,
    Recall,
    RoadNotice,
    StatusReport,
    WayOpened,
)
from sim.core.events import (
    CrewHurt,
    Event,
    HazardJudged,
    HazardLearnt,
    UnitAlerted,
    UnitAvailable,
    UnitEnRoute,
    UnitHome,
    UnitOnScene,
    WaterOnFire,
    WorkDone,
)
from sim.core.vocabulary import Capability
from sim.hazards.incident import Incident

if TYPE_CHECKING:
    from mesa import Model


OUT_OF_ACTION = "out of action"
"""The status of a crew that can do nothing any more."""


class Post(NamedTuple):
    """Where a unit belongs."""

    station: str
    district: str
    spot: Spot


class Unit(SeekingCrew):
    """A crew with its vehicle."""

    def __init__(self, model: Model, name: str, row: int, service: CrewTable, post: Post, parts: UnitParts) -> None:
        super().__init__(model, parts)
        self.id = name
        self.row = row
        self.table = service
        self.capabilities = frozenset(service.capabilities)
        self.post = post
        self.district = post.district
        self.spot = post.spot  # where it stands, or stood when it set off
        self.status = FREE
        self.is_home = True
        self.order: Order | None = None
        self.because = 0  # the newest event of its present job
        self.found: Incident | None = None
        self._obeyed: tuple[str | None, int] | None = None  # the last order that it took
        self._has_asked = False  # for a better place

    dispatcher: Dispatcher

    # --- an order

    def hear(self, message: Message, because: int) -> None:
        """The radio speaks; the crew acts when it is the units' turn."""
        match message:
            case Order():
                self.parts.agenda.soon(self.obey, message, because)
            case Recall():
                self.parts.agenda.soon(self.turn_back, message, because)
            case BetterPlace():
                self.parts.agenda.soon(self.go_elsewhere, message, because)
            case RoadNotice() if self.order is not None or not self.is_home:
                self.parts.agenda.soon(self.avoid, message, because)
            case WayOpened():
                self.parts.agenda.soon(self.open_way, message, because)

    def read_back(self, serial: int) -> None:
        """The desk repeats what the crew's leader has said."""
        self.parts.command_posts.read_back(self, serial)

    def obey(self, order: Order, because: int) -> None:
        """The crew hears the order and gets ready."""
        if self._obeyed == (order.case, order.serial):
            return  # the same order, said twice
        if self.status != FREE:
            self.report(self.status, because, case=order.case, outcome="busy")
            return
        self.halt()
        self.order = order
        self.take_down(order.closures)
        self._obeyed = order.case, order.serial
        self._has_asked = False
        self.status = "alerted"
        self.because = because
        self.note(UnitAlerted)
        self.report("alerted", self.because)
        self._next = self.parts.agenda.after(self._turnout_s(order), self.leave)

    @property
    def service(self) -> str:
        return self.dispatcher.service.value

    @property
    def is_bound(self) -> bool:
        return self.status in ("alerted", "en route")

    def _turnout_s(self, order: Order) -> float:
        if not self.is_home:
            return self.parts.road.turnout_on_road_s.value
        table = self.table
        return lognormal_s(order.dice, "turnout", (), table.turnout_median_s.value, table.turnout_sigma.value)

    def leave(self) -> None:
        """The wheels start to turn."""
        assert self.order is not None
        self.status = "en route"
        self.is_home = False
        (x, y), order = self.place, self.order
        self.note(UnitEnRoute, x=round(x, 1), y=round(y, 1), to_x=order.x, to_y=order.y)
        self.report("en route", self.because)
        self.drive(order.x, order.y)

    def drive(self, x: float, y: float) -> None:
        """To the believed place."""
        if not self.set_off(self.parts.sense.index.nearest_spot(x, y), siren=self.table.uses_siren):
            self.give_up()

    def go_on(self) -> None:
        """From where it was stopped to where it was going."""
        if self.order is not None:
            self.drive(self.order.x, self.order.y)
        else:
            self.go_home()

    def turn_back(self, message: Recall, because: int) -> None:
        """Not needed any more; a crew that has not even heard the order says that it is free."""
        if self._obeyed == (message.case, message.serial):
            if self.order is None or self.order.serial != message.serial or self.found is not None:
                return  # it has been there already, or is there
            self.halt()
            self.because = because
            self.become_free("recalled")
        elif self.status == FREE:
            self._obeyed = message.case, message.serial  # the order may still be on the air
            freed = self.parts.log.add(UnitAvailable(because=because, unit=self.id, department=self.service))
            self.report(FREE, freed, case=message.case, outcome="recalled")

    # --- at the place

    def arrive(self) -> None:
        """The wheels stop."""
        self.spot = self.parts.vehicles.stop(self)
        if self.order is not None:
            self.close_way()
            self.look()
        else:
            self.is_home = True
            self._met.clear()
            self.parts.log.add(UnitHome(unit=self.id, department=self.service))
            self.report(FREE, None)

    def tune_in(self) -> None:
        """The radio works again: who stands ready says so, for it may be that nobody has heard him."""
        if self.status == FREE and self.is_home:
            self.report(FREE, None)

    def reach(self, incident: Incident) -> None:
        """The crew is on the scene; access begins."""
        self.found = incident
        self.status = "on scene"
        self.note(UnitOnScene, found=incident.id)
        incident.crew_arrives(self.id, self.capabilities, float(self.parts.agenda.clock.t))
        self.report("on scene", self.because)
        if incident.hidden is not None and self.parts.files.are_shown(incident):
            incident.hidden.tell(self.id)
            self.note(HazardLearnt, found=incident.id)
        self.parts.command_posts.attend(self, incident)
        self._next = self.parts.agenda.after(incident.access_s, self.start) if incident.access_s else None
        if self._next is None:
            self.start()

    def start(self) -> None:
        """Access is over: hands on, if anything is left to do."""
        assert self.found is not None
        self._next = None
        if self._has_nothing_to_do():
            self.done()
            return
        has_fire = Capability.EXTINGUISH in self.capabilities and Capability.EXTINGUISH in self.found.needs()
        self.found.crew_starts(self.id, float(self.parts.agenda.clock.t))
        if has_fire:
            self.note(WaterOnFire, found=self.found.id)

    def recheck(self) -> None:
        """Something changed at the scene: is anything left to do for this crew?"""
        if self.is_at_work and self._has_nothing_to_do():
            self.done()

    def _has_nothing_to_do(self) -> bool:
        """No work, and if it leads, it has said what is needed: nobody leaves without a word."""
        found = self.found
        if found is None or not found.is_done_for(self.id):
            return False
        return not (found.is_active and self.parts.command_posts.waits_for(self, found))

    @property
    def is_at_work(self) -> bool:
        """Whether access is over and the crew is not in the middle of something."""
        return self.found is not None and self.status == "on scene" and self._next is None

    def tell_judged(self, incident: Incident) -> None:
        """What the crew inspected is judged; it may have turned away in that very second."""
        assert self._obeyed is not None and self._obeyed[0] is not None, f"{self.id} was sent nowhere"
        case, found = self._obeyed[0], incident.id
        judged = HazardJudged(because=self.because, unit=self.id, case=case, department=self.service, found=found)
        self.because = self.parts.log.add(judged)

    def fall(self, incident: Incident) -> None:
        """Some of the crew are hurt: it is of no more use today, and its desk hears so."""
        if self.found is not incident:
            return
        self.halt()
        self.note(CrewHurt, found=incident.id)
        case = self.order.case if self.order else None
        self.order, self.found, self.status = None, None, OUT_OF_ACTION
        self.report(OUT_OF_ACTION, self.because, case=case, outcome="hurt")

    # --- free again

    def done(self) -> None:
        """Nothing is left for this crew to do."""
        if self.found is not None:
            self.found.crew_leaves(self.id, float(self.parts.agenda.clock.t))
        self.note(WorkDone, found=self.found.id if self.found else None)
        self.become_free("done", left=self.left_at_scene())

    def left_at_scene(self) -> dict[str, int] | None:
        """Crews like this one that are needed at the scene from which it turns away, as it sees; None elsewhere."""
        if self.found is None or self.status != "on scene":
            return None
        needs = self.found.needs()
        return {one.value: needs[one] for one in sorted(self.capabilities & needs.keys())}

    def become_free(self, outcome: str, left: dict[str, int] | None = None) -> None:
        """The crew can be ordered again, and starts for home."""
        case = self.order.case if self.order else None
        self.order, self.found = None, None
        self.close_way()
        self.status = FREE
        freed = self.parts.log.add(UnitAvailable(because=self.because, unit=self.id, department=self.service))
        self.report(FREE, freed, case=case, outcome=outcome, left=left)
        self.go_home()

    def go_home(self) -> None:
        """Back to its post, without siren."""
        self.set_off(self.post.spot, siren=False)

    # --- what is said of it

    def note(self, kind: Callable[..., Event], **more: object) -> None:
        """Log the next event of the present job."""
        assert self.order is not None and self.order.case is not None, f"{self.id} has no job"
        event = kind(because=self.because, unit=self.id, case=self.order.case, department=self.service, **more)
        self.because = self.parts.log.add(event)

    @property
    def dispatcher_name(self) -> str:
        return f"{self.service} dispatcher"

    def report(
        self,
        status: str,
        because: int | None,
        *,
        case: str | None = None,
        outcome: str = "",
        left: dict[str, int] | None = None,
    ) -> None:
        """Tell the dispatcher what the crew does and where it is."""
        spot = self.parts.vehicles.where(self) or self.spot
        x, y = self.parts.sense.town.roads.at(spot)
        message = StatusReport(
            sender=self.id,
            receiver=self.dispatcher_name,
            case=case if case is not None else (self.order.case if self.order else None),
            unit=self.id,
            status=status,
            x=round(x, 1),
            y=round(y, 1),
            edge=spot.edge,
            offset_m=spot.offset_m,
            as_of_s=float(self.parts.agenda.clock.t),
            freed_by=because if status == FREE and outcome else None,
            outcome=outcome,
            left=left,
        )
        self.say(message, because)

    def say(self, message: Message, because: int | None) -> None:
        """A short message to the dispatcher."""
        radio = self.dispatcher.radio
        radio.switchboard.send(message, self.dispatcher, radio.status, because)
