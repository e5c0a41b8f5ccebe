"""What is remembered of each incident, patient and run of a unit when the log is read once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from sim.core.events import CaseId, EventId, IncidentId, UnitId
from sim.core.vocabulary import SERVICE_OF, Capability
from sim.results.danger_records import ZoneStory
from sim.results.desk_records import DeskStory
from sim.results.scene_records import SceneStory

INSPECTED, SHUT_OFF, HALF_WARNED, REFUTED = "Inspected", "ShutOff", "HalfWarned", "Refuted"
"""Deeds: a crew has judged whether it will hold; a crew that can shut off gas or power is there; warnings have reached
half of the people in its zone; the official word is out where a rumour about it is told."""


@dataclass(slots=True)
class Attendance:
    """One unit's answer to one order; times in s since the start."""

    unit: UnitId
    service: str
    case: CaseId
    department: str
    capability: str
    incident: IncidentId | None  # at the root of the order's story; none when the call was forged
    ordered: int
    last: EventId  # its newest event
    duplicate: bool = False
    alerted: int | None = None
    en_route: int | None = None
    at_place: int | None = None
    on_scene: int | None = None
    found: IncidentId | None = None
    nothing_found: bool = False
    recalled: bool = False
    left_from: tuple[float, float] | None = None  # where its wheels began to turn
    freed: int | None = None  # when it could be ordered again, or had another order


@dataclass(slots=True)
class ServiceTimes:
    """What one service did for one incident: by what was found in truth, else by what was ordered."""

    begun: Attendance | None = None  # the first ordered in this incident's own story
    first: Attendance | None = None  # the first that found this incident
    on_scene: int | None = None
    at_patient: int | None = None
    water: int | None = None
    command: int | None = None  # when one of its crews led at the scene
    effects: dict[str, EventId] = field(default_factory=dict)  # first event of each kind of effect


@dataclass(slots=True)
class Tally:
    """Countable things of an incident, or of what has no incident."""

    calls: int = 0
    calls_answered: int = 0
    calls_answered_10s: int = 0
    calls_abandoned: int = 0
    calls_lost: int = 0
    transfers: int = 0
    handoffs: int = 0
    messages: int = 0
    alarms: int = 0  # of sensors, that a desk heard
    false_alarms: int = 0  # of these, about nothing
    talk_s: int = 0  # of call-takers, once a talk has ended
    alarm_talk_s: int = 0  # of this, for alarms of sensors
    said: Counter[tuple[str, str]] = field(default_factory=Counter)  # by the organisations of sender and receiver
    lost: Counter[tuple[str, str]] = field(default_factory=Counter)  # of these, what never arrived
    sent_by: Counter[str] = field(default_factory=Counter)  # messages, by channel
    lost_by: Counter[str] = field(default_factory=Counter)  # of these, what never arrived
    papers: int = 0  # cases that one desk sent to another as the other's own
    refusals: int = 0
    disputes: int = 0
    escalations: int = 0
    waits: int = 0  # for an instruction
    drops: int = 0  # papers that were lost, and not said again
    dismissed: int = 0  # true alarms about which a desk did nothing
    alerts: int = 0  # to the public
    false_alerts: int = 0
    following: int = 0  # people who set out for alerts
    needless: int = 0  # of these, whom no danger awaited
    desk_s: Counter[str] = field(default_factory=Counter)  # of duty officers, by department

    def add(self, other: Tally) -> None:
        """Count what another one counts too."""
        for name in Tally.__slots__:
            own, more = getattr(self, name), getattr(other, name)
            if isinstance(own, Counter):
                own.update(more)
            elif more:
                setattr(self, name, own + more)


@dataclass(slots=True)
class PatientRecord:
    """One patient and his fate, as far as the log tells it."""

    patient: str
    incident: IncidentId
    condition: str
    severity: str
    harmed: int
    hospital: str = ""
    at_hospital: int | None = None
    delivered: int | None = None
    died: bool = False
    avoidable: bool = False
    survival: float | None = None  # none until it is settled


@dataclass(slots=True)
class CaseRecord:
    """One department's case; `incident` is what its first call was about."""

    case: CaseId
    department: str
    incident: IncidentId | None
    opened: int
    x: float
    y: float
    closed: int | None = None
    kind: str | None = None  # as first believed
    holders: dict[str, int] = field(default_factory=dict)  # by department: since when it has the case
    beliefs: list[tuple[int, str, object]] = field(default_factory=list)  # from when, of what, which value


