"""What is said about telling the public, and what the public is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sim.comms.messages import Message, Paper

WARNING, STATEMENT = "warning", "statement"
"""Leave; or: this is what it is, stay calm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal(Paper):
    """To a superior: sign this, so that the public can be told."""

    word: ClassVar[str] = "proposal"

    name: str  # of what is to be said
    says: str  # a warning, or a statement
    owner: str  # the office that wants to say it; the case of the paper is its own
    signatures: int = 0  # so far

    @property
    def text(self) -> str:
        return f"{self.word} of a {self.says}: {self.finding.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval(Paper):
    """Signed by all: it may be said."""

    word: ClassVar[str] = "approval"

    name: str
    says: str
    signatures: int

    @property
    def text(self) -> str:
        return f"{self.word} of a {self.says}: {self.finding.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Murmur(Paper):
    """A telephone desk tells the emergency office what people keep asking about."""

    word: ClassVar[str] = "murmur"

    @property
    def text(self) -> str:
        return f"many ask about {self.finding.kind} near {self.finding.x:.0f} {self.finding.y:.0f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicWord(Message):
    """Something that an office tells everybody who is within reach of its channel."""

    name: str
    kind: str
    x: float
    y: float
    heard_m: float  # radius in which people can hear it
    told_per_min: float  # chance a minute to hear it from the channel
    needs_masts: bool  # where a mast has no power nobody hears it


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert(PublicWord):
    """Leave the zone."""

    word: ClassVar[str] = "alert"

    radius_m: float  # who is told to leave

    @property
    def text(self) -> str:
        return f"{self.kind}: leave the zone within {self.radius_m:.0f} m of {self.x:.0f} {self.y:.0f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialWord(PublicWord):
    """This is what it is; stay calm."""

    word: ClassVar[str] = "official word"

    @property
    def text(self) -> str:
        return f"{self.kind} near {self.x:.0f} {self.y:.0f}: what is known, and that there is no more to it"


@dataclass(frozen=True, slots=True, kw_only=True)
class AllClear(Message):
    """The zone may be entered again."""

    word: ClassVar[str] = "all-clear"

    name: str  # of the alert
    is_replaced: bool = False  # by a better alert: who has heard the old one goes all the same

    @property
    def text(self) -> str:
        return "another zone" if self.is_replaced else "all clear"
