"""Liandong: an agent-based simulation of a city's emergencies. `from sim import Scenario, run, compare`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.scenario import Scenario as Scenario
    from sim.study.comparing import compare as compare
    from sim.study.run import run as run

_HOME = {"Scenario": "sim.scenario", "run": "sim.study.run", "compare": "sim.study.comparing"}

__all__ = ["Scenario", "compare", "run"]


def __getattr__(name: str) -> Any:
    """Imports what is asked for only then: the heavy parts cost nothing to those who do not use them."""
    if name not in _HOME:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
