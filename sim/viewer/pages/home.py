"""The first page: three doors, for planners, trainers and researchers."""

from __future__ import annotations

import os

import solara

from sim.versions import VERSION
from sim.viewer.pages.parts import MENU
from sim.viewer.pages.parts_html import heading, paragraph
from sim.viewer.pages.parts_preferences import words
from sim.viewer.server import START_VARIABLE

DOORS = (
    ("plan", "mdi-scale-balance"),
    ("exercise", "mdi-account-group-outline"),
    ("study", "mdi-chart-scatter-plot"),
)
"""Pages with a door, and the picture on it."""


@solara.component
def Home() -> None:
    """Three doors."""
    t = words()
    solara.Title(t("home.title"))
    there = {path.strip("/") for path, _ in MENU}
    given = os.environ.get(START_VARIABLE, "")
    with solara.Div(classes=["ld-home"]):
        heading(t("shell.tagline"), 1, ["ld-lead"])
        paragraph(t("home.question"), ["ld-question"])
        if given:
            with solara.Div(classes=["ld-given"]):
                solara.Text(t("home.given", scenario=given))
                with solara.Link("/plan", classes=["ld-inline-link"]):
                    solara.Text(t("home.go_on"))
        with solara.Div(classes=["ld-doors"]):
            for name, icon in DOORS:
                Door(name, icon, is_open=name in there)
        paragraph(t("home.version", version=VERSION), ["ld-muted"])


@solara.component
def Door(name: str, icon: str, is_open: bool) -> None:
    """One page, for whom it is, and what one does there."""
    t = words()
    inside = [
        solara.HTML(tag="div", classes=["ld-door-icon", "mdi", icon]),
        solara.HTML(tag="h2", unsafe_innerHTML=t(f"home.{name}_title")),
        solara.HTML(tag="div", unsafe_innerHTML=t(f"home.{name}_who"), classes=["ld-door-who"]),
        solara.HTML(tag="p", unsafe_innerHTML=t(f"home.{name}_text")),
        solara.HTML(
            tag="div", unsafe_innerHTML=t(f"home.{name}_open" if is_open else "home.soon"), classes=["ld-door-go"]
        ),
    ]
    if is_open:
        solara.Link(f"/{name}", children=inside, classes=["ld-door", f"ld-door-{name}"])
    else:
        solara.Div(children=inside, classes=["ld-door", "is-shut"])
