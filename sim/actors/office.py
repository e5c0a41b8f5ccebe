"""An office decides: whose a case is, what its owner does about it, and what a superior says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sim.actors.duty_desk import GRAVE, Chore, DutyDesk, Matter
from sim.actors.tables import lognormal_s
from sim.comms.messages import Handoff, Instruction, Message, Notice, Report, Request
from sim.comms.views import DutyView
from sim.core.events import (
    CaseAccepted,
    CaseDisputed,
    CaseEscalated,
    CaseHandedOff,
    CaseHeld,
    CaseRefused,
    Event,
    InstructionGiven,
)
from sim.core.streams import code_of
from sim.core.vocabulary import Role, Severity
from sim.policies.responsibility import Verdict


class Office(DutyDesk):
    """One department's office at one tier, for one area."""

    def deal_with(self, message: Message, because: int) -> None:
        """It is believed."""
        match message:
            case Handoff():
                self.take_handoff(message, because)
            case Request():
                self.take_request(message, because)
            case Report():
                self.take_report(message, because)
            case Instruction():
                self.take_instruction(message, because)
            case Notice():
                self.learn(message, because)
            case _:
                self.stage.readers[type(message)](self, message, because)

    def note(self, matter: Matter, kind: Callable[..., Event], **more: object) -> None:
        """Log what this office does next about a case."""
        event = kind(because=matter.because, case=matter.case.id, department=self.department, office=self.name, **more)
        matter.because = self.stage.parts.log.add(event)

    # --- whose is it?

    def take_handoff(self, paper: Handoff, because: int) -> None:
        """Somebody says that it is ours."""
        matter = self.learn(paper, because)
        matter.refused_by = tuple(sorted({*matter.refused_by, *paper.refused_by}))
        matter.hands = max(matter.hands, paper.hands)
        if not matter.is_handed:
            matter.is_handed, matter.is_first = True, paper.hands == 0
        if matter.is_owned or matter.is_pondered:
            return
        if matter.is_held:
            self.ask_again(matter)
        elif matter.is_refused:
            self.pass_on_again(matter)
        else:
            self.ponder(matter)

    def take_first(self, matter: Matter) -> None:
        """Nobody has said yet whose it is: a list names the lead, and where all act together all are told."""
        matter.is_handed = matter.is_first = True
        policy, role = self.stage.parts.responsibility, self.row_of(matter).role(self.department)
        parts = {Role.LEAD, Role.SUPPORT} if policy.tells_all else {Role.LEAD}
        if not self.is_manned and policy.tells_all:
            self.stage.tell_others(self, matter)
        if self.is_manned or role in parts or not policy.is_listed:
            self.ponder(matter)
            return
        matter.is_refused = True  # as the list has it: nobody need say so
        if not policy.tells_all:
            self.pass_on(matter)

    def take_request(self, paper: Request, because: int) -> None:
        """Somebody wants crews of ours; the case stays his."""
        matter = self.learn(paper, because)
        if not (matter.is_owned or matter.is_held or matter.is_refused or matter.is_pondered):
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
        matter.is_pondered = True
        thinks_s = lognormal_s(dice, "ponder", (), median_s, desk.read_sigma.value)
        self.occupy(Chore(thinks_s, self.pondered, (matter, matter.because)), is_urgent=True)

    def pondered(self, matter: Matter, because: int) -> int:
        """The officer has made up his mind about what he began with; returns the newest event of the case."""
        matter.is_pondered, matter.because = False, because
        if not matter.is_owned:
            self.judge(matter)
        return matter.because

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
        row = self.row_of(matter)
        dice = matter.dice.child(code_of(self.department))
        return DutyView(
            kind=matter.case.kind,
            severity=severity,
            phase=self.stage.parts.duties.of(matter.case.kind).phase(severity),
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
        matter.is_lost = False
        matter.because = self.stage.parts.log.add(
            CaseAccepted(
                because=matter.because, case=matter.case.id, department=self.department, role=self._role(matter)
            )
        )
        self.act(matter)

    def _role(self, matter: Matter) -> str:
        """What the list says that the department is to do; empty where there is none."""
        if not self.stage.parts.responsibility.is_listed:
            return ""
        return self.row_of(matter).role(self.department).value

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
        self.note(matter, CaseRefused, reason=f"{matter.case.kind} is not for {self.department}")
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
        self.note(matter, CaseDisputed, hands=matter.hands + 1)
        self.stage.report_soon(self, matter)

    def escalate(self, matter: Matter, to: Office) -> None:
        """The emergency office, or our superior, shall say whose it is."""
        if to is self:
            self.instruct_lead(matter)
            return
        self.note(matter, CaseEscalated, to_office=to.name)
        self.stage.send(self, to, matter, Report, asks=True, unowned=True)

    # --- a word from above

    def hold(self, matter: Matter) -> None:
        """Nothing is done before the superior has been asked (S3); who has none goes on."""
        if self.superior is None:
            self.accept(matter)
            return
        matter.is_held = True
        self.note(matter, CaseHeld, reason="waits for an instruction")
        self.ask_above(matter)

    def ask_above(self, matter: Matter) -> None:
        """What shall we do?"""
        matter.held_s = self.stage.parts.agenda.clock.t
        if self.superior is not None:
            self.stage.send(self, self.superior, matter, Report, asks=True)

    def ask_again(self, matter: Matter) -> None:
        """It is called in anew while we wait for a word: perhaps the question or the answer was lost."""
        if self.stage.parts.agenda.clock.t - matter.held_s >= self.stage.duty.again_s.value:
            self.ask_above(matter)

    def take_report(self, paper: Report, because: int) -> None:
        """A subordinate reports, or asks what to do."""
        matter = self.learn(paper, because)
        if not paper.asks and not paper.unowned:
            return
        if paper.unowned:
            self.instruct_lead(matter)
            return
        asker = self.stage.by_name.get(paper.sender)
        if asker is not None and asker not in matter.askers:
            matter.askers.append(asker)
        if self._hesitates(matter) and self.superior is not None:
            self.ask_above(matter)
        else:
            self.answer(matter)

    def _hesitates(self, matter: Matter) -> bool:
        view = replace(self.view_of(matter), reluctance=1.0)
        return self.stage.parts.responsibility.decide(view) is Verdict.WAIT

    def answer(self, matter: Matter) -> None:
        """Tell all who asked to go on."""
        askers, matter.askers = matter.askers, []
        for asker in askers:
            self.instruct(matter, asker)

    def instruct_lead(self, matter: Matter) -> None:
        """Who leads by the list shall take it, whatever he thinks."""
        row = self.row_of(matter)
        lead = self.stage.of(row.lead, matter.case.place)
        if lead is self:
            if not matter.is_owned:
                self.accept(matter)
        else:
            self.instruct(matter, lead)

    def instruct(self, matter: Matter, to: Office) -> None:
        """An order to take the case."""
        self.note(matter, InstructionGiven, to_office=to.name)
        self.stage.send(self, to, matter, Instruction)

    def take_instruction(self, paper: Instruction, because: int) -> None:
        """An order from above: it is ours now; or we hand the word down to who asked us."""
        matter = self.learn(paper, because)
        if matter.askers:
            self.answer(matter)
        elif not matter.is_owned:
            self.accept(matter)
