"""A stored run, opened: its log, its frames, its events; one copy for all pages that look at it."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from sim.city.map import Map
from sim.city.store import find_map
from sim.core.errors import InputError
from sim.core.events import EVENTS, RunStarted
from sim.core.log import COLUMNS, Entry, read_log, rest_fields
from sim.results.places import Places
from sim.results.timeline import Timeline
from sim.viewer import roots
from sim.viewer.frames import Frame
from sim.viewer.lens import Lens
from sim.viewer.planning.outcome import load as load_outcome
from sim.viewer.replay import LoggedFrames
from sim.viewer.words import Language
from sim.viewer.words_names import names_of
from sim.viewer.words_sentences import event_told

LARGEST_LOG = 400_000_000
"""Bytes on the disk."""

KEPT = 2
"""Opened runs are remembered; a run of a whole city takes some hundred megabytes."""


HAN = re.compile(r"[\u4e00-\u9fff]")

EVERYTHING = "*"
SETTING_UP = frozenset({"OfficeStaffed", "DutyListed", "UnitCommissioned", "SensorsInstalled", "CoverageSampled"})
"""Events that tell how the city is made, not what happens; they are shown when they are asked for."""


class Wanted(NamedTuple):
    """Which events of a log are asked for; what is empty asks for all, without a kind for all that happens."""

    kind: str = ""
    incident: str = ""
    text: str = ""
    since_s: float = 0.0
    until_s: float = float("inf")


@dataclass(eq=False)
class Stored:
    """A run that was opened."""

    entries: Sequence[Entry]
    town: Map
    start: RunStarted

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._frames = LoggedFrames(self.entries, self.town)
        self._places: Places | None = None
        self.kinds = Counter(type(entry.event).__name__ for entry in self.entries)
        self._frames.frame(Lens("truth"), self.entries[-1].t)
        self.owners = self._frames.owners()  # whose pictures there are by its end
        self.incidents = sorted({entry.incident for entry in self.entries if entry.incident is not None})

    @property
    def end_s(self) -> int:
        """Its last second."""
        return self.entries[-1].t

    def frame(self, lens: Lens, t: float) -> Frame:
        """What a lens showed; pages ask in turn."""
        with self._lock:
            return self._frames.frame(lens, t)

    def events(self, wanted: Wanted) -> list[Entry]:
        """The events that are asked for, in order."""
        text = wanted.text.strip().casefold()
        is_chinese = HAN.search(text) is not None  # then it is asked of the sentences, for the log is in English
        return [
            entry for entry in self.entries
            if wanted.since_s <= entry.t <= wanted.until_s
            and _is_of(type(entry.event).__name__, wanted.kind)
            and (not wanted.incident or entry.incident == wanted.incident)
            and (not text or text in (self.told(entry, "zh") if is_chinese else _searched(entry)))
        ]  # fmt: skip

    def told(self, entry: Entry, language: Language) -> str:
        """An event in a sentence."""
        if self._places is None and language == "en":
            self._places = Places(Timeline(self.entries))
        return event_told(entry, names_of(self.town, language), self._places)


def _is_of(name: str, kind: str) -> bool:
    return name == kind or kind == EVERYTHING or (not kind and name not in SETTING_UP)


def _searched(entry: Entry) -> str:
    names = (*COLUMNS, *rest_fields(type(entry.event)))
    values = [str(value) for name in names if (value := getattr(entry.event, name, None)) is not None]
    return " ".join([type(entry.event).__name__, entry.incident or "", *values]).casefold()


def event_kinds() -> list[str]:
    """All kinds of events."""
    return sorted(EVENTS)


def logs(name: str) -> dict[str, str]:
    """Logs in a folder of results: by what they are called, their paths within the results."""
    folder = roots.inside(name)
    single = folder / "events.parquet"
    if single.is_file():
        return {name: single.relative_to(roots.root()).as_posix()}
    try:
        kept = load_outcome(folder).logs()
    except InputError:
        return {}
    return {label: path.relative_to(roots.root()).as_posix() for label, path in kept.items()}


def open_log(name: str) -> Stored:
    """The run of a log within the results; InputError if it cannot be read."""
    path = roots.inside(name)
    if not path.is_file():
        raise InputError(f"{path.name}: there is no such log")
    if path.stat().st_size > LARGEST_LOG:
        raise InputError(f"{path.name}: {path.stat().st_size / 1e6:.0f} MB is too large a log to be shown here")
    return _opened(path, path.stat().st_mtime)


@lru_cache(maxsize=KEPT)
def _opened(path: Path, changed: float) -> Stored:
    try:
        entries = read_log(path)
    except Exception as wrong:  # Parquet, JSON, fields of another version: whatever it is, it cannot be read
        raise InputError(f"{path.name}: not a log of this version ({type(wrong).__name__}: {wrong!s:.200})") from wrong
    start = next((entry.event for entry in entries if isinstance(entry.event, RunStarted)), None)
    if start is None:
        raise InputError(f"{path.name}: the log does not say how the run began")
    return Stored(entries, find_map(start.town), start)
