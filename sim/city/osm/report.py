"""What an import made of its source: what was kept, dropped, assumed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sim.city.map import Map
from sim.city.osm.facilities import OSM_REACH_M, Sited
from sim.city.osm.network import Size
from sim.city.survey import NEEDED


@dataclass(frozen=True, eq=False)
class Turns:
    """What became of the turn restrictions."""

    read: int = 0
    in_effect: int = 0
    unread: int = 0


@dataclass(frozen=True, eq=False)
class Report:
    """The sentences that an import prints."""

    town: Map
    kept: Size
    whole: Size
    limits_by_class: int
    lanes_by_class: int
    turns: Turns
    cut_ways: int
    sited: Sited
    people: str

    @property
    def lines(self) -> list[str]:
        """One fact a line."""
        return [
            f"roads: {self.kept.nodes:,} nodes, {self.kept.edges:,} directed edges, {self.kept.km:,.1f} km",
            self._dropped(),
            *([f"cut: {self.cut_ways:,} ways lead out of the file and end at its edge"] if self.cut_ways else []),
            f"limits: {self._share(self.limits_by_class)} without maxspeed, so by class; "
            f"lanes: {self._share(self.lanes_by_class)} without, so by class",
            self._turns(),
            *self._facilities(),
            f"people: {self.people}",
        ]

    def _dropped(self) -> str:
        nodes, edges = self.whole.nodes - self.kept.nodes, self.whole.edges - self.kept.edges
        km = max(self.whole.km - self.kept.km, 0.0)
        if not nodes:
            return "dropped: nothing; every node can be reached from every other"
        return (
            f"dropped: {nodes:,} nodes ({nodes / self.whole.nodes:.1%}), {edges:,} edges "
            f"({edges / self.whole.edges:.1%}), {km:,.1f} km ({km / self.whole.km:.1%}) outside the largest part in "
            "which every node can be reached from every other"
        )

    def _share(self, count: int) -> str:
        return f"{count:,} edges ({count / self.kept.edges:.1%})"

    def _turns(self) -> str:
        if not self.turns.read and not self.turns.unread:
            return "turn restrictions: none in the source"
        spare = f"; {self.turns.unread} conditional, by way of a way or broken ones" if self.turns.unread else ""
        return (
            f"turn restrictions: {self.turns.read} read, {self.turns.in_effect} of them between roads of the "
            f"map and honoured{spare}"
        )

    def _facilities(self) -> list[str]:
        counts = Counter(f.kind for f in self.town.facilities)
        own = {kind: n for kind, n in counts.items() if kind not in self.sited.from_table}
        lines = [f"facilities of the source: {_listed(own)}"]
        if self.sited.from_table:
            lines.append(f"facilities of the embedded table, as the source has none: {_listed(self.sited.from_table)}")
        if self.sited.merged:
            lines.append(f"facilities drawn twice: {self.sited.merged}, taken once")
        if self.sited.too_far:
            lines.append(f"off the map (> {OSM_REACH_M / 1000:.0f} km from a road): {', '.join(self.sited.too_far)}")
        missing = [kind for kind in NEEDED if not counts[kind]]
        if missing:
            lines.append(f"MISSING: no {', no '.join(missing)}; a run needs them (liandong map check {self.town.name})")
        return lines


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{n} {kind}" for kind, n in sorted(counts.items())) or "none"
