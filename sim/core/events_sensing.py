"""What sensors do, and what desks make of their alarms."""

from __future__ import annotations

from dataclasses import dataclass

from sim.core.event import Event

__all__ = [
    "AlarmDismissed",
    "AlarmVerified",
    "SensorFailed",
    "SensorRestored",
    "SensorTripped",
    "SensorsInstalled",
    "SensorsTampered",
    "TrustChanged",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorsInstalled(Event):
    """So many devices of a type are in service from the start."""

    sensor_kind: str
    department: str  # the owner
    devices: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorTripped(Event):
    """A sensor says that something is wrong; a true alarm stands in its incident's story, a false one in none."""

    sensor: str
    sensor_kind: str
    is_true: bool
    claims: str
    severity: str
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorFailed(Event):
    """The sensor that should see this is dead, or somebody has muted it."""

    sensor: str
    sensor_kind: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorRestored(Event):
    """It works again."""

    sensor: str
    sensor_kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorsTampered(Event):
    """Somebody has got at the sensors of a type in a circle."""

    sensor_kind: str
    mode: str  # mute, cry
    devices: int
    x: float
    y: float
    radius_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmVerified(Event):
    """A desk has looked at the place of an alarm through a camera; it took so long, s."""

    sensor: str
    sensor_kind: str
    department: str
    is_real: bool  # as it looked
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmDismissed(Event):
    """A desk does nothing, or nothing more, about an alarm."""

    sensor: str
    sensor_kind: str
    department: str
    reason: str  # put aside, seen to be false, nothing found


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustChanged(Event):
    """How far a desk still believes a type of sensor, after one more false alarm."""

    department: str
    sensor_kind: str
    trust: float
