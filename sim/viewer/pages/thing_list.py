"""Tables in which a row can be pressed: it says which thing is meant, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anywidget
import solara
import traitlets

from sim.viewer.pages.parts import safely

HERE = Path(__file__).parent
LONGEST = 2500


@dataclass(frozen=True, slots=True)
class ThingRow:
    """A row; the cell of column `at` is a button if it can be pressed."""

    key: str
    cells: tuple[str, ...]
    says: str = ""  # what pressing it does
    can: bool = True
    at: int = 0
    look: str = ""  # a class


@dataclass(frozen=True, slots=True)
class ThingGroup:
    """A table of rows of one sort."""

    id: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[ThingRow, ...]

    def plain(self) -> dict[str, Any]:
        """As the page gets it."""
        rows = [
            {"key": one.key, "cells": [cell[:LONGEST] for cell in one.cells], "says": one.says, "can": one.can,
             "at": one.at, "look": one.look}
            for one in self.rows
        ]  # fmt: skip
        return {"id": self.id, "title": self.title, "heads": list(self.heads), "rows": rows}


class ThingTables(anywidget.AnyWidget):  # type: ignore[misc]
    """The tables on a page."""

    _esm = traitlets.Unicode((HERE / "thing_list.js").read_text(encoding="utf-8")).tag(sync=True)
    _css = traitlets.Unicode((HERE / "thing_list.css").read_text(encoding="utf-8")).tag(sync=True)
    groups = traitlets.List().tag(sync=True)
    chosen = traitlets.Unicode("").tag(sync=True)
    on_key = traitlets.Any(None, allow_none=True)  # called with the key of a row

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.on_msg(self._hear)

    def _hear(self, _widget: object, content: object, _buffers: object) -> None:
        """What a page says; only a key of a row that it was sent is heard."""
        key = content.get("key") if isinstance(content, dict) else None
        if isinstance(key, str) and any(key == row["key"] and row["can"] for one in self.groups for row in one["rows"]):
            act: Callable[[str], None] | None = self.on_key
            if act is not None:
                act(key)


@solara.component
def ThingList(groups: Sequence[ThingGroup], on_key: Callable[[str], Any], chosen: str = "", name: str = "") -> None:
    """Tables; `name` is a class by which they are found."""
    with solara.Div(classes=["lx-lists", *([name] if name else [])]):
        ThingTables.element(groups=[one.plain() for one in groups], chosen=chosen, on_key=safely(on_key))
