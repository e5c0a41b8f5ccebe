"""What a page and its browser tell each other: its language, a cookie of what was chosen, dark or light outside it."""

from __future__ import annotations

from collections.abc import Callable

import anywidget
import solara
import traitlets

from sim.viewer.words import Language

SCRIPT = """
function render({ model, el }) {
  el.style.display = "none";
  const tell = () => { document.documentElement.lang = model.get("language"); };
  const keep = () => {
    if (model.get("cookie")) document.cookie = `${model.get("cookie")}; Path=/; Max-Age=31536000; SameSite=Lax`;
  };
  model.on("change:language", tell);
  model.on("change:cookie", keep);
  const outside = window.matchMedia("(prefers-color-scheme: dark)");
  const hear = () => { model.set("is_dark", inDarkMode()); model.save_changes(); };
  outside.addEventListener("change", hear);
  tell();
  keep();
  return () => outside.removeEventListener("change", hear);
}
export default { render };
"""

TAGS = {"en": "en", "zh": "zh-Hans"}


class Kept(anywidget.AnyWidget):  # type: ignore[misc]
    """Sets the language of the document and a cookie for a year; says when the computer turns dark or light."""

    _esm = traitlets.Unicode(SCRIPT).tag(sync=True)
    language = traitlets.Unicode("en").tag(sync=True)
    cookie = traitlets.Unicode("").tag(sync=True)  # name=value; empty: nothing has been chosen
    is_dark = traitlets.Bool(None, allow_none=True).tag(sync=True)  # None: as it was when the page opened


@solara.component
def KeptByBrowser(language: Language, cookie: str, on_dark: Callable[[bool], None]) -> None:
    """The language of the words on this page as the document's own; what was chosen for the next visit."""
    Kept.element(language=TAGS[language], cookie=cookie, on_is_dark=on_dark)
