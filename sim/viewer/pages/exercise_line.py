"""The time line under the bar: what has been lived of this branch, where it stands, and what stands beside it."""

from __future__ import annotations

import solara

from sim.core.errors import InputError
from sim.viewer.exercise.landmarks import Landmark
from sim.viewer.exercise.together_page import branch_name
from sim.viewer.pages.exercise_rooms import Room
from sim.viewer.pages.exercise_steering import Steering
from sim.viewer.pages.exercise_stream import Feed
from sim.viewer.pages.time_line import Mark, TimeLine, cut
from sim.viewer.words import Words
from sim.viewer.words_errors import error_text
from sim.viewer.words_model import kind

FRESH_S = 20
"""Simulated seconds after which it is looked whether another incident has begun."""


@solara.component
def ExerciseLine(room: Room, feed: Feed, steering: Steering, t: Words) -> None:
    """Dragged, clicked or moved by keys it asks for a moment, as the field for a time does."""
    state, goal = feed.state.value, steering.goal.value
    landmarks = solara.use_memo(
        lambda: _landmarks(room), [state.commands, state.epoch, state.branch, state.mode, state.t // FRESH_S]
    )
    marks = solara.use_memo(lambda: cut([mark(one, t) for one in landmarks]), [landmarks, t.language])
    reached = next((one.reached_t for one in state.branches if one.name == state.branch), state.t)

    def go(to: int) -> int:
        steering.go(to)
        going = steering.goal.peek()
        return room.session.state.t if going is None else going

    with solara.Div(classes=["lx-line"]):
        TimeLine.element(
            now=state.t if goal is None else goal, reached=max(reached, state.t), end=state.end_t,
            start_s=int(room.spec.scenario.start_s), marks=marks, label=t("line.label"),
            off=state.mode in ("failed", "closed"), on_moment=go,
        )  # fmt: skip


def _landmarks(room: Room) -> tuple[Landmark, ...]:
    try:
        return room.session.landmarks()
    except InputError:  # it has been closed
        return ()


def mark(one: Landmark, t: Words) -> Mark:
    """A landmark as the line shows it."""
    more = one.more
    if one.sort == "incident":
        more = kind(one.more, t.language)
    elif one.sort == "refused":
        more = error_text(one.more, t.language)
    name = branch_name(one.name, t) if one.sort == "parted" else one.name
    return one.t, one.sort, t(f"line.{one.sort}", name=name, more=more)
