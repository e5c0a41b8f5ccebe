"""A time line with a knob: what has been, what stands beside it, and a way to another moment; keyboard included."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets

HERE = Path(__file__).parent
MOST_MARKS = 400
LONGEST_TITLE = 160

Mark = tuple[int, str, str]
"""When (s since the start), its sort as in `time_line.js`, and what it is."""


class TimeLine(anywidget.AnyWidget):  # type: ignore[misc]
    """Asks for a moment once, when the knob is let go; while it is dragged too if it `scrubs`."""

    _esm = traitlets.Unicode((HERE / "time_line.js").read_text(encoding="utf-8")).tag(sync=True)
    _css = traitlets.Unicode((HERE / "time_line.css").read_text(encoding="utf-8")).tag(sync=True)
    now = traitlets.Int(0).tag(sync=True)  # s since the start, as all times here
    reached = traitlets.Int(0).tag(sync=True)  # up to there it has been
    end = traitlets.Int(1).tag(sync=True)
    start_s = traitlets.Int(0).tag(sync=True)  # time of day at which it starts, s
    marks = traitlets.List().tag(sync=True)
    label = traitlets.Unicode("").tag(sync=True)
    off = traitlets.Bool(False).tag(sync=True)
    scrubs = traitlets.Bool(False).tag(sync=True)
    on_moment = traitlets.Any(None, allow_none=True)  # called with what is asked for; returns where it stands then

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.on_msg(self._hear)

    def _hear(self, _widget: object, content: object, _buffers: object) -> None:
        """What a page says; nothing in it is trusted."""
        to = content.get("to") if isinstance(content, dict) else None
        if not isinstance(to, int) or isinstance(to, bool) or not 0 <= to <= self.end or self.off:
            return
        go: Callable[[int], int] | None = self.on_moment
        now = self.now
        try:
            now = go(to) if go is not None else now
        finally:
            self.send({"answered": True, "now": now})


def cut(marks: Sequence[Mark]) -> list[Mark]:
    """As many as a line can show, with titles as long as one can read."""
    return [(t, sort, title[:LONGEST_TITLE]) for t, sort, title in marks[:MOST_MARKS]]
