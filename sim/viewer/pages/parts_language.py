"""The language of the page, where readers of screens and hyphenation look for it."""

from __future__ import annotations

import anywidget
import solara
import traitlets

from sim.viewer.words import Words

SCRIPT = """
function render({ model, el }) {
  el.style.display = "none";
  const tell = () => { document.documentElement.lang = model.get("language"); };
  model.on("change:language", tell);
  tell();
}
export default { render };
"""

TAGS = {"en": "en", "zh": "zh-Hans"}


class Spoken(anywidget.AnyWidget):  # type: ignore[misc]
    """Sets the language of the document."""

    _esm = traitlets.Unicode(SCRIPT).tag(sync=True)
    language = traitlets.Unicode("en").tag(sync=True)


@solara.component
def PageLanguage(t: Words) -> None:
    """The language of the words on this page, as the document's own."""
    Spoken.element(language=TAGS[t.language])
