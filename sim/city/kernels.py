"""Shortest-path kernels: pure functions of arrays, compiled by numba when it is there, by scipy when it is not."""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import numpy as np

from sim.city.roads import Floats, Ints, Singles

SHORTEST_S = 1e-6
"""No edge is crossed faster than this: with strictly positive times next edges can form no circle."""


class Graph(NamedTuple):
    """Compressed rows: from node u go edge[k] to other[k], for k in indptr[u]:indptr[u + 1]."""

    indptr: Ints  # n + 1
    edge: Ints  # m, index into the road's edges (and so into their seconds)
    other: Ints  # m


class Seeds(NamedTuple):
    """Where a search starts: nodes, the seconds already spent there, and the edge that leads from there to the goal."""

    node: Ints
    seconds: Floats
    edge: Ints  # -1: the node itself is the goal


class Exits(NamedTuple):
    """Where units get onto the network: at a node after some seconds; a unit may have several rows."""

    node: Ints
    extra_s: Floats
    unit: Ints


class Crow(NamedTuple):
    """As the crow flies: where the nodes are, and the seconds for a metre on the fastest edge; no way is faster."""

    x: Floats  # n
    y: Floats  # n
    pace: float


class Scratch(NamedTuple):
    """Arrays that one search leaves to the next; entries whose stamp is not the search's own mark are stale."""

    dist: Floats  # n, seconds to the goal
    via: Ints  # n, next edge towards the goal
    stamp: Ints  # n
    first: Ints  # n, first exit at the node, or -1 (always, between searches)
    heap_key: Floats  # m + 2
    heap_node: Ints  # m + 2


def numba_is_wanted() -> bool:
    """LIANDONG_NUMBA=0 switches compiled kernels off."""
    return os.environ.get("LIANDONG_NUMBA", "1") != "0"


def numba_is_there() -> bool:
    """Whether numba can be imported beside this numpy and Python."""
    try:
        import_module("numba")
    except ImportError:
        return False
    return True


@cache
def engine() -> ModuleType:
    """The module with `nearest`, `tree` and `walk`: compiled loops, or their scipy twins."""
    return import_module("sim.city.loops" if numba_is_wanted() and numba_is_there() else "sim.city.twins")


def cache_folder() -> Path | None:
    """Where compiled kernels are kept: NUMBA_CACHE_DIR, or the user's cache; None when it cannot be written."""
    from platformdirs import user_cache_dir

    folder = Path(os.environ.get("NUMBA_CACHE_DIR") or Path(user_cache_dir("liandong"), "numba"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK) else None


def new_scratch(nodes: int, edges: int) -> Scratch:
    """Scratch for searches on a graph of that size."""
    return Scratch(
        dist=np.empty(nodes),
        via=np.empty(nodes, np.int32),
        stamp=np.zeros(nodes, np.int32),
        first=np.full(nodes, -1, np.int32),
        heap_key=np.empty(edges + 2),
        heap_node=np.empty(edges + 2, np.int32),
    )


def writable(seconds: Singles) -> Singles:
    """The same numbers in an array that numba sees as writable: read-only ones would be compiled a second time."""
    plain = np.ascontiguousarray(seconds, np.float32)
    if plain.flags.writeable:
        return plain
    base = plain.base
    if isinstance(base, np.ndarray) and base.flags.writeable and (base.shape, base.dtype) == (plain.shape, plain.dtype):
        return base
    return plain.copy()
