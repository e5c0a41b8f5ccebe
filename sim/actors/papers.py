"""Forged papers: written in somebody's name, put into one desk's tray, or on the platform that all desks read."""

from __future__ import annotations

from typing import Any, Protocol

from sim.actors.forgeries import PlannedPaper
from sim.actors.line_tables import DUTY_TELEPHONE, PLATFORM
from sim.actors.offices import Offices
from sim.actors.threats import ForgedReports, Place, PlannedAttack, attack_table
from sim.comms.messages import Alarm, Finding, Handoff, Message, Notice, Paper, Report, Request
from sim.core.events import PaperForged
from sim.core.log import Log
from sim.core.streams import Dice, Streams
from sim.hazards.tables import incident_kinds

FORMS: dict[str, type[Paper]] = {
    "hand-off": Handoff,
    "request": Request,
    "notice": Notice,
    "report": Report,
    "alarm": Alarm,
}

FIRST_NUMBER = 100_000
"""Of the cases that a forger makes up: no desk gets so far in a run."""


class Reader(Protocol):
    """A desk to which papers come."""

    name: str

    def hear(self, message: Message, because: int) -> None:
        """Take it in."""


class PaperForger:
    """Sends what was forged, by the ways that papers go in this city."""

    def __init__(self, log: Log, streams: Streams, offices: Offices) -> None:
        self.log, self.streams, self.offices = log, streams, offices

    def send(self, attack: PlannedAttack, terms: ForgedReports, planned: PlannedPaper, because: int) -> None:
        """To every desk that reads the platform, where there is one; else to the one office that would see to it."""
        story, place = planned.story, (planned.story.x, planned.story.y)
        row = self.offices.parts.duties.row(story.kind, terms.severity)
        is_shown = terms.to == PLATFORM and self.offices.parts.sharing.channel == PLATFORM
        office = self.offices.of(row.lead if terms.to == PLATFORM else terms.to, place)
        forged = PaperForged(
            because=because,
            attack=attack.name,
            message_kind=terms.paper,
            claimed_sender=self._sender(terms, place),
            receiver=PLATFORM if is_shown else office.name,
            claimed_kind=story.kind,
            x=round(story.x, 1),
            y=round(story.y, 1),
        )
        event = self.log.add(forged)
        self._post(terms, planned, office, FORMS[terms.paper], event, PLATFORM if is_shown else DUTY_TELEPHONE)
        if is_shown:
            others = [self.offices.of(name, place) for name in row.candidates]
            desks: list[Reader] = [*(one for one in others if one is not office), *self.offices.centres]
            for desk in desks:
                self._post(terms, planned, desk, Notice, event, PLATFORM)

    def _sender(self, terms: ForgedReports, place: Place) -> str:
        """The office of the department that is named, or the name as it is."""
        known = terms.sender in self.offices.parts.organisation.department
        return self.offices.of(terms.sender, place).name if known else terms.sender

    def _post(
        self, terms: ForgedReports, planned: PlannedPaper, to: Reader, form: type[Paper], because: int, line: str
    ) -> None:
        story, table = planned.story, attack_table().forged_reports
        sender = self._sender(terms, (story.x, story.y))
        more: dict[str, Any] = {"sensor": terms.sender} if form is Alarm else {}
        finding = Finding(
            kind=story.kind,
            x=story.x,
            y=story.y,
            severity=terms.severity,
            people=terms.people,
            needs=tuple(incident_kinds()[story.kind].plan.crews(terms.severity).items()),
            confidence=table.confidence.value,
            as_of_s=float(self.offices.parts.agenda.clock.t),
        )
        paper = form(
            sender=sender,
            receiver=to.name,
            case=f"{sender}-{FIRST_NUMBER + planned.key[-1]}",
            finding=finding,
            dice=Dice(self.streams, *planned.key),
            misfit=planned.misfit,
            **more,
        )
        self.offices.made_up.add((paper.sender, paper.case))
        lines = self.offices.parts.lines
        on_the_way = paper.dice.child(lines.own.desks.code(paper.sender), lines.own.desks.code(paper.receiver))
        lines.switchboard.send(paper, to, lines.channels[line], because, on_the_way)
