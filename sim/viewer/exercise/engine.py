"""The exercise itself, without threads and clocks on walls: a city, its branches, and what was done in them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from sim import live
from sim.core.errors import InputError, unknown
from sim.viewer.exercise.branching import LEADER, Branch, Branching
from sim.viewer.exercise.commands import CityCommand, Command, SeatOrder
from sim.viewer.exercise.controls import (
    DropInject,
    Forked,
    InjectDue,
    InjectRefused,
    Judge,
    Pause,
    PlanInject,
    Remark,
    RenameBranch,
    Stands,
    Visit,
)
from sim.viewer.exercise.course import Spec, advance, carry_out
from sim.viewer.exercise.injects import LeaveSeat, TakeSeat
from sim.viewer.exercise.msel import Outcome, command_in, outcomes
from sim.viewer.exercise.record import MAIN, Course, Record

PLAN = "plan"
"""Who does what was planned."""

BEAT_S = 60
"""Simulated seconds of which a record may fall short when the machine stops while time runs."""


class Exercise(Branching):
    """Commands, seats and plans; only one thread may hold it."""

    def __init__(self, spec: Spec, folder: Path, every_s: int, n: int = 0) -> None:
        super().__init__(spec, folder, every_s, n)
        self.notes: list[Record] = []  # judgements and remarks
        self.chairs: dict[str, str] = {}  # who sits where, by department

    # --- time passes

    def live(self, goal: int, may_go_on: Callable[[], bool]) -> None:
        """On to a time, or until it may not go on; what was recorded or planned is done when its time comes."""
        goal = min(goal, self.spec.last_s)
        while True:
            self._redo()
            self._do_planned()
            if self.city.t >= goal or self.failure or not may_go_on():
                return
            self.guarded(lambda: advance(self.city, self._next_stop(goal), may_go_on))
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
            self.let_go()
        if self.city.t % self.every_s == 0 and self.city.t not in {one.t for one in branch.checkpoints}:
            self.put_aside()

    def stand(self, *, still: bool = True) -> None:
        """Put on record how far it has come; while time runs, once a minute."""
        branch, t = self.journal.told
        is_new = (branch, t) != (self.branch.name, self.city.t)
        if is_new and (still or branch != self.branch.name or t // BEAT_S != self.city.t // BEAT_S):
            self.write(Stands(), LEADER)

    def _redo(self) -> None:
        """What was done at this moment is done again."""
        records = self.branch.records
        while self.applied < len(records) and records[self.applied].t == self.city.t and not self.failure:
            self.guarded(self.do_again)
            self.let_go()

    def _do_planned(self) -> None:
        """What is planned for this moment, unless the moment has been."""
        for inject in self.msel.due(self.city.t, self.branch.settled):
            if self.is_past or self.failure:
                return
            command = command_in(inject)
            try:
                if command is not None:
                    self.give(command, PLAN, inject=inject.name)
                else:
                    self.write(InjectDue(name=inject.name), PLAN)
                    self.branch.cued[inject.name] = self.city.t
            except InputError as wrong:
                self.write(InjectRefused(name=inject.name, reason=str(wrong)[:2000]), PLAN)
                self.branch.refused[inject.name] = str(wrong)

    # --- commands to the city

    def give(self, command: CityCommand, by: str, seat: str = "", inject: str = "") -> Record:
        """Have the city do something now; in a moment that has been this begins a new branch."""
        self._check(command, seat)
        if isinstance(command, SeatOrder):
            self._sit_down(seat)
        was_past = self.is_past
        self._carry_out(Record(self.journal.n, self.branch.name, self.city.t, by, command, seat, inject))
        if was_past:
            self.begin("")
        record = Record(self.journal.n, self.branch.name, self.city.t, by, command, seat, inject)
        self._keep(record)
        if was_past:
            self.put_aside()
            self._sit_down()
        return record

    def _carry_out(self, record: Record) -> None:
        record.line()  # what cannot be written down is not done
        self.guarded(lambda: carry_out(self.city, record))
        if self.failure:
            raise InputError(f"the model has failed: {self.failure.splitlines()[0]}")

    def _keep(self, record: Record) -> None:
        self.put_down(record)
        self.branch.records.append(record)
        self.applied += 1

    def _check(self, command: CityCommand, seat: str) -> None:
        if self.failure:
            raise InputError("the model has come to an error here; go back in time, or to another branch")
        if self.is_over:
            raise InputError("the exercise has come to the end of its scenario")
        if seat and not isinstance(command, SeatOrder | LeaveSeat):
            raise InputError(f"{command.do} is not for a seat to do; it is for who leads the exercise")
        if isinstance(command, SeatOrder) and not seat:
            raise InputError(f"{command.do} is for the person who sits there; take the seat")
        if seat or isinstance(command, TakeSeat):
            self._check_newest()

    def _check_newest(self) -> None:
        if self.is_past:
            raise InputError("this moment has been; it can be changed only when who leads the exercise branches off")

    # --- another way

    def fork(self, name: str = "") -> str:
        """From here on things may go another way; returns the name of the new branch."""
        if self.failure:
            raise InputError("the model has come to an error here; go back in time first")
        self.begin(name)
        self.put_aside()
        self._sit_down()
        return self.branch.name

    # --- seats

    def take(self, department: str, who: str) -> None:
        """Somebody sits down, or comes back to where he sat."""
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
        self._check_newest()
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
                self._carry_out(record)
                self._keep(record)

    # --- what is planned and remarked

    def plan(self, inject: PlanInject, by: str) -> None:
        """One more line of the list of planned injects."""
        self.msel.check(inject, self.city.t, self.branch.reached_t)
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

    def outcomes(self) -> list[Outcome]:
        """What became of planned injects on this branch, until now."""
        judged = [one.command for one in self.notes if isinstance(one.command, Judge)]
        return outcomes(self.msel, self.branch.trace, judged, self.city.log, self.city.t)

    # --- the end, and beginning again

    def close(self) -> None:
        """Nothing more is written, but how far it has come."""
        with suppress(InputError):  # where nothing can be written any more, what was written stands
            self.write(Pause(), LEADER)

    def restore(self, found: dict[str, Course], records: list[Record]) -> None:
        """All that a record tells is there again, and the city stands where it stood."""
        for course in found.values():
            self.branches[course.branch] = Branch(
                course.branch, course.parent, course.forked_t, course.records, reached_t=course.heard_t
            )
        for record in records:
            self._recall(record.command, record)
        first = self.branch.checkpoints
        self.branch = self.branches[_last_branch(records)]
        self.branch.checkpoints = first
        self.live(self.branch.reached_t, lambda: True)
        if records and records[-1].branch == self.branch.name and records[-1].t < self.city.t:
            self.rewind(records[-1].t)  # it had gone back

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
            case RenameBranch():
                self._known(command.branch).renamed = command.name
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
