"""Crews that are wanted, and what is believed, as people say it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_TO: dict[str, str] = {
    "extinguish": "to fight the fire",
    "rescue": "to rescue",
    "treat": "to treat",
    "transport": "to take patients to hospital",
    "secure": "to secure the place",
    "control_traffic": "to direct traffic",
    "clear": "to clear the ground",
    "pump": "to pump",
    "decontaminate": "to decontaminate",
    "shut_off": "to shut off gas and power",
    "inspect": "to inspect",
    "evacuate": "to go from door to door",
}

_SPOKEN = re.compile(r"(needed(?: in all)?): (\d+ \w+(?:, \d+ \w+)*)")


def crews(needs: Mapping[str, int]) -> str:
    """'2 crews to fight the fire and 1 to treat'; 'no crew' when nothing is needed."""
    wanted = [
        (count, _TO.get(str(name), f"to {str(name).replace('_', ' ')}")) for name, count in needs.items() if count
    ]
    if not wanted:
        return "no crew"
    count, what = wanted[0]
    parts = [f"{count} crew{'s' if count > 1 else ''} {what}", *(f"{more} {for_what}" for more, for_what in wanted[1:])]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def spoken(text: str) -> str:
    """What was said, with crews in words."""
    return _SPOKEN.sub(lambda found: f"{found[1]}: {crews(_counts(found[2]))}", text)


def _counts(text: str) -> dict[str, int]:
    return {name: int(count) for count, name in (one.split(" ") for one in text.split(", "))}


def a(thing: str) -> str:
    """A thing with its article; a word in the plural has none."""
    return (
        thing
        if thing.endswith("s") and not thing.endswith("ss")
        else f"{'an' if thing[:1] in 'aeiou' else 'a'} {thing}"
    )


def belief(name: str, value: object, said: Callable[[object], str]) -> str:
    """What follows on 'now believes that it …' or the like, for one believed field."""
    match name, value:
        case "needs", Mapping():
            return f"needs {crews(value)}"
        case "kind", str():
            return f"is {a(said(value))}"
        case "severity", str():
            return f"is {said(value)}"
        case "people", int():
            return f"puts {value} {'person' if value == 1 else 'people'} in danger"
        case "same_as", str():
            return f"is the same as case {value}"
        case "confirmed", bool():
            return "is confirmed" if value else "could not be confirmed"
    return f"has the {name.replace('_', ' ')} {said(value)}"
