"""Streets that nobody could reach or leave: islands get a link, dead one-way streets become two-way."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.city.roads import Flags, Floats, Ints
from sim.city.streets import TERTIARY, Links

SMALLEST = 4
"""Crossings of an island that is worth a link; smaller ones are cut off."""
REACH_M = 900.0


def link_islands(links: Links, xy: Floats, fixed: tuple[Ints, Ints], may_join: Flags) -> Links:
    """One candidate street from each island to the nearest crossing or junction of the rest."""
    from scipy.spatial import cKDTree

    label = _parts(np.append(fixed[0], links.a), np.append(fixed[1], links.b), len(xy), "weak")
    used = np.bincount(np.concatenate([links.a, links.b]), minlength=len(xy)) > 0
    used[: len(may_join)] |= may_join
    rest = int(np.bincount(label).argmax())
    mainland = np.flatnonzero(used & (label == rest))
    tree = cKDTree(xy[mainland])
    pairs = []
    for island in np.flatnonzero(np.bincount(label[used]) >= SMALLEST):
        if island != rest:
            nodes = np.flatnonzero(used & (label == island))
            far, near = tree.query(xy[nodes])
            best = int(far.argmin())
            if far[best] <= REACH_M:
                pairs.append((nodes[best], mainland[near[best]]))
    out = Links()
    a, b = np.array(pairs, np.int32).reshape(-1, 2).T
    out.add(a, b, np.full(len(a), TERTIARY, np.int8))
    return out


def open_traps(links: Links, fixed: tuple[Ints, Ints], count: int) -> None:
    """Make those one-way streets two-way that lead into, or out of, the part from which one gets everywhere."""
    both = ~links.oneway
    tail = np.concatenate([*fixed, links.a, links.b[both]])
    head = np.concatenate([*fixed[::-1], links.b, links.a[both]])
    label = _parts(tail, head, count, "strong")
    rest = np.bincount(label).argmax()
    links.oneway &= (label[links.a] == rest) & (label[links.b] == rest)


def _parts(tail: Ints, head: Ints, count: int, connection: str) -> NDArray[np.int32]:
    """The connected part that each node is in."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    graph = csr_matrix((np.ones(len(tail), np.int8), (tail, head)), (count, count))
    return np.asarray(connected_components(graph, connection=connection)[1])
