"""What a person who sits at a department's desks may have them do."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from sim import live
from sim.actors import seat_orders
from sim.actors.seat import Seat
from sim.model import City
from sim.viewer.exercise.commands import STRICT, Name, SeatOrder, Word, Words


@dataclass(frozen=True, config=STRICT)
class Order(SeatOrder):
    """An order of a seat that is taken."""

    def apply(self, city: City, seat: str) -> None:
        own = live.seat_of(city, seat)
        own.check_taken()
        self.give(own)

    def give(self, seat: Seat) -> None:
        """Have the desks do it."""
        raise NotImplementedError


@dataclass(frozen=True, config=STRICT)
class OrderUnit(Order):
    """Send one of our units to one of our cases."""

    do: ClassVar[str] = "order_unit"

    unit: Name
    case: Name
    capability: Word = ""

    def give(self, seat: Seat) -> None:
        seat_orders.order_unit(seat, self.unit, self.case, self.capability)


@dataclass(frozen=True, config=STRICT)
class RecallUnit(Order):
    """Call one of our units back."""

    do: ClassVar[str] = "recall_unit"

    unit: Name

    def give(self, seat: Seat) -> None:
        seat_orders.recall_unit(seat, self.unit)


@dataclass(frozen=True, config=STRICT)
class RequestCrews(Order):
    """Ask others for crews that we do not have."""

    do: ClassVar[str] = "request_crews"

    case: Name
    capability: Name
    count: Annotated[int, Field(ge=1, le=50)] = 1

    def give(self, seat: Seat) -> None:
        seat_orders.request_crews(seat, self.case, self.capability, self.count)


@dataclass(frozen=True, config=STRICT)
class AskAid(Order):
    """Ask that our crews of other districts may come."""

    do: ClassVar[str] = "ask_aid"

    case: Name

    def give(self, seat: Seat) -> None:
        seat_orders.ask_aid(seat, self.case)


@dataclass(frozen=True, config=STRICT)
class AcceptCase(Order):
    """It is ours."""

    do: ClassVar[str] = "accept_case"

    case: Name

    def give(self, seat: Seat) -> None:
        seat_orders.accept_case(seat, self.case)


@dataclass(frozen=True, config=STRICT)
class HandOff(Order):
    """It is theirs."""

    do: ClassVar[str] = "hand_off"

    case: Name
    to: Name

    def give(self, seat: Seat) -> None:
        seat_orders.hand_off(seat, self.case, self.to)


@dataclass(frozen=True, config=STRICT)
class Escalate(Order):
    """Somebody above shall say whose it is."""

    do: ClassVar[str] = "escalate"

    case: Name

    def give(self, seat: Seat) -> None:
        seat_orders.escalate(seat, self.case)


@dataclass(frozen=True, config=STRICT)
class CloseCase(Order):
    """Nothing is left to do."""

    do: ClassVar[str] = "close_case"

    case: Name
    outcome: Word = ""

    def give(self, seat: Seat) -> None:
        seat_orders.close_case(seat, self.case, self.outcome)


@dataclass(frozen=True, config=STRICT)
class Warn(Order):
    """Tell the public."""

    do: ClassVar[str] = "warn"

    case: Name
    says: Literal["", "warning", "statement"] = ""

    def give(self, seat: Seat) -> None:
        seat_orders.warn(seat, self.case, self.says)


@dataclass(frozen=True, config=STRICT)
class SendNote(Order):
    """Free words to another department, or to who leads the exercise."""

    do: ClassVar[str] = "send_note"

    to: Name
    words: Words
    case: Word = ""

    def give(self, seat: Seat) -> None:
        seat_orders.send_note(seat, self.to, self.words, self.case)
