"""The program's tables: numbers in TOML files, each with its unit, grade, source and range; a study varies some."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

FOLDER = Path(__file__).resolve().parents[1] / "tables"

Variation = Mapping[str, float]
"""Other values for some numbers, by file and keys: {'work.desk.transfer_s': 30.0}."""

_readers: list[Callable[[], object]] = []

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


def read_table(name: str, folder: Path = FOLDER) -> dict[str, Any]:
    """A table as plain data, with what is varied at the moment."""
    stored = tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))
    for path, value in _now.items():
        file, *keys = path.split(".")
        if file == name:
            entry = _entry(stored, keys)
            entry["median" if "median" in entry else "value"] = value
    return stored


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
                usual.append(read())
            return usual[0]
        key = tuple(sorted(_now.items()))
        if key not in last:
            last.clear()
            last[key] = read()
        return last[key]

    _readers.append(reader)
    return reader


def read_anew() -> None:
    """Read every table that this process knows of; ValueError if what is varied contradicts something else there."""
    for reader in _readers:
        reader()
