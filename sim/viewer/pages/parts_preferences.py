"""Language, theme and keys of whoever looks: one value a page, remembered for a browser while the server runs."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace

import solara
import solara.lab

from sim.viewer.words import Language, Words, language_of

MOST_BROWSERS = 1000
"""So many are remembered; the longest unseen is forgotten first."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a browser has chosen; a theme of None follows its computer."""

    language: Language = "en"
    is_dark: bool | None = None
    has_keys: bool = True  # single keys that do something wherever one is on the page


_here: solara.Reactive[Preferences] = solara.reactive(Preferences())
_remembered: OrderedDict[str, Preferences] = OrderedDict()
_lock = threading.Lock()


def words() -> Words:
    """The words in the language of this page; whoever asks while drawing is drawn anew when it changes."""
    return Words(_here.value.language)


def use_preferences() -> None:
    """Take up, when a page opens, what its browser chose before; else what the browser asks for."""
    solara.use_memo(_take_up, [])


def _take_up() -> None:
    with _lock:
        known = _remembered.get(browser())
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


def has_keys() -> bool:
    """Whether single keys do something, as space plays; whoever asks while drawing is drawn anew when it changes."""
    return bool(_here.value.has_keys)


def choose_keys(*, has_keys: bool) -> None:
    """From now on with single keys, or without: who dictates or shakes presses them by accident."""
    _choose(replace(_here.peek(), has_keys=has_keys))


def _choose(chosen: Preferences) -> None:
    _here.value = chosen
    with _lock:
        _remembered[browser()] = chosen
        _remembered.move_to_end(browser())
        while len(_remembered) > MOST_BROWSERS:
            _remembered.popitem(last=False)


def browser() -> str:
    """Which browser looks: the same for all its pages."""
    try:
        return str(solara.get_session_id())
    except (RuntimeError, AttributeError):  # drawn without a server, as in tests
        return ""
