"""Pictures of an outcome, drawn without internet: differences with intervals, distributions, the ladder, the map."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sim.city.map import Map
from sim.city.plot import fonts
from sim.viewer.planning.outcome import Outcome
from sim.viewer.planning.responses import Gain, waits
from sim.viewer.planning.telling import number
from sim.viewer.words import Words
from sim.viewer.words_model import Measure, arm, family, measure, option_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Format = Literal["svg", "png"]


@dataclass(frozen=True, slots=True)
class Look:
    """Language and colours of a picture."""

    words: Words
    is_dark: bool = True

    @property
    def arms(self) -> tuple[str, ...]:
        """Colours of the arms, told apart by those too who see few: tests/test_viewer_colours.py."""
        dark = ("#3897cf", "#f38d55", "#5ed0a7", "#e4a3c7", "#ffd958", "#e0efff")
        return dark if self.is_dark else ("#0072b2", "#d55e00", "#309d7b", "#8c1c51", "#735000", "#546371")

    @property
    def ink(self) -> str:
        """Of text."""
        return "#e7edf3" if self.is_dark else "#17212b"

    @property
    def pale(self) -> str:
        """Of axes and grids."""
        return "#475563" if self.is_dark else "#c3ccd5"

    @property
    def ground(self) -> str:
        """What lies behind."""
        return "#171e26" if self.is_dark else "#ffffff"


ROAD_WIDTHS = {"motorway": 1.6, "trunk": 1.3, "primary": 1.0, "secondary": 0.7, "tertiary": 0.5, "residential": 0.3}
"""Points."""

DASHES = ("-", "--", ":", "-.", (0, (5, 1)), (0, (1, 1)))
"""Arms are told apart without colour too."""


@contextmanager
def styled(look: Look) -> Iterator[None]:
    import matplotlib

    style: dict[Any, Any] = {
        "font.family": fonts(), "font.size": 10.5, "text.color": look.ink, "axes.labelcolor": look.ink,
        "axes.edgecolor": look.pale, "xtick.color": look.ink, "ytick.color": look.ink, "axes.facecolor": look.ground,
        "figure.facecolor": look.ground, "axes.spines.top": False, "axes.spines.right": False, "text.parse_math": False,
        "svg.fonttype": "none", "svg.hashsalt": "liandong", "legend.frameon": False, "axes.titleweight": "bold",
        "axes.titlesize": 11, "axes.titlelocation": "left", "axes.unicode_minus": False,
    }  # fmt: skip
    with matplotlib.rc_context(style):
        yield


def saved(figure: Figure, kind: Format) -> bytes:
    out = BytesIO()
    figure.savefig(out, format=kind, dpi=150, metadata={"Date": None} if kind == "svg" else None)
    return out.getvalue()


def paired(outcome: Outcome, a: str, b: str, look: Look, kind: Format = "svg") -> bytes:
    """Of each measure that was named: the difference of every run, their mean and its 95 % interval."""
    from matplotlib.figure import Figure

    kpis = [kpi for kpi in outcome.named if outcome.changes(a, b, kpi)]
    with styled(look):
        figure = Figure(figsize=(7.6, 0.6 + 1.02 * max(1, len(kpis))), layout="constrained")
        grid = figure.subplots(max(1, len(kpis)), 1, squeeze=False)[:, 0]
        for axes, kpi in zip(grid, kpis, strict=False):
            _difference(outcome, (a, b, kpi), axes, look)
        if not kpis:
            nothing(grid[0], look)
        return saved(figure, kind)


def _difference(outcome: Outcome, wanted: tuple[str, str, str], axes: Axes, look: Look) -> None:
    about = measure(wanted[2], look.words.language)
    scale = 100.0 if about.is_share else 1.0
    changes = np.array(outcome.changes(*wanted)) * scale
    one = outcome.difference(*wanted)
    spread = np.linspace(-0.28, 0.28, len(changes)) if len(changes) > 1 else np.zeros(1)
    axes.axvline(0, color=look.ink, lw=1)
    axes.scatter(changes, spread, s=16, color=look.arms[0], alpha=0.75, lw=0, zorder=6)
    if one is not None and one.estimate.mean is not None:
        mean = one.estimate.mean * scale
        if one.estimate.low is not None and one.estimate.high is not None:
            axes.plot([one.estimate.low * scale, one.estimate.high * scale], [0, 0], color=look.arms[1], lw=3.5,
                      solid_capstyle="round", zorder=4)  # fmt: skip
        axes.scatter([mean], [0], marker="D", s=46, color=look.arms[1], zorder=5)
        said = number(about, one.estimate.mean, signed=True)
        axes.annotate(said, (1.0, 1.06), xycoords="axes fraction", ha="right", fontsize=10.5)
    reach = max(1e-9, float(np.abs(changes).max()), abs(_end(one, "low", scale)), abs(_end(one, "high", scale)))
    axes.set_xlim(-1.08 * reach, 1.08 * reach)
    axes.set_ylim(-0.6, 0.6)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.tick_params(labelsize=9)
    axes.set_title(_of_difference(about, look.words))


def _of_difference(about: Measure, t: Words) -> str:
    """A measure with the unit of a difference: that of shares is no share."""
    unit = t("result.points") if about.is_share else about.unit
    return about.name + (f" ({unit})" if unit else "")


def _end(one: Any, name: str, scale: float) -> float:
    value = getattr(one.estimate, name) if one is not None else None
    return 0.0 if value is None else float(value) * scale


def distribution(outcome: Outcome, kpi: str, service: str, look: Look, kind: Format = "svg") -> bytes:
    """By arm: the share of responses that had come by then; what was never served never comes.

    An incident counts once for each service that it needs.
    """
    from matplotlib.figure import Figure

    by_arm = waits(outcome.responses, kpi, service)
    about = measure(kpi, look.words.language)
    t = look.words
    with styled(look):
        figure = Figure(figsize=(7.6, 3.9), layout="constrained")
        axes = figure.subplots()
        longest = 1.0
        for place, label in enumerate(outcome.labels):
            values = by_arm.get(label, [])
            reached = np.sort([one for one in values if one is not None]) / 60.0
            if not len(reached):
                continue
            share = 100.0 * np.arange(1, len(reached) + 1) / len(values)
            told, colour = f"{arm(label, t.language)} (n = {len(values)})", look.arms[place % len(look.arms)]
            dashes = DASHES[place % len(DASHES)]
            axes.step([0.0, *reached], [0.0, *share], where="post", lw=2.2, ls=dashes, color=colour, label=told)
            longest = max(longest, float(np.quantile(reached, 0.98)))
        if not by_arm:
            nothing(axes, look)
        else:
            axes.set_xlim(0, longest * 1.15)
            axes.set_ylim(0, 101)
            axes.legend(loc="lower right")
        axes.grid(color=look.pale, lw=0.5, alpha=0.6)
        axes.set_title(about.name)
        axes.set_xlabel(t("figure.minutes"))
        axes.set_ylabel(t("figure.share_within"))
        return saved(figure, kind)


def nothing(axes: Axes, look: Look) -> None:
    axes.text(0.5, 0.5, look.words("figure.nothing"), transform=axes.transAxes, ha="center", va="center")


def ladder(found: dict[str, Any], kpi: str, look: Look, kind: Format = "svg") -> bytes:
    """What each reform does to a measure: alone, and when it is the last; with 95 % intervals."""
    from matplotlib.figure import Figure

    t = look.words
    rungs = [rung for rung in found["ladder"] if _does_something(rung, kpi)]
    folded = len(found["ladder"]) - len(rungs)
    about = measure(kpi, t.language)
    scale = 100.0 if about.is_share else 1.0
    kinds = [name for name in ("alone", "removed", "shapley") if any(rung[name].get(kpi) for rung in rungs)]
    with styled(look):
        figure = Figure(
            figsize=(8.4, 1.6 + 0.42 * max(1, len(rungs)) * max(1.0, len(kinds) * 0.6)), layout="constrained"
        )
        axes = figure.subplots()
        for place, name in enumerate(kinds):
            spots = np.arange(len(rungs)) + (place - (len(kinds) - 1) / 2) * 0.26
            cells = [rung[name].get(kpi) or {} for rung in rungs]
            means = [scale * cell["mean"] if cell.get("mean") is not None else np.nan for cell in cells]
            axes.barh(spots, means, 0.24, color=look.arms[place], label=t(f"figure.{name}"),
                      hatch=("", "//", "..")[place], edgecolor=look.ground)  # fmt: skip
            for spot, cell in zip(spots, cells, strict=True):
                low, high = cell.get("ci95") or (None, None)
                if low is not None and high is not None:
                    axes.plot([low * scale, high * scale], [spot, spot], color=look.ink, lw=1.1)
        axes.axvline(0, color=look.ink, lw=1)
        axes.set_yticks(range(len(rungs)), [_reform(rung, t) for rung in rungs])
        axes.invert_yaxis()
        axes.tick_params(axis="y", length=0)
        axes.set_title(_of_difference(about, t))
        if kinds:
            axes.legend(loc="best")
        if folded:
            axes.set_xlabel(t("figure.folded", count=folded))
        return saved(figure, kind)


def _does_something(rung: dict[str, Any], kpi: str) -> bool:
    """Whether a reform changes the measure in some run, in whatever way it is made."""
    cells = [rung[name].get(kpi) or {} for name in ("alone", "removed", "shapley")]
    return any(cell.get("mean") or any(cell.get("ci95") or ()) for cell in cells)


def _reform(rung: dict[str, Any], t: Words) -> str:
    ends = [option_name(rung["family"], str(rung[end]).partition(".")[0], t.language) for end in ("from", "to")]
    name = family(rung["family"], t.language)
    return f"{name}: {ends[0]} → {ends[1]}" if ends[0] != ends[1] else name


def cell_m(town: Map) -> float:
    """Width of the cells in which gains are gathered, m."""
    return max(300.0, float(np.ptp(town.roads.x)) / 34)


def won_map(town: Map, gains: list[Gain], look: Look, size_px: int = 1500) -> bytes:
    """Where response times were won (as a PNG): the larger the spot the more incidents, the stronger the longer."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import LinearSegmentedColormap, Normalize
    from matplotlib.figure import Figure

    from sim.city.backdrop import whole
    from sim.city.plot import draw_roads

    west, south, east, north = whole(town)
    wide, tall = east - west, north - south
    roads = "#33404d" if look.is_dark else "#d9dfe5"
    drawn = {name: (roads, width) for name, width in ROAD_WIDTHS.items()}
    scale = max(1.0, float(np.quantile([abs(one.seconds) for one in gains], 0.95)) / 60.0) if gains else 1.0
    middle = "#3a4653" if look.is_dark else "#e6eaee"
    hues = LinearSegmentedColormap.from_list("won", [look.arms[1], middle, look.arms[0]])
    with styled(look):
        figure = Figure(
            figsize=(size_px / 150, size_px / 150 * max(0.35, min(1.0, tall / wide)) + 0.7), layout="constrained"
        )
        axes = figure.subplots()
        draw_roads(town, axes, drawn, wider=1.0)
        shades = ScalarMappable(Normalize(-scale, scale), hues)
        colours = shades.to_rgba(np.array([one.seconds / 60.0 for one in gains]))
        sizes = [16 + 34 * np.sqrt(one.waits) for one in gains]
        axes.scatter([one.x for one in gains], [one.y for one in gains], c=colours, s=sizes, lw=0, alpha=0.9, zorder=5)
        axes.set_aspect("equal")
        axes.set_axis_off()
        axes.set_xlim(west - 0.02 * wide, east + 0.02 * wide)
        axes.set_ylim(south - 0.02 * tall, north + 0.02 * tall)
        if gains:
            bar = figure.colorbar(shades, ax=axes, orientation="horizontal", shrink=0.45, aspect=40, pad=0.02)
            bar.set_label(look.words("figure.minutes_won"))
            bar.outline.set_edgecolor(look.pale)
        return saved(figure, "png")
