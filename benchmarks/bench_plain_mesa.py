"""The city against a plain Mesa model with the same people and units: both in one process, in turn."""

from __future__ import annotations

import argparse
import math
import os
from collections import deque
from statistics import median
from time import perf_counter, process_time

import mesa
import numpy as np

from sim.build import build, lay_ground
from sim.city.map import Map
from sim.city.population import Population
from sim.city.store import find_map
from sim.model import City
from sim.policies.bundles import parse_arm
from sim.running import calm_memory, live
from sim.scenario import Scenario

DAY_S = 86_400
TURNS = 8
CALLS_A_DAY = 4_000
"""Incidents a day of the plain model, about as many as the city has."""

SPEED_MS = 8.0
ON_SCENE_S = 1_200


class PlainCitizen(mesa.Agent):
    """A person as a plain Mesa model has one: each second he looks at his own state."""

    def __init__(self, model: PlainCity, x: float, y: float, chance: float) -> None:
        super().__init__(model)
        self.x, self.y = x, y
        self.chance = chance  # that something happens to him in a second
        self.needs_help = False

    def step(self) -> None:
        """Something may happen to him; then he waits for help."""
        if not self.needs_help and self.random.random() < self.chance:
            self.needs_help = True
            self.model.waiting.append(self)


class PlainUnit(mesa.Agent):
    """A unit as a plain Mesa model has one: free, on its way, or at work."""

    def __init__(self, model: PlainCity, x: float, y: float) -> None:
        super().__init__(model)
        self.x, self.y = x, y
        self.patient: PlainCitizen | None = None
        self.left_s = 0

    def step(self) -> None:
        """Go on with the job; without one take whoever has waited longest."""
        if self.patient is not None:
            self.left_s -= 1
            if self.left_s <= 0:
                self.x, self.y = self.patient.x, self.patient.y
                self.patient.needs_help = False
                self.patient = None
        elif self.model.waiting:
            self.patient = self.model.waiting.popleft()
            away = math.hypot(self.patient.x - self.x, self.patient.y - self.y)
            self.left_s = round(away / SPEED_MS) + ON_SCENE_S


class PlainCity(mesa.Model):
    """All of them, one step a second; no desks, no roads, no messages, no log."""

    def __init__(self, town: Map, homes: np.ndarray, units: int) -> None:
        super().__init__(seed=1)
        self.waiting: deque[PlainCitizen] = deque()
        chance = CALLS_A_DAY / DAY_S / len(homes)
        for x, y in zip(town.roads.x[homes].tolist(), town.roads.y[homes].tolist(), strict=True):
            PlainCitizen(self, x, y, chance)
        for node in np.random.default_rng(1).integers(0, town.roads.node_count, units).tolist():
            PlainUnit(self, float(town.roads.x[node]), float(town.roads.y[node]))

    def step(self) -> None:
        """Mesa's quickest way to let every agent act (shuffle_do costs more)."""
        self.agents.do("step")


def built(scale: float, arm: str) -> tuple[City, PlainCity, Population]:
    """Both cities, with what building them took."""
    scenario = Scenario.load("quiet-day")
    build(scenario, lay_ground(find_map("toy"), 10), parse_arm(arm), 1)  # the first use of the libraries is nobody's
    start = perf_counter(), process_time()
    ground = lay_ground(find_map(scenario.town), scale)
    ours = build(scenario, ground, parse_arm(arm), 1)
    middle = perf_counter(), process_time()
    plain = PlainCity(ground.town, ground.population.home, len(ours.units.units))
    end = perf_counter(), process_time()
    people, units = len(ours.population), len(ours.units.units)
    assert people + units == len(plain.agents)
    print(f"{people:,} people (1:{scale:g}) and {units:,} units on both sides; {arm}")
    ours_s, plain_s = middle[1] - start[1], end[1] - middle[1]
    print(f"building: ours {ours_s:.2f} s CPU, plain {plain_s:.2f} s CPU = {plain_s / ours_s:.0f} x")
    return ours, plain, ground.population


def main() -> None:
    """A day of ours in slices, a few steps of the plain one after each; medians and ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=10.0)
    parser.add_argument("--steps", type=int, default=2, help="steps of the plain model in a turn")
    parser.add_argument("--arm", default="fragmented")
    asked = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} processors, Mesa {mesa.__version__}")
    ours, plain, _ = built(asked.scale, asked.arm)
    ours_us, plain_us, day_s = [], [], 0.0
    with calm_memory():  # the collector is off for both
        for turn in range(TURNS):
            until = DAY_S * (turn + 1) // TURNS
            began, start = ours.t, process_time()
            live(ours, until)
            middle = process_time()
            for _ in range(asked.steps):
                plain.step()
            end = process_time()
            day_s += middle - start
            ours_us.append((middle - start) / (ours.t - began) * 1e6)
            plain_us.append((end - middle) / asked.steps * 1e6)
            print(
                f"turn {turn + 1}: ours {ours_us[-1]:7.0f} us a simulated second ({ours.t - began:,} run), "
                f"plain {plain_us[-1]:11,.0f} us ({asked.steps} run) = {plain_us[-1] / ours_us[-1]:,.0f} x"
            )
    whole = median(plain_us) * DAY_S / 1e6
    print(
        f"the day: ours {day_s:.1f} s CPU, run in full with {len(ours.log):,} events; plain {whole:,.0f} s CPU, "
        f"scaled from {asked.steps * TURNS} steps (median) to {DAY_S:,} = {whole / day_s:,.0f} x"
    )


if __name__ == "__main__":
    main()
