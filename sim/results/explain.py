"""Where the seconds of one incident went, in words: each part of its way with what happened, was said and believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sim.core import events as ev
from sim.core.errors import InputError, unknown
from sim.core.events import CaseId, Event, EventId
from sim.core.log import Entry
from sim.core.quantities import clock_text
from sim.results.beliefs import Held, held
from sim.results.delays import CENSORED, LATER_CALL, MISJOINED, NEVER_KNOWN
from sim.results.places import Places
from sim.results.records import HALF_WARNED, INSPECTED, REFUTED, SHUT_OFF, IncidentRecord
from sim.results.spells import between
from sim.results.timeline import Timeline
from sim.results.waterfall import (
    ById,
    Link,
    Part,
    Waterfall,
    by_id,
    effect_number,
    effect_of,
    last_known,
    links,
    needed_since,
    waterfall,
    ways,
)

EFFECT_WORDS = {
    "UnitOnScene": "the first crew at the scene",
    "UnitAtPatient": "the first hands on a patient",
    "WaterOnFire": "the first water on the fire",
    INSPECTED: "the end of the inspection",
    SHUT_OFF: "the first crew that can shut it off",
    HALF_WARNED: "the moment when warnings had reached half of the people in the zone",
    REFUTED: "the official word on the rumour",
}

_UNTOLD = (ev.CallEnded, ev.CaseAccepted, ev.CaseClosed)

_TELLING: tuple[type[Event], ...] = (
    *(kind for name, kind in ev.EVENTS.items() if name.startswith(("Call", "Case")) and kind not in _UNTOLD),
    ev.UnitOrdered, ev.UnitOnScene, ev.NothingFound, ev.UnitRecalled, ev.MessageLost, ev.PatientDied,
)  # fmt: skip
"""What is told of those beside the story."""

_WAITS = (LATER_CALL, "queue for a unit", CENSORED, NEVER_KNOWN, MISJOINED)
"""The parts in which something beside the story tells why it took so long."""

_TRUTHS = (ev.IncidentStarted, ev.IncidentChanged, ev.IncidentEnded)

_ROUTINE = frozenset({"status report"})


@dataclass(frozen=True, slots=True)
class Said:
    """A message about the incident: when it was said and when it was heard; never, when it was lost."""

    sent: int
    heard: int | None
    lost: str
    sender: str
    receiver: str
    channel: str
    text: str


@dataclass(slots=True)
class Leg:
    """One part of the waterfall, with what happened in it."""

    part: Part
    happened: list[Entry] = field(default_factory=list)  # of the story itself
    meanwhile: list[Entry] = field(default_factory=list)  # beside it, where that tells why it took so long
    waited_for: list[Entry] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)  # beliefs that were new or changed, as they were at the end of it


@dataclass(frozen=True, slots=True)
class Account:
    """The way from the onset of an incident to the first effect of one service; the legs sum to it exactly."""

    record: IncidentRecord
    fall: Waterfall
    legs: tuple[Leg, ...]

    @property
    def seconds(self) -> int:
        """The whole, s."""
        return self.fall.ms // 1000

    @property
    def since_first_ring(self) -> float | None:
        """From the first ring to the effect, s; none when either never came."""
        end = self.record.started + self.seconds
        return between(self.record.first_ring, end, 0) if self.fall.finished else None


class Explainer:
    """A log read once, from which the way of any incident can be told."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        self.known: ById = by_id(entries)
        self.line = Timeline(entries)
        self.start_s = self.line.run.start_s if self.line.run else 0
        self.places = Places(self.line)

    def find(self, name: str) -> IncidentRecord:
        """The incident of that name; the nearest guess is in the error."""
        incidents = self.line.incidents
        found = incidents.get(name) or {key.casefold(): one for key, one in incidents.items()}.get(name.casefold())
        if found is None:
            raise unknown("the incident", name, incidents)
        return found

    def accounts(self, record: IncidentRecord, service: str | None = None) -> list[Account]:
        """The ways to the first effect of each needed service, or of one."""
        needed = ways(record)
        if not needed:
            raise InputError(f"{record.id} needed no crew and no warning: there is no way to explain")
        if service is not None and service not in needed:
            raise unknown(f"the service for {record.id}", service, needed)
        about = _about(self.entries, record)
        return [self._account(record, one, about) for one in ([service] if service else needed)]

    def _account(self, record: IncidentRecord, service: str, about: _About) -> Account:
        effect = effect_of(record, service)
        fall = waterfall(self.known, self.line, record, service, effect)
        number = effect_number(record, service, effect)
        number = last_known(record, service)[0] if number is None else number
        story = links(self.known, self.line, record, number, needed_since(record, service))
        legs = [Leg(part) for part in fall.parts]
        if story is None:
            story = []
            legs[0].happened = self._other_story(record, number)
        _place_links(legs, story)
        _place_messages(legs, about, story)
        _place_meanwhile(legs, about, story)
        own = {getattr(link.now.event, "case", None) for link in story}
        ends = [leg.part.from_ms + leg.part.ms for leg in legs]
        pictures = held(about.cases, record, ends)
        _place_beliefs(legs, [sorted(picture, key=lambda one: one.case not in own) for picture in pictures])
        return Account(record, fall, tuple(legs))

    def _other_story(self, record: IncidentRecord, number: EventId) -> list[Entry]:
        """The story of a crew that had been sent for something else, since the onset of this incident."""
        back = []
        entry: Entry | None = self.known[number]
        while entry is not None and entry.t >= record.started:
            back.append(entry)
            entry = self.known.get(entry.event.because) if entry.event.because is not None else None
        return back[::-1]

    def clock(self, t: float) -> str:
        """A time of the run as a time of day."""
        return clock_text(self.start_s + t)


