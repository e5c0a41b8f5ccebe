"""A stored run on the map: a slider, play and pause, one lens or two side by side, and the list beside them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import solara
import solara.lab

from sim.city.map import Map
from sim.core.quantities import clock_text
from sim.viewer.citymap.widget import CityMap, Pace
from sim.viewer.exercise.landmarks import incidents_begun
from sim.viewer.lens import Lens
from sim.viewer.listing import Teller
from sim.viewer.pages.exercise_line import mark
from sim.viewer.pages.exercise_stream import NEAR
from sim.viewer.pages.exercise_things import listed
from sim.viewer.pages.parts import closing, safely
from sim.viewer.pages.parts_fields import ChoiceField
from sim.viewer.pages.parts_html import put, table, tag
from sim.viewer.pages.parts_preferences import words
from sim.viewer.pages.thing_list import ThingList
from sim.viewer.pages.time_line import TimeLine, cut
from sim.viewer.planning.stored import Stored
from sim.viewer.words import Words, known
from sim.viewer.words_model import department, plain
from sim.viewer.words_names import names_of

SPEEDS = (1, 10, 60, 300, 1200)
FRAME_S, PANEL_S = 0.25, 0.7
"""Seconds between two frames while it plays, and between two refreshments of slider and list."""

LINK = "study"


def lens_named(word: str) -> Lens:
    """The lens that a choice names."""
    return Lens(word) if word in ("truth", "public") else Lens("picture", word)  # type: ignore[arg-type]


class Player:
    """Moves the time of one page on, and hands frames to its maps."""

    def __init__(self, stored: Stored, moment: solara.Reactive[float]) -> None:
        self.stored, self.moment = stored, moment
        self.t = float(moment.peek())
        self.speed, self.is_playing = 60.0, False
        self.lenses: tuple[str, ...] = ("truth",)
        self.maps: tuple[CityMap, ...] = ()
        self.leaps = True

    def leap(self, t: float) -> None:
        """Go to a time."""
        self.t, self.leaps = min(max(0.0, t), float(self.stored.end_s)), True
        self.moment.value = self.t
        self.show()

    def look_at(self, x: float, y: float) -> None:
        """The maps show a place, m; the second follows the first."""
        for one in self.maps[:1]:
            one.fly(x, y, NEAR)

    def follow(self, unit: str) -> None:
        """The maps stay with a unit; with none if it is followed already."""
        for one in self.maps[:1]:
            one.followed = "" if one.followed == unit else unit

    def show(self) -> None:
        """Send what is now to the maps."""
        rate = self.speed if self.is_playing else 0.0
        for one, lens in zip(self.maps, self.lenses, strict=False):
            one.show(self.stored.frame(lens_named(lens), self.t), Pace(rate, FRAME_S * 1000, self.leaps))
        self.leaps = False

    def run(self, stop: threading.Event, gone: threading.Event) -> None:
        """Until the page closes."""
        told = began = time.monotonic()
        show = safely(self.show)
        while not (stop.is_set() or gone.is_set()):
            time.sleep(max(0.02, FRAME_S - (time.monotonic() - began)))
            now = time.monotonic()
            passed, began = min(now - began, 1.0), now
            if not self.is_playing:
                continue
            self.t = min(self.t + self.speed * passed, float(self.stored.end_s))
            show()
            if self.t >= self.stored.end_s:
                self.is_playing = False
            if now - told > PANEL_S or not self.is_playing:
                told = now
                self.moment.value = self.t


@solara.component
def ReplayTab(stored: Stored, moment: solara.Reactive[float]) -> None:
    """Controls, maps, list."""
    t = words()
    player = solara.use_memo(lambda: Player(stored, moment), [id(stored)])
    lenses, set_lenses = solara.use_state(("truth",))
    picked, pick = solara.use_state(("", ""))
    with solara.Div(classes=["ld-replay"]):
        Controls(player, moment, t)
        with solara.Div(classes=["ld-split"]):
            with solara.Div(classes=["ld-main", "ld-maps"]):
                Maps(player, lenses, set_lenses, pick).key(f"{len(lenses)}")
            with solara.Div(classes=["ld-side", "ld-list"]):
                Beside(player, moment.value, lenses[0], picked, pick)


@solara.component
def Controls(player: Player, moment: solara.Reactive[float], t: Words) -> None:
    """Time of day, play, step, speed, time line."""
    changed, change = solara.use_state(0)
    stored, now = player.stored, moment.value
    marks = solara.use_memo(lambda: cut([mark(one, t) for one in incidents_begun(stored.entries)]), [t.language])

    def to(at: int) -> int:
        safely(player.leap)(float(at))
        return int(player.t)

    def play() -> None:
        if not player.is_playing and player.t >= stored.end_s:
            player.leap(0.0)
        player.is_playing = not player.is_playing
        change(changed + 1)

    def step(by: float) -> None:
        player.is_playing = False
        player.leap(player.t + by)
        change(changed + 1)

    def faster(key: str) -> None:
        player.speed = float(key)
        change(changed + 1)

    with solara.Div(classes=["ld-controls"]):
        put(tag("div", clock_text(stored.start.start_s + now), class_="ld-clock", role="timer"))
        solara.Button(
            t("study.pause" if player.is_playing else "study.play"), on_click=safely(play),
            classes=["ld-button", "is-primary", "do-play"], icon_name="mdi-pause" if player.is_playing else "mdi-play",
        )  # fmt: skip
        solara.Button(t("study.back"), on_click=safely(lambda: step(-60)), classes=["ld-button"])
        solara.Button(t("study.on"), on_click=safely(lambda: step(60)), classes=["ld-button"])
        with solara.Div(classes=["ld-speed"]):
            ChoiceField(t("study.speed"), str(int(player.speed)), {str(one): f"{one} ×" for one in SPEEDS}, faster)
        with solara.Div(classes=["ld-slider"]):
            TimeLine.element(
                now=int(now), reached=int(stored.end_s), end=int(stored.end_s), start_s=int(stored.start.start_s),
                marks=marks, label=t("line.study"), scrubs=True, on_moment=to,
            )  # fmt: skip


@solara.component
def Maps(player: Player, lenses: tuple[str, ...], set_lenses: Callable[..., None], pick: Callable[..., None]) -> None:
    """One map, or two that look at the same place."""
    t = words()
    is_dark = solara.lab.use_dark_effective()
    owners = player.stored.owners
    names = {key: t(f"map.lens_{key}") for key in ("truth", "public")}
    names |= {one: owner_name(one, player.stored.town, t) for one in owners}

    def look(place: int, lens: str) -> None:
        set_lenses(tuple(lens if number == place else one for number, one in enumerate(lenses)))

    def hear(event: Any) -> None:
        if event.type == "click":
            pick((event.sort, event.id) if event.sort else ("", ""))

    elements = []
    with solara.Div(classes=["ld-maps-row"]):
        for place, lens in enumerate(lenses):
            with solara.Div(classes=["ld-one-map"]):
                with solara.Div(classes=["ld-lens"]):
                    ChoiceField(t("study.lens"), lens, names, lambda key, place=place: look(place, key))
                    if place == 0:
                        label = t("study.one" if len(lenses) > 1 else "study.two")
                        other: tuple[str, ...] = (lens,) if len(lenses) > 1 else (lens, _other(lens, owners))
                        solara.Button(
                            label, on_click=lambda other=other: set_lenses(other), classes=["ld-button", "do-split"]
                        )
                with solara.Div(classes=["ld-map"]):
                    elements.append(CityMap.element(
                        town=player.stored.town, language=t.language, theme="dark" if is_dark else "light",
                        height="100%", link=LINK, on_event=hear,
                    ))  # fmt: skip

    def feed() -> Callable[[], None]:
        player.maps = tuple(solara.get_widget(one) for one in elements)
        stop = threading.Event()
        threading.Thread(target=player.run, args=(stop, closing()), daemon=True, name="replay").start()
        return stop.set

    def show() -> None:
        player.lenses, player.leaps = lenses, True
        player.show()

    solara.use_effect(feed, [id(player)])
    solara.use_effect(show, [lenses, id(player)])


def _other(lens: str, owners: list[str]) -> str:
    """What stands beside a lens when nothing was chosen: the first picture beside truth, truth beside all others."""
    return (owners[0] if owners else "public") if lens == "truth" else "truth"


def owner_name(owner: str, town: Map, t: Words) -> str:
    """The owner of a picture: a desk with crews, or an office."""
    if known(f"map.owner.{owner}"):
        return t(f"map.owner.{owner}")
    if t.language == "zh":
        return names_of(town, t.language).of(owner)
    head, _, area = owner.partition(" ")
    return f"{department(head, t.language)} {plain(area)}".strip()


@solara.component
def Beside(player: Player, now: float, lens: str, picked: tuple[str, str], pick: Callable[..., None]) -> None:
    """What the first lens shows, in words; all about the thing that was chosen on the map or in the lists."""
    t = words()
    stored = player.stored
    teller = solara.use_memo(lambda: Teller(stored.town, t), [id(stored), t.language])
    frame = stored.frame(lens_named(lens), now)
    facts, at = (teller.details(frame, *picked), teller.at(frame, *picked)) if picked[0] else ([], None)

    def mark_chosen() -> None:
        for one in player.maps:
            one.selected = " ".join(picked).strip()

    def look(key: str) -> None:
        sort, _, name = key.partition(" ")
        place = teller.at(frame, sort, name)
        pick((sort, name))
        if place is not None:
            player.look_at(*place)

    solara.use_effect(mark_chosen, [picked, id(player)])
    with solara.Div():
        if facts:
            with solara.Div(classes=["ld-panel", "ld-facts"]):
                put(table(["", ""], facts), ["ld-plain-table"])
                if at is not None:
                    solara.Button(t("exercise.show_on_map"), on_click=safely(lambda: player.look_at(*at)), text=True,
                                  classes=["ld-small"])  # fmt: skip
                if picked[0] == "unit":
                    solara.Button(t("exercise.follow"), on_click=safely(lambda: player.follow(picked[1])), text=True,
                                  classes=["ld-small", "do-follow"])  # fmt: skip
                solara.Button(t("study.close"), on_click=lambda: pick(("", "")), text=True, classes=["ld-small"])
        ThingList(listed(frame, teller, t), look, " ".join(picked).strip())
