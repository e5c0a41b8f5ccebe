"""The measures of one run, by the definitions of `definitions.py`, from its log alone."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

from sim.core.log import Entry
from sim.results.definitions import COHORT_KPIS, INTERVALS, KPIS, LISTED, SERVICES, KpiText, is_of_the_log
from sim.results.desk_kpis import desk_values
from sim.results.districts import by_district, worst
from sim.results.knowledge import NEAR_M, Measured, accuracy, completeness, shared_awareness
from sim.results.public_kpis import public_values
from sim.results.records import Attendance, IncidentRecord, Tally
from sim.results.scene_kpis import scene_values
from sim.results.spells import Spell, spells
from sim.results.summary import Value, horizon_s, restricted
from sim.results.talk import is_between
from sim.results.timeline import Timeline, Which

__all__ = ["INTERVALS", "KPIS", "SERVICES", "KpiText", "Value", "horizon_s", "kpis", "kpis_of", "restricted"]


def kpis(entries: Iterable[Entry], which: Which | None = None) -> dict[str, Value]:
    """Every KPI of one run over its cohort, and as `listed_…` over the incidents that are named; undefined is None.

    The cohort are the incidents that began in [warmup_s, end_s); `which` gives those of one part of it alone.
    Coverage, utilisation and unit hours are of the whole run. Intervals are over all incidents of the cohort that
    truly need the service (overall: over incident and needed service together), not over those served. An interval
    whose end never came counts in the mean with the horizon (see `horizon_s`), and so does one that is longer: a
    restricted mean. In percentiles (nearest rank) it ranks last; a percentile that falls among such is None.
    """
    line = Timeline(entries)
    if which is not None:
        return kpis_of(line, which)
    every, listed = kpis_of(line), kpis_of(line, "listed")
    own = {key: value for key, value in every.items() if key in COHORT_KPIS}
    others = {key: value for key, value in every.items() if key not in COHORT_KPIS}
    own |= {name: listed[key] for name, key in LISTED.items()}
    return own | others | {f"listed_{key}": value for key, value in listed.items() if key not in COHORT_KPIS}


def kpis_of(line: Timeline, which: Which = "all") -> dict[str, Value]:
    """The KPIs of a log that has been read already."""
    records = line.cohort(which)
    found = list(spells(line, records))
    values = _intervals(found, horizon_s(line))
    values |= _within_target(line, found)
    values |= _readiness(line)
    values |= _dispatches(line, records, which)
    values |= _calls(line, records, which)
    values |= _patients(records)
    values |= _knowledge(line, records)
    values |= _pictures(line, records, which)
    values |= _districts(line, records)
    values |= desk_values(line, records, which)
    values |= public_values(line, records, which)
    values |= scene_values(line, records)
    of_the_log = {key: value for key, value in values.items() if is_of_the_log(key)}
    return {key: values.get(key) for key in COHORT_KPIS} | of_the_log


def _intervals(found: list[Spell], horizon: float) -> dict[str, Value]:
    """All intervals, overall and per service; overall is per incident where the incident as a whole has one."""
    groups: dict[str, list[Spell]] = defaultdict(list)
    whole = {spell.key for spell in found if not spell.service}
    for spell in found:
        if spell.service:
            groups[f"{spell.service}_{spell.key}"].append(spell)
        if not spell.service or spell.key not in whole:
            groups[spell.key].append(spell)
    values: dict[str, Value] = {}
    for scope in ("", *(f"{service}_" for service in SERVICES)):
        for name in INTERVALS:
            key, group = scope + name, groups[scope + name]
            summary = restricted([spell.seconds for spell in group], horizon)
            values |= {key + suffix: value for suffix, value in summary.items()}
            values[f"{key}_censored"] = float(sum(s.seconds is None and s.open for s in group))
    return values


def _within_target(line: Timeline, found: list[Spell]) -> dict[str, Value]:
    targets = line.run.targets_s if line.run else {}
    hits: dict[str, list[bool]] = defaultdict(list)
    for spell in found:
        target = targets.get(spell.service)
        if spell.key == "total_response_s" and target is not None:
            hit = spell.seconds is not None and spell.seconds <= target
            hits[""].append(hit)
            hits[f"{spell.service}_"].append(hit)
    return {f"{scope}within_target_share": _mean(each) for scope, each in hits.items()}


def _readiness(line: Timeline) -> dict[str, Value]:
    """Coverage and utilisation, overall and per service, and the hours that units were busy."""
    values: dict[str, Value] = {f"{s}_coverage_share": _mean(shares) for s, shares in line.coverage.items()}
    values["coverage_share"] = _mean([_mean(shares) or 0.0 for shares in line.coverage.values()])
    start, end = line.window
    crews: dict[str, int] = defaultdict(int)
    for unit in line.units.values():
        crews[unit.service] += 1
    for service, count in crews.items():
        values[f"{service}_utilisation"] = _ratio(line.busy_s.get(service, 0.0), count * (end - start))
    values["unit_hours"] = sum(line.busy_s.values()) / 3600 if line.units and end > start else None
    values["sensors"] = float(line.sensors)
    values["utilisation"] = _ratio(sum(line.busy_s.values()), len(line.units) * (end - start))
    return values


def _dispatches(line: Timeline, records: list[IncidentRecord], which: Which) -> dict[str, Value]:
    orders = line.orders(records, which)
    if not records and not orders:
        return {}
    return {
        "dispatches": float(len(orders)),
        "duplicate_dispatches": float(sum(order.duplicate for order in orders)),
        "wasted_dispatches": float(sum(_wasted(line, order) for order in orders)),
        "wasted_work_s": float(sum(_misled_s(line, order) for order in orders)),
    }


def _wasted(line: Timeline, order: Attendance) -> bool:
    """True when the order brought no crew to anything that ever needed it; unfinished runs are not wasted yet."""
    if order.found is not None:
        needs = line.incidents[order.found].needs
        unit = line.units.get(order.unit)
        return not any(needs.get(c) for c in (unit.capabilities if unit else (order.capability,)))
    return order.nothing_found or order.incident is None


def _misled_s(line: Timeline, order: Attendance) -> float:
    """Seconds of a crew's work for what was not there, from the order on; none when it came upon something real."""
    if order.found is not None or not (order.nothing_found or order.incident is None):
        return 0.0
    return (line.ended if order.freed is None else order.freed) - order.ordered


