"""The pages: to add one, give it a line here, and in `parts.MENU` if the header is to lead to it."""

from __future__ import annotations

import importlib
from typing import Any

import solara

from sim.viewer.pages.home import Home
from sim.viewer.pages.parts import Shell
from sim.viewer.server import settle

settle()


def later(module: str, name: str) -> Any:
    """A page that is imported when it is first asked for: the first page opens the sooner."""

    @solara.component
    def Later() -> None:
        getattr(importlib.import_module(f"sim.viewer.pages.{module}"), name)()

    return Later


routes = [
    solara.Route("/", component=Home, layout=Shell),
    solara.Route("plan", component=later("plan", "Plan")),
    solara.Route("exercise", component=later("exercise", "Exercise")),
    solara.Route("seat", component=later("seat", "Seat")),
    solara.Route("review", component=later("review", "Review")),
    solara.Route("study", component=later("study", "Study")),
]
