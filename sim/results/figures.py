"""Figures of the report as inline SVG that follows the page's colours, light or dark."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from typing import NamedTuple

from markupsafe import Markup

from sim.results.delays import LABELS, PHASES
from sim.results.waterfall import Part, Waterfall
from sim.results.words import seconds_words

WIDTH = 760
LEFT = 128
LETTER = 6.6  # width of one in the name of a lane
BAR = 26


class Wording(NamedTuple):
    """How bars of delays speak."""

    label: Callable[[str], str]
    meaning: Callable[[str], str]
    duration: Callable[[float | None], str]
    ended: Callable[[str], str]  # by what kind of event a wait was ended
    title: str


ENGLISH = Wording(str, LABELS.__getitem__, seconds_words, "; the wait was ended by {}".format, "Where the time went")


class Dot(NamedTuple):
    """Something that happened in a lane of a timeline."""

    lane: str
    t: float
    text: str
    is_key: bool


def ecdf(series: Mapping[str, Sequence[float | None]], targets: Mapping[str, float]) -> Markup:
    """Share of all needed services reached within a time; the never served keep a curve below 100 %."""
    served = [s for values in series.values() for s in values if s is not None]
    if not served:
        return Markup("")
    end = max([*(targets.get(name, 0) * 1.2 for name in series), _cut(served)])
    height, left, top = 280, 48, 12
    scale = (WIDTH - left - 16) / end
    floor = height - 34
    rise = floor - top
    parts = [_grid(left, floor, top, scale, end), *_percent_lines(left, floor, rise)]
    for name, values in series.items():
        steps = sorted(s for s in values if s is not None)
        path = [f"M{left},{floor:.1f}"]
        for k, seconds in enumerate(steps):
            if seconds > end:
                break
            path.append(f"H{left + seconds * scale:.1f}V{floor - rise * (k + 1) / len(values):.1f}")
        path.append(f"H{WIDTH - 16}")
        parts.append(f'<path class="line s-{escape(name)}" d="{"".join(path)}"><title>{escape(name)}</title></path>')
        if name in targets:
            x = left + targets[name] * scale
            told = f"target for {name}: {seconds_words(targets[name])}"
            parts.append(f'<line class="target s-{escape(name)}" x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{floor}">')
            parts.append(f"<title>{escape(told)}</title></line>")
    return _svg(height, parts, "Share reached within a time, by service")


def bars(falls: Sequence[tuple[str, Sequence[Part], bool]], words: Wording = ENGLISH) -> Markup:
    """Stacked bars on one axis from the onset: name, parts, whether the effect came; an endless part is cut off."""
    wholes = [sum(part.ms for part in parts) / 1000 for _, parts, _ in falls]
    known = [sum(part.ms for part in (parts if finished else parts[:-1])) / 1000 for _, parts, finished in falls]
    end = max([1.0, *known]) * (1.0 if all(finished for _, _, finished in falls) else 1.15)
    if not any(known):
        end = max([1.0, *wholes])
    scale = (WIDTH - LEFT - 96) / end
    height = len(falls) * (BAR + 12) + 40
    parts = [_grid(LEFT, height - 30, 4, scale, end, words)]
    for row, (name, each, finished) in enumerate(falls):
        y = 6 + row * (BAR + 12)
        parts.append(f'<text class="name" x="{LEFT - 8}" y="{y + BAR / 2 + 4:.1f}">{escape(name)}</text>')
        parts.extend(_stack(each, y, scale, end, words))
        whole = words.duration(wholes[row] if finished else None)
        x = LEFT + min(wholes[row], end) * scale + 6
        parts.append(f'<text class="value" x="{x:.1f}" y="{y + BAR / 2 + 4:.1f}">{escape(whole)}</text>')
    return _svg(height, parts, words.title)


def fall_rows(falls: Iterable[Waterfall]) -> list[tuple[str, Sequence[Part], bool]]:
    """Waterfalls as rows of `bars`."""
    return [(fall.service, fall.parts, fall.finished) for fall in falls]


def lanes(dots: Sequence[Dot], names: Sequence[str], first_ring: float | None) -> Markup:
    """A timeline with a lane for each organisation; hover tells what happened."""
    end = max([60.0, *(dot.t for dot in dots)])
    left = max([LEFT, *(LETTER * len(name) + 16 for name in names)])
    scale = (WIDTH - left - 24) / end
    height = len(names) * 30 + 44
    rows = {name: 18 + k * 30 for k, name in enumerate(names)}
    parts = [_grid(left, height - 30, 4, scale, end)]
    if first_ring is not None:
        x = left + first_ring * scale
        parts.append(f'<line class="ring" x1="{x:.1f}" x2="{x:.1f}" y1="4" y2="{height - 30}">')
        parts.append("<title>first ring</title></line>")
    for name, y in rows.items():
        parts.append(f'<text class="name" x="{left - 8}" y="{y + 4}">{escape(name)}</text>')
        parts.append(f'<line class="lane" x1="{left}" x2="{WIDTH - 16}" y1="{y}" y2="{y}"/>')
    for dot in sorted(dots, key=lambda one: one.is_key):  # large dots on top
        x, radius, kind = left + dot.t * scale, 5.5 if dot.is_key else 3, "key" if dot.is_key else "dot"
        parts.append(f'<circle class="{kind}" cx="{x:.1f}" cy="{rows[dot.lane]}" r="{radius}">')
        parts.append(f"<title>{escape(seconds_words(dot.t))}: {escape(dot.text)}</title></circle>")
    return _svg(height, parts, "Who did and knew what when, from the onset")


def plan(units: Mapping[tuple[float, float], str], incidents: Sequence[tuple[float, float, bool, str]]) -> Markup:
    """Where the posts (squares) and the incidents (dots, listed ones larger) are, north up; no roads."""
    places = [*units, *((x, y) for x, y, _, _ in incidents)]
    if not places:
        return Markup("")
    west, south = min(x for x, _ in places), min(y for _, y in places)
    wide = max(1.0, max(x for x, _ in places) - west)
    tall = max(1.0, max(y for _, y in places) - south)
    scale = min((WIDTH - 40) / wide, 380 / tall)
    height = max(int(tall * scale) + 40, 90)
    shift = (WIDTH - wide * scale) / 2
    parts = []
    for (x, y), service in units.items():
        px, py = shift + (x - west) * scale, height - 20 - (y - south) * scale
        parts.append(f'<rect class="fill s-{escape(service)}" x="{px - 3:.1f}" y="{py - 3:.1f}" width="6" height="6"/>')
    for x, y, is_listed, text in sorted(incidents, key=lambda one: one[2]):
        px, py = shift + (x - west) * scale, height - 20 - (y - south) * scale
        kind = "listed" if is_listed else "background"
        parts.append(f'<circle class="{kind}" cx="{px:.1f}" cy="{py:.1f}" r="{7 if is_listed else 2}">')
        parts.append(f"<title>{escape(text)}</title></circle>")
    return _svg(height, parts, "Posts and incidents")


def _stack(parts: Sequence[Part], y: int, scale: float, end: float, words: Wording) -> Iterable[str]:
    from_s = 0.0
    for part in parts:
        seconds = part.ms / 1000
        width = max(0.0, min(from_s + seconds, end) - from_s) * scale
        label = words.label(part.label)
        told = f"{label}: {words.duration(seconds)} ({words.meaning(part.label)})"
        told += words.ended(part.ended_by) if part.ended_by else ""
        x = LEFT + from_s * scale
        yield f'<g><title>{escape(told)}</title><rect class="part {style(part.label)}" x="{x:.1f}" y="{y}" '
        yield f'width="{width:.1f}" height="{BAR}"/>'
        if width > 7 * _letters(label):
            yield f'<text class="inside" x="{x + width / 2:.1f}" y="{y + BAR / 2 + 4:.1f}">{escape(label)}</text>'
        yield "</g>"
        from_s += seconds


def _letters(text: str) -> int:
    """How many letters wide a text is; a Chinese character is two."""
    return sum(1 if letter.isascii() else 2 for letter in text)


def style(label: str) -> str:
    """The classes of a label: its phase's colour, and its shade within the phase."""
    for number, labels in enumerate(PHASES.values()):
        if label in labels:
            return f"p{number} k{labels.index(label) % 4}"
    return "p5 k0"


