"""Free words between people: no desk of the model can make anything of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sim.comms.messages import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Message):
    """A few lines for whoever sits at the other desk."""

    word: ClassVar[str] = "note"

    words: str

    @property
    def text(self) -> str:
        return self.words


class Pigeonhole:
    """Where notes for a desk lie until somebody reads them; what is in it is in the log."""

    def hear(self, message: Message, because: int) -> None:
        """It is there."""
