"""The report of a comparison or a ladder: one HTML file that needs nothing else."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from sim.results.report import TEMPLATES as LOOKS
from sim.study import robust_words
from sim.study.comparing import Comparison, Difference
from sim.study.measures import measure, readable
from sim.study.robust import Robustness
from sim.study.sentences import p_text

TEMPLATES = Path(__file__).parent / "templates"
NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Told:
    """What a study says: in which sort of study, under which title, in which sentences, and with which picture."""

    sort: str  # 'comparison', 'ladder'
    title: str
    sentences: Sequence[str]
    robustness: Robustness | None
    is_partial: bool
    picture: bytes = b""  # a PNG; none if empty


def render(found: Comparison, told: Told) -> str:
    """The report as text."""
    page = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    page.trim_blocks = page.lstrip_blocks = True
    doubts = told.robustness
    return page.get_template("study.html").render(
        css=Markup((LOOKS / "report.css").read_text(encoding="utf-8")),
        sort=told.sort,
        title=told.title,
        partial=told.is_partial,
        runs=len(found.seeds),
        planned=found.planned,
        scenario=found.scenario.name,
        town=found.town,
        town_note=found.town_note,
        arms=found.labels,
        sentences=told.sentences,
        picture=f"data:image/png;base64,{base64.b64encode(told.picture).decode()}" if told.picture else "",
        doubts=robust_words.sentences(doubts) if doubts else [],
        hinges=list(_hinges(doubts)) if doubts else [],
        named=[_named(found, one) for one in found.differences if one.role != "exploratory"],
    )


def _hinges(found: Robustness) -> Iterator[dict[str, Any]]:
    for claim in found.claims.values():
        for swing in found.hinges(claim):
            number = swing.number
            yield {
                "conclusion": f"{measure(claim.kpi).title}, {claim.contrast}: {robust_words.size(claim)}",
                "number": number.path,
                "value": f"{readable(number.value)} {number.unit}",
                "at": f"{readable(swing.value)} {number.unit}",
                "then": robust_words.size(swing.claims[claim.contrast, claim.kpi]),
                "source": number.source,
            }


def _named(found: Comparison, one: Difference) -> dict[str, str]:
    about, estimate = measure(one.kpi), one.estimate
    levels = [found.summary(label, one.kpi).mean for label in (one.a, one.b)]
    before, after = (NOTHING if level is None else about.level(level) for level in levels)
    change = NOTHING if estimate.mean is None else f"{'+' if estimate.mean > 0 else ''}{about.change(estimate.mean)}"
    has_reach = estimate.low is not None and estimate.high is not None
    return {
        "title": about.title,
        "role": one.role,
        "arms": f"{one.a} → {one.b}",
        "before": before,
        "after": after,
        "change": change,
        "reach": f"{about.number(estimate.low or 0)} to {about.number(estimate.high or 0)}" if has_reach else NOTHING,
        "p": p_text(one.p_holm).removeprefix("= "),
    }
