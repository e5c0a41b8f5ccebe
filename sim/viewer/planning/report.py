"""An outcome as one HTML file in the language of the page, that needs nothing else."""

from __future__ import annotations

import base64
from pathlib import Path

from markupsafe import Markup, escape

from sim.core.errors import InputError
from sim.results.report import TEMPLATES
from sim.viewer.planning import figures
from sim.viewer.planning.figures import Look
from sim.viewer.planning.outcome import Outcome
from sim.viewer.planning.responses import KEPT, gains
from sim.viewer.planning.telling import Row, every_measure, footnote, rows, sentences
from sim.viewer.words import Words
from sim.viewer.words_model import arm as arm_name
from sim.viewer.words_model import scenario, town

PAGE = """<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title><style>{css}
table {{ border-collapse: collapse; }} td, th {{ padding: 3px 10px 3px 0; text-align: left; vertical-align: top; }}
td.n, th.n {{ text-align: right; white-space: nowrap; }} img {{ max-width: 100%; }}</style></head>
<body><main>{body}</main></body></html>
"""


def report(found: Outcome, a: str, b: str, t: Words) -> str:
    """The report as text."""
    made = found.comparison
    title = f"{scenario(made.scenario, t.language)[0]}: {arm_name(a, t.language)} → {arm_name(b, t.language)}"
    parts = [_tag("h1", title), _tag("p", scenario(made.scenario, t.language)[1])]
    line = t("found.line", town=town(made.town, t.language), runs=len(made.seeds), planned=made.planned)
    parts += [_tag("p", line), *([_tag("p", t("found.partial"))] if found.is_partial else [])]
    parts += [_tag("h2", t("found.named"))]
    parts += [_tag("p", text) for _, text in sentences(found, a, b, t)]
    parts += [_table(rows(found, a, b, list(found.named), t), a, b, t), *_pictures(found, a, b, t)]
    parts += [_tag("h2", t("found.everything")), _table(rows(found, a, b, every_measure(found, t, ""), t), a, b, t)]
    css = Markup((Path(TEMPLATES) / "report.css").read_text(encoding="utf-8"))
    return str(Markup(PAGE).format(language=t.language, title=title, css=css, body=Markup("\n").join(parts)))


def _pictures(found: Outcome, a: str, b: str, t: Words) -> list[Markup]:
    look = Look(t, is_dark=False)
    parts = [_tag("h2", t("found.paired", a=arm_name(a, t.language), b=arm_name(b, t.language)))]
    parts.append(_image(figures.paired(found, a, b, look), t("found.paired_alt")))
    if found.ladder is not None and found.ladder["ladder"]:
        parts += [_tag("h2", t("found.ladder"))]
        parts += [_image(figures.ladder(found.ladder, found.named[0], look), t("found.ladder_alt"))]
    if found.responses:
        parts += [_tag("h2", t("found.distribution"))]
        parts += [_image(figures.distribution(found, KEPT[0], "", look), t("found.distribution_alt"))]
        parts += _won(found, a, b, look)
    return parts


def _won(found: Outcome, a: str, b: str, look: Look) -> list[Markup]:
    from sim.city.store import find_map

    try:
        ground = find_map(found.comparison.town)
    except InputError:
        return []
    drawn = figures.won_map(ground, gains(found.responses, a, b, figures.cell_m(ground), found.horizon_s), look)
    note = look.words("shell.schematic") if ground.is_schematic else ground.attribution
    return [_tag("h2", look.words("found.won")), _image(drawn, look.words("found.won"), "png"), _tag("p", note)]


def _table(found: list[Row], a: str, b: str, t: Words) -> Markup:
    heads = (t("found.measure"), arm_name(a, t.language), arm_name(b, t.language), t("found.difference"),
             t("found.interval"), t("found.p"))  # fmt: skip
    head = Markup("").join(_cell("th", one, place) for place, one in enumerate(heads))
    lines = [
        Markup("<tr>{}</tr>").format(Markup("").join(
            _cell("td", one, place)
            for place, one in enumerate((row.measure.title, row.before, row.after, row.change, row.reach, row.p))
        ))
        for row in found
    ]  # fmt: skip
    note = footnote([row.measure for row in found], t)
    whole = Markup("<table><tr>{}</tr>{}</table>").format(head, Markup("").join(lines))
    return whole + (_tag("p", note) if note else Markup(""))


def _cell(name: str, text: str, place: int) -> Markup:
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(name), Markup(' class="n"') if place else "", text)


def _tag(name: str, text: str) -> Markup:
    return Markup("<{0}>{1}</{0}>").format(Markup(name), escape(text))


def _image(drawn: bytes, described: str, kind: str = "svg+xml") -> Markup:
    source = f"data:image/{kind};base64,{base64.b64encode(drawn).decode()}"
    return Markup('<img src="{}" alt="{}">').format(source, described)
