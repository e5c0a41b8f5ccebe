"""Language, theme and keys: as the browser asks at first, then as was chosen, whatever becomes of the server."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from browsing import HAS_BROWSER, absent, chromium, opened, serving, shoot

from sim.viewer import server
from sim.viewer.words import LANGUAGES

HAS_PAGES = not absent(*server.PARTS)
pytestmark = pytest.mark.skipif(not HAS_PAGES, reason="no pages")

needs_browser = pytest.mark.skipif(not HAS_BROWSER, reason="no browser")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


def test_a_cookie_says_what_was_chosen_and_nothing_else_is_believed() -> None:
    from sim.viewer.pages.parts_preferences import COOKIE, Preferences, preferences_of

    every = [Preferences(*one) for one in product(LANGUAGES, (None, True, False), (True, False))]
    assert [preferences_of(one.told()) for one in every] == every
    for forged in ("", "zh", "fr.dark.on", "zh.dark.on.", "zh.dark.on\n", "<b>.dark.on", "zh..on"):
        assert preferences_of(forged) is None, forged
    assert f"{COOKIE}=" in (server.ASSETS / "theme.js").read_text(encoding="utf-8")


@needs_browser
@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "locale"), [("light", "zh-CN"), ("dark", "en-US")])
def test_the_first_visit_is_as_the_browser_prefers(browser: Any, tmp_path: Path, scheme: str, locale: str) -> None:
    """And it follows the computer as long as nothing has been chosen."""
    other = {"light": "dark", "dark": "light"}[scheme]
    with serving(tmp_path) as address:
        page, looked = opened(browser, address, color_scheme=scheme, locale=locale)
        page.goto(address)
        page.wait_for_selector("text=谁在何时知道什么" if locale == "zh-CN" else "text=Who knows what, and when")
        page.wait_for_selector(f"#app.theme--{scheme} .ld-header")
        page.emulate_media(color_scheme=other)
        page.wait_for_selector(f"#app.theme--{other} .ld-header")
        page.wait_for_selector(".ld-theme .mdi-weather-sunny" if other == "dark" else ".ld-theme .mdi-weather-night")
        shoot(page, f"first-visit-{scheme}-{locale}")
        assert looked.errors == [] and looked.outside == []
        page.context.close()


@needs_browser
@pytest.mark.slow
def test_what_was_chosen_survives_a_restart_of_the_server(browser: Any, tmp_path: Path) -> None:
    with serving(tmp_path) as address:
        page, looked = opened(browser, address, color_scheme="dark")
        page.goto(f"{address}/exercise")
        page.click(".ld-theme")
        page.wait_for_selector("#app.theme--light .ld-header")
        page.click(".ld-keys")
        page.wait_for_selector(".ld-keys .mdi-keyboard-off")
        page.click(".ld-language")
        page.wait_for_selector("html[lang=zh-Hans] .ld-header")
        assert looked.errors == [] and looked.outside == []
    with serving(tmp_path) as address:
        looked.watch(page, address)
        page.goto(f"{address}/exercise")
        page.wait_for_selector("html[lang=zh-Hans] #app.theme--light .ld-keys .mdi-keyboard-off")
        page.emulate_media(color_scheme="light")
        page.emulate_media(color_scheme="dark")
        page.wait_for_function("() => inDarkMode() === false")
        page.reload()
        page.wait_for_selector("html[lang=zh-Hans] #app.theme--light .ld-theme .mdi-weather-night")
        page.context.close()
