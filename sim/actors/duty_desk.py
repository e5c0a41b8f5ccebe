"""A duty desk: papers wait for an officer, are read, and become cases of the desk's own picture."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from mesa import Agent

from sim.actors.organisation import Row
from sim.actors.post import Post
from sim.actors.tables import lognormal_s
from sim.comms.cases import Case
from sim.comms.messages import Finding, Instruction, Message, Paper, Report
from sim.comms.pictures import Picture
from sim.core.events import (
    MessageRead,
)
from sim.core.streams import Dice, code_of
from sim.core.vocabulary import Capability, Severity

if TYPE_CHECKING:
    from mesa import Model

    from sim.actors.office import Office
    from sim.actors.offices import Offices

GRAVE = (Severity.SERIOUS, Severity.CRITICAL)
"""Severities about which a desk makes haste, and tells its superior."""


@dataclass(slots=True, eq=False)
class Tray:
    """A paper on the desk."""

    paper: Message
    because: int
    waited_for: int | None = None  # what set free the officer who reads it, if it had to wait


class Chore(NamedTuple):
    """What an officer does beside reading; `done` says by which event it has ended, if by any."""

    seconds: float
    done: Callable[..., int | None]
    about: tuple[Any, ...]


@dataclass(slots=True, eq=False)
class Matter:
    """What an office does about one of its cases."""

    case: Case
    dice: Dice  # of the case's first call or alarm
    because: int  # its newest event
    hands: int = 0  # desks that had it before
    refused_by: tuple[str, ...] = ()
    is_first: bool = False  # nobody had it before it was handed to this office
    is_handed: bool = False  # somebody has said that it is ours
    is_pondered: bool = False  # an officer is thinking about it
    held_s: int = 0  # when the superior was asked last
    is_owned: bool = False
    is_refused: bool = False
    is_held: bool = False  # until somebody says what to do
    is_pending: bool = False  # it lies before the person who sits here
    askers: list[Office] = field(default_factory=list)  # offices that wait for an answer
    told: tuple[Severity, int] | None = None  # what the superior was told last
    is_due: bool = False  # a report is being written
    reports: int = 0  # how many were written
    passed_s: int = 0  # when it was last handed on
    is_lost: bool = False  # nobody is left to ask
    sent: dict[Capability, int] = field(default_factory=dict)  # own crews that were ordered
    asked: set[Capability] = field(default_factory=set)  # what others were asked for
    shared: Severity | None = None  # how bad it was when the others were told


class DutyDesk(Agent):
    """One department's desk at one tier, for one area, as far as papers come in and are believed."""

    def __init__(self, model: Model, department: str, tier: str, area: str, stage: Offices) -> None:
        super().__init__(model)
        self.department = department
        self.tier = tier
        self.area = area
        self.name = f"{department} {tier} {area}".rstrip()
        self.stage = stage
        half_life_s = stage.duty.word_half_life_s.value
        self.picture = Picture(self.name, stage.parts.agenda.clock, stage.parts.log, half_life_s=half_life_s)
        self.superior: Office | None = None
        self.tray: deque[Tray] = deque()
        self.chores: deque[Chore] = deque()
        self.busy = 0  # officers
        self.matters: dict[str, Matter] = {}
        self.post = Post(stage.parts.lines)

    is_manned: bool = False  # a person sits here: whose a case is, and what its owner does, is for him to say

    # --- a paper comes in

    def hear(self, message: Message, because: int) -> None:
        """The telephone, a letter, the screen: somebody has to read it."""
        self.stage.parts.agenda.soon(self.receive, message, because)

    def receive(self, message: Message, because: int) -> None:
        """It is booked in, and lies in the tray until an officer is free."""
        if isinstance(message, Paper):
            self.confirm(message, because)
        self.tray.append(Tray(message, because))
        self.take_next()

    @property
    def officers(self) -> int:
        """On duty at this hour."""
        return self.stage.officers(self.tier)

    @property
    def load(self) -> float:
        """Papers that wait, by officer on duty."""
        return len(self.tray) / self.officers

    def take_next(self, freed_by: int | None = None) -> None:
        """A free officer takes the next paper."""
        self._take_chores()
        while self.tray and self.busy < self.officers:
            self.busy += 1
            tray = self.tray.popleft()
            tray.waited_for = freed_by
            self.stage.parts.agenda.after(self._reads_s(tray.paper), self.read, tray)

    def _reads_s(self, message: Message) -> float:
        """Reading, and typing it anew where the sender's form is not ours (I9)."""
        desk = self.stage.duty
        if not isinstance(message, Paper):
            return desk.read_s.value / 4  # a word of confirmation
        check_s = self.stage.credence.seconds(self, message)
        if type(message) in self.stage.glances_s:
            return self.stage.glances_s[type(message)] + check_s
        dice = message.dice.child(code_of(self.department), self.stage.rank(self.tier))
        which = self.stage.parts.lines.own.desks.code(message.sender), message.hands, message.ordinal
        read_s = check_s + lognormal_s(dice, f"read.{message.word}", which, desk.read_s.value, desk.read_sigma.value)
        if self.stage.parts.lines.has_one_format or isinstance(message, Instruction):
            return read_s
        return read_s + desk.retype_s.value

    def read(self, tray: Tray) -> None:
        """It has been read; what follows depends on what it is."""
        message = tray.paper
        event = self.stage.parts.log.add(
            MessageRead(
                because=tray.because,
                waited_for=tray.waited_for,
                office=self.name,
                department=self.department,
                message_kind=message.word,
                case=message.case,
            )
        )
        self.free(event)
        if not isinstance(message, Paper) or self.stage.credence.admits(self, message, event):
            self.deal_with(message, event)

    def free(self, because: int | None = None) -> None:
        """An officer is free for the next paper, since that event."""
        self.busy -= 1
        self.stage.parts.agenda.soon(self.take_next, because)

    def occupy(self, chore: Chore, *, is_urgent: bool = False) -> None:
        """It takes an officer so long: him who has just read, or else the next who is free, before any new paper."""
        if is_urgent:
            self.chores.appendleft(chore)
        else:
            self.chores.append(chore)
        self.stage.parts.agenda.soon(self.take_next)

    def _take_chores(self) -> None:
        while self.chores and self.busy < self.officers:
            self.busy += 1
            chore = self.chores.popleft()
            self.stage.parts.agenda.after(chore.seconds, self.have_done, chore)

    def have_done(self, chore: Chore) -> None:
        """It is done, and the officer free."""
        self.free(chore.done(*chore.about))

    # --- it becomes a case

    def learn(self, paper: Paper, because: int) -> Matter:
        """The picture takes in what a paper says; who owns the case may have to act on it."""
        desk, found = self.stage.duty, paper.finding
        case = self.picture.case_of(paper, desk.join_radius_m.value, desk.join_window_s.value)
        if case is None:
            case = self.picture.open_about(found, paper.case or "", because, paper.dice)
            self.matters[case.id] = Matter(case, paper.dice, case.opened, paper.hands)
            because = case.opened
        self.picture.file(case, paper.sender, paper.case)
        matter = self.matters[case.id]
        matter.because = self.picture.fuse(case, found, because=because, sender=paper.sender, word=paper.word)
        self.stage.declare(self, matter)
        if matter.is_owned:
            self.act(matter)
        elif not (isinstance(paper, Report) and self.stage.parts.reporting.to_all_tiers):  # they have been told too
            self.stage.report_soon(self, matter)
        return matter

    def row_of(self, matter: Matter) -> Row:
        """Who answers for a case, as bad as it is believed to be."""
        return self.stage.parts.duties.row(matter.case.kind, Severity(matter.case.severity))

    def finding(self, matter: Matter, needs: dict[str, int] | None = None) -> Finding:
        """What the office believes, to be said to others."""
        held, (x, y) = matter.case.beliefs, matter.case.place
        wanted = matter.case.needs if needs is None else needs
        return Finding(
            kind=matter.case.kind,
            x=x,
            y=y,
            severity=Severity(matter.case.severity),
            people=int(held["people"].value),
            needs=tuple((Capability(name), count) for name, count in sorted(wanted.items())),
            confidence=held["place"].confidence,
            as_of_s=matter.case.as_of_s,
            roots=frozenset(matter.case.roots),
        )

    # --- confirmations

    def confirm(self, paper: Paper, because: int) -> None:
        """Tell the sender that his paper is here, where papers are tracked."""
        if self.stage.parts.responsibility.is_tracked and paper.wants_reply and paper.case is not None:
            self.stage.reply(self, paper, because)

    def deal_with(self, message: Message, because: int) -> None:
        """It has been read, and is believed: what follows depends on what it is."""
        raise NotImplementedError

    def act(self, matter: Matter) -> None:
        """The owner of a case has learnt something."""
        raise NotImplementedError
