"""Everything that can happen, in the past tense: facts for the log, never read by actors.

`because` is an event's predecessor in its incident's own story; `waited_for`, where a wait ended, is the event
that set free what was waited for. Fields named like a column of the log (`case`, `unit`, …) become that column.
What offices, sensors, warnings and attackers do stands in the files beside this one; all are had from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.core.event import CaseId as CaseId
from sim.core.event import Event as Event
from sim.core.event import EventId as EventId
from sim.core.event import IncidentId as IncidentId
from sim.core.event import Needs as Needs
from sim.core.event import UnitId as UnitId
from sim.core.events_attack import *  # noqa: F403
from sim.core.events_live import *  # noqa: F403
from sim.core.events_office import *  # noqa: F403
from sim.core.events_scene import *  # noqa: F403
from sim.core.events_sensing import *  # noqa: F403
from sim.core.events_warning import *  # noqa: F403

# --- the run


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted(Event):
    """The first event: what was run, and the windows by which results are counted (s since the start)."""

    scenario: str
    town: str
    seed: int
    policies: Mapping[str, object]
    start_s: int  # seconds of day at t = 0
    warmup_s: float
    end_s: float  # incidents from warmup_s to end_s are the cohort
    drain_s: float  # the run may go on until then
    targets_s: Mapping[str, float]  # by service: first unit on scene, from the first ring
    primary: str
    secondary: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCommissioned(Event):
    """A crewed vehicle is in service from the start."""

    unit: UnitId
    department: str
    service: str
    station: str
    district: str
    capabilities: tuple[str, ...]
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageSampled(Event):
    """The share of people now within the target travel time of a free unit of a service."""

    service: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnded(Event):
    """The last event; partial when the run was interrupted."""

    partial: bool = False


# --- the incident itself (truth)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentStarted(Event):
    """Something went wrong; `listed` when the scenario names it, else it is background."""

    incident: IncidentId
    incident_kind: str
    listed: bool
    x: float
    y: float
    district: str
    subdistrict: str
    floor: int
    needs: Needs
    victims: int
    severity: str = ""  # how bad it truly is, in the words of triage; empty in logs of before
    zone_m: float | None = None  # radius of the zone in which people are in danger, 0 for a point; none: there is none


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentChanged(Event):
    """The truth about an incident changed."""

    incident: IncidentId
    needs: Needs
    extent: float
    intensity: float
    victims: int
    severity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleLeft(Event):
    """How many people are in the zone of an incident, out of it, or hurt by it: in bulk, once a minute at most."""

    incident: IncidentId
    inside: int
    left: int
    hurt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientHarmed(Event):
    """Somebody became a patient; reference_s is when the reference response would be at his side (s after onset)."""

    incident: IncidentId
    citizen: int
    patient: str
    condition: str
    severity: str
    reference_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CprStarted(Event):
    """A by-stander presses the chest; coached when a call-taker tells him how."""

    citizen: int
    patient: str
    coached: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientDied(Event):
    """A patient's own u fell above his survival; avoidable when the reference response would have saved him."""

    patient: str
    citizen: int
    avoidable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientSettled(Event):
    """A patient's fate depends on the emergency system no longer: his final survival, and what the reference gives."""

    patient: str
    citizen: int
    survival: float
    reference_survival: float
    died: bool
    avoidable: bool
    censored: bool = False  # still open when the run ended: survival as if left alone from then on


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentEnded(Event):
    """Nothing is left to be done or to be harmed."""

    incident: IncidentId
    outcome: str  # resolved, burnt out, left, …


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentNoticed(Event):
    """A person sees or feels it, or a device does."""

    incident: IncidentId
    citizen: int
    caller: int  # ordinal of the witness: 0 for who is involved


# --- the call


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPlaced(Event):
    """It rings (or all lines are busy); attempt 0 is a caller's first."""

    call: str
    citizen: int
    number: str
    channel: str
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLost(Event):
    """A call that came to nothing: all lines busy, cut off in a transfer, or an outage."""

    call: str
    citizen: int
    channel: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAbandoned(Event):
    """The caller hangs up before anybody answers."""

    call: str
    citizen: int
    department: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAnswered(Event):
    """A call-taker picks up."""

    call: str
    citizen: int
    department: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded(Event):
    """The call-taker is free again."""

    call: str
    department: str
    outcome: str  # case, joined, no case, transferred


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTransferred(Event):
    """The caller is put through to another desk, which has yet to answer."""

    call: str
    department: str
    to_department: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerRungBack(Event):
    """A call-taker has rung a caller back, to be sure of him or of the place; it took so long, s."""

    call: str
    case: CaseId
    department: str
    is_reached: bool
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageForged(Event):
    """A call or report of something that never was: it has no incident."""

    call: str
    citizen: int
    claimed_kind: str
    x: float
    y: float


