"""Who leads, in a browser: the time line, keys that can be switched off, and threads that end when pages close."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import BROWSER, FLAGS, PAGES, ROOT, _wait, absent

if absent(*BROWSER, *PAGES):
    pytest.skip("no pages, or no browser", allow_module_level=True)

from sim.viewer.exercise.record import COMMANDS
from tests.exercise_tab import Tab

SERVER = """
import sys, threading, time
from pathlib import Path
from sim.viewer.server import Address, serve

def tell():
    while True:
        Path(sys.argv[2]).write_text("\\n".join(one.name for one in threading.enumerate()) + "\\n")
        time.sleep(0.1)

if __name__ == "__main__":
    threading.Thread(target=tell, daemon=True).start()
    serve(Address(port=int(sys.argv[1])), opens=False)
"""
"""A server that writes down which threads it has."""

PATIENCE_S = 60.0


class Server:
    """It, in a process of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.results, self._threads, script = folder / "results", folder / "threads", folder / "server.py"
        script.write_text(SERVER)
        own = {"LIANDONG_RESULTS": str(self.results), "LIANDONG_SCENARIO": "toy-fire", "PYTHONPATH": str(ROOT)}
        command = [sys.executable, str(script), str(port), str(self._threads)]
        self.process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **own})
        self.address = f"http://127.0.0.1:{port}"
        _wait(f"{self.address}/readyz", self.process)

    def threads(self, name: str) -> int:
        """How many of that name there are."""
        return self._threads.read_text().splitlines().count(name)

    def commands(self) -> list[dict[str, Any]]:
        """The record of the newest exercise."""
        newest = max((self.results / "exercises").iterdir(), key=lambda path: path.stat().st_mtime)
        return [json.loads(line) for line in (newest / COMMANDS).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("server"))
    try:
        yield made
    finally:
        made.process.terminate()
        made.process.wait(10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        try:
            yield opened
        finally:
            opened.close()


@pytest.fixture
def lead(browser: Any, server: Server) -> Iterator[Tab]:
    """A page that leads a new exercise, closed whatever becomes of the test."""
    tab = Tab(browser, server.address, "/exercise")
    tab.press("do-begin")
    tab.sees(".lx-mode", "Paused")
    tab.page.locator(".cm-root").nth(1).wait_for()
    tab.page.locator(".lt-knob").wait_for()
    try:
        yield tab
    finally:
        tab.page.goto("about:blank")  # it says that it goes; a browser that is closed over its head does not always
        tab.page.close()


def until(is_so: Callable[[], bool]) -> bool:
    """Wait for it."""
    deadline = time.monotonic() + PATIENCE_S
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.1)
    return is_so()


def jumps(server: Server) -> list[int]:
    """Where it was gone to."""
    return [one["with"]["to"] for one in server.commands() if one["do"] == "jump"]


def drag(lead: Tab, t: int) -> None:
    """The knob, from where it is to a time, and hold it there."""
    knob = lead.page.locator(".lt-knob")
    box, end, now = knob.bounding_box(), int(knob.get_attribute("max")), int(knob.input_value())

    def x(at: int) -> float:
        return float(box["x"] + 8 + (box["width"] - 16) * at / end)

    y = box["y"] + box["height"] / 2
    lead.page.mouse.move(x(now), y)
    lead.page.mouse.down()
    lead.page.mouse.move(x(t), y, steps=12)


def test_the_knob_of_the_time_line_jumps_once_when_it_is_let_go(lead: Tab, server: Server) -> None:
    knob = lead.page.locator(".lt-knob")
    drag(lead, 1200)
    at = int(knob.input_value())
    assert abs(at - 1200) < 30, "a pixel is some seconds"
    assert knob.get_attribute("aria-valuetext") == lead.page.locator(".lt-at").inner_text()
    assert knob.get_attribute("aria-valuetext").startswith(("08:19", "08:20"))
    assert jumps(server) == [], "as long as it is held nothing is asked for"
    lead.page.mouse.up()
    lead.sees(".lx-clock-time", knob.get_attribute("aria-valuetext"))
    assert jumps(server) == [at]

    # while time runs and the knob is held, it stays where the hand is
    lead.choose("At most", "600×")
    lead.press("do-play")
    lead.sees(".lx-mode", "Running")
    drag(lead, 600)
    held = knob.input_value()
    was = lead.page.locator(".lx-clock-time").inner_text()
    lead.page.wait_for_function("was => document.querySelector('.lx-clock-time').innerText !== was", arg=was)
    assert knob.input_value() == held
    lead.page.mouse.up()
    lead.sees(".lx-mode", "Paused")
    assert jumps(server) == [at, int(held)]
    assert until(lambda: int(knob.input_value()) == int(held))

    # by keys, each a step, and asked for once
    knob.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "PageUp"):
        lead.page.keyboard.press(key)
    wanted = int(held) + 60 + 900
    assert until(lambda: jumps(server) == [at, int(held), wanted])
    assert until(lambda: int(knob.input_value()) == wanted)
    lead.page.keyboard.press("ArrowRight")
    lead.page.keyboard.press("Escape")  # he thought better of it
    assert knob.input_value() == str(wanted)
    assert jumps(server) == [at, int(held), wanted], "and nothing is asked for"

    # what stands beside it
    lead.press("tab-notes")
    lead.press("do-mark")
    lead.page.locator(".lt-mark.is-note").wait_for()
    assert "kitchen-fire begins" in lead.page.locator(".lt-mark.is-incident").first.get_attribute("title")
    lead.press("do-back_5min")
    assert until(lambda: int(knob.input_value()) == wanted - 300)
    lead.sees(".lx-mode", "Paused")
    lead.press("do-fork")
    lead.page.locator(".lt-mark.is-parted").wait_for()

    # it gets another name, and keeps it; one that is taken is refused
    lead.press("do-name-branch")
    lead.fill(".lx-branch-name", "main")
    lead.press("do-rename")
    lead.sees(".lx-refused", "a branch is named 'main' already")
    lead.fill(".lx-branch-name", "both engines at once")
    lead.press("do-rename")
    lead.sees(".lx-branch", "both engines at once (08:")
    lead.page.locator(".lx-branch-name").wait_for(state="detached")
    lead.page.reload()
    lead.sees(".lx-branch", "both engines at once (08:")
    lead.picture("time-line")
    assert lead.complaints == []


