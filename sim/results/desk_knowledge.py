"""How soon, how completely and how truly duty desks knew of what concerned them, by tier and by department."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from sim.core.vocabulary import Role
from sim.results.desk_records import Seat
from sim.results.knowledge import Measured, Span, cut, needed, segments, since_by_service, united
from sim.results.records import CaseRecord, IncidentRecord
from sim.results.timeline import Timeline

GroupOf = Callable[[Seat], str]
"""By what desks are taken together: their tier, or their department."""


def by_tier(seat: Seat) -> str:
    """The tier of a desk."""
    return seat.tier


def by_department(seat: Seat) -> str:
    """The department of a desk."""
    return seat.department


def groups(line: Timeline, records: Iterable[IncidentRecord], group_of: GroupOf) -> dict[str, list[IncidentRecord]]:
    """By tier, or by department, the incidents of which it should know."""
    found: dict[str, list[IncidentRecord]] = {group_of(seat): [] for seat in line.seats.values()}
    for record in records:
        if group_of is by_department:
            names: Iterable[str] = line.concerned(record)
        else:
            names = found if line.is_for_offices(record) else ()
        for name in names:
            if name in found:
                found[name].append(record)
    return found


def first_known(line: Timeline, record: IncidentRecord, group_of: GroupOf) -> dict[str, int]:
    """By tier, or by department: when one of its desks first had a matching case."""
    known: dict[str, int] = {}
    for case in record.cases:
        seat = line.seats.get(case.department)
        if seat is not None:
            name = group_of(seat)
            known[name] = min(case.opened, known.get(name, case.opened))
    return known


def desk_completeness(line: Timeline, records: Sequence[IncidentRecord], group_of: GroupOf) -> dict[str, Measured]:
    """While an incident that concerns it is open, one of its desks should have a matching open case."""
    found: dict[str, Measured] = {}
    for name, concerned in groups(line, records, group_of).items():
        measured = found[name] = Measured()
        for record in concerned:
            life = _life(line, record)
            measured.wanted.append(life)
            measured.met += cut(_held(line, record, name, group_of), life)
    return found


def desk_accuracy(
    line: Timeline, records: Iterable[IncidentRecord], group_of: GroupOf, *, rootless: bool
) -> dict[str, Measured]:
    """Each believed field of an open case of a desk should be true; of what never was, none is."""
    found: dict[str, Measured] = {}
    for case, record in _cases(line, records, rootless=rootless):
        measured = found.setdefault(group_of(line.seats[case.department]), Measured())
        for segment, is_right in segments(line, case, record, None):
            measured.wanted.append(segment)
            measured.met += [segment] if is_right else []
    return found


def desk_awareness(line: Timeline, records: Iterable[IncidentRecord]) -> Measured:
    """While it is open, all who must act together should have a matching open case at once.

    They are the departments that the list names to lead or to support, and those who act for the services it needs.
    """
    shared = Measured()
    for record in records if line.seats else ():
        if not line.is_for_offices(record):
            continue
        acting = {Role.LEAD.value, Role.SUPPORT.value}
        named = sorted(name for name, roles in line.concerned(record).items() if roles & acting)
        desks = [_held(line, record, name, by_department) for name in named]
        for start, end, services in needed(line, record):
            parties = desks + [_service_held(line, record, service) for service in services]
            if len(parties) > 1:
                shared.wanted.append((start, end))
                shared.met += _common(parties, (start, end))
    return shared


def _life(line: Timeline, record: IncidentRecord) -> Span:
    return float(record.started), float(line.ended if record.ended is None else record.ended)


def _open(line: Timeline, case: CaseRecord) -> Span:
    return float(case.opened), float(line.ended if case.closed is None else case.closed)


def _held(line: Timeline, record: IncidentRecord, name: str, group_of: GroupOf) -> list[Span]:
    """The spans in which a desk of a tier or department had a matching open case."""
    seats = line.seats
    cases = (case for case in record.cases if case.department in seats)
    return united([_open(line, case) for case in cases if group_of(seats[case.department]) == name])


def _service_held(line: Timeline, record: IncidentRecord, service: str) -> list[Span]:
    """The same for a department that acts for a service, at its emergency desk or at a duty desk."""
    spans = _held(line, record, service, by_department)
    for case in record.cases:
        since = since_by_service(line, case).get(service)
        if since is not None:
            spans.append((float(since), _open(line, case)[1]))
    return united(spans)


def _common(parties: Sequence[list[Span]], window: Span) -> list[Span]:
    """The time within a window that all have in common."""
    common = [window]
    for spans in parties:
        common = [one for span in spans for one in cut(common, span)]
    return common


def _cases(
    line: Timeline, records: Iterable[IncidentRecord], *, rootless: bool
) -> Iterator[tuple[CaseRecord, IncidentRecord | None]]:
    """The cases of duty desks, with the incident that each is about."""
    for record in records:
        yield from ((case, record) for case in record.cases if case.department in line.seats)
    start, end = line.window
    if rootless:
        for case in line.cases.values():
            is_of_nothing = case.incident not in line.incidents and case.department in line.seats
            if is_of_nothing and start <= case.opened < end:
                yield case, None
