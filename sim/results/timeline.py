"""The log read once: a record per incident, run of a unit, case and patient."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Literal

from sim.core import events as ev
from sim.core.events import IncidentId, UnitId
from sim.core.log import Entry
from sim.core.vocabulary import EMERGENCY, Role
from sim.results.danger_records import RumourStory
from sim.results.desk_records import Seat
from sim.results.reading import Reader
from sim.results.records import Attendance, CaseRecord, IncidentRecord, PatientRecord, Tally

Which = Literal["all", "listed", "background"]

OTHER = "other"
"""The row of the list of responsibilities for kinds that have none of their own."""


class Timeline:
    """What the log tells, by incident; `run` holds the windows of the run, `ended` is its last second."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.run: ev.RunStarted | None = None
        self.partial = True  # until the log says that the run came to its end
        self.ended = 0
        self.incidents: dict[IncidentId, IncidentRecord] = {}
        self.attendances: list[Attendance] = []
        self.units: dict[UnitId, ev.UnitCommissioned] = {}
        self.busy_s: dict[str, float] = {}  # by service, within the window of the cohort
        self.coverage: dict[str, list[float]] = {}
        self.acts_for: dict[str, set[str]] = {}  # services whose units a department has or orders
        self.sensors = 0  # devices in service
        self.rootless = Tally()  # what has no incident, within the window of the cohort
        self.patients: dict[str, PatientRecord] = {}
        self.cases: dict[str, CaseRecord] = {}
        self.rumours: dict[str, RumourStory] = {}
        self.seats: dict[str, Seat] = {}  # duty desks, by name
        self.duties: dict[str, dict[str, set[str]]] = {}  # roles by kind of incident and department
        Reader(self).read(entries)

    @property
    def window(self) -> tuple[float, float]:
        """The start and end of the cohort's window, s; cut where a run stopped early."""
        if self.run is None:
            return 0.0, float(self.ended)
        return self.run.warmup_s, max(min(self.run.end_s, float(self.ended)), self.run.warmup_s)

    def cohort(self, which: Which = "all") -> list[IncidentRecord]:
        """The incidents that started after the warm-up and before the end."""
        start, end = self.window
        wanted = {"all": (True, False), "listed": (True,), "background": (False,)}[which]
        return [i for i in self.incidents.values() if start <= i.started < end and i.listed in wanted]

    def orders(self, records: list[IncidentRecord], which: Which = "all") -> list[Attendance]:
        """The runs of units ordered for these incidents; those for none (forged) belong to all."""
        ids = {record.id for record in records}
        start, end = self.window
        return [
            a
            for a in self.attendances
            if (a.incident in ids if a.incident is not None else which == "all" and start <= a.ordered < end)
        ]

    def is_grey(self, record: IncidentRecord) -> bool:
        """Whether an owner must be found: the list has rows for its kind, led by others than emergency services; or a
        desk was asked to own it."""
        return record.desk.was_handed or record.kind in self._grey_kinds

    @cached_property
    def _grey_kinds(self) -> set[str]:
        """Kinds that the list gives to others than emergency services."""
        return {
            kind
            for kind, roles_of in self.duties.items()
            for name, roles in roles_of.items()
            if kind != OTHER and Role.LEAD.value in roles and name not in EMERGENCY
        }

    def is_for_offices(self, record: IncidentRecord) -> bool:
        """Whether duty desks should know of it: an owner must be found, or the scenario names it and several services
        are needed."""
        return self.is_grey(record) or (record.listed and len(record.needed_services) > 1)

    def concerned(self, record: IncidentRecord) -> dict[str, set[str]]:
        """By department that the list names for such a thing: its roles."""
        if record.kind in self.duties:
            return self.duties[record.kind]
        return self.duties.get(OTHER, {}) if self.is_for_offices(record) else {}

    def knew(self, record: IncidentRecord, service: str | None) -> int | None:
        """When a department that acts for a service (or for any needed one) first had a case of the incident."""
        wanted = {service} if service else set(record.needed_services)
        times = [t for department, t in record.known.items() if wanted & self.acts_for.get(department, set())]
        return min(times, default=None)
