"""The page of researchers: open results, replay them, look for events, plot any measure against any factor."""

from __future__ import annotations

from typing import Any

import solara

from sim.core.errors import InputError
from sim.viewer import roots
from sim.viewer.pages.parts_fields import ChoiceField
from sim.viewer.pages.parts_html import heading, paragraph
from sim.viewer.pages.parts_preferences import words
from sim.viewer.pages.study_events import EventsTab
from sim.viewer.pages.study_plot import PlotTab
from sim.viewer.pages.study_replay import ReplayTab
from sim.viewer.planning.stored import Stored, logs, open_log
from sim.viewer.words import Words
from sim.viewer.words_errors import error_text
from sim.viewer.words_model import arm as arm_name

TABS = ("replay", "events", "plot")

tab: solara.Reactive[str] = solara.reactive("replay")
folder: solara.Reactive[str] = solara.reactive("")
chosen: solara.Reactive[str] = solara.reactive("")  # the log, by its path
moment: solara.Reactive[float] = solara.reactive(0.0)  # the second of the run that is shown


@solara.component
def Study() -> None:
    """Choose a folder and a run of it; look at it in three ways."""
    t = words()
    solara.Title(t("shell.study"))
    names = roots.found()
    name = folder.value if folder.value in names else (names[0] if names else "")
    there = solara.use_memo(lambda: logs(name) if name else {}, [name])
    log = chosen.value if chosen.value in there.values() else next(iter(there.values()), "")
    opened = solara.use_thread(lambda cancel: open_log(log) if log else None, dependencies=[log])
    with solara.Div(classes=["ld-plan", "ld-study"]):
        with solara.Div(classes=["ld-tabs"]):
            for one in TABS:
                Tab(one)
            solara.Div(classes=["ld-space"])
            with solara.Div(classes=["ld-tab-fields"]):
                Choosing(names, name, there, log)
        if not names:
            with solara.Div(classes=["ld-padded"]):
                heading(t("study.nothing"))
                paragraph(t("study.nothing_text"), ["ld-muted"])
        elif tab.value == "plot":
            PlotTab(names, name)
        else:
            Opened(opened, bool(log)).key(f"{log} {tab.value}")


@solara.component
def Tab(name: str) -> None:
    """One of the ways to look."""
    t = words()
    classes = ["ld-tab", "is-here" if tab.value == name else ""]
    solara.Button(t(f"study.tab_{name}"), on_click=lambda: tab.set(name), text=True, classes=classes)


@solara.component
def Choosing(names: list[str], name: str, there: dict[str, str], log: str) -> None:
    """Folder and run."""
    t = words()

    def choose(one: str) -> None:
        folder.value, chosen.value, moment.value = one, "", 0.0

    def run(one: str) -> None:
        chosen.value, moment.value = one, 0.0

    with solara.Div(classes=["ld-row"]):
        if names:
            ChoiceField(t("study.folder"), name, {one: one for one in names}, choose)
        if there:
            ChoiceField(t("study.run"), log, {path: _called(label, t) for label, path in there.items()}, run)


def _called(label: str, t: Words) -> str:
    """'linked · 3' in the language of the page."""
    head, dot, seed = label.rpartition(" · ")
    return f"{arm_name(head, t.language)} · {seed}" if dot else label


@solara.component
def Opened(opened: Any, has_log: bool) -> None:
    """The run, when it has been read."""
    t = words()
    stored: Stored | None = opened.value
    with solara.Div(classes=["ld-opened"]):
        if opened.error is not None:
            if not isinstance(opened.error, InputError):
                raise opened.error
            paragraph(error_text(str(opened.error), t.language), ["ld-bad", "ld-padded"])
        elif not has_log:
            with solara.Div(classes=["ld-padded"]):
                paragraph(t("study.no_log"), ["ld-muted"])
        elif stored is None:
            with solara.Div(classes=["ld-padded"]):
                paragraph(t("study.opening"))
                solara.ProgressLinear(True)
        elif tab.value == "replay":
            ReplayTab(stored, moment)
        else:
            EventsTab(stored, moment, tab)
