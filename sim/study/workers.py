"""Carries a plan out, here or in worker processes; what comes out does not depend on how many there are."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from typing import Any

from sim.core.errors import InputError
from sim.study.journal import Journal
from sim.study.plan import Plan, Replication, replicate

Task = tuple[int, int]
"""Cell, by its place in the plan, and seed."""

_here: dict[str, Any] = {}
"""In a worker: the plan, and the ground that it lays once."""


def _nobody(text: str) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Who follows a study while it is under way: a bar, a line of text, and the journal."""

    progress: Callable[[float], None] | None = None  # told the share that is done
    tell: Callable[[str], None] = _nobody
    journal: Journal = field(default_factory=Journal)


def cores() -> int:
    """How many processors this process may use."""
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable else os.cpu_count() or 1


def carry_out(
    plan: Plan, watch: Watch | None = None, when_warm: Callable[[float], None] | None = None
) -> list[Replication]:
    """Every replication that was finished, by seed and cell; fewer than planned when Ctrl-C was pressed.

    `when_warm` is told early on how many seconds a run takes, when some process has made two: first ones take longer.
    """
    watch = watch or Watch()
    left = [(place, seed) for place, seed in plan.tasks if watch.journal.find(plan, place, seed) is None]
    jobs = max(1, min(plan.design.jobs, len(left)))
    seconds: list[float] = []
    try:
        for place, replication in _alone(plan, left, watch.progress) if jobs == 1 else _together(plan, left, jobs):
            if replication.is_partial:
                break
            watch.journal.add(plan, place, replication)
            seconds.append(replication.seconds)
            if when_warm is not None and len(seconds) == min(jobs + 1, len(left)):
                when_warm(min(seconds))
            if watch.progress is not None:
                watch.progress(1 - (len(left) - len(seconds)) / len(plan.tasks))
    except KeyboardInterrupt:
        pass  # what is finished is kept; the caller sees that some are missing
    return watch.journal.known(plan)


def _alone(plan: Plan, left: list[Task], progress: Callable[[float], None] | None) -> Iterator[tuple[int, Replication]]:
    if not left:
        return
    if progress is not None:
        progress(0.0)
    ground = _ground(plan)
    for place, seed in left:
        yield place, replicate(plan, place, seed, ground)


def _together(plan: Plan, left: list[Task], jobs: int) -> Iterator[tuple[int, Replication]]:
    """Spawned, not forked: a fork copies locks and threads of the compiled libraries."""
    others = set(multiprocessing.active_children())
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin, initargs=(plan,))
    is_over = False
    try:
        for future in as_completed([pool.submit(_replicate, place, seed) for place, seed in left]):
            yield future.result()
        is_over = True
    except BrokenProcessPool as error:
        raise InputError(
            f"a worker process died, probably for want of memory ({jobs} at once, scale 1:{plan.design.scale:g}); "
            "try --jobs 1 or a larger --scale"
        ) from error
    finally:
        pool.shutdown(wait=is_over, cancel_futures=True)
        if not is_over:
            for child in set(multiprocessing.active_children()) - others:
                child.terminate()


def _begin(plan: Plan) -> None:
    """A worker's first act; Ctrl-C is for the process that gives out the work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _here["plan"] = plan


def _replicate(place: int, seed: int) -> tuple[int, Replication]:
    plan: Plan = _here["plan"]
    if "ground" not in _here:
        _here["ground"] = _ground(plan)
    return place, replicate(plan, place, seed, _here["ground"])


def _ground(plan: Plan) -> Any:
    return plan.design.engine.prepare(plan.scenario, plan.design.town, plan.design.scale)
