"""What is true of incidents, folded from a log."""

from __future__ import annotations

from dataclasses import replace

from sim.core import events as ev
from sim.core.log import Entry
from sim.results.pictures import TrueIncident
from sim.viewer.fold import Fold


class Truth(Fold):
    """Takes the log entry by entry."""

    def __init__(self) -> None:
        super().__init__()
        self.incidents: dict[str, TrueIncident] = {}  # open ones
        self.born: dict[str, ev.IncidentStarted] = {}
        self.crews: dict[str, set[str]] = {}  # at the scene, by incident
        self.people: dict[str, tuple[int, int, int]] = {}  # of a zone: inside, left, hurt
        self._at: dict[str, str] = {}  # by unit: the incident at which it is

    def IncidentStarted(self, entry: Entry, event: ev.IncidentStarted) -> None:
        self.born[event.incident] = event
        self.incidents[event.incident] = TrueIncident(
            event.incident, event.incident_kind, event.x, event.y, entry.t, event.needs, event.victims
        )

    def IncidentChanged(self, entry: Entry, event: ev.IncidentChanged) -> None:
        one = self.incidents.get(event.incident)
        if one is not None:
            self.incidents[event.incident] = replace(
                one, needs=event.needs, victims=event.victims, extent=event.extent, intensity=event.intensity
            )

    def IncidentEnded(self, entry: Entry, event: ev.IncidentEnded) -> None:
        self.incidents.pop(event.incident, None)
        self.people.pop(event.incident, None)

    def PeopleLeft(self, entry: Entry, event: ev.PeopleLeft) -> None:
        self.people[event.incident] = event.inside, event.left, event.hurt

    # --- crews

    def UnitOnScene(self, entry: Entry, event: ev.UnitOnScene) -> None:
        self.crews.setdefault(event.found, set()).add(event.unit)
        self._at[event.unit] = event.found

    def PatientLoaded(self, entry: Entry, event: ev.PatientLoaded) -> None:
        self._leave(event.unit)

    def WorkDone(self, entry: Entry, event: ev.WorkDone) -> None:
        self._leave(event.unit)

    def CrewHurt(self, entry: Entry, event: ev.CrewHurt) -> None:
        self._leave(event.unit)

    def UnitAvailable(self, entry: Entry, event: ev.UnitAvailable) -> None:
        self._leave(event.unit)

    def _leave(self, unit: str) -> None:
        incident = self._at.pop(unit, None)
        if incident is not None:
            self.crews[incident].discard(unit)
