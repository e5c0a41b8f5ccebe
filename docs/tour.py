"""Draws the pictures of the README anew: three pages and a short animation, from a browser that walks through them.

python docs/tour.py [FOLDER]        # needs the extras view and browser, and chromium on PATH; a minute or two
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from PIL import Image  # noqa: E402 - it comes with matplotlib

from sim.city.store import find_map  # noqa: E402
from sim.scenario import Scenario  # noqa: E402
from tests.browsing import chromium, serving  # noqa: E402
from tests.exercise_tab import Tab  # noqa: E402

SCENARIO = "district-border"
BEGIN, STILL = "17:56", 15
"""Time of day at which the animation begins, and the number of the moment of which the whole page is kept."""

MIDDLE, PX_PER_M = (114.0985, 22.5490), 0.13
"""Where the maps look: degrees east and north, beside the three fires."""

INJECTED = 5
"""Number of the moment before which a crash is injected."""

FRAMES, FRAME_MS, LAST_MS = 18, 450, 2500
SIZE = {"width": 1440, "height": 860}
COLOURS, MOVING_COLOURS = 224, 160
MOVING_WIDTH = 900


def main() -> None:
    """Write plan.png, exercise.png, exercise.gif and review.png."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as results, serving(Path(results), SCENARIO) as address, chromium() as browser:
        keep(plan(browser, address), folder / "plan.png")
        lead = begun(browser, address)
        pictures = [(shot(lead, ".lx-maps"), shot(lead)) for _ in going(lead)]
        film([maps for maps, _ in pictures], folder / "exercise.gif")
        keep(pictures[STILL][1], folder / "exercise.png")
        keep(review(lead), folder / "review.png")
    for path in sorted(folder.iterdir()):
        print(f"{path.name}: {path.stat().st_size / 1e3:.0f} kB")


# --- pages


def light(browser: Any, address: str, path: str) -> Tab:
    """A page in English, dark letters on light ground."""
    tab = Tab(browser, address, path, viewport=SIZE, locale="en-US")
    tab.page.set_default_timeout(60_000)
    tab.page.locator(".ld-theme").click()
    tab.page.locator(".theme--light").first.wait_for()
    return tab


def plan(browser: Any, address: str) -> Image.Image:
    """The planners' page with its scenario."""
    tab = light(browser, address, "/plan")
    tab.page.locator(".cm-root canvas").first.wait_for()
    settle(tab)
    return shot(tab)


def begun(browser: Any, address: str) -> Tab:
    """An exercise a while after its start: on the left what is true, on the right what the fire service believes."""
    lead = light(browser, address, "/exercise")
    lead.press("do-begin")
    lead.sees(".lx-mode", "Paused")
    lead.page.locator(".cm-root").nth(1).wait_for()
    lead.page.locator(".lx-lens-choice").nth(1).locator(".v-select").click()
    lead.page.locator(".menuable__content__active .v-list-item", has_text="What is believed at: Fire").first.click()
    lead.fill(".do-jump", BEGIN)
    lead.sees(".lx-clock-time", BEGIN)
    x, y = find_map(Scenario.load(SCENARIO).town).roads.projection.to_metres(*MIDDLE)
    lead.page.evaluate("([x, y, scale]) => [...__citymaps][0].fly(x, y, scale)", [float(x), float(y), PX_PER_M])
    settle(lead)
    return lead


def going(lead: Tab) -> Iterator[int]:
    """Moments of the animation, a minute apart."""
    for number in range(FRAMES):
        if number:
            was = lead.page.locator(".lx-clock-time").inner_text()
            if number == INJECTED:
                lead.inject("Road crash", across=0.62, down=0.4)
                lead.press("tab-now")
            lead.press("do-step_1min")
            lead.page.wait_for_function("was => document.querySelector('.lx-clock-time').innerText !== was", arg=was)
            settle(lead)
        yield number


def review(lead: Tab) -> Image.Image:
    """The review of what was exercised."""
    lead.press("do-review")
    lead.press("do-make")
    figure = lead.page.locator(".lx-paper").first
    figure.wait_for()
    figure.evaluate("one => one.scrollIntoView({ block: 'center' })")
    settle(lead)
    return shot(lead)


# --- pictures


def settle(tab: Tab) -> None:
    """Until the maps are drawn, and no field is marked as that in which one types."""
    tab.page.evaluate("document.activeElement.blur()")
    tab.page.wait_for_timeout(1500)


def shot(tab: Tab, part: str = "") -> Image.Image:
    """The page, or a part of it."""
    taken = tab.page.locator(part).screenshot() if part else tab.page.screenshot()
    return Image.open(io.BytesIO(taken)).convert("RGB")


def keep(picture: Image.Image, path: Path) -> None:
    """With so few colours that the file is small."""
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def film(pictures: list[Image.Image], path: Path) -> None:
    """One after the other, all in the colours of the last, which has the most to show and is seen longest."""
    width, height = pictures[0].size
    size = MOVING_WIDTH, round(height * MOVING_WIDTH / width)
    small = [one.resize(size, Image.Resampling.LANCZOS) for one in pictures]
    palette = small[-1].quantize(MOVING_COLOURS, Image.Quantize.MAXCOVERAGE)
    first, *rest = (one.quantize(palette=palette, dither=Image.Dither.NONE) for one in small)
    lasts = [*[FRAME_MS] * (len(small) - 1), LAST_MS]
    first.save(path, save_all=True, append_images=rest, duration=lasts, loop=0, optimize=True)


if __name__ == "__main__":
    main()
