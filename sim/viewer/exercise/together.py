"""Branches side by side: lived to the last moment that all of them have, and what sets them apart."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, zip_longest

from sim.core.errors import InputError, unknown
from sim.core.log import Entry
from sim.viewer.exercise.branching import Branch
from sim.viewer.exercise.commands import CityCommand, plain
from sim.viewer.exercise.comparing import Curves, KpiLine, Way, curves, kpi_lines, way
from sim.viewer.exercise.course import Spec, Watch
from sim.viewer.exercise.landmarks import parted_t
from sim.viewer.exercise.record import Record

MOST_BRANCHES = 6
"""More cannot be told apart in a drawing; each takes as long as a run."""

MOST_INCIDENTS = 20


@dataclass(eq=False)
class Watching:
    """Follows ways that are lived one after another: how many are done, and how much of the next."""

    tell: Callable[[float], None] = field(default=lambda share: None)
    done: int = -1

    def next(self, until: int) -> Watch:
        """Of one more way."""
        self.done += 1
        return lambda t: self.tell(self.done + t / max(1, until))


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a comparison needs of its branches."""

    names: tuple[str, ...]
    records: tuple[tuple[Record, ...], ...]
    until: int  # the least that all have come to, s since the start
    partings: tuple[tuple[int, int, int | None], ...]  # one branch, another (by number), and when they parted


def choose(branches: Mapping[str, Branch], names: Sequence[str]) -> Chosen:
    """Branches that are to be compared, as they are now."""
    names = tuple(dict.fromkeys(names))
    if not 2 <= len(names) <= MOST_BRANCHES:
        raise InputError(f"{len(names)} branches given; 2 to {MOST_BRANCHES} can be compared")
    for name in names:
        if name not in branches:
            raise unknown("the branch", name, branches)
    until = min(branches[name].reached_t for name in names)
    records = tuple(tuple(_lived(branches[name].records, until)) for name in names)
    pairs = combinations(range(len(names)), 2)
    called = tuple(branches[name].called for name in names)
    return Chosen(called, records, until, tuple((a, b, parted_t(branches, names[a], names[b])) for a, b in pairs))


def _lived(records: Sequence[Record], until: int) -> list[Record]:
    return [one for one in records if isinstance(one.command, CityCommand) and one.t <= until]


@dataclass(frozen=True)
class Parting:
    """Two branches: when they parted, and the first moment at which their logs differ; None where they do not."""

    one: int
    other: int
    parted_t: int | None
    differ_t: int | None


@dataclass(frozen=True)
class Together:
    """Branches lived to the same moment."""

    chosen: Chosen
    ways: tuple[Way, ...]
    first: tuple[str, ...] = ()  # measures that the scenario names

    @cached_property
    def kpis(self) -> list[KpiLine]:
        """Of each branch."""
        return kpi_lines(self.ways, self.first)

    @cached_property
    def partings(self) -> list[Parting]:
        """Of each pair."""
        return [
            Parting(a, b, t, first_difference(self.ways[a].entries, self.ways[b].entries))
            for a, b, t in self.chosen.partings
        ]

    @cached_property
    def own(self) -> list[list[Record]]:
        """Commands of each branch that not all of the others have."""
        keys = [[_key(one) for one in records] for records in self.chosen.records]
        common = Counter(keys[0])
        for each in keys[1:]:
            common &= Counter(each)
        return [_beyond(records, common) for records in self.chosen.records]

    @cached_property
    def incidents(self) -> list[str]:
        """Listed or injected ones, on any of the branches, in the order in which they began."""
        found = {one.id: one.started for each in self.ways for one in each.line.incidents.values() if one.listed}
        return sorted(found, key=lambda name: (found[name], name))[:MOST_INCIDENTS]

    @cached_property
    def curves(self) -> Curves:
        """Accuracy and completeness of pictures over time."""
        return curves(self.ways)


def bring_together(spec: Spec, chosen: Chosen, watch: Watching) -> Together:
    """Live every branch again, to the moment that all have come to."""
    until = chosen.until
    ways = [
        way(name, spec, records, until, watch.next(until))
        for name, records in zip(chosen.names, chosen.records, strict=True)
    ]
    return Together(chosen, tuple(ways), (spec.scenario.primary, *spec.scenario.secondary))


def first_difference(one: Sequence[Entry], other: Sequence[Entry]) -> int | None:
    """When two logs first differ, s since the start."""
    for mine, yours in zip_longest(one, other):
        if mine != yours:
            return min(entry.t for entry in (mine, yours) if entry is not None)
    return None


def _key(record: Record) -> str:
    """What was done, by whom and when, whatever its number on record."""
    told = [record.t, record.seat, record.command.do, plain(record.command)]
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def _beyond(records: Sequence[Record], common: Counter[str]) -> list[Record]:
    left, found = Counter(common), []
    for record in records:
        key = _key(record)
        if left[key]:
            left[key] -= 1
        else:
            found.append(record)
    return found
