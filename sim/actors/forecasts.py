"""Forecasts that a scenario names: the meteorological office knows, and must find who will act on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sim.comms.messages import Finding, Handoff
from sim.core.events import CaseHandedOff, ForecastMade
from sim.core.streams import Dice, Streams, code_of
from sim.core.vocabulary import Severity

if TYPE_CHECKING:  # what checks a scenario imports this, and needs no offices
    from sim.actors.offices import Offices

OFFICE = "meteorology"
"""The department that forecasts."""


class PlannedForecast(NamedTuple):
    """What is forecast, where and when: a guess about the future, right or wrong, which no incident is asked for."""

    name: str
    t: float
    kind: str
    x: float
    y: float
    severity: Severity
    confidence: float


class Forecasts:
    """The meteorological office's own observations."""

    def __init__(self, offices: Offices, streams: Streams, planned: tuple[PlannedForecast, ...]) -> None:
        self.offices = offices
        self.streams = streams
        self.names: set[str] = set()
        for one in planned:
            self.add(one)

    def add(self, planned: PlannedForecast) -> None:
        """One more, of the scenario or by a live command."""
        self.names.add(planned.name)
        self.offices.parts.agenda.at(planned.t, self.make, planned)

    def make(self, planned: PlannedForecast) -> None:
        """It is written down, and handed to whom it concerns: that is not the forecaster's to act on."""
        place = planned.x, planned.y
        office = self.offices.of(OFFICE, place)
        made = ForecastMade(
            department=OFFICE, claimed_kind=planned.kind, x=round(planned.x, 1), y=round(planned.y, 1)
        )
        event = self.offices.parts.log.add(made)
        found = Finding(
            planned.kind, planned.x, planned.y, planned.severity, 0, (), planned.confidence,
            float(self.offices.parts.agenda.clock.t),
        )  # fmt: skip
        dice = Dice(self.streams, code_of("forecast"), code_of(planned.name))
        to = self.offices.first_to_ask(planned.kind, planned.severity, place, dice)
        paper = Handoff(sender=office.name, receiver=to.name, case=f"forecast {planned.name}", finding=found, dice=dice)
        handed = CaseHandedOff(because=event, case=paper.case or "", department=OFFICE, to_department=to.name)
        self.offices.write(office.name, office.post, paper, to, self.offices.parts.log.add(handed))
