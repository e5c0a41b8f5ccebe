"""The widget: one map on a page, in Solara or a notebook.

    town_map = CityMap(town=city.town, language="en", on_event=print)
    town_map.show(LivingFrames(city).frame(TRUTH), rate=60.0)
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import anywidget
import traitlets

from sim.city.map import Map
from sim.viewer.citymap.bundle import script, style
from sim.viewer.citymap.ground import box_of, ground_of
from sim.viewer.citymap.said import LONGEST_ID, MapEvent, read_event
from sim.viewer.citymap.writer import FrameWriter
from sim.viewer.frames import Frame
from sim.viewer.words import Language, catalogue
from sim.viewer.words_model import attribution
from sim.viewer.words_model import town as town_title
from sim.viewer.words_names import names_of

PAGE = "map."
LAYERS = (
    "people", "units", "incidents", "cases", "beliefs", "zones", "warnings", "rumours", "closures", "messages",
    "facilities", "names",
)  # fmt: skip
"""What can be shown or not; all are but `beliefs`."""


class Pace(NamedTuple):
    """How a frame follows the one before: simulated seconds a second, ms until the next is due, a leap in time."""

    rate: float = 0.0
    lasts_ms: float = 250.0
    jump: bool = False


AT_REST = Pace()


class CityMap(anywidget.AnyWidget):  # type: ignore[misc]
    """A map; the ground is sent once, frames as messages of which the page confirms each before it gets the next."""

    _esm = traitlets.Unicode(script()).tag(sync=True)
    _css = traitlets.Unicode(style()).tag(sync=True)
    ground = traitlets.Bytes(b"").tag(sync=True)
    people = traitlets.Bytes(b"").tag(sync=True)  # `people_of`; for lenses that may see citizens
    words = traitlets.Dict().tag(sync=True)
    label = traitlets.Unicode("").tag(sync=True)
    theme = traitlets.Enum(("dark", "light"), "dark").tag(sync=True)
    height = traitlets.Unicode("100%").tag(sync=True)
    mode = traitlets.Enum(("pick", "place"), "pick").tag(sync=True)  # place: a click gives a place for something new
    link = traitlets.Unicode("").tag(sync=True)  # maps of one page with the same link look at the same place
    layers = traitlets.Dict().tag(sync=True)
    selected = traitlets.Unicode("").tag(sync=True)  # "unit F-Futian-1": what has a ring and its ways drawn
    followed = traitlets.Unicode("").tag(sync=True)  # id of a unit that stays in the middle
    language = traitlets.Enum(("en", "zh"), "en")
    town = traitlets.Instance(Map)
    on_event = traitlets.Any(None, allow_none=True)  # called with a MapEvent

    def __init__(self, town: Map, **more: Any) -> None:
        self._lock = threading.Lock()
        self._is_ready = False  # the page waits for a frame
        self._waiting: tuple[Frame, Pace] | None = None
        self._newest: Frame | None = None
        self._writer = FrameWriter(box_of(town))
        self.skipped = 0  # frames that were overtaken by newer ones
        self.sent = self.sent_bytes = 0
        super().__init__(town=town, ground=ground_of(town), **more)
        self._speak()
        self.on_msg(self._hear)
        self.observe(self._speak, "language")

    def _speak(self, _change: object = None) -> None:
        """All words on the map in its language."""
        language: Language = self.language
        own = {key.removeprefix(PAGE): text for key, text in catalogue(language).items() if key.startswith(PAGE)}
        town = town_title(self.town.name, language)
        title = self.town.title if town == self.town.name else town
        self.words = {**own, "lang": language, "credit": attribution(self.town.attribution, language) or title}
        self.label = own["label"].format(town=title)
        with self._lock:
            self._writer.names = None if language == "en" else names_of(self.town, language)
            self._writer.forget()
        self._greet()

    def _known_layers(self, proposal: Any) -> dict[str, bool]:
        """A page may switch layers; what is none is dropped."""
        return {str(name): bool(is_on) for name, is_on in proposal["value"].items() if name in LAYERS}

    def _short(self, proposal: Any) -> str:
        return str(proposal["value"])[:LONGEST_ID]

    _check_layers = traitlets.validate("layers")(_known_layers)
    _check_names = traitlets.validate("followed", "selected")(_short)

    # --- frames

    def show(self, frame: Frame, pace: Pace = AT_REST) -> None:
        """Show a frame as soon as the page has room for it; a newer one takes its place. From any thread."""
        with self._lock:
            if self._waiting is not None:
                self.skipped += 1
                pace = pace._replace(jump=pace.jump or self._waiting[1].jump)
            self._waiting = frame, pace
            self._newest = frame
        self._send_waiting()

    def fly(self, x: float, y: float, scale: float | None = None) -> None:
        """Look at a place, m; at so many pixels a metre if given."""
        self.send({"type": "fly", "x": x, "y": y, "scale": scale})

    def _send_waiting(self) -> None:
        with self._lock:
            if not self._is_ready or self._waiting is None:
                return
            (frame, pace), self._waiting, self._is_ready = self._waiting, None, False
            packet = self._writer.write(frame, rate=pace.rate, lasts_ms=pace.lasts_ms, jump=pace.jump)
        self.sent += 1
        self.sent_bytes += len(packet)
        self.send({"type": "frame", "sent_ms": time.time() * 1000.0}, buffers=[packet])

    # --- what the page says

    def _hear(self, _widget: object, content: object, _buffers: object) -> None:
        kind = content.get("type") if isinstance(content, dict) else None
        if kind == "hello":
            with self._lock:
                self._writer.forget()
                self._is_ready = True
            self._greet()
        elif kind == "ack":
            with self._lock:
                self._is_ready = True
            self._send_waiting()
        else:
            event = read_event(content, self._writer.box)
            if event is not None and self.on_event is not None:
                answer: Callable[[MapEvent], object] = self.on_event
                answer(event)

    def _greet(self) -> None:
        """A page begins anew: it gets the newest frame, if there has been one."""
        with self._lock:
            if self._waiting is None and self._newest is not None:
                self._waiting = self._newest, Pace(jump=True)
        self._send_waiting()