def _grid(left: float, floor: float, top: float, scale: float, end: float, words: Wording = ENGLISH) -> str:
    """Upright lines at round times, with their words."""
    step = next((s for s in _STEPS if end / s <= 8), _STEPS[-1])
    lines = []
    for k in range(int(end / step) + 1):
        x = left + k * step * scale
        lines.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{floor}"/>')
        tick = words.duration(k * step) if k else "0"
        lines.append(f'<text class="tick" x="{x:.1f}" y="{floor + 16:.1f}">{tick}</text>')
    return "".join(lines)


_STEPS = (10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 28800, 86400)


def _percent_lines(left: float, floor: float, rise: float) -> Iterable[str]:
    for share in (0.25, 0.5, 0.75, 0.9, 1.0):
        y = floor - rise * share
        yield f'<line class="grid" x1="{left}" x2="{WIDTH - 16}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text class="name" x="{left - 6}" y="{y + 4:.1f}">{share:.0%}</text>'


def _cut(served: Sequence[float]) -> float:
    """The end of the axis, just beyond the slowest: a curve falls short of the top only for those never served."""
    return max(60.0, max(served) * 1.02)


def _svg(height: float, parts: Iterable[str], title: str) -> Markup:
    inner = "".join(parts)
    label = escape(title)
    return Markup(f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{label}">{inner}</svg>')
