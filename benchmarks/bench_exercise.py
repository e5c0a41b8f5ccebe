"""Eight hours of an exercise on the whole city: memory, files put aside, the pace, how long it takes to go back.

python benchmarks/bench_exercise.py [--hours 8] [--policies linked]
"""

from __future__ import annotations

import argparse
import threading
from collections.abc import Callable
from time import perf_counter, sleep

import psutil

from sim.policies.bundles import parse_arm
from sim.scenario import Scenario
from sim.study.run import prepare
from sim.viewer.exercise.course import Spec
from sim.viewer.exercise.review import review, take
from sim.viewer.exercise.session import Session

HOUR_S = 3600
LISTEN_S = 6.0
"""Seconds of the wall clock for which a speed is measured."""


def main() -> None:
    """Print a row for each hour, and one for each thing that is timed."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--hours", type=int, default=8)
    asked.add_argument("--policies", default="linked")
    chosen = asked.parse_args()
    scenario = Scenario.load("demo").model_copy(update={"duration": f"{chosen.hours}h", "drain": "1h"})
    process, threads = psutil.Process(), threading.active_count()
    with Session.begin(Spec(scenario, parse_arm(chosen.policies), 1, prepare(scenario))) as session:
        for speed in (60, 600):
            print(f"asked for {speed}: {achieved(session, speed):.0f} simulated seconds a second")
        for hour in range(1, chosen.hours + 1):
            seconds = timed(lambda hour=hour: jump(session, hour * HOUR_S))  # type: ignore[misc]
            files = list((session.folder / "checkpoints").iterdir())
            size = sum(file.stat().st_size for file in files) / 1e6
            memory = process.memory_info().rss / 1e6
            print(f"{hour} h in {seconds:.1f} s: {memory:.0f} MB, {len(files)} files of {size:.0f} MB together")
        for share in (0.95, 0.6, 0.3, 0.05):
            to = int(share * chosen.hours * HOUR_S)
            print(f"back to {to / HOUR_S:.1f} h: {timed(lambda to=to: jump(session, to)):.2f} s")  # type: ignore[misc]
        print(f"a branch from there: {timed(lambda: session.do('fork')):.2f} s")
        session.do("visit", branch="main")
        print(f"a review: {timed(lambda: review(take(session))):.1f} s")
    print(f"threads left: {threading.active_count() - threads}")


def achieved(session: Session, speed: float) -> float:
    """How fast it goes under a ceiling."""
    session.do("set_speed", speed=speed)
    session.do("play")
    began, from_t = perf_counter(), session.state.t
    sleep(LISTEN_S)
    session.do("pause")
    return (session.state.t - from_t) / (perf_counter() - began)


def jump(session: Session, to: int) -> None:
    """To a time, and wait until it is there."""
    session.do("jump", to=to)
    session.wait(lambda state: state.mode != "jumping", 3600)


def timed(act: Callable[[], object]) -> float:
    """Seconds of the wall clock."""
    began = perf_counter()
    act()
    return perf_counter() - began


if __name__ == "__main__":
    main()
