"""Places by name: what an event gives in metres is told as where it is, as far as the log knows names."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.results.timeline import Timeline

FAR_M = 3000.0
"""A place that is farther than this from everything that has a name is told in metres."""

_SPOKEN = re.compile(r"\b(at|to|is) (-?\d+) (-?\d+)\b")


class Places:
    """The names that the log gives to places: subdistricts of incidents, stations of units."""

    def __init__(self, line: Timeline) -> None:
        self._named: list[tuple[float, float, str]] = [
            (one.x, one.y, f"{one.subdistrict}, {one.district}") for one in line.incidents.values()
        ]
        stations = {(unit.x, unit.y): unit for unit in line.units.values()}
        self._named += [(x, y, f"{unit.station}, {unit.district}") for (x, y), unit in stations.items()]
        self._found: dict[tuple[float, float], str] = {}

    @cached_property
    def _points(self) -> NDArray[np.float64]:
        return np.array([(x, y) for x, y, _ in self._named], float).reshape(-1, 2)

    def near(self, x: float, y: float) -> str:
        """'near' or 'in' the nearest place with a name; metres where there is none."""
        if (x, y) not in self._found:
            self._found[x, y] = self._near(x, y)
        return self._found[x, y]

    def _near(self, x: float, y: float) -> str:
        if not self._named:
            return in_metres(x, y)
        away = np.hypot(self._points[:, 0] - x, self._points[:, 1] - y)
        nearest = int(away.argmin())
        return f"near {self._named[nearest][2]}" if away[nearest] <= FAR_M else in_metres(x, y)

    def spoken(self, text: str) -> str:
        """What was said, with names for the metres in it."""
        return _SPOKEN.sub(self._name, text)

    def _name(self, found: re.Match[str]) -> str:
        before = {"is": "is ", "to": "to a place "}.get(found[1], "")
        return before + self.near(float(found[2]), float(found[3]))


def in_metres(x: float, y: float) -> str:
    """A place without a name."""
    return f"at ({x:.0f} m east, {y:.0f} m north)"
