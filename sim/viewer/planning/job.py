"""A study in a process of its own: asked for by a page, followed and cancelled from it, finished without it."""

from __future__ import annotations

import atexit
import multiprocessing
import os
import signal
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal

from sim.core.errors import InputError
from sim.policies.bundles import Arm
from sim.scenario import Scenario
from sim.viewer.planning.responses import LOGS, Keeping, gather

MOST_RUNS, MOST_ARMS, MOST_JOBS = 500, 6, 64
GRACE_S, LEAVING_S = 20.0, 5.0
"""So long a cancelled study may take to write down what it has, and one whose program has ended."""

Sort = Literal["comparison", "ladder"]
State = Literal["starting", "running", "done", "cancelled", "failed"]


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
class Work:
    """A study under way, as a page sees it; `changed` counts up with each news."""

    job: Job
    state: State = "starting"
    share: float = 0.0
    said: list[str] = field(default_factory=list)
    error: str = ""
    began: float = field(default_factory=time.monotonic)
    changed: int = 0

    def start(self) -> Work:
        """Begin; the process outlives the page, but not this program."""
        context = multiprocessing.get_context("spawn")
        inlet, outlet = context.Pipe(duplex=False)
        self._process = context.Process(target=_work, args=(self.job, outlet), name="liandong-study")
        self._process.start()
        outlet.close()
        atexit.register(self._leave)
        threading.Thread(target=self._follow, args=(inlet,), daemon=True).start()
        return self

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self.state in ("done", "cancelled", "failed")

    @property
    def left_s(self) -> float | None:
        """How long it may take yet, by what is done."""
        if not 0.02 < self.share < 1:
            return None
        return (time.monotonic() - self.began) * (1 - self.share) / self.share

    def cancel(self) -> None:
        """Stop; runs that are finished are kept, and compared."""
        if self.is_over or self._process.pid is None:
            return
        self._news(said="cancelling")
        if self._process.is_alive():
            os.kill(self._process.pid, signal.SIGINT)
        threading.Thread(target=self._end, daemon=True).start()

    def _end(self, grace_s: float = GRACE_S) -> None:
        self._process.join(grace_s)
        if self._process.is_alive():
            self._process.terminate()

    def _leave(self) -> None:
        """The program ends: the study too, and the processes that it has started."""
        if self._process.is_alive() and self._process.pid is not None:
            os.kill(self._process.pid, signal.SIGINT)
            self._end(LEAVING_S)

    def _follow(self, inlet: Connection) -> None:
        try:
            while True:
                self._news(**inlet.recv())
        except (EOFError, OSError):
            pass
        self._process.join()
        atexit.unregister(self._leave)
        if not self.is_over:
            self._news(state="failed", error=self.error or f"the process of the study ended ({self._process.exitcode})")

    def _news(self, said: str = "", **changes: Any) -> None:
        if said:
            self.said = [*self.said, said][-20:]
        for name, value in changes.items():
            setattr(self, name, value)
        self.changed += 1


# --- in the other process


def _work(job: Job, outlet: Connection) -> None:
    """Carry a job out, and tell the page; ends with the process that asked for it."""
    _end_with_parent()
    try:
        is_partial = _ladder(job, outlet) if job.sort == "ladder" else _comparison(job, outlet)
        _tell(outlet, state="cancelled" if is_partial else "done", share=1.0)
    except KeyboardInterrupt:
        _tell(outlet, state="cancelled", error="")
    except InputError as wrong:
        _tell(outlet, state="failed", error=str(wrong))
    except Exception as wrong:
        _tell(outlet, state="failed", error=f"{type(wrong).__name__}: {wrong}")
        raise


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGINT)  # so that it ends those whom it has started
        time.sleep(LEAVING_S)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


def _tell(outlet: Connection, **news: Any) -> None:
    with suppress(OSError):  # nobody listens any more
        outlet.send(news)


def _opened(job: Job) -> Any:
    from sim.study.folder import Folder, origin

    command = ["liandong", "view", job.sort]
    asked = {"base_seed": job.base_seed, "runs": job.runs, "scale": job.scale, "map": job.town or job.scenario.town}
    asked_arms = [(arm.label, arm) for arm in job.arms]
    return Folder(job.folder, {**origin(job.scenario, asked_arms, command), "sort": job.sort, **asked})


def _watch(outlet: Connection, folder: Any) -> Any:
    from sim.study.workers import Watch

    def progress(share: float) -> None:
        _tell(outlet, state="running", share=float(share))

    return Watch(progress, lambda text: _tell(outlet, said=text), folder.journal())


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
        _tell(outlet, said="logs")
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
