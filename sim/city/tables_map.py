"""Maps written by hand: CSV tables for what there is much of, one map.toml for the rest."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sim.city.map import District, Facility, Map, Subdistrict, flat_speeds
from sim.city.roads import ROAD_CLASSES, Floats, Projection, Roads
from sim.city.spread import spread_people
from sim.core.errors import InputError, unknown

Row = dict[str, str]


def build_from_tables(folder: Path) -> Map:
    """The map of a folder with map.toml, nodes.csv, edges.csv and facilities.csv, positions in metres."""
    sheet = read_toml(folder / "map.toml")
    origin = Projection(float(sheet["origin"]["lon"]), float(sheet["origin"]["lat"]))
    nodes = read_rows(folder / "nodes.csv", ("name", "x_m", "y_m", "subdistrict"))
    node_of = {row["name"]: number for number, row in enumerate(nodes)}
    subdistricts = tuple(Subdistrict(**row) for row in sheet["subdistrict"])
    rows = {sub.name: number for number, sub in enumerate(subdistricts)}
    own = np.array([look_up(row["subdistrict"], rows, folder / "nodes.csv", "subdistrict") for row in nodes], np.int16)
    districts = tuple(District(**{**row, "adjacent": tuple(row["adjacent"])}) for row in sheet["district"])
    roads = _roads(folder / "edges.csv", nodes, node_of, origin)
    people = spread_people([sub.population for sub in subdistricts], own, np.ones(len(nodes)))
    return Map(
        name=sheet["name"],
        title=sheet["title"],
        is_schematic=sheet["is_schematic"],
        attribution=sheet.get("attribution", ""),
        roads=roads,
        districts=districts,
        subdistricts=subdistricts,
        facilities=_facilities(folder / "facilities.csv", roads, node_of, [subdistricts[i] for i in own]),
        node_subdistrict=own,
        node_people=people,
        node_day_people=people.copy(),
        speed_factor=flat_speeds(float(sheet.get("speed_factor", 1.0))),
        district_speed=np.ones(len(districts), np.float32),
        has_background=sheet["has_background"],
        has_congestion=sheet["has_congestion"],
        landmarks=node_of,
    )


def read_toml(path: Path) -> dict[str, Any]:
    """The contents of a TOML file, or one clear error."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not a readable TOML file: {error}") from None


def read_rows(path: Path, needed: Sequence[str]) -> list[Row]:
    """The rows of a CSV table with at least the needed columns."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows = list(reader)
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: not a readable table: {error}") from None
    missing = [column for column in needed if column not in (reader.fieldnames or ())]
    if missing:
        raise InputError(f"{path}: the column {missing[0]!r} is missing; needed are {', '.join(needed)}")
    return rows


def look_up(name: str, known: Mapping[str, int], path: Path, what: str) -> int:
    """The number of a known name, or an error that says where and names the nearest."""
    if name not in known:
        raise unknown(f"{path}: {what}", name, known)
    return known[name]


def number(row: Row, column: str, path: Path) -> float:
    """A number of a table, or an error that says where."""
    try:
        return float(row[column])
    except (ValueError, TypeError):
        raise InputError(f"{path}: {column} is {row[column]!r} in the row {dict(row)}; a number is needed") from None


def is_yes(text: str | None) -> bool:
    """Whether a cell says yes."""
    return (text or "").strip().lower() in {"yes", "true", "1"}


def attributes_of(text: str) -> dict[str, Any]:
    """`engines=5; ems=yes` as a mapping of numbers, truths and words."""
    pairs = (part.split("=", 1) for part in text.split(";") if "=" in part)
    return {key.strip(): _value(value.strip()) for key, value in pairs}


def _value(text: str) -> int | float | bool | str:
    if text in {"yes", "no"}:
        return text == "yes"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def arrange(origin: Projection, x: Floats, y: Floats, edges: Sequence[Mapping[str, Any]]) -> Roads:
    """Roads from a list of directed edges, sorted by tail, then in the order given."""
    names = {(edge["name"], edge["name_zh"]): None for edge in edges if edge["name"]}
    index = {name: number for number, name in enumerate(names)}
    order = sorted(range(len(edges)), key=lambda i: (edges[i]["tail"], i))

    def column(key: str, kind: Any) -> Any:
        return np.array([edges[i][key] for i in order], kind)

    return Roads(
        projection=origin,
        x=x,
        y=y,
        tail=column("tail", np.int32),
        head=column("head", np.int32),
        length_m=column("length_m", np.float32),
        road_class=column("road_class", np.int8),
        limit_kmh=column("limit_kmh", np.float32),
        lanes=column("lanes", np.int8),
        tunnel=column("tunnel", np.bool_),
        bridge=column("bridge", np.bool_),
        name=np.array([index.get((edges[i]["name"], edges[i]["name_zh"]), -1) for i in order], np.int32),
        names=tuple(name for name, _ in names),
        names_zh=tuple(name_zh for _, name_zh in names),
    )


def _roads(path: Path, nodes: list[Row], node_of: Mapping[str, int], origin: Projection) -> Roads:
    classes = {name: number for number, name in enumerate(ROAD_CLASSES)}
    edges: list[dict[str, Any]] = []
    for row in read_rows(path, ("from", "to", "length_m", "class", "limit_kmh", "lanes", "oneway")):
        one = {
            "tail": look_up(row["from"], node_of, path, "from"),
            "head": look_up(row["to"], node_of, path, "to"),
            "length_m": number(row, "length_m", path),
            "road_class": look_up(row["class"], classes, path, "class"),
            "limit_kmh": number(row, "limit_kmh", path),
            "lanes": int(number(row, "lanes", path)),
            "tunnel": is_yes(row.get("tunnel")),
            "bridge": is_yes(row.get("bridge")),
            "name": row.get("name") or "",
            "name_zh": row.get("name_zh") or "",
        }
        edges.append(one)
        if not is_yes(row["oneway"]):
            edges.append({**one, "tail": one["head"], "head": one["tail"]})
    x = np.array([number(row, "x_m", path) for row in nodes])
    y = np.array([number(row, "y_m", path) for row in nodes])
    return arrange(origin, x, y, edges)


def _facilities(
    path: Path, roads: Roads, node_of: Mapping[str, int], node_subdistrict: list[Subdistrict]
) -> tuple[Facility, ...]:
    out = []
    for row in read_rows(path, ("kind", "name", "node", "grade", "source")):
        node = look_up(row["node"], node_of, path, "node")
        lon, lat = roads.projection.to_degrees(roads.x[node], roads.y[node])
        out.append(
            Facility(
                kind=row["kind"],
                name=row["name"],
                name_zh=row.get("name_zh") or "",
                lon=round(float(lon), 7),
                lat=round(float(lat), 7),
                node=node,
                district=node_subdistrict[node].district,
                subdistrict=node_subdistrict[node].name,
                grade=row["grade"],
                source=row["source"],
                attributes=attributes_of(row.get("attributes") or ""),
            )
        )
    return tuple(out)
