"""The frame of every page: header, way to the other pages, language, theme, and a panel for what went wrong."""

from __future__ import annotations

import functools
import logging
import threading
import traceback
from collections.abc import Callable
from typing import Any

import solara
import solara.lab
import solara.lifecycle

from sim.viewer.pages.parts_html import heading, paragraph, put, tag
from sim.viewer.pages.parts_kept import KeptByBrowser
from sim.viewer.pages.parts_preferences import (
    choose_keys,
    choose_language,
    choose_theme,
    chosen_cookie,
    follow_computer,
    has_keys,
    use_preferences,
    words,
)
from sim.viewer.words import Language, Words
from sim.viewer.words_errors import error_text

log = logging.getLogger("liandong.viewer")

MENU: tuple[tuple[str, str], ...] = (
    ("/", "shell.home"), ("/plan", "shell.plan"), ("/exercise", "shell.exercise"), ("/study", "shell.study"),
)  # fmt: skip
"""Pages that the header leads to, and the words for them."""

ALONE = ("/seat",)
"""Pages of people who have been invited to them alone: nothing leads from them to others."""

MAPPED = ("/exercise", "/seat")
"""Pages on which a map comes before what stands beside it."""

BESIDE = "beside"
"""Where the skip link leads."""

KEYED = ("/exercise",)
"""Pages on which single keys do something."""

failure: solara.Reactive[BaseException | None] = solara.reactive(None)
"""What went wrong on this page when something was clicked."""


def safely(act: Callable[..., Any]) -> Callable[..., Any]:
    """The same, but what goes wrong is shown on the page and stands in the server's log."""

    @functools.wraps(act)
    def acting(*given: Any, **named: Any) -> Any:
        try:
            return act(*given, **named)
        except Exception as wrong:
            log.exception("something went wrong on a page")
            failure.value = wrong
            return None

    return acting


def closing() -> threading.Event:
    """Is set when the page has gone."""
    try:
        event: threading.Event = solara.lifecycle.kernel_closed_event()
        return event
    except (RuntimeError, AttributeError):  # drawn without a server, as in tests
        return threading.Event()


@solara.component
def Shell(children: list[Any] = []) -> None:  # noqa: B006 - the framework hands its children over in this way
    """A page within its frame."""
    use_preferences()
    with solara.Div(classes=["ld-shell"]):
        KeptByBrowser(words().language, chosen_cookie(), follow_computer)
        Skip()
        Header()
        with solara.Div(classes=["ld-page"], attributes={"role": "main"}):
            Clicked()
            Within(children)


@solara.component
def Clicked() -> None:
    """What went wrong when something was clicked, above the page."""
    wrong = failure.value
    with solara.Div():
        if wrong is not None:
            Trouble(wrong, lambda: failure.set(None))


@solara.component
def Within(children: list[Any]) -> None:
    """The page itself, or what went wrong on it; the outermost element must change with it, or drawing never ends."""
    wrong, clear = solara.use_exception()
    if wrong is not None:
        Trouble(wrong, clear)
    else:
        solara.Div(children=children, classes=["ld-body"])


@solara.component
def Trouble(wrong: BaseException, again: Callable[[], None]) -> None:
    """What happened, in words, and what to do; the rest for a report."""
    t = words()
    with solara.Div(classes=["ld-panel", "ld-trouble"]):
        heading(t("error.title"))
        paragraph(t("error.what", kind=type(wrong).__name__, what=error_text(str(wrong), t.language)))
        paragraph(t("error.safe"))
        solara.Button(t("error.again"), on_click=again, classes=["ld-button"])
        with solara.Details(summary=t("error.details")):
            put(tag("pre", "".join(traceback.format_exception(wrong)), class_="ld-pre"))


@solara.component
def Ways(here: str, t: Words) -> None:
    """The name, and the ways to other pages."""
    brand = tag("span", "联动", class_="ld-mark", lang="zh") + tag("span", "Liandong", class_="ld-latin")
    with solara.Div(classes=["ld-ways"]):
        if here in ALONE:
            put(brand, ["ld-brand"])
            return
        with solara.Link("/", classes=["ld-brand"]):
            put(brand)
        with solara.Div(classes=["ld-menu"], attributes={"role": "navigation", "aria-label": t("shell.menu")}):
            for path, key in MENU:
                with solara.Link(path, classes=["ld-link", "is-here" if path == here else ""]):
                    solara.Text(t(key))


@solara.component
def Skip() -> None:
    """A way for keys past the header and the maps; it is seen when it has the focus."""
    here = "/" + (solara.use_router().path or "").strip("/").split("/")[0]
    with solara.Div():
        if here in MAPPED:
            put(tag("a", words()("shell.skip"), href=f"#{BESIDE}", class_="ld-skip"))


@solara.component
def Header() -> None:
    """Name, pages, language, theme, keys."""
    t = words()
    here = "/" + (solara.use_router().path or "").strip("/").split("/")[0]
    is_dark = solara.lab.use_dark_effective()
    other: Language = "en" if t.language == "zh" else "zh"
    with solara.Div(classes=["ld-header"]):
        Ways(here, t)
        solara.Div(classes=["ld-space"])
        if here in KEYED:
            solara.Button(
                t("shell.keys_on" if has_keys() else "shell.keys_off"),
                on_click=lambda: choose_keys(has_keys=not has_keys()), text=True,
                icon_name="mdi-keyboard" if has_keys() else "mdi-keyboard-off", classes=["ld-switch", "ld-keys"],
            )  # fmt: skip
        solara.Button(
            t("shell.language"),
            on_click=lambda: choose_language(other),
            text=True,
            classes=["ld-switch", "ld-language"],
        )
        solara.Button(
            t("shell.light" if is_dark else "shell.dark"), on_click=lambda: choose_theme(is_dark=not is_dark),
            text=True, icon_name="mdi-weather-sunny" if is_dark else "mdi-weather-night",
            classes=["ld-switch", "ld-theme"],
        )  # fmt: skip