def test_the_field_for_a_time_is_empty_after_a_jump_and_keys_can_be_switched_off(lead: Tab, server: Server) -> None:
    field = lead.page.locator(".do-jump input")
    for text in ("08:05", "08:05", "08:04"):
        lead.fill(".do-jump", text)
        lead.sees(".lx-clock-time", f"{text}:00")
        assert until(lambda: field.input_value() == "")
    lead.fill(".do-jump", "nonsense")
    lead.sees(".do-jump", "nonsense")  # what is wrong with it
    assert field.input_value() == "nonsense", "what was refused can be mended"
    field.fill("")
    lead.page.locator(".lx-clock-time").click()
    lead.page.keyboard.press(".")
    lead.sees(".lx-clock-time", "08:04:01")
    lead.press("ld-keys")
    lead.sees(".ld-keys", "Keys off")
    lead.page.reload()
    lead.sees(".ld-keys", "Keys off")
    lead.sees(".lx-clock-time", "08:04:01")
    lead.page.locator(".lx-clock-time").click()
    lead.page.keyboard.press(".")
    lead.page.keyboard.press("Space")
    lead.press("do-step_10s")
    lead.sees(".lx-clock-time", "08:04:11")
    assert lead.page.locator(".lx-mode").inner_text() == "Paused"
    lead.press("ld-keys")
    lead.sees(".ld-keys", "Keys on")
    lead.page.locator(".lx-clock-time").click()
    lead.page.keyboard.press(".")
    lead.sees(".lx-clock-time", "08:04:12")
    assert lead.complaints == []


TYPED_AT_ONCE = """(text) => {
  const field = document.querySelector(".do-jump input");
  field.focus();
  for (let i = 1; i <= text.length; i++) {
    field.value = text.slice(0, i);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", keyCode: 13, bubbles: true }));
}"""


def test_what_was_typed_faster_than_it_is_sent_does_not_come_back_to_a_field_that_was_emptied(lead: Tab) -> None:
    """The server had echoed the last letters after it had emptied the field: about every other time."""
    field = lead.page.locator(".do-jump input")
    for text in ("08:05", "08:06", "08:07", "08:06", "08:07", "08:08"):
        lead.page.evaluate(TYPED_AT_ONCE, text)
        lead.sees(".lx-clock-time", f"{text}:00")
        assert until(lambda: field.input_value() == "")
        lead.page.wait_for_timeout(300)  # an echo would have come by now
        assert field.input_value() == ""


def test_a_seat_is_led_nowhere_else_and_its_threads_end_with_its_page(
    lead: Tab, browser: Any, server: Server
) -> None:
    assert until(lambda: server.threads("page") == 1), "pages of other tests have been closed, and their threads ended"
    lead.press("tab-seats")
    lead.choose("Department", "Fire and rescue")
    lead.press("do-invite")
    seat = Tab(browser, server.address, str(lead.page.locator(".do-seat").first.get_attribute("href")))
    seat.fill(".lx-choosing", "Wang")
    seat.press("do-sit")
    seat.sees(".lx-who", "Wang")
    assert seat.page.locator(".ld-header a").count() == 0
    assert seat.page.locator(".ld-header button").count() == 2, "language and theme"
    assert until(lambda: server.threads("page") == 2)
    seat.picture("seat-header")
    seat.page.close()
    assert until(lambda: server.threads("page") == 1)
    lead.page.goto(server.address + "/study")
    assert until(lambda: server.threads("page") == 0), "who goes to another page needs no feed either"
    assert lead.complaints == [] and seat.complaints == []


def test_a_review_holds_branches_side_by_side_and_can_be_cancelled(lead: Tab, server: Server) -> None:
    lead.page.set_default_timeout(PATIENCE_S * 1000)
    lead.fill(".do-jump", "08:40")
    lead.sees(".lx-clock-time", "08:40:00")
    lead.press("do-back_15min")
    lead.inject("Road crash", across=0.4, down=0.4)
    lead.fill(".do-jump", "08:50")
    lead.sees(".lx-clock-time", "08:50:00")
    lead.press("do-review")
    lead.page.locator(".lx-beside .v-input--selection-controls__ripple").first.click()
    lead.press("do-make")
    lead.press("do-cancel")
    lead.sees(".lx-refused", "It was cancelled.")
    lead.press("do-make")
    lead.sees(".lx-partings", "parted at 08:25:00; their logs differ from 08:25:00 on")
    assert "main (08:40)" in lead.page.locator(".lx-beside").inner_text()
    text = lead.page.locator(".lx-review").inner_text()
    assert "All lived again from the start to 08:40:00" in text
    lead.sees(".ld-good", "gave the same log")
    lead.page.locator(".lx-partings").scroll_into_view_if_needed()
    lead.picture("review-branches")
    with lead.page.expect_download() as loaded:
        lead.press("do-html")
    assert 'id="together"' in Path(loaded.value.path()).read_text(encoding="utf-8")
    lead.press("ld-language")
    lead.sees(".lx-partings", "分岔")
    assert lead.complaints == []
