"""What the tables of a schematic map say: the skeleton that streets are generated around."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.city.map import District, Subdistrict
from sim.city.roads import ROAD_CLASSES, Flags, Floats, Ints, Projection
from sim.city.tables_map import Row, look_up, number, read_rows, read_toml

GRADED = ("grade", "source")


@dataclass(frozen=True)
class MainRoad:
    """A named road through named nodes."""

    name: str
    name_zh: str
    road_class: int
    lanes: int  # both directions
    limit_kmh: float
    nodes: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Obstacle:
    """A hill or a reservoir: an ellipse in which nothing is built; the bearing of its long axis is from north."""

    kind: str
    name: str
    centre: Floats  # x, y in metres
    along_m: float
    across_m: float
    bearing_deg: float

    def holds(self, xy: Floats, margin_m: float = 0.0) -> Flags:
        """Which of the points lie in it, or within a margin of it."""
        inside = np.max(np.abs(xy - self.centre), axis=1) <= max(self.along_m, self.across_m) + margin_m
        inside[inside] = self._holds_near(xy[inside], margin_m)
        return np.asarray(inside, np.bool_)

    def _holds_near(self, xy: Floats, margin_m: float) -> Any:
        angle = np.radians(self.bearing_deg)
        east, north = (xy - self.centre).T
        along = east * np.sin(angle) + north * np.cos(angle)
        across = east * np.cos(angle) - north * np.sin(angle)
        return np.hypot(along / (self.along_m + margin_m), across / (self.across_m + margin_m)) <= 1.0


@dataclass(frozen=True, eq=False)
class Skeleton:
    """The tables, in metres."""

    sheet: dict[str, Any]
    projection: Projection
    sources: dict[str, str]
    nodes: tuple[Row, ...]
    node_xy: Floats
    node_district: Ints
    roads: tuple[MainRoad, ...]
    tunnels: frozenset[frozenset[int]]
    viaducts: frozenset[frozenset[int]]
    districts: tuple[District, ...]
    subdistricts: tuple[Subdistrict, ...]
    day_pull: Floats  # by subdistrict
    facilities: tuple[Row, ...]
    facility_xy: Floats
    obstacles: tuple[Obstacle, ...]
    outline: Floats  # corners of the city's land
    congestion: tuple[Row, ...]


def read_skeleton(folder: Path) -> Skeleton:
    """All tables of a schematic map."""
    sheet = read_toml(folder / "map.toml")
    origin = Projection(float(sheet["origin"]["lon"]), float(sheet["origin"]["lat"]))
    sources = {row["id"]: row["text"] for row in read_rows(folder / "sources.csv", ("id", "text"))}
    districts = _districts(folder / "districts.csv", sources)
    district_of = {district.name: index for index, district in enumerate(districts)}
    nodes = read_rows(folder / "nodes.csv", ("name", "name_zh", "lon", "lat", "district", *GRADED))
    node_of = {row["name"]: index for index, row in enumerate(nodes)}
    subdistricts, pull = _subdistricts(folder / "subdistricts.csv", sources, district_of)
    facilities = read_rows(folder / "facilities.csv", ("kind", "name", "name_zh", "lon", "lat", "district", *GRADED))
    outline = read_rows(folder / "outline.csv", ("lon", "lat", *GRADED))
    node_district = [look_up(row["district"], district_of, folder / "nodes.csv", "district") for row in nodes]
    links = read_rows(folder / "special.csv", ("kind", "from", "to", *GRADED))
    return Skeleton(
        sheet=sheet,
        projection=origin,
        sources=sources,
        nodes=tuple(nodes),
        node_xy=_metres(nodes, origin, folder / "nodes.csv"),
        node_district=np.array(node_district, np.int32),
        roads=_roads(folder / "roads.csv", node_of),
        tunnels=_links(links, "tunnel", node_of, folder),
        viaducts=_links(links, "viaduct", node_of, folder),
        districts=districts,
        subdistricts=subdistricts,
        day_pull=pull,
        facilities=tuple(facilities),
        facility_xy=_metres(facilities, origin, folder / "facilities.csv"),
        obstacles=_obstacles(folder / "obstacles.csv", origin),
        outline=_metres(outline, origin, folder / "outline.csv"),
        congestion=tuple(read_rows(folder / "congestion.csv", ("scope", "name", "am_peak_kmh", "pm_peak_kmh"))),
    )


def _metres(rows: list[Row], origin: Projection, path: Path) -> Floats:
    lon = np.array([number(row, "lon", path) for row in rows])
    lat = np.array([number(row, "lat", path) for row in rows])
    return np.asarray(np.round(np.column_stack(origin.to_metres(lon, lat)), 1), np.float64)


def _districts(path: Path, sources: dict[str, str]) -> tuple[District, ...]:
    return tuple(
        District(
            name=row["name"],
            name_zh=row["name_zh"],
            lon=number(row, "lon", path),
            lat=number(row, "lat", path),
            population=int(number(row, "population", path)),
            area_km2=number(row, "area_km2", path),
            adjacent=tuple(part.strip() for part in row["adjacent"].split(";") if part.strip()),
            grade=row["grade"],
            source=sources.get(row["source"], row["source"]),
        )
        for row in read_rows(path, ("name", "name_zh", "lon", "lat", "population", "area_km2", "adjacent", *GRADED))
    )


def _subdistricts(
    path: Path, sources: dict[str, str], district_of: dict[str, int]
) -> tuple[tuple[Subdistrict, ...], Floats]:
    rows = read_rows(path, ("name", "name_zh", "district", "lon", "lat", "population", "day_pull", *GRADED))
    for row in rows:
        look_up(row["district"], district_of, path, "district")
    subdistricts = tuple(
        Subdistrict(
            name=row["name"],
            name_zh=row["name_zh"],
            district=row["district"],
            lon=number(row, "lon", path),
            lat=number(row, "lat", path),
            population=int(number(row, "population", path)),
            grade=row["grade"],
            source=sources.get(row["source"], row["source"]),
        )
        for row in rows
    )
    return subdistricts, np.array([number(row, "day_pull", path) for row in rows])


def _roads(path: Path, node_of: dict[str, int]) -> tuple[MainRoad, ...]:
    classes = {name: index for index, name in enumerate(ROAD_CLASSES)}
    return tuple(
        MainRoad(
            name=row["name"],
            name_zh=row["name_zh"],
            road_class=look_up(row["class"], classes, path, "class"),
            lanes=int(number(row, "lanes", path)),
            limit_kmh=number(row, "limit_kmh", path),
            nodes=tuple(look_up(name.strip(), node_of, path, "node") for name in row["nodes"].split(">")),
        )
        for row in read_rows(path, ("name", "name_zh", "class", "lanes", "limit_kmh", "nodes", *GRADED))
    )


def _links(rows: list[Row], kind: str, node_of: dict[str, int], folder: Path) -> frozenset[frozenset[int]]:
    path = folder / "special.csv"
    return frozenset(
        frozenset((look_up(row["from"], node_of, path, "from"), look_up(row["to"], node_of, path, "to")))
        for row in rows
        if row["kind"] == kind
    )


def _obstacles(path: Path, origin: Projection) -> tuple[Obstacle, ...]:
    rows = read_rows(path, ("kind", "name", "lon", "lat", "along_m", "across_m", "bearing_deg", *GRADED))
    centres = _metres(rows, origin, path)
    return tuple(
        Obstacle(
            kind=row["kind"],
            name=row["name"],
            centre=centre,
            along_m=number(row, "along_m", path),
            across_m=number(row, "across_m", path),
            bearing_deg=number(row, "bearing_deg", path),
        )
        for row, centre in zip(rows, centres, strict=True)
    )

