"""Signatures: a proposal goes up desk by desk, and comes back to its owner when all have signed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sim.actors.office import Office
from sim.actors.saying import Saying, WarningParts, signatory, tiers_above, view_of
from sim.comms.alerts import Approval, Proposal
from sim.core.events import WarningApproved, WarningProposed, WarningSigned


class Signing:
    """What is on its way to be signed; `said` and `dropped` are told how it ended, `is_due` says whether it matters."""

    def __init__(
        self,
        parts: WarningParts,
        is_due: Callable[[Saying], bool],
        said: Callable[[Saying], None],
        dropped: Callable[[Saying], None],
    ) -> None:
        self.parts = parts
        self.pending: dict[str, Saying] = {}
        self._is_due, self._said, self._dropped = is_due, said, dropped
        parts.offices.on(Proposal, self.sign)
        parts.offices.on(Approval, self.approve)

    def propose(self, saying: Saying) -> None:
        """It is laid before the superior, if he must sign; else it is said."""
        if not self._is_due(saying):
            self._end(saying, self._dropped)
            return
        above = signatory(saying.office) if self.parts.policy.signs(saying.look()) else None
        saying.because = self.parts.log.add(
            WarningProposed(
                because=saying.because,
                case=saying.case_id,
                department=saying.office.department,
                office=saying.office.name,
                says=saying.says,
                to_office=above.name if above is not None else "",
                attempt=saying.attempt,
            )
        )
        if above is None:
            self._end(saying, self._said)
        else:
            self.pending[saying.name] = saying
            self._lay_before(saying, above)

    def _lay_before(self, saying: Saying, above: Office) -> None:
        paper = Proposal(
            sender=saying.office.name,
            receiver=above.name,
            case=saying.case_id,
            finding=saying.finding,
            dice=saying.dice,
            hands=saying.attempt,
            name=saying.name,
            says=saying.says,
            owner=saying.office.name,
        )
        saying.office.post.send(paper, above, saying.because)
        waits_s = self.parts.tables.word.remind_s.value * tiers_above(saying.office)
        self.parts.agenda.after(waits_s, self.remind, saying, saying.attempt)

    def remind(self, saying: Saying, attempt: int) -> None:
        """Nobody has answered: once more."""
        if self.pending.get(saying.name) is saying and saying.attempt == attempt:
            saying.attempt += 1
            self.propose(saying)

    def sign(self, office: Office, paper: Proposal, because: int) -> None:
        """An office above has read it and signs; then the next higher one, or back to the owner."""
        signed = WarningSigned(
            because=because,
            case=paper.case,
            department=office.department,
            office=office.name,
            says=paper.says,
            signatures=paper.signatures + 1,
        )
        event = self.parts.log.add(signed)
        above = signatory(office)
        if above is not None and self.parts.policy.signs(view_of(paper.says, paper.finding, office)):
            onward = replace(paper, sender=office.name, receiver=above.name, signatures=signed.signatures)
            office.post.send(onward, above, event)
        else:
            self._send_back(office, paper, signed.signatures, event)

    def _send_back(self, office: Office, paper: Proposal, signatures: int, because: int) -> None:
        owner = self.parts.offices.by_name[paper.owner]
        word = Approval(
            sender=office.name,
            receiver=owner.name,
            case=paper.case,
            about=paper.case,
            finding=paper.finding,
            dice=paper.dice,
            hands=paper.hands,
            name=paper.name,
            says=paper.says,
            signatures=signatures,
        )
        office.post.send(word, owner, because)

    def approve(self, office: Office, paper: Approval, because: int) -> None:
        """The owner reads that all have signed; if he still believes it, it is said."""
        saying = self.pending.get(paper.name)
        if saying is None:
            return
        saying.signatures = paper.signatures
        saying.because = self.parts.log.add(
            WarningApproved(
                because=because,
                case=paper.case,
                department=office.department,
                office=office.name,
                says=paper.says,
                signatures=paper.signatures,
            )
        )
        self._end(saying, self._said if self._is_due(saying) else self._dropped)

    def _end(self, saying: Saying, how: Callable[[Saying], None]) -> None:
        self.pending.pop(saying.name, None)
        self.parts.agenda.soon(how, saying)
