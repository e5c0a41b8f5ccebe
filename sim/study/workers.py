"""Carries a plan out, here or in worker processes; what comes out does not depend on how many there are."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from sim.core.errors import InputError
from sim.study.plan import Plan, Replication, replicate

_here: dict[str, Any] = {}
"""In a worker: the plan, and the ground that it lays once."""


def cores() -> int:
    """How many processors this process may use."""
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable else os.cpu_count() or 1


def carry_out(
    plan: Plan,
    jobs: int = 1,
    progress: Callable[[float], None] | None = None,
    when_first: Callable[[Replication], None] | None = None,
) -> list[Replication]:
    """Every replication that was finished, by seed and arm; fewer than planned when Ctrl-C was pressed."""
    if jobs < 1:
        raise InputError(f"jobs is {jobs}; at least one process has to do the work")
    jobs = min(jobs, len(plan.tasks))
    done: list[Replication] = []
    try:
        for replication in _alone(plan, progress) if jobs == 1 else _together(plan, jobs):
            if replication.is_partial:
                break
            done.append(replication)
            if when_first is not None and len(done) == 1:
                when_first(replication)
            if progress is not None:
                progress(len(done) / len(plan.tasks))
    except KeyboardInterrupt:
        pass  # what is finished is kept; the caller sees that some are missing
    place = {label: number for number, label in enumerate(plan.labels)}
    return sorted(done, key=lambda replication: (replication.seed, place[replication.label]))


def _alone(plan: Plan, progress: Callable[[float], None] | None) -> Iterator[Replication]:
    if progress is not None:
        progress(0.0)
    ground = _ground(plan)
    for arm, seed in plan.tasks:
        yield replicate(plan, arm, seed, ground)


def _together(plan: Plan, jobs: int) -> Iterator[Replication]:
    """Spawned, not forked: a fork copies locks and threads of the compiled libraries."""
    others = set(multiprocessing.active_children())
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin, initargs=(plan,))
    is_over = False
    try:
        for future in as_completed([pool.submit(_replicate, arm, seed) for arm, seed in plan.tasks]):
            yield future.result()
        is_over = True
    except BrokenProcessPool as error:
        raise InputError(
            f"a worker process died, probably for want of memory ({jobs} at once, scale 1:{plan.scale:g}); "
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


def _replicate(arm: int, seed: int) -> Replication:
    plan: Plan = _here["plan"]
    if "ground" not in _here:
        _here["ground"] = _ground(plan)
    return replicate(plan, arm, seed, _here["ground"])


def _ground(plan: Plan) -> Any:
    return plan.engine.prepare(plan.scenario, plan.town, plan.scale)
