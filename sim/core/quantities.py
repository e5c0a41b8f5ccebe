"""Numbers with a unit and an evidence grade, and times as people write them."""

from __future__ import annotations

import re
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, model_validator

from sim.core.errors import InputError

DAY_S = 86_400
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
_PARTS = re.compile(r"(\d+(?:\.\d+)?)\s*(d|h|min|m|s)")
_SECONDS = {"d": DAY_S, "h": 3600, "min": 60, "m": 60, "s": 1}


class Grade(StrEnum):
    """How well a number is known."""

    MEASURED = "measured"
    STANDARD = "standard"
    EXPERT = "expert"
    ASSUMED = "assumed"


class Quantity(BaseModel):
    """A parameter: its value, unit, grade, source, and the range for sensitivity runs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: float
    unit: str
    grade: Grade
    source: str
    low: float | None = None
    high: float | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Quantity:
        if self.low is not None and self.high is not None and not self.low <= self.value <= self.high:
            raise ValueError(f"value {self.value:g} is outside its own range {self.low:g} to {self.high:g}")
        return self


def duration_s(text: str | float, where: str = "duration") -> float:
    """Seconds of a duration: a number of seconds, or such as '1h 30min', '90s', '2d'."""
    if isinstance(text, int | float):
        seconds = float(text)
    else:
        stripped = text.strip()
        if stripped.startswith("-"):
            raise InputError(f"{where} is {text!r}; a duration cannot be negative")
        parts = _PARTS.findall(stripped)
        if not parts or _PARTS.sub("", stripped).strip():
            raise InputError(f"{where} is {text!r}; write it like '90s', '15min', '1h 30min', '2d'")
        seconds = sum(float(number) * _SECONDS[unit] for number, unit in parts)
    if not 0 <= seconds < float("inf"):
        raise InputError(f"{where} is {text!r}; a duration cannot be negative or endless")
    return seconds


def time_of_day_s(text: str, where: str = "time") -> int:
    """Seconds since midnight of '07:30' or '07:30:15'."""
    match = _CLOCK.fullmatch(text.strip())
    if not match:
        raise InputError(f"{where} is {text!r}; write a time of day like '07:30'")
    hours, minutes, seconds = int(match[1]), int(match[2]), int(match[3] or 0)
    if hours > 24 or minutes > 59 or seconds > 59 or hours * 3600 + minutes * 60 + seconds > DAY_S:
        raise InputError(f"{where} is {text!r}; a day runs from 00:00 to 24:00")
    return hours * 3600 + minutes * 60 + seconds


def offset_s(text: str | float, start_s: int, where: str = "at") -> float:
    """Seconds after the start, of '+20min', a number of seconds, or a time of day at or after the start."""
    if isinstance(text, int | float) or not _CLOCK.fullmatch(text.strip()):
        return duration_s(text.strip().removeprefix("+") if isinstance(text, str) else text, where)
    after = time_of_day_s(text, where) - start_s
    return after if after >= 0 else after + DAY_S


def clock_text(seconds_of_day: float) -> str:
    """'07:30:15' of seconds since midnight (days wrap)."""
    whole = int(seconds_of_day) % DAY_S
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"
