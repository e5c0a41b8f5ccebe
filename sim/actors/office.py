"""A duty desk: papers wait for an officer, become cases of the office's own picture, and find an owner, or none."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mesa import Agent

from sim.actors.post import Post
from sim.actors.tables import lognormal_s
from sim.comms.messages import Finding, Handoff, Instruction, Message, Notice, Paper, Report, Request
from sim.comms.pictures import Case, Picture
from sim.comms.switchboard import Listener
from sim.comms.views import DutyView
from sim.core.events import (
    CaseAccepted,
    CaseDisputed,
    CaseEscalated,
    CaseHandedOff,
    CaseHeld,
    CaseRefused,
    InstructionGiven,
    MessageRead,
)
from sim.core.streams import Dice, code_of
from sim.core.vocabulary import Capability, Severity, Tier
from sim.policies.responsibility import Verdict

if TYPE_CHECKING:
    from mesa import Model

    from sim.actors.offices import Offices

GRAVE = (Severity.SERIOUS, Severity.CRITICAL)
"""Severities about which a desk makes haste, and tells its superior."""


@dataclass(slots=True, eq=False)
class Tray:
    """A paper on the desk."""

    paper: Message
    because: int
    waited: bool


@dataclass(slots=True, eq=False)
class Matter:
    """What an office does about one of its cases."""

    case: Case
    dice: Dice  # of the case's first call or alarm
    because: int  # its newest event
    hands: int = 0  # desks that had it before
    refused_by: tuple[str, ...] = ()
    is_first: bool = True  # nobody had it before
    is_owned: bool = False
    is_refused: bool = False
    is_held: bool = False  # until somebody says what to do
    is_pending: bool = False  # it lies before the person who sits here
    asker: Listener | None = None  # whose request or question it is
    told: tuple[Severity, int] | None = None  # what the superior was told last
    is_due: bool = False  # a report is being written
    reports: int = 0  # how many were written
    passed_s: int = 0  # when it was last handed on
    is_lost: bool = False  # nobody is left to ask
    sent: dict[Capability, int] = field(default_factory=dict)  # own crews that were ordered
    asked: set[Capability] = field(default_factory=set)  # what others were asked for
    shared: Severity | None = None  # how bad it was when the others were told


class Office(Agent):
    """One department's desk at one tier, for one area."""

    def __init__(self, model: Model, department: str, tier: Tier, area: str, stage: Offices) -> None:
        super().__init__(model)
        self.department = department
        self.tier = tier
        self.area = area
        self.name = f"{department} {tier.value} {area}".rstrip()
        self.stage = stage
        self.picture = Picture(self.name, stage.parts.agenda.clock, stage.parts.log)
        self.superior: Office | None = None
        self.tray: deque[Tray] = deque()
        self.busy = 0  # officers
        self.last_freed: int | None = None
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
        self.tray.append(Tray(message, because, self.busy >= self.officers))
        self.take_next()

    @property
    def officers(self) -> int:
        """On duty at this hour."""
        return self.stage.officers(self.tier)

    @property
    def load(self) -> float:
        """Papers that wait, by officer on duty."""
        return len(self.tray) / self.officers

    def take_next(self) -> None:
        """A free officer takes the next paper."""
        while self.tray and self.busy < self.officers:
            self.busy += 1
            tray = self.tray.popleft()
            self.stage.parts.agenda.after(self._reads_s(tray.paper), self.read, tray)

    def _reads_s(self, message: Message) -> float:
        """Reading, and typing it anew where the sender's form is not ours (I9)."""
        desk = self.stage.duty
        if not isinstance(message, Paper):
            return desk.read_s.value / 4  # a word of confirmation
        dice = message.dice.child(code_of(self.department), self.stage.rank(self.tier))
        read_s = lognormal_s(dice, f"read.{message.word}", (message.hands,), desk.read_s.value, desk.read_sigma.value)
        read_s += self.stage.credence.seconds(self, message)
        if type(message) in self.stage.glances_s:
            return self.stage.glances_s[type(message)] + self.stage.credence.seconds(self, message)
        if self.stage.parts.sharing.has_one_format or isinstance(message, Instruction):
            return read_s
        return read_s + desk.retype_s.value

    def read(self, tray: Tray) -> None:
        """It has been read; what follows depends on what it is."""
        self.free()
        message = tray.paper
        event = self.stage.parts.log.add(
            MessageRead(
                because=tray.because,
                waited_for=self.last_freed if tray.waited else None,
                office=self.name,
                department=self.department,
                message_kind=message.word,
                case=message.case,
            )
        )
        self.last_freed = event
        if not isinstance(message, Paper) or self.stage.credence.admits(self, message, event):
            self.deal_with(message, event)

    def deal_with(self, message: Message, event: int) -> None:
        """It is believed."""
        match message:
            case Handoff():
                self.take_handoff(message, event)
            case Request():
                self.take_request(message, event)
            case Report():
                self.take_report(message, event)
            case Instruction():
                self.take_instruction(message, event)
            case Notice():
                self.learn(message, event)
            case _:
                self.stage.readers[type(message)](self, message, event)

    def free(self) -> None:
        """An officer is free for the next paper."""
        self.busy -= 1
        self.stage.parts.agenda.soon(self.take_next)

    # --- it becomes a case

    def learn(self, paper: Paper, because: int) -> Matter:
        """The picture takes in what a paper says; who owns the case may have to act on it."""
        desk, found = self.stage.duty, paper.finding
        place = round(found.x, 1), round(found.y, 1)
        radius_m, window_s = desk.join_radius_m.value, desk.join_window_s.value
        case = self.picture.cases.get(paper.about or "") or self.picture.match(
            frozenset({found.kind}), place, radius_m, window_s, attended=True
        )
        if case is None:
            case = self.picture.open_case(paper.case or "", place, None, because, paper.dice)
            self.matters[case.id] = Matter(case, paper.dice, case.opened, paper.hands, is_first=paper.hands == 0)
            because = case.opened
        matter = self.matters[case.id]
        matter.because = self.picture.fuse(case, found, because=because, source=f"{paper.word} of {paper.sender}")
        if matter.is_owned:
            self.act(matter)
        elif not (isinstance(paper, Report) and self.stage.parts.reporting.to_all_tiers):  # they have been told too
            self.stage.report_soon(self, matter)
        return matter

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
            as_of_s=held["place"].as_of_s,
        )

    # --- whose is it?

    def take_handoff(self, paper: Handoff, because: int) -> None:
        """Somebody says that it is ours."""
        matter = self.learn(paper, because)
        matter.refused_by = tuple(sorted({*matter.refused_by, *paper.refused_by}))
        matter.hands = max(matter.hands, paper.hands)
        if matter.is_owned or matter.is_held:
            return
        if matter.is_refused:
            self.pass_on_again(matter)
        else:
            self.ponder(matter)

    def take_request(self, paper: Request, because: int) -> None:
        """Somebody wants crews of ours; the case stays his."""
        matter = self.learn(paper, because)
        if not (matter.is_owned or matter.is_held or matter.is_refused):
            self.ponder(matter)

    def ponder(self, matter: Matter) -> None:
        """Where no list says whose it is, an officer thinks and asks around (S2)."""
        if self.is_manned:
            matter.is_pending = True
            return
        if self.stage.parts.responsibility.is_listed:
            self.judge(matter)
            return
        desk = self.stage.duty
        grave = Severity(matter.case.severity) in GRAVE
        median_s = (desk.ponder_grave_s if grave else desk.ponder_s).value
        dice = matter.dice.child(code_of(self.department), self.stage.rank(self.tier))
        self.busy += 1
        self.stage.parts.agenda.after(
            lognormal_s(dice, "ponder", (), median_s, desk.read_sigma.value), self.pondered, matter
        )

    def pondered(self, matter: Matter) -> None:
        """The officer has made up his mind."""
        self.free()
        if not matter.is_owned:
            self.judge(matter)

    def judge(self, matter: Matter) -> None:
        """Ours, not ours, or not without a word from above."""
        if self.is_manned:
            matter.is_pending = True
            return
        match self.stage.parts.responsibility.decide(self.view_of(matter)):
            case Verdict.ACCEPT:
                self.accept(matter)
            case Verdict.REFUSE:
                self.refuse(matter)
            case Verdict.WAIT:
                self.hold(matter)

    def view_of(self, matter: Matter) -> DutyView:
        """The case as the policy of responsibility sees it; its moods are sealed by case and department."""
        severity = Severity(matter.case.severity)
        duty = self.stage.parts.duties.of(matter.case.kind)
        row = duty.row(severity)
        dice = matter.dice.child(code_of(self.department))
        return DutyView(
            kind=matter.case.kind,
            severity=severity,
            phase=duty.phase(severity),
            role=row.role(self.department),
            ambiguity=row.ambiguity.value,
            tier=self.tier,
            load=self.load,
            hands=matter.hands,
            reluctance=float(dice.of("reluctance").random()),
            hesitance=float(dice.of("hesitance", self.stage.rank(self.tier)).random()),
            is_first=matter.is_first,
        )

    def accept(self, matter: Matter) -> None:
        """It is ours."""
        matter.is_owned, matter.is_held, matter.is_refused, matter.is_pending = True, False, False, False
        matter.because = self.stage.parts.log.add(
            CaseAccepted(because=matter.because, case=matter.case.id, department=self.department)
        )
        self.act(matter)

    def act(self, matter: Matter) -> None:
        """The owner sends his crews, asks for others, warns, reports, tells."""
        self.stage.send_crews(self, matter)
        for watch in self.stage.watchers:
            watch(self, matter.case, matter.because)
        self.stage.report_soon(self, matter)
        self.stage.share(self, matter)

    # --- not ours

    def refuse(self, matter: Matter) -> None:
        """It is somebody else's."""
        matter.is_refused = True
        matter.refused_by = tuple(sorted({*matter.refused_by, self.department}))
        matter.because = self.stage.parts.log.add(
            CaseRefused(
                because=matter.because,
                case=matter.case.id,
                department=self.department,
                office=self.name,
                reason=f"{matter.case.kind} is not for {self.department}",
            )
        )
        self.pass_on(matter)

    def pass_on(self, matter: Matter) -> None:
        """To the next that comes to mind; or, where refusals are settled, to the emergency office; or it lies here."""
        matter.passed_s = self.stage.parts.agenda.clock.t
        policy = self.stage.parts.responsibility
        limit = policy.arbitrates_after
        if limit is not None and len(matter.refused_by) >= limit:
            self.escalate(matter, self.stage.hub_beside(self))
            return
        to = self.stage.next_to_ask(self, matter) if matter.hands + 1 < policy.most_hands else None
        if to is None:
            self.dispute(matter)
            return
        matter.because = self.stage.parts.log.add(
            CaseHandedOff(
                because=matter.because, case=matter.case.id, department=self.department, to_department=to.name
            )
        )
        self.stage.send(self, to, matter, Handoff, hands=matter.hands + 1, refused_by=matter.refused_by)

    def pass_on_again(self, matter: Matter) -> None:
        """It has come back, or been called in anew: perhaps our first hand-off was lost."""
        if self.is_manned:
            matter.is_pending = True
            return
        now = self.stage.parts.agenda.clock.t
        if now - matter.passed_s >= self.stage.duty.again_s.value:
            self.pass_on(matter)

    def dispute(self, matter: Matter) -> None:
        """Nobody is left to ask: it lies until a superior hears of it, or somebody calls again."""
        matter.is_lost = True
        disputed = CaseDisputed(
            because=matter.because,
            case=matter.case.id,
            department=self.department,
            office=self.name,
            hands=matter.hands + 1,
        )
        matter.because = self.stage.parts.log.add(disputed)
        self.stage.report_soon(self, matter)

    def escalate(self, matter: Matter, to: Office) -> None:
        """The emergency office, or our superior, shall say whose it is."""
        if to is self:
            self.instruct_lead(matter)
            return
        matter.because = self.stage.parts.log.add(
            CaseEscalated(
                because=matter.because,
                case=matter.case.id,
                department=self.department,
                office=self.name,
                to_office=to.name,
            )
        )
        self.stage.send(self, to, matter, Report, asks=True, unowned=True)

    # --- a word from above

    def hold(self, matter: Matter) -> None:
        """Nothing is done before the superior has been asked (S3); who has none goes on."""
        if self.superior is None:
            self.accept(matter)
            return
        matter.is_held = True
        matter.because = self.stage.parts.log.add(
            CaseHeld(
                because=matter.because,
                case=matter.case.id,
                department=self.department,
                office=self.name,
                reason="waits for an instruction",
            )
        )
        self.stage.send(self, self.superior, matter, Report, asks=True)

    def take_report(self, paper: Report, because: int) -> None:
        """A subordinate reports, or asks what to do."""
        matter = self.learn(paper, because)
        self.stage.declare(self, matter)
        if not paper.asks and not paper.unowned:
            return
        matter.asker = self.stage.by_name.get(paper.sender)
        if paper.unowned:
            self.instruct_lead(matter)
        elif self._hesitates(matter) and self.superior is not None:
            self.stage.send(self, self.superior, matter, Report, asks=True)
        else:
            self.answer(matter)

    def _hesitates(self, matter: Matter) -> bool:
        view = replace(self.view_of(matter), reluctance=1.0)
        return self.stage.parts.responsibility.decide(view) is Verdict.WAIT

    def answer(self, matter: Matter) -> None:
        """Tell who asked to go on."""
        if isinstance(matter.asker, Office):
            self.instruct(matter, matter.asker)
            matter.asker = None

    def instruct_lead(self, matter: Matter) -> None:
        """Who leads by the list shall take it, whatever he thinks."""
        row = self.stage.parts.duties.of(matter.case.kind).row(Severity(matter.case.severity))
        lead = self.stage.of(row.lead, matter.case.place, Tier.DISTRICT)
        if lead is self:
            if not matter.is_owned:
                self.accept(matter)
        else:
            self.instruct(matter, lead)

    def instruct(self, matter: Matter, to: Office) -> None:
        """An order to take the case."""
        matter.because = self.stage.parts.log.add(
            InstructionGiven(
                because=matter.because,
                case=matter.case.id,
                department=self.department,
                office=self.name,
                to_office=to.name,
            )
        )
        self.stage.send(self, to, matter, Instruction)

    def take_instruction(self, paper: Instruction, because: int) -> None:
        """An order from above: it is ours now; or we hand the word down to who asked us."""
        matter = self.learn(paper, because)
        if matter.asker is not None:
            self.answer(matter)
        elif not matter.is_owned:
            self.accept(matter)

    # --- confirmations

    def confirm(self, paper: Paper, because: int) -> None:
        """Tell the sender that his paper is here, where papers are tracked."""
        if self.stage.parts.responsibility.is_tracked and paper.wants_reply and paper.case is not None:
            self.stage.reply(self, paper, because)
