"""A link that is handed to somebody: its whole address, and a button that copies it."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

import anywidget
import solara
import traitlets

from sim.viewer.guard import TOKEN_VARIABLE
from sim.viewer.words import Words

HERE = Path(__file__).parent


class ShareLink(anywidget.AnyWidget):  # type: ignore[misc]
    """Only the browser knows by which name the server is reached."""

    _esm = traitlets.Unicode((HERE / "share_link.js").read_text(encoding="utf-8")).tag(sync=True)
    way = traitlets.Unicode("").tag(sync=True)
    words = traitlets.Dict().tag(sync=True)


@solara.component
def Shared(way: str, label: str, t: Words) -> None:
    """The address with the server's token, where it asks for one: without it nobody gets as far as the page."""
    token = os.environ.get(TOKEN_VARIABLE, "")
    whole = f"{way}{'&' if '?' in way else '?'}token={quote(token)}" if token else way
    words = {"label": label, **{name: t(f"share.{name}") for name in ("copy", "copied", "by_hand", "local")}}
    with solara.Div(classes=["lx-share"]):
        ShareLink.element(way=whole, words=words)
