"""Draw a map: roads by class, districts, the stations and hospitals."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.city.map import Map
from sim.city.roads import ROAD_CLASSES, Floats
from sim.core.errors import InputError, unknown

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FORMATS = (".png", ".svg", ".pdf")
_ROADS = {  # colour, width in points
    "motorway": ("#c8503c", 1.8),
    "trunk": ("#e08a3c", 1.5),
    "primary": ("#d9b23a", 1.2),
    "secondary": ("#7d7d7d", 0.8),
    "tertiary": ("#989898", 0.5),
    "residential": ("#b4b4b4", 0.4),
}
_MARKS = {  # colour, marker, size; what is not here is not drawn
    "fire_station": ("#d62728", "^", 34),
    "police": ("#1f4e9c", "s", 18),
    "traffic_police": ("#6f4fb3", "D", 20),
    "hospital": ("#1a7f37", "P", 38),
    "ambulance_station": ("#1a7f37", "p", 30),
}
_PALE = ("#fdece6", "#e9f1fb", "#eef7e9", "#f6eefb", "#fff7dd", "#e6f5f3", "#fbe9f2", "#f1f1ea", "#eaeaf7", "#f7efe4")
_CHINESE = ("Noto Sans CJK SC", "Noto Sans CJK JP", "Microsoft YaHei", "PingFang SC", "SimHei", "WenQuanYi Zen Hei")


def plot_map(town: Map, path: Path) -> None:
    """Write a picture of a map as PNG, SVG or PDF."""
    if path.suffix.lower() not in FORMATS:
        raise unknown(f"{path}: the ending of the picture's name", path.suffix, FORMATS)
    import matplotlib
    from matplotlib.figure import Figure

    width, height = _inches(town)
    with matplotlib.rc_context({"font.family": fonts(), "svg.hashsalt": town.name}):
        figure = Figure(figsize=(width, height), layout="constrained")
        axes = figure.add_subplot()
        _draw(town, axes)
        figure.supxlabel(_credit(town), fontsize=8, color="#444444", x=0.99, ha="right")
        try:
            figure.savefig(path, dpi=150, metadata={"Date": None} if path.suffix.lower() == ".svg" else None)
        except OSError as error:
            raise InputError(f"{path}: the picture cannot be written ({error.strerror or error})") from error


def _draw(town: Map, axes: Axes) -> None:
    draw_districts(town, axes)
    draw_roads(town, axes)
    _facilities(town, axes)
    _scale_bar(town, axes)
    schematic = " (schematic)" if town.is_schematic and "schematic" not in town.title.casefold() else ""
    axes.set_title(f"{town.title}{schematic}: {town.population:,} people, {len(town.facilities):,} facilities")
    axes.set_aspect("equal")
    axes.set_axis_off()


def draw_districts(
    town: Map, axes: Axes, box: tuple[float, float, float, float] | None = None, blot: float = 60.0
) -> None:
    """Pale ground (blots, square points) under the nodes of each district (in a box), and its name in their middle."""
    roads = town.roads
    if len(town.districts) < 2:
        return
    for number, district in enumerate(town.districts):
        mine = town.node_district == number
        if box is not None:
            mine &= (roads.x > box[0]) & (roads.x < box[2]) & (roads.y > box[1]) & (roads.y < box[3])
        if not mine.any():
            continue
        pale = _PALE[number % len(_PALE)]
        axes.scatter(roads.x[mine], roads.y[mine], s=blot, color=pale, linewidths=0, zorder=0, rasterized=True)
        x, y = float(np.median(roads.x[mine])), float(np.median(roads.y[mine]))
        ground = {"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 1.5}
        axes.text(x, y, district.name, fontsize=9, ha="center", va="center", zorder=6, bbox=ground)


def draw_roads(
    town: Map, axes: Axes, styles: Mapping[str, tuple[str, float]] = _ROADS, wider: float | None = None
) -> None:
    """Roads by class, with their colours and widths in points; wider on a map of a small place."""
    from matplotlib.collections import LineCollection

    roads = town.roads
    once = (roads.twin < 0) | (np.arange(roads.edge_count) < roads.twin)
    if wider is None:
        wider = float(np.clip(20_000.0 / max(float(np.ptp(roads.x)), 1.0), 1.0, 2.0))
    for number, name in enumerate(ROAD_CLASSES):
        edges = np.flatnonzero(once & (roads.road_class == number))
        lines: list[Floats] = [roads.points(int(edge)) for edge in edges]
        colour, width = styles[name]
        style = {"linewidths": width * wider, "zorder": 2.0 - number / 10}  # the fastest on top
        axes.add_collection(LineCollection(lines, colors=colour, **style))
        if lines:
            axes.plot([], [], color=colour, linewidth=width * wider, label=name)
    axes.autoscale_view()


def _facilities(town: Map, axes: Axes) -> None:
    for kind, (colour, marker, size) in _MARKS.items():
        at = np.array([(f.lon, f.lat) for f in town.facilities if f.kind == kind], float).reshape(-1, 2)
        if len(at):
            x, y = town.roads.projection.to_metres(at[:, 0], at[:, 1])
            label = f"{kind.replace('_', ' ')} ({len(at)})"
            style: dict[str, Any] = {"c": colour, "marker": marker, "s": size, "edgecolors": "white"}
            axes.scatter(x, y, linewidths=0.6, zorder=5, label=label, **style)
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=7, frameon=False)


def _scale_bar(town: Map, axes: Axes) -> None:
    """A bar of 1, 2 or 5 times a power of ten metres, about a fifth of the width."""
    west, south = float(town.roads.x.min()), float(town.roads.y.min())
    wanted = max(float(town.roads.x.max()) - west, 1.0) / 5
    power = 10.0 ** np.floor(np.log10(wanted))
    metres = float(max(step * power for step in (1, 2, 5) if step * power <= wanted))
    low = south - 0.02 * max(float(town.roads.y.max()) - south, 1.0)
    axes.plot([west, west + metres], [low, low], color="black", linewidth=2, solid_capstyle="butt")
    label = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
    axes.annotate(label, (west + metres / 2, low), (0, -4), textcoords="offset points", ha="center", va="top", size=7)


def _credit(town: Map) -> str:
    return town.attribution or ("Schematic map, not surveyed" if town.is_schematic else "")


def _inches(town: Map) -> tuple[float, float]:
    wide, high = (max(float(np.ptp(axis)), 1.0) for axis in (town.roads.x, town.roads.y))
    return 12.0, float(np.clip(10.0 * high / wide + 1.0, 5.0, 16.0))


def fonts() -> list[str]:
    """The usual font, and one with Chinese characters where the machine has it."""
    from matplotlib.font_manager import get_font_names

    here = set(get_font_names())
    return ["DejaVu Sans", *(name for name in _CHINESE if name in here)]
