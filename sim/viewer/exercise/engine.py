"""The exercise itself, without threads and clocks on walls: a city, its branches, and what was done in them."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

from sim import live
from sim.core.errors import InputError, unknown
from sim.core.log import Entry
from sim.model import City
from sim.saving import Shared
from sim.viewer.exercise.checkpoints import Checkpoint, Checkpoints, thinned
from sim.viewer.exercise.commands import CityCommand, Command, Control, SeatOrder
from sim.viewer.exercise.controls import (
    DropInject,
    Forked,
    InjectDue,
    InjectRefused,
    Judge,
    ModelFailed,
    Pause,
    PlanInject,
    Remark,
    Visit,
)
from sim.viewer.exercise.course import Spec, advance, carry_out, relive
from sim.viewer.exercise.injects import LeaveSeat, TakeSeat
from sim.viewer.exercise.msel import Msel, Trace, command_in
from sim.viewer.exercise.record import COMMANDS, MAIN, Course, Journal, Record

LEADER = "instructor"
"""Who gives commands that nobody has put his name to."""

PLAN = "plan"
"""Who does what was planned."""


@dataclass(eq=False)
class Branch:
    """One way in which things went."""

    name: str
    parent: str = ""
    forked_t: int = 0
    records: list[Record] = field(default_factory=list)  # from the very start, its parent's included
    checkpoints: list[Checkpoint] = field(default_factory=list)
    entries: list[Entry] | None = None  # its log as far as it has come; None: that of the city that lives
    reached_t: int = 0
    cued: dict[str, int] = field(default_factory=dict)  # planned injects of role-players, and when
    refused: dict[str, str] = field(default_factory=dict)  # planned injects that could not be done, and why

    @property
    def trace(self) -> Trace:
        """What became of planned injects."""
        return Trace({one.inject: one.t for one in self.records if one.inject} | self.cued, dict(self.refused))

    def settle_like(self, other: Branch, names: Collection[str]) -> None:
        """What of these was cued or refused on another branch was so on this one."""
        self.cued |= {name: t for name, t in other.cued.items() if name in names}
        self.refused |= {name: why for name, why in other.refused.items() if name in names}

    @property
    def settled(self) -> set[str]:
        """Planned injects whose time has come on this branch."""
        return self.trace.done.keys() | self.refused.keys()


class Exercise:
    """One city at a time, on one of its branches; only one thread may hold it."""

    def __init__(self, spec: Spec, folder: Path, every_s: int, n: int = 0) -> None:
        self.spec, self.folder, self.every_s = spec, folder, every_s
        self.city: City = spec.build()
        self.journal = Journal(folder / COMMANDS, n)
        self.store = Checkpoints(folder, Shared.of(self.city))
        self.branch = Branch(MAIN)
        self.branches = {MAIN: self.branch}
        self.applied = 0  # commands of the branch that the city has lived
        self.msel = Msel()
        self.notes: list[Record] = []  # judgements and remarks
        self.chairs: dict[str, str] = {}  # who sits where, by department
        self.failure = ""  # what the model said when it failed
        self.epoch = 0  # grows whenever the city is another one than it was
        self._put_aside()

    # --- where it stands

    @property
    def t(self) -> int:
        """Simulated seconds since the start."""
        return self.city.t

    @property
    def is_past(self) -> bool:
        """Whether this moment has been lived before, and what comes next is known."""
        return self.city.t < self.branch.reached_t or self.applied < len(self.branch.records)

    @property
    def is_over(self) -> bool:
        """Whether the end of the scenario has been reached."""
        return self.city.t >= self.spec.last_s

    def entries_of(self, name: str) -> list[Entry]:
        """The log of a branch as far as it has come."""
        branch = self._known(name)
        if branch.entries is None:
            return list(self.city.log)
        if not branch.entries:  # it has been read from a record, and not been lived since
            branch.entries = list(relive(self.spec, branch.records, branch.reached_t).city.log)
        return list(branch.entries)

    # --- time passes

    def live(self, goal: int, may_go_on: Callable[[], bool]) -> None:
        """On to a time, or until it may not go on; what was recorded or planned is done when its time comes."""
        goal = min(goal, self.spec.last_s)
        while True:
            self._redo()
            self._do_planned()
            if self.city.t >= goal or self.failure or not may_go_on():
                return
            self._guarded(lambda: advance(self.city, self._next_stop(goal), may_go_on))
            self._arrive()

    def _next_stop(self, goal: int) -> int:
        stops = [goal, (self.city.t // self.every_s + 1) * self.every_s]
        if self.applied < len(self.branch.records):
            stops.append(self.branch.records[self.applied].t)
        planned = self.msel.next_at(self.city.t, self.branch.settled)
        return min([*stops, planned] if planned is not None else stops)

    def _arrive(self) -> None:
        branch = self.branch
        if self.city.t >= branch.reached_t and not self.failure:
            branch.reached_t = self.city.t
            if self.applied == len(branch.records):
                branch.entries = None
        if self.city.t % self.every_s == 0 and self.city.t not in {one.t for one in branch.checkpoints}:
            self._put_aside()

    def _redo(self) -> None:
        """What was done at this moment is done again."""
        records = self.branch.records
        while self.applied < len(records) and records[self.applied].t == self.city.t and not self.failure:
            record = records[self.applied]
            self._guarded(lambda record=record: carry_out(self.city, record))  # type: ignore[misc]
            self.applied += 1

    def _do_planned(self) -> None:
        """What is planned for this moment, unless the moment has been."""
        for inject in self.msel.due(self.city.t, self.branch.settled) if not (self.is_past or self.failure) else ():
            command = command_in(inject)
            try:
                if command is not None:
                    self.give(command, PLAN, inject=inject.name)
                else:
                    self.branch.cued[inject.name] = self.city.t
                    self.write(InjectDue(name=inject.name), PLAN)
            except InputError as wrong:
                self.branch.refused[inject.name] = str(wrong)
                self.write(InjectRefused(name=inject.name, reason=str(wrong)[:2000]), PLAN)

    def _guarded(self, act: Callable[[], None]) -> None:
        """An error of the model ends the way of this city; the record and the log stay."""
        try:
            act()
        except InputError:
            raise
        except Exception as wrong:
            where = traceback.format_exc(limit=-4)
            self.failure = f"{type(wrong).__name__}: {wrong}\n\n{where}"
            self.branch.reached_t = max(self.branch.reached_t, self.city.t)
            if self.branch.entries is None:
                self.branch.entries = list(self.city.log)
            self.write(ModelFailed(reason=self.failure[:20_000]), LEADER)

    # --- commands to the city

    def give(self, command: CityCommand, by: str, seat: str = "", inject: str = "") -> Record:
        """Have the city do something now; in a moment that has been this begins a new branch."""
        self._check(command, seat)
        if isinstance(command, SeatOrder):
            self._sit_down(seat)
        record = Record(self.journal.n, self.branch.name, self.city.t, by, command, seat, inject)
        record.line()  # what cannot be written down is not done
        was_past = self.is_past
        self._guarded(lambda: carry_out(self.city, record))
        if self.failure:
            raise InputError(f"the model has failed: {self.failure.splitlines()[0]}")
        if was_past:
            self._begin("")
        record = Record(self.journal.n, self.branch.name, self.city.t, by, command, seat, inject)
        self._keep(record)
        if was_past:
            self._put_aside()
            self._sit_down()
        return record

    def _keep(self, record: Record) -> None:
        self.branch.records.append(record)
        self.applied += 1
        self.journal.write(record)

    def _check(self, command: CityCommand, seat: str) -> None:
        if self.failure:
            raise InputError("the model has come to an error here; go back in time, or to another branch")
        if self.is_over:
            raise InputError("the exercise has come to the end of its scenario")
        if seat and not isinstance(command, SeatOrder | LeaveSeat):
            raise InputError(f"{command.do} is not for a seat to do; it is for who leads the exercise")
        if isinstance(command, SeatOrder) and not seat:
            raise InputError(f"{command.do} is for the person who sits there; take the seat")
        if self.is_past and (seat or isinstance(command, TakeSeat)):
            raise InputError("this moment has been; it can be changed only when who leads the exercise branches off")

    # --- seats

    def take(self, department: str, who: str) -> None:
        """Somebody sits down, or comes back to where he sat."""
        if not who.strip():
            raise InputError("say who takes the seat")
        holder = self.chairs.get(department)
        if holder is not None and holder != who:
            raise InputError(f"the seat of {department} is taken, by {holder}")
        if holder is None:
            if not live.seat_of(self.city, department).is_taken:
                self.give(TakeSeat(department=department), who)
            self.chairs[department] = who

    def leave(self, department: str, by: str, seat: str = "") -> None:
        """He gets up for good."""
        if department not in self.chairs:
            raise InputError(f"nobody sits at the desks of {department}")
        if live.seat_of(self.city, department).is_taken:
            self.give(LeaveSeat(department=department), by, seat)
        del self.chairs[department]

    def _sit_down(self, seat: str = "") -> None:
        """On a branch where somebody does not sit yet though he is here, he does now."""
        for department in [seat] if seat else list(self.chairs):
            if department not in self.chairs:
                raise InputError(f"nobody sits at the desks of {department}; take the seat first")
            if not live.seat_of(self.city, department).is_taken:
                command = TakeSeat(department=department)
                record = Record(self.journal.n, self.branch.name, self.city.t, self.chairs[department], command)
                carry_out(self.city, record)
                self._keep(record)

    # --- to and fro

    def rewind(self, to: int) -> None:
        """Back to a moment, before what was done in it."""
        branch = self.branch
        if not 0 <= to <= branch.reached_t:
            raise InputError(f"{to} s has not been yet; {branch.name} has come to {branch.reached_t} s")
        self._leave_off()
        self._go_to(branch, to, sum(one.t < to for one in branch.records))

    def visit(self, name: str) -> None:
        """To the newest moment of a branch."""
        branch = self._known(name)
        self._leave_off()
        self.branch = branch
        self._go_to(branch, branch.reached_t, len(branch.records))

    def fork(self, name: str = "") -> str:
        """From here on things may go another way; returns the name of the new branch."""
        if self.failure:
            raise InputError("the model has come to an error here; go back in time first")
        self._begin(name)
        self._put_aside()
        self._sit_down()
        return self.branch.name

    def _begin(self, name: str) -> None:
        name = name or self._next_name()
        if name in self.branches:
            raise InputError(f"a branch is named {name!r} already; names must differ")
        old = self.branch
        now, was_past = self.city.t, self.is_past
        forked = Forked(name=name, applied=self.applied)
        if not was_past and old.entries is None:
            old.entries = list(self.city.log)
            old.checkpoints.append(self.store.take(self.city, self.applied))
        self.write(forked, LEADER)
        new = Branch(name, old.name, now, old.records[: self.applied], reached_t=now)
        new.checkpoints = [one for one in old.checkpoints if one.t <= now and one.applied <= self.applied]
        new.settle_like(old, {key for key, one in self.msel.planned.items() if one.at < now or not was_past})
        self.branch = self.branches[name] = new

    def _next_name(self) -> str:
        return next(name for k in range(2, 10_000) if (name := f"branch {k}") not in self.branches)

    def _leave_off(self) -> None:
        """Before the city goes elsewhere: how far this branch has come is kept."""
        if self.branch.entries is None and not self.failure:
            self.branch.entries = list(self.city.log)
            if not self.is_past:
                self._put_aside()

    def _go_to(self, branch: Branch, to: int, applied: int) -> None:
        usable = [one for one in branch.checkpoints if one.t <= to and one.applied <= applied]
        city = None
        if usable and branch.entries is not None and len(branch.entries) >= usable[-1].events:
            city = self.store.bring_back(usable[-1], branch.entries)
        start = usable[-1].applied if city is not None else 0
        self.failure = ""
        self._guarded(lambda: self._adopt(relive(self.spec, branch.records[start:applied], to, city).city, applied))
        if branch.entries is None or (not self.is_past and len(branch.entries) <= len(self.city.log)):
            branch.entries = None

    def _adopt(self, city: City, applied: int) -> None:
        self.city, self.applied = city, applied
        self.epoch += 1

    def _put_aside(self) -> None:
        """One more checkpoint; old ones become fewer."""
        branch = self.branch
        if branch.checkpoints and branch.checkpoints[-1].t > self.city.t:
            return  # it is the past that is lived again
        branch.checkpoints.append(self.store.take(self.city, self.applied))
        branch.checkpoints = thinned(branch.checkpoints, self.city.t)
        self.store.keep_only(one for each in self.branches.values() for one in each.checkpoints)

    def check_known(self, name: str) -> None:
        """Refuse a name that no branch has."""
        self._known(name)

    def _known(self, name: str) -> Branch:
        if name not in self.branches:
            raise unknown("the branch", name, self.branches)
        return self.branches[name]

    # --- what is planned and remarked

    def write(self, command: Control, by: str) -> Record:
        """Put a command on record that the city does not know of."""
        record = Record(self.journal.n, self.branch.name, self.city.t, by, command)
        self.journal.write(record)
        return record

    def plan(self, inject: PlanInject, by: str) -> None:
        """One more line of the list of planned injects."""
        self.msel.check(inject, self.city.t)
        self.write(inject, by)
        self.msel.planned[inject.name] = inject

    def drop(self, command: DropInject, by: str) -> None:
        """A line goes."""
        if command.name not in self.msel.planned:
            raise unknown("the inject", command.name, self.msel.planned)
        if any(command.name in branch.trace.done for branch in self.branches.values()):
            raise InputError(f"inject {command.name!r} has been done; it stays on the list")
        self.write(command, by)
        del self.msel.planned[command.name]

    def remark(self, command: Judge | Remark, by: str) -> None:
        """A judgement, a note, a mark."""
        if isinstance(command, Judge) and command.name not in self.msel.planned:
            raise unknown("the inject", command.name, self.msel.planned)
        self.notes.append(self.write(command, by))

    # --- the end, and beginning again

    def close(self) -> None:
        """Nothing more is written, but how far it has come."""
        self.write(Pause(), LEADER)
        self.journal.close()
        self.store.close()

    def restore(self, found: dict[str, Course], records: list[Record]) -> None:
        """All that a record tells is there again, and the city stands at the newest moment of the last branch."""
        for course in found.values():
            self.branches[course.branch] = Branch(
                course.branch, course.parent, course.forked_t, course.records, [], [], course.heard_t
            )
        for record in records:
            self._recall(record.command, record)
        first = self.branch.checkpoints
        self.branch = self.branches[_last_branch(records)]
        self.branch.checkpoints = first
        self.live(self.branch.reached_t, lambda: True)

    def _recall(self, command: Command, record: Record) -> None:
        branch = self.branches[record.branch]
        match command:
            case PlanInject():
                self.msel.planned[command.name] = command
            case DropInject():
                self.msel.planned.pop(command.name, None)
            case InjectDue():
                branch.cued[command.name] = record.t
            case InjectRefused():
                branch.refused[command.name] = command.reason
            case Forked():
                names = {key for key, one in self.msel.planned.items() if one.at <= record.t}
                self.branches[command.name].settle_like(branch, names)
            case Judge() | Remark():
                self.notes.append(record)
            case TakeSeat():
                self.chairs[command.department] = record.by
            case LeaveSeat():
                self.chairs.pop(command.department, None)


def _last_branch(records: list[Record]) -> str:
    """Where a record ends."""
    match records[-1].command if records else None:
        case Forked() as forked:
            return forked.name
        case Visit() as visit:
            return visit.branch
    return records[-1].branch if records else MAIN
