"""The after-action review of an exercise: what happened, what was expected, and what people changed."""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Callable
from functools import cache
from typing import Any

import solara

from sim.core.quantities import clock_text
from sim.results.report import TEMPLATES as REPORT
from sim.viewer.exercise.making import Made
from sim.viewer.exercise.making import Making as Work
from sim.viewer.exercise.review import PEOPLE, SIMULATED, take
from sim.viewer.exercise.review_page import TEMPLATES, Row
from sim.viewer.exercise.together_page import branch_name
from sim.viewer.pages import exercise_registry as rooms
from sim.viewer.pages.exercise import asked
from sim.viewer.pages.exercise_parts import STYLE, Refused, choice, moment, press
from sim.viewer.pages.exercise_rooms import Room
from sim.viewer.pages.parts import closing
from sim.viewer.pages.parts_fields import TextField
from sim.viewer.pages.parts_html import heading, paragraph, put, table, tag
from sim.viewer.pages.parts_preferences import words
from sim.viewer.pages.review_together import falls, section, together
from sim.viewer.words import Words
from sim.viewer.words_errors import error_text

FOLLOW_S = 0.3
"""Seconds between two looks at how far a review is."""

FIGURES = ("svg", "path", ".s-", ".p0", ".p4", ".k1")
"""Beginnings of the lines of a report's style that its figures need."""

MOST_ROWS = 400
"""Rows of the timeline on the page; the files hold all."""


@cache
def figure_style() -> str:
    """The style of a report's figures, within `lx-paper` only."""
    lines = [line for path in (REPORT / "report.css", TEMPLATES / "review.css")
             for line in path.read_text(encoding="utf-8").splitlines() if line.startswith(FIGURES)]  # fmt: skip
    return ".lx-paper {" + " ".join(lines) + "}"


@solara.component
def Review() -> None:
    """Of the exercise whose key is in the address."""
    t = words()
    solara.Title(t("review.title"))
    solara.Style(STYLE)
    solara.Style(figure_style())
    room = rooms.room_of(asked("id"))
    if room is None:
        with solara.Div(classes=["lx-choosing"]):
            paragraph(t("exercise.no_such"), ["ld-bad"])
        return
    Making(room).key(room.id)


@solara.component
def Making(room: Room) -> None:
    """Lived again, in a process of its own; then shown."""
    t = words()
    state = room.session.state
    branch, set_branch = solara.use_state(state.branch)
    others, set_others = solara.use_state(())
    work, set_work = solara.use_state(None)
    _, see = solara.use_state(0)
    solara.use_effect(lambda: None if work is None else followed(work, see), [id(work)])
    beside = [one.name for one in state.branches if one.name in others and one.name != branch]

    def make() -> None:
        room.session.do("pause")
        set_work(Work(take(room.session, branch, beside)).start())

    with solara.Div(classes=["lx-review"]):
        heading(t("review.title"), 1)
        with solara.Div(classes=["lx-row", "lx-review-head"]):
            start_s = room.spec.scenario.start_s
            names = {
                one.name: f"{branch_name(one.called, t)} ({clock_text(start_s + one.reached_t)[:5]})"
                for one in state.branches
            }
            choice(t("exercise.branch"), branch, names, set_branch)
            press(t("reviewing.make"), make, is_main=True, off=work is not None and not work.is_over, name="do-make")
            with solara.Link(f"/exercise?id={room.id}", classes=["ld-inline-link"]):
                solara.Text(t("reviewing.back"))
        if len(names) > 1:
            Beside({name: text for name, text in names.items() if name != branch}, beside, set_others, t)
        Refused(t)
        Mark(room, make if work is not None and work.made is not None else None, t)
        if work is None:
            paragraph(t("reviewing.text"), ["ld-muted"])
        else:
            Following(work, room.session.folder.name, t, work.state, work.share).key(f"{id(work)}")


@solara.component
def Beside(names: dict[str, str], chosen: list[str], choose: Callable[..., None], t: Words) -> None:
    """Other branches, to be held against this one."""

    def turn(name: str, *, is_on: bool) -> None:
        choose(tuple(one for one in names if (is_on if one == name else one in chosen)))

    with solara.Div(classes=["lx-row", "lx-beside"]):
        put(tag("span", t("together.with")))
        for name, text in names.items():
            solara.Checkbox(label=text, value=name in chosen, on_value=lambda on, name=name: turn(name, is_on=on))


def followed(work: Work, see: Callable[[Callable[[int], int]], None]) -> Callable[[], None]:
    """Have the page drawn anew as a review comes along; who leaves the page cancels it."""
    stop, gone = threading.Event(), closing()

    def loop() -> None:
        seen, is_over = -1, False
        while not (stop.is_set() or gone.is_set() or is_over):
            is_over = work.is_over
            if is_over or work.changed != seen:
                seen = work.changed
                see(lambda times: times + 1)
            stop.wait(FOLLOW_S)

    def leave() -> None:
        stop.set()
        work.cancel()

    threading.Thread(target=loop, name="review", daemon=True).start()
    return leave


@solara.component
def Following(work: Work, name: str, t: Words, state: str, share: float) -> None:
    """How far a review is; when it is done, all of it."""
    with solara.Div(classes=["lx-following"]):
        if work.made is not None:
            Shown(work.made, name, t).key(t.language)
        elif work.is_over:
            told = t("reviewing.cancelled") if state == "cancelled" else error_text(work.error, t.language)
            put(tag("p", told, role="alert", class_="lx-refused"))
        else:
            put(tag("p", t("reviewing.working", percent=round(100 * share)), role="status", class_="lx-waiting"))
            solara.ProgressLinear(100 * share if share else True)
            with solara.Div(classes=["lx-row"]):
                press(t("reviewing.cancel"), work.cancel, name="do-cancel")


