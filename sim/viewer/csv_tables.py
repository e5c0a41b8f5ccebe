"""Tables as CSV that a spreadsheet takes for what they are."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def to_csv(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV; no text begins like a formula, whoever has written it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(heads)
    for row in rows:
        writer.writerow(["" if cell is None else _harmless(cell) for cell in row])
    return out.getvalue()


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
