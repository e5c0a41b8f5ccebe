"""What is done to information on purpose, and what goes out of order with it."""

from __future__ import annotations

from dataclasses import dataclass

from sim.core.event import CaseId, Event

__all__ = [
    "AttackEnded",
    "AttackStarted",
    "ChannelSwitched",
    "DoubtEnded",
    "IntelligenceLeaked",
    "MastFailed",
    "MastRestored",
    "PaperForged",
    "PaperRejected",
]


# --- the attack itself (truth)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttackStarted(Event):
    """Somebody, or a failure, begins to act on information; without a place where it has none."""

    attack: str
    attack_kind: str
    x: float | None = None
    y: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttackEnded(Event):
    """It is over; what was said by then stays said."""

    attack: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperForged(Event):
    """A paper is sent in the name of somebody who knows nothing of it."""

    attack: str
    message_kind: str
    claimed_sender: str
    receiver: str
    claimed_kind: str
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class IntelligenceLeaked(Event):
    """What an office knows gets out; `holder` is the desk that it came from, if it came from one."""

    attack: str
    holder: str
    claimed_kind: str
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MastFailed(Event):
    """A mast's battery is empty: within its radius no telephone and no radio works."""

    x: float
    y: float
    radius_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MastRestored(Event):
    """The mast has power again."""

    x: float
    y: float


# --- what is done about it


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSwitched(Event):
    """What is said goes by the spare of a channel from now on, or by the channel itself again."""

    channel: str
    spare: str
    is_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtEnded(Event):
    """A case of a lone report is acted on: somebody else has spoken, or one crew is to look."""

    case: CaseId
    department: str
    is_corroborated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRejected(Event):
    """A desk does not believe a paper, and does nothing about it."""

    office: str
    department: str
    message_kind: str
