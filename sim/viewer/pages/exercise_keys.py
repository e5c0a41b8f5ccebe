"""Keys of who leads an exercise: space plays or pauses, a point is one second; what has the focus keeps its own."""

from __future__ import annotations

import anywidget
import solara
import traitlets

SCRIPT = """
const BUTTONS = { " ": ".do-play, .do-pause", ".": ".do-step_1s" };
const TYPED = "input, textarea, select, [contenteditable], [role=listbox]";
const PRESSED = "button, a, summary, [role=button], [role=option]";

function render({ el }) {
  el.style.display = "none";
  const gone = new AbortController();
  document.addEventListener("keydown", (e) => {
    const wanted = BUTTONS[e.key];
    if (!wanted || e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.target.closest?.(TYPED) || (e.key === " " && e.target.closest?.(PRESSED))) return;
    e.preventDefault();  // or space scrolls the page
    const button = e.repeat ? null : document.querySelector(wanted);
    if (button && !button.disabled) button.click();
  }, { signal: gone.signal });
  return () => gone.abort();
}
export default { render };
"""


class Keys(anywidget.AnyWidget):  # type: ignore[misc]
    """Presses the buttons that are on the page, so that a key does what they do, and no more."""

    _esm = traitlets.Unicode(SCRIPT).tag(sync=True)


@solara.component
def LeaderKeys() -> None:
    """The keys, as long as the page shows the exercise."""
    with solara.Div(classes=["lx-keys"]):
        Keys.element()
