"""Crews at a scene and the work they do there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sim.core.vocabulary import Capability
from sim.hazards.patient import Patient


class Task:
    """Work for crews of one capability; at most `most` of them can work at it at once."""

    __slots__ = ("capability", "left_s", "most", "patient")

    def __init__(self, capability: Capability, work_s: float, most: int = 1, patient: Patient | None = None) -> None:
        self.capability = capability
        self.left_s = work_s  # crew-seconds; endless for work that something else ends
        self.most = most
        self.patient = patient  # whom it sets free


class Crew:
    """A unit at the scene: on its way from the kerb until it works."""

    __slots__ = ("able", "is_told", "is_working", "task", "unit")

    def __init__(self, unit: str, able: Iterable[Capability]) -> None:
        self.unit = unit
        self.able = frozenset(able)
        self.is_working = False
        self.task: Task | None = None
        self.is_told = False  # that nothing is left to do


def assign(crews: Collection[Crew], orders: Sequence[tuple[Task, int]]) -> None:
    """Give crews their tasks: first order first; who is at it already before others, else first come first."""
    before = {crew.unit: crew.task for crew in crews}
    idle = list(crews)
    for crew in idle:
        crew.task = None
    for task, count in orders:
        able = [crew for crew in idle if task.capability in crew.able]
        able.sort(key=lambda crew: before[crew.unit] is not task)
        for crew in able[:count]:
            crew.task = task
            idle.remove(crew)


def progress(crews: Iterable[Crew], dt: float) -> None:
    """Every working crew works for dt seconds."""
    for crew in crews:
        if crew.is_working and crew.task is not None:
            crew.task.left_s -= dt


def time_left(task: Task, crews: Iterable[Crew]) -> float:
    """Seconds until a task is done if nothing changes."""
    hands = sum(1 for crew in crews if crew.task is task and crew.is_working)
    return task.left_s / hands if hands else float("inf")
