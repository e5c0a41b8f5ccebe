"""Before an exercise: begin one, go on with one that is led from this browser, or open one that was recorded."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import solara

from sim.city.store import listed_maps
from sim.core.errors import InputError
from sim.policies.bundles import bundle_names
from sim.scenario import Scenario, scenario_names
from sim.viewer.pages import exercise_registry as rooms
from sim.viewer.pages.exercise_parts import Refused, choice, clock, press
from sim.viewer.pages.exercise_rooms import Room
from sim.viewer.pages.exercise_stored import stored
from sim.viewer.pages.parts import safely
from sim.viewer.pages.parts_fields import TextField
from sim.viewer.pages.parts_html import heading, paragraph, put, tag
from sim.viewer.pages.parts_preferences import browser, words
from sim.viewer.server import MAP_VARIABLE, START_VARIABLE
from sim.viewer.words import Words
from sim.viewer.words_errors import error_text
from sim.viewer.words_model import bundle, department
from sim.viewer.words_model import scenario as scenario_words
from sim.viewer.words_model import town as town_title


@solara.component
def Choosing() -> None:
    """Begin one, go on with one, or open one that was recorded."""
    t = words()
    router = solara.use_router()
    waiting, set_waiting = solara.use_state("")
    told, set_told = solara.use_state("")

    def enter(room: Room) -> None:
        router.push(f"/exercise?id={room.id}")

    def start(make: Callable[[], Room]) -> None:
        set_told("")
        set_waiting(t("exercise.opening"))

        def work() -> None:
            try:
                enter(make())
            except InputError as wrong:
                set_told(str(wrong))
            finally:
                set_waiting("")

        threading.Thread(target=safely(work), daemon=True).start()

    with solara.Div(classes=["lx-choosing"]):
        heading(t("exercise.title"), 1)
        paragraph(t("exercise.choose_text"), ["ld-muted"])
        if waiting:
            put(tag("p", waiting, role="status", class_="lx-waiting"))
            solara.ProgressLinear(True)
        if told:
            put(tag("p", error_text(told, t.language), role="alert", class_="lx-refused"))
        with solara.Div(classes=["lx-columns"]):
            with solara.Div(classes=["ld-panel"]):
                New(t, start, is_waiting=bool(waiting))
            with solara.Div(classes=["ld-panel"]):
                Known(t, start, enter, is_waiting=bool(waiting))


@solara.component
def New(t: Words, start: Callable[[Callable[[], Room]], None], is_waiting: bool) -> None:
    """A new one."""
    given = os.environ.get(START_VARIABLE, "")
    named = given if given in scenario_names() else "demo"
    name, set_name = solara.use_state(named)
    town, set_town = solara.use_state(os.environ.get(MAP_VARIABLE, ""))
    arm, set_arm = solara.use_state("fragmented")
    seed, set_seed = solara.use_state("1")
    mine = browser()
    found = solara.use_memo(lambda: {one: Scenario.load(one) for one in scenario_names()}, [])
    maps = solara.use_memo(listed_maps, [])
    heading(t("exercise.new"))
    choice(t("exercise.scenario"), name, {one: scenario_words(found[one], t.language)[0] for one in found}, set_name)
    paragraph(scenario_words(found[name], t.language)[1], ["ld-muted"])
    titles = {str(one["name"]): town_title(str(one["name"]), t.language) for one in maps}
    own_map = t("exercise.own_map", map=titles.get(found[name].town, found[name].town))
    choice(t("exercise.map"), town, {"": own_map, **titles}, set_town)
    choice(t("exercise.policies"), arm, {one: bundle(one, t.language)[0] for one in bundle_names()}, set_arm)
    paragraph(bundle(arm, t.language)[1], ["ld-muted"])
    TextField(t("exercise.seed"), seed, set_seed)

    def begin() -> None:
        if not seed.strip().isdigit() or len(seed.strip()) > 9:
            raise InputError(f"seed is {seed!r:.40}; a whole number is wanted")
        start(lambda: rooms.begin(name, town, arm, int(seed), mine))

    Refused(t)
    press(t("exercise.begin"), begin, is_main=True, off=is_waiting, name="do-begin")


@solara.component
def Known(t: Words, start: Any, enter: Any, is_waiting: bool) -> None:
    """Those under way that were led from this browser, and those that were recorded."""
    mine = browser()
    again, set_again = solara.use_state(0)
    running = rooms.rooms_of(mine)

    def ended(room: Room) -> None:
        rooms.end(room)
        set_again(again + 1)

    heading(t("exercise.running"))
    if not running:
        paragraph(t("exercise.none_running"), ["ld-muted"])
    for room in running:
        with solara.Div(classes=["lx-known"]):
            title = scenario_words(room.spec.scenario, t.language)[0]
            put(tag("div", tag("b", title), f" · {room.session.folder.name}"))
            put(tag("div", under_way(room, t), class_="ld-muted"))
            with solara.Div(classes=["lx-row"]):
                press(t("exercise.go_on"), partial(enter, room), name="do-go-on")
                press(t("exercise.end"), partial(ended, room))
    heading(t("exercise.recorded"))
    found = solara.use_memo(lambda: stored(rooms.recorded()[:12]), [again, len(running), is_waiting])
    if not found:
        paragraph(t("exercise.none_recorded"), ["ld-muted"])
    for one in found:
        with solara.Div(classes=["lx-known"]):
            put(tag("div", tag("b", one.title(t.language)), f" · {one.name}"))
            put(tag("div", one.told(t), class_="ld-muted"))
            with solara.Div(classes=["lx-row"]):
                press(t("exercise.reopen"), partial(start, partial(rooms.reopen, one.name, mine)), off=is_waiting,
                      name="do-reopen")  # fmt: skip


def under_way(room: Room, t: Words) -> str:
    """How far it is, who sits where, and from how many browsers it is led."""
    state = room.session.state
    seats = [t("review.seat", by=who, seat=department(name, t.language)) for name, who in state.seats.items()]
    parts = [clock(state, room), t(f"exercise.mode_{state.mode}"), t("exercise.led_here", n=len(room.browsers))]
    return " · ".join([*parts, t("form.comma").join(seats) or t("review.no_seats")])
