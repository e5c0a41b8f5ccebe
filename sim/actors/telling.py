"""The words that go out to the public: alerts, all-clears, statements."""

from __future__ import annotations

from sim.actors.saying import Saying, WarningParts
from sim.comms.alerts import Alert, AllClear, OfficialWord, PublicWord
from sim.core.events import AlertIssued, AlertLifted, StatementIssued
from sim.policies.warning import Signed


class Telling:
    """The mouth of every office, by the channel of the policy."""

    def __init__(self, parts: WarningParts, policy: Signed) -> None:
        self.parts = parts
        self.policy = policy

    def warn(self, saying: Saying) -> None:
        """Leave the zone around the believed place."""
        found, policy = saying.finding, self.policy
        radius_m = self.parts.tables.hazard[found.kind].reach_m.value + policy.margin_m
        heard_m = max(radius_m, policy.heard_m)
        saying.spoken += 1
        saying.because = self.parts.log.add(
            AlertIssued(
                because=saying.because,
                alert=saying.alert,
                case=saying.case_id,
                department=saying.office.department,
                office=saying.office.name,
                alert_kind=found.kind,
                x=found.x,
                y=found.y,
                radius_m=radius_m,
                heard_m=heard_m,
                signatures=saying.signatures,
            )
        )
        self._tell(saying, Alert, heard_m=heard_m, radius_m=radius_m)

    def lift(self, saying: Saying, reason: str, *, is_replaced: bool = False) -> None:
        """The zone may be entered again; or it is another one."""
        event = self.parts.log.add(
            AlertLifted(
                because=saying.because,
                alert=saying.alert,
                case=saying.case_id,
                department=saying.office.department,
                office=saying.office.name,
                reason=reason,
            )
        )
        word = AllClear(
            sender=saying.office.name,
            receiver="public",
            case=saying.case_id,
            name=saying.alert,
            is_replaced=is_replaced,
        )
        self._send(word, event)

    def state(self, saying: Saying) -> None:
        """This is what it is; stay calm."""
        found, heard_m = saying.finding, self.parts.tables.word.statement_m.value
        saying.spoken += 1
        saying.because = self.parts.log.add(
            StatementIssued(
                because=saying.because,
                statement=saying.alert,
                case=saying.case_id,
                department=saying.office.department,
                office=saying.office.name,
                about=found.kind,
                x=found.x,
                y=found.y,
                heard_m=heard_m,
                signatures=saying.signatures,
            )
        )
        self._tell(saying, OfficialWord, heard_m=heard_m)

    def _tell(self, saying: Saying, kind: type[PublicWord], **more: float) -> None:
        """What is said of a place, to all who can hear it."""
        found = saying.finding
        word = kind(
            sender=saying.office.name,
            receiver="public",
            case=saying.case_id,
            name=saying.alert,
            kind=found.kind,
            x=found.x,
            y=found.y,
            told_per_min=self.policy.broadcast_per_min,
            needs_masts=self.parts.tables.channel[self.policy.channel].needs_masts,
            **more,
        )
        self._send(word, saying.because)

    def _send(self, word: PublicWord | AllClear, because: int) -> None:
        switchboard = self.parts.switchboard
        switchboard.send(word, self.parts.public, switchboard.channels[self.policy.channel], because)
