"""The fields of one thing that happens in a scenario, by its table and kind."""

from __future__ import annotations

from typing import Any

import solara

from sim.actors.sensor_tables import sensing
from sim.actors.threats import KINDS, PLACELESS, PLATFORM
from sim.core.vocabulary import Severity
from sim.fitting import channel_names
from sim.viewer.pages import plan_state as state
from sim.viewer.pages.parts_fields import ChoiceField, SchemaField, TextField, error_of
from sim.viewer.pages.parts_preferences import words
from sim.viewer.planning.draft import Mistake, Path, mistakes_at
from sim.viewer.planning.forms import Field, attack_fields, detail_fields, shares_text, shares_typed
from sim.viewer.words import Words
from sim.viewer.words_model import department, kind, plain, word

FIELDS = ("name", "kind", "at", "until", "place", "floor", "access", "radius_m", "road", "channel", "district",
          "severity", "confidence")  # fmt: skip
LINES: dict[str, tuple[str, ...]] = {
    "incidents": ("name", "at"), "closures": ("at", "until", "road"), "outages": ("at", "until"),
    "attacks": ("name", "at", "until"), "forecasts": ("name", "at"),
}  # fmt: skip
"""What is typed as it stands."""


def kinds_of(table: str, t: Words) -> dict[str, str]:
    """Kinds of what a table holds, as they are called; none where there are no kinds."""
    if table == "attacks":
        return {name: t(f"map.attack.{name}") for name in KINDS}
    if table in ("incidents", "forecasts"):
        return {name: kind(name, t.language) for name in state.kind_names()}
    return {}


def place_text(place: Any) -> str:
    """A place as it stands in the file."""
    if not isinstance(place, dict):
        return str(place)
    if "lon" in place and "lat" in place:
        return f"{place['lon']}, {place['lat']}"
    return ", ".join(str(value) for value in place.values())


def place_typed(text: str) -> Any:
    """What was typed for a place: longitude and latitude, or a name."""
    parts = text.replace("，", ",").split(",")
    try:
        lon, lat = (float(part) for part in parts)
    except ValueError:
        return text.strip() or None
    return {"lon": lon, "lat": lat}


@solara.component
def Editing(table: str, number: int, one: dict[str, Any], mistakes: list[Mistake]) -> None:
    """The fields of one entry."""
    t = words()
    here: Path = (table, number)
    wrong = {key: error_of(mistakes_at(mistakes, (*here, key)), t) for key in FIELDS}
    with solara.Div(classes=["ld-editing"]):
        kinds = kinds_of(table, t)
        if kinds:
            ChoiceField(t("plan.kind"), str(one.get("kind", "")), kinds, lambda key: _rekind(here, key), wrong["kind"])
        if table == "outages":
            channels = {name: plain(name) for name in channel_names()}
            ChoiceField(t("plan.entry_channel"), str(one.get("channel", "")), channels,
                        lambda key: state.put((*here, "channel"), key), wrong["channel"])  # fmt: skip
        with solara.Div(classes=["ld-fields"]):
            for key in LINES[table]:
                Line(here, one, key, wrong[key])
        if state.has_place(table, str(one.get("kind", ""))):
            Place(here, one, wrong["place"])
        whole = error_of([one for one in mistakes if one.path == here], t)
        if whole:
            solara.Text(whole, classes=["ld-field-error"])
        match table:
            case "closures":
                Number(here, one, "radius_m", wrong["radius_m"])
            case "incidents":
                Details(here, one, mistakes)
            case "attacks":
                AttackDetails(here, one, mistakes, wrong)
            case "forecasts":
                severities = {level.value: word("severity", level.value, t.language) for level in Severity}
                ChoiceField(t("plan.entry_severity"), str(one.get("severity", "serious")), severities,
                            lambda key: state.put((*here, "severity"), key), wrong["severity"])  # fmt: skip
                Number(here, one, "confidence", wrong["confidence"])


def _rekind(here: Path, key: str) -> None:
    """Another kind: what was said of the old one would be wrong of it."""
    changed = state.current().put((*here, "kind"), key)
    state.draft.value = changed.put((*here, "details"), state.details_of(here[0], key))


