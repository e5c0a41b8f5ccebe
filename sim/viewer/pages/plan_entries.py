"""What happens in a scenario: incidents, closed roads, channels out of order, attacks, forecasts."""

from __future__ import annotations

from typing import Any

import solara

from sim.viewer.pages import plan_state as state
from sim.viewer.pages.parts import safely
from sim.viewer.pages.parts_fields import ChoiceField, error_of
from sim.viewer.pages.parts_html import heading, put, tag
from sim.viewer.pages.parts_preferences import words
from sim.viewer.pages.plan_editing import Editing, kinds_of, place_text
from sim.viewer.planning.draft import TABLES, Mistake, mistakes_at
from sim.viewer.words import Words
from sim.viewer.words_model import channel, kind
from sim.viewer.words_names import Names, names_of

FIRST = {"incidents": "dwelling_fire", "attacks": "forged_calls", "forecasts": "flash_flood"}
"""Kind of what is added, until another is chosen."""


@solara.component
def Entries(mistakes: list[Mistake]) -> None:
    """All tables."""
    t = words()
    found = state.current()
    for table in TABLES:
        entries = found.entries(table)
        with solara.Div(classes=["ld-group"]):
            heading(t(f"plan.{table}"), 3)
            for number, one in enumerate(entries):
                Entry(table, number, one, mistakes_at(mistakes, (table, number)))
            Adding(table)


@solara.component
def Adding(table: str) -> None:
    """One more: of a kind where there are kinds, at a place where it has one."""
    t = words()
    kinds = kinds_of(table, t)
    chosen, choose = solara.use_state(FIRST.get(table, ""))
    has_place = state.has_place(table, chosen)

    def add() -> None:
        if has_place:
            state.placing.set(state.Placing(table, None, chosen))
        else:
            state.add(table, chosen)

    with solara.Div(classes=["ld-row"]):
        if kinds:
            ChoiceField(t("plan.kind"), chosen, kinds, choose)
        solara.Button(
            t(f"plan.new_{table}"), icon_name="mdi-map-marker-plus-outline" if has_place else "mdi-plus",
            classes=["ld-button", f"do-new-{table}"], on_click=safely(add),
        )  # fmt: skip


@solara.component
def Entry(table: str, number: int, one: dict[str, Any], mistakes: list[Mistake]) -> None:
    """One line; open it to change it."""
    t = words()
    is_open = state.entry.value == (table, number)
    dropping = f"{t('policy.drop')}: {text_of(table, one, t)}"

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
                icon_name="mdi-delete-outline", icon=True, on_click=safely(drop), classes=["ld-icon", "ld-drop-entry"],
                attributes={"aria-label": dropping, "title": dropping},
            )  # fmt: skip
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
            return t.known_or(f"map.attack.{one.get('kind', '')}", str(one.get("kind", "")))
        case "outages":
            return channel(str(one.get("channel", "")), t.language)
    return names_here(t).of(str(one.get("road", ""))) or t("plan.all_roads")


def names_here(t: Words) -> Names:
    """Names on the map that was chosen; without one as they are written."""
    found = state.town()
    return Names(None, t.language) if found is None else names_of(found, t.language)


def line_of(table: str, one: dict[str, Any], t: Words) -> str:
    """When, where, under which name."""
    when = str(one.get("at", "")) + (f" – {one['until']}" if one.get("until") else "")
    where = names_here(t).of(place_text(one.get("place"))) if one.get("place") else ""
    parts = [when, where, str(one.get("name", ""))]
    return " · ".join(part for part in parts if part)
