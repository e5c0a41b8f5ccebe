"""The maps that come with the program, and the cache of those that take time to draw."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

from sim.city.map import Map
from sim.city.tables_map import build_from_tables, read_toml
from sim.core.assets import assets_folder
from sim.core.errors import unknown

_MAKERS = ("map.py", "roads.py", "spread.py", "tables_map.py", "streets.py", "schematic*.py")
"""The sources in this folder on which a schematic map depends; a change makes the cached one stale."""


def embedded_names() -> list[str]:
    """The names of the embedded maps, sorted."""
    return sorted(path.parent.name for path in assets_folder("maps").glob("*/map.toml"))


def load_embedded(name: str) -> Map:
    """The embedded map of that name; a schematic one comes from the user's cache if it is there and still right."""
    names = embedded_names()
    if name not in names:
        raise unknown("map", name, names)
    folder = assets_folder("maps") / name
    if "streets" not in read_toml(folder / "map.toml"):
        return build_from_tables(folder)
    stored = cache_folder() / f"{name}-{_digest(folder)[:32]}.npz"
    return _read(stored) or _draw(folder, stored)


def build(folder: Path) -> Map:
    """Draw a schematic map."""
    from sim.city.schematic import build_schematic  # with scipy and shapely: only when there is nothing in the cache

    return build_schematic(folder)


def cache_folder() -> Path:
    """Where drawn maps are kept: LIANDONG_CACHE, or else the user's cache folder."""
    if chosen := os.environ.get("LIANDONG_CACHE"):
        return Path(chosen) / "maps"
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("liandong")) / "maps"


def _read(stored: Path) -> Map | None:
    """What the cache holds; a file that is missing, cut short or of an older format counts as nothing."""
    try:
        return Map.load(stored)
    except Exception:  # whatever is wrong with a cached file, the map can be drawn again
        return None


def _draw(folder: Path, stored: Path) -> Map:
    town = build(folder)
    part = stored.with_name(f"{stored.stem}.{os.getpid()}.part")
    try:
        stored.parent.mkdir(parents=True, exist_ok=True)
        town.save(part)
        part.replace(stored)  # atomic: another process sees the whole file or none
    except OSError:  # a folder that cannot be written costs a second at the next start, nothing else
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    return town


def _digest(folder: Path) -> str:
    total = hashlib.sha256()
    here = Path(__file__).parent
    sources = [path for pattern in _MAKERS for path in sorted(here.glob(pattern))]
    tables = [path for path in sorted(folder.iterdir()) if path.suffix in {".csv", ".toml"}]
    for path in [*tables, *sources]:
        total.update(path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n"))
    return total.hexdigest()
