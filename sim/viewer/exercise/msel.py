"""The list of planned injects (MSEL): what is done when, to whom, and what is expected to follow."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sim.core.errors import InputError, unknown
from sim.core.events import EVENTS
from sim.core.log import Entry
from sim.viewer.exercise.commands import CityCommand, SeatOrder, command_of
from sim.viewer.exercise.controls import Judge, PlanInject
from sim.viewer.exercise.injects import LeaveSeat, TakeSeat


class Msel:
    """What is planned, by name."""

    def __init__(self) -> None:
        self.planned: dict[str, PlanInject] = {}

    def check(self, inject: PlanInject, now: int, lived: int) -> None:
        """Refuse what cannot be planned at a time, on a branch that has been lived up to another."""
        if inject.name in self.planned:
            raise InputError(f"an inject is named {inject.name!r} already; names must differ")
        if inject.at < now:
            raise InputError(f"inject {inject.name!r} is for {inject.at} s, and it is {now} s already")
        if inject.at < lived:
            raise InputError(
                f"inject {inject.name!r} is for {inject.at} s, and this branch has lived to {lived} s already; "
                "begin a branch here first, or plan it for later"
            )
        if inject.expects and inject.expects not in EVENTS:
            raise unknown(f"inject {inject.name!r}: expects", inject.expects, EVENTS)
        if inject.what:
            command_in(inject)

    def due(self, t: int, done: Collection[str]) -> list[PlanInject]:
        """What is to be done at a time."""
        return [one for one in self.planned.values() if one.at == t and one.name not in done]

    def next_at(self, after: int, done: Collection[str]) -> int | None:
        """When the next one is to be done."""
        return min((one.at for one in self.planned.values() if one.at > after and one.name not in done), default=None)


def command_in(inject: PlanInject) -> CityCommand | None:
    """What a planned inject has the city do; None where a role-player does it."""
    if not inject.what:
        return None
    given = dict(inject.what)
    command = command_of(str(given.pop("do", "")), given)
    if not isinstance(command, CityCommand) or isinstance(command, SeatOrder | TakeSeat | LeaveSeat):
        raise InputError(f"inject {inject.name!r}: {command.do} cannot be planned")
    return command


# --- what became of it


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one inject on one branch."""

    inject: PlanInject
    status: str  # planned, done, refused
    done_t: int | None
    reason: str  # why it was refused
    seen_t: int | None  # when the expected event came
    is_late: bool  # later than was expected
    is_missed: bool  # its time is over, and it has not come
    verdict: str  # of who watches; "open" before he has judged
    remark: str


@dataclass(frozen=True, slots=True)
class Trace:
    """What a branch remembers of its injects."""

    done: dict[str, int]  # by name: when
    refused: dict[str, str]  # by name: why


def outcomes(
    msel: Msel, trace: Trace, judged: Iterable[Judge], entries: Iterable[Entry], now: int
) -> list[Outcome]:
    """Every planned inject, in order of time, with what followed until now."""
    verdicts = {one.name: one for one in judged}
    seen = _seen(msel, trace, entries)
    found = []
    for inject in sorted(msel.planned.values(), key=lambda one: (one.at, one.name)):
        name = inject.name
        done_t, judge = trace.done.get(name), verdicts.get(name)
        status = "refused" if name in trace.refused else "planned" if done_t is None else "done"
        seen_t = seen.get(name)
        is_over = bool(inject.expects) and done_t is not None and now - done_t > inject.within_s
        found.append(
            Outcome(
                inject=inject,
                status=status,
                done_t=done_t,
                reason=trace.refused.get(name, ""),
                seen_t=seen_t,
                is_late=seen_t is not None and done_t is not None and seen_t - done_t > inject.within_s,
                is_missed=is_over and seen_t is None,
                verdict=judge.verdict if judge is not None else "open",
                remark=judge.remark if judge is not None else "",
            )
        )
    return found


def _seen(msel: Msel, trace: Trace, entries: Iterable[Entry]) -> dict[str, int]:
    """When the expected event of each inject first came after it was done."""
    watched = {name: (msel.planned[name], t) for name, t in trace.done.items() if name in msel.planned}
    watched = {name: pair for name, pair in watched.items() if pair[0].expects}
    found: dict[str, int] = {}
    kinds = {pair[0].expects for pair in watched.values()}
    for entry in entries:
        kind = type(entry.event).__name__
        if kind not in kinds:
            continue
        for name, (inject, since) in watched.items():
            of = getattr(entry.event, "department", None) or getattr(entry.event, "sender", "")
            is_it = inject.expects == kind and entry.t >= since and inject.expects_of in ("", of)
            if is_it:
                found.setdefault(name, entry.t)
    return found
