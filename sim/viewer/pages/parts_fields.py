"""Fields of forms: what they are called, what is wrong with them, and their unit, in the language of the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import solara

from sim.viewer.pages.parts import safely
from sim.viewer.planning.draft import Mistake
from sim.viewer.planning.forms import Field, parsed
from sim.viewer.words import Words

MOST_LETTERS = 5000


def error_of(mistakes: Sequence[Mistake], t: Words) -> str:
    """What is wrong with a field, in a line."""
    return "; ".join(dict.fromkeys(one.text(t.language) for one in mistakes))


@solara.component
def TextField(
    label: str, value: str, on_value: Callable[[str], Any], error: str = "", hint: str = "", unit: str = ""
) -> None:
    """A line of text, taken when the field is left or Enter is pressed.

    The text comes with the event: what the server was told of it before may lag behind somebody who types fast.
    """
    shown = solara.use_reactive(value, safely(on_value))
    said = error or hint
    field = solara.v.TextField(
        v_model=shown.value, label=label, error=bool(error), messages=[said] if said else [], suffix=unit,
        dense=True, hide_details="auto", placeholder="", class_="ld-field",
    )  # fmt: skip
    solara.v.use_event(field, "change", lambda _widget, _event, text: shown.set(str(text or "")[:MOST_LETTERS]))


@solara.component
def ChoiceField(
    label: str, value: str, choices: Mapping[str, str], on_value: Callable[[str], Any], error: str = ""
) -> None:
    """One of several; `choices` are what they are called, by what they are."""
    shown = _distinct(choices)
    keys = {text: key for key, text in shown.items()}
    solara.Select(
        label, values=list(keys), value=shown.get(value, value),
        on_value=safely(lambda text: on_value(keys.get(text, value))), dense=True, classes=["ld-field"],
    )  # fmt: skip
    if error:
        solara.Text(error, classes=["ld-field-error"])


def _distinct(choices: Mapping[str, str]) -> dict[str, str]:
    """Two that are called the same are told apart by their keys."""
    texts = list(choices.values())
    return {key: text if texts.count(text) == 1 else f"{text} ({key})" for key, text in choices.items()}


@solara.component
def SchemaField(
    field: Field, label: str, value: Any, on_value: Callable[[Any], Any], t: Words, unit: str = "", error: str = ""
) -> None:
    """A field of a schema, asked for as its type wants it."""
    match field.ask:
        case "switch" if not field.is_optional:
            solara.Switch(label=label, value=bool(value), on_value=safely(on_value), classes=["ld-switch-field"])
        case "switch":
            choices = {"": t("form.as_drawn"), "yes": t("form.yes"), "no": t("form.no")}
            chosen = "" if value is None else "yes" if value else "no"
            ChoiceField(label, chosen, choices, lambda key: on_value({"yes": True, "no": False}.get(key)), error)
        case "choice":
            own = {one: t.known_or(f"choice.{one}", one) for one in field.choices}
            choices = {"": t("form.as_drawn"), **own} if field.is_optional else own
            ChoiceField(label, "" if value is None else str(value), choices, lambda key: on_value(key or None), error)
        case _:
            shown = "" if value is None else shown_number(value)
            hint = reach(field, t)
            TextField(label, shown, lambda text: on_value(parsed(field, text)), error, hint, unit)


def shown_number(value: Any) -> str:
    """A number as one types it: no needless point, no exponent."""
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def reach(field: Field, t: Words) -> str:
    """What is allowed."""
    low, high = field.low, field.high
    if low is not None and high is not None:
        return t("form.from_to", low=shown_number(float(low)), high=shown_number(float(high)))
    if low is not None:
        return t("form.at_least", low=shown_number(float(low)))
    return t("form.as_drawn_hint") if field.is_optional else ""
