"""Who told whom how often: messages by the organisations of their sender and receiver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.core import events as ev
from sim.core.events import Event, EventId, IncidentId
from sim.core.vocabulary import NUMBER_OF
from sim.results.effort import TallyOf

if TYPE_CHECKING:
    from sim.results.timeline import Timeline

CITIZENS, HOSPITALS, SENSORS = "citizens", "hospitals", "sensors"

BEDS = "bed report"
ALARM = "alarm"

Pair = tuple[str, str]

_SERVICE_OF_NUMBER = {number.value: service.value for service, number in NUMBER_OF.items()}
_ROLES = (" dispatcher", " desk", " commander", " centre")


class Talk:
    """Adds what organisations tell each other to the tally of the incident it is about.

    A message over a channel counts once; so does a call put through, and a colleague's ring at another desk.
    """

    def __init__(self, line: Timeline, tally: TallyOf) -> None:
        self._line = line
        self._tally = tally
        self._organisations: dict[str, str] = {}
        self._sent: dict[str, tuple[Pair, int, IncidentId | None]] = {}  # by message: between whom, when, about what
        self._handed: str | None = None  # the desk whose colleague is about to ring

    def see(self, number: EventId, t: int, incident: IncidentId | None, event: Event) -> None:
        """Count what an event says of talk."""
        match event:
            case ev.MessageSent():
                sender = self.organisation(event.sender, event.message_kind)
                pair = (sender, self.organisation(event.receiver, ""))
                self._sent[event.message] = (pair, t, incident)
                tally = self._tally(t, incident)
                tally.said[pair] += 1
                tally.sent_by[event.channel] += 1
            case ev.MessageHeard():
                self._sent.pop(event.message, None)
            case ev.MessageLost() if event.message in self._sent:
                pair, sent, about = self._sent.pop(event.message)
                tally = self._tally(sent, about)
                tally.lost[pair] += 1
                tally.lost_by[event.channel] += 1
            case ev.CallTransferred():
                self._tally(t, incident).said[event.department, _by_number(event.to_department)] += 1
            case ev.CaseHandedOff() if event.to_department not in self._line.seats:  # a paper is a message anyway
                self._handed = event.department
            case ev.CallPlaced() if event.citizen < 0:
                if self._handed is not None:
                    self._tally(t, incident).said[self._handed, _by_number(event.number)] += 1
                self._handed = None

    def organisation(self, party: str, message_kind: str) -> str:
        """To whom a party to a message belongs: a crew to its department, a hospital to the hospitals."""
        found = self._organisations.get(party)
        if found is None:
            found = HOSPITALS if message_kind == BEDS else organisation_of(self._line, party)
            if message_kind == ALARM and found == party:
                found = SENSORS
            self._organisations[party] = found
        return found


def organisation_of(line: Timeline, party: str) -> str:
    """A duty desk and a crew belong to their department; all others to themselves, whatever their role."""
    if party in line.seats:
        return line.seats[party].department
    if party in line.units:
        return line.units[party].department
    if party.startswith(("caller ", "citizen ")):
        return CITIZENS
    return next((party.removesuffix(role) for role in _ROLES if party.endswith(role)), party)


def _by_number(number: str) -> str:
    return _SERVICE_OF_NUMBER.get(number, number)


def is_between(pair: Pair) -> bool:
    """True when one organisation tells another; citizens are none."""
    return pair[0] != pair[1] and CITIZENS not in pair
