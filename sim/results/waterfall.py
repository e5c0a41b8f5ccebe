"""Where the seconds between the onset of an incident and an effect went: a walk along `because`, summing exactly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sim.core.events import EventId, IncidentStarted, UnitOnScene
from sim.core.log import Entry
from sim.core.vocabulary import Capability
from sim.results.alarms import is_news
from sim.results.delays import CENSORED, LABELS, LATER_CALL, MISJOINED, NEVER_KNOWN, NOT_LOGGED, Way
from sim.results.holders import ELSEWHERE, NOBODY, holder, lies_with
from sim.results.reading import ANSWERED
from sim.results.records import HALF_WARNED, INSPECTED, REFUTED, SHUT_OFF, IncidentRecord
from sim.results.timeline import Timeline

ARRIVAL = UnitOnScene.__name__
DEEDS = {"inspection": INSPECTED, "shut-off": SHUT_OFF, "warning": HALF_WARNED, "rumour": REFUTED}
"""Effects that are nobody's alone, by what they are called where a service could stand."""

_OF_CREWS: dict[str, str] = {Capability.INSPECT.value: INSPECTED, Capability.SHUT_OFF.value: SHUT_OFF}
"""What crews do that no emergency service has, by capability."""

_EFFECTS = ((("ems", "treat"), "UnitAtPatient"), (("fire", "extinguish"), "WaterOnFire"))


@dataclass(frozen=True, slots=True)
class Part:
    """One home of delay: how long (ms), from when, and what ended the wait, when something did."""

    label: str
    ms: int
    from_ms: int
    ended_by: str = ""  # the kind of event in `waited_for`
    holder: str = ""  # who had it


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The parts from the onset to an effect, or to the end of the run when the effect never came."""

    incident: str
    service: str
    effect: str
    finished: bool
    parts: tuple[Part, ...]

    @property
    def ms(self) -> int:
        """The whole; the parts sum to it exactly."""
        return sum(part.ms for part in self.parts)


ById = Mapping[EventId, Entry]


def by_id(entries: Iterable[Entry]) -> ById:
    """The entries by id; a log that leaves events out has gaps."""
    return {entry.id: entry for entry in entries}


def waterfall(entries: ById, line: Timeline, record: IncidentRecord, service: str, effect: str = ARRIVAL) -> Waterfall:
    """The waterfall of an incident to the first effect of a service, or to a deed: see `effect_number`."""
    number, since = effect_number(record, service, effect), needed_since(record, service)
    if number is not None:
        return Waterfall(record.id, service, effect, True, _parts(entries, line, record, number, since))
    number, known = last_known(record, service)
    parts = _parts(entries, line, record, number, since)
    reached = entries[number].t * 1000
    whose = lies_with(line, entries[number].event) if known else NOBODY
    rest = Part(CENSORED if known else NEVER_KNOWN, line.ended * 1000 - reached, reached, "", whose)
    return Waterfall(record.id, service, effect, False, (*parts, rest))


def cohort_waterfalls(
    entries: ById, line: Timeline, records: Iterable[IncidentRecord], effect: str = ARRIVAL
) -> dict[str, list[Waterfall]]:
    """By service, the waterfall of every incident that truly needs it."""
    found: dict[str, list[Waterfall]] = defaultdict(list)
    for record in records:
        for service in record.needed_services:
            found[service].append(waterfall(entries, line, record, service, effect))
    return dict(found)


def mean_parts(falls: Sequence[Waterfall]) -> dict[str, float]:
    """Mean seconds of each label over the waterfalls, in the order of a call's life; they sum to the mean whole."""
    total: dict[str, int] = defaultdict(int)
    for fall in falls:
        for part in fall.parts:
            total[part.label] += part.ms
    return {name: total[name] / 1000 / len(falls) for name in LABELS if name in total}


class Link(NamedTuple):
    """One event and its successor in a story, with the parts of the time between them."""

    before: Entry
    now: Entry
    parts: tuple[Part, ...]
    waited_for: Entry | None


def effect_number(record: IncidentRecord, service: str, effect: str) -> EventId | None:
    """The event of a service's first effect (its arrival, hands on a patient, water …) or of a deed; none if never."""
    return record.deeds.get(effect) if service in DEEDS else record.times(service).effects.get(effect)


def ways(record: IncidentRecord) -> list[str]:
    """What there is a way to: each service that it truly needed, then each deed."""
    return [*record.needed_services, *(name for name, deed in DEEDS.items() if deed in record.wanted_deeds)]