@dataclass(slots=True)
class IncidentRecord:
    """One true incident: what it needed, who learnt of it when, and who came."""

    id: IncidentId
    event: EventId
    kind: str
    listed: bool
    district: str
    subdistrict: str
    x: float
    y: float
    floor: int
    started: int
    zone_m: float | None  # radius of its zone of danger, 0 for a point; none: it has none
    needs: dict[str, int] = field(default_factory=dict)  # the largest number of crews ever needed, by capability
    truths: list[tuple[int, dict[str, int]]] = field(default_factory=list)  # from when it truly needed what
    severities: list[tuple[int, str]] = field(default_factory=list)  # from when it was truly how bad
    ended: int | None = None
    judged: int | None = None  # when a crew had first inspected it
    outcome: str = ""
    first_ring: int | None = None  # or the first alarm that a desk heard
    was_sensed_first: bool = False  # that was an alarm
    first_case: int | None = None
    reached: tuple[int, EventId] = (0, 0)  # how far the news got, and the event by which
    known: dict[str, int] = field(default_factory=dict)  # by department: when it first had a matching case
    services: dict[str, ServiceTimes] = field(default_factory=dict)
    tried: dict[str, Attendance] = field(default_factory=dict)  # by deed: the first crew that was sent to do it
    deeds: dict[str, EventId] = field(default_factory=dict)  # by what was done, whoever did it: its first event
    arrivals: list[tuple[int, UnitId]] = field(default_factory=list)
    cases: list[CaseRecord] = field(default_factory=list)
    patients: list[PatientRecord] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    desk: DeskStory = field(default_factory=DeskStory)
    zone: ZoneStory | None = None  # none: it has no zone of danger
    words: dict[str, EventId] = field(default_factory=dict)  # by deed: newest event of the word that is to do it
    scene: SceneStory = field(default_factory=SceneStory)

    @property
    def t0(self) -> int:
        """The first ring of its first call, or the first alarm at a desk; else the first case, or the onset."""
        if self.first_ring is not None:
            return self.first_ring
        return self.first_case if self.first_case is not None else self.started

    def needed_from(self, service: str = "") -> int:
        """When a service, or any at all, was first truly needed: before that, no call could have been acted on."""
        wanted = [t for t, needs in self.truths if any(needs[name] and _is_of(name, service) for name in needs)]
        return min(wanted, default=self.started)

    def t0_of(self, service: str = "") -> int:
        """T0 of a service, or of the whole: of the incident, or when it was first needed where that was later."""
        return max(self.t0, self.needed_from(service))

    @property
    def needed_services(self) -> list[str]:
        """The services that it truly needed at any time, in a fixed order."""
        return sorted({service for service in map(service_of, self.needs) if service})

    @property
    def wanted_deeds(self) -> frozenset[str]:
        """What was truly to be done at any time, by whom ever."""
        wanted = {INSPECTED} if self.needs.get(Capability.INSPECT.value) else set()
        wanted |= {SHUT_OFF} if self.needs.get(Capability.SHUT_OFF.value) else set()
        wanted |= {HALF_WARNED} if self.zone is not None and self.zone.people else set()
        return frozenset(wanted | ({REFUTED} if REFUTED in self.words else set()))

    @property
    def impact(self) -> int | None:
        """When it first hurt somebody."""
        return min((patient.harmed for patient in self.patients), default=None)

    def times(self, service: str) -> ServiceTimes:
        """What a service did for it."""
        return self.services.setdefault(service, ServiceTimes())

    def need(self, needs: dict[str, int]) -> None:
        """Remember the largest need."""
        for capability, crews in needs.items():
            if crews > self.needs.get(capability, 0):
                self.needs[str(capability)] = crews


def is_double(order: Attendance, earlier: list[Attendance], record: IncidentRecord) -> bool:
    """True when earlier orders for the capability, some under another case, had covered the true need by then."""
    standing = [o for o in earlier if not (o.recalled or o.nothing_found)]
    covered = len(standing) >= max(1, record.needs.get(order.capability, 0))
    return covered and any(other.case != order.case for other in standing)


def _is_of(capability: str, service: str) -> bool:
    """Whether a capability is that service's; without one, any service's."""
    own = service_of(str(capability))
    return own == service if service else own is not None


def service_of(capability: str) -> str | None:
    """The service that has a capability; none has when it is not an emergency service's."""
    service = SERVICE_OF.get(Capability(capability)) if capability in _CAPABILITIES else None
    return service.value if service else None


_CAPABILITIES = frozenset(capability.value for capability in Capability)
