"""A case: what one organisation believes about one incident, on whose word, and since when."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sim.core.streams import Dice
from sim.core.vocabulary import Capability

SEEN = ("place", "severity", "people")
"""Beliefs that somebody must have seen; what is needed follows from plans and from who is done."""

_CAPABILITIES = {one.value: one for one in Capability}  # a look-up takes a tenth of what Capability(…) takes


class Belief(NamedTuple):
    """A value that is held to be true, and why."""

    value: Any
    confidence: float
    source: str
    as_of_s: float
    event: int


@dataclass(slots=True, eq=False)
class Case:
    """What one organisation believes about one incident; many calls may join it."""

    id: str
    opened_s: int
    opened: int  # event
    dice: Dice  # of its first call
    callers: list[Any]  # who can be rung back
    last_call_s: int = 0  # when it was last called, written or reported about
    beliefs: dict[str, Belief] = field(default_factory=dict)
    assigned: dict[str, frozenset[Capability]] = field(default_factory=dict)  # unit → what it can do
    ordered: dict[Capability, int] = field(default_factory=dict)  # how many were ever sent for it
    on_scene: set[str] = field(default_factory=set)
    accepted: set[str] = field(default_factory=set)  # services that took it
    is_open: bool = True
    asked: set[Capability] = field(default_factory=set)  # what offices were asked for
    roots: set[str] = field(default_factory=set)  # callers, crews, devices that what is believed rests on
    numbers: dict[str, str] = field(default_factory=dict)  # by desk: the case of its own that it has written about
    referred_s: float | None = None  # when an office was last told that it must see to this
    is_doubted: bool = False  # nobody is sent until it is confirmed

    @property
    def kind(self) -> str:
        return str(self.beliefs["kind"].value)

    @property
    def place(self) -> tuple[float, float]:
        x, y = self.beliefs["place"].value
        return float(x), float(y)

    @property
    def severity(self) -> str:
        return str(self.beliefs["severity"].value)

    @property
    def as_of_s(self) -> float:
        """When the newest of what is believed about the place and how bad it is was seen, s."""
        return max(self.beliefs[name].as_of_s for name in SEEN if name in self.beliefs)

    @property
    def needs(self) -> dict[str, int]:
        """Crews believed to be needed in all, by capability."""
        return dict(self.beliefs["needs"].value) if "needs" in self.beliefs else {}

    def missing(self, capabilities: frozenset[Capability]) -> dict[Capability, int]:
        """Crews still to be sent, of those capabilities."""
        short: dict[Capability, int] = {}
        known = self.beliefs.get("needs")
        for name, count in known.value.items() if known is not None else ():
            if name in capabilities:
                sent = sum(name in able for able in self.assigned.values()) if self.assigned else 0
                if count > sent:
                    short[_CAPABILITIES[name]] = count - sent
        return short
