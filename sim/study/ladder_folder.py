"""A ladder as JSON, as rows, and as a folder of files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from sim.study import robust_words
from sim.study.folder import Folder, write_doubts
from sim.study.ladder_words import sentences
from sim.study.measures import measure
from sim.study.report import Told, render
from sim.study.rungs import COSTS, Effect, Effects, Ladder, Rung

HEADS = (
    "family", "from", "to", "numbers", "effect", "kpi", "unit", "role", "mean", "ci95_low", "ci95_high", "n", "p_holm",
    "told_from_nothing", "assumed",
)  # fmt: skip


def to_json(found: Ladder) -> dict[str, Any]:
    """What `--json` prints: the comparison of start and goal, how the ladder was climbed, and its rungs."""
    method = {
        "from": found.start.label,
        "to": found.goal.label,
        "order": [rung.reform.family for rung in found.rungs],
        "order_by": "effect alone, best first" if found.by_effect else "as asked",
        "shapley": None if found.orders is None else {"exact": found.orders == 0, "permutations": found.orders},
        "numbers_are_equal": found.numbers_are_equal,
        "arms": list(found.arms),
        "costs": list(COSTS),
        "runs": len(found.replications),
        "partial": found.is_partial,
    }
    rungs = [_rung(rung) for rung in found.rungs] if found.comparison.seeds else []
    made = {**found.comparison.to_json(), "method": method, "ladder": rungs, "sentences": sentences(found)}
    if found.robustness is not None:
        made["robust"] = robust_words.to_json(found.robustness)
    return made


def _rung(rung: Rung) -> dict[str, Any]:
    reform = rung.reform
    ends = {"family": reform.family, "from": reform.before, "to": reform.after}
    own: dict[str, Any] = {kind: _cells(effects) for kind, effects in rung.effects.items()}
    bare = _held(rung.mechanism)
    assumed = [
        {"effect": kind, "kpi": kpi}
        for kind in rung.effects
        for kpi in rung.effects[kind]
        if rung.is_assumed(kind, kpi)
    ]
    control = {"resources": dict(reform.resources), "control": _cells(rung.control)} if reform.resources else {}
    empty: dict[str, Any] = {"alone": {}, "removed": {}, "mechanism_only": bare, "cumulative": {}, "shapley": {}}
    return {**ends, **empty, **own, "assumed": assumed, **control}


def _held(effects: Effects) -> dict[str, Any]:
    """By KPI the effect alone, and the other kinds beside it."""
    cells = {kind: _cells(found) for kind, found in effects.items()}
    alone = cells.pop("alone")
    return {kpi: {**cell, **{kind: found[kpi] for kind, found in cells.items()}} for kpi, cell in alone.items()}


def _cells(effects: Mapping[str, Effect]) -> dict[str, Any]:
    return {kpi: _cell(effect) for kpi, effect in effects.items()}


def _cell(effect: Effect) -> dict[str, Any]:
    found = effect.estimate
    ends = [found.low, found.high]
    return {"mean": found.mean, "ci95": ends, "n": found.n, "role": effect.role, "p_holm": effect.p_holm}


def to_csv(found: Ladder) -> str:
    """Every effect as a row."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADS)
    if found.comparison.seeds:
        writer.writerows(_rows(found))
    return text.getvalue()


def _rows(found: Ladder) -> Iterator[tuple[object, ...]]:
    for rung in found.rungs:
        for numbers, effects in (("bundles", rung.effects), ("mechanism_only", rung.mechanism)):
            for kind, by_kpi in effects.items():
                for kpi, effect in by_kpi.items():
                    is_assumed = numbers == "bundles" and rung.is_assumed(kind, kpi)
                    yield (*_ends(rung), numbers, kind, *_values(effect), is_assumed)
        for effect in rung.control.values():
            yield (*_ends(rung), "bundles", "control", *_values(effect), False)


def _ends(rung: Rung) -> tuple[str, str, str]:
    return rung.reform.family, rung.reform.before, rung.reform.after


def _values(effect: Effect) -> tuple[object, ...]:
    found = effect.estimate
    words = (effect.kpi, measure(effect.kpi).unit, effect.role)
    return (*words, found.mean, found.low, found.high, found.n, effect.p_holm, effect.is_told)


def write_ladder(folder: Folder, found: Ladder) -> None:
    """JSON, rows, a picture, and the KPIs of every single run."""
    comparison = found.comparison
    folder.write("scenario.toml", comparison.scenario.to_toml())
    folder.write("ladder.json", to_json(found))
    folder.write("ladder.csv", to_csv(found))
    runs = [
        {"arm": r.label, "seed": r.seed, "log_sha256": r.log_sha256, "events": r.events, "kpis": r.kpis}
        for r in found.replications
    ]
    folder.write("runs.json", {"runs": runs})
    if comparison.seeds:
        from sim.study.ladder_plot import plot_ladder

        with folder.kept():
            plot_ladder(found, folder.path / "ladder.png")
        title = f"{comparison.scenario.title or comparison.scenario.name}: {found.start.label} → {found.goal.label}"
        picture = (folder.path / "ladder.png").read_bytes()
        told = Told("ladder", title, sentences(found), found.robustness, found.is_partial, picture)
        folder.write("report.html", render(comparison, told))
    write_doubts(folder, found.robustness)
    about = {"seeds": list(comparison.seeds), "map": {"name": comparison.town}}
    folder.mark("partial" if found.is_partial else "complete", **about)
