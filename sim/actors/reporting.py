"""Reports up the tiers, response levels, and the operations centre."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from sim.actors.duty_desk import GRAVE, Chore, Matter
from sim.actors.office import Office
from sim.actors.tables import lognormal_s
from sim.comms.messages import Finding, Report
from sim.comms.views import ReportView
from sim.core.events import LevelDeclared, OperationsCentreOpened
from sim.core.streams import Dice, code_of
from sim.core.vocabulary import Level, Role, Severity

if TYPE_CHECKING:
    from sim.actors.offices import Offices

TOLD_BY_VOICE = 0.8
"""A report that is told again by voice is believed so much less."""


class Reporter:
    """How offices tell their superiors, and what superiors make of it."""

    def __init__(self, stage: Offices) -> None:
        self.stage = stage
        self.declared: dict[tuple[str, str], int] = {}  # by area and case of the office: the highest level

    # --- up

    def report_soon(self, office: Office, matter: Matter) -> None:
        """What is grave is reported: after checking it (I3), or at once; again when it has changed."""
        severity = Severity(matter.case.severity)
        people = int(matter.case.beliefs["people"].value)
        if office.superior is None or matter.is_due or severity not in GRAVE or matter.told == (severity, people):
            return
        matter.is_due = True
        parts, desk = self.stage.parts, self.stage.duty
        if not parts.reporting.is_checked:
            parts.agenda.after(1.0, self.report_unchecked, office, matter, matter.because)
            return
        dice = self._dice(office, matter.dice)
        checks_s = lognormal_s(dice, "check", (matter.reports,), desk.check_s.value, desk.check_sigma.value)
        office.occupy(Chore(min(checks_s, desk.check_most_s.value), self.report, (office, matter, matter.because)))

    def _dice(self, office: Office, dice: Dice) -> Dice:
        return dice.child(code_of(office.department), self.stage.rank(office.tier))

    def report_unchecked(self, office: Office, matter: Matter, because: int) -> None:
        """The record goes as it is: nobody's time is needed for that."""
        self.report(office, matter, because)

    def report(self, office: Office, matter: Matter, because: int) -> int | None:
        """Say it to the superior, or to all of them; perhaps a grade less than one believes (S4); returns the event."""
        matter.is_due = False
        severity, people = Severity(matter.case.severity), int(matter.case.beliefs["people"].value)
        if severity not in GRAVE and matter.told is None:
            return None  # checking has shown that it is nothing
        policy, dice = self.stage.parts.reporting, self._dice(office, matter.dice)
        blame = float(dice.of("blame").random())
        said = policy.grade(ReportView(severity, people, office.tier, matter.told is not None, blame))
        matter.told = severity, people
        matter.reports += 1
        if said is None:
            return None
        finding = replace(office.finding(matter), severity=said)
        if policy.is_retold:
            finding = self._retold(finding, dice)
        to, sent = office.superior, None
        while to is not None:
            more = {"finding": finding, "unowned": matter.is_lost, "because": because}
            sent = self.stage.send(office, to, matter, Report, **more)
            to = to.superior if policy.to_all_tiers else None
        return sent

    def _retold(self, finding: Finding, dice: Dice) -> Finding:
        """Told by voice: the place shifts (I5), each time the office tells of the case by the same misunderstanding."""
        rng = dice.of("retold")
        angle = 2.0 * math.pi * float(rng.random())
        error_m = self.stage.duty.retold_m.draw(rng)
        return replace(
            finding,
            x=finding.x + error_m * math.cos(angle),
            y=finding.y + error_m * math.sin(angle),
            confidence=finding.confidence * TOLD_BY_VOICE,
        )

    # --- levels

    def declare(self, office: Office, matter: Matter) -> None:
        """The emergency office of a tier declares the highest level that it may and must."""
        tables = self.stage.parts.organisation
        if office.department != tables.hub:
            return
        wanted = [rank for rank, level in enumerate(tables.level) if self._is_reached(level, office, matter)]
        key = office.area, matter.case.id
        if not wanted or wanted[-1] <= self.declared.get(key, -1):
            return
        is_first = key not in self.declared
        self.declared[key] = wanted[-1]
        office.note(matter, LevelDeclared, level=list(tables.level)[wanted[-1]].value, area=office.area)
        if is_first:  # each case has its own: those on its list come, whoever sits already for another
            begun = office, matter, matter.because
            self.stage.parts.agenda.after(self.stage.duty.assemble_s.value, self.open_centre, *begun)

    def _is_reached(self, level: Level, office: Office, matter: Matter) -> bool:
        table = self.stage.parts.organisation.level[level]
        if table.tier != office.tier:
            return False
        grades = list(Severity)
        is_hazard = table.severity is not None and self.stage.parts.duties.is_grey(matter.case.kind)
        is_bad = (
            is_hazard
            and table.severity is not None
            and grades.index(Severity(matter.case.severity)) >= grades.index(table.severity)
        )
        return is_bad or int(matter.case.beliefs["people"].value) >= table.victims.value

    def open_centre(self, office: Office, matter: Matter, because: int) -> None:
        """Those who are called in sit together: everybody on the list gets his part to do, and aid is free."""
        if not matter.case.is_open:
            return
        matter.because = because
        office.note(matter, OperationsCentreOpened, tier=office.tier)
        row = office.row_of(matter)
        for name in row.candidates:
            if row.role(name) is not Role.INFORMED:
                to = self.stage.of(name, matter.case.place)
                if to is not office:
                    office.instruct(matter, to)
        self.stage.grant(office, matter)
