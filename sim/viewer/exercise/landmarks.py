"""Landmarks: what stands beside the time of an exercise: injects, incidents, notes, and where branches parted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sim.core.events import IncidentStarted
from sim.core.log import Entry
from sim.viewer.exercise.branching import Branch
from sim.viewer.exercise.controls import Remark
from sim.viewer.exercise.engine import Exercise

Sort = Literal["done", "planned", "refused", "incident", "note", "parted"]


@dataclass(frozen=True, slots=True)
class Landmark:
    """One of them: when, what it is, what it is called, and more of it: a kind of incident, a reason, a branch."""

    t: int
    sort: Sort
    name: str
    more: str = ""


@dataclass(eq=False)
class Landmarks:
    """Those of the present branch; each log is read once, as it grows."""

    _begun: dict[str, list[Landmark]] = field(default_factory=dict)  # incidents by branch
    _read: dict[str, int] = field(default_factory=dict)  # entries of its log

    def of(self, exercise: Exercise) -> tuple[Landmark, ...]:
        """All of the branch on which the exercise is, in order of time."""
        branch = exercise.branch
        found = [*self._incidents(exercise), *_injects(exercise), *_notes(exercise)]
        found += _partings(exercise.branches, branch.name)
        return tuple(sorted(found, key=lambda one: (one.t, one.sort, one.name)))

    def _incidents(self, exercise: Exercise) -> list[Landmark]:
        """Listed incidents of all that the branch has lived, though the city may have gone back."""
        branch, log = exercise.branch, exercise.city.log
        begun, read = self._begun.setdefault(branch.name, []), self._read.get(branch.name, 0)
        if branch.kept is not None and len(branch.kept) > len(log):
            fresh: Sequence[Entry] = branch.kept[read:]
        else:
            fresh = list(log.since(read)) if len(log) > read else ()
        begun += incidents_begun(fresh)
        self._read[branch.name] = read + len(fresh)
        return begun


def incidents_begun(entries: Iterable[Entry]) -> list[Landmark]:
    """When listed incidents began, as a log tells it."""
    return [
        Landmark(one.t, "incident", one.event.incident, one.event.incident_kind)
        for one in entries if isinstance(one.event, IncidentStarted) and one.event.listed
    ]  # fmt: skip


def _injects(exercise: Exercise) -> list[Landmark]:
    trace = exercise.branch.trace
    found = []
    for name, one in exercise.msel.planned.items():
        if name in trace.refused:
            found.append(Landmark(one.at, "refused", one.title or name, trace.refused[name]))
        elif name in trace.done:
            found.append(Landmark(trace.done[name], "done", one.title or name))
        else:
            found.append(Landmark(one.at, "planned", one.title or name))
    return found


def _notes(exercise: Exercise) -> list[Landmark]:
    found = []
    for note in exercise.notes:
        if isinstance(note.command, Remark) and is_noted_on(note.branch, note.t, exercise.branch, exercise.branches):
            t = note.t if note.command.at is None else note.command.at
            found.append(Landmark(t, "note", note.command.words))
    return found


def _partings(branches: Mapping[str, Branch], name: str) -> list[Landmark]:
    apart = [(other, parted_t(branches, name, other)) for other in branches if other != name]
    return [Landmark(t, "parted", branches[other].called) for other, t in apart if t is not None]


# --- how branches hang together


def is_noted_on(named: str, t: int, branch: Branch, branches: Mapping[str, Branch]) -> bool:
    """Whether what was noted on a branch at a time was noted on this one, or on its way here before they parted."""
    if named == branch.name:
        return True
    if not branch.parent:
        return False
    return t <= branch.forked_t and is_noted_on(named, t, branches[branch.parent], branches)


def parted_t(branches: Mapping[str, Branch], one: str, other: str) -> int | None:
    """When two branches parted, s since the start; None of a branch and itself."""
    if one == other:
        return None
    first, second = _shared_until(branches, one), _shared_until(branches, other)
    common = next(name for name in first if name in second)
    return int(min(first[common], second[common]))


def _shared_until(branches: Mapping[str, Branch], name: str) -> dict[str, float]:
    """The branch and those that led to it, the nearest first: until when its way was theirs."""
    until, found = float("inf"), {}
    while name:
        found[name] = until
        until, name = min(until, branches[name].forked_t), branches[name].parent
    return found
