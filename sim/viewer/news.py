"""What the log says beside pictures and roads: messages on their way, words to the public, rumours, whose case is what.

Living cities and stored logs are read by the same fold, so that both draw the same.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sim.core import events as ev
from sim.core.log import Entry
from sim.viewer.fold import Fold
from sim.viewer.marks import AlertMark, Place, RumourMark, ShadowMark
from sim.viewer.seating import Seat, Seating

KEPT = 600
"""So many of the newest messages are remembered."""

PAPERS = frozenset({
    "hand-off", "request", "report", "instruction", "notice", "query", "aid request", "aid grant", "alarm",
    "proposal", "approval", "murmur", "corridor request", "reply",
})  # fmt: skip
"""Words between organisations; all others are between a desk and its own crews, hospitals and callers."""


CALLER = "caller"
"""Who rings a number; which person, nobody at a desk knows."""


@dataclass(slots=True)
class Said:
    """One message or call: when it was sent, and what became of it."""

    id: str
    word: str
    sender: str
    receiver: str
    channel: str
    text: str
    case: str | None
    sent_s: int
    start: Place | None = None  # where it was sent from, if the party has no seat
    ended_s: int | None = None
    state: str = "on air"
    is_known: bool = True  # to whom it was said to, once it has been heard; a paper has to be read first

    @property
    def is_paper(self) -> bool:
        """Whether it goes from one organisation to another."""
        return self.word in PAPERS


def colleague_of(call: str) -> str:
    """The organisation that phones another: a relayed call bears the name of its case."""
    return call.removeprefix("relay-").rsplit("-", 2)[0]


class CaseOrigin(NamedTuple):
    """An open case: who believes in it, and what is really behind it."""

    owner: str
    incident: str | None
    is_forecast: bool

    @property
    def is_false(self) -> bool:
        """Whether nothing is behind it; of what is only expected nobody can say yet."""
        return self.incident is None and not self.is_forecast


class News(Fold):
    """Takes the log entry by entry."""

    def __init__(self, seating: Seating) -> None:
        super().__init__()
        self.seating = seating
        self.said: deque[Said] = deque(maxlen=KEPT)
        self.alerts: dict[str, AlertMark] = {}
        self.rumours: dict[str, RumourMark] = {}
        self.shadows: dict[str, ShadowMark] = {}
        self.cases: dict[str, CaseOrigin] = {}  # open ones, of all pictures
        self.noticed_s: dict[str, int] = {}  # by incident
        self.witnesses: dict[str, int] = {}  # by incident that some person has noticed
        self.closed_s: dict[int, int] = {}  # by edge: since when it is truly closed
        self._open: dict[str, Said] = {}  # on air
        self._offices: set[str] = set()
        self._unread: dict[int, Said] = {}  # in the trays of offices, by the event of its being heard
        self._incidents: dict[str, Place] = {}

    def __getstate__(self) -> dict[str, Any]:
        """All but the seating, which belongs to the map and is put back by whoever goes on."""
        return {name: value for name, value in self.__dict__.items() if name != "seating"}

    def between(self, since_s: float, t: float) -> list[Said]:
        """What was on the air at some time in (since, t], newest first."""
        said = [one for one in reversed(self.said) if one.sent_s <= t]
        return [one for one in said if one.ended_s is None or one.ended_s > since_s]

    def cases_by_incident(self) -> dict[str, tuple[str, ...]]:
        """Open cases of all pictures by what is really behind them."""
        found: dict[str, list[str]] = {}
        for name, case in self.cases.items():
            if case.incident is not None:
                found.setdefault(case.incident, []).append(name)
        return {incident: tuple(names) for incident, names in found.items()}

    # --- who there is

    def OfficeStaffed(self, entry: Entry, event: ev.OfficeStaffed) -> None:
        self.seating.seat_office(event.office, Seat(event.department, event.tier, event.area))
        self._offices.add(event.office)

    # --- what happens

    def IncidentStarted(self, entry: Entry, event: ev.IncidentStarted) -> None:
        self._incidents[event.incident] = event.x, event.y

    def IncidentEnded(self, entry: Entry, event: ev.IncidentEnded) -> None:
        self.noticed_s.pop(event.incident, None)
        self.witnesses.pop(event.incident, None)

    def IncidentNoticed(self, entry: Entry, event: ev.IncidentNoticed) -> None:
        self.noticed_s.setdefault(event.incident, entry.t)
        self.witnesses[event.incident] = self.witnesses.get(event.incident, 0) + 1

    def SensorTripped(self, entry: Entry, event: ev.SensorTripped) -> None:
        self.seating.put(event.sensor, (event.x, event.y))
        if entry.incident is not None:
            self.noticed_s.setdefault(entry.incident, entry.t)

    def RoadClosed(self, entry: Entry, event: ev.RoadClosed) -> None:
        self.closed_s.update(dict.fromkeys(event.edges, entry.t))

    def RoadReopened(self, entry: Entry, event: ev.RoadReopened) -> None:
        for edge in event.edges:
            self.closed_s.pop(edge, None)

    def CaseOpened(self, entry: Entry, event: ev.CaseOpened) -> None:
        self.cases[event.case] = CaseOrigin(
            event.department, entry.incident, is_forecast=event.call.startswith("forecast ")
        )

    def CaseClosed(self, entry: Entry, event: ev.CaseClosed) -> None:
        self.cases.pop(event.case, None)

    # --- what is said

    def CallPlaced(self, entry: Entry, event: ev.CallPlaced) -> None:
        is_colleague = event.citizen < 0
        sender = colleague_of(event.call) if is_colleague else CALLER
        start = None if is_colleague else self._incidents.get(entry.incident or "")
        self._say(Said(event.call, "call", sender, event.number, event.channel, "", None, entry.t, start))

    def CallAnswered(self, entry: Entry, event: ev.CallAnswered) -> None:
        said = self._open.get(event.call)
        if said is not None:
            said.receiver = event.department
            self._end(event.call, entry.t, "heard")

    def CallAbandoned(self, entry: Entry, event: ev.CallAbandoned) -> None:
        self._end(event.call, entry.t, "lost")

    def CallLost(self, entry: Entry, event: ev.CallLost) -> None:
        self._end(event.call, entry.t, "lost")

    def MessageSent(self, entry: Entry, event: ev.MessageSent) -> None:
        said = Said(
            event.message, event.message_kind, event.sender, event.receiver, event.channel, event.text, event.case,
            entry.t, is_known=event.receiver not in self._offices,
        )  # fmt: skip
        self._say(said)

    def MessageHeard(self, entry: Entry, event: ev.MessageHeard) -> None:
        said = self._end(event.message, entry.t, "heard")
        if said is not None and not said.is_known:
            self._unread[entry.id] = said

    def MessageRead(self, entry: Entry, event: ev.MessageRead) -> None:
        said = self._unread.pop(event.because or 0, None)
        if said is not None:
            said.is_known = True

    def MessageLost(self, entry: Entry, event: ev.MessageLost) -> None:
        self._end(event.message, entry.t, "lost")

    def _say(self, said: Said) -> None:
        self.said.append(said)
        self._open[said.id] = said

    def _end(self, name: str, t: int, state: str) -> Said | None:
        said = self._open.pop(name, None)
        if said is not None:
            said.ended_s, said.state = t, state
        return said

    # --- what the public is told, and tells itself

    def AlertIssued(self, entry: Entry, event: ev.AlertIssued) -> None:
        self.alerts[event.alert] = AlertMark(
            id=event.alert, says="warning", kind=event.alert_kind, x=event.x, y=event.y, radius_m=event.radius_m,
            heard_m=event.heard_m, office=event.office, since_s=entry.t,
        )  # fmt: skip

    def StatementIssued(self, entry: Entry, event: ev.StatementIssued) -> None:
        self.alerts[event.statement] = AlertMark(
            id=event.statement, says="statement", kind=event.about, x=event.x, y=event.y, radius_m=0.0,
            heard_m=event.heard_m, office=event.office, since_s=entry.t,
        )  # fmt: skip

    def PublicInformed(self, entry: Entry, event: ev.PublicInformed) -> None:
        self._change(self.alerts, event.alert, reached=event.reached, following=event.following)

    def AlertLifted(self, entry: Entry, event: ev.AlertLifted) -> None:
        self.alerts.pop(event.alert, None)

    def RumourStarted(self, entry: Entry, event: ev.RumourStarted) -> None:
        self.rumours[event.rumour] = RumourMark(
            id=event.rumour, kind=event.about, x=event.x, y=event.y, subdistrict=event.subdistrict,
            believing=event.believing, since_s=entry.t,
        )  # fmt: skip

    def RumourSpread(self, entry: Entry, event: ev.RumourSpread) -> None:
        self._change(self.rumours, event.rumour, believing=event.believing)

    def RumourEnded(self, entry: Entry, event: ev.RumourEnded) -> None:
        self.rumours.pop(event.rumour, None)

    def _change(self, marks: dict[str, Any], name: str, **values: object) -> None:
        if name in marks:
            marks[name] = replace(marks[name], **values)

    # --- masts

    def MastFailed(self, entry: Entry, event: ev.MastFailed) -> None:
        name = f"{event.x:.0f} {event.y:.0f}"
        self.shadows[name] = ShadowMark(id=name, x=event.x, y=event.y, radius_m=event.radius_m)

    def MastRestored(self, entry: Entry, event: ev.MastRestored) -> None:
        self.shadows.pop(f"{event.x:.0f} {event.y:.0f}", None)
