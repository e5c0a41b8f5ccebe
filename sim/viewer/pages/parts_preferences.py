"""Language, theme and keys of whoever looks: one value a page, kept in a cookie of the browser that chose them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import solara
import solara.lab

from sim.viewer.words import LANGUAGES, Language, Words, language_of

COOKIE = "liandong-preferences"
"""The theme is read from it before the page is drawn: `assets/theme.js`."""

_TOLD = re.compile(r"(en|zh)\.(dark|light|auto)\.(on|off)")
_LANGUAGES: dict[str, Language] = {one: one for one in LANGUAGES}
_THEMES = {"auto": None, "dark": True, "light": False}


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a browser has chosen; a theme of None follows its computer."""

    language: Language = "en"
    is_dark: bool | None = None
    has_keys: bool = True  # single keys that do something wherever one is on the page

    def told(self) -> str:
        """As it stands in a cookie."""
        theme = next(name for name, is_dark in _THEMES.items() if is_dark is self.is_dark)
        return f"{self.language}.{theme}.{'on' if self.has_keys else 'off'}"


def preferences_of(told: str) -> Preferences | None:
    """What a cookie says; None where it says nothing that a page has written."""
    found = _TOLD.fullmatch(told)
    return Preferences(_LANGUAGES[found[1]], _THEMES[found[2]], has_keys=found[3] == "on") if found else None


_here: solara.Reactive[Preferences] = solara.reactive(Preferences())
_chosen: solara.Reactive[str] = solara.reactive("")


def words() -> Words:
    """The words in the language of this page; whoever asks while drawing is drawn anew when it changes."""
    return Words(_here.value.language)


def chosen_cookie() -> str:
    """What the browser is to keep; empty as long as nothing was chosen on this page."""
    return f"{COOKIE}={_chosen.value}" if _chosen.value else ""


def use_preferences() -> None:
    """Take up, when a page opens, what its browser chose before; else what the browser asks for."""
    solara.use_memo(_take_up, [])


def _take_up() -> None:
    known = preferences_of((solara.lab.cookies.value or {}).get(COOKIE, ""))
    if known is None:
        accepted = (solara.lab.headers.value or {}).get("accept-language", [""])
        known = Preferences(language=language_of(accepted[0]))
    _here.value = known
    if known.is_dark is not None:
        solara.lab.theme.dark = known.is_dark


def choose_language(language: Language) -> None:
    """From now on in this language."""
    _choose(replace(_here.peek(), language=language))


def choose_theme(*, is_dark: bool) -> None:
    """From now on dark, or light."""
    solara.lab.theme.dark = is_dark
    _choose(replace(_here.peek(), is_dark=is_dark))


def follow_computer(is_dark: bool) -> None:
    """Its computer has turned dark or light: so has the page, if it follows that; what is drawn here must know."""
    if _here.peek().is_dark is None:
        solara.lab.theme.dark_effective = is_dark


def has_keys() -> bool:
    """Whether single keys do something, as space plays; whoever asks while drawing is drawn anew when it changes."""
    return bool(_here.value.has_keys)


def choose_keys(*, has_keys: bool) -> None:
    """From now on with single keys, or without: who dictates or shakes presses them by accident."""
    _choose(replace(_here.peek(), has_keys=has_keys))


def _choose(chosen: Preferences) -> None:
    _chosen.value = chosen.told()
    _here.value = chosen


def browser() -> str:
    """Which browser looks: the same for all its pages."""
    try:
        return str(solara.get_session_id())
    except (RuntimeError, AttributeError):  # drawn without a server, as in tests
        return ""
