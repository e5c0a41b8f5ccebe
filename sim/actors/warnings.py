"""The stage of warnings: the owner of a case drafts what to tell the public, has it signed, says it, takes it back."""

from __future__ import annotations

import math
from collections.abc import Iterable

from sim.actors.duty_desk import Chore
from sim.actors.office import Office
from sim.actors.saying import Saying, WarningParts, finding_of
from sim.actors.signing import Signing
from sim.actors.telling import Telling
from sim.comms.alerts import STATEMENT, WARNING, Murmur
from sim.comms.cases import Case
from sim.comms.messages import Finding
from sim.core.streams import Dice
from sim.core.vocabulary import Role, Severity
from sim.policies.warning import PublicWarning, Signed


class Warnings:
    """What is to be said to the public; nothing where the policy has no channel."""

    def __init__(self, parts: WarningParts) -> None:
        self.parts = parts
        self.by_case: dict[str, Saying] = {}
        self.standing: dict[str, Saying] = {}  # what has been said and not taken back, by name: every desk hears it too
        self.answers: list[Saying] = []  # to what people keep asking
        self._serial = 0
        for name, medium in parts.tables.channel.items():
            parts.switchboard.open(name, medium.rule())
        self.signing = Signing(parts, self.is_due, self.say, self.drop)
        parts.offices.on(Murmur, self.answer)
        self.adopt(parts.policy)

    def adopt(self, policy: PublicWarning) -> None:
        """From now on the public is told by this rule; where it says nothing any more, what is under way goes on."""
        self.parts = self.signing.parts = self.parts._replace(policy=policy)
        watchers = self.parts.offices.watchers
        if self.watch in watchers:
            watchers.remove(self.watch)
        if isinstance(policy, Signed):
            self.policy = policy
            self.telling = Telling(self.parts, policy)
            watchers.append(self.watch)

    def issue(self) -> None:
        """The public is told."""
        self.parts.agenda.work()

    # --- somebody wants to say something

    def watch(self, office: Office, case: Case, because: int) -> None:
        """The owner of a case has learnt something new of it."""
        hazard = self.parts.tables.hazard.get(case.kind)
        if hazard is None:
            return
        saying = self.by_case.get(case.id)
        if saying is None:
            if office.is_manned:
                return
            fresh = self._new(hazard.says, office, finding_of(case), case.dice, because, case)
            if self.is_due(fresh):
                self.by_case[case.id] = fresh
                self._begin(fresh)
            return
        saying.news_t = float(self.parts.agenda.clock.t)
        if office.is_manned or saying.is_pending:
            return
        if saying.says == WARNING and self._has_moved(saying, case) and self.is_due(saying):
            saying.because = because
            self._draft(saying)

    def ask(self, says: str, office: Office, case: Case, because: int) -> bool:
        """A person at the desk wants the public told; False where that is under way, or has been said."""
        if case.id in self.by_case:
            return False
        fresh = self._new(says, office, finding_of(case), case.dice, because, case)
        fresh.is_asked = True
        if not self.is_due(fresh):
            return False
        self.by_case[case.id] = fresh
        self._begin(fresh)
        return True

    def answer(self, office: Office, paper: Murmur, because: int) -> None:
        """People keep asking about something: the emergency office finds out what there is to it."""
        if not isinstance(self.parts.policy, Signed):
            return
        fresh = self._new(STATEMENT, office, paper.finding, paper.dice, because, None)
        if self.is_due(fresh) and not self._is_among(fresh, self.answers):
            self.answers.append(fresh)
            self._begin(fresh)

    def _new(
        self, says: str, office: Office, finding: Finding, dice: Dice, because: int, case: Case | None
    ) -> Saying:
        now = float(self.parts.agenda.clock.t)
        return Saying(f"{says}-{self._serial + 1}", says, office, case, finding, dice, because, now)

    def _begin(self, fresh: Saying) -> None:
        """It is to be said: only now its number is taken, so that what was refused leaves no trace."""
        self._serial += 1
        self._draft(fresh)

    def _has_moved(self, saying: Saying, case: Case) -> bool:
        """Whether the place that was warned is not the one that is believed now."""
        told = saying.finding.x, saying.finding.y
        return math.dist(told, case.place) > self.policy.margin_m

    def is_due(self, saying: Saying) -> bool:
        """Whether the policy wants it said, as the office believes now, and no other office has said the same."""
        wants = saying.is_asked or (self.policy.speaks(saying.look()) and self._may_warn(saying))
        return wants and saying.is_open and not self._is_among(saying, self.standing.values())

    def _may_warn(self, saying: Saying) -> bool:
        """Where a list names a lead, he alone warns; and nobody of what has come already, as far as he believes."""
        if saying.says != WARNING:
            return True
        found, desks = saying.finding, self.parts.offices.parts
        over, grades = self.parts.tables.hazard[found.kind].over_from, list(Severity)
        if over is not None and grades.index(found.severity) >= grades.index(over):
            return False
        role = desks.duties.row(found.kind, found.severity).role(saying.office.department)
        return role is Role.LEAD or not desks.responsibility.is_listed

    def _is_among(self, saying: Saying, others: Iterable[Saying]) -> bool:
        near_m = self.policy.margin_m if saying.says == WARNING else self.parts.tables.word.statement_m.value
        found = saying.finding
        return any(
            other is not saying
            and (other.says, other.finding.kind) == (saying.says, found.kind)
            and math.dist((other.finding.x, other.finding.y), (found.x, found.y)) <= near_m
            for other in others
        )

    def _draft(self, saying: Saying) -> None:
        """An officer writes it down, or asks those who measure before he denies anything."""
        word = self.parts.tables.word
        saying.is_pending, saying.attempt = True, 0
        if saying.says == WARNING:
            saying.office.occupy(Chore(word.draft_s.value, self.drafted, (saying,)), is_urgent=True)
        else:  # who measures is waited for, and not at the desk
            self.parts.agenda.after(word.facts_s.value, self.signing.propose, saying)

    def drafted(self, saying: Saying) -> int:
        """It has been written."""
        self.signing.propose(saying)
        return saying.because

    # --- it has been signed, or it has come to nothing

    def say(self, saying: Saying) -> None:
        """It goes out, unless another office was sooner; a better alert takes the place of an older one."""
        saying.is_pending = False
        if not self.is_due(saying):  # somebody was sooner by a second
            self.drop(saying)
            return
        self.standing[saying.name] = saying
        if saying.says != WARNING:
            self.telling.state(saying)
            return
        if saying.spoken:
            self.telling.lift(saying, "a better alert goes out", is_replaced=True)
        self.telling.warn(saying)
        self.parts.agenda.after(self.parts.tables.word.review_s.value, self.review, saying, saying.alert)

    def drop(self, saying: Saying) -> None:
        """Nothing is to be said for now; news may change that."""
        saying.is_pending = False
        if not saying.spoken:
            self.by_case.pop(saying.case_id or "", None)

    # --- the all-clear

    def review(self, saying: Saying, alert: str) -> None:
        """Does it still hold? A closed case, or no news for long, ends it; no signature is needed for that."""
        if alert != saying.alert:
            return
        is_stale = self.parts.agenda.clock.t - saying.news_t >= self.policy.lasts_s
        if saying.is_open and not is_stale:
            self.parts.agenda.after(self.parts.tables.word.review_s.value, self.review, saying, alert)
            return
        self.telling.lift(saying, "no news" if saying.is_open else "the case is closed")
        del self.standing[saying.name]
        self.by_case.pop(saying.case_id or "", None)
