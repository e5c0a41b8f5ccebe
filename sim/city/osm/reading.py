"""Read what a file holds: .osm.pbf, .osm, .osm.gz, .osm.bz2 by pyosmium, .json of Overpass, .graphml by OSMnx."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError
from zlib import error as ZlibError

from sim.city.osm.extra import need
from sim.city.osm.extract import Extract, Point
from sim.city.osm.tags import FACILITY_KEYS
from sim.core.errors import InputError, unknown

OSM = (".osm.pbf", ".osm", ".osm.gz", ".osm.bz2")
OVERPASS = (".json", ".json.gz")
GRAPHML = (".graphml", ".graphml.gz")
_BROKEN = (RuntimeError, ParseError, EOFError, ZlibError, OSError, ValueError, LookupError, TypeError, AttributeError)


def file_format(path: Path) -> str:
    """The ending that says how to read the file; InputError where it is missing, empty, unreadable or unknown."""
    known = sorted((*OSM, *OVERPASS, *GRAPHML), key=len, reverse=True)
    if path.is_dir():
        raise InputError(f"{path}: this is a folder; a file is needed that ends in {', '.join(sorted(known))}")
    try:
        with path.open("rb") as file:
            is_empty = not file.read(1)
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file") from None
    except OSError as error:
        raise InputError(f"{path}: the file cannot be read ({error.strerror or error})") from None
    for ending in known:
        if path.name.lower().endswith(ending):
            if is_empty:
                raise InputError(f"{path}: the file is empty (0 bytes)")
            return ending
    found = "".join(path.suffixes[-2:]) or "nothing"
    raise unknown(f"{path}: the ending of the file name", found, known)


def read_osm(path: Path) -> Extract:
    """Stream an OSM file: first its relations, then nodes and ways, then the outlines of facilities."""
    osmium = need("osmium")
    out = Extract()
    with _broken_file(path):
        for item in osmium.FileProcessor(str(path), osmium.osm.RELATION):
            out.relation(item.id, dict(item.tags), [(m.type, m.ref, m.role) for m in item.members])
        wanted = osmium.filter.KeyFilter("highway", *FACILITY_KEYS)
        for item in osmium.FileProcessor(str(path)).with_locations().with_filter(wanted):
            if item.is_node():
                out.node(item.id, dict(item.tags), (item.location.lon, item.location.lat))
            elif item.is_way() and item.id not in out.outlines:
                out.way(item.id, dict(item.tags), [n.ref for n in item.nodes], [_point(n) for n in item.nodes])
        if out.outlines:
            members = osmium.filter.IdFilter(out.outlines).enable_for(osmium.osm.WAY)
            for item in osmium.FileProcessor(str(path)).with_locations().with_filter(members):
                if item.is_way():
                    out.way(item.id, dict(item.tags), [n.ref for n in item.nodes], [_point(n) for n in item.nodes])
    return out.finish()


def _point(node: Any) -> Point | None:
    return (node.location.lon, node.location.lat) if node.location.valid() else None


def read_overpass(path: Path) -> Extract:
    """Read a stored answer of an Overpass server."""
    with _broken_file(path):
        raw = gzip.decompress(path.read_bytes()) if path.suffix.lower() == ".gz" else path.read_bytes()
        answer = json.loads(raw)
        if not isinstance(answer, dict) or not isinstance(answer.get("elements"), list):
            raise InputError(f"{path}: JSON, but not an answer of an Overpass server (it has no list `elements`)")
        return overpass_extract(answer)


def overpass_extract(answer: Mapping[str, Any]) -> Extract:
    """What the JSON answer of an Overpass server holds, in whatever order its elements come."""
    out = Extract()
    kinds: dict[str, list[dict[str, Any]]] = {"relation": [], "node": [], "way": []}
    for item in answer["elements"]:
        kinds.get(item.get("type", ""), []).append(item)
    for item in kinds["relation"]:
        members = [(m["type"][:1], m["ref"], m.get("role", "")) for m in item.get("members", [])]
        out.relation(item["id"], item.get("tags", {}), members)
    points: dict[int, Point] = {item["id"]: (item["lon"], item["lat"]) for item in kinds["node"] if "lon" in item}
    for item in kinds["node"]:
        if item["id"] in points:
            out.node(item["id"], item.get("tags", {}), points[item["id"]])
    for item in kinds["way"]:
        refs = item.get("nodes", [])
        for ref, at in zip(refs, item.get("geometry") or [], strict=False):
            if at:
                points.setdefault(ref, (at["lon"], at["lat"]))
        out.way(item["id"], item.get("tags", {}), refs, [points.get(ref) for ref in refs])
    return out.finish()


def read_graphml(path: Path) -> Any:
    """Read a graph that OSMnx saved, in longitude and latitude."""
    osmnx = need("osmnx")
    with _broken_file(path):
        raw = gzip.decompress(path.read_bytes()) if path.suffix.lower() == ".gz" else path.read_bytes()
        graph = osmnx.load_graphml(graphml_str=raw.decode("utf-8"))
        if not all("x" in node and "y" in node for _, node in graph.nodes(data=True)):
            raise InputError(f"{path}: the nodes have no x and y; save the graph by osmnx.save_graphml")
        if "crs" in graph.graph and not osmnx.projection.is_projected(graph.graph["crs"]):
            return graph
        if "crs" not in graph.graph:
            raise InputError(f"{path}: the graph does not tell its crs; save it by osmnx.save_graphml")
        return osmnx.projection.project_graph(graph, to_latlong=True)


@contextmanager
def _broken_file(path: Path) -> Iterator[None]:
    """Name what is wrong with a file in the words of whoever could not read it."""
    try:
        yield
    except InputError:
        raise
    except _BROKEN as error:
        said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise InputError(
            f"{path}: the file is truncated, damaged or not of the kind that its name says ({said})"
        ) from error
