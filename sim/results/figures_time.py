"""Shares over the time of day as inline SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from markupsafe import Markup

from sim.core.quantities import clock_text
from sim.results.figures import WIDTH

Point = tuple[float, float | None]
"""A time, s since the start of the run, and a share; none breaks the line."""

LATE = "no incident that begins later is counted"

_HEIGHT, _LEFT, _TOP, _RIGHT, _FLOOR = 230, 48, 12, 16, 196
_STEPS = (300, 600, 900, 1800, 3600, 7200, 14400, 28800)


def shares(
    series: Mapping[str, Sequence[Point]], start_s: int, title: str, end_of_window: float,
    called: Mapping[str, str] | None = None,
) -> Markup:  # fmt: skip
    """A line for each name, from 0 to 100 %; what comes after the end of the window is marked as the drain.

    `called` says what names and the remark are in another language.
    """
    called = called or {}
    times = [t for points in series.values() for t, _ in points]
    if not times:
        return Markup("")
    first, last = min(times), max(max(times), min(times) + 1)
    scale = (WIDTH - _LEFT - _RIGHT) / (last - first)
    parts = [*_grid(first, last, scale, start_s)]
    if first < end_of_window < last:
        x = _LEFT + (end_of_window - first) * scale
        parts.append(f'<line class="ring" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{_FLOOR}">')
        parts.append(f"<title>{escape(called.get(LATE, LATE))}</title></line>")
    for name, points in series.items():
        path, title_of = _path(points, first, scale), escape(called.get(name, name))
        parts.append(f'<path class="line s-{escape(name)}" d="{path}"><title>{title_of}</title></path>')
    inner, label = "".join(parts), escape(title)
    return Markup(f'<svg viewBox="0 0 {WIDTH} {_HEIGHT}" role="img" aria-label="{label}">{inner}</svg>')


def _path(points: Sequence[Point], first: float, scale: float) -> str:
    path, is_drawing = [], False
    for t, share in points:
        if share is None:
            is_drawing = False
            continue
        x, y = _LEFT + (t - first) * scale, _FLOOR - (_FLOOR - _TOP) * share
        path.append(f"{'L' if is_drawing else 'M'}{x:.1f},{y:.1f}")
        is_drawing = True
    return "".join(path)


def _grid(first: float, last: float, scale: float, start_s: int) -> list[str]:
    lines = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = _FLOOR - (_FLOOR - _TOP) * share
        lines.append(f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        lines.append(f'<text class="name" x="{_LEFT - 6}" y="{y + 4:.1f}">{share:.0%}</text>')
    step = next((s for s in _STEPS if (last - first) / s <= 9), _STEPS[-1])
    clock = -int(-(start_s + first) // step) * step
    while clock <= start_s + last:
        x = _LEFT + (clock - start_s - first) * scale
        lines.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{_FLOOR}"/>')
        lines.append(f'<text class="tick" x="{x:.1f}" y="{_FLOOR + 18}">{clock_text(clock)[:5]}</text>')
        clock += step
    return lines
