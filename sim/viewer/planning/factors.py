"""Runs of several folders as one table: what was set in each, and what was measured; any measure against any factor."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from sim.core.errors import InputError
from sim.study.statistics import paired
from sim.viewer import csv_tables, roots
from sim.viewer.planning.figures import Look, nothing, saved, styled
from sim.viewer.planning.outcome import read_json, read_scenario
from sim.viewer.words_model import arm, family, measure, option_name, plain, setting

MOST_RUNS = 20_000
FIRST = ("arm", "seed", "scenario", "folder", "map", "scale")
"""Factors that every run has."""


@dataclass(frozen=True)
class RunRow:
    """One run: factors by name, measures by key."""

    factors: Mapping[str, Any]
    kpis: Mapping[str, float | None]


def table(names: Iterable[str]) -> list[RunRow]:
    """The runs of folders within the results; a folder that cannot be read is left out."""
    rows: list[RunRow] = []
    for name in names:
        try:
            rows += _folder(name)
        except InputError:
            continue
    return rows[:MOST_RUNS]


def _folder(name: str) -> list[RunRow]:
    folder = roots.inside(name)
    manifest = read_json(folder / "manifest.json")
    plain_scenario = read_scenario(folder).plain()
    town = manifest.get("map")
    base = {
        "scenario": str(plain_scenario.get("name", "")), "folder": name, "scale": manifest.get("scale"),
        "map": str(town.get("name") if isinstance(town, dict) else town or plain_scenario.get("map", "")),
        **_numbers(plain_scenario),
    }  # fmt: skip
    settings = {str(one["label"]): _settings(one.get("settings", {})) for one in manifest.get("policies", [])}
    if (folder / "runs.json").is_file():
        runs = read_json(folder / "runs.json").get("runs", [])
    else:
        label = next(iter(settings), "")
        runs = [{"arm": label, "seed": manifest.get("seed"), "kpis": read_json(folder / "kpis.json")}]
    return [
        RunRow({"arm": str(run["arm"]), "seed": run["seed"], **base, **settings.get(str(run["arm"]), {})}, run["kpis"])
        for run in runs
    ]


def _numbers(scenario: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers of a scenario that a study may vary."""
    found = {}
    for part in ("background", "resources"):
        for key, value in scenario.get(part, {}).items():
            if isinstance(value, int | float) and not isinstance(value, bool):
                found[f"{part}.{key}"] = value
            elif isinstance(value, Mapping):
                found |= {f"{part}.{key}.{inner}": number for inner, number in value.items()}
    return found


