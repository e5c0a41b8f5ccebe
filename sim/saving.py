"""Saving and loading a city: its state and its tables go into the file; the map and the people are named."""

from __future__ import annotations

import copyreg
import pickle
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import partial
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

FORMAT = 3

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


def _shared_part(name: str) -> Any:
    """What stands in a file for a shared part; who reads the file puts the part in its place."""
    raise AssertionError(f"{name} is read by an unpickler that knows the shared parts")


class _Pickler(pickle.Pickler):
    """Asks only things of the kinds that are shared whether they are: to ask all of them takes most of the time."""

    def __init__(self, file: BytesIO, shared: Shared) -> None:
        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        names = {id(thing): name for name, thing in shared.named().items()}
        names[id(shared.population.index)] = "index"
        kinds = (Map, Roads, Population, SpatialIndex, Router)
        self.dispatch_table = {**copyreg.dispatch_table, **dict.fromkeys(kinds, partial(_by_name, names))}


def _by_name(names: Mapping[int, str], thing: Any) -> Any:
    """How a thing of such a kind is written: by its name if it is shared, else whole."""
    name = names.get(id(thing))
    return thing.__reduce_ex__(pickle.HIGHEST_PROTOCOL) if name is None else (_shared_part, (name,))


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: BytesIO, shared: Shared) -> None:
        super().__init__(file)
        self._things = shared.named()

    def find_class(self, module: str, name: str) -> Any:
        """Names of shared parts are looked up among them."""
        is_shared = (module, name) == (_shared_part.__module__, _shared_part.__name__)
        return self._things.__getitem__ if is_shared else super().find_class(module, name)


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
