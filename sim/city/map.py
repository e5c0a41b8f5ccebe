"""A map: roads, administrative areas, facilities and where people live; one directory or one file on disk."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.city.index import SpatialIndex
from sim.city.roads import ROAD_CLASSES, Projection, Roads, Singles

FORMAT = 1
HOURS = 24


@dataclass(frozen=True, slots=True)
class District:
    """A district (区), with its residents."""

    name: str
    name_zh: str
    lon: float
    lat: float
    population: int
    area_km2: float
    adjacent: tuple[str, ...] = ()
    grade: str = "assumed"
    source: str = ""


@dataclass(frozen=True, slots=True)
class Subdistrict:
    """A subdistrict (街道), with its residents and the name of its district."""

    name: str
    name_zh: str
    district: str
    lon: float
    lat: float
    population: int
    grade: str = "assumed"
    source: str = ""


@dataclass(frozen=True, slots=True)
class Facility:
    """A place that serves or endangers the public: a station, a hospital, a shelter, a depot."""

    kind: str  # fire_station, police, traffic_police, hospital, shelter, metro_station, landmark …
    name: str
    name_zh: str
    lon: float
    lat: float
    node: int  # nearest road node
    district: str = ""
    subdistrict: str = ""
    grade: str = "assumed"
    source: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)  # engines, beds, ambulances, patrol_cars …


@dataclass(frozen=True, eq=False)
class Map:
    """Everything that is fixed about a city."""

    name: str
    title: str
    is_schematic: bool
    attribution: str  # shown wherever the map is; "" when none is due
    roads: Roads
    districts: tuple[District, ...]
    subdistricts: tuple[Subdistrict, ...]
    facilities: tuple[Facility, ...]
    node_subdistrict: NDArray[np.int16]  # n, index into subdistricts
    node_people: Singles  # n, residents who live at the node; sums to the population
    node_day_people: Singles  # n, people who are there in working hours; same sum
    speed_factor: Singles  # (road classes, 24): speed of traffic / speed limit, by hour of day
    district_speed: Singles  # districts: further factor on speed at peak hours (1 = none)
    has_background: bool = True  # ordinary calls always happen here; only the toy map is silent
    has_congestion: bool = True  # travel times vary from day to day; the toy map's do not
    landmarks: Mapping[str, int] = field(default_factory=dict)  # further names of nodes (interchanges …)

    @property
    def population(self) -> int:
        return round(float(self.node_people.sum(dtype=np.float64)))

    @cached_property
    def node_district(self) -> NDArray[np.int16]:
        """n, index into districts."""
        index = {district.name: i for i, district in enumerate(self.districts)}
        of = np.array([index[sub.district] for sub in self.subdistricts], np.int16)
        return of[self.node_subdistrict]

    @cached_property
    def index(self) -> SpatialIndex:
        """What lies near a point of its roads; one for all who ask, for it takes a while to build."""
        return SpatialIndex(self.roads)

    @cached_property
    def digest(self) -> str:
        """sha256 over all contents, the same wherever the map is stored."""
        total = hashlib.sha256(json.dumps(_header(self), sort_keys=True, ensure_ascii=False).encode())
        for name, array in sorted(_arrays(self).items()):
            total.update(name.encode() + str(array.dtype).encode() + str(array.shape).encode())
            total.update(np.ascontiguousarray(array).tobytes())
        return total.hexdigest()

    def save(self, path: Path) -> None:
        """Write one compressed file (numpy's npz, with a JSON header inside)."""
        header = np.frombuffer(json.dumps(_header(self), ensure_ascii=False).encode(), np.uint8)
        with path.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, header=header, **_arrays(self))

    @classmethod
    def load(cls, path: Path) -> Map:
        """Read what `save` wrote; ValueError when the file is of another format."""
        with np.load(path, allow_pickle=False) as stored:
            header = json.loads(bytes(stored["header"]).decode())
            if header.pop("format") != FORMAT:
                raise ValueError(f"{path}: a map of another format; import it again")
            arrays = {name: stored[name] for name in stored.files if name != "header"}
        own = {name[5:]: arrays.pop(name) for name in list(arrays) if name.startswith("node:")}
        extra = header.pop("roads")
        roads = Roads(
            projection=Projection(**extra.pop("projection")),
            names=tuple(extra["names"]),
            names_zh=tuple(extra["names_zh"]),
            **arrays,
        )
        return cls(
            roads=roads,
            districts=tuple(District(**{**d, "adjacent": tuple(d["adjacent"])}) for d in header.pop("districts")),
            subdistricts=tuple(Subdistrict(**s) for s in header.pop("subdistricts")),
            facilities=tuple(Facility(**f) for f in header.pop("facilities")),
            **header,
            **own,
        )


_NODE_ARRAYS = ("node_subdistrict", "node_people", "node_day_people", "speed_factor", "district_speed")
_ROAD_WORDS = ("projection", "names", "names_zh")


def _arrays(town: Map) -> dict[str, NDArray[Any]]:
    roads = {f.name: getattr(town.roads, f.name) for f in fields(Roads) if f.name not in _ROAD_WORDS}
    return {**roads, **{f"node:{name}": getattr(town, name) for name in _NODE_ARRAYS}}


def _header(town: Map) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "name": town.name,
        "title": town.title,
        "is_schematic": town.is_schematic,
        "attribution": town.attribution,
        "has_background": town.has_background,
        "has_congestion": town.has_congestion,
        "landmarks": dict(town.landmarks),
        "districts": [asdict(d) for d in town.districts],
        "subdistricts": [asdict(s) for s in town.subdistricts],
        "facilities": [asdict(f) for f in town.facilities],
        "roads": {
            "projection": {"lon0": town.roads.projection.lon0, "lat0": town.roads.projection.lat0},
            "names": list(town.roads.names),
            "names_zh": list(town.roads.names_zh),
        },
    }


def flat_speeds(factor: float = 1.0) -> Singles:
    """A speed profile without rush hours: every class at `factor` times its limit, all day."""
    return np.full((len(ROAD_CLASSES), HOURS), factor, np.float32)
