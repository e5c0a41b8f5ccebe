"""What can be said: may be late, lost, wrong or forged; none bears an incident."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from sim.core.streams import Dice
from sim.core.vocabulary import Capability, Number, Service, Severity


def _crews(needs: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{count} {name}" for name, count in needs)


@dataclass(frozen=True, slots=True)
class Statement:
    """What a caller says he sees, with his errors in it."""

    kind: str
    x: float
    y: float
    severity: Severity
    patients: int
    trapped: int
    is_emergency: bool = True
    at_patient: bool = False  # the caller is by the patient, and can be told what to do


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Something said over a channel between two parties."""

    word: ClassVar[str] = "message"

    sender: str
    receiver: str
    case: str | None = None

    @property
    def text(self) -> str:
        """The message in words."""
        return self.word


@dataclass(frozen=True, slots=True)
class Finding:
    """What is said of a hazard or an incident between organisations, with the errors that it has picked up."""

    kind: str
    x: float
    y: float
    severity: Severity
    people: int  # said to be hurt, missing or in danger
    needs: tuple[tuple[Capability, int], ...]  # crews that are asked for, in all
    confidence: float
    as_of_s: float
    roots: frozenset[str] = frozenset()  # callers, crews, devices that it rests on; none: who says it

    @property
    def place(self) -> tuple[float, float]:
        """Where, as it is written down, m."""
        return round(self.x, 1), round(self.y, 1)

    @property
    def text(self) -> str:
        """In words."""
        wanted = _crews(self.needs)
        return f"{self.kind}, {self.severity}, at {self.x:.0f} {self.y:.0f}" + (f"; needed: {wanted}" if wanted else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper(Message):
    """What one desk tells another about a case; its receiver opens a case of his own, or joins one."""

    wants_reply: ClassVar[bool] = True  # where papers are tracked

    finding: Finding
    dice: Dice  # of the case's first call or alarm
    hands: int = 0  # desks that have sent it on
    about: str | None = None  # the receiver's own case, where the sender knows it
    ordinal: int = 0  # how manieth of its kind about this case to this receiver
    misfit: float = 0.0  # how far signature and way are from what a look-up expects, 0 to 1

    @property
    def roots(self) -> frozenset[str]:
        """Who has seen what it says: whoever hands on the words of others is none of them."""
        return self.finding.roots or frozenset({self.sender})

    @property
    def text(self) -> str:
        return f"{self.word}: {self.finding.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handoff(Paper):
    """This is yours."""

    word: ClassVar[str] = "hand-off"

    refused_by: tuple[str, ...] = ()  # departments


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(Paper):
    """Send us this; the case stays ours."""

    word: ClassVar[str] = "request"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(Paper):
    """To a superior: this is what we know; perhaps: what shall we do?"""

    word: ClassVar[str] = "report"

    asks: bool = False  # for an instruction
    unowned: bool = False  # nobody has taken the case


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction(Paper):
    """From above: take it, or go on."""

    word: ClassVar[str] = "instruction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(Paper):
    """For your information."""

    word: ClassVar[str] = "notice"
    wants_reply: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Query(Paper):
    """What do you know of this?"""

    word: ClassVar[str] = "query"
    wants_reply: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AidRequest(Paper):
    """We have no crew left here: may those of other districts come?"""

    word: ClassVar[str] = "aid request"

    department: str
    area: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AidGrant(Message):
    """Crews of other districts may come."""

    word: ClassVar[str] = "aid grant"

    area: str  # empty: wherever they are wanted

    @property
    def text(self) -> str:
        return f"crews of other districts may be sent to {self.area or 'every district'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm(Paper):
    """A sensor says that something is wrong."""

    word: ClassVar[str] = "alarm"

    sensor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply(Message):
    """We have got your paper."""

    word: ClassVar[str] = "reply"

    about: str  # case of him who is answered
    of: str  # the kind of paper that has come


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(Message):
    """A dispatcher sends a unit to a place."""

    word: ClassVar[str] = "order"

    unit: str
    kind: str
    x: float
    y: float
    capability: Capability
    serial: int  # how manieth order of its case; an order that is said again keeps its own
    dice: Dice  # of the case's first call, the capability and the how manieth unit it is
    closures: frozenset[int] = frozenset()  # roads that are not to be taken, as far as the desk knows

    @property
    def text(self) -> str:
        return f"{self.unit}, go to {self.x:.0f} {self.y:.0f}: {self.kind}, {self.capability}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall(Message):
    """A dispatcher calls a unit off."""

    word: ClassVar[str] = "recall"

    unit: str
    serial: int  # of the order that does not stand any more

    @property
    def text(self) -> str:
        return f"{self.unit}, you are not needed any more"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReport(Message):
    """A crew says what it does, and where it is."""

    word: ClassVar[str] = "status report"

    unit: str
    status: str
    x: float
    y: float
    edge: int
    offset_m: float
    as_of_s: float
    freed_by: int | None = None  # event that set the unit free; a reference of the log, not knowledge
    outcome: str = ""
    left: Mapping[str, int] | None = None  # crews like it that are still needed at the scene that it leaves

    @property
    def text(self) -> str:
        said = f"{self.unit} {self.status} {self.outcome}".rstrip()
        return f"{said}; still needed: {_crews(sorted(self.left.items()))}" if self.left else said


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneReport(Message):
    """A commander at the scene says what is there and what is missing."""

    word: ClassVar[str] = "scene report"

    unit: str
    kind: str
    severity: Severity
    needs: Mapping[str, int]
    x: float
    y: float
    as_of_s: float
    told: tuple[str, ...] = ()  # organisations whose own leaders here tell their desks the same
    serial: int = 0  # by which it is read back

    @property
    def text(self) -> str:
        wanted = _crews(sorted(self.needs.items())) or "nothing more"
        return f"{self.kind}, {self.severity}; needed in all: {wanted}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SameScene(Message):
    """A commander at the scene says that two cases are one."""

    word: ClassVar[str] = "same scene"

    unit: str
    same_as: str
    serial: int = 0  # by which it is read back

    @property
    def text(self) -> str:
        return f"{self.case} is the same as {self.same_as}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadReport(Message):
    """A crew says that a road cannot be driven."""

    word: ClassVar[str] = "road report"

    unit: str
    edge: int

    @property
    def text(self) -> str:
        return f"{self.unit}: the road is closed (edge {self.edge})"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadNotice(Message):
    """A dispatcher tells all his crews that a road cannot be driven."""

    word: ClassVar[str] = "road notice"

    edge: int

    @property
    def text(self) -> str:
        return f"to all: a road is closed (edge {self.edge})"


@dataclass(frozen=True, slots=True, kw_only=True)
class CorridorRequest(Message):
    """A dispatcher asks the traffic centre to set the signals along a crew's way."""

    word: ClassVar[str] = "corridor request"

    unit: str
    edges: frozenset[int]  # with signals
    length_m: float

    @property
    def text(self) -> str:
        return f"{self.unit} needs green lights on {self.length_m:.0f} m"


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOpened(Message):
    """A crew is told that the signals on its way are set for it."""

    word: ClassVar[str] = "way opened"

    unit: str
    edges: frozenset[int]

    @property
    def text(self) -> str:
        return f"{self.unit}, your lights are green"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceQuery(Message):
    """A crew that finds nothing asks for a better place."""

    word: ClassVar[str] = "place query"

    unit: str

    @property
    def text(self) -> str:
        return f"{self.unit}: nothing to see here, ask the caller again"


@dataclass(frozen=True, slots=True, kw_only=True)
class BetterPlace(Message):
    """A unit that searches is told a better place."""

    word: ClassVar[str] = "better place"

    unit: str
    x: float
    y: float

    @property
    def text(self) -> str:
        return f"{self.unit}, the place is {self.x:.0f} {self.y:.0f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coaching(Message):
    """A call-taker tells a by-stander how to press the chest."""

    word: ClassVar[str] = "coaching"

    @property
    def text(self) -> str:
        return "kneel, press hard and fast in the middle of the chest, do not stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class BedReport(Message):
    """A hospital says how many bays are free."""

    word: ClassVar[str] = "bed report"

    hospital: str
    free_bays: int
    as_of_s: float

    @property
    def text(self) -> str:
        return f"{self.hospital}: {self.free_bays} bays free"


@dataclass(slots=True)
class Call:
    """One telephone call: who, on which number, what is said; its draws are sealed in its dice."""

    id: str
    citizen: int
    number: Number
    said: Statement
    attempt: int
    dice: Dice  # sealed draws of this attempt
    because: int = -1  # event that this call's next step follows from, from the first ring on
    told: frozenset[Service] = frozenset()  # services that know already
    hops: int = 0  # desks that passed it on
    is_chaser: bool = False  # "nobody is here yet"
    is_relay: bool = False  # a colleague of another service phones
    needs: tuple[tuple[Capability, int], ...] = ()  # crews that a colleague asks for
    alarm: Alarm | None = None  # no voice, but a sensor's alarm on the screen
    relayed: frozenset[str] = frozenset()  # on whose word a colleague phones

    @property
    def roots(self) -> frozenset[str]:
        """Who has seen what it says."""
        own = self.alarm.sender if self.alarm is not None else f"caller {self.citizen}"
        return self.relayed or frozenset({own if self.citizen >= 0 or self.alarm is not None else self.id})