def effect_of(record: IncidentRecord, service: str) -> str:
    """Where a service's effect begins: hands on a patient, water on the fire, else its arrival; or the deed itself."""
    if service in DEEDS:
        return DEEDS[service]
    for (of, capability), effect in _EFFECTS:
        if service == of and capability in record.needs:
            return effect
    return ARRIVAL


def last_known(record: IncidentRecord, service: str) -> tuple[EventId, bool]:
    """How far a service's story got that never came to its effect: its newest event, and whether it was known."""
    begun = record.tried.get(DEEDS[service]) if service in DEEDS else record.times(service).begun
    if begun is not None:
        return begun.last, True
    if service in DEEDS and DEEDS[service] in record.words:
        return record.words[DEEDS[service]], True
    if record.desk.newest is not None:  # it lies on a duty desk
        return record.desk.newest, True
    return record.reached[1] or record.event, record.reached[0] >= ANSWERED


def needed_since(record: IncidentRecord, service: str) -> int:
    """When a service, or a deed of crews, was first truly needed: before that, no call could have been acted on."""
    if service not in DEEDS:
        return record.needed_from(service)
    deed = DEEDS[service]
    wanted = [t for t, needs in record.truths if any(needs[name] and _OF_CREWS.get(name) == deed for name in needs)]
    return min(wanted, default=record.started)


def links(entries: ById, line: Timeline, record: IncidentRecord, number: EventId, since: int = 0) -> list[Link] | None:
    """The story from the onset to an event, link by link; none when it roots in another incident, or in none.

    A ring that came earlier than the one that was acted on counts from when the thing was needed.
    """
    chain = _chain(entries, record, number)
    if chain is None:
        return None
    found: list[Link] = []
    way = Way()
    events = [entry.event for entry in chain]
    acted_on = next((k for k in range(1, len(chain)) if is_news(events[k], events[k - 1])), 0)
    for k in range(1, len(chain)):
        before, now = chain[k - 1], chain[k]
        is_next = now.event.because == before.id
        name = way.label(before.event, now.event)
        name, whose = (name, holder(line, before.event, now.event)) if is_next else (NOT_LOGGED, NOBODY)
        rang = None if record.first_ring is None else max(record.first_ring, since)
        split = now.t if rang is None or k > acted_on else min(max(rang, before.t), now.t)
        waited = entries.get(now.event.waited_for) if now.event.waited_for is not None else None
        ended_by = type(waited.event).__name__ if waited is not None else ""
        first = Part(name, (split - before.t) * 1000, before.t * 1000, ended_by, whose)
        later = Part(LATER_CALL, (now.t - split) * 1000, split * 1000, "", NOBODY)
        found.append(Link(before, now, (first, later), waited))
    return found


def _parts(entries: ById, line: Timeline, record: IncidentRecord, number: EventId, since: int) -> tuple[Part, ...]:
    """The parts from the onset of the incident to an event, adjacent ones of one label and holder taken together."""
    story = links(entries, line, record, number, since)
    if story is None:
        start, end = record.started * 1000, entries[number].t * 1000
        return (Part(MISJOINED, end - start, start, "", ELSEWHERE),)
    merged: list[Part] = []
    for link in story:
        for part in link.parts:
            _append(merged, part)
    return tuple(merged)


def _append(parts: list[Part], part: Part) -> None:
    """Add a part that lasts, or lengthen the one before if it has the same label and holder."""
    if not part.ms and not part.ended_by:
        return
    if parts and (parts[-1].label, parts[-1].holder) == (part.label, part.holder):
        last = parts.pop()
        part = Part(part.label, last.ms + part.ms, last.from_ms, part.ended_by or last.ended_by, part.holder)
    parts.append(part)


def _chain(entries: ById, record: IncidentRecord, number: EventId) -> list[Entry] | None:
    """The story from the incident's start to an event; none when it roots elsewhere (a wrongly joined call)."""
    entry = entries[number]
    back = [entry]
    while type(entry.event) is not IncidentStarted and entry.event.because is not None:
        earlier = entries.get(entry.event.because)
        if earlier is None and entry.incident == record.id:  # left out of this log
            earlier = entries[record.event]
        if earlier is None:
            return None
        entry = earlier
        back.append(entry)
    return back[::-1] if entry.id == record.event else None
