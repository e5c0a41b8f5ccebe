"""Where maps are found: embedded ones come with the program, imported ones lie in the user's data folder."""

from __future__ import annotations

import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from sim.city.embedded import embedded_names, load_embedded
from sim.city.map import Map
from sim.city.tables_map import read_toml
from sim.core.assets import assets_folder
from sim.core.errors import InputError, unknown

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,49}")
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}


def maps_folder() -> Path:
    """Where imported maps lie: LIANDONG_MAPS, else `maps` in the user's data folder."""
    chosen = os.environ.get("LIANDONG_MAPS")
    if chosen:
        return Path(chosen).expanduser()
    from platformdirs import user_data_dir

    return Path(user_data_dir("liandong", appauthor=False)) / "maps"


def stored_names() -> list[str]:
    """Names of the imported maps, sorted."""
    try:
        found = [path for path in maps_folder().iterdir() if path.suffix == ".npz"]
        return sorted(path.stem for path in found if _NAME.fullmatch(path.stem))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise InputError(f"{maps_folder()}: the folder of maps cannot be read ({error.strerror or error})") from None


def map_names() -> list[str]:
    """Names of all maps, embedded and imported."""
    return sorted({*embedded_names(), *stored_names()})


def find_map(name: str) -> Map:
    """The map of that name, embedded or imported."""
    if name in embedded_names():
        return load_embedded(name)
    if name not in stored_names():
        raise unknown("the map", name, map_names())
    path = stored_path(name)
    try:
        return Map.load(path)
    except ValueError as error:
        if str(error).startswith(str(path)):
            raise InputError(str(error)) from None
        raise _damaged(path, error) from error
    except Exception as error:  # zip, JSON, keys, types: whatever is wrong, the remedy is the same
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> InputError:
    return InputError(f"{path}: the stored map is damaged ({error}); import it again with --force")


def stored_path(name: str) -> Path:
    """The file of an imported map."""
    return maps_folder() / f"{name}.npz"


def embedded_sheet(name: str) -> dict[str, Any]:
    """Title, attribution … of an embedded map, as its map.toml has them."""
    return read_toml(assets_folder("maps") / name / "map.toml")


def stored_header(name: str) -> dict[str, Any]:
    """Title, attribution … of an imported map, read without its arrays."""
    path = stored_path(name)
    try:
        with np.load(path, allow_pickle=False) as stored:
            header: dict[str, Any] = json.loads(bytes(stored["header"]).decode())
            return header
    except Exception as error:
        raise _damaged(path, error) from error


def listed_maps() -> list[dict[str, Any]]:
    """Name, title and so on of all maps, sorted by name, read without their arrays where that can be."""
    rows = []
    for name in map_names():
        is_embedded = name in embedded_names()
        sheet = embedded_sheet(name) if is_embedded else stored_header(name)
        words = {key: sheet.get(key, "") for key in ("title", "attribution")}
        rows.append({"name": name, **words, "is_schematic": bool(sheet["is_schematic"]), "is_embedded": is_embedded})
    return rows


def check_name(name: str, *, force: bool = False) -> None:
    """Refuse a name that cannot be a file's everywhere, that is embedded, or (without force) that is taken."""
    if not _NAME.fullmatch(name) or name in _RESERVED:
        raise InputError(
            f"the name of the map is {name!r}. Allowed are up to 50 small letters, digits, - and _, "
            f"the first a letter or a digit; such as {_suggested(name)!r}"
        )
    if name in embedded_names():
        raise InputError(f"the map {name!r} is embedded and cannot be replaced; choose another name")
    if not force and name in stored_names():
        raise InputError(f"there is a map {name!r} already; --force replaces it")


def _suggested(name: str) -> str:
    plain = re.sub(r"[^a-z0-9_]+", "-", name.casefold()).strip("-_")[:50]
    return plain if _NAME.fullmatch(plain) and plain not in _RESERVED else "my-map"


def save_map(town: Map, *, force: bool = False) -> Path:
    """Store an imported map; another process sees the whole file or none."""
    check_name(town.name, force=force)
    path = stored_path(town.name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(suffix=".part", prefix=f"{town.name}-", dir=path.parent)
        os.close(handle)
        try:
            town.save(Path(part))
            os.chmod(part, 0o644)  # as any file of the user's; mkstemp makes a secret one
            os.replace(part, path)
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise InputError(f"{path}: the map cannot be stored ({error.strerror or error})") from error
    return path