# --- the case (belief)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened(Event):
    """A department begins to believe in an incident."""

    case: CaseId
    department: str
    call: str
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CallJoinedCase(Event):
    """A call is taken for one more about a case that is open already."""

    case: CaseId
    department: str
    call: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BeliefChanged(Event):
    """One field of a case in one picture; source is the message it came by, as_of when that was true."""

    case: CaseId
    department: str
    belief: str
    value: object
    confidence: float
    source: str
    as_of_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAccepted(Event):
    """A department takes a case as its own; on a duty desk with its role, where there is a list that names one."""

    case: CaseId
    department: str
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHandedOff(Event):
    """A department tells another that it is needed, or that the case is the other's."""

    case: CaseId
    department: str
    to_department: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseClosed(Event):
    """A department believes that nothing is left to do."""

    case: CaseId
    department: str
    outcome: str


# --- the unit


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitOrdered(Event):
    """A dispatcher chooses a unit; waited_for is what set it free, when the case had to wait."""

    unit: UnitId
    case: CaseId
    department: str
    capability: str
    eta_s: float | None  # believed
    duplicate: bool = False  # the same need of the same place is already answered under another case


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitAlerted(Event):
    """The crew hears the order."""

    unit: UnitId
    case: CaseId
    department: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitEnRoute(Event):
    """The wheels turn."""

    unit: UnitId
    case: CaseId
    department: str
    x: float
    y: float
    to_x: float
    to_y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadBlocked(Event):
    """The crew stands before a road that cannot be driven."""

    unit: UnitId
    case: CaseId | None
    edge: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRecalled(Event):
    """The crew is told to turn back, or to go to another case instead."""

    unit: UnitId
    case: CaseId
    department: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitAtGivenPlace(Event):
    """The wheels stop at the place that the order named."""

    unit: UnitId
    case: CaseId
    department: str
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingFound(Event):
    """The crew has searched, and found nothing."""

    unit: UnitId
    case: CaseId
    department: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitOnScene(Event):
    """The crew sees the incident; `found` is which one in truth."""

    unit: UnitId
    case: CaseId
    department: str
    found: IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitAtPatient(Event):
    """Access is over (gate, lift, stairs): hands on the patient."""

    unit: UnitId
    case: CaseId
    department: str
    patient: str
    found: IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class WaterOnFire(Event):
    """The first water of a crew."""

    unit: UnitId
    case: CaseId
    department: str
    found: IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientFreed(Event):
    """A trapped person is cut or carried out."""

    unit: UnitId
    patient: str
    citizen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandEstablished(Event):
    """The scene has been sized up, and somebody leads."""

    unit: UnitId
    case: CaseId
    department: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReinforcementRequested(Event):
    """The scene asks for what is missing."""

    unit: UnitId
    case: CaseId
    department: str
    needs: Needs


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientLoaded(Event):
    """The ambulance leaves with a patient for a hospital."""

    unit: UnitId
    case: CaseId
    department: str
    patient: str
    citizen: int
    hospital: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitAtHospital(Event):
    """The ambulance stands at the door; the clock of the hand-over runs."""

    unit: UnitId
    case: CaseId
    department: str
    patient: str
    hospital: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientDelivered(Event):
    """The hospital has taken over; waited_for is the bay that became free."""

    unit: UnitId
    case: CaseId
    department: str
    patient: str
    citizen: int
    hospital: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BayFreed(Event):
    """A bay of an emergency department is free again."""

    hospital: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkDone(Event):
    """A crew has nothing left to do here."""

    unit: UnitId
    case: CaseId
    department: str
    found: IncidentId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitAvailable(Event):
    """The crew can be ordered again, wherever it is."""

    unit: UnitId
    department: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitHome(Event):
    """The crew is back at its post."""

    unit: UnitId
    department: str


# --- messages


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSent(Event):
    """Something was said."""

    message: str
    message_kind: str
    sender: str
    receiver: str
    channel: str
    text: str
    case: CaseId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageHeard(Event):
    """It arrived."""

    message: str
    receiver: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLost(Event):
    """It never arrives."""

    message: str
    channel: str
    reason: str


# --- the roads


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadClosed(Event):
    """A stretch of road can no longer be driven."""

    edges: tuple[int, ...]
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadReopened(Event):
    """It can be driven again."""

    edges: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelFailed(Event):
    """A channel is out of order."""

    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRestored(Event):
    """A channel works again."""

    channel: str


EVENTS: dict[str, type[Event]] = {kind.__name__: kind for kind in Event.__subclasses__()}
"""Every kind of event by its name."""
