"""What organisations believed, folded from a log: cases, units as last reported, closed roads, free bays."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sim.actors.tables import work
from sim.core import events as ev
from sim.core.log import Entry
from sim.viewer.fold import Fold

STATUSES = (
    "out of action", "at hospital", "transporting", "on scene", "searching", "en route", "alerted", "ordered", "free",
)  # fmt: skip
FREE = "free"
_EDGE = re.compile(r"\(edge (\d+)\)")
_BAYS = re.compile(r": (\d+) bays free")


class Held(NamedTuple):
    """One belief of a case."""

    value: Any
    confidence: float
    source: str
    as_of_s: float


@dataclass(slots=True)
class RememberedCase:
    """An open case of one picture."""

    id: str
    owner: str
    opened_s: int
    beliefs: dict[str, Held] = field(default_factory=dict)
    units: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Reported:
    """A unit as its desk last heard of it."""

    status: str
    at_s: float  # when it said where it was; its place then is asked of the tracks
    job: str | None = None  # the case for which it was ordered last
    is_unheard: bool = False  # nobody has acknowledged that order


class Memory(Fold):
    """All pictures of a log; takes it entry by entry."""

    def __init__(self, desk_of: Mapping[str, str]) -> None:
        super().__init__()
        self.desk_of = desk_of  # by service: the owner of the picture that it reads
        self.cases: dict[str, dict[str, RememberedCase]] = {}  # by owner, by name
        self.units: dict[str, Reported] = {}
        self.closed_s: dict[str, dict[int, float]] = {}  # by owner, by edge: when it was last reported closed
        self.bays: dict[str, dict[str, tuple[int, float]]] = {}  # by owner, by hospital
        self._said: dict[str, tuple[ev.MessageSent, int]] = {}  # on the air: what, and when it was sent
        self._services: dict[str, str] = {}  # by unit

    # --- questions

    def of(self, owner: str) -> dict[str, RememberedCase]:
        """Open cases of a picture."""
        return self.cases.get(owner, {})

    def units_of(self, owner: str) -> dict[str, Reported]:
        """Units as the desks of a picture know them."""
        return {unit: seen for unit, seen in self.units.items() if self._desk(unit) == owner}

    def closures_of(self, owner: str, t: float) -> dict[int, float]:
        """Roads that are believed to be closed: a report is believed for a while, and then forgotten."""
        since = t - work().road.closure_memory_s.value
        return {edge: at_s for edge, at_s in self.closed_s.get(owner, {}).items() if at_s >= since}

    def _desk(self, unit: str) -> str:
        service = self._services[unit]
        return self.desk_of.get(service, service)

    # --- cases

    def CaseOpened(self, entry: Entry, event: ev.CaseOpened) -> None:
        case = RememberedCase(event.case, event.department, entry.t)
        case.beliefs["place"] = Held((event.x, event.y), 1.0, event.call, entry.t)
        self.cases.setdefault(event.department, {})[event.case] = case

    def BeliefChanged(self, entry: Entry, event: ev.BeliefChanged) -> None:
        own = self.of(event.department)
        case = own.get(event.case)
        if case is None:
            return
        case.beliefs[event.belief] = Held(event.value, event.confidence, event.source, event.as_of_s)
        if event.belief == "same_as" and event.value in own:
            self._merge(case, own[event.value])

    def _merge(self, case: RememberedCase, into: RememberedCase) -> None:
        """Who is at the scene already counts for the other case; who is under way is called off, and said to be."""
        for unit in sorted(case.units):
            if self.units[unit].status not in ("ordered", "alerted", "en route"):
                case.units.discard(unit)
                into.units.add(unit)
                self.units[unit].job = into.id

    def CaseClosed(self, entry: Entry, event: ev.CaseClosed) -> None:
        self.of(event.department).pop(event.case, None)

    # --- units

    def UnitCommissioned(self, entry: Entry, event: ev.UnitCommissioned) -> None:
        self._services[event.unit] = event.service
        self.units[event.unit] = Reported(FREE, 0.0)

    def UnitOrdered(self, entry: Entry, event: ev.UnitOrdered) -> None:
        seen = self.units[event.unit]
        seen.status, seen.job, seen.is_unheard = "ordered", event.case, True
        case = self.of(self._desk(event.unit)).get(event.case)
        if case is not None:
            case.units.add(event.unit)

    def UnitRecalled(self, entry: Entry, event: ev.UnitRecalled) -> None:
        case = self.of(self._desk(event.unit)).get(event.case)
        if case is not None:
            case.units.discard(event.unit)

    # --- messages

    def MessageSent(self, entry: Entry, event: ev.MessageSent) -> None:
        if event.message_kind in ("status report", "road report", "bed report"):
            self._said[event.message] = event, entry.t

    def MessageLost(self, entry: Entry, event: ev.MessageLost) -> None:
        self._said.pop(event.message, None)

    def MessageHeard(self, entry: Entry, event: ev.MessageHeard) -> None:
        said = self._said.pop(event.message, None)
        if said is None:
            return
        match said[0].message_kind:
            case "status report":
                self._hear_status(*said)
            case "road report":
                self._hear_closure(said[0], entry.t)
            case "bed report":
                self._hear_bays(*said)

    def _hear_status(self, said: ev.MessageSent, sent_s: int) -> None:
        seen = self.units[said.sender]
        seen.at_s = float(sent_s)
        if seen.job is not None and seen.is_unheard and said.case != seen.job:
            return  # it has not heard yet that it must go out again
        status, outcome = parted(said.text.removeprefix(f"{said.sender} "))
        seen.is_unheard, seen.status = False, status
        case = self.of(self._desk(said.sender)).get(seen.job or said.case or "")
        if outcome or status == FREE:
            seen.job = None
            if case is not None:
                case.units.discard(said.sender)

    def _hear_closure(self, said: ev.MessageSent, t: int) -> None:
        found = _EDGE.search(said.text)
        if found is not None:
            self.closed_s.setdefault(self._desk(said.sender), {})[int(found[1])] = float(t)

    def _hear_bays(self, said: ev.MessageSent, sent_s: int) -> None:
        found = _BAYS.search(said.text)
        if found is not None:
            self.bays.setdefault(said.receiver, {})[said.sender] = int(found[1]), float(sent_s)


def parted(text: str) -> tuple[str, str]:
    """A status report without the unit's name as status and outcome, and without what is still needed."""
    said = text.partition(";")[0]
    for status in STATUSES:
        if said == status or said.startswith(f"{status} "):
            return status, said[len(status) :].strip()
    return said, ""
