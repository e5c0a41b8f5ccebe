"""A city on one of its branches: it goes back in time, to another branch, or begins a new one; nothing is lost."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sim.core.errors import InputError, unknown
from sim.core.log import Entry
from sim.model import City
from sim.saving import Shared
from sim.viewer.exercise.checkpoints import Checkpoint, Checkpoints, thinned
from sim.viewer.exercise.commands import Control
from sim.viewer.exercise.controls import Forked, ModelFailed, RenameBranch
from sim.viewer.exercise.course import Spec, advance, carry_out, relive
from sim.viewer.exercise.msel import Msel, Trace
from sim.viewer.exercise.record import COMMANDS, MAIN, Journal, Record

LEADER = "instructor"
"""Who gives commands that nobody has put his name to."""


@dataclass(eq=False)
class Branch:
    """One way in which things went."""

    name: str
    parent: str = ""
    forked_t: int = 0
    records: list[Record] = field(default_factory=list)  # from the very start, its parent's included
    checkpoints: list[Checkpoint] = field(default_factory=list)
    kept: list[Entry] | None = None  # its log as of when it was left; None: not left yet, or only read from a record
    reached_t: int = 0
    cued: dict[str, int] = field(default_factory=dict)  # planned injects of role-players, and when
    refused: dict[str, str] = field(default_factory=dict)  # planned injects that could not be done, and why
    renamed: str = ""  # what it is called, if no more by the name with which it began

    @property
    def called(self) -> str:
        """As people know it."""
        return self.renamed or self.name

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


class Branching:
    """One city at a time, on one of its branches."""

    def __init__(self, spec: Spec, folder: Path, every_s: int, n: int = 0) -> None:
        self.spec, self.folder, self.every_s = spec, folder, every_s
        self.city: City = spec.build()
        self.journal = Journal(folder / COMMANDS, n)
        self.store = Checkpoints(folder, Shared.of(self.city))
        self.branch = Branch(MAIN)
        self.branches = {MAIN: self.branch}
        self.applied = 0  # commands of the branch that the city has lived
        self.msel = Msel()
        self.failure = ""  # what the model said when it failed
        self.epoch = 0  # grows whenever the city is another one than it was
        self.put_aside()

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
        if branch is self.branch and not self.is_past:
            return list(self.city.log)
        if branch.kept is None:
            branch.kept = list(relive(self.spec, branch.records, branch.reached_t).city.log)
        return list(branch.kept)

    def write(self, command: Control, by: str) -> Record:
        """Put a command on record that the city does not know of."""
        record = Record(self.journal.n, self.branch.name, self.city.t, by, command)
        self.put_down(record)
        return record

    def put_down(self, record: Record) -> None:
        """One more line on the disk; where it takes no more, this city must not go on: its record would not tell."""
        try:
            self.journal.write(record)
        except OSError as wrong:
            self.failure = (
                f"the record cannot be written ({wrong.strerror or wrong}); "
                "what was written stands; make room, then go back in time, or end the exercise and open it again"
            )
            raise InputError(self.failure) from None

    def guarded(self, act: Callable[[], None]) -> None:
        """An error of the model ends the way of this city; the record and the log stay."""
        try:
            act()
        except InputError:
            raise
        except Exception as wrong:
            where = traceback.format_exc(limit=-4)
            failure = f"{type(wrong).__name__}: {wrong}\n\n{where}"
            self.branch.reached_t = max(self.branch.reached_t, self.city.t)
            self._keep_log()
            with suppress(InputError):  # where it cannot be written the exercise stops all the same
                self.write(ModelFailed(reason=failure.encode(errors="replace").decode()[:20_000]), LEADER)
            self.failure = failure

    def let_files_go(self) -> None:
        """The record stays, checkpoints go."""
        self.journal.close()
        self.store.close()

    # --- to and fro

    def rewind(self, to: int) -> None:
        """Back to a moment, before what was done in it."""
        branch = self.branch
        if not 0 <= to <= branch.reached_t:
            raise InputError(f"{to} s has not been yet; {branch.called} has come to {branch.reached_t} s")
        self._leave_off()
        self._go_to(branch, to, sum(one.t < to for one in branch.records))

    def visit(self, name: str) -> None:
        """To the newest moment of a branch."""
        branch = self._known(name)
        self._leave_off()
        self.branch = branch
        self._go_to(branch, branch.reached_t, len(branch.records))

    def begin(self, name: str) -> None:
        """A new branch from here; the old one keeps how far it has come."""
        name = name or self._next_name()
        self._check_free(name)
        old = self.branch
        now, was_past = self.city.t, self.is_past
        forked = Forked(name=name, applied=self.applied)
        if not was_past:
            self._keep_log()
            self._checkpoint()
        self.write(forked, LEADER)
        new = Branch(name, old.name, now, old.records[: self.applied], reached_t=now)
        new.checkpoints = [one for one in old.checkpoints if one.t <= now and one.applied <= self.applied]
        new.settle_like(old, {key for key, one in self.msel.planned.items() if one.at < now or not was_past})
        self.branch = self.branches[name] = new

    def _next_name(self) -> str:
        taken = {*self.branches, *(one.called for one in self.branches.values())}
        return next(name for k in range(2, 10_000) if (name := f"branch {k}") not in taken)

    def rename(self, command: RenameBranch, by: str) -> None:
        """From now on it is called that; it may have its first name back."""
        branch = self._known(command.branch)
        if not command.name:
            raise InputError("a branch must have a name")
        if command.name not in (branch.name, branch.called):
            self._check_free(command.name)
        self.write(command, by)
        branch.renamed = command.name

    def _check_free(self, name: str) -> None:
        if name in {one.called for one in self.branches.values()}:
            raise InputError(f"a branch is named {name!r} already; names must differ")
        if name in self.branches:
            raise InputError(f"a branch was named {name!r} when it began, and is so on record; names must differ")

    def _leave_off(self) -> None:
        """Before the city goes elsewhere: how far this branch has come is kept."""
        self._keep_log()
        if not (self.is_past or self.failure):
            self.put_aside()

    def _keep_log(self) -> None:
        if not self.is_past:
            self.branch.kept = list(self.city.log)

    def _go_to(self, branch: Branch, to: int, applied: int) -> None:
        """Whatever comes, the city is one of this branch from here on: where the model fails, as far as it came."""
        self.city, self.applied = self._nearest(branch, to, applied)
        self.epoch += 1
        self.failure = ""
        self.guarded(lambda: self._live_again(to, applied))
        self.let_go()

    def _nearest(self, branch: Branch, to: int, applied: int) -> tuple[City, int]:
        """The city of the newest checkpoint that can be read, else that of the start; and the commands it has lived."""
        for one in reversed(branch.checkpoints):
            if one.t <= to and one.applied <= applied and branch.kept is not None and len(branch.kept) >= one.events:
                with suppress(InputError):  # the file is gone, or damaged
                    return self.store.bring_back(one, branch.kept), one.applied
        return self.spec.build(), 0

    def _live_again(self, to: int, applied: int) -> None:
        while self.applied < applied:
            advance(self.city, self.branch.records[self.applied].t)
            self.do_again()
        advance(self.city, to)

    def do_again(self) -> None:
        """The next command of the branch; it was possible when it was given."""
        record = self.branch.records[self.applied]
        try:
            carry_out(self.city, record)
        except InputError as wrong:
            what = f"command {record.n} ({record.command.do})"
            raise RuntimeError(f"{what} was possible when it was given, and is refused now: {wrong}") from None
        self.applied += 1

    def let_go(self) -> None:
        """At its newest moment the city has the log of its branch; it is kept anew when the city leaves."""
        if not (self.is_past or self.failure):
            self.branch.kept = None

    def put_aside(self) -> None:
        """One more checkpoint; old ones become fewer."""
        branch = self.branch
        if branch.checkpoints and branch.checkpoints[-1].t > self.city.t:
            return  # it is the past that is lived again
        self._checkpoint()
        branch.checkpoints = thinned(branch.checkpoints, self.city.t)
        self.store.keep_only(one for each in self.branches.values() for one in each.checkpoints)

    def _checkpoint(self) -> None:
        with suppress(OSError):  # without room for it the way back takes longer, and is the same
            self.branch.checkpoints.append(self.store.take(self.city, self.applied))

    def check_known(self, name: str) -> None:
        """Refuse a name that no branch has."""
        self._known(name)

    def _known(self, name: str) -> Branch:
        if name not in self.branches:
            raise unknown("the branch", name, self.branches)
        return self.branches[name]
