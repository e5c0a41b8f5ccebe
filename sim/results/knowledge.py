"""How complete, how accurate and how widely shared the pictures were, over time: all of it spans of time."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from sim.results.knowing import FIELDS
from sim.results.records import CaseRecord, IncidentRecord, service_of
from sim.results.timeline import Timeline

NEAR_M = 200.0
"""A believed place is accurate within this distance, m (assumed: a crew at the kerb sees that far)."""

Span = tuple[float, float]


@dataclass(slots=True)
class Measured:
    """Spans of time in which something should be so, and those in which it was; each counts as one."""

    wanted: list[Span] = field(default_factory=list)
    met: list[Span] = field(default_factory=list)

    def share(self, window: Span) -> float | None:
        """The share over a window; none when nothing was wanted in it."""
        whole = sum(_length(span, window) for span in self.wanted)
        return sum(_length(span, window) for span in self.met) / whole if whole else None

    def curve(self, times: Sequence[float]) -> list[float | None]:
        """The share at given times; none where nothing is wanted."""
        wanted, met = _counts(self.wanted, times), _counts(self.met, times)
        return [float(m / w) if w else None for m, w in zip(met, wanted, strict=True)]


def completeness(line: Timeline, records: Iterable[IncidentRecord]) -> dict[str, Measured]:
    """By service: while an incident needs it, a department that acts for it should have a matching open case."""
    found: dict[str, Measured] = {}
    for record in records:
        for start, end, services in needed(line, record):
            for service in services:
                measured = found.setdefault(service, Measured())
                measured.wanted.append((start, end))
                measured.met += cut(_held(line, record, service), (start, end))
    return found


def shared_awareness(line: Timeline, records: Iterable[IncidentRecord]) -> Measured:
    """While an incident needs two or more services, each of them should have a matching open case at once."""
    shared = Measured()
    for record in records:
        for start, end, services in needed(line, record):
            if len(services) > 1:
                shared.wanted.append((start, end))
                common: list[Span] = [(start, end)]
                for service in services:
                    common = [one for span in _held(line, record, service) for one in cut(common, span)]
                shared.met += common
    return shared


def accuracy(line: Timeline, records: Iterable[IncidentRecord], *, rootless: bool) -> dict[str, Measured]:
    """By service, and for all (""): each believed field of each open case of those who send crews should be true.

    A case of what never was is wrong in every field; once an incident is over there is no truth left to compare, and
    its cases count no more (an ambulance may be on its way). `rootless` counts cases of what never was, if they were
    opened in the window of the cohort.
    """
    start, end = line.window
    cases: list[tuple[CaseRecord, IncidentRecord | None]] = [(case, one) for one in records for case in one.cases]
    if rootless:
        of_nothing = (case for case in line.cases.values() if case.incident not in line.incidents)
        cases += [(case, None) for case in of_nothing if start <= case.opened < end]
    cases = [(case, record) for case, record in cases if case.department not in line.seats]
    served = _served(line)
    found: dict[str, Measured] = {"": Measured()}
    for case, record in cases:
        since = {"": case.opened} | since_by_service(line, case)
        for segment, is_right in segments(line, case, record, served[case.department]):
            for service, held in since.items():
                measured = found.setdefault(service, Measured())
                spans = cut([segment], (held, math.inf))
                measured.wanted += spans
                measured.met += spans if is_right else []
    return found


# --- what was needed, and who had a case of it


def needed(line: Timeline, record: IncidentRecord) -> Iterator[tuple[float, float, list[str]]]:
    """The spans of an incident's life with the services that it needs in each, if any."""
    over = line.ended if record.ended is None else record.ended
    starts = [t for t, _ in record.truths]
    for (start, needs), end in zip(record.truths, [*starts[1:], over], strict=True):
        services = sorted({service for name in needs if needs[name] and (service := service_of(str(name)))})
        if end > start:
            yield float(start), float(end), services


