"""Ways compared: branches with each other, and what people did with what the policies would have done without them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from sim.core.log import Entry
from sim.results.definitions import KPIS
from sim.results.figures_time import Point
from sim.results.knowledge import Measured, accuracy, completeness
from sim.results.kpis import Value, kpis
from sim.results.records import IncidentRecord
from sim.results.report_knowledge import binned
from sim.results.report_tables import shown
from sim.results.timeline import Timeline
from sim.results.waterfall import ById, Waterfall, by_id, effect_of, waterfall, ways
from sim.viewer.exercise.course import Spec, Watch, relive
from sim.viewer.exercise.injects import LeaveSeat, TakeSeat
from sim.viewer.exercise.record import Record

CORE = (
    "listed_total_response_s", "listed_information_latency_s", "listed_unowned_s", "listed_full_assignment_s",
    "listed_expected_deaths", "listed_deaths", "listed_avoidable_deaths", "expected_deaths", "total_response_s",
    "alarm_handling_s", "handoffs", "dispatches", "wasted_dispatches", "duplicate_dispatches", "messages_lost",
    "picture_completeness_share", "picture_accuracy_share", "shared_awareness_share",
)  # fmt: skip
"""Measures that a review shows beside the scenario's own."""


@dataclass(frozen=True)
class Way:
    """A course that was lived to a time and counted there: what was open then is censored."""

    name: str
    entries: tuple[Entry, ...]
    sha256: str  # of its log, before it was counted
    left_out: tuple[Record, ...]  # commands that were not possible on this way

    @cached_property
    def line(self) -> Timeline:
        """What its log tells."""
        return Timeline(self.entries)

    @cached_property
    def known(self) -> ById:
        """Its entries by id."""
        return by_id(self.entries)

    @cached_property
    def values(self) -> dict[str, Value]:
        """Its KPIs."""
        return kpis(self.entries)


@dataclass(frozen=True, slots=True)
class KpiLine:
    """One KPI on several ways: as text and as numbers; `best` is the way that is better, empty where none is."""

    key: str
    name: str
    sentence: str
    texts: tuple[str, ...]
    values: tuple[Value, ...]
    best: str


def way(name: str, spec: Spec, records: Sequence[Record], until: int, watch: Watch | None = None) -> Way:
    """Live a course to a time, on its own city, and count."""
    lived = relive(spec, records, until, watch=watch)
    sha256 = lived.city.log.sha256()
    return Way(name, tuple(lived.ended()), sha256, lived.left_out)


def is_of_people(record: Record) -> bool:
    """Whether a participant did it."""
    return bool(record.seat) or isinstance(record.command, TakeSeat | LeaveSeat)


def without_people(records: Iterable[Record]) -> list[Record]:
    """The same course without what participants did: injects and switched policies stay."""
    return [one for one in records if not is_of_people(one)]


# --- side by side


def falls(gone: Sequence[Way], incident: str) -> list[tuple[int, Waterfall]]:
    """Where the time of an incident went: (number of the way, the waterfall of a service), by service."""
    found = []
    for number, one in enumerate(gone):
        same = one.line.incidents.get(incident)
        for service in ways(same) if same is not None else ():
            assert same is not None
            found.append((number, waterfall(one.known, one.line, same, service, effect_of(same, service))))
    return sorted(found, key=lambda pair: (pair[1].service, pair[0]))


Curves = dict[str, list[list[Point]]]
"""By what is measured: points over time, for each way."""


def curves(gone: Sequence[Way]) -> Curves:
    """Accuracy and completeness of pictures over time, on each way."""
    found: Curves = {"accuracy": [], "completeness": []}
    for one in gone:
        records = one.line.cohort()
        right = accuracy(one.line, records, rootless=True)[""]
        found["accuracy"].append(binned(right, one.line))
        found["completeness"].append(_completeness(one.line, records))
    return found


def _completeness(line: Timeline, records: Sequence[IncidentRecord]) -> list[Point]:
    known = completeness(line, records).values()
    whole = Measured([s for one in known for s in one.wanted], [s for one in known for s in one.met])
    return binned(whole, line)


def kpi_lines(ways: Sequence[Way], first: Iterable[str] = ()) -> list[KpiLine]:
    """The scenario's own measures and the core ones, where any way has them."""
    keys = [key for key in dict.fromkeys([*first, *CORE]) if key in KPIS]
    return [_line(key, ways) for key in keys if any(one.values.get(key) is not None for one in ways)]


def _line(key: str, ways: Sequence[Way]) -> KpiLine:
    text = KPIS[key]
    values = tuple(one.values.get(key) for one in ways)
    names = [one.name for one in ways]
    texts = tuple(shown(key, value) for value in values)
    return KpiLine(key, text.name, text.sentence, texts, values, best(names, values, texts, text.better))


def best(names: Sequence[str], values: Sequence[Value], texts: Sequence[str], better: str | None) -> str:
    """The way that is better by what is printed: two that read the same are the same; empty where none is."""
    known = [(value, name, text) for name, value, text in zip(names, values, texts, strict=True) if value is not None]
    if better is None or len(known) < 2:
        return ""
    pick = max if better == "higher" else min
    _, name, text = pick(known, key=lambda one: float(one[0]))
    return name if [one[2] for one in known].count(text) == 1 else ""
