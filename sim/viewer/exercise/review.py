"""The after-action review: what happened, what was expected, where the time went, and what people changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from sim.results.figures_time import Point
from sim.results.records import IncidentRecord
from sim.results.waterfall import Waterfall
from sim.viewer.exercise.commands import CityCommand
from sim.viewer.exercise.comparing import KpiLine, Way, curves, falls, kpi_lines, way, without_people
from sim.viewer.exercise.controls import Judge
from sim.viewer.exercise.course import Spec
from sim.viewer.exercise.engine import Exercise
from sim.viewer.exercise.happenings import Happening, happenings
from sim.viewer.exercise.landmarks import is_noted_on
from sim.viewer.exercise.msel import Msel, Outcome, Trace, outcomes
from sim.viewer.exercise.record import Record
from sim.viewer.exercise.session import Session
from sim.viewer.exercise.together import Chosen, Together, Watching, bring_together, choose

PEOPLE, SIMULATED = "people", "simulated"
"""The way that was gone, and the same without participants."""

MOST_INCIDENTS = 20
"""Listed incidents with a section of their own."""


@dataclass(frozen=True)
class Taken:
    """What a review is made from, as it was when it was asked for."""

    spec: Spec
    branch: str
    until: int
    records: tuple[Record, ...]
    notes: tuple[Record, ...]
    planned: Msel
    trace: Trace
    sha256: str  # of the log of the city that lived, where it stands at that moment; else empty
    beside: Chosen | None = None  # branches that are compared


@dataclass(frozen=True)
class Review:
    """An exercise looked at afterwards."""

    taken: Taken
    gone: Way  # as people made it
    simulated: Way  # without them
    together: Together | None = None  # branches side by side

    @cached_property
    def timeline(self) -> list[Happening]:
        """Injects, messages, decisions, effects, notes."""
        return happenings(self.gone.entries, self.taken.records, self.taken.notes)

    @cached_property
    def injects(self) -> list[Outcome]:
        """Planned injects against what was expected."""
        judged = [one.command for one in self.taken.notes if isinstance(one.command, Judge)]
        return outcomes(self.taken.planned, self.taken.trace, judged, self.gone.entries, self.taken.until)

    @cached_property
    def kpis(self) -> list[KpiLine]:
        """With people and without."""
        scenario = self.taken.spec.scenario
        return kpi_lines([self.gone, self.simulated], (scenario.primary, *scenario.secondary))

    @cached_property
    def incidents(self) -> list[IncidentRecord]:
        """Those that the scenario lists, or that were injected."""
        return [one for one in self.gone.line.incidents.values() if one.listed][:MOST_INCIDENTS]

    def falls(self, record: IncidentRecord) -> list[tuple[str, Waterfall]]:
        """Where the time went on each way: (people or simulated, the waterfall of a service)."""
        return [((PEOPLE, SIMULATED)[number], fall) for number, fall in falls((self.gone, self.simulated), record.id)]

    @cached_property
    def curves(self) -> dict[str, dict[str, list[Point]]]:
        """Accuracy and completeness of pictures over time, on each way."""
        found = curves((self.gone, self.simulated))
        return {name: dict(zip((PEOPLE, SIMULATED), each, strict=True)) for name, each in found.items()}

    @property
    def is_replayed(self) -> bool | None:
        """Whether the record, lived again for this review, gave the same log; None where there was none to compare."""
        return self.taken.sha256 == self.gone.sha256 if self.taken.sha256 else None


def take(session: Session, branch: str = "", others: Sequence[str] = ()) -> Taken:
    """What a review needs of an exercise, now; the branch may be held against others."""
    return session.ask(lambda exercise: _take(exercise, branch or exercise.branch.name, others))


def _take(exercise: Exercise, name: str, others: Sequence[str]) -> Taken:
    exercise.check_known(name)
    branch = exercise.branches[name]
    is_here = branch is exercise.branch and not exercise.is_past and not exercise.failure
    planned = Msel()
    planned.planned = dict(exercise.msel.planned)
    return Taken(
        spec=exercise.spec,
        branch=branch.called,
        until=branch.reached_t,
        records=tuple(one for one in branch.records if isinstance(one.command, CityCommand)),
        notes=tuple(one for one in exercise.notes if is_noted_on(one.branch, one.t, branch, exercise.branches)),
        planned=planned,
        trace=branch.trace,
        sha256=exercise.city.log.sha256() if is_here else "",
        beside=choose(exercise.branches, [name, *others]) if others else None,
    )


def review(taken: Taken, watch: Watching | None = None) -> Review:
    """Live it again, as it was and without participants, and look at both; this takes as long as two runs.

    Each branch that it is compared with is one more.
    """
    told = watch or Watching()
    gone = way(PEOPLE, taken.spec, taken.records, taken.until, told.next(taken.until))
    simulated = way(SIMULATED, taken.spec, without_people(taken.records), taken.until, told.next(taken.until))
    together = None if taken.beside is None else bring_together(taken.spec, taken.beside, told)
    return Review(taken, gone, simulated, together)
