"""What the colours of a waterfall mean, and its slices in words: beside the drawing, for who cannot hover or see it."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from sim.results.figures import Wording, style
from sim.results.waterfall import Part
from sim.viewer.words import Words

Fall = tuple[str, Sequence[Part], bool]
"""Name, parts, whether the effect came."""

_SWATCH = Markup(
    '<svg class="swatch" width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">'
    '<rect class="part {}" x="0" y="0" width="14" height="14"/></svg>'
)


def fall_key(falls: Sequence[Fall], words: Wording, t: Words) -> Markup:
    """A legend of the stages that are drawn, in their order; and all slices as a table."""
    stages = list(dict.fromkeys(part.label for _, parts, _ in falls for part in parts))
    entry = Markup('<li title="{}">{} {}</li>')
    legend = Markup("").join(
        entry.format(words.meaning(one), _SWATCH.format(style(one)), words.label(one)) for one in stages
    )
    return Markup('<ul class="fall-key">{}</ul><details class="fall-table"><summary>{}</summary>{}</details>').format(
        legend, t("review.slices"), _table(falls, stages, words, t)
    )


def _table(falls: Sequence[Fall], stages: Sequence[str], words: Wording, t: Words) -> Markup:
    cell, head = Markup("<td>{}</td>"), Markup('<th scope="col">{}</th>')
    heads = Markup("").join(head.format(one) for one in (t("review.stage"), *(name for name, _, _ in falls)))
    rows = []
    for stage in stages:
        first = Markup("<td><b>{}</b>: {}</td>").format(words.label(stage), words.meaning(stage))
        told = []
        for _, parts, _ in falls:
            own = [part.ms / 1000 for part in parts if part.label == stage]
            told.append(words.duration(sum(own)) if own else "–")
        rows.append(first + Markup("").join(cell.format(one) for one in told))
    body = Markup("").join(Markup("<tr>{}</tr>").format(row) for row in rows)
    return Markup('<table class="ld-table"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>').format(heads, body)
