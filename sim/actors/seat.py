"""A seat: a person sits at the desks of one department, and what they decide is for him to say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from sim.actors.department import Department
from sim.actors.dispatcher import Dispatcher
from sim.actors.duty_desk import Matter
from sim.actors.office import Office
from sim.actors.offices import Offices
from sim.actors.warnings import Warnings
from sim.comms.cases import Case
from sim.core.errors import InputError, unknown
from sim.core.events import SeatLeft, SeatTaken
from sim.core.streams import Streams


class Filed(NamedTuple):
    """A case of the department: with the duty desk where it lies, or none if it is one of the desk with crews."""

    case: Case
    office: Office | None
    matter: Matter | None

    @property
    def newest(self) -> int:
        """The event that what is done about it follows from."""
        if self.matter is not None:
            return self.matter.because
        needs = self.case.beliefs.get("needs")
        return self.case.opened if needs is None else needs.event


@dataclass(frozen=True)
class Seat:
    """The desks of one department: that with crews, if it has any, and all its duty desks."""

    department: str
    stage: Offices
    warnings: Warnings
    streams: Streams

    def __post_init__(self) -> None:
        if self.department not in departments(self.stage):
            raise unknown("the department", self.department, departments(self.stage))

    # --- what belongs to it

    @property
    def crews(self) -> Department | None:
        """Its desk with crews."""
        return self.stage.crews.get(self.department)

    @property
    def offices(self) -> list[Office]:
        """Its duty desks."""
        return [office for office in self.stage.by_name.values() if office.department == self.department]

    @property
    def is_taken(self) -> bool:
        """Whether a person sits there."""
        return any(one.is_manned for one in (self.crews, *self.offices) if one is not None)

    @property
    def names(self) -> set[str]:
        """As whom its desks send and hear messages."""
        own = {self.department, *(office.name for office in self.offices)}
        if self.crews is not None:
            own |= {self.crews.dispatcher.service.value, f"{self.department} dispatcher", self.crews.picture.owner}
        return own

    # --- somebody comes, somebody goes

    def take(self) -> None:
        """A person sits down: what lies there waits for him from now on."""
        if self.is_taken:
            raise InputError(f"the seat of {self.department} is taken")
        self.stage.parts.log.add(SeatTaken(department=self.department))
        if self.crews is not None:
            self.crews.is_manned = True
        for office in self.offices:
            office.is_manned = True

    def leave(self) -> None:
        """He gets up: the department's own people go on with what lies there."""
        self.check_taken()
        self.stage.parts.log.add(SeatLeft(department=self.department))
        if self.crews is not None:
            self.crews.is_manned = False
            _go_on_with_crews(self.crews.dispatcher)
        for office in self.offices:
            office.is_manned = False
            for matter in list(office.matters.values()):
                _go_on(office, matter)

    def check_taken(self) -> None:
        """Refuse orders while nobody sits there."""
        if not self.is_taken:
            raise InputError(f"nobody sits at the desks of {self.department}; take the seat first")

    # --- what lies there

    def find(self, name: str) -> Filed:
        """A case of its own, wherever it lies; InputError names those that there are."""
        picture = self.crews.picture if self.crews is not None else None
        if picture is not None and name in picture.cases:
            return Filed(picture.cases[name], None, None)
        for office in self.offices:
            if name in office.matters:
                return Filed(office.matters[name].case, office, office.matters[name])
        known = [*(picture.cases if picture is not None else ()), *(n for one in self.offices for n in one.matters)]
        raise unknown(f"the case of {self.department}", name, known)

    def dispatcher(self) -> Dispatcher:
        """Who speaks to its crews; InputError where there are none."""
        if self.crews is None:
            raise InputError(f"{self.department} has no crews of its own; ask a department that has: request")
        return self.crews.dispatcher


def departments(stage: Offices) -> list[str]:
    """Departments at whose desks a person can sit."""
    return sorted({*stage.parts.organisation.department, *stage.crews})


def _go_on_with_crews(dispatcher: Dispatcher) -> None:
    """The dispatcher looks anew at every case that waits."""
    waiting = list(dispatcher.waiting.values())
    dispatcher.waiting.clear()
    for case in waiting:
        dispatcher.consider_soon(case)


def _go_on(office: Office, matter: Matter) -> None:
    """What lay before the person is judged; what is owned is acted on."""
    if matter.is_pending:
        matter.is_pending = False
        if matter.is_refused:
            office.pass_on(matter)
        else:
            office.ponder(matter)
    elif matter.is_owned and matter.case.is_open:
        office.act(matter)
