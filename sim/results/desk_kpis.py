"""The measures of duty desks, papers and pictures of the tiers, by the definitions of `definitions_desks.py`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from sim.core.vocabulary import Capability
from sim.results.definitions_desks import LEVELS
from sim.results.desk_knowledge import (
    GroupOf,
    by_department,
    by_tier,
    desk_accuracy,
    desk_awareness,
    desk_completeness,
    first_known,
    groups,
)
from sim.results.records import Attendance, IncidentRecord, Tally
from sim.results.spells import Spell, between
from sim.results.summary import Value, horizon_s, restricted
from sim.results.timeline import Timeline, Which


def desk_values(line: Timeline, records: Sequence[IncidentRecord], which: Which) -> dict[str, Value]:
    """All of them; of departments and channels those that the log has."""
    values = summed(desk_spells(line, records), horizon_s(line))
    values |= _counted(line, records, which)
    values |= _pictures(line, records, which, by_tier, "{}_{}")
    values |= _pictures(line, records, which, by_department, "office_{}_{}")
    values |= _channels(line, records, which)
    values["effort_duplicated_minutes"] = _duplicated_s(line, records) / 60 if records else None
    values["shared_awareness_offices_share"] = desk_awareness(line, records).share(line.window)
    return values


# --- intervals


def desk_spells(line: Timeline, records: Iterable[IncidentRecord]) -> Iterator[Spell]:
    """Every interval of duty desks, s; that of owners in minutes."""
    listed = list(records)
    for record in listed:
        for key, seconds in _of_incident(line, record):
            yield Spell(key, "", seconds, record.ended is None)
    for group_of, name_of in (
        (by_tier, "{}_information_latency_s"),
        (by_department, "office_{}_information_latency_s"),
    ):
        for name, concerned in groups(line, listed, group_of).items():
            for record in concerned:
                knew = first_known(line, record, group_of).get(name)
                late = between(record.started, knew, 0)
                yield Spell(name_of.format(name), "", late, record.ended is None)


def unowned_since(line: Timeline, record: IncidentRecord) -> int | None:
    """When an owner was first wanted: the first ring, or the first paper on a duty desk."""
    if not line.is_grey(record):
        return None
    news = [t for t in (record.first_ring, record.desk.first_paper) if t is not None]
    return min(news, default=None)


def _of_incident(line: Timeline, record: IncidentRecord) -> Iterator[tuple[str, float | None]]:
    since, desk = unowned_since(line, record), record.desk
    if since is not None:
        owned = between(since, desk.owned, 0)
        yield "unowned_minutes", None if owned is None else owned / 60
    if desk.aid_asked is not None:
        yield "aid_s", between(desk.aid_asked, desk.aid_granted, 0)
    if record.needs.get(Capability.INSPECT.value):
        yield "inspection_s", between(record.started, record.judged, 0)
    for rank, level in enumerate(LEVELS):
        declared = [t for t, name in desk.levels if LEVELS.index(name) >= rank]
        if declared:
            yield f"level_{level.lower()}_s", between(record.t0, min(declared), record.t0)


def summed(spells: Iterable[Spell], horizon: float) -> dict[str, Value]:
    """Each interval by its suffixes."""
    found: dict[str, list[Spell]] = defaultdict(list)
    for spell in spells:
        found[spell.key].append(spell)
    values: dict[str, Value] = {}
    for key, group in found.items():
        summary = restricted([spell.seconds for spell in group], horizon / 60 if key.endswith("_minutes") else horizon)
        values |= {key + suffix: value for suffix, value in summary.items()}
        values[f"{key}_censored"] = float(sum(spell.seconds is None and spell.open for spell in group))
    return values


# --- counts


def _counted(line: Timeline, records: Sequence[IncidentRecord], which: Which) -> dict[str, Value]:
    rootless = [line.rootless] if which == "all" else []
    if not line.seats or not (records or which == "all"):
        return {}
    tallies = [record.tally for record in records] + rootless

    def total(name: str) -> float:
        return float(sum(getattr(tally, name) for tally in tallies))

    return {
        "paper_handoffs": total("papers"),
        "refusals": total("refusals"),
        "disputes": total("disputes"),
        "escalations": total("escalations"),
        "waits_for_instruction": total("waits"),
        "drops": total("drops"),
        "doubly_owned": float(sum(is_doubly_owned(line, record) for record in records)),
        "duty_desk_minutes": _desk_minutes(tallies),
        "duty_desk_wasted_minutes": _desk_minutes(rootless),
    }


def _desk_minutes(tallies: Iterable[Tally]) -> float:
    return sum(tally.desk_s.total() for tally in tallies) / 60


def is_doubly_owned(line: Timeline, record: IncidentRecord) -> bool:
    """Whether two departments had taken it as their own at once, neither of them only because it was told to."""
    spans = [
        (one.department, one.t, line.cases[one.case].closed or line.ended)
        for one in record.desk.accepted
        if one.is_own and not one.was_told
    ]
    return any(a != b and start < other_end and other < end
               for (a, start, end), (b, other, other_end) in combinations(spans, 2))  # fmt: skip


def _duplicated_s(line: Timeline, records: Iterable[IncidentRecord]) -> float:
    ids = {record.id: record for record in records}
    found: dict[tuple[str, str], list[Attendance]] = defaultdict(list)
    total = 0.0
    for order in line.attendances:
        record = ids.get(order.incident or "")
        if record is None:
            continue
        standing = [one for one in found[record.id, order.capability] if _stands(one, order.ordered)]
        others = sum(one.department != order.department for one in standing)
        found[record.id, order.capability].append(order)
        if others and others >= max(1, _needed_by(record, order.capability, order.ordered)):
            total += (line.ended if order.freed is None else order.freed) - order.ordered
    return total


def _stands(order: Attendance, t: int) -> bool:
    """Whether a crew that was ordered before is at it then, or has done it."""
    return not (order.recalled or order.nothing_found) or (order.freed is not None and order.freed > t)


def _needed_by(record: IncidentRecord, capability: str, t: int) -> int:
    """The largest true need for a capability until then."""
    return max((needs.get(capability, 0) for since, needs in record.truths if since <= t), default=0)


# --- pictures and channels


def _pictures(
    line: Timeline, records: Sequence[IncidentRecord], which: Which, group_of: GroupOf, name_of: str
) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for name, measured in desk_completeness(line, records, group_of).items():
        values[name_of.format(name, "picture_completeness_share")] = measured.share(line.window)
    for name, measured in desk_accuracy(line, records, group_of, rootless=which == "all").items():
        values[name_of.format(name, "picture_accuracy_share")] = measured.share(line.window)
    return values


def _channels(line: Timeline, records: Sequence[IncidentRecord], which: Which) -> dict[str, Value]:
    sent: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for tally in (*(record.tally for record in records), *([line.rootless] if which == "all" else [])):
        sent.update(tally.sent_by)
        lost.update(tally.lost_by)
    values: dict[str, Value] = {}
    for channel, count in sorted(sent.items()):
        values[f"channel_{channel.replace(' ', '_')}_messages"] = float(count)
        values[f"channel_{channel.replace(' ', '_')}_lost"] = float(lost[channel])
    return values
