"""The folder of results: pages open and keep nothing outside it, whatever name they are given."""

from __future__ import annotations

import os
import re
from pathlib import Path

from sim.core.errors import InputError

ROOT_VARIABLE = "LIANDONG_RESULTS"
MANIFEST = "manifest.json"
DEEPEST = 3
"""So many folders down results are looked for."""

MOST_SHOWN = 500
_NAME = re.compile(r"[\w][\w.\- ]{0,79}")


def root() -> Path:
    """The folder that was chosen at the start, else `runs` where the program was started."""
    return Path(os.environ.get(ROOT_VARIABLE) or "runs").expanduser().resolve()


def inside(name: str) -> Path:
    """A folder or file within the root, by its path from there; links that lead out are refused too."""
    try:
        path = (root() / name).resolve()
    except (OSError, ValueError):
        raise InputError(f"{name!r:.120} is no path") from None
    if not path.is_relative_to(root()) or path == root():
        raise InputError(f"{name!r:.120} is not within the folder of results")
    return path


def found() -> list[str]:
    """Folders of runs and studies within the root, the newest first."""
    top = root()
    if not top.is_dir():
        return []
    manifests: list[Path] = []
    level = [top]
    for _ in range(DEEPEST):
        level = [one for folder in level for one in _folders(folder)]
        manifests += [one / MANIFEST for one in level if (one / MANIFEST).is_file()]
    manifests.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    return [path.parent.relative_to(top).as_posix() for path in manifests[:MOST_SHOWN]]


def _folders(folder: Path) -> list[Path]:
    try:
        return sorted(one for one in folder.iterdir() if one.is_dir() and not one.is_symlink())
    except OSError:
        return []


def new_folder(name: str) -> Path:
    """A folder for new results: of that name, or with a number behind it if there is one."""
    plain = re.sub(r"[^\w.\- ]+", "-", name).strip(" .-")[:60] or "study"
    assert _NAME.fullmatch(plain), "only letters, digits, dots, dashes and blanks are left"
    for number in range(1, 10_000):
        path = root() / (plain if number == 1 else f"{plain}-{number}")
        if not path.exists():
            return path
    raise InputError(f"{root()} has ten thousand folders of that name already")
