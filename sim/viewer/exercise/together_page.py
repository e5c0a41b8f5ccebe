"""Branches side by side, in words and drawings, and as rows of tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from sim.core.quantities import clock_text
from sim.results import figures
from sim.results.figures_time import shares
from sim.viewer.exercise.comparing import KpiLine, falls
from sim.viewer.exercise.fall_key import fall_key
from sim.viewer.exercise.happenings import Happening, of_record
from sim.viewer.exercise.together import Parting, Together
from sim.viewer.words import Language, Words
from sim.viewer.words_figures import called, value_shown, wording
from sim.viewer.words_model import department, measure

Tell = Callable[[Happening, Language], str]
"""What happened, as a sentence."""


def branch_name(name: str, t: Words) -> str:
    """The names that branches get by themselves, in the language."""
    if name == "main":
        return t("exercise.main_branch")
    return t("exercise.branch_n", n=name.removeprefix("branch ")) if name.startswith("branch ") else name


def content(found: Together, start_s: int, t: Words, tell: Tell) -> dict[str, Any]:
    """All that a page shows of it; each branch has a number, by which drawings name it."""
    names = [branch_name(name, t) for name in found.chosen.names]
    return {
        "names": names,
        "text": t("together.text", clock=clock_text(start_s + found.chosen.until)),
        "partings": [_parting(one, names, start_s, t) for one in found.partings],
        "kpis": [kpi_told(one, t.language) for one in found.kpis],
        "ways": found.chosen.names,
        "own": [(name, _own(found, number, start_s, t, tell)) for number, name in enumerate(names)],
        "falls": [(name, _bars(found, name, t)) for name in found.incidents],
        "curves": [(name, drawn) for name, drawn in _curves(found, start_s, t) if drawn],
    }  # fmt: skip


def kpi_told(line: KpiLine, language: Language) -> KpiLine:
    """A measure in the language of the page."""
    text = measure(line.key, language)
    texts = tuple(value_shown(line.key, one, language) for one in line.values)
    return replace(line, name=text.title, sentence=text.sentence, texts=texts)


def _parting(one: Parting, names: Sequence[str], start_s: int, t: Words) -> str:
    pair = {"one": names[one.one], "other": names[one.other]}
    parted = t("together.parted", **pair, clock=clock_text(start_s + (one.parted_t or 0)))
    if one.differ_t is None:
        return t("together.same", parted=parted)
    return t("together.differ", parted=parted, clock=clock_text(start_s + one.differ_t))


def _own(found: Together, number: int, start_s: int, t: Words, tell: Tell) -> list[tuple[str, str, str]]:
    """When, who, what, of each command that not all of the others have."""
    return [
        (clock_text(start_s + one.t), one.by, tell(of_record(one), t.language)) for one in found.own[number]
    ]  # fmt: skip


def _bars(found: Together, incident: str, t: Words) -> Markup:
    rows = [
        (f"{department(fall.service, t.language) if t.language == 'zh' else fall.service} · {number + 1}",
         fall.parts, fall.finished)
        for number, fall in falls(found.ways, incident)
    ]  # fmt: skip
    words = wording(t.language)
    return figures.bars(rows, words) + fall_key(rows, words, t) if rows else Markup("")


def _curves(found: Together, start_s: int, t: Words) -> list[tuple[str, Markup]]:
    end = max(one.line.window[1] for one in found.ways)
    drawn = []
    for name, each in found.curves.items():
        series = {str(number): points for number, points in enumerate(each, 1)}
        drawn.append((name, shares(series, start_s, t(f"review.{name}"), end, called(t)) if any(each) else Markup("")))
    return drawn


# --- tables

Rows = tuple[tuple[str, ...], list[tuple[object, ...]]]
"""Heads, and rows under them."""


def tables(found: Together, start_s: int, language: Language, tell: Tell) -> dict[str, Rows]:
    """Measures of each branch, and what each was told that not all of the others were."""
    names, t = found.chosen.names, Words(language)
    measures = [(one.key, measure(one.key, language).name, *one.values, one.best) for one in found.kpis]
    commands = [
        (name, one.t, clock_text(start_s + one.t), one.by, one.seat, tell(of_record(one), t.language))
        for name, records in zip(names, found.own, strict=True)
        for one in records
    ]
    parted = [(names[one.one], names[one.other], one.parted_t, one.differ_t) for one in found.partings]
    return {
        "branches.csv": (("branch", "other", "parted_s", "logs_differ_s"), list(parted)),
        "branch-measures.csv": (("key", "name", *names, "better"), list(measures)),
        "branch-commands.csv": (("branch", "t_s", "clock", "who", "seat", "what"), list(commands)),
    }
