"""Lines of the exogenous script: what will happen and who will call, whatever policies do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sim.city.roads import Spot

Key = tuple[int, ...]


class Planned(NamedTuple):
    """An incident to come; `key` names its draws and stays the same when others are added."""

    t: float  # s since the start of the run
    id: str
    key: Key
    kind: str
    spot: Spot
    node: int
    listed: bool = False
    floor: int | None = None  # drawn when not given
    access_s: float | None = None  # drawn when not given
    details: Any = None  # of its physics, when the scenario gives them


class PlannedCall(NamedTuple):
    """A call with no incident behind it: an enquiry or a hoax."""

    t: float
    key: Key
    kind: str  # enquiry, hoax
    number: str  # the number dialled
    claimed_kind: str  # what a hoax claims; "" for an enquiry
    node: int  # where the caller is, and what a hoax claims as the place
    x: float
    y: float
    caller_u: float  # for population.pick


@dataclass
class Script:
    """All that is scripted before the run, in order of time."""

    incidents: list[Planned] = field(default_factory=list)
    calls: list[PlannedCall] = field(default_factory=list)
