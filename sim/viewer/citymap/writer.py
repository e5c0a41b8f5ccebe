"""Frames as packets for one page: only what has changed since the last one that was sent to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any, get_args

import numpy as np

from sim.viewer.citymap.protocol import FRAME, Box, pack
from sim.viewer.frames import Frame
from sim.viewer.marks import ArcMark, Floats, Leg, Mark, UnitMark, mark_place
from sim.viewer.words_names import Names

STATUSES = (
    "free", "ordered", "alerted", "en route", "searching", "on scene", "transporting", "at hospital", "out of action",
)  # fmt: skip
"""What a unit does, by the number under which it is sent; what is not among these is sent as the number after."""

CALLED = ("office", "owner", "source", "road", "subdistrict")
"""What a mark holds beside ids that is a name of somebody or of a place."""

Key = tuple[str, str]


@dataclass(slots=True)
class _Units:
    """Columns over the units of one packet that have changed."""

    index: list[int] = field(default_factory=list)
    status: list[int] = field(default_factory=list)
    at_home: list[int] = field(default_factory=list)
    places: list[tuple[float, float]] = field(default_factory=list)
    as_of_s: list[float] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    points: list[Floats] = field(default_factory=list)
    times: list[Floats] = field(default_factory=list)


class FrameWriter:
    """Remembers what one page knows; `forget` when the page begins anew."""

    def __init__(self, box: Box, names: Names | None = None) -> None:
        self.box = box
        self.names = names  # of a page whose language is not that of the log
        self.forget()

    def forget(self) -> None:
        """The page knows nothing."""
        self._serial = 0
        self._lens = ""
        self._marks: dict[Key, Mark] = {}
        self._numbers: dict[str, int] = {}  # by unit: its number on this page
        self._units: dict[str, tuple[object, ...]] = {}
        self._arcs: set[tuple[str, str, str]] = set()
        self._called: set[str] = set()

    def write(self, frame: Frame, *, rate: float = 0.0, lasts_ms: float = 250.0, jump: bool = False) -> bytes:
        """One packet: simulated seconds a second of the wall, and how long the page shall take to come to it, ms."""
        if frame.lens.key != self._lens:
            self.forget()
            self._lens = frame.lens.key
        is_new = self._serial == 0
        self._serial += 1
        marks, gone = self._changed(frame)
        units = _Units()
        fresh, jobs = self._take_units(frame.units, units)
        left = sorted(self._numbers[name] for name in self._units.keys() - {unit.id for unit in frame.units})
        for name in self._units.keys() - {unit.id for unit in frame.units}:
            del self._units[name]
        text = {
            "lens": frame.lens.key, "sort": frame.lens.sort, "start_s": frame.start_s, "rate": rate,
            "lasts_ms": lasts_ms, "jump": jump or is_new, "full": is_new, "people": frame.has_people, "marks": marks,
            "gone": gone, "units": fresh, "jobs": jobs, "left": left, "arcs": self._fresh_arcs(frame.arcs),
            "arcs_left_out": frame.arcs_left_out,
        }  # fmt: skip
        called = self._fresh_names(frame, fresh, marks)
        if called:
            text["called"] = called
        return pack(FRAME, frame.t, self._serial, text, self._arrays(units))

    def _changed(self, frame: Frame) -> tuple[list[dict[str, Any]], list[Key]]:
        now: dict[Key, Mark] = {(mark.sort, mark.id): mark for mark in frame.marks() if mark.sort != "unit"}
        fresh = [_plain(mark) for key, mark in now.items() if self._marks.get(key) != mark]
        gone = [key for key in self._marks if key not in now]
        self._marks = now
        return fresh, gone

    def _fresh_names(self, frame: Frame, units: list[list[Any]], marks: list[dict[str, Any]]) -> dict[str, str]:
        """What the names in a packet are called on a page of another language, as far as it has not been told."""
        if self.names is None:
            return {}
        used = {frame.lens.key, *(str(unit[1]) for unit in units)}
        used |= {str(mark[name]) for mark in marks for name in CALLED if mark.get(name)}
        fresh = used - self._called
        self._called |= fresh
        return {name: told for name in sorted(fresh) if (told := self.names.of(name)) != name}

    # --- units

    def _take_units(self, marks: Iterable[UnitMark], out: _Units) -> tuple[list[list[Any]], dict[int, str | None]]:
        fresh: list[list[Any]] = []
        jobs: dict[int, str | None] = {}
        for mark in marks:
            state = _state(mark)
            if self._units.get(mark.id) == state:
                continue
            number = self._numbers.setdefault(mark.id, len(self._numbers))
            if mark.id not in self._units:
                fresh.append([number, mark.id, mark.service, mark.station, mark.district, *mark.home])
            self._units[mark.id] = state
            jobs[number] = mark.case
            self._put(number, mark, out)
        return fresh, jobs

    def _put(self, number: int, mark: UnitMark, out: _Units) -> None:
        out.index.append(number)
        out.status.append(STATUSES.index(mark.status) if mark.status in STATUSES else len(STATUSES))
        out.at_home.append(int(mark.is_home))
        out.places.append((mark.x, mark.y))
        out.as_of_s.append(np.nan if mark.as_of_s is None else mark.as_of_s)
        out.counts.append(0 if mark.leg is None else len(mark.leg.times_s))
        if mark.leg is not None:
            out.points.append(mark.leg.points)
            out.times.append(mark.leg.times_s)

    def _arrays(self, units: _Units) -> dict[str, np.ndarray[Any, Any]]:
        return {
            "unum": np.array(units.index, np.uint32),
            "usta": np.array(units.status, np.uint8),
            "uhom": np.array(units.at_home, np.uint8),
            "uplc": self.box.shares(np.array(units.places, float).reshape(-1, 2)).ravel(),
            "uasf": np.array(units.as_of_s, np.float32),
            "ulen": np.array(units.counts, np.uint32),
            "lpts": self.box.shares(np.vstack([*units.points, np.zeros((0, 2))])).ravel(),
            "ltim": np.concatenate([*units.times, np.zeros(0)]).astype(np.float32),
        }

    # --- messages

    def _fresh_arcs(self, arcs: tuple[ArcMark, ...]) -> list[dict[str, Any]]:
        """Those that the page has not had, and those of which it does not know yet what became of them."""
        known, self._arcs = self._arcs, {(arc.id, arc.state, arc.text) for arc in arcs}
        return [_plain(arc) for arc in arcs if (arc.id, arc.state, arc.text) not in known]


def _state(mark: UnitMark) -> tuple[object, ...]:
    """What makes a unit worth sending again; while it drives its way tells where it is."""
    leg: Leg | None = mark.leg
    place = (mark.x, mark.y) if leg is None else None
    return mark.status, mark.case, mark.as_of_s, mark.is_home, leg, place


def _plain(mark: Mark) -> dict[str, Any]:
    """As JSON: without what is not known."""
    values = {name: getattr(mark, name) for name in _names(type(mark).__name__)}
    plain = {name: dict(value) if hasattr(value, "keys") else value for name, value in values.items()}
    return {"sort": mark.sort, "x": mark_place(mark)[0], "y": mark_place(mark)[1], **_known(plain)}


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


_FIELDS = {kind.__name__: tuple(one.name for one in fields(kind)) for kind in get_args(Mark)}


def _names(kind: str) -> tuple[str, ...]:
    return _FIELDS[kind]
