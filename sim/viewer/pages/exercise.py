"""The trainer's page: choose or begin an exercise, and lead it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs

import solara

from sim.viewer.citymap.ground import box_of
from sim.viewer.citymap.said import MapEvent
from sim.viewer.pages import exercise_registry as rooms
from sim.viewer.pages.exercise_choosing import Choosing
from sim.viewer.pages.exercise_inject import Form, Inject, empty_form
from sim.viewer.pages.exercise_line import ExerciseLine
from sim.viewer.pages.exercise_parts import (
    STYLE,
    LensChoice,
    Refused,
    lens_names,
    map_element,
    picking,
    press,
    refused,
    tabs,
)
from sim.viewer.pages.exercise_people import Notes, Rules, Seats
from sim.viewer.pages.exercise_planned import Planned
from sim.viewer.pages.exercise_rooms import Room
from sim.viewer.pages.exercise_steering import Steering
from sim.viewer.pages.exercise_stream import Feed, use_feed
from sim.viewer.pages.exercise_things import Lists, Selected
from sim.viewer.pages.exercise_time import TimeBar
from sim.viewer.pages.parts import BESIDE
from sim.viewer.pages.parts_html import heading, paragraph, put, tag
from sim.viewer.pages.parts_preferences import browser, words
from sim.viewer.words import Words
from sim.viewer.words_names import names_of

TABS = ("now", "inject", "planned", "rules", "seats", "notes")


def asked(name: str) -> str:
    """A value of the page's address."""
    return str(parse_qs(solara.use_router().search or "").get(name, [""])[0])


@solara.component
def Exercise() -> None:
    """The page: a list without a key, an exercise with one."""
    t = words()
    solara.Title(t("exercise.title"))
    solara.Style(STYLE)
    key = asked("id")
    room = rooms.room_of(key) if key else None
    if room is not None:
        Leading(room).key(room.id)
        return
    if key:
        with solara.Div(classes=["lx-choosing"]):
            paragraph(t("exercise.no_such"), ["ld-bad"])
    Choosing()


@solara.component
def Leading(room: Room) -> None:
    """One exercise, in the hands of who leads it."""
    t = words()
    feed = solara.use_memo(lambda: Feed.of(room, "truth", "police"), [room.id])
    steering = solara.use_memo(lambda: Steering(room, lambda: feed.state.set(room.session.state)), [room.id])
    form = solara.use_memo(empty_form, [room.id])
    mode = solara.use_memo(lambda: solara.Reactive("pick"), [room.id])
    tab, set_tab = solara.use_state("now")
    is_split, set_split = solara.use_state(True)
    solara.use_effect(lambda: room.browsers.add(browser()), [room.id])
    with solara.Div(classes=["lx-lead-page"]):
        TimeBar(room, feed, steering, t)
        ExerciseLine(room, feed, steering, t)
        Refused(t, names_of(room.spec.ground.town, t.language), room.spec.scenario.start_s)
        Failed(room, feed, t)
        with solara.Div(classes=["lx-stage"]):
            Maps(room, feed, form, mode, is_split).key(f"maps {is_split}")
            with solara.Div(classes=["lx-side"], attributes={"id": BESIDE, "tabindex": "-1"}):
                with solara.Div(classes=["lx-row", "lx-side-head"]):
                    press(t("exercise.one_map" if is_split else "exercise.two_maps"), lambda: set_split(not is_split),
                          icon="mdi-view-split-vertical", name="do-split")  # fmt: skip
                    with solara.Link(f"/review?id={room.id}", classes=["ld-inline-link", "do-review"]):
                        solara.Text(t("exercise.review"))
                    End(room, t)
                tabs({one: t(f"exercise.tab_{one}") for one in TABS}, tab, set_tab)
                with solara.Div(classes=["lx-tab-body"]):
                    Tab(tab, room, feed, form, mode, lambda: set_tab("inject"))


