"""Parts that the pages of an exercise share: maps, tabs, buttons, and what was refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import solara
import solara.lab

from sim.core.errors import InputError
from sim.core.quantities import clock_text, offset_s
from sim.viewer.citymap.said import MapEvent
from sim.viewer.citymap.widget import CityMap
from sim.viewer.exercise.state import State
from sim.viewer.lens import Choice
from sim.viewer.pages.exercise_rooms import Room
from sim.viewer.pages.exercise_stream import Feed
from sim.viewer.pages.parts_fields import ChoiceField
from sim.viewer.pages.parts_html import put, tag
from sim.viewer.words import Words, known
from sim.viewer.words_model import department, word
from sim.viewer.words_names import NOWHERE, Names, names_of
from sim.viewer.words_refused import refusal

STYLE = Path(__file__).parent / "exercise.css"

refused: solara.Reactive[str] = solara.reactive("")
"""Why the last thing that was asked for on this page was not done."""


def trying(act: Callable[..., Any]) -> Callable[..., None]:
    """The same; what is refused is said on the page, in a line."""

    def acting(*given: Any, **named: Any) -> None:
        try:
            act(*given, **named)
            refused.value = ""
        except InputError as wrong:
            refused.value = str(wrong)

    return acting


@solara.component
def Refused(t: Words, names: Names = NOWHERE, start_s: float = 0.0) -> None:
    """What was refused, until it is put away."""
    if refused.value:
        with solara.Div(classes=["lx-refused"]):
            put(tag("span", refusal(refused.value, t, names, start_s), role="alert"))
            press(t("exercise.dismiss"), lambda: refused.set(""))


def press(label: str, act: Callable[[], Any], *, is_main: bool = False, icon: str = "", off: bool = False,
          name: str = "") -> None:  # fmt: skip
    """A button; its `name` is a class by which tests find it."""
    classes = ["ld-button", *(["is-primary"] if is_main else []), *([name] if name else [])]
    solara.Button(label, on_click=trying(act), icon_name=icon or None, disabled=off, classes=classes)


def choice(label: str, value: str, choices: Mapping[str, str], act: Callable[[str], Any]) -> None:
    """One of several; what is refused is said in a line."""
    ChoiceField(label, value, choices, trying(act))


def tabs(names: Mapping[str, str], chosen: str, choose: Callable[[str], Any]) -> None:
    """Buttons of which one is pressed."""
    with solara.Div(classes=["lx-tabs"]):
        for name, label in names.items():
            classes = ["lx-tab", f"tab-{name}", *(["is-here"] if name == chosen else [])]
            solara.Button(label, on_click=lambda name=name: choose(name), text=True, classes=classes)


def clock(state: State, room: Room) -> str:
    """The time of day with seconds."""
    return clock_text(room.spec.scenario.start_s + state.t)


def moment(text: str, room: Room) -> int:
    """'08:15' or '+20min' as seconds since the start."""
    start_s, end_s = room.spec.scenario.start_s, room.spec.last_s
    found = offset_s(text.strip(), start_s, "time")
    if found < 0:
        raise InputError(f"{text} is before the start")
    if found > end_s:
        raise InputError(f"{clock_text(start_s + found)} is after the end, {clock_text(start_s + end_s)}")
    return int(found)


# --- maps


def map_element(
    room: Room, t: Words, *, people: bool, on_event: Callable[[MapEvent], None], mode: str, link: str
) -> Any:
    """A map of the room's city."""
    dark = solara.lab.use_dark_effective()
    return CityMap.element(
        town=room.spec.ground.town, people=room.people if people else b"", language=t.language,
        theme="dark" if dark else "light", height="100%", mode=mode, link=link, on_event=on_event,
    )  # fmt: skip


def lens_names(room: Room, t: Words) -> dict[str, str]:
    """Lenses by word, as they are called."""
    found, names = {}, names_of(room.spec.ground.town, t.language)
    for one in room.lenses():
        if one.lens.sort != "picture":
            found[one.lens.key] = t(f"map.lens_{one.lens.sort}")
        else:
            found[one.lens.key] = t("exercise.lens_of", owner=owner_name(one, names, t))
    return found


def owner_name(one: Choice, names: Names, t: Words) -> str:
    """A desk or office as people call it."""
    owner, of, tier = one.lens.owner, one.department, one.tier
    if not tier:
        return t(f"map.owner.{owner}") if known(f"map.owner.{owner}") else department(owner, t.language)
    if t.language == "zh":
        return names.of(owner)
    area = owner.removeprefix(f"{of} {tier}").strip()
    level = t(f"map.tier.{tier}") if known(f"map.tier.{tier}") else tier
    return f"{department(of, t.language)}, {level} {area}".rstrip()


@solara.component
def LensChoice(names: Mapping[str, str], lens: str, choose: Callable[[str], Any], label: str) -> None:
    """Whose picture a map shows."""
    with solara.Div(classes=["lx-lens-choice"]):
        choice(label, lens, names, choose)


def picking(feed: Feed, placed: Callable[[MapEvent], None]) -> Callable[[MapEvent], None]:
    """What a click on a map does: it opens a thing, or gives a place."""

    def hear(event: MapEvent) -> None:
        if event.mode == "place":
            placed(event)
        elif event.type == "click":
            feed.choose(event.sort, event.id)

    return hear


# --- words


def word_text(table_name: str, name: str, t: Words) -> str:
    """A word of the model's."""
    if known(f"map.{table_name}.{name}"):
        return t(f"map.{table_name}.{name}")
    return word(table_name, name, t.language) if table_name != "status" else name


def age_text(seconds: float, t: Words) -> str:
    """How long that is."""
    if seconds < 60:
        return t("map.age_s", n=round(max(seconds, 0)))
    if seconds < 5400:
        return t("map.age_min", n=round(seconds / 60))
    return t("map.age_h", n=round(seconds / 3600, 1))
