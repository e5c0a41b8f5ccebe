"""`liandong map …`: import, fetch, list, describe, check and draw maps."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.options import flat

if TYPE_CHECKING:
    from sim.city.osm.report import Report

app = typer.Typer(no_args_is_help=True, help="Maps: import real ones, list, describe, check and draw them.")

Name = Annotated[str, typer.Argument(help="Name of a map, as `liandong map list` shows it.")]
NewName = Annotated[str, typer.Option("--name", help="Name to store the map under: small letters, digits, - and _.")]
People = Annotated[int | None, typer.Option(min=1, help="Residents, where you know better than the estimate.")]
Title = Annotated[str, typer.Option(help="Title for pictures and reports; the name if left out.")]
Force = Annotated[bool, typer.Option("--force", help="Replace a map of that name.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help=".osm.pbf, .osm, .osm.gz, .osm.bz2, .graphml, .graphml.gz or .json.")],
    name: NewName,
    population: People = None,
    title: Title = "",
    force: Force = False,
) -> None:
    """Make a map of a file of OpenStreetMap data (or a graph that OSMnx saved), and store it."""
    from sim.city.osm.importing import Wish, import_map
    from sim.city.store import check_name

    check_name(name, force=force)
    _store(import_map(file, Wish(name, title, population)), force=force)


@dataclass(frozen=True, slots=True)
class Area:
    """What is asked for."""

    place: Annotated[str, typer.Argument(help='Such as "Futian, Shenzhen, China".')] = ""
    bbox: Annotated[str, typer.Option(help="Instead of a place: W,S,E,N in degrees.")] = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom one asks."""

    overpass_url: Annotated[str, typer.Option(help="Overpass server; or LIANDONG_OVERPASS_URL.")] = ""
    nominatim_url: Annotated[str, typer.Option(help="Nominatim server; or LIANDONG_NOMINATIM_URL.")] = ""


@app.command()
@flat
def fetch(
    name: NewName, area: Area, asked: Asked, population: People = None, title: Title = "", force: Force = False
) -> None:
    """Ask OpenStreetMap's servers for a place or a box, make a map of the answer, and store it."""
    from sim.city.osm.fetching import Servers, fetch_box, fetch_place
    from sim.city.osm.importing import Wish, map_of_extract
    from sim.city.store import check_name
    from sim.core.errors import InputError

    check_name(name, force=force)
    if bool(area.place) == bool(area.bbox):
        raise InputError('give either a place ("Futian, Shenzhen, China") or --bbox W,S,E,N')
    servers = Servers.chosen(asked.overpass_url, asked.nominatim_url)
    extract = fetch_place(area.place, servers) if area.place else fetch_box(area.bbox, servers)
    wish = Wish(name, title or area.place, population)
    _store(map_of_extract(extract, wish, f"the answer for {area.place or area.bbox}"), force=force)


@app.command("list")
def list_maps(as_json: AsJson = False) -> None:
    """List all maps: those that come with the program, and those you imported."""
    from sim.city.store import listed_maps

    rows = listed_maps()
    if as_json:
        _print_json(rows)
        return
    width = max(len(row["name"]) for row in rows)
    for row in rows:
        kind = "embedded" if row["is_embedded"] else "imported"
        schematic = ", schematic" if row["is_schematic"] else ""
        typer.echo(f"{row['name']:<{width}}  {kind}{schematic}  {row['title']}  {row['attribution']}".rstrip())


@app.command()
def info(name: Name, as_json: AsJson = False) -> None:
    """Say what a map holds: roads, facilities, people."""
    from sim.city.store import find_map
    from sim.city.survey import survey

    found = survey(find_map(name))
    if as_json:
        _print_json(found)
        return
    is_told = "schematic" in found["title"].casefold()
    schematic = " (schematic)" if found["is_schematic"] and not is_told else ""
    typer.echo(f"{found['title']}{schematic}")
    typer.echo(f"nodes: {found['nodes']:,}   directed edges: {found['edges']:,}   area: {found['area_km2']:,} km²")
    typer.echo(f"km by class: {_listed(found['km'])}   (tunnels {found['tunnel_km']}, bridges {found['bridge_km']})")
    typer.echo(f"people: {found['people']:,} in {found['subdistricts']} subdistricts of {_listed(found['districts'])}")
    typer.echo(f"facilities: {_listed(found['facilities']) or 'none'}")
    typer.echo(f"box: {', '.join(str(value) for value in found['box'])} (west, south, east, north)")
    if found["attribution"]:
        typer.echo(found["attribution"])


@app.command()
def check(name: Name) -> None:
    """Name what would spoil a run on this map; exit code 1 if anything."""
    from sim.city.store import find_map
    from sim.city.survey import problems

    found = problems(find_map(name))
    for problem in found:
        typer.echo(f"{name}: {problem}")
    if found:
        raise typer.Exit(1)
    typer.echo(f"{name}: no problems found")


@app.command()
def plot(
    name: Name,
    output: Annotated[Path, typer.Option("-o", "--output", help="Picture to write: .png, .svg or .pdf.")],
) -> None:
    """Draw a map: roads by class, districts, stations and hospitals."""
    from sim.city.plot import plot_map
    from sim.city.store import find_map

    plot_map(find_map(name), output)
    typer.echo(f"{output}")


def _store(report: Report, *, force: bool) -> None:
    from sim.city.store import save_map

    save_map(report.town, force=force)
    for line in report.lines:
        typer.echo(line)
    typer.echo(report.town.attribution)
    typer.echo(f"stored as {report.town.name!r}: liandong map plot {report.town.name} -o {report.town.name}.png")


def _listed(counts: dict[str, Any]) -> str:
    return ", ".join(f"{key} {value:,}" for key, value in counts.items())


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
