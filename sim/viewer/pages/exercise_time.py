"""The bar over an exercise: where in time it stands, and what moves it."""

from __future__ import annotations

from functools import partial

import solara

from sim.core.errors import InputError
from sim.core.quantities import clock_text
from sim.viewer.exercise.state import State
from sim.viewer.exercise.together_page import branch_name
from sim.viewer.pages.exercise_keys import LeaderKeys
from sim.viewer.pages.exercise_parts import choice, clock, moment, press
from sim.viewer.pages.exercise_rooms import Room
from sim.viewer.pages.exercise_steering import Steering
from sim.viewer.pages.exercise_stream import Feed
from sim.viewer.pages.parts_fields import TextField
from sim.viewer.pages.parts_html import put, tag
from sim.viewer.pages.parts_preferences import has_keys
from sim.viewer.words import Words
from sim.viewer.words_refused import refusal

SPEEDS = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600)
STEPS = (("step_1s", 1), ("step_10s", 10), ("step_1min", 60))
BACK_S = (("back_1min", 60), ("back_5min", 300), ("back_15min", 900))


@solara.component
def TimeBar(room: Room, feed: Feed, steering: Steering, t: Words) -> None:
    """Clock, play, steps, speed, jump, branch; while it goes to another moment only another can be asked for."""
    state, session = feed.state.value, room.session
    is_moving = state.mode in ("playing", "jumping")
    is_going = steering.goal.value is not None
    is_stuck = state.mode in ("failed", "over", "closed") or is_going
    with solara.Div(classes=["lx-timebar"]):
        Clock(room, feed, steering, t)
        if is_moving:
            press(t("exercise.pause"), lambda: session.do("pause"), is_main=True, icon="mdi-pause", name="do-pause",
                  off=is_going)  # fmt: skip
        else:
            press(t("exercise.play"), lambda: session.do("play"), is_main=True, icon="mdi-play", off=is_stuck,
                  name="do-play")  # fmt: skip
        with solara.Div(classes=["lx-group"]):
            for key, seconds in reversed(BACK_S):
                press(t(f"exercise.{key}"), partial(steering.back, seconds),
                      off=state.t == 0 or steering.goal.value == 0, name=f"do-{key}")  # fmt: skip
        with solara.Div(classes=["lx-group"]):
            for key, seconds in STEPS:
                press(t(f"exercise.{key}"), partial(session.do, "step", seconds=seconds), off=is_stuck,
                      name=f"do-{key}")  # fmt: skip
        Speed(room, feed, t)
        Jump(room, steering, t)
        Branches(room, feed, t, is_off=is_going)
        if has_keys():
            LeaderKeys()


@solara.component
def Clock(room: Room, feed: Feed, steering: Steering, t: Words) -> None:
    """The time of day in large figures, and what time is doing."""
    state, goal = feed.state.value, steering.goal.value
    with solara.Div(classes=["lx-clock"]):
        put(tag("span", clock(state, room), class_="lx-clock-time", role="timer"))
        achieved = t("exercise.achieved", n=f"{state.achieved:.0f}") if state.mode in ("playing", "jumping") else ""
        past = " · " + t("exercise.is_past") if state.is_past else ""
        rest, mode, told = f" {achieved}{past}", state.mode, t(f"exercise.mode_{state.mode}")
        if goal is not None:
            at = clock_text(room.spec.scenario.start_s + goal)
            rest, mode = "", "jumping"
            told = t("exercise.going_back" if goal < state.t else "exercise.going_on", clock=at)
        put(
            tag("span", told, class_=f"lx-mode is-{mode}")
            + tag("span", rest, class_="ld-muted", title=t("exercise.keys") if has_keys() else None)
        )


@solara.component
def Speed(room: Room, feed: Feed, t: Words) -> None:
    """The ceiling."""
    speed = feed.state.value.speed
    choices = {str(one): f"{one}×" for one in SPEEDS}
    choices.setdefault(f"{speed:g}", f"{speed:g}×")
    with solara.Div(classes=["lx-short"]):
        choice(t("exercise.speed"), f"{speed:g}", choices, lambda one: room.session.do("set_speed", speed=float(one)))


@solara.component
def Jump(room: Room, steering: Steering, t: Words) -> None:
    """To a time of day, or so long after the start; what has been is gone back to."""
    typed, set_typed = solara.use_state("")
    wrong, set_wrong = solara.use_state("")
    gone, set_gone = solara.use_state(0)

    def go(text: str) -> None:
        set_typed(text)
        if not text.strip():
            return
        try:
            steering.go(moment(text, room))
            set_wrong("")
            set_gone(gone + 1)
        except InputError as error:
            set_wrong(refusal(str(error), t))

    solara.use_effect(lambda: set_typed(""), [gone])  # when the field has been drawn with what was typed, it empties
    with solara.Div(classes=["lx-short", "do-jump"]):
        TextField(t("exercise.jump"), typed, go, wrong)


@solara.component
def Branches(room: Room, feed: Feed, t: Words, is_off: bool) -> None:
    """Ways in which things went: go to another, begin one at the moment that the page shows, or name one."""
    state = feed.state.value
    name, set_name = solara.use_state("")
    is_naming, set_naming = solara.use_state(False)
    choices = branch_choices(state, room.spec.scenario.start_s, t)

    def fork() -> None:
        room.session.do("fork", name=name, at=state.t)
        set_name("")
        set_naming(False)

    def rename() -> None:
        room.session.do("rename_branch", branch=state.branch, name=name)
        set_name("")
        set_naming(False)

    def visit(one: str) -> None:
        if is_off:
            raise InputError("it is under way to another moment")
        room.session.do("visit", branch=one)

    with solara.Div(classes=["lx-branches"]):
        with solara.Div(classes=["lx-short", "lx-branch"]):
            choice(t("exercise.branch"), state.branch, choices, visit)
        press(t("exercise.fork"), fork, icon="mdi-source-branch", name="do-fork", off=is_off)
        solara.Button(
            icon_name="mdi-pencil-outline", icon=True, on_click=lambda: set_naming(not is_naming),
            classes=["ld-icon", "do-name-branch"], attributes={"aria-label": t("exercise.name_branch"),
            "title": t("exercise.name_branch"), "aria-expanded": str(is_naming).lower()},
        )  # fmt: skip
        if is_naming:
            with solara.Div(classes=["lx-short", "lx-branch-name"]):
                TextField(t("exercise.branch_name"), name, set_name)
            press(t("exercise.rename_branch"), rename, name="do-rename")


def branch_choices(state: State, start_s: float, t: Words) -> dict[str, str]:
    """Branches as they are called: how far each has come, and where it parted from which other."""
    found = {}
    names = {one.name: branch_name(one.called, t) for one in state.branches}
    for one in state.branches:
        called = f"{names[one.name]} ({clock_text(start_s + one.reached_t)[:5]})"
        if one.parent:
            parted = clock_text(start_s + one.forked_t)
            called += " · " + t("exercise.branch_parted", parent=names[one.parent], clock=parted)
        found[one.name] = called
    return found
