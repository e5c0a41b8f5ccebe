"""How drawings of results speak on a page: stages of a delay, durations, values of measures."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

from sim.results.definitions import KPIS
from sim.results.figures import ENGLISH, Wording
from sim.results.figures_time import LATE
from sim.results.kpis import Value
from sim.results.report_tables import shown
from sim.viewer.words import CATALOGUES, Language, Words
from sim.viewer.words_model import event
from sim.viewer.words_values import duration_zh


@cache
def delay_words() -> dict[str, dict[str, Any]]:
    """What is in `delays_zh.toml`."""
    return tomllib.loads((CATALOGUES / "delays_zh.toml").read_text(encoding="utf-8"))


def wording(language: Language) -> Wording:
    """How bars of delays speak."""
    if language == "en":
        return ENGLISH
    labels, figure = delay_words()["label"], delay_words()["figure"]
    return Wording(
        label=lambda name: str(labels[name][0]),
        meaning=lambda name: str(labels[name][1]),
        duration=duration_zh,
        ended=lambda kind: str(figure["ended"]).format(event=event(kind, "zh")),
        title=str(figure["title"]),
    )


def called(t: Words, *ways: str) -> dict[str, str]:
    """What lines of a drawing are called, and its remark."""
    names = {way: t.known_or(f"review.{way}", way) for way in ways}
    return names | ({LATE: str(delay_words()["figure"]["late"])} if t.language == "zh" else {})


def value_shown(key: str, value: Value, language: Language) -> str:
    """A measure's value with its unit."""
    if language == "en" or value is None:
        return shown(key, value)
    match KPIS[key].unit:
        case "s":
            return duration_zh(value)
        case "min":
            return f"{value:,.1f} 分钟"
    return shown(key, value)