def _held(line: Timeline, record: IncidentRecord, service: str) -> list[Span]:
    """The spans in which a department that acts for a service had a matching open case; they do not overlap."""
    spans = []
    for case in record.cases:
        since = since_by_service(line, case).get(service)
        if since is not None:
            spans.append((float(since), float(line.ended if case.closed is None else case.closed)))
    return united(spans)


def since_by_service(line: Timeline, case: CaseRecord) -> dict[str, int]:
    """By service: since when a department that acts for it has the case; what lies on a duty desk sends nobody."""
    since: dict[str, int] = {}
    if case.department in line.seats:
        return since
    for department, t in case.holders.items():
        for service in line.acts_for.get(department, ()):
            since[service] = min(t, since.get(service, t))
    return since


def _served(line: Timeline) -> dict[str, set[str]]:
    """By owner of a picture: the services whose departments read it."""
    served: dict[str, set[str]] = {}
    for case in line.cases.values():
        served.setdefault(case.department, set()).update(since_by_service(line, case))
    return served


# --- what was believed, against the truth


def segments(
    line: Timeline, case: CaseRecord, record: IncidentRecord | None, served: set[str] | None
) -> Iterator[tuple[Span, bool]]:
    """Each believed field of a case by spans in which neither it nor its truth changed, and whether it was right."""
    closed = float(line.ended if case.closed is None else case.closed)
    if record is not None and record.ended is not None:
        closed = min(closed, float(record.ended))
    changes = [] if record is None else [float(t) for t, _ in record.truths]  # of the severity too
    for name in FIELDS:
        if name == "severity" and record is not None and not record.severities:
            continue  # a log of before does not tell how bad it was
        values = [(t, value) for t, of, value in case.beliefs if of == name]
        ends = [t for t, _ in values][1:]
        for (start, value), next_start in zip(values, [*ends, closed], strict=False):
            end = min(float(next_start), closed)
            cuts = sorted({float(start), max(float(start), end), *(t for t in changes if start < t < end)})
            for a, b in pairwise(cuts):
                yield (a, b), record is not None and _is_right(name, value, record, a, served)


def _is_right(name: str, value: object, record: IncidentRecord, t: float, served: set[str] | None) -> bool:
    """A place within NEAR_M; the kind; the severity; of what these services (or anybody) can do just what is needed."""
    if name == "place":
        assert isinstance(value, tuple | list), "a place is two numbers"
        return math.hypot(float(value[0]) - record.x, float(value[1]) - record.y) <= NEAR_M
    if name == "kind":
        return value == record.kind
    if name == "severity":
        return value == next((severity for since, severity in reversed(record.severities) if since <= t), None)
    truth = next((needs for since, needs in reversed(record.truths) if since <= t), {})
    believed: Mapping[str, int] = value if isinstance(value, Mapping) else {}
    return _wanted(believed, served) == _wanted(truth, served)


def _wanted(needs: Mapping[str, int], served: set[str] | None) -> set[str]:
    return {str(name) for name, count in needs.items() if count and (served is None or service_of(str(name)) in served)}


# --- spans


def _length(span: Span, window: Span) -> float:
    return max(0.0, min(span[1], window[1]) - max(span[0], window[0]))


def cut(spans: Iterable[Span], window: Span) -> list[Span]:
    """What of the spans lies in a window."""
    parts = ((max(a, window[0]), min(b, window[1])) for a, b in spans)
    return [(a, b) for a, b in parts if b > a]


def united(spans: list[Span]) -> list[Span]:
    """The same time without overlaps."""
    whole: list[Span] = []
    for a, b in sorted(spans):
        if whole and a <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(b, whole[-1][1]))
        else:
            whole.append((a, b))
    return whole


def _counts(spans: Sequence[Span], times: Sequence[float]) -> list[int]:
    """How many spans are under way at each time; the start belongs to a span, the end does not."""
    starts, ends = (np.sort(np.array([span[k] for span in spans], float)) for k in (0, 1))
    at = np.asarray(times, float)
    under_way = np.searchsorted(starts, at, side="right") - np.searchsorted(ends, at, side="right")
    return [int(count) for count in under_way]
