"""How a KPI is called, in what it is counted, and which way it goes, read off its name."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAME = re.compile(r"(?P<service>fire|ems|police|traffic)?_?(?P<body>.+?)(?P<end>_p\d\d|_n|_unserved|_censored)?")
_SERVICES = {"fire": "fire", "ems": "ambulance", "police": "police", "traffic": "traffic police"}
_ENDS = {"_n": "served", "_unserved": "never served", "_censored": "still open"}


@dataclass(frozen=True, slots=True)
class Measure:
    """A KPI in words."""

    title: str
    unit: str  # s, share, or nothing for a count

    def number(self, value: float) -> str:
        """The bare number; a share as a percentage."""
        return readable(100 * value if self.unit == "share" else value)

    def amount(self, value: float) -> str:
        """The number with its unit; differences of shares are percentage points."""
        ending = {"s": " s", "share": " percentage points"}.get(self.unit, "")
        return self.number(value) + ending

    def direction(self, change: float) -> str:
        """The comparative that goes with a change."""
        less, more = {"s": ("shorter", "longer"), "share": ("lower", "higher")}.get(self.unit, ("fewer", "more"))
        return less if change < 0 else more


def measure(kpi: str) -> Measure:
    """The words of a KPI, such as 'ambulance total response, 90th percentile' of ems_total_response_s_p90."""
    parts = _NAME.fullmatch(kpi)
    if parts is None:
        return Measure(kpi, "")
    body, end = parts["body"], parts["end"] or ""
    is_time = body.endswith("_s")
    title = " ".join(part for part in (_SERVICES.get(parts["service"] or ""), body.removesuffix("_s")) if part)
    title = title.replace("_", " ")
    if end in _ENDS:
        return Measure(f"{title}, {_ENDS[end]}", "")
    if end:
        title += ", median" if end == "_p50" else f", {end[2:]}th percentile"
    is_share = body.endswith("_share") or body.startswith("utilisation")
    return Measure(title, "s" if is_time else "share" if is_share else "")


def is_percentile(kpi: str) -> bool:
    """Whether a run's KPI is a percentile over its incidents."""
    return re.search(r"_p\d\d$", kpi) is not None


def is_beside(kpi: str) -> bool:
    """Whether it is one of the counts that stand beside an interval: served, never served, still open."""
    return kpi.endswith(tuple(_ENDS))


def readable(value: float) -> str:
    """Three significant digits, no exponent: 1,234, 38.2, 0.0417."""
    size = abs(value)
    if size >= 100 or value == 0:
        return f"{value:,.0f}"
    digits = 1 if size >= 10 else 2 if size >= 1 else 3
    return f"{value:.{digits}f}"
