"""Channels: so many messages at a time, each with its airtime, delay and loss; they can fail, and may have a spare."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """How a kind of channel behaves: slots, airtime and delay (s), share of messages lost."""

    slots: int
    airtime_s: float
    delay_s: float
    loss: float


@dataclass(slots=True)
class Channel:
    """A radio net or a data link; messages that find no free slot wait, first come, first sent."""

    name: str
    rule: ChannelRule
    is_up: bool = True
    busy: int = 0
    waiting: deque[Any] = field(default_factory=deque)
    spare: Channel | None = None
    switch_over_s: float = 0.0  # from its failure until the spare stands in
    failures: int = 0
    is_switched: bool = False  # what is said goes by the spare

    @property
    def in_use(self) -> Channel:
        """What carries what is said now: the channel itself, or its spare once that stands in."""
        return self.spare if self.spare is not None and self.is_switched else self

    @property
    def carries(self) -> bool:
        """Whether anything that is said now can get through."""
        return self.in_use.is_up
