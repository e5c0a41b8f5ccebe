"""The list of planned injects: what will happen when, where and to whom, and what came of it; lines can be changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import solara

from sim.city.map import Map
from sim.core.errors import InputError
from sim.core.quantities import clock_text
from sim.fitting import resolve
from sim.scenario import Where
from sim.viewer.exercise.commands import plain
from sim.viewer.exercise.controls import PlanInject
from sim.viewer.exercise.happenings import Happening
from sim.viewer.exercise.msel import Outcome, command_in
from sim.viewer.exercise.review_page import sentence
from sim.viewer.pages.exercise_forms import filled
from sim.viewer.pages.exercise_inject import Form
from sim.viewer.pages.exercise_parts import choice, press
from sim.viewer.pages.exercise_rooms import Room
from sim.viewer.pages.exercise_stream import Feed
from sim.viewer.pages.parts_html import heading, paragraph, put, tag
from sim.viewer.words import Words
from sim.viewer.words_model import department, kind
from sim.viewer.words_names import Names, names_of
from sim.viewer.words_refused import refusal

VERDICTS = ("open", "done", "partly", "not done")


@solara.component
def Planned(room: Room, feed: Feed, form: solara.Reactive[Form], to_form: Callable[[], None], t: Words) -> None:
    """Planned injects with what followed, and what who watches says of it."""
    state = feed.state.value
    found = solara.use_memo(lambda: room.session.outcomes(), [state.commands, state.t // 120, state.epoch])
    if not found:
        paragraph(t("exercise.no_planned"), ["ld-muted"])

    def fill(one: PlanInject, replaces: str) -> None:
        form.value = form_of(one, room.spec.scenario.start_s, replaces)
        to_form()

    for one in found:
        PlannedLine(room, feed, one, fill, t)


def form_of(one: PlanInject, start_s: float, replaces: str = "") -> Form:
    """The form of a line of the list: of a copy, or of the line itself."""
    told = filled(one.what)
    if not replaces:
        told["name"] = ""
    return {
        **told, "when": clock_text(start_s + one.at), "title": one.title, "expected": one.expected,
        "expects": one.expects, "expects_of": one.expects_of, "within": f"{one.within_s}s", "replaces": replaces,
    }  # fmt: skip


@solara.component
def PlannedLine(room: Room, feed: Feed, one: Outcome, fill: Callable[[PlanInject, str], None], t: Words) -> None:
    """One line of the list: when, what, where, to whom; what is expected, and what came."""
    inject, start_s = one.inject, room.spec.scenario.start_s
    town = room.spec.ground.town
    names = names_of(town, t.language)
    with solara.Div(classes=["lx-card", f"is-{one.status}"]):
        heading(f"{clock_text(start_s + inject.at)} · {inject.title or inject.name}", 4)
        status = t(f"review.status.{one.status}", reason=refusal(one.reason, t, names, start_s))
        seen = ""
        if one.seen_t is not None:
            seen = " · " + t("exercise.seen_at", clock=clock_text(start_s + one.seen_t))
        told = "late" if one.is_late else "missed" if one.is_missed else ""
        put(tag("div", status + seen + (" · " + t(f"exercise.{told}") if told else ""), class_="ld-status"))
        put(tag("div", happens(inject, names, t)))
        at = place_of(inject.what.get("place"), town)
        if at is not None:
            with solara.Div(classes=["lx-row", "lx-where"]):
                put(tag("span", names.near(*at)))
                press(t("exercise.show_on_map"), lambda: feed.look_at(*at), icon="mdi-crosshairs-gps", name="do-look")
        if inject.to:
            put(tag("div", t("exercise.line_to", to=department(inject.to, t.language)), class_="ld-muted"))
        if inject.expected:
            put(tag("div", t("exercise.line_expected", expected=inject.expected), class_="ld-muted"))
        with solara.Div(classes=["lx-row"]):
            choice(t("review.verdict"), one.verdict, {v: t(f"review.verdict.{v}") for v in VERDICTS},
                        lambda verdict: room.session.do("judge", name=inject.name, verdict=verdict))  # fmt: skip
        with solara.Div(classes=["lx-row"]):
            if one.status == "planned":
                press(t("exercise.change"), lambda: fill(inject, inject.name), name="do-change")
            press(t("exercise.copy"), lambda: fill(inject, ""), name="do-copy-inject")
            if one.status == "planned":
                press(t("exercise.drop"), lambda: room.session.do("drop_inject", name=inject.name), name="do-drop")


def happens(inject: PlanInject, names: Names, t: Words) -> str:
    """What a line has happen, in words."""
    command = command_in(inject)
    if command is None:
        return t("exercise.by_role_player")
    told = sentence(Happening(inject.at, "inject", "", command.do, plain(command)), t.language, names)
    details = inject.what.get("details") or {}
    parts = [f"{t.known_or(f'detail.{name}', name)} {_shown(value, t)}" for name, value in details.items()]
    if inject.what.get("floor") is not None:
        parts.insert(0, f"{t('exercise.f_floor')} {inject.what['floor']}")
    if inject.what.get("lasts"):
        parts.append(f"{t('exercise.f_lasts')} {inject.what['lasts']}")
    return told + (" (" + t("form.comma").join(parts) + ")" if parts else "")


def _shown(value: Any, t: Words) -> str:
    if isinstance(value, Mapping):
        return t("form.comma").join(kind(str(one), t.language) for one in value)
    if isinstance(value, bool):
        return t("exercise.yes" if value else "exercise.no")
    return t.known_or(f"choice.{value}", str(value))


def place_of(place: Any, town: Map) -> tuple[float, float] | None:
    """Where that is, m; None where the map does not know it, or nothing has a place."""
    if not place:
        return None
    try:
        given = Where.model_validate(place) if isinstance(place, Mapping) else str(place)
        return town.roads.at(resolve(given, town, "place"))
    except (InputError, ValueError):
        return None
