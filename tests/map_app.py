"""A page with the map of a city that lives on the server: for the browser tests and the benchmark of the map.

    MAP_TEST_SCENARIO=toy-fire MAP_TEST_LENS=truth SOLARA_APP=tests/map_app.py uvicorn solara.server.starlette:app
"""

from __future__ import annotations

import os
import threading
import time

import solara
import solara.lifecycle

from sim.build import build, lay_ground
from sim.city.store import find_map
from sim.policies.bundles import parse_arm
from sim.scenario import Scenario
from sim.viewer.citymap.people import people_of
from sim.viewer.citymap.said import MapEvent
from sim.viewer.citymap.widget import CityMap, Pace
from sim.viewer.frames import Frame
from sim.viewer.lens import TRUTH, Lens, lens_of
from sim.viewer.living import LivingFrames

EVERY_S = 0.25  # of the wall


class Life:
    """One city, lived by one thread; pages wait for its newest frames."""

    def __init__(self) -> None:
        scenario = Scenario.load(os.environ.get("MAP_TEST_SCENARIO", "toy-fire"))
        scale = 1.0 if scenario.town == "toy" else 100.0
        self.city = build(scenario, lay_ground(find_map(scenario.town), scale), parse_arm("fragmented"), 1)
        self.speed = float(os.environ.get("MAP_TEST_SPEED", "60"))
        self.frames = LivingFrames(self.city)
        self.lens = lens_of(self.city, os.environ.get("MAP_TEST_LENS", "truth"))
        until = int(os.environ.get("MAP_TEST_FROM", "0"))
        while self.city.t < until:
            self.city.second()
        self.people = people_of(self.city.population) if self.lens == TRUTH else b""
        self.news = threading.Condition()
        self.number, self.frame, self.is_playing = 0, self.frames.frame(self.lens), True
        self.frame_s = 0.0
        threading.Thread(target=self.live, daemon=True).start()

    def live(self) -> None:
        """At the wanted speed, and no faster."""
        while True:
            began = time.perf_counter()
            until = self.city.t + self.speed * EVERY_S
            while self.is_playing and self.city.t < until:
                self.city.second()
            asked = time.perf_counter()
            frame = self.frames.frame(self.lens, self.frame.t)
            self.frame_s = time.perf_counter() - asked
            with self.news:
                self.number, self.frame = self.number + 1, frame
                self.news.notify_all()
            time.sleep(max(0.0, EVERY_S - (time.perf_counter() - began)))

    def next(self, seen: int) -> tuple[int, Frame]:
        """The newest frame, as soon as there is one that was not seen."""
        with self.news:
            self.news.wait_for(lambda: self.number != seen, timeout=1.0)
            return self.number, self.frame


LIFE = Life()
MAPS: list[CityMap] = []
"""Those of all pages, for the benchmark."""


@solara.component
def Page() -> None:
    said, set_said = solara.use_state("nothing")
    lens: Lens = LIFE.lens
    language, set_language = solara.use_state("en")

    def hear(event: MapEvent) -> None:
        set_said(f"{event.type} {event.mode} {event.sort} {event.id} {event.lon:.5f} {event.lat:.5f}")

    with solara.Row():
        solara.Button("中文", on_click=lambda: set_language("zh"))
        solara.Button("pause", on_click=lambda: setattr(LIFE, "is_playing", False))
        solara.Text(f"said: {said}")
        solara.Text(f"lens: {lens.key}")
    element = CityMap.element(
        town=LIFE.city.town, people=LIFE.people, height="700px", language=language, on_event=hear
    )  # type: ignore[attr-defined]

    def stream():  # type: ignore[no-untyped-def]
        widget, stop, gone = solara.get_widget(element), threading.Event(), solara.lifecycle.kernel_closed_event()
        MAPS.append(widget)

        def loop() -> None:
            seen = -1
            while not (stop.is_set() or gone.is_set()):
                seen, frame = LIFE.next(seen)
                widget.show(frame, Pace(rate=LIFE.speed, lasts_ms=EVERY_S * 1000.0))

        threading.Thread(target=loop, daemon=True).start()
        return stop.set

    solara.use_effect(stream, [])