@dataclass(slots=True)
class _About:
    """The entries that have to do with one incident."""

    own: list[Entry] = field(default_factory=list)
    cases: list[Entry] = field(default_factory=list)  # all that was ever believed of its cases
    heard: dict[str, Entry] = field(default_factory=dict)  # by message: its being heard, or lost


def _about(entries: Sequence[Entry], record: IncidentRecord) -> _About:
    """Everything of the incident, and everything of the cases in which calls about it ended."""
    about = _About([entry for entry in entries if entry.incident == record.id])
    begun = (ev.CaseOpened, ev.CallJoinedCase)
    cases: set[CaseId] = {entry.event.case for entry in about.own if isinstance(entry.event, begun)}
    for entry in entries:
        event = entry.event
        if isinstance(event, ev.MessageHeard | ev.MessageLost):
            about.heard.setdefault(event.message, entry)
        elif getattr(event, "case", None) in cases or (isinstance(event, _TRUTHS) and entry.incident == record.id):
            about.cases.append(entry)
    return about


def _leg_at(legs: list[Leg], t_ms: int) -> Leg | None:
    """The part that was under way just before a time: an event ends the part that leads to it."""
    for leg in legs:
        if leg.part.from_ms < t_ms <= leg.part.from_ms + leg.part.ms:
            return leg
    return legs[0] if legs else None


def _place_links(legs: list[Leg], story: list[Link]) -> None:
    """Each event of the story stands in the part that it ends, and so does what it waited for."""
    at = 0
    for link in story:
        for part in link.parts:
            if part.ms or part.ended_by:
                at = next((k for k in range(at, len(legs)) if _covers(legs[k].part, part)), at)
        if not legs:
            continue
        legs[at].happened.append(link.now)
        if link.waited_for is not None:
            legs[at].waited_for.append(link.waited_for)


def _covers(whole: Part, part: Part) -> bool:
    ends = part.from_ms + part.ms <= whole.from_ms + whole.ms
    same = (whole.label, whole.holder) == (part.label, part.holder)
    return same and whole.from_ms <= part.from_ms and ends


def _place_messages(legs: list[Leg], about: _About, story: list[Link]) -> None:
    """What was said under the cases, and to or by the crews, of this story; routine reports are left out."""
    cases = {case for link in story if (case := getattr(link.now.event, "case", None)) is not None}
    crews = {unit for link in story if (unit := getattr(link.now.event, "unit", None)) is not None}
    in_story = {link.now.id for link in story}
    for entry in about.own:
        event = entry.event
        if not isinstance(event, ev.MessageSent) or event.message_kind in _ROUTINE:
            continue
        speaks_of_it = event.case in cases and (not crews or bool(crews & {event.sender, event.receiver}))
        if entry.id not in in_story and not speaks_of_it and not crews & {event.sender, event.receiver}:
            continue
        leg = _leg_at(legs, max(entry.t * 1000, 1))
        if leg is not None and entry.t * 1000 <= legs[-1].part.from_ms + legs[-1].part.ms:
            leg.said.append(_said(entry, event, about.heard.get(event.message)))


def _said(entry: Entry, event: ev.MessageSent, end: Entry | None) -> Said:
    heard = end.t if end is not None and isinstance(end.event, ev.MessageHeard) else None
    lost = end.event.reason if end is not None and isinstance(end.event, ev.MessageLost) else ""
    return Said(entry.t, heard, lost, event.sender, event.receiver, event.channel, event.text)


def _place_meanwhile(legs: list[Leg], about: _About, story: list[Link]) -> None:
    """Beside the story, what others did in the parts in which that tells why it took so long."""
    told: set[EventId] = {link.now.id for link in story} | {link.before.id for link in story}
    for leg in legs:
        if leg.part.label in _WAITS:
            start, end = leg.part.from_ms, leg.part.from_ms + leg.part.ms
            leg.meanwhile = [
                entry
                for entry in about.own
                if start <= entry.t * 1000 < end and isinstance(entry.event, _TELLING) and entry.id not in told
            ]


def _place_beliefs(legs: list[Leg], pictures: list[list[Held]]) -> None:
    """Of each picture, what is new or has changed since the part before."""
    before: dict[CaseId, Held] = {}
    for leg, picture in zip(legs, pictures, strict=True):
        leg.held = [one for one in picture if before.get(one.case) != one]
        before = {one.case: one for one in picture}
