"""The report's section on duty desks: who knew of what concerned him, what officers did, what went over which line."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from markupsafe import Markup

from sim.results.definitions_desks import TIERS
from sim.results.desk_knowledge import (
    GroupOf,
    by_department,
    by_tier,
    desk_accuracy,
    desk_completeness,
    first_known,
    groups,
)
from sim.results.desk_kpis import unowned_since
from sim.results.figures_time import shares
from sim.results.holders import by_holder
from sim.results.records import IncidentRecord, Tally
from sim.results.report_knowledge import binned
from sim.results.summary import Value, restricted
from sim.results.timeline import Timeline
from sim.results.waterfall import Waterfall


def section(line: Timeline, records: Sequence[IncidentRecord]) -> dict[str, Any]:
    """What the template shows; nothing without duty desks."""
    if not line.seats:
        return {}
    return {
        "tiers": _rows(line, records, by_tier),
        "departments": _rows(line, records, by_department),
        "grey": [_grey(line, record) for record in records if unowned_since(line, record) is not None],
        "channels": channels(line, records),
        "curves": _curves(line, records),
        "tier_names": _tiers(line),
    }


def _tiers(line: Timeline) -> list[str]:
    """Those that have a desk: the usual ones from below, then what a table adds."""
    there = dict.fromkeys(seat.tier for seat in line.seats.values())
    return sorted(there, key=lambda tier: TIERS.index(tier) if tier in TIERS else len(TIERS))


def _curves(line: Timeline, records: Sequence[IncidentRecord]) -> list[tuple[str, str, Markup]]:
    """Completeness and accuracy of the pictures of each tier over time."""
    start_s, end = line.run.start_s if line.run else 0, line.window[1]
    told = (
        ("Completeness", "Of the open incidents that are for offices, those of which the tier has a matching case.",
         desk_completeness(line, records, by_tier)),
        ("Accuracy",
         "Of the believed places, kinds, severities and needs in open cases on the tier's desks, those that are right.",
         desk_accuracy(line, records, by_tier, rootless=True)),
    )  # fmt: skip
    drawn = []
    for name, words, measured in told:
        series = {tier: binned(measured[tier], line) for tier in _tiers(line) if tier in measured}
        drawn.append((name, words, shares(series, start_s, f"{name} by tier", end)))
    return [one for one in drawn if one[2]]


class DeskRow(NamedTuple):
    """The desks of one tier, or of one department."""

    name: str
    concerned: int
    knew: int
    median: Value  # from the onset, s
    completeness: Value
    accuracy: Value
    refusals: int
    officers_s: float


def _rows(line: Timeline, records: Sequence[IncidentRecord], group_of: GroupOf) -> list[DeskRow]:
    complete = desk_completeness(line, records, group_of)
    accurate = desk_accuracy(line, records, group_of, rootless=True)
    refused: Counter[str] = Counter(name for record in records for name in record.desk.refused_by)
    officers: Counter[str] = Counter()
    for tally in _tallies(line, records):
        officers.update(tally.desk_s)
    rows = []
    for name, concerned in groups(line, records, group_of).items():
        late = [_late(line, record, name, group_of) for record in concerned]
        rows.append(
            DeskRow(
                name.replace("_", " "),
                len(concerned),
                sum(one is not None for one in late),
                restricted(late, math.inf)["_p50"] if late else None,
                complete[name].share(line.window),
                accurate[name].share(line.window) if name in accurate else None,
                refused[name],
                float(officers[name]),
            )
        )
    return rows


def _late(line: Timeline, record: IncidentRecord, name: str, group_of: GroupOf) -> float | None:
    knew = first_known(line, record, group_of).get(name)
    return None if knew is None else float(knew - record.started)


def _tallies(line: Timeline, records: Iterable[IncidentRecord]) -> list[Tally]:
    return [*(record.tally for record in records), line.rootless]


class GreyRow(NamedTuple):
    """An incident whose owner had to be found."""

    incident: str
    kind: str
    unowned_s: float | None  # none: nobody ever took it
    owners: str
    papers: int
    refusals: int
    waits: int
    drops: int


def _grey(line: Timeline, record: IncidentRecord) -> GreyRow:
    since, owned = unowned_since(line, record), record.desk.owned
    assert since is not None, "its owner was wanted"
    own = [one for one in record.desk.accepted if one.is_own]
    chosen = [one for one in own if not one.was_told] or own[:1]
    owners = dict.fromkeys(one.department.replace("_", " ") for one in chosen)
    tally = record.tally
    return GreyRow(
        record.id, record.kind, None if owned is None else float(max(0, owned - since)), ", ".join(owners),
        tally.papers, tally.refusals, tally.waits, tally.drops,
    )  # fmt: skip


class ChannelRow(NamedTuple):
    """What went over one channel."""

    name: str
    sent: int
    lost: int


def channels(line: Timeline, records: Iterable[IncidentRecord]) -> list[ChannelRow]:
    """Messages by channel, the busiest first."""
    sent: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for tally in _tallies(line, records):
        sent.update(tally.sent_by)
        lost.update(tally.lost_by)
    return [ChannelRow(name, count, lost[name]) for name, count in sent.most_common()]


def mean_held(falls: Sequence[Waterfall]) -> list[tuple[str, float]]:
    """Mean seconds that each organisation held a story, the longest first; they sum to the mean whole."""
    total: dict[str, int] = defaultdict(int)
    for fall in falls:
        for who, ms in by_holder(fall.parts).items():
            total[who] += ms
    return sorted(((who, ms / 1000 / len(falls)) for who, ms in total.items()), key=lambda one: (-one[1], one[0]))
