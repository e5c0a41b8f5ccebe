"""Being built."""

from __future__ import annotations

import solara


@solara.component
def Study() -> None:
    """Being built."""
    solara.Text("")
