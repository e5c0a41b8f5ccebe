"""The record of an exercise: every command with its simulated time and its order, a line of JSON each."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.core.errors import InputError
from sim.viewer.exercise.commands import CityCommand, Command, command_of, plain
from sim.viewer.exercise.controls import Forked

COMMANDS = "commands.jsonl"
"""The file of them, in the folder of an exercise."""

MAIN = "main"
"""The branch that every exercise begins with."""

LONGEST_LINE = 100_000
"""Characters; more is no command."""


@dataclass(frozen=True, slots=True)
class Record:
    """A command that was carried out: in which order, on which branch, when, by whom, at which seat."""

    n: int
    branch: str
    t: int  # simulated seconds since the start
    by: str
    command: Command
    seat: str = ""  # department; empty: by who leads the exercise
    inject: str = ""  # of the list of planned injects

    def line(self) -> str:
        """As it stands in the file."""
        told: dict[str, Any] = {"n": self.n, "branch": self.branch, "t": self.t, "by": self.by}
        told |= {name: value for name, value in (("seat", self.seat), ("inject", self.inject)) if value}
        told |= {"do": self.command.do, "with": plain(self.command)}
        try:
            line = json.dumps(told, ensure_ascii=False, allow_nan=False)
            line.encode()
        except (TypeError, ValueError, RecursionError) as wrong:
            raise InputError(f"{self.command.do}: what is said cannot be written down ({wrong})") from None
        if len(line) > LONGEST_LINE:
            why = f"{len(line)} characters; at most {LONGEST_LINE}"
            raise InputError(f"{self.command.do}: what is said cannot be written down ({why})")
        return line


def record_of(line: str, where: str) -> Record:
    """A line of the file, checked."""
    try:
        told: Any = json.loads(line) if len(line) <= LONGEST_LINE else None
        whole = {key: told[key] for key in ("n", "t")}
        text = {key: told.get(key, "") for key in ("branch", "by", "seat", "inject", "do")}
        given = told.get("with", {})
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise InputError(f"{where}: not a line of a record of commands: {line[:80]!r}") from None
    is_typed = all(isinstance(one, int) and one >= 0 for one in whole.values())
    if not (is_typed and all(isinstance(one, str) for one in text.values()) and isinstance(given, dict)):
        raise InputError(f"{where}: not a line of a record of commands: {line[:80]!r}")
    try:
        command = command_of(text.pop("do"), given)
    except InputError as wrong:
        raise InputError(f"{where}: {wrong}") from None
    return Record(command=command, **whole, **text)


def read_records(path: Path) -> list[Record]:
    """All lines of a file; a last line that was cut short by a crash is left out."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        raise InputError(f"{path}: {getattr(wrong, 'strerror', None) or wrong}") from None
    lines = text.split("\n")[:-1]  # the last one ends with the end of the file, or was not finished
    records = [record_of(line, f"{path.name}, line {n}") for n, line in enumerate(lines, 1)]
    for n, record in enumerate(records):
        if record.n != n:
            raise InputError(f"{path.name}, line {n + 1}: it is number {record.n}, not {n}; lines are missing")
    return records


def mend(path: Path) -> None:
    """Cut off a last line that was not finished."""
    stored = path.read_bytes()
    if stored and not stored.endswith(b"\n"):
        path.write_bytes(stored[: stored.rfind(b"\n") + 1])


class Journal:
    """The file, as it is written: a line is on the disk before anybody is told that his command was carried out."""

    def __init__(self, path: Path, n: int = 0) -> None:
        self.n = n
        self.told = "", -1  # branch and time of the newest line
        self._file = path.open("ab", buffering=0)
        self._size = path.stat().st_size  # of whole lines
        self._is_torn = False

    def write(self, record: Record) -> None:
        """One more line, or none at all; OSError when the disk takes no more."""
        assert record.n == self.n, "lines are written in their order"
        line = (record.line() + "\n").encode()
        if self._is_torn:
            self._file.truncate(self._size)
        self._is_torn = True
        written = 0
        while written < len(line):
            written += self._file.write(line[written:])
        self._is_torn = False
        self._size += written
        self.n += 1
        self.told = record.branch, record.t

    def close(self) -> None:
        """No more lines."""
        self._file.close()


# --- branches


@dataclass(frozen=True, slots=True)
class Course:
    """What was done to the city on one branch, from the very start, in order."""

    branch: str
    parent: str = ""
    forked_t: int = 0
    records: list[Record] = field(default_factory=list)
    heard_t: int = 0  # newest moment of which the record tells


def courses(records: Iterable[Record]) -> dict[str, Course]:
    """The branches of a record, each with all that led to it."""
    found = {MAIN: Course(MAIN)}
    for record in records:
        course = found.get(record.branch)
        if course is None:
            raise InputError(f"command {record.n}: there is no branch {record.branch!r} yet")
        found[record.branch] = _heard(course, record.t)
        if isinstance(record.command, Forked):
            name, applied = record.command.name, record.command.applied
            found[name] = Course(name, record.branch, record.t, course.records[:applied], record.t)
        elif isinstance(record.command, CityCommand):
            course.records.append(record)
    return found


def _heard(course: Course, t: int) -> Course:
    return Course(course.branch, course.parent, course.forked_t, course.records, max(course.heard_t, t))
