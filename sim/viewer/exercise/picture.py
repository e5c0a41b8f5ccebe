"""What a seat sees: the pictures of its own desks, in frozen values; no truth, and nothing of anybody else's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sim.actors.dispatcher import Dispatcher
from sim.actors.seat import Seat
from sim.comms.cases import Case
from sim.comms.pictures import Picture
from sim.viewer.exercise.letters import Letters

MOST_LETTERS = 500
"""The newest that a picture shows; all are in the log."""


@dataclass(frozen=True, slots=True)
class Believed:
    """One believed field: value, how sure, by what, and as of when that was so (s since the start)."""

    value: Any
    confidence: float
    source: str
    as_of_s: float


@dataclass(frozen=True, slots=True)
class CaseSeen:
    """A case of a desk."""

    id: str
    owner: str  # of the picture
    opened_s: int
    beliefs: dict[str, Believed]
    status: str  # at a duty desk: decide, ours, theirs, held, known; at one with crews: open, waiting, doubted
    missing: dict[str, int]  # our crews still to be sent
    units: tuple[str, ...]  # sent and not yet done with it
    on_scene: tuple[str, ...]
    is_accepted: bool = False  # it is ours already


@dataclass(frozen=True, slots=True)
class UnitSeen:
    """A unit of ours as it last reported."""

    id: str
    status: str
    x: float
    y: float
    as_of_s: float
    district: str
    capabilities: tuple[str, ...]
    case: str | None


@dataclass(frozen=True, slots=True)
class SeatPicture:
    """Everything that a seat sees at one moment."""

    t: int
    department: str
    is_taken: bool
    cases: tuple[CaseSeen, ...]
    units: tuple[UnitSeen, ...]
    closures: tuple[int, ...]  # edges that are believed to be closed
    free_bays: dict[str, tuple[int, float]]  # by hospital: bays, as of
    heard: tuple[dict[str, Any], ...]
    said: tuple[dict[str, Any], ...]

    def as_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


def picture_of(t: int, seat: Seat, letters: Letters) -> SeatPicture:
    """What a seat sees now."""
    crews = seat.crews
    cases = [_of_desk(one, crews.picture, crews.dispatcher) for one in crews.picture.cases.values()] if crews else []
    for office in seat.offices:
        for matter in office.matters.values():
            status = (
                "decide" if matter.is_pending else "ours" if matter.is_owned else "held" if matter.is_held
                else "theirs" if matter.is_refused else "known"
            )  # fmt: skip
            cases.append(_case(matter.case, office.name, status, {}, is_accepted=matter.is_owned))
    return SeatPicture(
        t=t,
        department=seat.department,
        is_taken=seat.is_taken,
        cases=tuple(cases),
        units=_units(crews.dispatcher) if crews else (),
        closures=tuple(sorted(crews.picture.closures())) if crews else (),
        free_bays=dict(crews.picture.free_bays) if crews else {},
        heard=tuple(one.as_json() for one in letters.heard[-MOST_LETTERS:]),
        said=tuple(one.as_json() for one in letters.said[-MOST_LETTERS:]),
    )


def _of_desk(case: Case, picture: Picture, dispatcher: Dispatcher) -> CaseSeen:
    missing = {name.value: count for name, count in case.missing(dispatcher.roll.capabilities).items()}
    status = "doubted" if case.is_doubted else "waiting" if case.id in dispatcher.waiting else "open"
    is_ours = dispatcher.service.value in case.accepted
    return _case(case, picture.owner, status, missing, is_accepted=is_ours)


def _case(case: Case, owner: str, status: str, missing: dict[str, int], *, is_accepted: bool) -> CaseSeen:
    held = {name: Believed(_own(one.value), *one[1:4]) for name, one in case.beliefs.items()}
    return CaseSeen(
        case.id, owner, case.opened_s, held, status, missing, tuple(case.assigned), tuple(sorted(case.on_scene)),
        is_accepted,
    )  # fmt: skip


def _own(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value


def _units(dispatcher: Dispatcher) -> tuple[UnitSeen, ...]:
    jobs = {name: case.id for case in dispatcher.picture.cases.values() for name in case.assigned}
    found = []
    for name, crew in dispatcher.crews.items():
        seen = dispatcher.picture.units[name]
        able = tuple(sorted(one.value for one in crew.capabilities))
        found.append(UnitSeen(name, seen.status, seen.x, seen.y, seen.as_of_s, crew.district, able, jobs.get(name)))
    return tuple(found)
