"""Channels: so many messages at a time, each with its airtime, delay and loss; and they can fail."""

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
