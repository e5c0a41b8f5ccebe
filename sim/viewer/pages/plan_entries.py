"""What happens in a scenario: incidents, closed roads, channels out of order, attacks, forecasts."""

from __future__ import annotations

from typing import Any

import solara

from sim.fitting import channel_names
from sim.viewer.pages import plan_state as state
from sim.viewer.pages.parts import safely
from sim.viewer.pages.parts_fields import ChoiceField, SchemaField, TextField, error_of
from sim.viewer.pages.parts_html import heading, put, tag
from sim.viewer.pages.parts_preferences import words
from sim.viewer.planning.draft import Mistake, Path, mistakes_at
from sim.viewer.planning.forms import detail_fields
from sim.viewer.words import Words
from sim.viewer.words_model import kind, plain

FIELDS = ("name", "kind", "at", "until", "place", "floor", "access", "radius_m", "road", "channel")
TABLES = ("incidents", "closures", "outages", "attacks", "forecasts")


@solara.component
def Entries(mistakes: list[Mistake]) -> None:
    """All tables, those that can be added to first."""
    t = words()
    found = state.current()
    for table in TABLES:
        entries = found.entries(table)
        if not entries and table in ("attacks", "forecasts"):
            continue
        with solara.Div(classes=["ld-group"]):
            heading(t(f"plan.{table}"), 3)
            for number, one in enumerate(entries):
                Entry(table, number, one, mistakes_at(mistakes, (table, number)))
            Adding(table)


@solara.component
def Adding(table: str) -> None:
    """One more."""
    t = words()
    chosen, choose = solara.use_state("dwelling_fire")
    if table == "incidents":
        kinds = {name: kind(name, t.language) for name in state.kind_names()}
        with solara.Div(classes=["ld-row"]):
            ChoiceField(t("plan.kind"), chosen, kinds, choose)
            solara.Button(
                t("plan.place_new"), icon_name="mdi-map-marker-plus-outline", classes=["ld-button"],
                on_click=lambda: state.placing.set(state.Placing("incidents", None, chosen)),
            )  # fmt: skip
    elif table == "closures":
        solara.Button(
            t("plan.close_new"), icon_name="mdi-map-marker-plus-outline", classes=["ld-button"],
            on_click=lambda: state.placing.set(state.Placing("closures")),
        )  # fmt: skip
    elif table == "outages":
        solara.Button(t("plan.fail_new"), icon_name="mdi-plus", classes=["ld-button"], on_click=safely(_fail))


def _fail() -> None:
    found = state.current()
    state.draft.value = found.add("outages", {"channel": "telephone", "at": state.next_time(found)})
    state.entry.value = "outages", len(found.entries("outages"))


@solara.component
def Entry(table: str, number: int, one: dict[str, Any], mistakes: list[Mistake]) -> None:
    """One line; open it to change it."""
    t = words()
    is_open = state.entry.value == (table, number)

    def toggle() -> None:
        state.entry.value = None if is_open else (table, number)

    def drop() -> None:
        state.entry.value = None
        state.draft.value = state.current().drop(table, number)

    with solara.Div(classes=["ld-entry", "is-open" if is_open else "", "is-wrong" if mistakes else ""]):
        with solara.Div(classes=["ld-entry-head"]):
            with solara.Div(classes=["ld-entry-name"]):
                solara.Button(text_of(table, one, t), on_click=toggle, text=True, classes=["ld-entry-button"])
            solara.Button(
                icon_name="mdi-delete-outline", icon=True, on_click=safely(drop), classes=["ld-icon", "ld-drop-entry"]
            )
        put(tag("div", line_of(table, one, t), class_="ld-muted ld-entry-line"))
        if is_open:
            Editing(table, number, one, mistakes)
        elif mistakes:
            solara.Text(error_of(mistakes, t), classes=["ld-field-error"])


def text_of(table: str, one: dict[str, Any], t: Words) -> str:
    """What an entry is called."""
    match table:
        case "incidents" | "forecasts":
            return kind(str(one.get("kind", "")), t.language)
        case "attacks":
            return t.known_or(f"choice.{one.get('kind', '')}", str(one.get("kind", "")))
        case "outages":
            return plain(str(one.get("channel", "")))
    return str(one.get("road") or t("plan.all_roads"))


def line_of(table: str, one: dict[str, Any], t: Words) -> str:
    """When, where, under which name."""
    when = str(one.get("at", "")) + (f" – {one['until']}" if one.get("until") else "")
    parts = [when, place_text(one.get("place")) if one.get("place") else "", str(one.get("name", ""))]
    return " · ".join(part for part in parts if part)


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
    by_field = {key: error_of(mistakes_at(mistakes, (*here, key)), t) for key in FIELDS}

    def text(key: str) -> None:
        TextField(
            t(f"plan.entry_{key}"),
            str(one.get(key, "")),
            lambda value: state.put((*here, key), value or None),
            by_field[key],
        )

    with solara.Div(classes=["ld-editing"]):
        if table == "incidents":
            kinds = {name: kind(name, t.language) for name in state.kind_names()}
            ChoiceField(
                t("plan.kind"), str(one.get("kind", "")), kinds, lambda key: _rekind(here, key), by_field["kind"]
            )
        if table == "outages":
            channels = {name: plain(name) for name in channel_names()}
            ChoiceField(t("plan.entry_channel"), str(one.get("channel", "")), channels,
                        lambda key: state.put((*here, "channel"), key), by_field["channel"])  # fmt: skip
        with solara.Div(classes=["ld-fields"]):
            for key in ("name", "at") if table in ("incidents", "attacks", "forecasts") else ("at", "until"):
                text(key)
        if table not in ("outages",):
            Place(here, one, by_field["place"])
        if table == "closures":
            with solara.Div(classes=["ld-fields"]):
                text("road")
                Number(here, one, "radius_m", by_field["radius_m"])
        if table == "incidents":
            Details(here, one, mistakes)


def _rekind(here: Path, key: str) -> None:
    """Another kind: what was said of the old one's physics would be wrong."""
    state.draft.value = state.current().put((*here, "kind"), key).put((*here, "details"), None)


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
    details = one.get("details", {})
    with solara.Div(classes=["ld-fields"]):
        Number(here, one, "floor", error_of(mistakes_at(mistakes, (*here, "floor")), t))
        TextField(
            t("plan.entry_access"), str(one.get("access", "")), lambda text: state.put((*here, "access"), text or None),
            error_of(mistakes_at(mistakes, (*here, "access")), t),
        )  # fmt: skip
        for field in detail_fields(str(one.get("kind", ""))):
            path: Path = (*here, "details", field.name)
            SchemaField(
                field, t.known_or(f"detail.{field.name}", field.name), details.get(field.name),
                lambda value, path=path: state.put(path, value), t, error=error_of(mistakes_at(mistakes, path), t),
            ).key(f"{one.get('kind')} {field.name}")  # fmt: skip
