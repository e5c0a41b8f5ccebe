"""The map: what it costs to make a frame, to send it, and to draw it; beside the figures that were wanted.

A city lives on a server of its own at 60 times real time, a frame every 250 ms, and Debian's Chromium looks at it
without a GPU, on the same computer. Frames a second are counted over some seconds, with 100,000 people on the map: as
dots, as a glow over the whole city, and while the view is being dragged. Needs the extra `view` and Playwright.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable
from statistics import median
from typing import Any, NamedTuple

import psutil

from sim.build import build, lay_ground
from sim.city.store import find_map
from sim.policies.bundles import parse_arm
from sim.running import calm_memory, live
from sim.scenario import Scenario
from sim.viewer.citymap.ground import box_of, ground_of
from sim.viewer.citymap.people import people_of
from sim.viewer.citymap.writer import FrameWriter
from sim.viewer.lens import PUBLIC, TRUTH, lens_of
from sim.viewer.living import LivingFrames
from tests.map_page import browser
from tests.map_server import served

STEP_S = 15  # simulated seconds between two frames: 60 times real time, four frames a second

RATE = """async (ms) => {
  const stat = [...__citymaps][0].painter.stat, from = stat.draws, began = performance.now();
  await new Promise((done) => setTimeout(done, ms));
  return (stat.draws - from) / (performance.now() - began) * 1000;
}"""
DRAG = """async (ms) => {
  const map = [...__citymaps][0], stat = map.painter.stat, from = stat.draws, began = performance.now();
  const go = () => {
    map.view.pan(Math.sin(performance.now() / 300) * 4, 1);
    if (performance.now() - began < ms) requestAnimationFrame(go);
  };
  go();
  await new Promise((done) => setTimeout(done, ms));
  return (stat.draws - from) / (performance.now() - began) * 1000;
}"""


class Line(NamedTuple):
    """One figure beside the one that was wanted, or that the study of techniques had measured."""

    what: str
    found: str
    wanted: str


def timed(does: Any, *args: Any) -> tuple[Any, float]:
    """What a call returns, and ms."""
    began = time.perf_counter()
    result = does(*args)
    return result, (time.perf_counter() - began) * 1000.0


def memory_mb(processes: Iterable[psutil.Process]) -> float:
    """What processes hold together, MB: what they share is shared out among those that share it."""
    total = 0.0
    for one in processes:
        try:
            total += one.memory_full_info().pss / 1e6
        except psutil.NoSuchProcess:
            continue
    return total


def browsers() -> list[psutil.Process]:
    """All processes of the browser."""
    return [one for one in psutil.Process().children(recursive=True) if "chrom" in one.name()]


def on_the_server(minutes: int) -> list[Line]:
    """What Python does for one page."""
    scenario = Scenario.load("busy-morning")
    ground = lay_ground(find_map(scenario.town), 100.0)
    city = build(scenario, ground, parse_arm("fragmented"), 1)
    with calm_memory():
        live(city, 3600)
    packet, ground_ms = timed(ground_of, city.town)
    people, people_ms = timed(people_of, city.population)
    lines = [
        Line("ground of Shenzhen, made once", f"{len(packet) / 1e3:,.0f} kB in {ground_ms:,.0f} ms", "1,800 kB"),
        Line("100,000 people, sent once", f"{len(people) / 1e3:,.0f} kB in {people_ms:,.0f} ms", "-"),
    ]
    frames = LivingFrames(city)
    for lens in (TRUTH, lens_of(city, "police"), PUBLIC):
        lines += _of_lens(city, frames, lens, minutes)
    return lines


def _of_lens(city: Any, frames: LivingFrames, lens: Any, minutes: int) -> list[Line]:
    writer, made, written, sizes = FrameWriter(box_of(city.town)), [], [], []
    frame = frames.frame(lens, city.t - STEP_S)
    first = len(writer.write(frame))
    for _ in range(minutes * 60 // STEP_S):
        with calm_memory():
            live(city, city.t + STEP_S)
        frame, ms = timed(frames.frame, lens, city.t - STEP_S)
        made.append(ms)
        packet, ms = timed(writer.write, frame)
        written.append(ms)
        sizes.append(len(packet))
    marks = sum(1 for _ in frame.marks())
    cost = f"{median(made):.1f} + {median(written):.1f} ms"
    size = f"{first / 1e3:,.0f} kB, {median(sizes) / 1e3:.1f} kB"
    return [
        Line(f"frame of {lens.key}: {marks:,} marks; make, then write", cost, "-"),
        Line("its packets: the first, a usual one", size, "492 kB a step"),
    ]


def in_the_browser(seconds: float) -> list[Line]:
    """What Chromium does with it."""
    settings = {"MAP_TEST_SCENARIO": "busy-morning", "MAP_TEST_FROM": "3600", "MAP_TEST_SPEED": "60"}
    with served(**settings) as (address, server), browser() as chromium:
        page = chromium.new_page(viewport={"width": 1280, "height": 800})
        began = time.perf_counter()
        page.goto(address)
        page.wait_for_function("() => window.__citymaps && [...__citymaps][0]?.scene.serial > 1", timeout=60_000)
        first_s = time.perf_counter() - began
        page.wait_for_timeout(2000)
        lines = [Line("from opening the page to the first frame", f"{first_s:.1f} s", "3.6 s (at most 5)")]
        for what, scale, wanted in (("the whole city, as a glow", 0.0, "59"), ("as dots, 25 m a pixel", 0.04, "59"),
                                    ("as dots, 5 m a pixel", 0.2, "59")):  # fmt: skip
            lines += _looking(page, server, what, scale, (seconds, wanted))
        page.evaluate("[...__citymaps][0].view.fit()")
        lines.append(Line("dragging the whole city", f"{page.evaluate(DRAG, seconds * 1000):.0f} frames/s", "24-28"))
        page.evaluate("[...__citymaps][0].view.set(0, 0, 0.2)")
        lines.append(Line("dragging, 5 m a pixel", f"{page.evaluate(DRAG, seconds * 1000):.0f} frames/s", "60"))
        stat = page.evaluate("[...__citymaps][0].painter.stat")
        lines.append(Line("from Python to the page, median", f"{median(stat['latency_ms']):.0f} ms", "53 ms"))
        before = _held(server)
        heap = page.evaluate("performance.memory.usedJSHeapSize") / 1e6
        lines.append(Line("memory: server with its city / all of Chromium", before, "- / 2,200 MB (MapLibre)"))
        lines.append(Line("  of which objects of the page's scripts", f"{heap:,.0f} MB", "-"))
        page.wait_for_timeout(20_000)
        lines.append(Line("  the same 20 s later, 20 min of the city", _held(server), "about the same"))
        return lines


def _held(server: Any) -> str:
    return f"{memory_mb([psutil.Process(server.pid)]):,.0f} / {memory_mb(browsers()):,.0f} MB"


def _looking(page: Any, server: Any, what: str, scale: float, asked: tuple[float, str]) -> list[Line]:
    seconds, wanted = asked
    page.evaluate("(s) => { const v = [...__citymaps][0].view; if (s) v.set(-2000, 0, s); else v.fit(); }", scale)
    page.wait_for_timeout(800)
    before = [_cpu_s([psutil.Process(server.pid)]), _cpu_s(browsers())]
    rate = page.evaluate(RATE, seconds * 1000)
    used = [_cpu_s([psutil.Process(server.pid)]) - before[0], _cpu_s(browsers()) - before[1]]
    stat = page.evaluate("[...__citymaps][0].painter.stat")
    drawn = f"{rate:.0f} frames/s, {stat['frame_ms']:.1f} ms each"
    cpu = f"{100 * used[0] / seconds:.0f} / {100 * used[1] / seconds:.0f} %; {stat['ground_ms']:.0f} ms"
    return [
        Line(f"100,000 people: {what}", drawn, f"{wanted} (at least 50)"),
        Line("  CPU of server / browser; ground painted anew", cpu, "7 / 64 %; 62-86 ms"),
    ]


def _cpu_s(processes: list[psutil.Process]) -> float:
    total = 0.0
    for one in processes:
        try:
            times = one.cpu_times()
            total += times.user + times.system
        except psutil.NoSuchProcess:
            continue
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=int, default=5, help="simulated minutes for which frames are made")
    parser.add_argument("--seconds", type=float, default=5.0, help="seconds for which the browser is watched each time")
    asked = parser.parse_args()
    lines = on_the_server(asked.minutes) + in_the_browser(asked.seconds)
    wide, found = (max(len(line[i]) for line in lines) for i in (0, 1))
    load = f"load {psutil.getloadavg()[0]:.1f} on {psutil.cpu_count()} processors"
    print(f"{load}; last column: measured with the study's own prototype, or asked for")
    for line in lines:
        print(f"{line.what:{wide}}  {line.found:{found}}  {line.wanted}")


if __name__ == "__main__":
    main()
