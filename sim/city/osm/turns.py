"""Turn restrictions, honoured by giving each restricted approach its own copy of the junction."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sim.city.osm.tags import Tags

Edge = tuple[int, int, int]  # from node, to node, key


@dataclass(frozen=True, slots=True)
class Restriction:
    """At `via`, coming along one of `sources`: never into `targets`, or into nothing else."""

    id: int
    is_only: bool
    sources: tuple[int, ...]
    via: int
    targets: tuple[int, ...]


def restriction_of(id: int, tags: Tags, members: Sequence[tuple[str, int, str]]) -> Restriction | None:
    """Read a relation; None for a conditional one, one by way of a way, one that cars are free from, a broken one."""
    rule = tags.get("restriction") or tags.get("restriction:motorcar") or tags.get("restriction:motor_vehicle") or ""
    free = set(tags.get("except", "").replace(" ", "").split(";"))
    if not rule.startswith(("no_", "only_")) or "@" in rule or free & {"motorcar", "motor_vehicle", "vehicle"}:
        return None
    sources = tuple(ref for kind, ref, role in members if (kind, role) == ("w", "from"))
    targets = tuple(ref for kind, ref, role in members if (kind, role) == ("w", "to"))
    via = [ref for kind, ref, role in members if (kind, role) == ("n", "via")]
    by_way = any((kind, role) == ("w", "via") for kind, _, role in members)
    if len(via) != 1 or by_way or not sources or not targets:
        return None
    return Restriction(id, rule.startswith("only_"), sources, via[0], targets)


def restrict(graph: Any, restrictions: Iterable[Restriction]) -> int:
    """Split the junctions of an unsimplified OSMnx graph, in place; how many restrictions took effect.

    A split junction keeps its approaches that are free; each restricted approach ends at a copy which only the
    allowed edges leave. The copies carry `copy_of`, the id of the junction.
    """
    by_junction = defaultdict(list)
    for one in restrictions:
        if one.via in graph:
            by_junction[one.via].append(one)
    fresh = max(graph.nodes, default=0) + 1
    in_effect: set[int] = set()
    for via in sorted(by_junction):
        exits = list(graph.out_edges(via, keys=True))  # before any split adds to them
        for entry in sorted(edge for edge in graph.in_edges(via, keys=True) if edge[0] != via):
            allowed, used = _allowed(graph, entry, exits, by_junction[via])
            in_effect |= used
            if len(allowed) < len(exits):
                _split(graph, entry, allowed, fresh)
                fresh += 1
    return len(in_effect)


def _allowed(graph: Any, entry: Edge, exits: list[Edge], rules: list[Restriction]) -> tuple[list[Edge], set[int]]:
    way = graph.edges[entry]["osmid"]
    mine = [rule for rule in rules if way in rule.sources and not _is_passed_through(graph, rule.via, entry, way)]
    leaving = {edge: graph.edges[edge]["osmid"] for edge in exits}
    ways = Counter(leaving.values())
    only = {target for rule in mine if rule.is_only for target in rule.targets if target in ways}
    # a way that leaves on two sides does not tell which of them is forbidden
    never = {target for rule in mine if not rule.is_only for target in rule.targets if ways[target] == 1}
    allowed = [edge for edge, to in leaving.items() if to not in never and (not only or to in only)]
    return allowed, {rule.id for rule in mine if set(rule.targets) & (only if rule.is_only else never)}


def _is_passed_through(graph: Any, via: int, entry: Edge, way: int) -> bool:
    """Whether the way enters the junction from two sides, so that a rule cannot say which approach it means."""
    sides = {u for u, _, osmid in graph.in_edges(via, data="osmid") if osmid == way}
    return len(sides) > 1 and entry[0] in sides


def _split(graph: Any, entry: Edge, allowed: list[Edge], copy: int) -> None:
    before, via, key = entry
    graph.add_node(copy, **graph.nodes[via], copy_of=via)
    graph.add_edge(before, copy, **graph.edges[before, via, key])
    graph.remove_edge(before, via, key)
    for _, after, out_key in allowed:
        graph.add_edge(copy, after, **graph.edges[via, after, out_key])
