"""The map alone on a page, without a server: what Python would send is pushed in, what it would hear is kept."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sim.city.map import Map
from sim.viewer.citymap.bundle import script, style
from sim.viewer.citymap.ground import box_of, ground_of
from sim.viewer.citymap.writer import FrameWriter
from sim.viewer.frames import Frame
from sim.viewer.words import catalogue

FLAGS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]
"""No flag for a GPU: with one the page's own compositor would run on it, in software."""

_HTML = """<!doctype html><meta charset="utf-8"><style>html,body{margin:0;height:100%;background:#000}
#maps{display:flex;gap:4px;height:100vh}.one{flex:1;height:100%}STYLE</style><div id="maps"></div>
<script type="module">
SCRIPT_AS_VALUE
window.said = [];
window.models = [];
const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
window.place = (traits, binary) => {
  const values = { ...traits }, heard = {};
  for (const [name, text] of Object.entries(binary)) { const b = bytes(text); values[name] = new DataView(b.buffer); }
  const model = {
    get: (name) => values[name], save_changes() {},
    off(name, does) { heard[name] = (heard[name] ?? []).filter((one) => one !== does); },
    set(name, value) { values[name] = value; for (const does of heard[`change:${name}`] ?? []) does(); },
    send(content) { window.said.push(content); },
    on(name, does) { (heard[name] ??= []).push(does); },
    push(content, buffers) { for (const does of heard["msg:custom"] ?? []) does(content, buffers); },
  };
  const el = document.createElement("div");
  el.className = "one";
  document.getElementById("maps").append(el);
  window.models.push(model);
  model.end = map.render({ model, el });
};
window.push = (i, text) => window.models[i].push({ type: "frame" }, [new DataView(bytes(text).buffer)]);
window.isLoaded = true;
</script>"""


def html() -> str:
    """The page."""
    module = script().replace("export default ", "const map = ")
    return _HTML.replace("STYLE", style()).replace("SCRIPT_AS_VALUE", module)


class Page:
    """One browser page with maps on it."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)
        page.set_content(html())
        page.wait_for_function("window.isLoaded === true")
        self.writers: list[FrameWriter] = []

    def place(self, town: Map, people: bytes = b"", language: str = "en", **traits: Any) -> int:
        """One more map; returns its number."""
        words = {key[4:]: text for key, text in catalogue(language).items() if key.startswith("map.")}  # type: ignore[arg-type]
        given = {
            "words": {**words, "lang": language}, "label": words["label"].format(town=town.title), "theme": "dark",
            "height": "100%", "mode": "pick", "link": "", "layers": {}, "selected": "", "followed": "", **traits,
        }  # fmt: skip
        binary = {"ground": _text(ground_of(town)), "people": _text(people)}
        self.page.evaluate("([traits, binary]) => place(traits, binary)", [given, binary])
        self.writers.append(FrameWriter(box_of(town)))
        return len(self.writers) - 1

    def show(self, frame: Frame, number: int = 0, **pace: Any) -> None:
        """Send a frame to one of the maps."""
        packet = self.writers[number].write(frame, **pace)
        self.page.evaluate("([i, text]) => push(i, text)", [number, _text(packet)])

    def map(self, expression: str, number: int = 0) -> Any:
        """A value of the map's own state: `map` is the map."""
        return self.page.evaluate(f"() => {{ const map = [...__citymaps][{number}]; return {expression}; }}")

    def said(self, kind: str) -> list[dict[str, Any]]:
        """What the maps have told Python, of one type."""
        said: list[dict[str, Any]] = self.page.evaluate("() => window.said")
        return [one for one in said if one["type"] == kind]

    def screen(self, x: float, y: float, number: int = 0) -> tuple[float, float]:
        """Where a place of the map is on the page, px."""
        box = self.page.locator(".cm-root").nth(number).bounding_box()
        px, py = self.map(f"[map.view.x({x}), map.view.y({y})]", number)
        return box["x"] + px, box["y"] + py


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


@contextmanager
def browser() -> Iterator[Any]:
    """Debian's Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        try:
            yield chromium
        finally:
            chromium.close()


@contextmanager
def open_page(width: int = 1280, height: int = 760, **more: Any) -> Iterator[Page]:
    """A fresh page in a fresh browser."""
    with browser() as chromium:
        yield Page(chromium.new_page(viewport={"width": width, "height": height}, **more))


def dumped(value: Any) -> str:
    """A value as one line of JSON."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
