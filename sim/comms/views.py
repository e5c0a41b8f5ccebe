"""What a policy sees: frozen values made from one organisation's picture, never the truth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sim.core.vocabulary import Capability, Phase, Role, Service, Severity


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as its organisation believes it."""

    id: str
    kind: str
    severity: Severity
    x: float
    y: float
    district: str
    age_s: float
    has_aid: bool = False  # crews of other districts may be sent there


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit that is believed to be free, where it was last reported."""

    id: str
    district: str
    x: float
    y: float
    as_of_s: float  # time of the report


@dataclass(frozen=True, slots=True)
class Estimate:
    """A unit and the travel time to a case that is expected of it."""

    unit: str
    district: str
    eta_s: float


@dataclass(frozen=True, slots=True)
class DispatchView:
    """A case that wants units of one capability, and questions about the free units that have it.

    The questions are answered from where units were last reported; ties go to the lower id.
    """

    case: CaseView
    capability: Capability
    count: int
    by_eta: Callable[[int], tuple[Estimate, ...]]  # the k soonest, by a search over the believed roads
    by_distance: Callable[[int, str | None], tuple[str, ...]]  # the k nearest by straight line, of a district or of all
    free_by_district: Callable[[], Mapping[str, int]]  # how many there are


@dataclass(frozen=True, slots=True)
class QueueView:
    """The cases that wait for a unit that has become free, the longest waiting first."""

    waiting: tuple[CaseView, ...]
    unit: UnitView


@dataclass(frozen=True, slots=True)
class HospitalView:
    """A hospital: how far it is, and what is believed of its bays (None: nothing is known)."""

    name: str
    eta_s: float
    free_bays: int | None
    age_s: float


@dataclass(frozen=True, slots=True)
class DestinationView:
    """A patient to be taken to one of these hospitals, the nearest first."""

    severity: Severity
    hospitals: tuple[HospitalView, ...]


@dataclass(frozen=True, slots=True)
class CallView:
    """What a caller says, and the desk that listens."""

    kind: str
    severity: Severity
    patients: int
    trapped: int
    services: frozenset[Service]  # of the desk
    plan: tuple[tuple[Capability, int], ...]  # what the response plan sends for that kind and severity


@dataclass(frozen=True, slots=True)
class SceneView:
    """What a commander at the scene has counted, and what is there or on its way."""

    kind: str
    severity: Severity
    needs: tuple[tuple[Capability, int], ...]
    plan: tuple[tuple[Capability, int], ...]  # of the next higher severity
    has_company: bool  # more units of the same service are here


@dataclass(frozen=True, slots=True)
class TrustView:
    """A new case, as far as it matters for believing it."""

    severity: Severity
    callers: int  # who have called about it
    misfit: float  # what an instrument reads of the call: 0 all fits, 1 nothing does
    sources: int = 1  # that are independent of each other: lines, colleagues, sensors


@dataclass(frozen=True, slots=True)
class PaperView:
    """A paper that an office has read, as far as it matters for believing it."""

    severity: Severity
    sources: int = 1  # that bear it out: desks, callers, sensors; looked up for policies that weigh sources only
    misfit: float = 0.0  # what a look-up of signature and way reads, where there is one: 0 all fits, 1 nothing does


@dataclass(frozen=True, slots=True)
class DutyView:
    """A case that lies on a duty desk: whose is it?"""

    kind: str
    severity: Severity
    phase: Phase
    role: Role  # of this department, by the list of responsibilities
    ambiguity: float  # of that list, 0 clear to 1
    tier: str
    load: float  # papers that wait, by officer on duty
    hands: int  # desks that have sent it on already
    reluctance: float  # sealed, of this department and case: 0 eager to 1
    hesitance: float  # the same, for acting without instruction
    is_first: bool  # nobody has had it before


@dataclass(frozen=True, slots=True)
class ReportView:
    """A case that might be reported to a superior."""

    severity: Severity
    people: int
    tier: str
    was_sent: bool  # already reported once
    blame: float  # sealed: how much there is to hide, 0 to 1


@dataclass(frozen=True, slots=True)
class WarningView:
    """A case of which the public might be told, on the desk where it lies."""

    says: str  # a warning, or a statement
    kind: str
    severity: Severity
    confidence: float
    tier: str
    has_superior: bool  # at a higher tier of the city


@dataclass(frozen=True, slots=True)
class CommandView:
    """A scene, as the leaders of the organisations that are there see it."""

    kind: str
    severity: Severity
    people: int  # in danger and not yet out
    agencies: tuple[str, ...]  # whose leaders have sized it up, in that order
    named: str  # who leads by the plan for that kind


@dataclass(frozen=True, slots=True)
class CorridorView:
    """The way of a crew that has been ordered, as its dispatcher believes it to be."""

    severity: Severity
    signalled_s: float  # expected on roads with signals


@dataclass(frozen=True, slots=True)
class AlarmView:
    """An alarm on a desk's screen."""

    sensor_kind: str
    kind: str  # what it says that it is
    severity: Severity
    trust: float  # of the desk in sensors of that type, 0 to 1
    doubt: float  # sealed, of this alarm: a desk heeds it at once if its trust is above that
    voices: int  # that have reported the same before