def _calls(line: Timeline, records: list[IncidentRecord], which: Which) -> dict[str, Value]:
    tallies = [record.tally for record in records] + ([line.rootless] if which == "all" else [])
    total = Tally()
    for tally in tallies:
        total.add(tally)
    if not records and not total.calls and not total.alarms:
        return {}
    return {
        "calls": float(total.calls),
        "calls_abandoned": float(total.calls_abandoned),
        "calls_lost": float(total.calls_lost),
        "calls_answered_10s_share": _ratio(total.calls_answered_10s, total.calls),
        "handoffs": _ratio(total.transfers + total.handoffs, len(records)),
        "call_taker_hours": total.talk_s / 3600,
        "seconds_per_call": _ratio(total.talk_s - total.alarm_talk_s, total.calls_answered),
        "messages": float(total.messages),
        "messages_inside": float(sum(n for pair, n in total.said.items() if pair[0] == pair[1])),
        "messages_between": float(sum(n for pair, n in total.said.items() if is_between(pair))),
        "messages_lost": float(total.lost.total()),
        "alarms": float(total.alarms),
        "false_alarms": float(total.false_alarms),
        "found_by_sensor_share": _ratio(sum(record.was_sensed_first for record in records), len(records)),
    }


def _patients(records: list[IncidentRecord]) -> dict[str, Value]:
    patients = [patient for record in records for patient in record.patients]
    counts: dict[str, Value] = {"incidents": float(len(records)), "patients": float(len(patients))}
    if not records:
        return counts
    survival = [0.0 if p.survival is None and p.died else p.survival for p in patients]
    known = [s for s in survival if s is not None]
    return counts | {
        "expected_deaths": float(sum(1 - s for s in known)) if len(known) == len(survival) else None,  # fates unknown
        "deaths": float(sum(p.died for p in patients)),
        "avoidable_deaths": float(sum(p.died and p.avoidable for p in patients)),
    }


def _knowledge(line: Timeline, records: list[IncidentRecord]) -> dict[str, Value]:
    """Completeness and accuracy of what is believed."""
    start, end = line.window
    opened = matched = 0.0
    places: list[bool] = []
    kinds: list[bool] = []
    for record in records:
        if record.needs:
            over = min(line.ended if record.ended is None else record.ended, end)
            opened += max(0.0, over - max(record.started, start))
            matched += _matched_s(record, start, over)
        for case in record.cases:
            places.append(math.hypot(case.x - record.x, case.y - record.y) <= NEAR_M)
            if case.kind is not None:
                kinds.append(case.kind == record.kind)
    return {
        "completeness": _ratio(matched, opened),
        "accuracy_place_share": _mean(places),
        "accuracy_kind_share": _mean(kinds),
        "accuracy_share": _mean(places + kinds),
    }


def _pictures(line: Timeline, records: list[IncidentRecord], which: Which) -> dict[str, Value]:
    """Completeness, accuracy and shared awareness, averaged over time; overall each service and case counts alike."""
    values: dict[str, Value] = {"shared_awareness_share": shared_awareness(line, records).share(line.window)}
    known = completeness(line, records)
    whole = Measured([s for one in known.values() for s in one.wanted], [s for one in known.values() for s in one.met])
    for service, measured in ({"": whole} | known).items():
        values[_scoped("picture_completeness_share", service)] = measured.share(line.window)
    for service, measured in accuracy(line, records, rootless=which == "all").items():
        values[_scoped("picture_accuracy_share", service)] = measured.share(line.window)
    return values


def _scoped(key: str, service: str) -> str:
    return f"{service}_{key}" if service else key


def _districts(line: Timeline, records: list[IncidentRecord]) -> dict[str, Value]:
    found = worst(by_district(line, records))
    return {"worst_district_total_response_s": found.mean if found is not None else None}


def _matched_s(record: IncidentRecord, start: float, over: float) -> float:
    """Seconds until `over` in which at least one matching case was open."""
    total, reached = 0.0, start
    for case in record.cases:  # in the order in which they were opened
        closed = over if case.closed is None else min(case.closed, over)
        total += max(0.0, closed - max(case.opened, reached))
        reached = max(reached, closed)
    return total


def _mean(values: Sequence[float]) -> Value:
    return float(sum(values)) / len(values) if values else None


def _ratio(part: float, whole: float) -> Value:
    return part / whole if whole > 0 else None
