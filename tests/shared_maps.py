"""Real OpenStreetMap data for tests: it lies beside the repository and is never part of it."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest

IS_CI = os.environ.get("CI", "").lower() in {"true", "1"}


def shared_map(relative: str) -> Path:
    """A file of the shared folder of maps; without it a test skips, in CI it fails."""
    chosen = os.environ.get("LIANDONG_SHARED_MAPS")
    folder = Path(chosen) if chosen else Path(__file__).resolve().parents[2] / "shared" / "maps"
    path = folder / relative
    if not path.is_file():
        _give_up(f"real OpenStreetMap data are not here: {path} (LIANDONG_SHARED_MAPS names another folder)")
    return path


def need_map_extra() -> None:
    """Skip (in CI: fail) where the libraries of the extra `map` are not installed."""
    missing = [name for name in ("osmnx", "osmium") if importlib.util.find_spec(name) is None]
    if missing:
        _give_up(f"{', '.join(missing)} not installed: pip install 'liandong[map]'")


def _give_up(why: str) -> None:
    if IS_CI:
        pytest.fail(why)
    pytest.skip(why)
