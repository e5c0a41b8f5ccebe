"""The page of one department: its picture, its cases, its units, its orders, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

from sim.core.errors import InputError
from sim.viewer.citymap.said import MapEvent
from sim.viewer.exercise.picture import SeatPicture
from sim.viewer.exercise.seats import Chair
from sim.viewer.pages import exercise_registry as rooms
from sim.viewer.pages.exercise import asked
from sim.viewer.pages.exercise_orders import Orders
from sim.viewer.pages.exercise_parts import (
    STYLE,
    LensChoice,
    Refused,
    clock,
    map_element,
    owner_name,
    picking,
    press,
    tabs,
)
from sim.viewer.pages.exercise_rooms import Invitation, Room
from sim.viewer.pages.exercise_seat_lists import Cases, Letters, Units
from sim.viewer.pages.exercise_stream import Feed, use_feed
from sim.viewer.pages.exercise_things import Selected
from sim.viewer.pages.parts import BESIDE
from sim.viewer.pages.parts_fields import TextField
from sim.viewer.pages.parts_html import heading, paragraph, put, tag
from sim.viewer.pages.parts_preferences import browser, words
from sim.viewer.words import Words
from sim.viewer.words_errors import error_text
from sim.viewer.words_model import department
from sim.viewer.words_names import names_of


@solara.component
def Seat() -> None:
    """Who has the key sits down, or comes back."""
    t = words()
    solara.Title(t("seat.title"))
    solara.Style(STYLE)
    key = asked("key")
    room = rooms.room_of_seat(key) if key else None
    if room is None:
        with solara.Div(classes=["lx-choosing"]):
            heading(t("seat.title"), 1)
            paragraph(t("seat.no_key"), ["ld-bad"])
        return
    Door(room, room.invitation(key)).key(key)


@solara.component
def Door(room: Room, invitation: Invitation) -> None:
    """A name is asked for once; who comes back finds everything as he left it."""
    t = words()
    who, set_who = solara.use_state("")
    chair, set_chair = solara.use_state(None)
    told, set_told = solara.use_state("")

    def sit(name: str) -> None:
        try:
            set_chair(room.sit(invitation.key, name))
        except InputError as wrong:
            set_told(str(wrong))

    def come_back() -> None:
        if invitation.who:
            sit(invitation.who)

    solara.use_effect(come_back, [])
    if chair is not None:
        Desk(room, invitation.key, chair)
        return
    with solara.Div(classes=["lx-choosing"]):
        heading(department(invitation.department, t.language), 1)
        paragraph(t("seat.welcome"), ["ld-muted"])
        TextField(t("seat.your_name"), who, set_who)
        if told:
            put(tag("p", error_text(told, t.language), role="alert", class_="lx-refused"))
        press(t("seat.sit"), lambda: sit(who), is_main=True, off=not who.strip(), name="do-sit")


@solara.component
def Desk(room: Room, key: str, chair: Chair) -> None:
    """The desks of a department, with a person at them."""
    t = words()
    own = solara.use_memo(lambda: room.own_lenses(key), [])
    feed = solara.use_memo(lambda: Feed.of(room, own[0]), [])
    state = feed.state.value
    case = solara.use_memo(lambda: solara.Reactive(""), [])
    use_presence(room, chair)
    done, set_done = solara.use_state(0)
    picture = _picture(chair)
    if isinstance(picture, str):
        with solara.Div(classes=["lx-choosing"]):
            heading(department(chair.department, t.language), 1)
            paragraph(error_text(picture, t.language), ["ld-bad"])
            press(t("seat.again"), lambda: set_done(done + 1))
        return
    with solara.Div(classes=["lx-lead-page", "ld-seat-page"]):
        with solara.Div(classes=["lx-timebar"]):
            with solara.Div(classes=["lx-clock"]):
                put(tag("span", clock(state, room), class_="lx-clock-time", role="timer"))
                put(tag("span", t(f"exercise.mode_{state.mode}"), class_=f"lx-mode is-{state.mode}"))
            put(tag("div", tag("b", department(chair.department, t.language)), f" · {chair.who}", class_="lx-who"))
            put(tag("div", t("seat.past") if state.is_past else t("seat.only_yours"), class_="ld-muted"))
        Refused(t, names_of(room.spec.ground.town, t.language), room.spec.scenario.start_s)
        with solara.Div(classes=["lx-stage"]):
            SeatMap(room, key, feed, own, case)
            with solara.Div(classes=["lx-side", "is-wide"], attributes={"id": BESIDE, "tabindex": "-1"}):
                Work(room, chair, feed, picture, case, lambda: set_done(done + 1))


def use_presence(room: Room, chair: Chair) -> None:
    """Who leads the exercise sees that somebody looks, as long as this page is open."""

    def look() -> Callable[[], None]:
        page = object()
        room.presence.come(chair.department, page, browser())
        return lambda: room.presence.leave(chair.department, page, room.session.state.t)

    solara.use_effect(look, [])


def _picture(chair: Chair) -> SeatPicture | str:
    """What the seat sees; or why it sees nothing."""
    try:
        return chair.picture()
    except InputError as wrong:
        return str(wrong)


@solara.component
def SeatMap(room: Room, key: str, feed: Feed, own: list[str], case: solara.Reactive[str]) -> None:
    """The map with the pictures of its own desks."""
    t = words()

    def opened(event: MapEvent) -> None:
        if event.sort == "case":
            case.value = event.id
        picking(feed, lambda _: None)(event)

    names = solara.use_memo(lambda: _own_names(room, own, t), [t.language])
    with solara.Div(classes=["lx-maps"]), solara.Div(classes=["lx-pair"]), solara.Div(classes=["lx-map"]):
        if len(own) > 1:
            LensChoice(names, feed.lenses.value[0], lambda lens: feed.lenses.set((lens,)), t("seat.desk"))
        with solara.Div(classes=["lx-map-box"]):
            element = map_element(room, t, people=False, on_event=opened, mode="pick", link="")
    use_feed(room, feed, [element], lambda lens, since_s: room.seat_frame(key, lens, since_s))


def _own_names(room: Room, own: list[str], t: Words) -> dict[str, str]:
    known = {one.lens.owner: one for one in room.lenses()}
    names = names_of(room.spec.ground.town, t.language)
    return {name: owner_name(known[name], names, t) if name in known else name for name in own}


@solara.component
def Work(room: Room, chair: Chair, feed: Feed, picture: SeatPicture, case: Any, acted: Any) -> None:
    """Cases, what has come in, units; and what may be ordered."""
    t = words()
    tab, set_tab = solara.use_state("cases")
    fresh = sum(one.status == "decide" for one in picture.cases)
    names = {
        "cases": t("seat.tab_cases", n=len(picture.cases)), "letters": t("seat.tab_letters", n=len(picture.heard)),
        "units": t("seat.tab_units", n=len(picture.units)),
    }  # fmt: skip
    chosen = next((one for one in picture.cases if one.id == case.value), None)
    if fresh:
        put(tag("div", t("seat.to_decide", n=fresh), role="status", class_="lx-notice"))
    tabs(names, tab, set_tab)
    with solara.Div(classes=["lx-tab-body"]):
        if feed.selected.value[0]:
            Selected(room, feed, t)
        match tab:
            case "letters":
                Letters(room, feed, picture, t)
            case "units":
                Units(room, feed, picture, chair, acted)
            case _:
                Cases(room, feed, picture, case, t)
    with solara.Div(classes=["lx-orders"]):
        Orders(chair, picture, chosen, names_of(room.spec.ground.town, t.language), acted)
