"""The command `liandong`: its parts, and what becomes of errors. Heavy imports happen inside the commands only."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

import typer

from sim.cli import explain, ladder, listing, maps, running, view
from sim.cli.running import INTERRUPTED
from sim.core.errors import InputError
from sim.versions import VERSION

app = typer.Typer(
    name="liandong",
    help="Liandong 联动: what does it change if those who must help each other can tell each other things?",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"liandong {VERSION}")
        raise typer.Exit


@app.callback()
def _every_command(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Version.")] = False,
) -> None:
    pass


_COMMANDS: tuple[Callable[..., None], ...] = (
    running.demo,
    running.run,
    running.compare,
    ladder.ladder,
    explain.explain,
    view.view,
    listing.scenarios,
    listing.policies,
    listing.check,
    listing.schema,
    listing.version,
)


def _interruptible(command: Callable[..., None]) -> Callable[..., None]:
    """The same command, which says so when Ctrl-C ends it before it has anything to keep."""

    @wraps(command)
    def answering(*arguments: Any, **options: Any) -> None:
        try:
            command(*arguments, **options)
        except KeyboardInterrupt:
            print("Interrupted: there are no results.", file=sys.stderr)
            raise typer.Exit(INTERRUPTED) from None

    return answering


for command in _COMMANDS:
    app.command()(_interruptible(command))
app.add_typer(maps.app, name="map")


def main() -> None:
    """Run the command line; a mistake in the input is one clear line, anything else asks to be reported."""
    _replace_what_cannot_be_shown()
    try:
        try:
            app(prog_name="liandong")
        finally:
            sys.stdout.flush()  # a disk may turn out to be full only now
    except InputError as wrong:
        _fail(str(wrong), 2)
    except Exception as wrong:
        if os.environ.get("LIANDONG_DEBUG") == "1":
            raise
        _fail(_unexpected(wrong), 1)


_FULL = (errno.ENOSPC, errno.EIO, getattr(errno, "EDQUOT", errno.ENOSPC))  # Windows has no quota


def _unexpected(wrong: Exception) -> str:
    if isinstance(wrong, MemoryError):
        return "there is not enough memory; take a larger --scale, or fewer --jobs"
    if isinstance(wrong, OSError) and wrong.filename is not None:
        return f"{wrong.filename}: {wrong.strerror or wrong}"
    if isinstance(wrong, OSError) and wrong.errno in _FULL:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python would try again when it ends
        return f"standard output: {wrong.strerror}"
    return (
        f"something went wrong inside Liandong ({type(wrong).__name__}: {wrong}). Please report it, "
        "with what LIANDONG_DEBUG=1 shows when you repeat the command."
    )


def _fail(message: str, code: int) -> None:
    print(f"Error: {message}", file=sys.stderr)
    raise SystemExit(code)


def _replace_what_cannot_be_shown() -> None:
    """Files and pipes get UTF-8 unless PYTHONIOENCODING says otherwise; a console gets ? for what it lacks."""
    for stream in (sys.stdout, sys.stderr):
        change = getattr(stream, "reconfigure", None)
        if change is None:
            continue
        if stream.isatty() or "PYTHONIOENCODING" in os.environ:
            change(errors="replace")
        else:
            change(encoding="utf-8", errors="replace")
