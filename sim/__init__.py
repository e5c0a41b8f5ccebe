"""Liandong: an agent-based simulation of a city's emergencies. `from sim import Scenario, run, compare`."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.run import run as run
    from sim.scenario import Scenario as Scenario
    from sim.study.comparing import compare as compare

_HOME = {"Scenario": "sim.scenario", "run": "sim.run", "compare": "sim.study.comparing"}

__all__ = ["Scenario", "compare", "run"]


class _FrontDoor(ModuleType):
    """Imports what is asked for only then, and keeps `sim.run` the function, although a module has that name too."""

    def __getattr__(self, name: str) -> Any:
        if name not in _HOME:
            raise AttributeError(f"module 'sim' has no attribute {name!r}")
        found = getattr(import_module(_HOME[name]), name)
        self.__dict__[name] = found
        return found

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "run" and isinstance(value, ModuleType):
            value = value.run
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _FrontDoor
