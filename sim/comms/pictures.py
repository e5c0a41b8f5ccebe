"""What an organisation believes: its cases, its units as last reported, closed roads, free bays."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sim.comms.cases import Belief, Case
from sim.comms.messages import Finding, Paper
from sim.core.clock import Clock
from sim.core.events import BeliefChanged, CallJoinedCase, CaseOpened
from sim.core.log import Log
from sim.core.streams import Dice

CELL_M, FEW_CELLS = 1000.0, 12
"""Cases are looked for by cells of that size, where there are more than a few."""

SUREST = 0.99
"""Nobody is ever quite sure."""

MOST_HALVES = 60.0
"""A word that has been halved so often is nothing."""


@dataclass(slots=True)
class Sighting:
    """A unit as it last reported."""

    status: str
    x: float
    y: float
    edge: int
    offset_m: float
    as_of_s: float
    freed_by: int | None = None  # event that set it free


class Picture:
    """One organisation's beliefs; every change of a belief is an event."""

    def __init__(
        self, owner: str, clock: Clock, log: Log, closure_memory_s: float = 3600.0, half_life_s: float = 1800.0
    ) -> None:
        self.owner = owner
        self._half_life_s = half_life_s  # of a word on how bad it is
        self._filed: dict[tuple[str, str], Case] = {}  # by desk and its own case: ours
        self.cases: dict[str, Case] = {}  # open ones
        self._cells: dict[tuple[int, int], dict[str, Case]] = {}  # the same, by where they are believed to be
        self.units: dict[str, Sighting] = {}
        self._closures: dict[int, float] = {}  # by edge: when it was last reported closed
        self._closure_memory_s = closure_memory_s
        self.aid_until_s: dict[str, float] = {}  # by district (empty: all): crews of others may come until then
        self.free_bays: dict[str, tuple[int, float]] = {}  # by hospital: bays, as of
        self._clock = clock
        self._log = log
        self._serial = 0

    def note_closure(self, edge: int) -> None:
        """Somebody reports that a road cannot be driven."""
        self._closures[edge] = float(self._clock.t)

    def has_aid(self, district: str) -> bool:
        """Whether crews of other districts may be sent there, as far as is known."""
        return bool(self.aid_until_s) and any(
            self._clock.t < self.aid_until_s.get(area, 0.0) for area in (district, "")
        )

    def closures(self) -> set[int]:
        """Edges that are believed to be closed: a report is believed for a while, and then forgotten."""
        if not self._closures:
            return set()
        since = self._clock.t - self._closure_memory_s
        return {edge for edge, reported_s in self._closures.items() if reported_s >= since}

    def closures_since(self) -> dict[int, float]:
        """The same with the time of the newest report of each, s."""
        believed = self.closures()
        return {edge: reported_s for edge, reported_s in self._closures.items() if edge in believed}

    def open_case(self, call: str, place: tuple[float, float], caller: Any, because: int, dice: Dice) -> Case:
        """Begin to believe in an incident."""
        self._serial += 1
        name = f"{self.owner}-{self._serial}"
        opened = self._log.add(
            CaseOpened(because=because, case=name, department=self.owner, call=call, x=place[0], y=place[1])
        )
        case = Case(name, self._clock.t, opened, dice, [caller], last_call_s=self._clock.t)
        self.cases[name] = case
        return case

    def join(self, case: Case, call: str, caller: Any, because: int) -> int:
        """One more call about a case that is open already; returns the event."""
        case.callers.append(caller)
        case.last_call_s = self._clock.t
        return self._log.add(CallJoinedCase(because=because, case=case.id, department=self.owner, call=call))

    def believe(
        self,
        case: Case,
        belief: str,
        value: Any,
        *,
        because: int,
        source: str,
        confidence: float = 0.5,
        as_of_s: float | None = None,
    ) -> int:
        """Hold something to be true from now on; returns the event, the old one when nothing is new."""
        old = case.beliefs.get(belief)
        if old is not None and old.value == value and (belief == "needs" or confidence <= old.confidence):
            return old.event  # what is needed keeps the event that raised it
        as_of_s = float(self._clock.t) if as_of_s is None else as_of_s
        event = self._log.add(
            BeliefChanged(
                because=because,
                case=case.id,
                department=self.owner,
                belief=belief,
                value=value,
                confidence=confidence,
                source=source,
                as_of_s=as_of_s,
            )
        )
        if belief == "place" and case.is_open:
            self._move(case, old, value)
        case.beliefs[belief] = Belief(value, confidence, source, as_of_s, event)
        return event

    def fuse(self, case: Case, found: Finding, *, because: int, sender: str, word: str) -> int:
        """Take in what another says: places are averaged by confidence; how bad it is says who is surer, or fresher.

        Nothing becomes surer by words that rest on what has been heard already. Returns the newest event.
        """
        told: dict[str, Any] = {"source": f"{word} of {sender}", "as_of_s": found.as_of_s}
        case.last_call_s = self._clock.t
        roots = found.roots or {sender}
        place, sure = _placed(case.beliefs.get("place"), found, is_new=not roots <= case.roots)
        case.roots |= roots
        event = self.believe(case, "kind", found.kind, because=because, confidence=sure, **told)
        event = max(event, self.believe(case, "place", place, because=because, confidence=sure, **told))
        values = {"severity": found.severity.value, "people": found.people}
        for belief, value in values.items():
            old = case.beliefs.get(belief)
            if old is None or self._outweighs(found, old):
                new = self.believe(case, belief, value, because=because, confidence=found.confidence, **told)
                event = max(event, new)
        wanted = {**case.needs}
        for name, count in found.needs:
            wanted[name.value] = max(count, wanted.get(name.value, 0))
        return max(event, self.believe(case, "needs", wanted, because=because, confidence=found.confidence, **told))

    def _outweighs(self, found: Finding, old: Belief) -> bool:
        """Whether a word on how bad it is stands against an older one: that counts half as much after a half-life."""
        halves = max(-MOST_HALVES, min(MOST_HALVES, (found.as_of_s - old.as_of_s) / self._half_life_s))
        return bool(found.confidence * 2.0**halves >= old.confidence)

    def case_of(self, paper: Paper, radius_m: float, window_s: float) -> Case | None:
        """The open case that a paper is about: by our number on it, by the sender's, or by what it says and where."""
        filed = self.cases.get(paper.about or "") or self.filed(paper.sender, paper.case)
        return filed or self.case_about(paper.finding, radius_m, window_s)

    def filed(self, desk: str, number: str | None) -> Case | None:
        """The open case under which another desk's case is filed."""
        case = self._filed.get((desk, number or ""))
        return case if case is not None and case.is_open else None

    def file(self, case: Case, desk: str, number: str | None) -> None:
        """From now on that desk's case is known to be this one."""
        if number is not None:
            case.numbers[desk] = number
            self._filed[desk, number] = case

    def case_about(self, found: Finding, radius_m: float, window_s: float) -> Case | None:
        """The open case that a finding is taken to be about, attended or not."""
        return self.match(frozenset({found.kind}), found.place, radius_m, window_s, attended=True)

    def open_about(self, found: Finding, paper: str, because: int, dice: Dice) -> Case:
        """A case that begins with a paper: nobody can be rung back."""
        return self.open_case(paper, found.place, None, because, dice)

    def match(
        self, kinds: frozenset[str], place: tuple[float, float], radius_m: float, window_s: float, *, attended: bool
    ) -> Case | None:
        """The nearest open case of these kinds in a radius, last spoken of in a window; also if attended or not."""
        near: list[tuple[float, int, Case]] = []
        since_s = self._clock.t - window_s
        for case in self._about(place, radius_m):
            held = case.beliefs
            if case.last_call_s < since_s or held["kind"].value not in kinds:
                continue
            away = math.dist(held["place"].value, place)
            if away <= radius_m and (attended or not case.on_scene):
                near.append((away, case.opened, case))
        return min(near)[2] if near else None

    # --- cases by place: a desk that nobody closes cases on has thousands

    def _about(self, place: tuple[float, float], radius_m: float) -> Iterator[Case]:
        """The open cases of the cells that a circle touches, and perhaps some more."""
        if len(self._cells) < FEW_CELLS:
            yield from self.cases.values()
            return
        (west, south), (east, north) = _cell(place, -radius_m), _cell(place, radius_m)
        for column in range(west, east + 1):
            for row in range(south, north + 1):
                yield from self._cells.get((column, row), {}).values()

    def _move(self, case: Case, old: Belief | None, place: tuple[float, float]) -> None:
        """It is believed to be elsewhere, or somewhere for the first time."""
        if old is not None:
            self._take_out(case, old.value)
        self._cells.setdefault(_cell(place), {})[case.id] = case

    def _take_out(self, case: Case, place: tuple[float, float]) -> None:
        cell = self._cells[_cell(place)]
        del cell[case.id]
        if not cell:
            del self._cells[_cell(place)]

    def close_case(self, case: Case) -> None:
        """It is open no longer."""
        case.is_open = False
        if self.cases.pop(case.id, None) is not None and "place" in case.beliefs:
            self._take_out(case, case.place)


def _cell(place: tuple[float, float], more_m: float = 0.0) -> tuple[int, int]:
    return math.floor((place[0] + more_m) / CELL_M), math.floor((place[1] + more_m) / CELL_M)


def _placed(known: Belief | None, found: Finding, *, is_new: bool) -> tuple[tuple[float, float], float]:
    """Where it is believed to be after one more word, and how surely; the same word again counts if it is surer."""
    if known is None:
        return found.place, min(found.confidence, SUREST)
    if is_new:
        both = 1.0 - (1.0 - known.confidence) * (1.0 - found.confidence)
        return weighted(known.value, known.confidence, found.place, found.confidence), min(both, SUREST)
    if found.confidence > known.confidence:
        return found.place, min(found.confidence, SUREST)
    return known.value, known.confidence


def weighted(
    one: tuple[float, float], trust_one: float, two: tuple[float, float], trust_two: float
) -> tuple[float, float]:
    """The place between two that are said, nearer to the one that is trusted more, m."""
    share = trust_two / (trust_one + trust_two)
    return round(one[0] + share * (two[0] - one[0]), 1), round(one[1] + share * (two[1] - one[1]), 1)
