"""What is injected, at a click or later: incidents, faults, lies, words."""

from __future__ import annotations

from typing import Any

import solara

from sim.actors.organisation import organisation
from sim.core.errors import InputError
from sim.core.events import EVENTS
from sim.core.quantities import duration_s
from sim.core.vocabulary import Number
from sim.hazards.tables import incident_kinds
from sim.viewer.exercise.happenings import DECISIONS
from sim.viewer.exercise.session import given_by
from sim.viewer.pages.exercise_forms import DEFAULTS, FIELDS, SORTS, begun, command, fields_for
from sim.viewer.pages.exercise_parts import choice, moment, press, refused
from sim.viewer.pages.exercise_rooms import Room
from sim.viewer.pages.exercise_stream import Feed
from sim.viewer.pages.parts_fields import ChoiceField, SchemaField, TextField
from sim.viewer.pages.parts_html import paragraph, put, tag
from sim.viewer.words import Words
from sim.viewer.words_model import department, kind, sensor

Form = dict[str, Any]


def empty_form() -> solara.Reactive[Form]:
    """A form as it is at first."""
    return solara.Reactive(dict(DEFAULTS))


@solara.component
def Inject(room: Room, feed: Feed, form: solara.Reactive[Form], mode: solara.Reactive[str], t: Words) -> None:
    """A form; where a place is wanted a click on the map gives it."""
    said = form.value
    put_in = _setter(form)
    done, set_done = solara.use_state("")

    def resort(sort: str) -> None:
        form.value = {**form.peek(), "sort": sort, "details": begun(sort)}

    if said["replaces"]:
        Replaces(form, t)
    choice(t("exercise.what"), said["sort"], {one: t(f"exercise.sort_{one}") for one in SORTS}, resort)
    for name in FIELDS[said["sort"]]:
        if name == "place":
            Place(said, put_in, mode, t)
        elif name == "details":
            Details(form, t)
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
        set_done("")
        what = command(said, room.session.state.commands + 1)
        room.session.do(given_by(what))
        set_done(t("exercise.injected", name=what.get("name") or t(f"exercise.sort_{said['sort']}")))
        form.value = {**form.value, "name": "", "words": "", "replaces": ""}

    def planned() -> None:
        set_done("")
        plan(room, said)
        set_done(t("exercise.put_on_list", at=said["when"]))
        form.value = {**form.value, "name": "", "words": "", "title": "", "expected": "", "replaces": ""}

    if done and not refused.value:
        put(tag("p", done, role="status", class_="lx-done"))
    with solara.Div(classes=["lx-row"]):
        press(t("exercise.now"), now, is_main=True, icon="mdi-flash", name="do-inject")
        press(t("exercise.plan_it"), planned, off=not said["when"].strip(), name="do-plan")


def plan(room: Room, said: Form) -> None:
    """Put a line on the list, instead of the one that it replaces; that one stays where the new one is refused."""
    number = room.session.state.commands + 1
    what = command(said, number)
    within = int(duration_s(said["within"].strip() or DEFAULTS["within"], "within"))
    line = {
        "name": str(what.get("name") or f"{said['sort']}-{number}"), "at": moment(said["when"], room),
        "to": str(what.get("to", said["expects_of"])), "title": said["title"], "what": what,
        "expected": said["expected"], "expects": said["expects"], "expects_of": said["expects_of"], "within_s": within,
    }  # fmt: skip
    old = next((one.inject for one in room.session.outcomes() if one.inject.name == said["replaces"]), None)
    if old is not None:
        room.session.do("drop_inject", name=old.name)
    try:
        room.session.do("plan_inject", **line)
    except InputError:
        if old is not None:
            room.session.do(old)
        raise


@solara.component
def Replaces(form: solara.Reactive[Form], t: Words) -> None:
    """Which line of the list is being changed."""
    with solara.Div(classes=["lx-row", "lx-notice"]):
        put(tag("span", t("exercise.replaces", name=form.value["replaces"]), role="status"))
        press(t("exercise.replace_not"), lambda: form.set({**form.peek(), "replaces": ""}), name="do-replace-not")


@solara.component
def Details(form: solara.Reactive[Form], t: Words) -> None:
    """What can be said beside the kind, asked for as its schema wants it; the rest is drawn."""
    details = form.value["details"]
    for field in fields_for(form.value):
        label, value = t.known_or(f"detail.{field.name}", field.name), details.get(field.name)

        def give(given: Any, name: str = field.name) -> None:
            form.value = {**form.peek(), "details": {**form.peek()["details"], name: given}}

        if field.name == "sensor":
            ChoiceField(label, str(value), {one: sensor(one, t.language) for one in field.choices}, give)
        else:
            shown = field.default if value is None else value
            SchemaField(field, label, getattr(shown, "value", shown), give, t)


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
            "lasts": t("exercise.hint_lasts"),
        }
        TextField(label, said[name], put_in(name), hint=hints.get(name, ""))
    elif name == "kind":  # what was said of the old one would be wrong of it
        choice(label, said[name], choices, lambda value: (put_in("details")({}), put_in(name)(value)))
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
