"""What runs here: this program's version, and those of what a run's result depends on."""

from __future__ import annotations

import platform

VERSION = "0.1.0"

_MATTER = ("mesa", "numba", "numpy", "scipy", "shapely", "pyarrow", "pydantic")


def versions() -> dict[str, str]:
    """The versions of this program, of Python, and of the libraries that matter to a result, none of them imported."""
    from importlib.metadata import PackageNotFoundError, version  # slow to import, and --help needs none of it

    found = {"liandong": VERSION, "python": platform.python_version()}
    for name in _MATTER:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "missing"
    return found
