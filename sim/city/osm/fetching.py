"""Ask OpenStreetMap's servers: Nominatim for the outline of a place (by OSMnx), Overpass for what lies in it."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from typing import Any

from sim.city.osm.extra import need, osmnx_settings
from sim.city.osm.extract import Extract
from sim.city.osm.reading import overpass_extract
from sim.city.osm.tags import ROAD_KINDS
from sim.core.errors import InputError

OVERPASS_URL = "https://overpass-api.de/api"
NOMINATIM_URL = "https://nominatim.openstreetmap.org"
CONNECT_S, ANSWER_S = 5.0, 180.0
"""How long to wait for a connection, and for the answer once connected."""
MAX_KM2 = 10_000.0
"""Larger areas overload a public server; Shenzhen has 2,000 km² of land."""
MAX_CORNERS = 500
"""Of the outline in the question to Overpass."""


@dataclass(frozen=True, slots=True)
class Servers:
    """Where to ask."""

    overpass: str
    nominatim: str

    @classmethod
    def chosen(cls, overpass: str = "", nominatim: str = "") -> Servers:
        """The options, else LIANDONG_OVERPASS_URL and LIANDONG_NOMINATIM_URL, else the public servers."""
        return cls(
            _address(overpass or os.environ.get("LIANDONG_OVERPASS_URL") or OVERPASS_URL),
            _address(nominatim or os.environ.get("LIANDONG_NOMINATIM_URL") or NOMINATIM_URL),
        )


def _address(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise InputError(f"the address of the server is {url!r}. Allowed are those that begin with http:// or https://")
    return url.rstrip("/")


def fetch_place(place: str, servers: Servers) -> Extract:
    """Everything within the outline of a place that Nominatim knows by name."""
    outline = _outline(place, servers.nominatim)
    west, south, east, north = outline.bounds
    _check_area(west, south, east, north)
    lon_lat = [f"{lat:.6f} {lon:.6f}" for lon, lat in _ring(outline)]
    return _ask(f'(poly:"{" ".join(lon_lat)}")', servers.overpass)


def fetch_box(box: str, servers: Servers) -> Extract:
    """Everything within `W,S,E,N`, in degrees."""
    west, south, east, north = _corners(box)
    _check_area(west, south, east, north)
    return _ask(f"({south},{west},{north},{east})", servers.overpass)


def _corners(box: str) -> tuple[float, float, float, float]:
    allowed = "Allowed are four numbers W,S,E,N in degrees with W < E and S < N, such as 114.03,22.52,114.08,22.56"
    try:
        west, south, east, north = (float(part) for part in box.split(","))
    except ValueError:
        raise InputError(f"--bbox is {box!r}. {allowed}") from None
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise InputError(f"--bbox is {box!r}. {allowed}")
    return west, south, east, north


def _check_area(west: float, south: float, east: float, north: float) -> None:
    km2 = (east - west) * (north - south) * 111.195**2 * math.cos(math.radians((south + north) / 2))
    if km2 > MAX_KM2:
        raise InputError(
            f"the area asked for has a box of {km2:,.0f} km²; up to {MAX_KM2:,.0f} km² can be fetched. For more, take "
            "an extract (download.geofabrik.de) and use: liandong map import"
        )


def _outline(place: str, url: str) -> Any:
    """The polygon of a place; OSMnx asks, but neither caches nor retries."""
    hooks = {"response": lambda response, *_args, **_kwargs: response.raise_for_status()}
    changes = {
        "nominatim_url": url + "/",
        "requests_timeout": (CONNECT_S, ANSWER_S),
        "requests_kwargs": {"hooks": hooks},
    }
    osmnx = need("osmnx")
    with osmnx_settings(**changes):
        try:
            found = osmnx.geocode_to_gdf(place)
        except (osmnx._errors.InsufficientResponseError, TypeError):
            raise InputError(
                f"the place {place!r} is not known to {url} as an area; write it otherwise "
                '("Futian, Shenzhen, China") or give --bbox W,S,E,N'
            ) from None
        except (OSError, ValueError, LookupError) as error:
            raise _no_answer(url, error) from error
    return found.geometry.iloc[0]


def _ring(outline: Any) -> list[tuple[float, float]]:
    """The outer ring of the largest part, coarsened until a server takes it."""
    part = max(getattr(outline, "geoms", [outline]), key=lambda one: one.area)
    step = 0.0001  # degrees, about 10 m
    ring = part.exterior
    while len(ring.coords) > MAX_CORNERS:
        ring, step = part.exterior.simplify(step), step * 2
    return list(ring.coords)


def _question(area: str) -> str:
    """One question for roads, turn restrictions and facilities; OSMnx could ask for the roads only."""
    roads = "|".join(ROAD_KINDS)
    places = (
        'nwr["amenity"~"^(fire_station|hospital|police)$"]',
        'nwr["healthcare"="hospital"]',
        'nwr["emergency"~"^(ambulance_station|assembly_point)$"]',
        'node["railway"="station"]',
    )
    asked = [f'way["highway"~"^({roads})$"]', 'relation["type"="restriction"]', *places]
    wanted = "".join(f"{one}{area};" for one in asked)
    return f"[out:json][timeout:{ANSWER_S:.0f}];({wanted});out body;>;out skel qt;"


def _ask(area: str, url: str) -> Extract:
    need("osmnx")  # needed for what comes after: say so before the network is asked
    requests = need("requests")
    try:
        answer = requests.post(
            url if url.endswith("/interpreter") else url + "/interpreter",
            data={"data": _question(area)},
            timeout=(CONNECT_S, ANSWER_S),
            headers={"User-Agent": "liandong (https://pypi.org/project/liandong)"},
        )
        answer.raise_for_status()
        found = answer.json()
        extract = overpass_extract(found)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise _no_answer(url, error) from error
    if found.get("remark"):  # an answer cut short by the server's own limits has one
        raise InputError(f"{url}: the server gave up ({found['remark']}); ask for a smaller area, or later")
    return extract


def _no_answer(url: str, error: Exception) -> InputError:
    """One sentence for whatever went wrong on the way."""
    answer = getattr(error, "response", None)
    if answer is not None and answer.status_code in {429, 504}:
        why = f"the server is busy ({answer.status_code}); try later or set another by --overpass-url"
    elif answer is not None:
        why = f"the server answered {answer.status_code}"
    elif "timed out" in str(error).casefold():
        why = "it does not answer in time; is there internet? A file can be had elsewhere: liandong map import FILE"
    elif isinstance(error, OSError) and not isinstance(error, ValueError):
        why = "it cannot be reached; is there internet? A file can be had elsewhere: liandong map import FILE"
    else:
        why = "what it answered is not what such a server answers"
    return InputError(f"{url}: {why}")
