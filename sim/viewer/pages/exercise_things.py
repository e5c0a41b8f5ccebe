"""Beside the map: everything that its lens knows of the thing that was clicked, and lists of all that is on it."""

from __future__ import annotations

import solara

from sim.viewer.frames import Frame
from sim.viewer.listing import SORTS, Row, Teller
from sim.viewer.pages.exercise_parts import press
from sim.viewer.pages.exercise_rooms import Room
from sim.viewer.pages.exercise_stream import Feed
from sim.viewer.pages.parts_html import put, table, tag
from sim.viewer.pages.thing_list import ThingGroup, ThingList, ThingRow
from sim.viewer.words import Words
from sim.viewer.words_model import department
from sim.viewer.words_names import names_of

MOST_ROWS = 60
"""Rows of one sort."""


def use_teller(room: Room, t: Words) -> Teller:
    """Who says what is on the map, in the language of the page."""
    teller: Teller = solara.use_memo(lambda: Teller(room.spec.ground.town, t), [room.id, t.language])
    return teller


@solara.component
def Selected(room: Room, feed: Feed, t: Words) -> None:
    """Everything that the map's lens knows of the thing that was clicked."""
    sort, name = feed.selected.value
    frame, teller = feed.frame.value, use_teller(room, t)
    if not sort or frame is None:
        return
    facts, at = teller.details(frame, sort, name), teller.at(frame, sort, name)
    with solara.Div(classes=["ld-panel", "lx-selected"]):
        put(tag("h3", names_of(room.spec.ground.town, t.language).of(name), class_="ld-heading"))
        if facts:
            put(table(("", ""), facts), ["lx-facts"])
        else:
            put(tag("p", t("exercise.gone"), class_="ld-muted"))
        with solara.Div(classes=["lx-row"]):
            if at is not None:
                press(t("exercise.show_on_map"), lambda: feed.look_at(*at), icon="mdi-crosshairs-gps", name="do-look")
            if sort == "unit" and at is not None:
                press(t("exercise.follow"), lambda: feed.follow(name), icon="mdi-navigation-variant-outline",
                      name="do-follow")  # fmt: skip
            press(t("exercise.dismiss"), lambda: feed.choose("", ""), name="do-unselect")


@solara.component
def Lists(room: Room, feed: Feed, t: Words) -> None:
    """What is on the map, as lists; a row is the thing itself: it is chosen, and the map goes there."""
    frame, teller = feed.frame.value, use_teller(room, t)
    if frame is None:
        return

    def choose(key: str) -> None:
        sort, _, name = key.partition(" ")
        at = teller.at(frame, sort, name)
        feed.choose(sort, name)
        if at is not None:
            feed.look_at(*at)

    groups = listed(frame, teller, t)
    ThingList(groups, choose, " ".join(feed.selected.value).strip())


def listed(frame: Frame, teller: Teller, t: Words) -> list[ThingGroup]:
    """Every sort of thing with its rows; the counts of units stand over their names."""
    rows = teller.rows(frame, ready=True)
    found = []
    for sort in SORTS:
        own = [row for row in rows if row.sort == sort]
        if sort == "unit" and own:
            found.append(_counts(frame, t))
        if own or sort in ("case", "unit"):
            found.append(_group(sort, own, t))
    return found


def _group(sort: str, rows: list[Row], t: Words) -> ThingGroup:
    heads = (t("study.what"), t("study.state"), t("study.place"), t("study.since"))
    shown = tuple(
        ThingRow(f"{row.sort} {row.id}", (_title(row), row.state, row.place, row.since[:5]), t("exercise.show_on_map"))
        for row in rows[:MOST_ROWS]
    )
    title = t("exercise.units_by_name" if sort == "unit" else f"exercise.{sort}s_n", n=len(rows))
    if len(rows) > MOST_ROWS:
        title += " " + t("exercise.first_n", n=MOST_ROWS)
    return ThingGroup(sort, title, heads, shown)


def _title(row: Row) -> str:
    """What it is and, where people speak of it by that, its name."""
    what = row.title.partition(": ")[2] or row.title
    return f"{row.id} · {what}" if row.sort in ("incident", "case") else what


def _counts(frame: Frame, t: Words) -> ThingGroup:
    rows = []
    for service in dict.fromkeys(one.service for one in frame.units):
        own = [one for one in frame.units if one.service == service]
        free = sum(one.status == "free" for one in own)
        away = sum(one.status in ("ordered", "alerted", "en route", "searching") for one in own)
        counts = (str(free), str(away), str(len(own) - free - away))
        rows.append(ThingRow(f"service {service}", (department(service, t.language), *counts), can=False))
    heads = (t("exercise.service"), t("exercise.free"), t("exercise.on_way"), t("exercise.at_work"))
    return ThingGroup("service", t("exercise.units_n", n=len(frame.units)), heads, tuple(rows))
