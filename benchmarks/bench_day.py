"""A day of the whole city: times real time, events, memory; each case a process of its own, from its first import."""

from __future__ import annotations

import argparse
import heapq
import json
import os
import subprocess
import sys
from collections.abc import Callable
from time import perf_counter, process_time
from typing import Any

DAY_S = 86_400
"""The numerator of "× real time": the day that is counted. The drain of up to two more hours is simulated too."""

YARD_OPERATIONS = 200_000

CASES = [
    (arm, fleet, scale) for scale in (1.0, 10.0) for fleet in (1.0, 0.25) for arm in ("fragmented", "linked")
]  # fmt: skip


def yardstick_us() -> float:
    """Microseconds of one bare event here and now: heapq takes an entry and puts in another, with 1,000 pending."""
    heap = [(i * 7919 % 1000, i) for i in range(1000)]
    heapq.heapify(heap)
    start = process_time()
    for i in range(YARD_OPERATIONS):
        t, _ = heap[0]
        heapq.heapreplace(heap, (t + i * 7919 % 1000, i))
    return (process_time() - start) / YARD_OPERATIONS * 1e6


def one(scenario: str, arm: str, fleet: float, scale: float) -> dict[str, Any]:
    """Run one case here, as `liandong run` does: to the KPIs and the hash of the log."""
    yard = yardstick_us()
    marks: dict[str, float] = {}

    def timed(name: str, work: Callable[[], Any]) -> Any:
        start = process_time()
        result = work()
        marks[name] = process_time() - start
        return result

    timed("import", lambda: __import__("sim.study.run"))
    from sim.build import build, lay_ground
    from sim.city.store import find_map
    from sim.policies.bundles import parse_arm
    from sim.results.kpis import kpis
    from sim.running import calm_memory, finish, live, until_s
    from sim.scenario import Scenario

    loaded = Scenario.load(scenario)
    resources = loaded.resources.model_copy(update={"fleet": loaded.resources.fleet * fleet})
    loaded = loaded.model_copy(update={"resources": resources})
    ground = timed("ground", lambda: lay_ground(find_map(loaded.town), scale))
    city = timed("build", lambda: build(loaded, ground, parse_arm(arm), 1))
    with calm_memory():
        timed("run", lambda: live(city, until_s(loaded, None)))
    finish(city)
    timed("kpis", lambda: kpis(city.log))
    timed("hash", city.log.sha256)
    return {
        "events": len(city.log),
        "simulated_s": city.t,
        "people": len(city.population),
        "units": len(city.units.units),
        "cpu_s": marks,
        "yard_us": yard,
    }


def apart(scenario: str, case: tuple[str, float, float]) -> dict[str, Any]:
    """The same in a fresh process, with its whole time and its peak of memory."""
    command = [sys.executable, __file__, "--scenario", scenario, "--one", *map(str, case)]
    start = perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    told = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"{' '.join(command)} ended with status {status}")
    result: dict[str, Any] = json.loads(told)
    result |= {
        "wall": perf_counter() - start,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak_mb": usage.ru_maxrss / 1024,
    }
    return result


def show(case: tuple[str, float, float], found: dict[str, Any]) -> None:
    """One case, on two lines."""
    arm, fleet, scale = case
    cpu, wall, events, run_s = found["cpu"], found["wall"], found["events"], found["cpu_s"]["run"]
    lived = cpu - found["cpu_s"]["kpis"] - found["cpu_s"]["hash"]  # from the start of Python to the last event
    print(
        f"{arm:10} fleet {fleet:<4g} 1:{scale:<3g} {found['people']:>10,} people {found['units']:>5,} units  "
        f"{DAY_S / lived:6,.0f} x real time ({lived:.1f} s CPU), with KPIs and hash {DAY_S / cpu:6,.0f} x "
        f"({cpu:.1f} s CPU, {wall:.1f} s by the clock)  peak {found['peak_mb']:,.0f} MB"
    )
    parts = "  ".join(f"{name} {seconds:.2f}" for name, seconds in found["cpu_s"].items())
    per_event_us = run_s / events * 1e6
    print(
        f"{'':10} {events:,} events in {found['simulated_s']:,} s simulated; {events / run_s:,.0f} events/s, "
        f"{per_event_us:.0f} us an event = {per_event_us / found['yard_us']:.0f} bare heap events; CPU s: {parts}"
    )


def main() -> None:
    """All cases one after the other, or with --one a single one for the parent."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", default="quiet-day")
    parser.add_argument("--one", nargs=3, metavar=("ARM", "FLEET", "SCALE"))
    parser.add_argument("--scales", nargs="+", type=float, default=[1.0, 10.0])
    asked = parser.parse_args()
    if asked.one:
        arm, fleet, scale = asked.one
        print(json.dumps(one(asked.scenario, arm, float(fleet), float(scale))))
        return
    print(f"{asked.scenario}, seed 1; load {os.getloadavg()[0]:.1f} before, {os.cpu_count()} processors")
    for case in CASES:
        if case[2] in asked.scales:
            show(case, apart(asked.scenario, case))
    print(f"load {os.getloadavg()[0]:.1f} after")


if __name__ == "__main__":
    main()
