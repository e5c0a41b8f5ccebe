"""The map of a draft: what happens where; a click gives a place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import solara
import solara.lab

from sim.city.map import Map
from sim.core.errors import InputError
from sim.fitting import resolve
from sim.scenario import Where
from sim.viewer.citymap.widget import CityMap
from sim.viewer.frames import Frame
from sim.viewer.lens import TRUTH
from sim.viewer.marks import CaseMark, ClosureMark, IncidentMark, ShadowMark
from sim.viewer.pages import plan_state as state
from sim.viewer.pages.parts_preferences import words
from sim.viewer.planning.draft import Draft

LAYERS = {**dict.fromkeys(("people", "units", "warnings", "rumours", "messages"), False), "beliefs": True}
"""A draft has none of the former; a forecast is drawn as what is believed."""


@solara.component
def PlanMap() -> None:
    """The map, with what the draft places on it."""
    t = words()
    town, found = state.town(), state.current()
    if town is None:
        solara.Text(t("plan.no_map"), classes=["ld-muted"])
        return
    waiting = state.placing.value
    with solara.Div(classes=["ld-map"]):
        Drawn(town, found, waiting is not None)  # first: behind what comes and goes it would be made anew
        if waiting is not None:
            with solara.Div(classes=["ld-map-note"]):
                solara.Text(t("plan.click_map"))
                solara.Button(t("form.cancel"), on_click=lambda: state.placing.set(None), text=True)


@solara.component
def Drawn(town: Map, found: Draft, places: bool) -> None:
    """The widget itself."""
    t = words()
    is_dark = solara.lab.use_dark_effective()
    chosen = state.entry.value
    selected = ""
    if chosen is not None and chosen[0] == "incidents":
        selected = f"incident {found.get(('incidents', chosen[1], 'name'), '')}"

    def hear(event: Any) -> None:
        if event.type == "escape":
            state.placing.value = None
        elif event.mode == "place":
            state.place_at(event.lon, event.lat)
        elif event.sort == "incident":
            names = [one.get("name") for one in found.entries("incidents")]
            if event.id in names:
                state.entry.value = "incidents", names.index(event.id)

    element = CityMap.element(
        town=town, language=t.language, theme="dark" if is_dark else "light", height="100%",
        mode="place" if places else "pick", selected=selected, on_event=hear, layers=LAYERS,
    ).key(town.digest)  # fmt: skip

    def show() -> None:
        widget = solara.get_widget(element)
        widget.on_event = hear
        widget.show(frame_of(found, town))

    solara.use_effect(show, [found, town.digest, t.language])


def frame_of(found: Draft, town: Map) -> Frame:
    """What a draft places on the map; what has no place that is known is left out."""
    incidents, closures = [], []
    for one in found.entries("incidents"):
        place = place_of(one.get("place"), town)
        if place is not None:
            x, y = place
            incidents.append(IncidentMark(
                id=str(one.get("name", "")), kind=str(one.get("kind", "")), x=x, y=y,
                since_s=state.seconds_of(found, one.get("at")) or 0.0, needs={}, victims=0, listed=True, district="",
                subdistrict="", floor=0, extent=0.0, intensity=0.0, noticed_s=0.0,
            ))  # fmt: skip
    for number, one in enumerate(found.entries("closures")):
        place = place_of(one.get("place"), town)
        if place is not None:
            closures.append(
                ClosureMark(id=f"closure {number}", points=(place, place), road=str(one.get("road", "")), as_of_s=0.0)
            )
    start = state.seconds_of(found, "+0s")
    return Frame(
        t=start or 0.0, start_s=0, lens=TRUTH, incidents=tuple(incidents), closures=tuple(closures),
        shadows=tuple(_attacks(found, town)), cases=tuple(_forecasts(found, town)),
    )  # fmt: skip


def _attacks(found: Draft, town: Map) -> Iterator[ShadowMark]:
    """What attacks cover; of those on a whole district and on lines nothing is drawn."""
    for number, one in enumerate(found.entries("attacks")):
        place, radius = place_of(one.get("place"), town), one.get("radius_m", 1000.0)
        if place is not None and isinstance(radius, int | float):
            yield ShadowMark(
                id=str(one.get("name", number)), x=place[0], y=place[1], radius_m=radius, kind=str(one.get("kind", ""))
            )


def _forecasts(found: Draft, town: Map) -> Iterator[CaseMark]:
    """What the weather office is to expect: a case of its."""
    for number, one in enumerate(found.entries("forecasts")):
        place, sure = place_of(one.get("place"), town), one.get("confidence", 0.6)
        if place is not None and isinstance(sure, int | float):
            at_s = state.seconds_of(found, one.get("at")) or 0.0
            yield CaseMark(
                id=str(one.get("name", number)), owner="weather", kind=str(one.get("kind", "")), x=place[0], y=place[1],
                opened_s=at_s, severity=str(one.get("severity", "serious")), confidence=float(sure), as_of_s=at_s,
                source="forecast",
            )  # fmt: skip


def place_of(place: Any, town: Map) -> tuple[float, float] | None:
    """Metres of a place of a scenario, if the map knows it."""
    try:
        checked = place if isinstance(place, str) else Where.model_validate(place)
        x, y = town.roads.at(resolve(checked, town, "place"))
    except (InputError, ValueError, TypeError):
        return None
    return float(x), float(y)
