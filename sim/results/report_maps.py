"""The maps of the report: listed incidents, numbered, and where the crews that came first had started from."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import NamedTuple, Protocol

from markupsafe import Markup

from sim.core.quantities import clock_text
from sim.results.records import Attendance, IncidentRecord
from sim.results.timeline import Timeline
from sim.results.words import said

Box = tuple[float, float, float, float]
"""West, south, east, north, m."""

CLOSE_UP = 0.5
"""A second map is drawn where the listed incidents lie in a smaller share of the width of the first."""

_SMALL_TOWN_M = 8000.0  # no closer look at a town that is no wider
_LEAST_M = 3000.0  # width and height of a close-up at least
_WIDTH = 1000.0


class Backdrop(Protocol):
    """A picture of the ground, and the metres of its edges."""

    @property
    def png(self) -> bytes:
        """The picture."""

    @property
    def width_px(self) -> int:
        """Its width."""

    @property
    def height_px(self) -> int:
        """Its height."""

    @property
    def box(self) -> Box:
        """Its edges."""


Draw = Callable[[Box | None], Backdrop]
"""Draws the ground: all of it, or a box."""


class Start(NamedTuple):
    """Where the first crew of a needed service set out for a listed incident."""

    x: float
    y: float
    record: IncidentRecord
    run: Attendance


def maps(draw: Draw, line: Timeline, listed: Sequence[IncidentRecord]) -> list[tuple[str, Markup]]:
    """The whole town, and a close-up when the listed incidents lie close together; each with its caption."""
    starts = list(_starts(listed))
    ground = draw(None)
    found = [("The town. Small dots are all other incidents.", _overlay(ground, line, listed, starts))]
    box = _around(listed, starts)
    wide = ground.box[2] - ground.box[0]
    if box is not None and wide > _SMALL_TOWN_M and box[2] - box[0] < CLOSE_UP * wide:
        found.append(("A closer look at the listed incidents.", _overlay(draw(box), line, listed, starts)))
    return found


def _starts(listed: Iterable[IncidentRecord]) -> Iterable[Start]:
    for record in listed:
        for service in record.needed_services:
            run = record.times(service).first
            if run is not None and run.left_from is not None:
                yield Start(*run.left_from, record, run)


def _around(listed: Sequence[IncidentRecord], starts: Sequence[Start]) -> Box | None:
    """The box of the listed incidents and the starts, of some size at least."""
    places = [*((record.x, record.y) for record in listed), *((start.x, start.y) for start in starts)]
    if not places:
        return None
    (west, east), (south, north) = (_widened(min(axis), max(axis)) for axis in zip(*places, strict=True))
    return west, south, east, north


def _widened(low: float, high: float) -> tuple[float, float]:
    more = max(0.0, _LEAST_M - (high - low)) / 2
    return low - more, high + more


def _overlay(ground: Backdrop, line: Timeline, listed: Sequence[IncidentRecord], starts: Sequence[Start]) -> Markup:
    west, south, east, north = ground.box
    height = _WIDTH * ground.height_px / ground.width_px
    picture = base64.b64encode(ground.png).decode()

    def at(x: float, y: float) -> tuple[float, float]:
        return (x - west) / (east - west) * _WIDTH, (north - y) / (north - south) * height

    parts = [f'<image href="data:image/png;base64,{picture}" width="{_WIDTH:.0f}" height="{height:.1f}"/>']
    parts += [_dot(at(one.x, one.y), one) for one in line.cohort("background")]
    parts += [_way(at(start.x, start.y), at(start.record.x, start.record.y), start, line) for start in starts]
    parts += [_number(at(one.x, one.y), k, one) for k, one in enumerate(listed, 1)]
    label = "Map of the incidents and of where the first crews came from"
    view = f'viewBox="0 0 {_WIDTH:.0f} {height:.1f}"'
    return Markup(f'<svg class="on-map" {view} role="img" aria-label="{label}">{"".join(parts)}</svg>')


def _dot(at: tuple[float, float], record: IncidentRecord) -> str:
    told = escape(f"{record.id}: {said(record.kind)}")
    return f'<circle class="other" cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="2"><title>{told}</title></circle>'


def _way(start: tuple[float, float], end: tuple[float, float], of: Start, line: Timeline) -> str:
    """A line from where the crew set out, as the crow flies, and a square at its start."""
    (x, y), (to_x, to_y), run = start, end, of.run
    begun = line.run.start_s if line.run else 0
    left, came = (clock_text(begun + t) if t is not None else "?" for t in (run.en_route, run.on_scene))
    told = escape(f"{run.unit} ({run.service}) left from here for {of.record.id} at {left}, and saw it at {came}")
    shape = f'class="way s-{escape(run.service)}"'
    drawn = f'<line {shape} x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}"/>'
    square = f'<rect class="fill s-{escape(run.service)}" x="{x - 5:.1f}" y="{y - 5:.1f}" width="10" height="10"/>'
    return f"<g>{drawn}{square}<title>{told}</title></g>"


def _number(at: tuple[float, float], k: int, record: IncidentRecord) -> str:
    told = escape(f"{k}: {record.id}, {said(record.kind)}, {record.subdistrict}, {record.district}")
    circle = f'<circle class="numbered" cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="11"/>'
    text = f'<text class="number-on-map" x="{at[0]:.1f}" y="{at[1] + 5:.1f}">{k}</text>'
    return f"<g>{circle}{text}<title>{told}</title></g>"
