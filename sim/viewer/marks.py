"""What can stand on the map at one moment; each mark is a frozen value with places in metres and times in seconds.

Times are seconds since the start of the run. A mark bears no object of the city: what is not in it cannot be shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Place = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Leg:
    """A way in time: the points of a polyline, and when each is passed; equal only to itself."""

    points: Floats  # (k, 2), m
    times_s: Floats  # k, ascending

    @property
    def depart_s(self) -> float:
        """When it begins."""
        return float(self.times_s[0])

    @property
    def arrive_s(self) -> float:
        """When it ends, if nothing comes between."""
        return float(self.times_s[-1])

    def at(self, t: float) -> Place:
        """The place at a time; at the ends before and after it."""
        x, y = (float(np.interp(t, self.times_s, self.points[:, axis])) for axis in (0, 1))
        return x, y


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitMark:
    """A crewed vehicle: as it is, or as it last reported to whoever looks."""

    sort: ClassVar[str] = "unit"

    id: str
    service: str
    station: str
    district: str
    status: str
    x: float
    y: float
    home: Place
    as_of_s: float | None = None  # of the report; None: it is so now
    case: str | None = None
    is_home: bool = False
    leg: Leg | None = None  # its way, in truth only


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentMark:
    """An open incident, as it is; in truth only."""

    sort: ClassVar[str] = "incident"

    id: str
    kind: str
    x: float
    y: float
    since_s: float
    needs: Mapping[str, int]
    victims: int
    listed: bool
    district: str
    subdistrict: str
    floor: int
    extent: float
    intensity: float
    noticed_s: float | None = None  # when somebody, or a device, first noticed it
    crews: tuple[str, ...] = ()  # at the scene
    cases: tuple[str, ...] = ()  # open ones about it, in any picture


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMark:
    """An open case, as one organisation believes it."""

    sort: ClassVar[str] = "case"

    id: str
    owner: str
    kind: str
    x: float
    y: float
    opened_s: float
    severity: str
    confidence: float  # the lesser of those of its kind and its place
    as_of_s: float  # when the newest of its beliefs was true
    source: str  # of the newest belief
    needs: Mapping[str, int] = field(default_factory=dict)
    people: int | None = None
    units: tuple[str, ...] = ()  # sent for it
    is_false: bool | None = None  # nothing is behind it; None: nobody who looks can know
    incident: str | None = None  # what it is about, in truth only


@dataclass(frozen=True, slots=True, kw_only=True)
class SightingMark:
    """Something that people on the spot have seen; in the public's lens only."""

    sort: ClassVar[str] = "sighting"

    id: str
    kind: str
    x: float
    y: float
    since_s: float
    witnesses: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtentMark:
    """What an incident covers, and the people in it; in truth only."""

    sort: ClassVar[str] = "extent"

    id: str  # of the incident
    kind: str
    x: float
    y: float
    radius_m: float
    level: float  # 0 to 1: how far it has come (height of water, size of fire, movement of a slope)
    inside: int = 0
    left: int = 0
    hurt: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertMark:
    """What an office has told the public: to leave a zone, or what it is; everybody can hear it."""

    sort: ClassVar[str] = "alert"

    id: str
    says: str  # warning, statement
    kind: str
    x: float
    y: float
    radius_m: float  # who is told to leave; 0 of a statement
    heard_m: float
    office: str
    since_s: float
    reached: int | None = None  # people, in truth only
    following: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RumourMark:
    """What the people of a subdistrict tell each other."""

    sort: ClassVar[str] = "rumour"

    id: str
    kind: str
    x: float
    y: float
    subdistrict: str
    believing: int
    since_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureMark:
    """A stretch of road that is closed, or is believed to be."""

    sort: ClassVar[str] = "closure"

    id: str
    points: tuple[Place, ...]
    road: str
    as_of_s: float

    @property
    def x(self) -> float:
        """Of its middle."""
        return self.points[len(self.points) // 2][0]

    @property
    def y(self) -> float:
        """Of its middle."""
        return self.points[len(self.points) // 2][1]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadMark:
    """How full a hospital is: as it is, or as it last reported."""

    sort: ClassVar[str] = "load"

    id: str
    x: float
    y: float
    free: int
    bays: int | None = None  # in truth only
    waiting: int | None = None  # ambulances at the door, in truth only
    as_of_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowMark:
    """Around a mast without power, where no telephone and no radio works; in a draft, what any attack covers."""

    sort: ClassVar[str] = "shadow"

    id: str
    x: float
    y: float
    radius_m: float
    kind: str = "mast_down"  # of attack


@dataclass(frozen=True, slots=True, kw_only=True)
class ArcMark:
    """Something that is being said, or was just now, from one place to another."""

    sort: ClassVar[str] = "arc"

    id: str
    word: str  # call, order, report, hand-off …
    sender: str
    receiver: str
    channel: str
    start: Place
    end: Place
    sent_s: float
    state: str  # on air, heard, lost; sent: whoever looks cannot know
    text: str = ""
    case: str | None = None
    is_paper: bool = False  # between organisations


Mark = (
    UnitMark
    | IncidentMark
    | CaseMark
    | SightingMark
    | ExtentMark
    | AlertMark
    | RumourMark
    | ClosureMark
    | LoadMark
    | ShadowMark
    | ArcMark
)


def mark_place(mark: Mark) -> tuple[float, float]:
    """Where a mark stands, m; an arc at its start."""
    return mark.start if isinstance(mark, ArcMark) else (mark.x, mark.y)
