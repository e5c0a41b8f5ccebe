"""Branches side by side, as a part of the page of a review."""

from __future__ import annotations

from typing import Any

from sim.viewer.pages.parts_html import heading, paragraph, put, table, tag
from sim.viewer.words import Words


def section(title: str, text: str = "") -> None:
    heading(title, 2, ["lx-section"])
    if text:
        paragraph(text, ["ld-muted"])


def together(found: dict[str, Any], t: Words) -> None:
    """What sets branches apart; drawings name them by number."""
    names = [f"{number} · {name}" for number, name in enumerate(found["names"], 1)]
    section(t("together.title"), found["text"])
    keys = [tag("li", tag("span", class_=f"lx-key s-{number}"), name) for number, name in enumerate(names, 1)]
    put(tag("ul", *keys, class_="lx-keys-list"), ["lx-together"])
    put(tag("ul", *(tag("li", one) for one in found["partings"])), ["lx-partings"])
    heading(t("together.own"), 3)
    for name, (_, rows) in zip(names, found["own"], strict=True):
        heading(name, 4)
        if rows:
            put(table((t("review.time"), t("review.who"), t("review.what")), rows), ["ld-scroll"])
        else:
            paragraph(t("together.own_none"), ["ld-muted"])
    heading(t("together.measures"), 3)
    if found["kpis"]:
        put(_measures(found, names, t), ["ld-scroll", "lx-measures"])
    else:
        paragraph(t("review.none_counted"), ["ld-muted"])
    heading(t("review.delays"), 3)
    falls(found["falls"], t)
    heading(t("review.pictures"), 3)
    for key, drawn in found["curves"]:
        paragraph(t(f"review.{key}"), ["ld-muted"])
        put(drawn, ["lx-paper"])


def _measures(found: dict[str, Any], names: list[str], t: Words) -> Any:
    lines = []
    for one in found["kpis"]:
        cells = [
            tag("b", text, title=t("review.better"), class_="lx-best") if one.best == way else text
            for way, text in zip(found["ways"], one.texts, strict=True)
        ]
        lines.append((tag("span", one.name, title=one.sentence), *cells))
    return table((t("review.measure"), *names), lines, "", len(names))


def falls(found: list[tuple[str, Any]], t: Words) -> None:
    """The waterfalls of each incident, or that nobody was needed there."""
    for incident, bars in found:
        heading(str(incident), 4)
        if bars:
            put(bars, ["lx-paper"])
        else:
            paragraph(t("review.nobody_needed"), ["ld-muted"])
