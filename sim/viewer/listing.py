"""The map in words: rows for the list beside it, and everything that a frame knows of one thing.

Both read the frame alone, so that a seat's list tells no more than its map.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from sim.city.map import Map
from sim.core.quantities import clock_text
from sim.viewer.frames import Frame
from sim.viewer.marks import (
    AlertMark,
    CaseMark,
    ClosureMark,
    ExtentMark,
    IncidentMark,
    LoadMark,
    Mark,
    RumourMark,
    SightingMark,
    UnitMark,
    mark_place,
)
from sim.viewer.words import Words, known
from sim.viewer.words_model import grade, unit
from sim.viewer.words_names import names_of

SORTS = ("incident", "case", "sighting", "alert", "rumour", "closure", "unit")
"""What is listed, in this order; hospitals and stations are found by searching the map."""


class Row(NamedTuple):
    """One line of the list; `sort` and `id` are what the map calls the thing."""

    sort: str
    id: str
    title: str
    place: str
    state: str
    since: str  # clock time


class Teller:
    """Says what is on the map of a town in one language."""

    def __init__(self, town: Map, words: Words) -> None:
        self._town = town
        self._words = words
        self._names = names_of(town, words.language)

    def rows(self, frame: Frame, *, ready: bool = False) -> list[Row]:
        """What is going on, by sort, what a scenario names first, then the newest; units that stand ready if asked."""
        listed = [mark for mark in frame.marks() if mark.sort in SORTS and (ready or not _is_ready(mark))]
        listed.sort(key=lambda mark: (SORTS.index(mark.sort), _is_last(mark), -_since_s(mark, frame), mark.id))
        return [self._row(mark, frame) for mark in listed]

    def at(self, frame: Frame, sort: str, name: str) -> tuple[float, float] | None:
        """Where a thing is, m; None when it is not (or no more) there."""
        if sort in ("facility", "load"):
            one = next((one for one in self._town.facilities if one.name == name), None)
            return None if one is None else (float(self._town.roads.x[one.node]), float(self._town.roads.y[one.node]))
        mark = frame.find(sort, name)
        return None if mark is None else mark_place(mark)

    def details(self, frame: Frame, sort: str, name: str) -> list[tuple[str, str]]:
        """Labels and values of everything that the frame knows of a thing; none when it is not (or no more) there."""
        if sort in ("facility", "load"):
            return list(self._facility(frame, name))
        mark = frame.find(sort, name)
        return [] if mark is None else list(self._told(mark, frame))

    # --- a row

    def _row(self, mark: Mark, frame: Frame) -> Row:
        since = clock_text(frame.start_s + _since_s(mark, frame))
        return Row(mark.sort, mark.id, self._title(mark), self.place(*mark_place(mark)), self._state(mark), since)

    def _title(self, mark: Mark) -> str:
        if isinstance(mark, UnitMark):
            return f"{self._names.of(mark.id)} · {self.word('service', mark.service)}"
        if isinstance(mark, ClosureMark):
            return self._names.road(mark.road) or self._words("map.a_road")
        kind = self.word("kind", mark.kind) if hasattr(mark, "kind") else mark.id
        return f"{self._words(f'map.sort.{mark.sort}')}: {kind}"

    def _state(self, mark: Mark) -> str:
        match mark:
            case UnitMark():
                return self.word("status", mark.status) + (f" · {mark.case}" if mark.case else "")
            case IncidentMark():
                key = "state_unknown" if mark.noticed_s is None else "state_incident"
                return self._words(f"map.{key}", crews=len(mark.crews), victims=mark.victims)
            case CaseMark(is_false=True):
                return self._words("map.nothing_behind")
            case CaseMark():
                severity = self.word("severity", mark.severity)
                return self._words("map.state_case", severity=severity, sure=round(100 * mark.confidence))
            case SightingMark():
                return self._words("map.state_sighting", n=mark.witnesses)
            case AlertMark():
                office = self._names.of(mark.office)
                return self._words(f"map.state_{mark.says}", radius=round(mark.radius_m), office=office)
            case RumourMark():
                return self._words("map.state_rumour", n=mark.believing)
        return ""

    # --- all that is known

    def _told(self, mark: Mark, frame: Frame) -> Iterator[tuple[str, str]]:
        yield self._label("what"), self._title(mark)
        yield self._label("name"), self._names.of(mark.id)
        yield self._label("place"), self._names.near(*mark_place(mark))
        yield from self._own(mark, frame)

    def _own(self, mark: Mark, frame: Frame) -> Iterator[tuple[str, str]]:
        match mark:
            case UnitMark():
                yield self._label("status"), self.word("status", mark.status)
                yield self._label("station"), self._names.house(mark.station)
                yield from self._known(frame, case=mark.case, as_of=mark.as_of_s)
            case IncidentMark():
                yield from self._known(frame, since=mark.since_s, noticed=mark.noticed_s)
                yield self._label("needs"), self._counts(mark.needs)
                yield self._label("victims"), str(mark.victims)
                yield self._label("floor"), str(mark.floor)
                yield from self._known(frame, crews=self._all(mark.crews), cases=mark.cases)
            case CaseMark():
                yield self._label("owner"), self._names.of(mark.owner)
                yield self._label("severity"), self.word("severity", mark.severity)
                yield self._label("confidence"), f"{100 * mark.confidence:.0f} %"
                source = self._names.of(mark.source)
                yield from self._known(frame, since=mark.opened_s, as_of=mark.as_of_s, source=source)
                yield self._label("needs"), self._counts(mark.needs)
                yield from self._known(frame, people=mark.people, units=self._all(mark.units))
                yield from self._known(frame, incident=mark.incident)
                if mark.is_false:
                    yield self._label("truth"), self._words("map.nothing_behind")
            case ExtentMark():
                people = self._words("map.people_of_zone", inside=mark.inside, left=mark.left, hurt=mark.hurt)
                yield self._label("radius"), self._metres(mark.radius_m)
                yield self._label("people"), people
            case AlertMark():
                yield self._label("owner"), self._names.of(mark.office)
                yield from self._known(frame, since=mark.since_s, reached=mark.reached, following=mark.following)
                yield self._label("radius"), self._metres(mark.radius_m)
                yield self._label("heard"), self._metres(mark.heard_m)
            case RumourMark() | SightingMark() | ClosureMark():
                yield self._label("status"), self._state(mark)
                yield self._label("since"), clock_text(frame.start_s + _since_s(mark, frame))

    def _known(self, frame: Frame, **values: object) -> Iterator[tuple[str, str]]:
        """Only what there is; times of the run as times of day."""
        for name, value in values.items():
            if value is None or value == () or value == "":
                continue
            if name in ("since", "noticed", "as_of"):
                yield self._label(name), clock_text(frame.start_s + float(str(value)))
            else:
                comma = self._words("form.comma")
                yield self._label(name), comma.join(value) if isinstance(value, tuple) else str(value)

    def _facility(self, frame: Frame, name: str) -> Iterator[tuple[str, str]]:
        """What the map says of a place, its units as the lens knows them, and its bays if it is a hospital."""
        one = next((one for one in self._town.facilities if one.name == name), None)
        if one is None:
            return
        yield self._label("what"), self.word("facility", one.kind)
        yield self._label("name"), self._words.either(one.name, one.name_zh)
        roads = self._town.roads
        yield self._label("place"), self._names.near(float(roads.x[one.node]), float(roads.y[one.node]))
        told = {key: value for key, value in one.attributes.items() if known(f"map.attribute.{key}")}
        yield from ((self.word("attribute", key), str(value)) for key, value in told.items())
        load = next((load for load in frame.loads if load.id == name), None)
        if load is not None:
            yield from self._load(load, frame)
        own = [one for one in frame.units if one.station == name]
        if own:
            home = sum(one.is_home for one in own)
            yield self._label("units"), self._words("map.units_home", home=home, all=len(own))
            yield self._label("away"), self._comma(one.id for one in own if not one.is_home) or "–"
        yield self._label("grade"), grade(one.grade, self._words.language)

    def _load(self, load: LoadMark, frame: Frame) -> Iterator[tuple[str, str]]:
        yield self._label("bays"), f"{load.free}" if load.bays is None else f"{load.free} / {load.bays}"
        yield from self._known(frame, waiting=load.waiting, as_of=load.as_of_s)

    # --- words

    def place(self, x: float, y: float) -> str:
        """The subdistrict and the district of a place."""
        return self._names.place(x, y)

    def word(self, group: str, name: str) -> str:
        """The word for a kind, a status, a service …; a name without one with blanks for its underscores."""
        key = f"map.{group}.{name}"
        return self._words(key) if known(key) else name.replace("_", " ")

    def _label(self, name: str) -> str:
        return self._words(f"map.label.{name}")

    def _metres(self, metres: float) -> str:
        return f"{metres:.0f} {unit('m', self._words.language)}"

    def _all(self, ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(self._names.of(one) for one in ids)

    def _comma(self, ids: Iterable[str]) -> str:
        return self._words("form.comma").join(self._all(ids))

    def _counts(self, counts: Mapping[str, int]) -> str:
        told = [f"{count} {self.word('capability', name)}" for name, count in sorted(counts.items())]
        return self._words("form.comma").join(told) or "–"


def _is_ready(mark: Mark) -> bool:
    return isinstance(mark, UnitMark) and mark.is_home and mark.status == "free"


def _is_last(mark: Mark) -> bool:
    """Whether others of its sort go before it: an incident that no scenario names, a unit that stands ready."""
    return (isinstance(mark, IncidentMark) and not mark.listed) or _is_ready(mark)


def _since_s(mark: Mark, frame: Frame) -> float:
    """Since when it is so, as far as whoever looks knows."""
    for name in ("since_s", "opened_s", "as_of_s"):
        value = getattr(mark, name, None)
        if value is not None:
            return float(value)
    return frame.t
