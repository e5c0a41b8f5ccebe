"""The pages: to add one, give it a line here, and in `parts.MENU` if the header is to lead to it.

All are imported before the first is served: while one page is drawn, another must not be importing what both use.
"""

from __future__ import annotations

import solara

from sim.viewer.pages.exercise import Exercise
from sim.viewer.pages.home import Home
from sim.viewer.pages.parts import Shell
from sim.viewer.pages.plan import Plan
from sim.viewer.pages.review import Review
from sim.viewer.pages.seat import Seat
from sim.viewer.pages.study import Study
from sim.viewer.server import settle

settle()

routes = [
    solara.Route("/", component=Home, layout=Shell),
    solara.Route("plan", component=Plan),
    solara.Route("exercise", component=Exercise),
    solara.Route("seat", component=Seat),
    solara.Route("review", component=Review),
    solara.Route("study", component=Study),
]
