"""How soon things start: commands in fresh processes, and a city from the cached map."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter, process_time
from typing import Any

ROUNDS = 7
HEAVY = ("mesa", "numba", "osmnx", "pandas", "solara", "scipy", "pyarrow", "matplotlib", "numpy")
COMMANDS = ([], ["--help"], ["--version"], ["check", "quiet-day"], ["scenarios"], ["policies"])


def fresh(words: list[str]) -> tuple[float, float]:
    """Wall and CPU seconds of one command; no words: a Python that does nothing."""
    command = [sys.executable, *(["-m", "sim", *words] if words else ["-c", "pass"])]
    start = perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"{' '.join(command)} ended with status {status}")
    return perf_counter() - start, usage.ru_utime + usage.ru_stime


def imported(words: list[str]) -> str:
    """Which heavy modules a command imports."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "sim", *words], capture_output=True, text=True, check=True
    )
    names = {line.split("|")[-1].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    return ", ".join(name for name in HEAVY if name in names) or "none"


def commands() -> None:
    """Every command in turn, several rounds."""
    taken: dict[str, list[tuple[float, float]]] = {}
    for _ in range(ROUNDS):
        for words in COMMANDS:
            taken.setdefault(" ".join(words), []).append(fresh(words))
    bare = [cpu for _, cpu in taken[""]]
    print(f"fresh processes, {ROUNDS} rounds in turn; heavy modules looked for: {', '.join(HEAVY)}")
    for name, times in taken.items():
        walls, cpus = [wall for wall, _ in times], [cpu for _, cpu in times]
        heavy = f"; imports {imported(name.split())}" if name else ""
        print(
            f"{'liandong ' + name if name else 'python -c pass':22} {median(walls):.2f} s [{min(walls):.2f}-"
            f"{max(walls):.2f}], CPU {median(cpus):.2f} s = {median(cpus) / median(bare):.0f} x a bare Python{heavy}"
        )


def city(scale: float) -> None:
    """A City from the cached map: first in this process (libraries and tables load lazily), then again."""
    from sim.build import build, lay_ground
    from sim.city.store import find_map
    from sim.policies.bundles import parse_arm
    from sim.scenario import Scenario

    scenario, arm = Scenario.load("quiet-day"), parse_arm("linked")
    find_map(scenario.town)  # drawn now, if the cache does not hold it

    def timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
        start, cpu = perf_counter(), process_time()
        result = work()
        return result, perf_counter() - start, process_time() - cpu

    for name in ("first", *["again"] * 4):
        town, *load = timed(lambda: find_map(scenario.town))
        ground, *lay = timed(lambda town=town: lay_ground(town, scale))
        _, *make = timed(lambda ground=ground: build(scenario, ground, arm, 1))
        parts = zip(("map", "ground", "build"), (load, lay, make), strict=True)
        shown = ", ".join(f"{part} {wall:.2f} s (CPU {cpu:.2f})" for part, (wall, cpu) in parts)
        wall, cpu = (sum(one) for one in zip(load, lay, make, strict=True))
        print(f"city 1:{scale:g}, {name}: {shown}; together {wall:.2f} s (CPU {cpu:.2f})")


def demo() -> None:
    """The demo as a user starts it."""
    wall, cpu = fresh(["demo"])
    print(f"liandong demo: {wall:.1f} s, CPU {cpu:.1f} s over all its processes")


def main() -> None:
    """Commands, city, and with --demo the demo too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=10.0)
    parser.add_argument("--demo", action="store_true")
    asked = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} processors")
    commands()
    city(asked.scale)
    if asked.demo:
        demo()


if __name__ == "__main__":
    main()
