"""What an event of the log holds, field by field, in the language of the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.core.log import Entry, rest_fields
from sim.viewer.words import Language
from sim.viewer.words_model import department, family, kind, model_words, plain, word

UNTOLD = frozenset({
    "x", "y", "to_x", "to_y", "edge", "edges", "policies", "targets_s", "primary", "secondary", "start_s", "warmup_s",
    "end_s", "drain_s", "as_of_s", "reference_s",
})  # fmt: skip
"""Fields that are places in metres, or of use to programs only."""

LONGEST = 160


def held(entry: Entry) -> Iterator[tuple[str, Any]]:
    """What an event holds: names and values, without those that are empty."""
    for name in ("department", "unit", "case", "channel", *rest_fields(type(entry.event))):
        value = getattr(entry.event, name, None)
        if value not in (None, "", (), {}, -1):
            yield name, value


def fields_told(entry: Entry, language: Language) -> str:
    """All that can be told of it."""
    parts = [
        f"{field_name(name, language)} {value_told(name, value, language)}" for name, value in held(entry)
        if name not in UNTOLD and not (name == "value" and isinstance(value, tuple) and _is_place(value))
    ]  # fmt: skip
    return " · ".join(part for part in parts if len(part) < LONGEST)


def field_name(name: str, language: Language) -> str:
    """What a field is called."""
    return plain(name) if language == "en" else str(model_words()["event_field"].get(name, plain(name)))


def value_told(name: str, value: Any, language: Language) -> str:
    """A value in words: kinds, departments and the like by their names."""
    if isinstance(value, bool):
        return {"en": ("no", "yes"), "zh": ("否", "是")}[language][value]
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{value_told(name, key, language)} {count}" for key, count in value.items())
    if isinstance(value, tuple | list):
        return ", ".join(value_told(name, one, language) for one in value)
    return _named(name, str(value), language) if isinstance(value, str) else str(value)


def _named(name: str, value: str, language: Language) -> str:
    if name.endswith("kind") and name not in ("message_kind", "sensor_kind", "attack_kind"):
        return kind(value, language)
    if name in ("department", "to_department", "service", "agencies", "sender", "receiver", "holder"):
        return department(value, language)
    for table in ("capability", "severity", "tier"):
        if name in (table, "needs", "capabilities", "value") and value in model_words()[table]:
            return word(table, value, language)
    if name in ("before", "after", "value") and "_" in value:
        return kind(value, language)
    return family(value, language) if name == "family" else value


def _is_place(value: tuple[Any, ...]) -> bool:
    return len(value) == 2 and all(isinstance(one, int | float) for one in value)
