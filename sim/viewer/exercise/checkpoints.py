"""Checkpoints: cities put aside to go back to, close together in the near past and far apart in the distant one."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.core.log import Entry
from sim.model import City
from sim.saving import Shared, load, save

FOLDER = "checkpoints"

SHARE_OF_AGE = 4
"""Two checkpoints may be as far apart as a quarter of their age: to go back takes no more than that."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A city as it was at a time, after so many commands and events."""

    t: int
    applied: int  # commands of its branch
    events: int
    path: Path


class Checkpoints:
    """The files. They are written and read by one process only, and are gone when the exercise is closed."""

    def __init__(self, folder: Path, shared: Shared) -> None:
        self._folder = folder / FOLDER
        self._folder.mkdir(parents=True, exist_ok=True)
        self._shared = shared
        self._serial = 0

    def take(self, city: City, applied: int) -> Checkpoint:
        """Put a city aside, without its log: that is kept once for all."""
        self._serial += 1
        path = self._folder / f"{self._serial}.city"
        entries = city.log.take_out()
        try:
            save(city, path)
        finally:
            city.log.put_back(entries)
        return Checkpoint(city.t, applied, len(entries), path)

    def bring_back(self, one: Checkpoint, entries: Sequence[Entry]) -> City:
        """The city as it was; its log is the beginning of these entries."""
        city = load(one.path, self._shared)
        city.log.put_back(list(entries[: one.events]))
        return city

    def keep_only(self, kept: Iterable[Checkpoint]) -> None:
        """Forget all others."""
        paths = {one.path for one in kept}
        for path in self._folder.glob("*.city"):
            if path not in paths:
                path.unlink(missing_ok=True)

    def close(self) -> None:
        """Forget all."""
        shutil.rmtree(self._folder, ignore_errors=True)


def thinned(found: Sequence[Checkpoint], now: int) -> list[Checkpoint]:
    """The first, the newest, and between them ever fewer: so many as the logarithm of the time that has passed.

    One goes if its neighbours are not too far apart without it, so that no gap ever grows beyond its share.
    """
    kept: list[Checkpoint] = []
    for number in range(len(found) - 1, -1, -1):
        one = found[number]
        if kept and number and kept[-1].t - found[number - 1].t <= (now - one.t) // SHARE_OF_AGE:
            continue
        kept.append(one)
    return kept[::-1]
