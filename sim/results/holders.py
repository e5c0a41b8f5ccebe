"""Who held the story in each part of the waterfall: a department, the public, the way between, or nobody yet."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sim.core import events as ev
from sim.core.events import Event
from sim.results.talk import HOSPITALS, organisation_of

if TYPE_CHECKING:
    from sim.results.timeline import Timeline
    from sim.results.waterfall import Part

NOBODY, PUBLIC, WAY, ELSEWHERE = "nobody yet", "the public", "on the way", "another story"

_NOBODYS = (ev.IncidentStarted, ev.IncidentChanged, ev.PatientHarmed)
_PUBLICS = (ev.IncidentNoticed, ev.CallLost, ev.CprStarted)
_OF_DESKS = (ev.CallTransferred, ev.CaseHandedOff)


def holder(line: Timeline, before: Event, now: Event) -> str:
    """Who held it between an event and its successor: whoever did what came next, unless it was on its way to him."""
    if isinstance(now, _NOBODYS):
        return NOBODY
    if isinstance(now, ev.MessageHeard | ev.MessageLost):
        return WAY
    if isinstance(now, ev.CallPlaced | ev.CallLost) and isinstance(before, _OF_DESKS):
        return _whose(line, before)
    if isinstance(now, ev.PatientDelivered):
        return HOSPITALS
    if isinstance(now, (*_PUBLICS, ev.CallPlaced)):
        return PUBLIC
    return _whose(line, now)


def lies_with(line: Timeline, newest: Event) -> str:
    """Who has it when nothing more came."""
    if isinstance(newest, _NOBODYS):
        return NOBODY
    if isinstance(newest, ev.MessageSent):
        return WAY
    if isinstance(newest, ev.MessageHeard):
        return organisation_of(line, newest.receiver)
    if isinstance(newest, ev.CallPlaced | ev.CallAbandoned | ev.IncidentNoticed | ev.CallLost):
        return PUBLIC
    return _whose(line, newest)


def by_holder(parts: tuple[Part, ...]) -> dict[str, int]:
    """Milliseconds by who held it, the longest first; they sum to the whole."""
    total: dict[str, int] = defaultdict(int)
    for part in parts:
        total[part.holder] += part.ms
    return dict(sorted(total.items(), key=lambda one: (-one[1], one[0])))


def _whose(line: Timeline, event: Event) -> str:
    """The department that an event names, or that of the unit or sender that it names."""
    for name in ("department", "unit", "sender"):
        party = getattr(event, name, None)
        if isinstance(party, str):
            return organisation_of(line, party)
    return NOBODY
