"""The timeline of a review: what was injected, said, decided and brought about, each in one row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

from sim.core import events as ev
from sim.core.events import Event
from sim.core.log import Entry
from sim.viewer.exercise.commands import plain
from sim.viewer.exercise.controls import Judge, Remark
from sim.viewer.exercise.injects import LeaveSeat, TakeSeat
from sim.viewer.exercise.record import Record

Fates = dict[str, tuple[int | None, str]]
"""By message: when it was heard first, or why it was lost."""

Sort = Literal["inject", "message", "decision", "effect", "note"]

DECISIONS: tuple[type[Event], ...] = (
    ev.UnitOrdered, ev.UnitRecalled, ev.CaseAccepted, ev.CaseRefused, ev.CaseHandedOff, ev.CaseEscalated, ev.CaseHeld,
    ev.CaseDisputed, ev.CaseClosed, ev.InstructionGiven, ev.LevelDeclared, ev.OperationsCentreOpened, ev.AidRequested,
    ev.AidGranted, ev.WarningProposed, ev.AlertIssued, ev.StatementIssued, ev.AlertLifted,
)  # fmt: skip
EFFECTS: tuple[type[Event], ...] = (
    ev.IncidentStarted, ev.UnitOnScene, ev.NothingFound, ev.UnitAtPatient, ev.WaterOnFire, ev.CommandEstablished,
    ev.PatientDelivered, ev.PatientDied, ev.IncidentEnded, ev.AlertEnded, ev.RumourStarted, ev.RumourEnded,
    ev.ChannelFailed, ev.ChannelRestored, ev.RoadClosed, ev.RoadReopened, ev.MastFailed, ev.MastRestored,
)  # fmt: skip

ROUTINE = frozenset({"status report", "bed report", "road notice", "reply"})
"""Messages that are left out."""

MOST = 5000
"""Rows of a timeline; what comes after is in the log."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One row: the values are for the sentence of that key."""

    t: int
    sort: Sort
    who: str
    key: str  # a kind of event, a command's word
    values: Mapping[str, Any]
    is_human: bool = False


def happenings(entries: Sequence[Entry], records: Sequence[Record], notes: Iterable[Record]) -> list[Happening]:
    """All rows in order of time: of listed incidents, of what has no incident, and of the seats."""
    seats = {one.seat for one in records if one.seat} | {
        entry.event.department for entry in entries if isinstance(entry.event, ev.SeatTaken)
    }
    by_people = {(one.t, one.seat) for one in records if one.seat}
    listed = {e.event.incident for e in entries if isinstance(e.event, ev.IncidentStarted) and e.event.listed}
    rows = [of_record(one) for one in records if not one.seat or isinstance(one.command, LeaveSeat)]
    rows += [_of_note(one) for one in notes]
    fates = _fates(entries)
    for entry in entries:
        department = str(getattr(entry.event, "department", "") or getattr(entry.event, "sender", ""))
        if entry.incident is None or entry.incident in listed or department in seats:
            row = _of_entry(entry, department, (entry.t, department) in by_people, fates)
            if row is not None:
                rows.append(row)
    return sorted(rows, key=lambda row: row.t)[:MOST]


def of_record(record: Record) -> Happening:
    """A command that was carried out."""
    command, is_seat = record.command, isinstance(record.command, TakeSeat | LeaveSeat)
    sort: Sort = "decision" if is_seat else "inject"
    told = plain(command) | {"by": record.by}
    return Happening(record.t, sort, record.by, command.do, told, is_seat or bool(record.seat))


def _of_note(record: Record) -> Happening:
    command = record.command
    assert isinstance(command, Judge | Remark)
    at = command.at if isinstance(command, Remark) else None
    return Happening(record.t if at is None else at, "note", record.by, command.do, plain(command), is_human=True)


def _of_entry(entry: Entry, department: str, is_human: bool, fates: Fates) -> Happening | None:
    event = entry.event
    if isinstance(event, ev.MessageSent):
        return _of_message(entry, event, is_human, fates) if event.message_kind not in ROUTINE else None
    is_decision = isinstance(event, DECISIONS)
    if not (is_decision or isinstance(event, EFFECTS)):
        return None
    values = {field.name: getattr(event, field.name) for field in fields(event)}
    sort: Sort = "decision" if is_decision else "effect"
    return Happening(entry.t, sort, department, type(event).__name__, values, is_human and is_decision)


def _of_message(entry: Entry, event: ev.MessageSent, is_human: bool, fates: Fates) -> Happening:
    heard_t, lost = fates.get(event.message, (None, ""))
    key = "message" if heard_t is not None else "message_lost" if lost else "message_on_its_way"
    values = {
        "sender": event.sender, "receiver": event.receiver, "channel": event.channel, "text": event.text,
        "kind": event.message_kind, "seconds": None if heard_t is None else heard_t - entry.t, "reason": lost,
    }  # fmt: skip
    return Happening(entry.t, "message", event.sender, key, values, is_human)


def _fates(entries: Iterable[Entry]) -> Fates:
    """By message: when it was heard first, or why it was lost."""
    found: Fates = {}
    for entry in entries:
        if isinstance(entry.event, ev.MessageHeard):
            found.setdefault(entry.event.message, (entry.t, ""))
        elif isinstance(entry.event, ev.MessageLost):
            found.setdefault(entry.event.message, (None, entry.event.reason))
    return found
