"""A study in a process of its own: asked for by a page, followed and cancelled from it, finished without it."""

from __future__ import annotations

import signal
import threading
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal

from sim.core.errors import InputError
from sim.policies.bundles import Arm
from sim.scenario import Scenario
from sim.viewer.apart import Apart, carry_through, tell
from sim.viewer.planning.responses import LOGS, Keeping, gather

MOST_RUNS, MOST_ARMS, MOST_JOBS = 500, 6, 64
GRACE_S = 20.0
"""So long a cancelled study may take to write down what it has."""

Sort = Literal["comparison", "ladder"]


@dataclass(frozen=True)
class Job:
    """What is to be run, and where its results go; `whole` are the seeds whose logs are kept for a replay."""

    sort: Sort
    scenario: Scenario
    arms: tuple[Arm, ...]
    folder: Path
    runs: int = 6
    base_seed: int = 1
    jobs: int = 1
    scale: float = 10.0
    town: str | None = None
    shapley: bool = False
    whole: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        for name, value, most in (("runs", self.runs, MOST_RUNS), ("jobs", self.jobs, MOST_JOBS)):
            if not 1 <= value <= most:
                raise InputError(f"{name} is {value}; from 1 to {most} are possible here")
        if not 2 <= len(self.arms) <= (2 if self.sort == "ladder" else MOST_ARMS):
            raise InputError(f"{len(self.arms)} arms given; a comparison has 2 to {MOST_ARMS}, a ladder 2")
        if self.scale < 1:
            raise InputError(f"scale is {self.scale:g}; a row stands for one resident at least")


@dataclass
class Work(Apart):
    """A study under way."""

    job: Job

    def start(self) -> Work:
        """Begin; the process outlives the page, but not this program."""
        self.begin("study", _work, self.job)
        return self

    def cancel(self) -> None:
        """Stop; runs that are finished are kept, and compared."""
        if not self.is_over:
            self.news(said="cancelling")
            threading.Thread(target=self.interrupt, args=(GRACE_S,), daemon=True).start()


# --- in the other process


def _work(job: Job, outlet: Connection) -> None:
    carry_through(partial(_carried_out, job, outlet), outlet)


def _carried_out(job: Job, outlet: Connection) -> dict[str, Any]:
    is_partial = _ladder(job, outlet) if job.sort == "ladder" else _comparison(job, outlet)
    return {"state": "cancelled" if is_partial else "done"}


def _opened(job: Job) -> Any:
    from sim.study.folder import Folder, origin

    command = ["liandong", "view", job.sort]
    asked = {"base_seed": job.base_seed, "runs": job.runs, "scale": job.scale, "map": job.town or job.scenario.town}
    asked_arms = [(arm.label, arm) for arm in job.arms]
    return Folder(job.folder, {**origin(job.scenario, asked_arms, command), "sort": job.sort, **asked})


def _watch(outlet: Connection, folder: Any) -> Any:
    from sim.study.workers import Watch

    def progress(share: float) -> None:
        tell(outlet, state="running", share=float(share))

    return Watch(progress, lambda text: tell(outlet, said=text), folder.journal())


def _asked(job: Job) -> dict[str, Any]:
    return {"runs": job.runs, "base_seed": job.base_seed, "jobs": job.jobs, "scale": job.scale, "town": job.town}


def _comparison(job: Job, outlet: Connection) -> bool:
    from sim.study.comparing import arms_under_seeds, judged
    from sim.study.folder import write_comparison
    from sim.study.plan import Design, Engine
    from sim.study.workers import carry_out

    folder = _opened(job)
    engine = Engine(run=Keeping(job.folder, job.whole))
    plan = arms_under_seeds(job.scenario, job.arms, Design(**_asked(job), engine=engine))
    found = judged(plan, carry_out(plan, _watch(outlet, folder)))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who cancels twice would lose what is being written
    gather(job.folder)
    write_comparison(folder, found)
    if (job.folder / LOGS).is_dir():
        tell(outlet, said="logs")
    return found.is_partial


def _ladder(job: Job, outlet: Connection) -> bool:
    from sim.study.ladder import Steps, ladder
    from sim.study.ladder_folder import write_ladder

    folder = _opened(job)
    steps = Steps(None, 20 if job.shapley else None, None)
    start, goal = job.arms
    found = ladder(job.scenario, start, goal, steps, watch=_watch(outlet, folder), **_asked(job))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    write_ladder(folder, found)
    return found.is_partial
