"""What a study found: sentences, tables, pictures, and files to take away."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import solara
import solara.lab
from markupsafe import Markup

from sim.city.map import Map
from sim.core.errors import InputError
from sim.viewer import roots
from sim.viewer.pages import plan_state as state
from sim.viewer.pages.parts_fields import ChoiceField, TextField
from sim.viewer.pages.parts_html import heading, paragraph, picture, put, table, tag
from sim.viewer.pages.parts_preferences import words
from sim.viewer.planning import figures, outcome
from sim.viewer.planning.figures import Look
from sim.viewer.planning.outcome import Outcome
from sim.viewer.planning.report import report
from sim.viewer.planning.responses import KEPT, gains
from sim.viewer.planning.telling import every_measure, footnote, rows, sentences
from sim.viewer.words import Words
from sim.viewer.words_errors import error_text
from sim.viewer.words_model import arm as arm_name
from sim.viewer.words_model import department, measure, scenario
from sim.viewer.words_model import town as town_title

MOST_ROWS = 60
MARKS = {"better": "▲", "worse": "▼", "other": "◆", "open": "·"}


@lru_cache(maxsize=4)
def _loaded(path: Path, changed: float) -> Outcome:
    return outcome.load(path)


def outcome_of(name: str) -> Outcome:
    """The study of a folder within the results."""
    path = roots.inside(name)
    manifest = path / "manifest.json"
    return _loaded(path, manifest.stat().st_mtime if manifest.is_file() else 0.0)


def studies() -> list[str]:
    """Folders of comparisons and ladders, the newest first."""
    return [name for name in roots.found() if (roots.inside(name) / "runs.json").is_file()]


@solara.component
def ResultsTab() -> None:
    """Choose a study; see what it found."""
    t = words()
    names = studies()
    name = state.shown.value if state.shown.value in names else (names[0] if names else "")
    with solara.Div(classes=["ld-results"]):
        if not name:
            paragraph(t("found.none"), ["ld-muted"])
            return
        with solara.Div(classes=["ld-pick-study"]):
            ChoiceField(t("found.study"), name, {one: one for one in names}, state.shown.set)
        Found(name).key(name)


@solara.component
def Found(name: str) -> None:
    """One study."""
    t = words()
    pair, set_pair = solara.use_state(0)
    try:
        found = outcome_of(name)
    except InputError as wrong:
        paragraph(error_text(str(wrong), t.language), ["ld-bad"])
        return
    a, b = found.pairs[min(pair, len(found.pairs) - 1)]
    names = {str(k): f"{arm_name(x, t.language)} → {arm_name(y, t.language)}" for k, (x, y) in enumerate(found.pairs)}
    with solara.Div():
        Title(found)
        if len(names) > 1:
            with solara.Div(classes=["ld-pick-study"]):
                ChoiceField(t("found.pair"), str(pair), names, lambda key: set_pair(int(key)))
        Downloads(found, a, b)
        with solara.Div(classes=["ld-columns"]):
            with solara.Div():
                Told(found, a, b)
                Paired(found, a, b)
                if found.ladder is not None and found.ladder["ladder"]:
                    Steps(found, found.ladder, list(found.ladder["ladder"][0]["alone"]))
            with solara.Div():
                if found.responses:
                    Distribution(found)
                    town = state.town_named(found.comparison.town)
                    if town is not None:
                        Won(found, a, b, town)
        Everything(found, a, b)


@solara.component
def Title(found: Outcome) -> None:
    """Of which scenario, how many runs."""
    t = words()
    made = found.comparison
    heading(scenario(made.scenario, t.language)[0], 1)
    words_of = t("found.line", town=town_title(made.town, t.language), runs=len(made.seeds), planned=made.planned)
    paragraph(words_of, ["ld-muted"])
    if found.is_partial:
        paragraph(t("found.partial"), ["ld-warn"])


@solara.component
def Told(found: Outcome, a: str, b: str) -> None:
    """What can be said of the measures that were named beforehand, and the numbers."""
    t = words()
    with solara.Div(classes=["ld-panel"]):
        heading(t("found.named"))
        for way, text in sentences(found, a, b, t):
            put(tag("p", tag("span", MARKS[way], class_=f"ld-way is-{way}"), text, class_="ld-told"))
        put(named_table(found, a, b, list(found.named), t), ["ld-scroll"])


def named_table(found: Outcome, a: str, b: str, kpis: list[str], t: Words) -> Markup:
    """Measures as a table."""
    heads = [t("found.measure"), arm_name(a, t.language), arm_name(b, t.language), t("found.difference"),
             t("found.interval"), t("found.p")]  # fmt: skip
    found_rows = rows(found, a, b, kpis, t)
    body = [
        (tag("span", one.measure.title, title=one.measure.sentence), one.before, one.after,
         tag("span", one.change, class_=f"ld-change is-{one.verdict}"), one.reach, one.p)
        for one in found_rows
    ]  # fmt: skip
    note = footnote([one.measure for one in found_rows], t)
    return table(heads, body, numeric=5) + (tag("p", note, class_="ld-footnote") if note else "")


def _look(t: Words) -> Look:
    return Look(t, bool(solara.lab.use_dark_effective()))


@solara.component
def Paired(found: Outcome, a: str, b: str) -> None:
    """Differences run by run."""
    t = words()
    look = _look(t)
    svg = solara.use_memo(lambda: figures.paired(found, a, b, look), [found, a, b, look])
    with solara.Div(classes=["ld-panel"]):
        heading(t("found.paired", a=arm_name(a, t.language), b=arm_name(b, t.language)))
        put(picture(svg, t("found.paired_alt")))
        paragraph(t("found.paired_hint"), ["ld-muted"])
        Picture(
            lambda: figures.paired(found, a, b, Look(t, is_dark=False), "png"), f"{found.folder.name}-differences.png"
        )


@solara.component
def Picture(draw: object, name: str) -> None:
    """A picture to take away, light, as a PNG."""
    t = words()
    with solara.FileDownload(draw, filename=name, mime_type="image/png"):
        solara.Button(t("found.png"), icon_name="mdi-download-outline", text=True, classes=["ld-small"])


@solara.component
def Distribution(found: Outcome) -> None:
    """How long incidents waited."""
    t = words()
    look = _look(t)
    kpi, set_kpi = solara.use_state(KEPT[0])
    service, set_service = solara.use_state("")
    kept = {one.measure for one in found.responses}
    services = sorted({one.service for one in found.responses})
    svg = solara.use_memo(lambda: figures.distribution(found, kpi, service, look), [found, kpi, service, look])
    with solara.Div(classes=["ld-panel"]):
        heading(t("found.distribution"))
        with solara.Div(classes=["ld-row"]):
            ChoiceField(
                t("found.measure"), kpi, {one: measure(one, t.language).name for one in KEPT if one in kept}, set_kpi
            )
            all_services = {"": t("found.all_services")} | {one: department(one, t.language) for one in services}
            ChoiceField(t("found.service"), service, all_services, set_service)
        put(picture(svg, t("found.distribution_alt")))
        Picture(
            lambda: figures.distribution(found, kpi, service, Look(t, is_dark=False), "png"),
            f"{found.folder.name}-{kpi}.png",
        )


@solara.component
def Won(found: Outcome, a: str, b: str, town: Map) -> None:
    """A map of where minutes were won."""
    t = words()
    look = _look(t)
    places = solara.use_memo(
        lambda: gains(found.responses, a, b, figures.cell_m(town), found.horizon_s), [found, a, b, town.digest]
    )
    png = solara.use_memo(lambda: figures.won_map(town, places, look), [found, a, b, look])
    with solara.Div(classes=["ld-panel"]):
        heading(t("found.won"))
        solara.Image(png, classes=["ld-figure", "ld-won"])
        paragraph(t("found.won_hint", b=arm_name(b, t.language), a=arm_name(a, t.language)), ["ld-muted"])
        if town.is_schematic:
            paragraph(t("shell.schematic"), ["ld-muted"])
        Picture(lambda: figures.won_map(town, places, Look(t, is_dark=False)), f"{found.folder.name}-map.png")


@solara.component
def Steps(found: Outcome, ladder: dict[str, Any], tested: list[str]) -> None:
    """The ladder: what each reform does."""
    t = words()
    look = _look(t)
    kpi, set_kpi = solara.use_state(found.named[0])
    svg = solara.use_memo(lambda: figures.ladder(ladder, kpi, look), [found, kpi, look])
    with solara.Div(classes=["ld-panel"]):
        heading(t("found.ladder"))
        ChoiceField(t("found.measure"), kpi, {one: measure(one, t.language).title for one in tested}, set_kpi)
        put(picture(svg, t("found.ladder_alt")))
        Picture(
            lambda: figures.ladder(ladder, kpi, Look(t, is_dark=False), "png"), f"{found.folder.name}-ladder-{kpi}.png"
        )


@solara.component
def Everything(found: Outcome, a: str, b: str) -> None:
    """All other measures, by search."""
    t = words()
    search, set_search = solara.use_state("")
    kpis = solara.use_memo(lambda: every_measure(found, t, search), [found, t, search])
    with solara.Div(classes=["ld-panel"]):
        heading(t("found.everything"))
        with solara.Div(classes=["ld-row"]):
            TextField(t("found.search"), search, set_search)
        paragraph(t("found.some", shown=min(MOST_ROWS, len(kpis)), count=len(kpis)), ["ld-muted"])
        put(named_table(found, a, b, kpis[:MOST_ROWS], t), ["ld-scroll"])


@solara.component
def Downloads(found: Outcome, a: str, b: str) -> None:
    """Files to take away."""
    t = words()
    name = found.folder.name
    with solara.Div(classes=["ld-row", "ld-downloads"]):
        with solara.FileDownload(lambda: report(found, a, b, t), filename=f"{name}.html", mime_type="text/html"):
            solara.Button(t("found.report"), icon_name="mdi-download-outline", classes=["ld-button"])
        with solara.FileDownload(found.csv, filename=f"{name}.csv", mime_type="text/csv"):
            solara.Button(t("found.csv"), icon_name="mdi-download-outline", classes=["ld-button"])
