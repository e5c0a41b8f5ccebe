"""Running a city: second by second, to its end."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable, Iterator

from sim.core.errors import InputError
from sim.core.events import RunEnded
from sim.core.log import LogFile
from sim.model import City
from sim.scenario import Scenario

Progress = Callable[[float], None]
"""Told the share of the run that is done, 0 to 1."""

_SLICE_S = 300
"""Simulated seconds between two reports of progress, and between two looks whether all that counts has ended."""


def live(city: City, until: int, progress: Progress | None = None, file: LogFile | None = None) -> None:
    """Second by second until the given time, or until all that counts has ended."""
    look_t = _next_look_t(city.t)
    while city.t < until and not city.is_over:
        city.second()
        if city.t >= look_t:
            look_t = _next_look_t(city.t)
            if progress is not None:
                progress(min(1.0, city.t / until))
            if file is not None:
                file.flush()
            city.is_over = city.t >= city.end_s and not city.incidents.is_any_open(city.end_s)


def _next_look_t(t: int) -> int:
    """Looks stand on a grid of their own: a run that is stopped and goes on looks, and ends, when it would have."""
    return (t // _SLICE_S + 1) * _SLICE_S


def finish(city: City, *, is_partial: bool = False) -> None:
    """What is still open is censored; the last event is logged."""
    city.incidents.finish(float(city.t))
    city.log.add(RunEnded(partial=is_partial))


def until_s(scenario: Scenario, until: str | float | None) -> int:
    last = scenario.drain_s
    if until is not None:
        wanted = scenario.at_s(until, "until")
        if not 0 < wanted <= last:
            raise InputError(f"until is {until!r}; the run goes from {scenario.start} for {last / 3600:g} h at most")
        last = wanted
    return int(last)


@contextlib.contextmanager
def calm_memory() -> Iterator[None]:
    """A city is lived without the collector's walks over a log that only grows; what was before it is swept away."""
    gc.collect()
    with without_collector():
        yield


@contextlib.contextmanager
def without_collector() -> Iterator[None]:
    """What is made from a whole log, and holds no cycles either, is made without walks over it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
