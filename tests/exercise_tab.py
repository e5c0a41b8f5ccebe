"""A page of an exercise in a browser, for who tests it or shows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from browsing import SHOTS, opened


class Tab:
    """A page of a browser, what it complains of, and pictures of it."""

    def __init__(self, browser: Any, address: str, path: str, **context: Any) -> None:
        self.address = address
        self.page, self.looked = opened(browser, address, **{"viewport": {"width": 1440, "height": 860}, **context})
        self.page.goto(address + path)

    @property
    def complaints(self) -> list[str]:
        """What the browser warned of, and what it asked of other computers."""
        return [*self.looked.errors, *self.looked.outside]

    @property
    def kernel(self) -> str:
        """Where on the server the page lives: what only its own browser is to reach."""
        return self.looked.sockets[-1].split("/kernels/")[1].split("/")[0]

    @property
    def session(self) -> str:
        """The browser, as the server knows it."""
        return next(str(one["value"]) for one in self.page.context.cookies() if one["name"] == "solara-session-id")

    def leave(self) -> None:
        """Its page is closed; the browser remembers what it was told."""
        self.page.close()

    def return_to(self, path: str) -> None:
        """Somebody comes back, in the same browser."""
        self.page = self.page.context.new_page()
        self.page.set_default_timeout(30_000)
        self.looked.watch(self.page, self.address)
        self.page.goto(self.address + path)

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
