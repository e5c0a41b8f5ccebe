"""The after-action review of an exercise: what happened, what was expected, and what people changed."""

from __future__ import annotations

import io
import threading
import zipfile
from functools import cache
from typing import Any

import solara

from sim.core.errors import InputError
from sim.core.quantities import clock_text
from sim.results.report import TEMPLATES as REPORT
from sim.viewer.exercise.review import PEOPLE, SIMULATED, review, take
from sim.viewer.exercise.review import Review as Reviewed
from sim.viewer.exercise.review_page import TEMPLATES, Row, content, page, tables
from sim.viewer.exercise.together_page import branch_name
from sim.viewer.pages import exercise_rooms as rooms
from sim.viewer.pages.exercise import asked
from sim.viewer.pages.exercise_parts import STYLE, Refused, choice, moment, press
from sim.viewer.pages.exercise_rooms import Room
from sim.viewer.pages.parts_fields import TextField
from sim.viewer.pages.parts_html import heading, paragraph, put, table, tag
from sim.viewer.pages.parts_preferences import words
from sim.viewer.words import Words
from sim.viewer.words_errors import error_text

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
    """Lived again, twice, in a thread; then shown."""
    t = words()
    state = room.session.state
    branch, set_branch = solara.use_state(state.branch)
    made, set_made = solara.use_state(None)
    is_busy, set_busy = solara.use_state(False)
    told, set_told = solara.use_state("")

    def work() -> None:
        try:
            set_made(review(take(room.session, branch)))
        except InputError as wrong:
            set_told(str(wrong))
        finally:
            set_busy(False)

    def make() -> None:
        room.session.do("pause")
        set_told("")
        set_busy(True)
        threading.Thread(target=work, daemon=True).start()

    start_s = room.spec.scenario.start_s
    with solara.Div(classes=["lx-review"]):
        heading(t("review.title"), 1)
        with solara.Div(classes=["lx-row", "lx-review-head"]):
            names = {
                one.name: f"{branch_name(one.name, t)} ({clock_text(start_s + one.reached_t)[:5]})"
                for one in state.branches
            }
            choice(t("exercise.branch"), branch, names, set_branch)
            press(t("reviewing.make"), make, is_main=True, off=is_busy, name="do-make")
            with solara.Link(f"/exercise?id={room.id}", classes=["ld-inline-link"]):
                solara.Text(t("reviewing.back"))
        Refused(t)
        Mark(room, made, make, t)
        if is_busy:
            put(tag("p", t("reviewing.working"), role="status", class_="lx-waiting"))
            solara.ProgressLinear(True)
        elif told:
            put(tag("p", error_text(told, t.language), role="alert", class_="lx-refused"))
        elif made is None:
            paragraph(t("reviewing.text"), ["ld-muted"])
        else:
            Shown(made, room.session.folder.name, t).key(f"{t.language} {made.taken.branch} {made.taken.until}")


@solara.component
def Mark(room: Room, made: Reviewed | None, again: Any, t: Words) -> None:
    """A note about a moment that has been."""
    at, set_at = solara.use_state("")
    typed, set_typed = solara.use_state("")

    def keep() -> None:
        room.session.do("remark", words=typed, at=moment(at, room) if at.strip() else None)
        set_typed("")
        if made is not None:
            again()

    with solara.Div(classes=["lx-row", "lx-review-note"]):
        TextField(t("review.time"), at, set_at, hint=t("reviewing.hint_at"))
        TextField(t("exercise.note"), typed, set_typed)
        press(t("exercise.keep_note"), keep, off=not typed.strip(), name="do-note")


@solara.component
def Shown(made: Reviewed, name: str, t: Words) -> None:
    """All of a review."""
    found = solara.use_memo(lambda: content(made, t.language), [])
    with solara.Div(classes=["lx-row"]):
        with solara.FileDownload(lambda: page(made, t.language), f"{name}-review.html", mime_type="text/html"):
            solara.Button(t("reviewing.html"), icon_name="mdi-download", classes=["ld-button", "do-html"])
        with solara.FileDownload(lambda: _zipped(made, t), f"{name}-review.zip", mime_type="application/zip"):
            solara.Button(t("reviewing.csv"), icon_name="mdi-download", classes=["ld-button", "do-csv"])
    replayed = {True: "review.replayed", False: "review.not_replayed"}.get(found["is_replayed"])
    if replayed is not None:
        paragraph(t(replayed), ["ld-good" if found["is_replayed"] else "ld-bad"])
    put(table(("", ""), [(t(f"review.{key}"), value) for key, value in found["facts"]]), ["lx-facts", "ld-panel"])
    _section(t("review.injects"))
    put(_injects(found["injects"], t), ["ld-scroll"])
    _section(t("review.measures"), t("review.measures_text"))
    if found["left_out"]:
        paragraph(t("review.failed_commands", n=found["left_out"]), ["ld-muted"])
    put(_measures(found["kpis"], t), ["ld-scroll", "lx-measures"])
    _section(t("review.delays"), t("review.delays_text"))
    for incident, bars in found["falls"]:
        heading(str(incident), 4)
        if bars:
            put(bars, ["lx-paper"])
        else:
            paragraph(t("review.nobody_needed"), ["ld-muted"])
    _section(t("review.pictures"))
    keys = [(tag("span", class_="lx-key is-people"), PEOPLE), (tag("span", class_="lx-key is-simulated"), SIMULATED)]
    put(tag("p", *(part for drawn, one in keys for part in (drawn, t(f"review.{one}"))), class_="ld-muted"))
    for key, drawn in found["curves"]:
        paragraph(t(f"review.{key}"), ["ld-muted"])
        put(drawn, ["lx-paper"])
    _section(t("review.timeline"), t("review.timeline_text"))
    Timeline(found["timeline"], t)


def _section(title: str, text: str = "") -> None:
    heading(title, 2, ["lx-section"])
    if text:
        paragraph(text, ["ld-muted"])


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


def _zipped(made: Reviewed, t: Words) -> bytes:
    """The tables in one file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in tables(made, t.language).items():
            packed.writestr(name, text.encode("utf-8-sig"))
    return out.getvalue()