def _settings(policies: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for name, chosen in policies.items():
        found[name] = chosen.get("kind", "")
        found |= {f"{name}.{key}": value for key, value in chosen.items() if key != "kind"}
    return found


def factors(rows: Sequence[RunRow]) -> list[str]:
    """What can be plotted against: what differs among the runs, and the arm and the seed in any case."""
    names = list(dict.fromkeys([*FIRST, *(name for row in rows for name in row.factors)]))
    return [name for name in names if name in ("arm", "seed") or len({str(row.factors.get(name)) for row in rows}) > 1]


def factor_name(name: str, look: Look) -> str:
    """A factor in words."""
    t = look.words
    head, _, rest = name.partition(".")
    if name in FIRST:
        return t(f"factor.{name}")
    if head in ("background", "resources"):
        return t.known_or(f"plan.{rest}", rest)
    return f"{family(head, t.language)}: {setting(rest, t.language)}" if rest else family(head, t.language)


def value_name(factor: str, value: Any, look: Look) -> str:
    """A value of a factor in words."""
    language = look.words.language
    if value is None:
        return "–"
    if factor == "arm":
        return arm(str(value), language)
    if isinstance(value, str) and "." not in factor and factor not in FIRST:
        return option_name(factor, value, language)
    return plain(str(value)) if isinstance(value, str) and factor not in FIRST else str(value)


def measures(rows: Sequence[RunRow], search: str, look: Look, most: int = 200) -> list[str]:
    """Measures that the runs have and a search finds."""
    bare = search.strip().casefold()
    keys = dict.fromkeys(key for row in rows for key, value in row.kpis.items() if value is not None)
    return [key for key in keys if not bare or bare in key.casefold()
            or bare in measure(key, look.words.language).name.casefold()][:most]  # fmt: skip


class Asked(NamedTuple):
    """What is plotted: a measure against a factor, perhaps with a colour for another."""

    kpi: str
    factor: str
    colour: str = ""


def plot(rows: Sequence[RunRow], asked: Asked, look: Look, kind: str = "svg") -> bytes:
    """Every run as a dot; over the values of a factor that is not a number their mean and its 95 % interval."""
    from matplotlib.figure import Figure

    about = measure(asked.kpi, look.words.language)
    scale = 100.0 if about.is_share else 1.0
    points = [(row.factors.get(asked.factor), row.factors.get(asked.colour) if asked.colour else "", scale * value)
              for row in rows if (value := row.kpis.get(asked.kpi)) is not None]  # fmt: skip
    with styled(look):
        figure = Figure(figsize=(8.6, 4.6), layout="constrained")
        axes = figure.subplots()
        groups = list(dict.fromkeys(str(colour) for _, colour, _ in points))
        is_numeric = _is_numeric([x for x, _, _ in points])
        for number, group in enumerate(groups):
            own = [(x, y) for x, colour, y in points if str(colour) == group]
            shown = value_name(asked.colour, group, look) if asked.colour else None
            if is_numeric:
                _scatter(axes, own, number, shown, look)
            else:
                _strips(axes, own, (number, len(groups)), shown, asked.factor, look, points)
        if not points:
            nothing(axes, look)
        if len(groups) > 1:
            axes.legend(title=factor_name(asked.colour, look))
        axes.grid(axis="y", color=look.pale, lw=0.5, alpha=0.6)
        axes.set_xlabel(factor_name(asked.factor, look))
        axes.set_title(about.title + (f" ({about.unit})" if about.unit else ""))
        return saved(figure, kind)  # type: ignore[arg-type]


def _is_numeric(values: Sequence[Any]) -> bool:
    numbers = [one for one in values if isinstance(one, int | float) and not isinstance(one, bool)]
    return bool(values) and len(numbers) == len(values) and len(set(numbers)) > 2


def _scatter(axes: Any, own: Sequence[tuple[Any, float]], number: int, shown: str | None, look: Look) -> None:
    colour = look.arms[number % len(look.arms)]
    axes.scatter([x for x, _ in own], [y for _, y in own], s=22, color=colour, alpha=0.75, lw=0, label=shown,
                 marker="os^Dv*"[number % 6])  # fmt: skip


def _strips(
    axes: Any, own: Sequence[tuple[Any, float]], place: tuple[int, int], shown: str | None, factor: str, look: Look,
    points: Sequence[tuple[Any, Any, float]],
) -> None:  # fmt: skip
    levels = list(dict.fromkeys(x for x, _, _ in points))
    colour = look.arms[place[0] % len(look.arms)]
    shift = (place[0] - (place[1] - 1) / 2) * 0.7 / max(1, place[1])
    for spot, level in enumerate(levels):
        values = np.array([y for x, y in own if x == level])
        if not len(values):
            continue
        spread = np.linspace(-0.12, 0.12, len(values)) / max(1, place[1]) if len(values) > 1 else np.zeros(1)
        axes.scatter(spot + shift + spread, values, s=15, color=colour, alpha=0.5, lw=0)
        mean, half = float(values.mean()), _half(values)
        axes.errorbar([spot + shift], [mean], yerr=[half], color=colour, marker="os^Dv*"[place[0] % 6], ms=8, capsize=4,
                      lw=2, label=shown if level == levels[0] else None)  # fmt: skip
    axes.set_xticks(range(len(levels)), [value_name(factor, level, look) for level in levels])
    axes.set_xlim(-0.6, len(levels) - 0.4)


def _half(values: np.ndarray) -> float:
    """Half of the 95 % interval of a mean; nothing of one run."""
    estimate = paired([0.0] * len(values), values.tolist())
    if estimate.low is None or estimate.high is None:
        return 0.0
    return (estimate.high - estimate.low) / 2


def to_csv(rows: Sequence[RunRow], kpis: Sequence[str]) -> str:
    """Runs as rows: factors, and the measures that are asked for."""
    names = list(dict.fromkeys(name for row in rows for name in row.factors))
    told = (
        [*(row.factors.get(name) for name in names), *(_number(row.kpis.get(key)) for key in kpis)] for row in rows
    )
    return csv_tables.to_csv([*names, *kpis], told)


def _number(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
