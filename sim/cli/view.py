"""The command `view`: the pages in a browser."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from sim.cli.options import Town
from sim.core.errors import InputError, unknown

Given = Annotated[str | None, typer.Argument(metavar="[SCENARIO]", help="A scenario's name, or a TOML file.")]
Port = Annotated[int, typer.Option(min=1, max=65535, metavar="N", help="Port.")]
Host = Annotated[str, typer.Option(metavar="ADDRESS", help="Another address than this computer's own; needs --token.")]
Token = Annotated[
    str, typer.Option(metavar="T", envvar="LIANDONG_TOKEN", help="What others must know to open the pages.")
]
Root = Annotated[
    str,
    typer.Option("--results", metavar="DIR", help="Folder of results: what is opened lies in it, what is kept too."),
]
Opens = Annotated[bool, typer.Option("--open/--no-open", help="Open the browser.")]


def view(
    scenario: Given = None,
    town: Town = None,
    port: Port = 8765,
    host: Host = "127.0.0.1",
    token: Token = "",
    results: Root = "runs",
    opens: Opens = True,
) -> None:
    """Open the pages in a browser: plan, exercise, study."""
    try:
        from sim.viewer.roots import ROOT_VARIABLE
        from sim.viewer.server import MAP_VARIABLE, START_VARIABLE, Address, check, serve
    except ImportError as wrong:
        raise InputError(f"the pages need more than is installed: pip install 'liandong[view]' ({wrong})") from None
    address = Address(host, port, token)
    check(address)
    if scenario is not None:
        from sim.cli.running import load

        load(scenario)
    if town is not None:
        from sim.city.store import map_names

        if town not in map_names():
            raise unknown("--map", town, map_names())
    os.environ |= {START_VARIABLE: scenario or "", MAP_VARIABLE: town or "", ROOT_VARIABLE: results}
    typer.echo(f"Liandong: {address.url}  (Ctrl-C ends it)")
    serve(address, opens=opens)
