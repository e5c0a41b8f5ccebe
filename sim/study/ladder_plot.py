"""A ladder as a picture: the steps from start to goal, and each reform's effects with their intervals."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.study.measures import Measure, measure
from sim.study.rungs import LIVES, Kind, Ladder

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLOURS: dict[Kind, str] = {"alone": "#1f4e9c", "removed": "#d9822b", "cumulative": "#7d7d7d", "shapley": "#1a7f37"}
_END, _DOWN, _UP = "#444444", "#5a9bd5", "#c8503c"


def plot_ladder(found: Ladder, path: Path) -> None:
    """For the primary KPI and for lives: a waterfall of the steps, and bars of the effects."""
    import matplotlib
    from matplotlib.figure import Figure

    shown = list(dict.fromkeys((found.comparison.scenario.primary, LIVES)))
    height = 1.2 + len(shown) * (1.2 + 0.2 * len(found.rungs) * max(1, len(found.kinds) - 1))
    with matplotlib.rc_context({"axes.spines.top": False, "axes.spines.right": False, "font.size": 9}):
        figure = Figure(figsize=(11, height), layout="constrained")
        grid = figure.subplots(len(shown), 2, squeeze=False)
        for (left, right), kpi in zip(grid, shown, strict=True):
            _waterfall(found, kpi, left)
            _bars(found, kpi, right)
        runs = len(found.comparison.seeds)
        partial = ", partial" if found.is_partial else ""
        where = f"{found.comparison.scenario.name} on {found.comparison.town}"
        figure.suptitle(f"{where}: {found.start.label} → {found.goal.label}, {runs} runs an arm{partial}")
        figure.savefig(path, dpi=130)


def _waterfall(found: Ladder, kpi: str, axes: Axes) -> None:
    about = measure(kpi)
    levels = [found.comparison.summary(label, kpi).mean for label in found.comparison.labels]
    axes.set_title(f"{about.title}: step by step", loc="left")
    axes.set_xlabel(_unit(about))
    steps = [rung.effects["cumulative"][kpi].estimate.mean for rung in found.rungs if "cumulative" in rung.effects]
    if levels[0] is None or levels[1] is None or not steps or None in steps:
        axes.text(0.5, 0.5, "not all steps have a value", transform=axes.transAxes, ha="center")
        return
    names = [found.start.label, *(rung.reform.family for rung in found.rungs), found.goal.label]
    scale = 100 if about.unit == "share" else 1
    at = levels[0] * scale
    _level(axes, at, 0)
    for place, step in enumerate(steps, 1):
        size = (step or 0.0) * scale
        axes.barh(place, size, left=at, color=_DOWN if size < 0 else _UP)
        axes.plot([at, at], [place - 1, place + 0.4], color="#999999", lw=0.6)
        axes.annotate(f" {size:+.3g}", (max(at, at + size), place), va="center", fontsize=8)
        at += size
    _level(axes, levels[1] * scale, len(names) - 1)
    axes.use_sticky_edges = False
    axes.margins(x=0.15)
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()


def _level(axes: Axes, value: float, place: int) -> None:
    """A mark, not a bar: the axis need not begin at zero."""
    axes.plot([value], [place], marker="D", color=_END)
    axes.annotate(f"  {value:.4g}", (value, place), va="center", fontsize=8)


def _bars(found: Ladder, kpi: str, axes: Axes) -> None:
    about = measure(kpi)
    scale = 100 if about.unit == "share" else 1
    kinds = [kind for kind in found.kinds if kind != "cumulative"]
    width = 0.8 / len(kinds)
    for number, kind in enumerate(kinds):
        for place, rung in enumerate(found.rungs):
            estimate = rung.effects[kind][kpi].estimate
            if estimate.mean is None:
                continue
            spot, mean = place + (number - (len(kinds) - 1) / 2) * width, estimate.mean * scale
            name = "" if place else {"removed": "added last"}.get(kind, kind)
            axes.barh(spot, mean, width, color=_COLOURS[kind], label=name or None)
            if estimate.low is not None and estimate.high is not None:
                axes.plot([estimate.low * scale, estimate.high * scale], [spot, spot], color="black", lw=0.9)
    axes.axvline(0, color="black", lw=0.8)
    axes.set_yticks(range(len(found.rungs)), [rung.reform.family for rung in found.rungs])
    axes.invert_yaxis()
    axes.set_title("effect of each reform, 95 % intervals", loc="left")
    axes.set_xlabel(_unit(about))
    axes.legend(fontsize=8, loc="best")


def _unit(about: Measure) -> str:
    return {"share": "%"}.get(about.unit, about.unit)
