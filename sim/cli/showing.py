"""Tables, sentences, JSON and progress on a terminal; the same without colour in a file."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich import box
from rich.cells import cell_len
from rich.console import Console, JustifyMethod
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

LEAST_NAME = 16  # columns that the names of rows get at least; they wrap
_BETWEEN, _EDGES = 3, 2  # columns between two columns, and at both ends

PLAIN_WIDTH = 140  # columns of a table in a file or pipe, which have no width of their own


def console() -> Console:
    """Standard output as it is now; NO_COLOR and the like are rich's business."""
    made = Console(highlight=False, markup=False, emoji=False)
    if not made.is_terminal:
        made.width = max(made.width, PLAIN_WIDTH)
    return made


def say(text: str = "") -> None:
    """A line of text."""
    console().print(text, soft_wrap=True)


def complain(text: str) -> None:
    """A line of text on standard error."""
    Console(stderr=True, highlight=False, markup=False, emoji=False).print(text, soft_wrap=True)


def print_json(value: Any) -> None:
    """JSON and nothing else; undefined is null, and anything that is not a number would be a mistake."""
    print(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))


def print_table(
    title: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    numbers: Sequence[int] = (),
    spare: Sequence[int] = (),
) -> None:
    """A table; `numbers` are the columns set to the right, `spare` those to leave out first for want of room."""
    out, cells = console(), [tuple(row) for row in rows]
    left_out = _too_much(out.width, heads, cells, spare)
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    shown = [place for place in range(len(heads)) if place not in left_out]
    for place in shown:
        is_number = place in numbers
        least = min(LEAST_NAME, _wide(heads[place], cells, place)) if place == 0 else None
        head = heads[place].replace("+", "+\n") if is_number else heads[place]
        side: JustifyMethod = "right" if is_number else "left"
        table.add_column(head, justify=side, no_wrap=is_number, overflow="fold", min_width=least)
    for row in cells:
        table.add_row(*(row[place] for place in shown))
    out.print(table)
    if left_out:
        names = ", ".join(" ".join(heads[place].split()) for place in sorted(left_out))
        out.print(f"Left out for want of room: {names}.", style="dim")


def _too_much(width: int, heads: Sequence[str], rows: Sequence[Sequence[str]], spare: Sequence[int]) -> set[int]:
    """The spare columns without which the others fit; all of them if even that is too wide."""
    left_out: set[int] = set()
    wide = [_wide(head, rows, place) for place, head in enumerate(heads)]
    for place in spare:
        kept = [each for column, each in enumerate(wide) if column not in left_out and column != 0]
        if min(wide[0], LEAST_NAME) + sum(kept) + _BETWEEN * len(kept) + _EDGES <= width:
            break
        left_out.add(place)
    return left_out


def _wide(head: str, rows: Sequence[Sequence[str]], place: int) -> int:
    """What a column needs to show every cell on one line."""
    lines = [line for text in (head.replace("+", "+\n"), *(row[place] for row in rows)) for line in text.split("\n")]
    return max(map(cell_len, lines))


@contextmanager
def progress(text: str) -> Iterator[Callable[[float], None] | None]:
    """A bar on standard error that takes the share done; none when that is not a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(text, total=1.0)
        yield lambda share: bar.update(task, completed=share)
