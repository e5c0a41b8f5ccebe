"""Being built."""

from __future__ import annotations

import solara


@solara.component
def Plan() -> None:
    """Being built."""
    solara.Text("")
