"""Saving and loading a city: its state and its tables go into the file; the map and the people are named."""

from __future__ import annotations

import pickle
from copy import deepcopy
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

from sim.build import PEOPLE_SEED
from sim.city.index import SpatialIndex
from sim.city.map import Map
from sim.city.population import Population
from sim.city.roads import Roads
from sim.city.routing import Router
from sim.core.errors import InputError
from sim.core.streams import Streams
from sim.model import City

FORMAT = 1

_DAMAGED = (
    pickle.UnpicklingError,
    AttributeError,
    EOFError,
    ImportError,
    IndexError,
    KeyError,
    TypeError,
    ValueError,
)
"""What reading a file can raise that is no pickle, or one of other classes than there are now."""


@dataclass(frozen=True)
class Header:
    """What must be there already for the state to be read."""

    format: int
    town: str
    digest: str
    scale: float
    seed: int


@dataclass(frozen=True)
class Shared:
    """The parts that many cities share."""

    town: Map
    population: Population
    index: SpatialIndex
    router: Router

    @classmethod
    def of(cls, city: City) -> Shared:
        """Those of a city."""
        sense = next(iter(city.dispatchers.dispatchers.values())).sense
        return cls(city.town, city.population, sense.index, sense.router)

    def named(self) -> dict[str, Any]:
        """Each by its name."""
        return {
            "town": self.town,
            "roads": self.town.roads,
            "population": self.population,
            "index": self.index,
            "router": self.router,
        }


class _Pickler(pickle.Pickler):
    def __init__(self, file: BytesIO, shared: Shared) -> None:
        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        self._names = {id(thing): name for name, thing in shared.named().items()}
        self._population_index = id(shared.population.index)

    def persistent_id(self, thing: Any) -> str | None:
        if id(thing) == self._population_index:
            return "index"
        return (
            self._names.get(id(thing)) if isinstance(thing, Map | Roads | Population | SpatialIndex | Router) else None
        )


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: BytesIO, shared: Shared) -> None:
        super().__init__(file)
        self._things = shared.named()

    def persistent_load(self, name: str) -> Any:
        return self._things[name]


def save(city: City, path: Path) -> None:
    """Write a city to a file; the file is only for those who trust its writer (it is a pickle)."""
    header = Header(FORMAT, city.town.name, city.town.digest, city.population.scale, city.streams.seed)
    body = BytesIO()
    _Pickler(body, Shared.of(city)).dump((city, city.population.state))
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        pickle.dump(header, file)
        file.write(body.getbuffer())
    part.replace(path)


def load(path: Path, shared: Shared | None = None) -> City:
    """Read a city back; the map is found by name, and must be the same one."""
    try:
        stored = path.read_bytes()
    except OSError as wrong:
        raise InputError(f"{path}: {wrong.strerror or wrong}") from None
    file = BytesIO(stored)
    header = _header(file, path)
    shared = _own(shared) if shared else _shared(header, path)
    try:
        city, state = _Unpickler(file, shared).load()
    except _DAMAGED as wrong:
        raise InputError(f"{path}: the saved city is damaged, or of another version ({wrong})") from None
    city.population.state[:] = state
    assert isinstance(city, City)
    return city


def _header(file: BytesIO, path: Path) -> Header:
    try:
        header = pickle.load(file)
    except _DAMAGED:
        header = None
    if not isinstance(header, Header):
        raise InputError(f"{path}: not a saved city")
    if header.format != FORMAT:
        raise InputError(f"{path}: saved in format {header.format}; this version reads format {FORMAT}")
    return header


def _own(shared: Shared) -> Shared:
    """The same ground, but with states of people that are this city's own."""
    return replace(shared, population=deepcopy(shared.population))


def _shared(header: Header, path: Path) -> Shared:
    from sim.city.store import find_map

    town = find_map(header.town)
    if town.digest != header.digest:
        raise InputError(f"{path}: the map {header.town!r} has changed since the city was saved")
    population = Population(town, header.scale, Streams(PEOPLE_SEED))
    return Shared(town, population, population.index, Router(town.roads))
