"""The measures of warnings and rumours, by the definitions of `definitions_public.py`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from sim.results.danger_records import RumourStory
from sim.results.desk_kpis import summed
from sim.results.records import IncidentRecord
from sim.results.spells import Spell, between
from sim.results.summary import Value, horizon_s
from sim.results.timeline import Timeline, Which


def public_values(line: Timeline, records: Sequence[IncidentRecord], which: Which) -> dict[str, Value]:
    """All of them."""
    rumours = list(_rumours(line, records, which))
    values = summed([*_of_zones(line, records), *_of_rumours(rumours)], horizon_s(line))
    tallies = [record.tally for record in records] + ([line.rootless] if which == "all" else [])
    values |= _before_impact(records)
    if not (records or which == "all"):
        return values
    values["rumour_peak"] = float(peak(rumours))  # where none began, nobody believed one
    for key, name in (("alerts", "alerts"), ("false_alerts", "false_alerts"), ("evacuees", "following"),
                      ("needless_evacuees", "needless"), ("true_alarms_dismissed", "dismissed")):  # fmt: skip
        values[key] = float(sum(getattr(tally, name) for tally in tallies))
    return values


def _of_zones(line: Timeline, records: Iterable[IncidentRecord]) -> Iterator[Spell]:
    for record in records:
        if record.zone is not None and record.zone.people:
            half = record.zone.half_warned
            yield Spell("half_warned_s", "", between(record.started, half, 0), record.ended is None)


def _of_rumours(rumours: Iterable[RumourStory]) -> Iterator[Spell]:
    for rumour in rumours:
        yield Spell("rumour_s", "", between(rumour.started, rumour.refuted, 0), rumour.ended is None)


def _rumours(line: Timeline, records: Iterable[IncidentRecord], which: Which) -> Iterator[RumourStory]:
    """Rumours about these incidents; those about nothing belong to all, if they began in the window."""
    ids = {record.id for record in records}
    start, end = line.window
    for rumour in line.rumours.values():
        is_about_nothing = rumour.incident is None and which == "all" and start <= rumour.started < end
        if rumour.incident in ids or is_about_nothing:
            yield rumour


def peak(rumours: Iterable[RumourStory]) -> int:
    """The most people who believed one or another of them at one time."""
    changes: list[tuple[int, int]] = []
    for rumour in rumours:
        before = 0
        for t, believing in rumour.believing:
            changes.append((t, believing - before))
            before = believing
    most = now = 0
    for _, change in sorted(changes, key=lambda one: one[0]):
        now += change
        most = max(most, now)
    return most


def _before_impact(records: Iterable[IncidentRecord]) -> dict[str, Value]:
    people = warned = out = 0.0
    for record in records:
        zone = record.zone
        if zone is not None and zone.people:
            impact = math.inf if record.impact is None else record.impact - 1
            people += zone.people
            warned += zone.people * zone.warned_by(impact)
            out += zone.out_by(impact)
    shares = (warned / people, out / people) if people else (None, None)
    return dict(zip(("warned_before_impact_share", "out_before_impact_share"), shares, strict=True))
