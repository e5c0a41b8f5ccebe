"""The report's section on knowing: pictures over time, who learnt of what, who told whom, and by district."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from markupsafe import Markup

from sim.results.districts import by_district, worst
from sim.results.figures_time import Point, shares
from sim.results.knowledge import Measured, accuracy, completeness, shared_awareness
from sim.results.records import IncidentRecord
from sim.results.summary import Value, restricted
from sim.results.timeline import Timeline

BINS = 60
MOST_PARTIES = 9
"""Organisations with a row and a column of their own in the table of messages."""

OTHERS = "others"


def section(line: Timeline, values: Mapping[str, Value]) -> dict[str, Any]:
    """What the template shows."""
    records = line.cohort()
    rows = by_district(line, records)
    return {
        "curves": _curves(line, records),
        "organisations": organisations(line, records),
        "messages": matrix(line, records),
        "districts": rows,
        "worst": worst(rows),
        "shared": values.get("shared_awareness_share"),
    }


def _curves(line: Timeline, records: Sequence[IncidentRecord]) -> list[tuple[str, str, Markup]]:
    start_s = line.run.start_s if line.run else 0
    right = {name: one for name, one in accuracy(line, records, rootless=True).items() if name}
    told = [
        ("Completeness", "Of the open incidents that need a service, those of which it has a matching case.",
         completeness(line, records)),
        ("Accuracy", "Of the believed places, kinds, severities and needs in open cases, those that are right.", right),
        ("Shared awareness", "Of the open incidents that need two or more services, those of which all have a case.",
         {"all": shared_awareness(line, records)}),
    ]  # fmt: skip
    end = line.window[1]
    drawn = []
    for name, words, measured in told:
        series = {of: binned(one, line) for of, one in sorted(measured.items())}
        drawn.append((name, words, shares(series, start_s, name, end)))
    return [one for one in drawn if one[2]]


def binned(measured: Measured, line: Timeline) -> list[Point]:
    """The share over each of the run's small spans of time, at its middle, as long as there is something to know."""
    start = line.window[0]
    width = max(60.0, math.ceil((line.ended - start) / BINS / 60) * 60.0)
    points: list[Point] = []
    at = start
    while at < line.ended:
        points.append((at + width / 2, measured.share((at, at + width))))
        at += width
    return points if any(share is not None for _, share in points) else []


class OrganisationRow(NamedTuple):
    """When one organisation learnt of the incidents that needed what it acts for (of all, if it acts for nothing)."""

    name: str
    acts_for: str
    concerned: int
    knew: int
    median: Value
    p90: Value


def organisations(line: Timeline, records: Sequence[IncidentRecord]) -> list[OrganisationRow]:
    """A row for each organisation that ever had a case of one of these incidents, or should have had."""
    names = {name for record in records for name in record.known} | set(line.acts_for)
    rows = []
    for name in sorted(names):
        services = line.acts_for.get(name, set())
        concern = [one for one in records if not services or services & set(one.needed_services)]
        late = [one.known[name] - one.started if name in one.known else None for one in concern]
        summary = restricted(late, math.inf) if late else {"_p50": None, "_p90": None}
        knew = sum(one is not None for one in late)
        acts_for = ", ".join(sorted(services))
        rows.append(OrganisationRow(name, acts_for, len(concern), knew, summary["_p50"], summary["_p90"]))
    return rows


@dataclass(frozen=True, slots=True)
class Matrix:
    """How often each organisation told each other something, and how much of that was lost."""

    parties: tuple[str, ...]
    said: Mapping[tuple[str, str], int]
    lost: Mapping[tuple[str, str], int]


def matrix(line: Timeline, records: Sequence[IncidentRecord]) -> Matrix:
    """Messages by sender and receiver; those who say little stand together."""
    said: Counter[tuple[str, str]] = Counter()
    lost: Counter[tuple[str, str]] = Counter()
    for tally in (*(record.tally for record in records), line.rootless):
        said.update(tally.said)
        lost.update(tally.lost)
    weight: Counter[str] = Counter()
    for pair, count in said.items():
        for party in set(pair):
            weight[party] += count
    named = sorted(weight, key=lambda one: (-weight[one], one))[:MOST_PARTIES]
    is_more = len(weight) > len(named)
    parties = (*sorted(named), *((OTHERS,) if is_more else ()))
    return Matrix(parties, _grouped(said, named), _grouped(lost, named))


def _grouped(counts: Counter[tuple[str, str]], named: Sequence[str]) -> dict[tuple[str, str], int]:
    grouped: Counter[tuple[str, str]] = Counter()
    for (sender, receiver), count in counts.items():
        pair = (sender if sender in named else OTHERS, receiver if receiver in named else OTHERS)
        grouped[pair] += count
    return dict(grouped)
