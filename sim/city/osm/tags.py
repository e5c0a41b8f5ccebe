"""What OpenStreetMap's tags mean here: roads, who may drive, lanes, facilities."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from sim.city.roads import ROAD_CLASSES

Tags = Mapping[str, str]


class RoadKind(NamedTuple):
    """What a value of `highway` stands for where a road has no tags of its own."""

    road_class: str
    limit_kmh: float  # where maxspeed is missing
    lanes: int  # in one direction, where lanes is missing
    grade: str  # of the limit; the lanes are the medians of central Shenzhen's tagged roads (OSM, 2025): measured
    source: str  # of the limit


_CODE = "CJJ 37-2012, design speeds of urban roads"
_TAGGED = "most frequent maxspeed of the tagged roads of central Shenzhen (OSM, 2025)"
_LAW = "Regulation on the Road Traffic Safety Law, Art. 45: 30 km/h without a centre line"

ROAD_KINDS: dict[str, RoadKind] = {
    "motorway": RoadKind("motorway", 100, 3, "assumed", "usual limit of Shenzhen's motorways"),
    "motorway_link": RoadKind("motorway", 60, 2, "measured", _TAGGED),
    "trunk": RoadKind("trunk", 80, 3, "standard", _CODE),
    "trunk_link": RoadKind("trunk", 40, 1, "measured", _TAGGED),
    "primary": RoadKind("primary", 60, 3, "measured", _TAGGED),
    "primary_link": RoadKind("primary", 30, 1, "measured", _TAGGED),
    "secondary": RoadKind("secondary", 40, 2, "measured", _TAGGED),
    "secondary_link": RoadKind("secondary", 30, 1, "assumed", "as primary_link"),
    "tertiary": RoadKind("tertiary", 30, 2, "measured", _TAGGED),
    "tertiary_link": RoadKind("tertiary", 30, 1, "assumed", "as primary_link"),
    "unclassified": RoadKind("tertiary", 30, 1, "standard", _LAW),
    "residential": RoadKind("residential", 30, 1, "standard", _LAW),
    "road": RoadKind("residential", 30, 1, "assumed", "as residential"),
    "living_street": RoadKind("residential", 20, 1, "measured", _TAGGED),
    "service": RoadKind("residential", 20, 1, "assumed", "as living_street"),
    "busway": RoadKind("residential", 40, 1, "assumed", "as secondary"),
}
OTHER = "residential"
MIN_KMH, MAX_KMH = 5.0, 130.0  # a tag outside is taken for a slip of the pen and moved to the nearer bound

WAY_TAGS = (
    *("highway", "oneway", "junction", "lanes", "lanes:forward", "lanes:backward", "maxspeed"),
    *("tunnel", "bridge", "name", "name:en", "name:zh"),
)
_CLOSED = frozenset({"no", "private", "agricultural", "forestry"})
_NOT_A_STREET = frozenset({"parking_aisle", "driveway", "drive-through"})
_ONE_WAY = frozenset({"yes", "true", "1"})
_BACKWARDS = frozenset({"-1", "reverse"})
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def is_drivable(tags: Tags) -> bool:
    """Whether a fire engine may use the way: no footpath, no parking aisle, not closed but to its owner."""
    kind = tags.get("highway", "")
    if kind not in ROAD_KINDS or tags.get("area") == "yes" or tags.get("service") in _NOT_A_STREET:
        return False
    if kind == "busway" or tags.get("emergency") in {"yes", "designated"}:
        return True
    keys = ("motorcar", "motor_vehicle", "vehicle", "access")
    return next((tags[key] for key in keys if key in tags), "yes") not in _CLOSED


def way_tags(tags: Tags) -> dict[str, str]:
    """The tags of a drivable way that matter, with `oneway` written out where it is only implied."""
    kept = {key: tags[key] for key in WAY_TAGS if key in tags}
    said = kept.pop("oneway", "")
    if said in _BACKWARDS:
        kept["oneway"] = "-1"
    elif said in _ONE_WAY or (not said and is_implied_one_way(tags)):
        kept["oneway"] = "yes"
    if kept.get("oneway") is None and kept.get("junction") == "roundabout":
        del kept["junction"]  # oneway=no on a roundabout: OSMnx would overrule it
    return kept


def is_implied_one_way(tags: Tags) -> bool:
    """Motorways and roundabouts run one way without saying so."""
    return tags.get("highway") == "motorway" or tags.get("junction") in {"roundabout", "circular"}


def class_number(highway: str) -> int:
    """Index into ROAD_CLASSES of a value of `highway`."""
    return ROAD_CLASSES.index(ROAD_KINDS.get(highway, ROAD_KINDS[OTHER]).road_class)


def lanes_of(tags: Tags, *, is_one_way: bool, is_against: bool) -> int | None:
    """Lanes in one direction (`is_against`: against the way's own direction), or None where no tag tells."""
    own = _count(tags.get("lanes:backward" if is_against else "lanes:forward"))
    if own is not None and not is_one_way:
        return own
    both = _count(tags.get("lanes"))
    if both is None:
        return own
    return both if is_one_way else max(1, both // 2)


def _count(text: str | None) -> int | None:
    found = re.match(r"\s*(\d+)", text or "")
    return min(max(int(found[1]), 1), 12) if found else None


def is_set(value: str | None) -> bool:
    """Whether a tag such as tunnel or bridge says yes in one of its ways."""
    return value not in {None, "", "no", "culvert"}


def names_of(tags: Tags) -> tuple[str, str]:
    """The name in English, else as signed on the spot; and the Chinese one, or ""."""
    signed = tags.get("name", "")
    chinese = tags.get("name:zh") or (signed if _CHINESE.search(signed) else "")
    return tags.get("name:en") or signed or chinese, chinese


def facility_kind(tags: Tags) -> str | None:
    """Our kind of facility, or None."""
    amenity, emergency = tags.get("amenity"), tags.get("emergency")
    if amenity == "fire_station":
        return "fire_station"
    if amenity == "hospital" or tags.get("healthcare") == "hospital":
        return "hospital"
    if amenity == "police":
        name = " ".join((*names_of(tags), tags.get("name", ""))).casefold()
        return "traffic_police" if "交警" in name or "traffic police" in name else "police"
    if emergency == "ambulance_station":
        return "ambulance_station"
    if emergency == "assembly_point":
        return "shelter"
    if tags.get("railway") == "station":
        return "metro_station" if tags.get("station") == "subway" else "railway_station"
    return None


FACILITY_KEYS = ("amenity", "emergency", "healthcare", "railway")
