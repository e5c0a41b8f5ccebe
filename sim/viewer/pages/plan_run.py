"""Running a comparison or a ladder: what is asked for, how far it is, cancel."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import solara

from sim.core.errors import InputError
from sim.scenario import Scenario
from sim.study.workers import cores
from sim.viewer import roots
from sim.viewer.pages import plan_state as state
from sim.viewer.pages.parts import closing, safely
from sim.viewer.pages.parts_fields import ChoiceField, SchemaField, error_of
from sim.viewer.pages.parts_html import heading, paragraph, put, table
from sim.viewer.pages.parts_preferences import browser, words
from sim.viewer.planning.arms import arms_of
from sim.viewer.planning.draft import TABLES, Mistake
from sim.viewer.planning.forms import Field
from sim.viewer.planning.job import MOST_JOBS, MOST_RUNS, Job, Work
from sim.viewer.words import Words
from sim.viewer.words_errors import error_text
from sim.viewer.words_model import arm as arm_name
from sim.viewer.words_model import measure, scenario
from sim.viewer.words_model import town as town_title

WHOLE_RUNS = 2
"""Runs of each arm whose log is kept for a replay."""

LARGEST_WORKS = 4
"""Studies that may be under way at once, of all who look."""

_works: dict[str, Work] = {}  # by browser: its newest
_lock = threading.Lock()


def work_here() -> Work | None:
    """The newest study of this browser."""
    with _lock:
        return _works.get(browser())


def start() -> Work:
    """Begin what is asked for; InputError if it cannot be."""
    asked: state.Asked = state.asked.value
    found = state.current()
    checked, mistakes = found.check(state.town())
    if checked is None:
        raise InputError(mistakes[0].said)
    arms = arms_of(state.current_arms()[: 2 if asked.sort == "ladder" else None])
    job = Job(
        sort=asked.sort, scenario=checked, arms=arms, folder=roots.new_folder(f"{checked.name}-{asked.sort}"),
        runs=asked.runs, base_seed=asked.base_seed, jobs=asked.jobs, scale=asked.scale, shapley=asked.shapley,
        whole=tuple(range(asked.base_seed, asked.base_seed + WHOLE_RUNS)) if asked.keeps_logs else (),
    )  # fmt: skip
    with _lock:
        under_way = [one for one in _works.values() if not one.is_over]
        if len(under_way) >= LARGEST_WORKS:
            raise InputError("as many studies as this computer takes are under way; wait for one to end")
        mine = _works.get(browser())
        if mine is not None and not mine.is_over:
            raise InputError("a study of yours is under way; wait for it, or cancel it")
        _works[browser()] = Work(job).start()
        return _works[browser()]


@solara.component
def RunTab(checked: Scenario | None, mistakes: list[Mistake]) -> None:
    """What is asked for on the left, how it goes on the right."""
    with solara.Div(classes=["ld-split"]):
        with solara.Div(classes=["ld-side"]):
            Asking()
        with solara.Div(classes=["ld-main", "ld-padded"]):
            Summary(checked, mistakes)
            Following()


@solara.component
def Asking() -> None:
    """How many runs, of what sort, by how many processes."""
    t = words()
    asked = state.asked.value
    heading(t("run.what"), 3)
    sorts = {key: t(f"run.{key}") for key in ("comparison", "ladder")}
    ChoiceField(t("run.sort"), asked.sort, sorts, lambda key: state.ask(sort=key))
    paragraph(t(f"run.{asked.sort}_text"), ["ld-muted"])
    with solara.Div(classes=["ld-fields"], style="margin-top: 10px"):
        Whole("runs", 1, MOST_RUNS)
        Whole("base_seed", 0, 10**9)
        Whole("jobs", 1, min(MOST_JOBS, cores()))
        Whole("scale", 1, 10_000)
    paragraph(t("run.hint", cores=cores()), ["ld-muted"])
    if asked.sort == "comparison":
        solara.Switch(
            label=t("run.keeps_logs", count=WHOLE_RUNS),
            value=asked.keeps_logs,
            on_value=lambda on: state.ask(keeps_logs=on),
        )
    else:
        solara.Switch(label=t("run.shapley"), value=asked.shapley, on_value=lambda on: state.ask(shapley=on))


@solara.component
def Whole(key: str, low: int, high: int) -> None:
    """A whole number that is asked for."""
    t = words()
    wrong, set_wrong = solara.use_state("")
    field = Field(key, "whole", 1, low=low, high=high)

    def take(value: Any) -> None:
        if not isinstance(value, int) or not low <= value <= high:
            set_wrong(t("form.from_to", low=low, high=high))
            return
        set_wrong("")
        state.ask(**{key: float(value) if key == "scale" else value})

    SchemaField(field, t(f"run.{key}"), int(getattr(state.asked.value, key)), take, t, error=wrong)


@solara.component
def Summary(checked: Scenario | None, mistakes: list[Mistake]) -> None:
    """What will be run, and what is wrong with it."""
    _ = tick.value  # drawn anew when a study begins or ends
    t = words()
    asked = state.asked.value
    note, set_note = solara.use_state("")
    work = work_here()
    is_busy = work is not None and not work.is_over
    solara.use_effect(lambda: set_note(""), [is_busy])  # that one is under way is no longer so

    def begin() -> None:
        set_note("")
        try:
            start()
            tick.value += 1
        except InputError as wrong:
            set_note(error_text(str(wrong), t.language))

    with solara.Div(classes=["ld-panel"]):
        heading(t("run.ready" if checked is not None else "run.not_ready"))
        if checked is not None:
            _what(checked, asked, t)
        for one in mistakes:
            where = _where(one, t)
            paragraph(f"{where}: {error_of([one], t)}" if where else error_of([one], t), ["ld-bad"])
        if note:
            paragraph(note, ["ld-bad"])
        solara.Button(
            t("run.start"), on_click=safely(begin), disabled=is_busy or checked is None, icon_name="mdi-play",
            classes=["ld-button", "is-primary", "ld-run"],
        )  # fmt: skip


def _where(mistake: Mistake, t: Words) -> str:
    """'Incidents, pile-up' or the name of a field, as the form has them."""
    path = mistake.path
    if len(path) > 1 and path[0] in TABLES and isinstance(path[1], int):
        name = state.current().get((*path[:2], "name")) or path[1] + 1
        return f"{t(f'plan.{path[0]}')}, {name}"
    return t.known_or(f"plan.{path[0]}", str(path[0])) if path else ""


def _what(checked: Scenario, asked: state.Asked, t: Words) -> None:
    arms = [arm_name(label, t.language) for label in state.labels()]
    if asked.sort == "ladder":
        arms = arms[:2]
    count = asked.runs * len(arms)
    rows = [
        (t("plan.scenario"), scenario(checked, t.language)[0]), (t("plan.map"), town_title(checked.town, t.language)),
        (t("run.arms"), "  |  ".join(arms)), (t("plan.primary"), measure(checked.primary, t.language).name),
        (t("run.in_all"), t("run.in_all_ladder" if asked.sort == "ladder" else "run.in_all_runs", count=count)),
    ]  # fmt: skip
    put(table(["", ""], rows), ["ld-plain-table"])


tick: solara.Reactive[int] = solara.reactive(0)


@solara.component
def Following() -> None:
    """How far the study of this browser is."""
    _ = tick.value
    work = work_here()
    seen, see = solara.use_state(-1)

    def follow() -> Any:
        gone = threading.Event()
        closed = closing()

        def watch() -> None:
            last = -1
            while not (gone.is_set() or closed.is_set()):
                if work is not None and work.changed != last:
                    last = work.changed
                    see(last)
                if work is None or work.is_over:
                    tick.value += 1
                    return
                time.sleep(0.3)

        threading.Thread(target=watch, daemon=True).start()
        return gone.set

    solara.use_effect(follow, [id(work)])
    with solara.Div():
        if work is not None:
            Progress(work, seen)


@solara.component
def Progress(work: Work, seen: int) -> None:
    """A bar, words, cancel; at the end the way to the results."""
    t = words()
    job = work.job

    def show() -> None:
        state.shown.value = folder_name(job.folder)
        state.tab.value = "results"

    with solara.Div(classes=["ld-panel", "ld-progress"]):
        heading(t(f"run.state_{work.state}"), 2)
        paragraph(t("run.into", folder=folder_name(job.folder)), ["ld-muted"])
        if not work.is_over:
            solara.ProgressLinear(value=100 * work.share if work.share > 0 else True)
            left = work.left_s
            more = t("run.left", minutes=f"{left / 60:.1f}") if left is not None else ""
            paragraph(t("run.share", percent=f"{100 * work.share:.0f}") + " " + more, ["ld-number"])
            is_ending = "cancelling" in work.said
            solara.Button(
                t("run.cancelling" if is_ending else "form.cancel"),
                on_click=safely(work.cancel),
                disabled=is_ending,
                classes=["ld-button"],
            )
        if work.error:
            paragraph(error_text(work.error, t.language), ["ld-bad"])
        if work.state in ("done", "cancelled") and (job.folder / "runs.json").is_file():
            solara.Button(t("run.see"), on_click=safely(show), classes=["ld-button", "is-primary"])


def folder_name(folder: Path) -> str:
    """A folder by its path within the results."""
    return folder.relative_to(roots.root()).as_posix()
