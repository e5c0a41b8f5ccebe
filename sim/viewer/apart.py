"""Work in a process of its own: asked for by a page, followed and cancelled from it, while the pages go on."""

from __future__ import annotations

import atexit
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any, Literal

from sim.core.errors import InputError

LEAVING_S = 5.0
"""So long work may take to end when its program has ended."""

State = Literal["starting", "running", "done", "cancelled", "failed"]


@dataclass(kw_only=True)
class Apart:
    """Work under way, as a page sees it; `changed` counts up with each news."""

    state: State = "starting"
    share: float = 0.0
    said: list[str] = field(default_factory=list)
    error: str = ""
    began: float = field(default_factory=time.monotonic)
    changed: int = 0

    def begin(self, name: str, work: Callable[..., None], *given: Any) -> None:
        """Start a process that does the work; it gets what is given, and an outlet for its news.

        To hand over what is given takes as long as the process needs to wake up, so a thread does it.
        """
        context = multiprocessing.get_context("spawn")
        inlet, outlet = context.Pipe(duplex=False)
        self._name, self._starting = name, threading.Lock()
        self._process = context.Process(target=work, args=(*given, outlet), name=f"liandong-{name}")
        atexit.register(self._leave)
        threading.Thread(target=self._run, args=(inlet, outlet), name=f"follows the {name}", daemon=True).start()

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
        """Stop it; nothing of it is kept."""
        if not self.is_over:
            self.news(state="cancelled")
            threading.Thread(target=self.interrupt, args=(0.0,), daemon=True).start()

    def interrupt(self, grace_s: float) -> None:
        """Have it come to an end by itself, within so many seconds."""
        with self._starting:
            process = self._process
            if process.pid is None:  # it has not begun, and does not now
                self.news(state="cancelled")
                return
        if process.is_alive() and process.pid is not None and grace_s:
            os.kill(process.pid, signal.SIGINT)
            process.join(grace_s)
        if process.is_alive():
            process.terminate()

    def news(self, said: str = "", **changes: Any) -> None:
        """What has changed; who sees that it is over sees all that came of it."""
        if said:
            self.said = [*self.said, said][-20:]
        for name in sorted(changes, key=lambda name: name == "state"):
            setattr(self, name, changes[name])
        self.changed += 1

    def _leave(self) -> None:
        """The program ends: the work too, and the processes that it has started."""
        self.interrupt(LEAVING_S)

    def _run(self, inlet: Connection, outlet: Connection) -> None:
        try:
            with self._starting:
                if not self.is_over:
                    self._process.start()
        except Exception as wrong:
            self.news(state="failed", error=f"{type(wrong).__name__}: {wrong}")
        outlet.close()
        with inlet, suppress(EOFError, OSError):
            while True:
                self._hear(inlet.recv())
        if self._process.pid is not None:
            self._process.join()
        atexit.unregister(self._leave)
        if not self.is_over:
            ended = f"the process of the {self._name} ended ({self._process.exitcode})"
            self.news(state="failed", error=self.error or ended)


    def _hear(self, told: dict[str, Any]) -> None:
        if not self.is_over:
            self.news(**told)


# --- in the other process


def carry_through(work: Callable[[], dict[str, Any]], outlet: Connection) -> None:
    """Do the work, and tell what came of it; ends with the process that asked for it."""
    _end_with_parent()
    try:
        tell(outlet, **{"state": "done", "share": 1.0, **work()})
    except KeyboardInterrupt:
        tell(outlet, state="cancelled", error="")
    except InputError as wrong:
        tell(outlet, state="failed", error=str(wrong))
    except Exception as wrong:
        tell(outlet, state="failed", error=f"{type(wrong).__name__}: {wrong}")
        raise


def tell(outlet: Connection, **news: Any) -> None:
    """News for who asked for the work."""
    with suppress(OSError):  # nobody listens any more
        outlet.send(news)


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
