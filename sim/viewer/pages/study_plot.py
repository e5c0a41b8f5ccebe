"""Any measure of any runs against any factor: a picture, and the runs as a table to take away."""

from __future__ import annotations

import solara
import solara.lab

from sim.viewer.pages.parts import safely
from sim.viewer.pages.parts_fields import ChoiceField, TextField
from sim.viewer.pages.parts_html import paragraph, picture, put
from sim.viewer.pages.parts_preferences import words
from sim.viewer.planning import factors
from sim.viewer.planning.factors import Asked
from sim.viewer.planning.figures import Look
from sim.viewer.planning.telling import footnote
from sim.viewer.words_model import measure

FIRST = "total_response_s"


@solara.component
def PlotTab(names: list[str], name: str) -> None:
    """What on the left, the picture on the right."""
    t = words()
    look = Look(t, bool(solara.lab.use_dark_effective()))
    folders, set_folders = solara.use_state([name])
    own = [one for one in folders if one in names] or [name]
    rows = solara.use_memo(lambda: factors.table(own), [own])
    search, set_search = solara.use_state("")
    keys = solara.use_memo(lambda: factors.measures(rows, search, look), [own, search, t.language])
    kpi, set_kpi = solara.use_state("")
    asked_kpi = kpi if kpi in keys else FIRST if FIRST in keys else (keys[0] if keys else FIRST)
    there = solara.use_memo(lambda: factors.factors(rows), [own])
    factor, set_factor = solara.use_state("arm")
    colour, set_colour = solara.use_state("")
    asked = Asked(asked_kpi, factor if factor in there else "arm", colour if colour in there else "")
    svg = solara.use_memo(lambda: factors.plot(rows, asked, look), [own, asked, look])
    called = {one: factors.factor_name(one, look) for one in there}
    with solara.Div(classes=["ld-split"]):
        with solara.Div(classes=["ld-side"]):
            solara.SelectMultiple(
                t("study.folders"),
                values=own,
                all_values=names,
                on_value=safely(set_folders),
                dense=True,
                classes=["ld-field"],
            )
            TextField(t("found.search"), search, set_search)
            ChoiceField(t("study.measure"), asked_kpi, {one: measure(one, t.language).title for one in keys}, set_kpi)
            ChoiceField(t("study.factor"), asked.factor, called, set_factor)
            ChoiceField(t("study.colour"), asked.colour, {"": t("study.none")} | called, set_colour)
            paragraph(measure(asked_kpi, t.language).sentence, ["ld-muted"])
            note = footnote([measure(asked_kpi, t.language)], t)
            if note:
                paragraph(note, ["ld-muted", "ld-footnote"])
            paragraph(t("study.runs", count=len(rows)), ["ld-muted"])
            with solara.Div(classes=["ld-row"]):
                with solara.FileDownload(lambda: factors.to_csv(rows, keys), filename="runs.csv", mime_type="text/csv"):
                    solara.Button(t("found.csv"), icon_name="mdi-download-outline", classes=["ld-button"])
                with solara.FileDownload(lambda: factors.plot(rows, asked, Look(t, is_dark=False), "png"),
                                         filename=f"{asked.kpi}.png", mime_type="image/png"):  # fmt: skip
                    solara.Button(t("found.png"), icon_name="mdi-download-outline", classes=["ld-button"])
        with solara.Div(classes=["ld-main", "ld-padded"]), solara.Div(classes=["ld-panel"]):
            put(picture(svg, t("study.plot_alt")))
            paragraph(t("study.plot_hint"), ["ld-muted"])
