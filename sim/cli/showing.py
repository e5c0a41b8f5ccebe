"""Tables, sentences, JSON and progress on a terminal; the same without colour in a file."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich import box
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

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


def print_table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[int] = ()) -> None:
    """A table; `numbers` are the columns that are set to the right."""
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for place, head in enumerate(heads):
        is_number = place in numbers
        table.add_column(head, justify="right" if is_number else "left", no_wrap=is_number, overflow="fold")
    for row in rows:
        table.add_row(*row)
    console().print(table)


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
