"""The population of the embedded map: time and memory by scale, against a plain Mesa model's agents."""

from __future__ import annotations

import resource
import sys
from time import perf_counter

import mesa
import numpy as np

from sim.city.embedded import load_embedded
from sim.city.population import Population, bytes_needed
from sim.core.streams import Streams

MESA_AGENTS = 20_000
PICKS = 20_000


class Citizen(mesa.Agent):
    """What a plain Mesa model would make of a person."""

    def __init__(self, model: mesa.Model, home: int, day: int, age: int) -> None:
        super().__init__(model)
        self.home, self.day, self.age, self.state = home, day, age, 0


def main() -> None:
    """Print seconds, bytes a row and ratios."""
    town = load_embedded("shenzhen")
    _ = town.node_district
    start = perf_counter()
    model = mesa.Model()
    for row in range(MESA_AGENTS):
        Citizen(model, row, row, 2)
    mesa_us = (perf_counter() - start) / MESA_AGENTS * 1e6
    print(f"plain Mesa agents: {mesa_us:.2f} us each ({MESA_AGENTS:,} made)")
    scales = [float(word) for word in sys.argv[1:]] or [1000.0, 100.0, 10.0, 1.0]
    for scale in scales:
        start = perf_counter()
        folk = Population(town, scale, Streams(1))
        built = perf_counter() - start
        start = perf_counter()
        folk.by_day(0)
        indexed = perf_counter() - start
        nodes, draws = np.random.default_rng(1).integers(0, town.roads.node_count, PICKS), np.linspace(0, 0.999, PICKS)
        start = perf_counter()
        for node, u in zip(nodes.tolist(), draws.tolist(), strict=True):
            folk.pick(node, 11, u)
        picked = (perf_counter() - start) / PICKS * 1e6
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"1:{scale:<5g} {len(folk):>10,} rows  built {built:.3f} s  day index {indexed:.3f} s  "
            f"{folk.nbytes / len(folk):5.1f} bytes a row (to build: {bytes_needed(town, scale) / 1e6:,.0f} MB)"
            f"  peak of the process {peak_mb:,.0f} MB  pick {picked:.1f} us  "
            f"{mesa_us * len(folk) / (built + indexed) / 1e6:,.0f} x Mesa"
        )


if __name__ == "__main__":
    main()
