"""What is injected, at a click or later: incidents, faults, lies, words; and the list of what is planned."""

from __future__ import annotations

from typing import Any

import solara

from sim.actors.organisation import organisation
from sim.core.events import EVENTS
from sim.core.quantities import clock_text, duration_s
from sim.core.vocabulary import Number
from sim.hazards.tables import incident_kinds
from sim.viewer.exercise.happenings import DECISIONS
from sim.viewer.exercise.msel import Outcome
from sim.viewer.exercise.session import given_by
from sim.viewer.pages.exercise_forms import DEFAULTS, FIELDS, SORTS, command
from sim.viewer.pages.exercise_parts import choice, moment, press
from sim.viewer.pages.exercise_rooms import Room
from sim.viewer.pages.exercise_stream import Feed
from sim.viewer.pages.parts_fields import TextField
from sim.viewer.pages.parts_html import heading, paragraph, put, tag
from sim.viewer.words import Words
from sim.viewer.words_model import department, kind

Form = dict[str, Any]

VERDICTS = ("open", "done", "partly", "not done")


def empty_form() -> solara.Reactive[Form]:
    """A form as it is at first."""
    return solara.Reactive(dict(DEFAULTS))


@solara.component
def Inject(room: Room, feed: Feed, form: solara.Reactive[Form], mode: solara.Reactive[str], t: Words) -> None:
    """A form; where a place is wanted a click on the map gives it."""
    said = form.value
    put_in = _setter(form)
    done, set_done = solara.use_state("")
    choice(t("exercise.what"), said["sort"], {one: t(f"exercise.sort_{one}") for one in SORTS}, put_in("sort"))
    for name in FIELDS[said["sort"]]:
        if name == "place":
            Place(said, put_in, mode, t)
        else:
            FormField(name, said, put_in, room, t)
    with solara.Details(summary=t("exercise.later")):
        paragraph(t("exercise.later_text"), ["ld-muted"])
        for name in ("when", "title", "expected"):
            TextField(
                t(f"exercise.f_{name}"),
                said[name],
                put_in(name),
                hint=t("exercise.hint_when") if name == "when" else "",
            )
        choice(t("exercise.f_expects"), said["expects"], _expectable(t), put_in("expects"))
        choice(t("exercise.f_expects_of"), said["expects_of"], {"": t("exercise.anybody"), **_departments(t)},
                    put_in("expects_of"))  # fmt: skip
        TextField(t("exercise.f_within"), said["within"], put_in("within"))

    def now() -> None:
        what = command(said, room.session.state.commands + 1)
        room.session.do(given_by(what))
        set_done(t("exercise.injected", name=what.get("name") or t(f"exercise.sort_{said['sort']}")))
        form.value = {**form.value, "name": "", "words": ""}

    def planned() -> None:
        number = room.session.state.commands + 1
        what = command(said, number)
        room.session.do(
            "plan_inject", name=str(what.get("name") or f"{said['sort']}-{number}"), at=moment(said["when"], room),
            to=str(what.get("to", said["expects_of"])), title=said["title"], what=what, expected=said["expected"],
            expects=said["expects"], expects_of=said["expects_of"], within_s=int(duration_s(said["within"], "within")),
        )  # fmt: skip
        set_done(t("exercise.put_on_list", at=said["when"]))
        form.value = {**form.value, "name": "", "words": "", "title": "", "expected": ""}

    if done:
        put(tag("p", done, role="status", class_="lx-done"))
    with solara.Div(classes=["lx-row"]):
        press(t("exercise.now"), now, is_main=True, icon="mdi-flash", name="do-inject")
        press(t("exercise.plan_it"), planned, off=not said["when"].strip(), name="do-plan")


@solara.component
def Place(said: Form, put_in: Any, mode: solara.Reactive[str], t: Words) -> None:
    """A place: clicked, or named."""
    is_asking = mode.value == "place"
    TextField(t("exercise.f_place"), said["place"], put_in("place"), hint=t("exercise.hint_place"))
    press(
        t("exercise.click_now") if is_asking else t("exercise.click_map"),
        lambda: mode.set("pick" if is_asking else "place"), icon="mdi-map-marker-plus-outline", is_main=is_asking,
        name="do-place",
    )  # fmt: skip


@solara.component
def FormField(name: str, said: Form, put_in: Any, room: Room, t: Words) -> None:
    """One field by its name."""
    choices = _choices(name, room, t)
    label = t(f"exercise.f_{name}")
    if choices is None:
        hints = {
            "name": t("exercise.hint_name"),
            "details": t("exercise.hint_details"),
            "lasts": t("exercise.hint_lasts"),
        }
        TextField(label, said[name], put_in(name), hint=hints.get(name, ""))
    else:
        choice(label, said[name], choices, put_in(name))


def _choices(name: str, room: Room, t: Words) -> dict[str, str] | None:
    match name:
        case "kind":
            return {one: kind(one, t.language) for one in incident_kinds()}
        case "channel":
            return {one: one for one in room.session.read(lambda city: sorted(city.switchboard.channels))}
        case "number":
            return {one.value: one.value for one in Number}
        case "to":
            return {one: department(one, t.language) for one in room.departments()}
        case "sender":
            return _departments(t)
        case "to_platform":
            return {"shared platform": t("exercise.platform"), **_departments(t)}
    return None


def _departments(t: Words) -> dict[str, str]:
    return {one: department(one, t.language) for one in organisation().department}


def _expectable(t: Words) -> dict[str, str]:
    """Decisions that may be waited for."""
    return {"": t("exercise.nothing_watched"), **{one.__name__: t(f"expects.{one.__name__}") for one in DECISIONS
                                                 if one.__name__ in EVENTS}}  # fmt: skip


def _setter(form: solara.Reactive[Form]) -> Any:
    return lambda name: lambda value: form.set({**form.peek(), name: value})


# --- the list


@solara.component
def Planned(room: Room, feed: Feed, t: Words) -> None:
    """Planned injects with what followed, and what who watches says of it."""
    state = feed.state.value
    found = solara.use_memo(lambda: room.session.outcomes(), [state.commands, state.t // 120, state.epoch])
    if not found:
        paragraph(t("exercise.no_planned"), ["ld-muted"])
    for one in found:
        PlannedLine(room, one, t)


@solara.component
def PlannedLine(room: Room, one: Outcome, t: Words) -> None:
    """One line of the list."""
    inject, start_s = one.inject, room.spec.scenario.start_s
    with solara.Div(classes=["lx-card", f"is-{one.status}"]):
        heading(f"{clock_text(start_s + inject.at)[:8]} · {inject.title or inject.name}", 4)
        status = t(f"review.status.{one.status}", reason=one.reason)
        seen = ""
        if one.seen_t is not None:
            seen = " · " + t("exercise.seen_at", clock=clock_text(start_s + one.seen_t))
        told = "late" if one.is_late else "missed" if one.is_missed else ""
        put(tag("div", status + seen + (" · " + t(f"exercise.{told}") if told else ""), class_="ld-status"))
        if inject.to:
            put(tag("div", t("exercise.line_to", to=department(inject.to, t.language)), class_="ld-muted"))
        if inject.expected:
            put(tag("div", t("exercise.line_expected", expected=inject.expected), class_="ld-muted"))
        with solara.Div(classes=["lx-row"]):
            choice(t("review.verdict"), one.verdict, {v: t(f"review.verdict.{v}") for v in VERDICTS},
                        lambda verdict: room.session.do("judge", name=inject.name, verdict=verdict))  # fmt: skip
            if one.status == "planned":
                press(t("exercise.drop"), lambda: room.session.do("drop_inject", name=inject.name))
