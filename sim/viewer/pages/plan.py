"""The page of planners: a scenario, the arms, the run, the results."""

from __future__ import annotations

import solara

from sim.viewer.pages import plan_state as state
from sim.viewer.pages.parts_preferences import words
from sim.viewer.pages.plan_policies import PoliciesTab
from sim.viewer.pages.plan_results import ResultsTab
from sim.viewer.pages.plan_run import RunTab
from sim.viewer.pages.plan_scenario import ScenarioTab


@solara.component
def Plan() -> None:
    """Four steps, side by side."""
    t = words()
    found = state.current()
    solara.Title(t("shell.plan"))
    checked, mistakes = solara.use_memo(lambda: found.check(state.town()), [found])
    with solara.Div(classes=["ld-plan"]):
        with solara.Div(classes=["ld-tabs"]):
            for number, name in enumerate(state.TABS, 1):
                Tab(number, name)
        match state.tab.value:
            case "scenario":
                ScenarioTab(mistakes)
            case "policies":
                PoliciesTab()
            case "run":
                RunTab(checked, mistakes)
            case "results":
                ResultsTab()


@solara.component
def Tab(number: int, name: str) -> None:
    """One of the steps."""
    t = words()
    is_here = state.tab.value == name
    solara.Button(
        f"{number}  {t(f'plan.tab_{name}')}", on_click=lambda: state.tab.set(name), text=True,
        classes=["ld-tab", "is-here" if is_here else ""],
    )  # fmt: skip
