"""A pale picture of a map, or of a part of it, for others to draw on: it says which metres its edges are."""

from __future__ import annotations

from io import BytesIO
from typing import NamedTuple

import numpy as np

from sim.city.map import Map
from sim.city.plot import draw_districts, draw_roads, fonts

Box = tuple[float, float, float, float]
"""West, south, east, north, m."""

WIDTH_PX = 1600
MOST_TALL = 0.9
"""Height by width at most."""

_COLOURS = 96  # of the palette: few, so that the picture is small
_DPI = 150
_PALE_ROADS = {  # colour, width in points
    "motorway": ("#e3a79c", 1.7),
    "trunk": ("#ecc39b", 1.4),
    "primary": ("#e9d69c", 1.1),
    "secondary": ("#bdbdbd", 0.7),
    "tertiary": ("#cfcfcf", 0.5),
    "residential": ("#dadada", 0.4),
}


class Backdrop(NamedTuple):
    """A PNG and the metres of its edges."""

    png: bytes
    width_px: int
    height_px: int
    box: Box


def backdrop(town: Map, box: Box | None = None) -> Backdrop:
    """Draw the roads and the names of the districts, edge to edge."""
    import matplotlib
    from matplotlib.figure import Figure

    full = whole(town)
    shown = _padded(full if box is None else box)
    west, south, east, north = shown
    width = WIDTH_PX / _DPI
    height = width * (north - south) / (east - west)
    with matplotlib.rc_context({"font.family": fonts()}):
        figure = Figure(figsize=(width, height), dpi=_DPI)
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        zoom = (full[2] - full[0]) / (east - west)
        draw_districts(town, axes, shown, blot=60.0 * max(1.0, zoom) ** 2)
        draw_roads(town, axes, _PALE_ROADS, wider=1.0 if box is None else 2.0)
        axes.set_axis_off()
        axes.set_xlim(west, east)
        axes.set_ylim(south, north)
        png, width_px, height_px = _small_png(figure)
    return Backdrop(png, width_px, height_px, shown)


def whole(town: Map) -> Box:
    """The box of all roads."""
    x, y = town.roads.x, town.roads.y
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def _padded(box: Box) -> Box:
    """A margin around, and a shape that is neither a tower nor a ribbon."""
    west, south, east, north = box
    wide, tall = max(east - west, 1.0), max(north - south, 1.0)
    margin = 0.03 * max(wide, tall)
    wide, tall = wide + 2 * margin, tall + 2 * margin
    wide, tall = max(wide, tall / MOST_TALL), max(tall, wide * 0.35)
    x, y = (west + east) / 2, (south + north) / 2
    return x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2


def _small_png(figure: object) -> tuple[bytes, int, int]:
    """The figure as a PNG with a palette, a third as large as one in full colour and as sharp."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    canvas = FigureCanvasAgg(figure)  # type: ignore[arg-type]
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels = np.asarray(canvas.buffer_rgba())[:, :, :3]  # type: ignore[no-untyped-call]
    picture = Image.fromarray(pixels).quantize(_COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue(), pixels.shape[1], pixels.shape[0]
