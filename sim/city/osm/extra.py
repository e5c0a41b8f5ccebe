"""The libraries that only the import of real maps needs: the extra `map`."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sim.core.errors import InputError

MISSING = "This needs the map extra: pip install 'liandong[map]'"


def need(module: str) -> Any:
    """Import a module of the extra `map`, or say how to get it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise InputError(MISSING) from error


@contextmanager
def osmnx_settings(**changes: Any) -> Iterator[Any]:
    """OSMnx with other settings for a while, and no cache of its own in the user's folder."""
    osmnx = need("osmnx")
    changes = {"use_cache": False, "log_file": False, "log_console": False, **changes}
    before = {name: getattr(osmnx.settings, name) for name in changes}
    try:
        for name, value in changes.items():
            setattr(osmnx.settings, name, value)
        yield osmnx
    finally:
        for name, value in before.items():
            setattr(osmnx.settings, name, value)