@solara.component
def Line(here: Path, one: dict[str, Any], key: str, error: str) -> None:
    """What is typed as it stands in the file."""
    t = words()
    TextField(t(f"plan.entry_{key}"), str(one.get(key, "")), lambda text: state.put((*here, key), text or None), error)


@solara.component
def Number(here: Path, one: dict[str, Any], key: str, error: str) -> None:
    """A number of an entry."""
    t = words()

    def take(text: str) -> None:
        try:
            value: Any = float(text)
        except ValueError:
            value = text.strip() or None
        state.put((*here, key), int(value) if isinstance(value, float) and value.is_integer() else value)

    TextField(t(f"plan.entry_{key}"), str(one.get(key, "")), take, error)


@solara.component
def Place(here: Path, one: dict[str, Any], error: str) -> None:
    """Where: typed, or clicked."""
    t = words()
    with solara.Div(classes=["ld-row"]):
        TextField(
            t("plan.entry_place"), place_text(one.get("place", "")),
            lambda text: state.put((*here, "place"), place_typed(text)), error, t("plan.place_hint"),
        )  # fmt: skip
        solara.Button(
            t("plan.on_map"), icon_name="mdi-map-marker-outline", classes=["ld-button"],
            on_click=lambda: state.placing.set(state.Placing(str(here[0]), int(here[1]))),
        )  # fmt: skip


@solara.component
def Details(here: Path, one: dict[str, Any], mistakes: list[Mistake]) -> None:
    """What can be said of an incident beside its kind; the rest is drawn."""
    t = words()
    with solara.Div(classes=["ld-fields"]):
        Number(here, one, "floor", error_of(mistakes_at(mistakes, (*here, "floor")), t))
        Line(here, one, "access", error_of(mistakes_at(mistakes, (*here, "access")), t))
        for field in detail_fields(str(one.get("kind", ""))):
            Detail(here, one, field, mistakes)


@solara.component
def AttackDetails(here: Path, one: dict[str, Any], mistakes: list[Mistake], wrong: dict[str, str]) -> None:
    """Where an attack reaches, and on what terms."""
    t = words()
    name = str(one.get("kind", ""))
    with solara.Div(classes=["ld-fields"]):
        if name not in PLACELESS:
            Number(here, one, "radius_m", wrong["radius_m"])
            Line(here, one, "district", wrong["district"])
        for field in attack_fields(name):
            Detail(here, one, field, mistakes)
        if name in KINDS and "claims" in KINDS[name].model_fields:
            path: Path = (*here, "details", "claims")
            TextField(
                t("detail.claims"), shares_text(state.current().get(path)),
                lambda text: state.put(path, shares_typed(text)), error_of(mistakes_at(mistakes, path), t),
                t("plan.claims_hint"),
            )  # fmt: skip


@solara.component
def Detail(here: Path, one: dict[str, Any], field: Field, mistakes: list[Mistake]) -> None:
    """One field of the details that a kind has."""
    t = words()
    path: Path = (*here, "details", field.name)
    label, value = t.known_or(f"detail.{field.name}", field.name), state.current().get(path)
    error = error_of(mistakes_at(mistakes, path), t)

    def put(given: Any) -> None:
        state.put(path, given)

    names = _called(field, t)
    if names:
        ChoiceField(label, str(field.default if value is None else value), names, put, error)
    else:
        shown = field.default if value is None else value
        SchemaField(field, label, getattr(shown, "value", shown), put, t, error=error)


def _called(field: Field, t: Words) -> dict[str, str]:
    """What the choices of a field are called that tables of the model name; none of other fields."""
    match field.name:
        case "about":
            return {name: kind(name, t.language) for name in field.choices}
        case "to":
            return {name: t("exercise.platform") if name == PLATFORM else department(name, t.language)
                    for name in field.choices}  # fmt: skip
        case "sensor":
            known = sensing().sensor
            return {name: t.either(known[name].title, known[name].title_zh) for name in field.choices}
    return {}
