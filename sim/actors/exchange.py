"""The public telephone network, and whoever is at the other end of a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from sim.comms.cases import Case
from sim.comms.channels import Channel
from sim.comms.messages import Call, Message, Statement
from sim.comms.switchboard import NO_MAST, Switchboard
from sim.core.events import CallLost, CallPlaced, CaseHandedOff
from sim.core.log import Log
from sim.core.vocabulary import Number

if TYPE_CHECKING:
    from sim.actors.call_centre import CallCentre


class Caller(Protocol):
    """Whoever is at the other end of the line."""

    def lose(self, call: Call, because: int) -> None:
        """The line is dead, or was never free."""

    def part(self, call: Call, because: int) -> None:
        """The call has ended in good order."""

    def say_again(self, call: Call) -> Statement | None:
        """Rung back for a better place: what the caller says now, or None when nobody picks up."""

    def stands_by(self, call: Call, picks_up: float) -> bool:
        """Rung back: whether somebody picks up (an honest caller does so with that chance) and says it again."""

    def misfit(self) -> float:
        """What an instrument on the line reads: how badly line, place and words go together, 0 to 1."""

    def hear(self, message: Message, because: int) -> None:
        """Be told something."""


class Exchange:
    """The public telephone network: it knows which centre answers which number, and how many lines that has."""

    def __init__(self, log: Log, switchboard: Switchboard, telephone: Channel, retry_s: float) -> None:
        self.log = log
        self.switchboard = switchboard
        self.telephone = telephone
        self.retry_s = retry_s  # a colleague who finds a desk engaged dials again after so long
        self.centres: dict[Number, CallCentre] = {}
        self._calls = 0

    def name_call(self) -> str:
        """A name for the next call, in the order of dialling."""
        self._calls += 1
        return f"call-{self._calls}"

    def dial(self, call: Call, caller: Caller, because: int | None) -> None:
        """It rings at the centre that answers the number (this is the first ring)."""
        self.ring_through(call, caller, because)

    def ring_through(self, call: Call, caller: Caller, because: int | None) -> None:
        """It rings, for the first time or at the next desk."""
        placed = CallPlaced(
            because=because,
            call=call.id,
            citizen=call.citizen,
            number=call.number.value,
            channel=self.telephone.name,
            attempt=call.attempt,
        )
        call.because = self.log.add(placed)
        self.connect(call, caller)

    def connect(self, call: Call, caller: Caller) -> None:
        """Through to the centre, unless its lines are busy or the network is down."""
        centre = self.centres[call.number]
        reason = self._obstacle(caller) or ("" if centre.free_lines > 0 else "all lines busy")
        if not reason:
            centre.ring(call, caller)
            return
        lost = CallLost(
            because=call.because, call=call.id, citizen=call.citizen, channel=self.telephone.name, reason=reason
        )
        caller.lose(call, self.log.add(lost))

    def _obstacle(self, caller: Caller) -> str:
        """Why the network does not put him through; empty when it does."""
        if not self.telephone.carries:
            return "telephone network down"
        return "" if self.switchboard.coverage.hears(caller) else NO_MAST

    def relay(self, call: Call, caller: Caller, case: Case, because: int) -> None:
        """A colleague of one service phones the desk of another."""
        event = CaseHandedOff(
            because=because, case=case.id, department=case.id.split("-")[0], to_department=call.number.value
        )
        self.dial(call, caller, self.log.add(event))