@solara.component
def Mark(room: Room, again: Callable[[], None] | None, t: Words) -> None:
    """A note about a moment that has been; a review that has been made is made again with it."""
    at, set_at = solara.use_state("")
    typed, set_typed = solara.use_state("")

    def keep() -> None:
        room.session.do("remark", words=typed, at=moment(at, room) if at.strip() else None)
        set_typed("")
        if again is not None:
            again()

    with solara.Div(classes=["lx-row", "lx-review-note"]):
        TextField(t("review.time"), at, set_at, hint=t("reviewing.hint_at"))
        TextField(t("exercise.note"), typed, set_typed)
        press(t("exercise.keep_note"), keep, off=not typed.strip(), name="do-note")


@solara.component
def Shown(made: Made, name: str, t: Words) -> None:
    """All of a review."""
    told = made.told[t.language]
    found = told.content
    with solara.Div(classes=["lx-row"]):
        with solara.FileDownload(told.page, f"{name}-review.html", mime_type="text/html"):
            solara.Button(t("reviewing.html"), icon_name="mdi-download", classes=["ld-button", "do-html"])
        with solara.FileDownload(lambda: _zipped(told.tables), f"{name}-review.zip", mime_type="application/zip"):
            solara.Button(t("reviewing.csv"), icon_name="mdi-download", classes=["ld-button", "do-csv"])
    replayed = {True: "review.replayed", False: "review.not_replayed"}.get(found["is_replayed"])
    if replayed is not None:
        paragraph(t(replayed), ["ld-good" if found["is_replayed"] else "ld-bad"])
    put(table(("", ""), [(t(f"review.{key}"), value) for key, value in found["facts"]]), ["lx-facts", "ld-panel"])
    section(t("review.injects"))
    put(_injects(found["injects"], t), ["ld-scroll"])
    section(t("review.measures"), t("review.measures_text"))
    if found["left_out"]:
        paragraph(t("review.failed_commands", n=found["left_out"]), ["ld-muted"])
    if found["kpis"]:
        put(_measures(found["kpis"], t), ["ld-scroll", "lx-measures"])
    else:
        paragraph(t("review.none_counted"), ["ld-muted"])
    section(t("review.delays"), t("review.delays_text"))
    falls(found["falls"], t)
    section(t("review.pictures"))
    keys = [(tag("span", class_="lx-key is-people"), PEOPLE), (tag("span", class_="lx-key is-simulated"), SIMULATED)]
    put(tag("p", *(part for drawn, one in keys for part in (drawn, t(f"review.{one}"))), class_="ld-muted"))
    for key, drawn in found["curves"]:
        paragraph(t(f"review.{key}"), ["ld-muted"])
        put(drawn, ["lx-paper"])
    if found["together"] is not None:
        together(found["together"], t)
    section(t("review.timeline"), t("review.timeline_text"))
    Timeline(found["timeline"], t)


def _injects(rows: list[dict[str, str]], t: Words) -> Any:
    if not rows:
        return tag("p", t("review.no_injects"), class_="ld-muted")
    heads = ("planned", "inject", "to", "expected", "status", "seen", "verdict")
    lines = [
        (one["clock"], one["title"] or one["name"], one["to"], one["expected"], one["status"], one["seen"],
         f"{one['verdict']} {one['remark']}".strip())
        for one in rows
    ]  # fmt: skip
    return table([t(f"review.{one}") for one in heads], lines)


def _measures(rows: list[Any], t: Words) -> Any:
    lines = [
        (tag("span", one.name, title=one.sentence), *one.texts,
         t(f"review.{one.best}") if one.best else "")
        for one in rows
    ]  # fmt: skip
    return table((t("review.measure"), t("review.people"), t("review.simulated"), t("review.better")), lines, "", 3)


@solara.component
def Timeline(rows: list[Row], t: Words) -> None:
    """Rows of the timeline, of one sort or all."""
    sort, set_sort = solara.use_state("")
    searched, set_searched = solara.use_state("")
    sorts = {
        "": t("review.show_all"),
        **{one: t(f"review.sort.{one}") for one in dict.fromkeys(row.sort for row in rows)},
    }
    with solara.Div(classes=["lx-row"]):
        choice(t("review.sort"), sort, sorts, set_sort)
        TextField(t("reviewing.search"), searched, set_searched)
    wanted = searched.strip().lower()
    found = [row for row in rows if sort in ("", row.sort) and wanted in f"{row.who} {row.text}".lower()]
    lines = [
        (row.clock, t(f"review.sort.{row.sort}"), row.who, row.text,
         tag("b", t("review.by_participant")) if row.is_human else "")
        for row in found[:MOST_ROWS]
    ]  # fmt: skip
    caption = t("reviewing.rows", shown=len(lines), all=len(found))
    heads = (t("review.time"), t("review.sort"), t("review.who"), t("review.what"), "")
    put(table(heads, lines, caption), ["ld-scroll", "ld-timeline"])


def _zipped(tables: dict[str, str]) -> bytes:
    """The tables in one file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in tables.items():
            packed.writestr(name, text.encode("utf-8-sig"))
    return out.getvalue()