@solara.component
def End(room: Room, t: Words) -> None:
    """Whoever has the link may end it, in two clicks: all pages close, and seats' links are worth nothing any more."""
    router = solara.use_router()
    is_sure, set_sure = solara.use_state(False)

    def end() -> None:
        rooms.end(room)
        router.push("/exercise")

    with solara.Div(classes=["lx-row"]):
        if not is_sure:
            press(t("exercise.end"), lambda: set_sure(True), name="do-end")
        else:
            put(tag("span", t("exercise.end_sure"), role="status"))
            press(t("exercise.end"), end, is_main=True, name="do-end-now")
            press(t("exercise.end_not"), lambda: set_sure(False), name="do-end-not")


@solara.component
def Tab(
    tab: str, room: Room, feed: Feed, form: solara.Reactive[Form], mode: solara.Reactive[str],
    to_form: Callable[[], None],
) -> None:  # fmt: skip
    """What the chosen tab shows."""
    t = words()
    match tab:
        case "inject":
            Inject(room, feed, form, mode, t)
        case "planned":
            Planned(room, feed, form, to_form, t)
        case "rules":
            Rules(room, feed, t)
        case "seats":
            Seats(room, feed, t)
        case "notes":
            Notes(room, feed, t)
        case _:
            if feed.selected.value[0]:
                Selected(room, feed, t)
            Lists(room, feed, t)


@solara.component
def Maps(room: Room, feed: Feed, form: solara.Reactive[Form], mode: solara.Reactive[str], is_split: bool) -> None:
    """One map, or two that look at the same place: what is true, and what somebody believes."""
    t = words()
    names = solara.use_memo(lambda: lens_names(room, t), [t.language])
    lenses = feed.lenses.value

    def placed(event: MapEvent) -> None:
        form.value = {**form.peek(), "place": f"{event.lon:.5f}, {event.lat:.5f}"}
        mode.value = "pick"

    hear = picking(feed, placed)
    elements = []
    with solara.Div(classes=["lx-maps"]):
        solara.Style(_beside_each_other(room))
        with solara.Div(classes=["lx-pair", "is-wide" if is_split else ""]):
            for number in range(2 if is_split else 1):
                with solara.Div(classes=["lx-map"]):
                    LensChoice(names, _known(lenses[number], names), _chooser(feed, number), t("exercise.lens"))
                    with solara.Div(classes=["lx-map-box"]):
                        elements.append(
                            map_element(room, t, people=True, on_event=hear, mode=mode.value, link=f"lead {room.id}")
                        )
    use_feed(room, feed, elements, room.frame)


def _beside_each_other(room: Room) -> str:
    """Two maps stand side by side where that shows the town larger than one above the other (each has a row on top)."""
    box = box_of(room.spec.ground.town)
    ratio = round(75 * (box.east - box.west) / (box.north - box.south))
    return f"@container maps (min-aspect-ratio: {ratio}/100) {{ .lx-pair.is-wide {{ flex-direction: row; }} }}"


def _known(lens: str, names: dict[str, str]) -> str:
    """The lens, by the word under which it stands in the list."""
    return lens if lens in names else next((one for one in names if one.startswith(lens) or one == "joint"), lens)


def _chooser(feed: Feed, number: int) -> Callable[[str], None]:
    def choose(lens: str) -> None:
        lenses = list(feed.lenses.peek())
        lenses[number] = lens
        feed.lenses.value = tuple(lenses)
        refused.value = ""

    return choose


@solara.component
def Failed(room: Room, feed: Feed, t: Words) -> None:
    """The model came to an error: what it said, and the way back."""
    state = feed.state.value
    if state.mode != "failed":
        return
    with solara.Div(classes=["ld-panel", "ld-trouble"]):
        heading(t("exercise.failed_title"))
        paragraph(state.error.splitlines()[0] if state.error else "")
        paragraph(t("exercise.failed_text"))
        press(t("exercise.failed_back"), lambda: room.session.do("jump", to=max(0, state.t - 60)), is_main=True)
        with solara.Details(summary=t("error.details")):
            put(tag("pre", state.error, class_="ld-pre"))
