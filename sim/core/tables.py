"""The program's tables: numbers in TOML files, each with its unit, grade, source and range; a study varies some."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from sim.core.errors import InputError
from sim.core.misread import misread

T = TypeVar("T")

Stored = dict[str, Any]
"""A table as plain data."""

FOLDER = Path(__file__).resolve().parents[1] / "tables"

Variation = Mapping[str, float]
"""Other values for some numbers, by file and keys: {'work.desk.transfer_s': 30.0}."""

_readers: list[Callable[[], object]] = []

_checks: dict[str, list[Callable[[Stored, Path], None]]] = {}
"""By table: who looks at its names, before anything else is made of it."""

_newest: dict[str, tuple[Path, Stored]] = {}
"""What was read last of each table, the newest at the end: what is found to be wrong lies in one of them."""

_now: dict[str, float] = {}
"""What is varied at the moment in this process; nothing, outside of `varied`."""


@contextmanager
def varied(changes: Variation) -> Iterator[None]:
    """Within it tables are read with these values; cities must be built and lived within it too."""
    before = dict(_now)
    _now.clear()
    _now.update(changes)
    try:
        yield
    finally:
        _now.clear()
        _now.update(before)


def read_table(name: str, folder: Path | None = None) -> Stored:
    """A table as plain data, with what is varied at the moment; InputError where its names are wrong."""
    path = (folder or FOLDER) / f"{name}.toml"
    try:
        stored = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not a readable TOML file: {error}") from None
    for number, value in _now.items():
        file, *keys = number.split(".")
        if file == name:
            entry = _entry(stored, keys)
            entry["median" if "median" in entry else "value"] = value
    _newest.pop(name, None)
    _newest[name] = path, stored
    for check in _checks.get(name, ()):
        check(stored, path)
    return stored


def checks(name: str) -> Callable[[Callable[[Stored, Path], None]], Callable[[Stored, Path], None]]:
    """The same function, which from now on looks at that table whenever it is read."""

    def register(check: Callable[[Stored, Path], None]) -> Callable[[Stored, Path], None]:
        _checks.setdefault(name, []).append(check)
        return check

    return register


def _entry(stored: dict[str, Any], keys: list[str]) -> dict[str, Any]:
    for key in keys:
        stored = stored[key]
    return stored


def kept(read: Callable[[], T]) -> Callable[[], T]:
    """The same function, which reads its tables once; and once for each variation that follows another.

    What is read without a variation is never read again: who holds it holds the tables of every ordinary run.
    """
    usual: list[T] = []
    last: dict[tuple[tuple[str, float], ...], T] = {}

    @wraps(read)
    def reader() -> T:
        if not _now:
            if not usual:
                usual.append(_read(read))
            return usual[0]
        key = tuple(sorted(_now.items()))
        if key not in last:
            last.clear()
            last[key] = _read(read)
        return last[key]

    _readers.append(reader)
    return reader


def _read(read: Callable[[], T]) -> T:
    """What is read; what is wrong in it is for whoever edited the table to mend."""
    try:
        return read()
    except ValidationError as wrong:
        raise misread(_newest.values(), wrong) from wrong


def read_anew() -> None:
    """Read every table that this process knows of; ValueError if what is varied contradicts something else there."""
    for reader in _readers:
        reader()
