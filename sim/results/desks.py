"""What the log tells of duty desks: who was asked to own a case, who refused, who took it, what was lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.core import events as ev
from sim.core.events import CaseId, Event, EventId, IncidentId
from sim.results.desk_records import Acceptance, DeskStory, Seat
from sim.results.effort import TallyOf
from sim.results.records import Tally

if TYPE_CHECKING:
    from sim.results.timeline import Timeline

HANDOFF, ALARM, REPORT = "hand-off", "alarm", "report"
QUESTION, ESCALATION = "question", "escalation"
"""Reports that want an answer: what shall we do, and whose is it."""

ASKED = frozenset({HANDOFF, ALARM, ESCALATION})
HANDED = ASKED | {"instruction"}
"""Papers that say: this is yours, or settle it; only an instruction leaves no choice."""

ASKING = frozenset({HANDOFF, "request", "instruction", QUESTION, ESCALATION})
"""Papers after which nothing happens if they are lost."""


class _Sent(NamedTuple):
    """A paper on its way."""

    kind: str
    sender: str
    case: CaseId | None
    tally: Tally


class Desks:
    """Notes in the record of each incident, and in its tally, what duty desks did about it."""

    def __init__(self, line: Timeline, tally: TallyOf) -> None:
        self._line = line
        self._tally = tally
        self._steps: dict[type[Event], Callable[..., None]] = {
            getattr(ev, name): getattr(self, name) for name in vars(Desks) if name[0].isupper()
        }
        self._sent: dict[str, _Sent] = {}
        self._lost: dict[tuple[str, str, CaseId | None], list[Tally]] = {}
        self._wanting: set[EventId] = set()  # papers that were heard and want something
        self._asks: dict[EventId, str] = {}  # what a desk lays before another, or says again: what it wants to know
        self._at: dict[EventId, int] = {}  # when papers were heard and read
        self._read: dict[EventId, str] = {}  # by the event of its being read: the kind of a paper
        self._asked: dict[CaseId, set[str]] = {}  # the kinds of papers by which a desk has a case
        self._about: dict[CaseId, set[IncidentId]] = {}  # what papers in a case were truly about
        self._heard: dict[EventId, str] = {}  # by the event of its being heard: the kind of a paper
        self._taken: dict[CaseId, str] = {}  # by which department, of cases that a desk has accepted
        self._own: dict[CaseId, bool] = {}  # of those that it took as its own: whether only because it was told
        self._joined: dict[
            tuple[str, CaseId], CaseId
        ] = {}  # by desk and a sender's case: into which of its own it went
        self._from: dict[EventId, tuple[str, CaseId]] = {}  # by the event of its being read: desk, and sender's case

    def see(self, number: EventId, t: int, incident: IncidentId | None, event: Event) -> None:
        """What an event says of duty desks."""
        step = self._steps.get(type(event))
        if step is not None:
            step(number, t, incident, event)

    # --- what there is

    def OfficeStaffed(self, number: EventId, t: int, incident: str | None, event: ev.OfficeStaffed) -> None:
        self._line.seats[event.office] = Seat(event.office, event.department, event.tier, event.area)

    def DutyListed(self, number: EventId, t: int, incident: str | None, event: ev.DutyListed) -> None:
        self._line.duties.setdefault(event.incident_kind, {}).setdefault(event.department, set()).add(event.role)

    # --- papers

    def MessageSent(self, number: EventId, t: int, incident: str | None, event: ev.MessageSent) -> None:
        if event.sender in self._line.seats:
            self._at[number] = t  # a report that was checked sets its officer free
        if event.receiver in self._line.seats:
            kind = event.message_kind
            if kind == REPORT and event.because in self._asks:
                kind = self._asks[number] = self._asks[event.because]
            self._sent[event.message] = _Sent(kind, event.sender, event.case, self._tally(t, incident))

    def MessageLost(self, number: EventId, t: int, incident: str | None, event: ev.MessageLost) -> None:
        paper = self._sent.pop(event.message, None)
        if paper is not None and paper.kind in ASKING:
            paper.tally.drops += 1
            self._lost.setdefault(paper[:3], []).append(paper.tally)

    def MessageHeard(self, number: EventId, t: int, incident: str | None, event: ev.MessageHeard) -> None:
        paper = self._sent.pop(event.message, None)
        if paper is None:
            return
        self._at[number] = t
        for tally in self._lost.pop(paper[:3], ()):  # said again, and heard
            tally.drops -= 1
        self._heard[number] = paper.kind
        wants_something = paper.kind in ASKING | HANDED
        story = self._story(incident, number if wants_something else None)
        self._wanting |= {number} if wants_something else set()
        story.first_paper = t if story.first_paper is None else story.first_paper
        story.was_handed |= paper.kind == HANDOFF

    def MessageRead(self, number: EventId, t: int, incident: str | None, event: ev.MessageRead) -> None:
        self._at[number] = t
        self._read[number] = kind = self._heard.get(event.because or 0, event.message_kind)
        if event.case is not None:
            self._from[number] = sender = event.office, event.case
            joined = self._line.cases.get(self._joined.get(sender, ""))
            if joined is not None and joined.closed is None:  # it may say nothing new, and change no belief
                self._reach(t, joined.case, kind)
        self._story(incident, number if event.because in self._wanting else None)
        since = max(self._at.get(event.because or 0, t), self._at.get(event.waited_for or 0, 0))
        self._tally(t, incident).desk_s[event.department] += t - min(since, t)

    def AlarmVerified(self, number: EventId, t: int, incident: str | None, event: ev.AlarmVerified) -> None:
        if event.department in self._line.seats:
            self._read[number] = ALARM

    def WarningProposed(self, number: EventId, t: int, incident: str | None, event: ev.WarningProposed) -> None:
        self._at[number] = t  # its draft is written: the officer is free

    # --- whose is it?

    def CaseOpened(self, number: EventId, t: int, incident: str | None, event: ev.CaseOpened) -> None:
        if event.department in self._line.seats:
            self._note(number, t, incident, event)

    def BeliefChanged(self, number: EventId, t: int, incident: str | None, event: ev.BeliefChanged) -> None:
        if event.department in self._line.seats:
            self._note(number, t, incident, event)

    def CaseAccepted(self, number: EventId, t: int, incident: str | None, event: ev.CaseAccepted) -> None:
        case = self._line.cases.get(event.case)
        if case is None or case.department not in self._line.seats:
            return
        self._story(incident, number)
        self._taken[event.case] = event.department
        for about in sorted(self._about.get(event.case, set()) | ({incident} if incident is not None else set())):
            self._take(t, about, event.case)
        self._ponder(t, incident, event)

    def _take(self, t: int, incident: IncidentId, case: CaseId) -> None:
        """A desk has a case as its own, or to help; an incident that joins it later it has from then on."""
        kinds = self._asked.get(case, set())
        if not kinds or kinds & HANDED:
            self._own.setdefault(case, bool(kinds) and not kinds & ASKED)
        taken = Acceptance(t, self._taken[case], case, case in self._own, self._own.get(case, False))
        self._story(incident).accepted.append(taken)

    def _reach(self, t: int, case: CaseId, kind: str) -> None:
        """A paper has reached a case: who has taken it to help owns it from then on, if it says that it is his."""
        self._asked.setdefault(case, set()).add(kind)
        if kind in HANDED - {ESCALATION} and case in self._taken and case not in self._own:
            for about in sorted(self._about.get(case, set())):
                self._take(t, about, case)

    def CaseRefused(self, number: EventId, t: int, incident: str | None, event: ev.CaseRefused) -> None:
        self._tally(t, incident).refusals += 1
        self._story(incident, number).refused_by.append(event.department)
        self._ponder(t, incident, event)

    def CaseHeld(self, number: EventId, t: int, incident: str | None, event: ev.CaseHeld) -> None:
        self._tally(t, incident).waits += 1
        self._asks[number] = QUESTION
        self._story(incident, number)
        self._ponder(t, incident, event)

    def CaseHandedOff(self, number: EventId, t: int, incident: str | None, event: ev.CaseHandedOff) -> None:
        if event.to_department in self._line.seats:
            self._tally(t, incident).papers += 1
            self._story(incident, number)

    def CaseEscalated(self, number: EventId, t: int, incident: str | None, event: ev.CaseEscalated) -> None:
        self._tally(t, incident).escalations += 1
        self._asks[number] = ESCALATION
        self._story(incident, number)

    def CaseDisputed(self, number: EventId, t: int, incident: str | None, event: ev.CaseDisputed) -> None:
        self._tally(t, incident).disputes += 1
        self._story(incident, number)

    def InstructionGiven(self, number: EventId, t: int, incident: str | None, event: ev.InstructionGiven) -> None:
        self._story(incident, number)

    # --- what is declared, and who helps

    def LevelDeclared(self, number: EventId, t: int, incident: str | None, event: ev.LevelDeclared) -> None:
        self._story(incident).levels.append((t, event.level))

    def OperationsCentreOpened(
        self, number: EventId, t: int, incident: str | None, event: ev.OperationsCentreOpened
    ) -> None:
        story = self._story(incident)
        story.centre = t if story.centre is None else story.centre

    def AidRequested(self, number: EventId, t: int, incident: str | None, event: ev.AidRequested) -> None:
        story = self._story(incident)
        story.aid_asked = t if story.aid_asked is None else story.aid_asked

    def AidGranted(self, number: EventId, t: int, incident: str | None, event: ev.AidGranted) -> None:
        story = self._story(incident)
        story.aid_granted = t if story.aid_granted is None else story.aid_granted

    # --- what the methods above share

    def _story(self, incident: IncidentId | None, newest: EventId | None = None) -> DeskStory:
        """The incident's way over desks; what has no incident is not kept."""
        record = self._line.incidents.get(incident) if incident is not None else None
        if record is None:
            return DeskStory()
        if newest is not None:
            record.desk.newest = newest
        return record.desk

    def _note(self, number: EventId, t: int, incident: IncidentId | None, event: Any) -> None:
        """By which kinds of papers a desk has a case, and about what they were: it may be the case of a forecast."""
        self._at[number] = t
        if event.because in self._from:
            self._joined[self._from[event.because]] = event.case
        if event.because in self._read:
            self._reach(t, event.case, self._read[event.because])
        known = self._about.setdefault(event.case, set())
        if incident is None or incident in known:
            return
        known.add(incident)
        if event.case in self._taken:
            self._take(t, incident, event.case)

    def _ponder(self, t: int, incident: IncidentId | None, event: Any) -> None:
        """An officer thought about whose it is from the newest belief on."""
        self._tally(t, incident).desk_s[event.department] += t - self._at.get(event.because, t)
