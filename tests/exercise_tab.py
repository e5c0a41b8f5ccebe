"""A page of an exercise in a browser, for who tests it or shows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from browsing import SHOTS


class Tab:
    """A page of a browser, what it complains of, and pictures of it."""

    def __init__(self, browser: Any, address: str, path: str, **context: Any) -> None:
        given = {"viewport": {"width": 1440, "height": 860}, "locale": "en-US", **context}
        self.page = browser.new_context(**given).new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)
        self.page.goto(address + path)

    def press(self, name: str) -> None:
        """A button by its name; it is there within the time that a page takes."""
        self.page.locator(f".{name}").first.click()

    def choose(self, label: str, option: str) -> None:
        """One of a list."""
        self.page.locator(".v-select", has_text=label).first.click()
        self.page.locator(".menuable__content__active .v-list-item", has_text=option).first.click()
        self.page.wait_for_function("() => !document.querySelector('.menuable__content__active')")

    def fill(self, where: str, text: str) -> None:
        """A field, and Enter."""
        self.page.locator(f"{where} input").first.fill(text)
        self.page.locator(f"{where} input").first.press("Enter")

    def sees(self, where: str, text: str) -> None:
        """Until the text is there."""
        self.page.locator(where, has_text=text).first.wait_for()

    def inject(self, kind: str, across: float, down: float) -> None:
        """An incident at a click on the first map, at such shares of its width and height."""
        self.press("tab-inject")
        self.choose("Kind", kind)
        self.press("do-place")
        self.sees(".do-place", "Now click")
        box = self.page.locator(".cm-root").first.bounding_box()
        self.page.mouse.click(box["x"] + across * box["width"], box["y"] + down * box["height"])
        self.sees(".do-place", "Place it")
        self.press("do-inject")
        self.sees(".lx-done", "Done: ")

    def picture(self, name: str) -> None:
        """Keep one, if that was asked for."""
        if SHOTS:
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=str(Path(SHOTS) / f"{name}.png"))
