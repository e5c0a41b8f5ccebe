"""How a KPI is said in a sentence: its title, its amounts with their unit, and which way it went."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sim.core.errors import InputError, unknown
from sim.results.definitions import KPIS, text_of

_BESIDE = ("_n", "_unserved", "_censored")
_ENDINGS = {"s": " s", "min": " min", "h": " h", "share": " percentage points"}
_COMPARATIVES = {"s": ("shorter", "longer"), "min": ("shorter", "longer"), "share": ("lower", "higher")}


@dataclass(frozen=True, slots=True)
class Measure:
    """A KPI in words."""

    title: str
    unit: str

    def number(self, value: float) -> str:
        """The bare number; a share in per cent."""
        return readable(100 * value if self.unit == "share" else value)

    def level(self, value: float) -> str:
        """A value of the KPI with its unit."""
        return self.number(value) + {"s": " s", "min": " min", "h": " h", "share": " %"}.get(self.unit, "")

    def change(self, value: float) -> str:
        """A difference with its unit, for a table; pp are percentage points."""
        return self.number(value) + {"s": " s", "min": " min", "h": " h", "share": " pp"}.get(self.unit, "")

    def amount(self, value: float) -> str:
        """A difference of the KPI with its unit; shares differ by percentage points."""
        return self.number(value) + _ENDINGS.get(self.unit, "")

    def direction(self, change: float) -> str:
        """The comparative that goes with a change."""
        less, more = _COMPARATIVES.get(self.unit, ("fewer", "more"))
        return less if change < 0 else more


def measure(kpi: str) -> Measure:
    """The words for a KPI; one that the registry does not know is called by its key."""
    text = text_of(kpi)
    if text is None:
        return Measure(kpi, "s" if kpi.endswith("_s") else "share" if kpi.endswith("_share") else "")
    return Measure(text.name, text.unit)


def marked(kpi: str) -> str:
    """The title of a KPI, with a mark if it is only over what it happened to."""
    text = text_of(kpi)
    return measure(kpi).title if text is None else text.title


def is_where_it_happened(kpi: str) -> bool:
    """Whether it is over those incidents only for which it came to it at all."""
    text = text_of(kpi)
    return text is not None and text.where_it_happened


def check_measures(where: str, kpis: Iterable[str]) -> None:
    """Refuse a KPI that no run has, and one whose incidents the policy chooses."""
    for kpi in kpis:
        if kpi not in KPIS:
            raise unknown(f"{where}: primary or secondary KPI", kpi, KPIS)
        if is_where_it_happened(kpi):
            raise InputError(
                f"{where}: {kpi} cannot be primary or secondary: it is only over what it happened to, and that the"
                " policy decides"
            )


def is_percentile(kpi: str) -> bool:
    """Whether a run's KPI is a percentile over its incidents."""
    return re.search(r"_p\d\d$", kpi) is not None


def is_beside(kpi: str) -> bool:
    """Whether it is one of the counts that stand beside an interval: served, never served, still open."""
    return kpi.endswith(_BESIDE)


def readable(value: float) -> str:
    """Three significant digits or so, no exponent: 1,234, 38.2, 4.17, 0.042; a whole number without a point."""
    size = abs(value)
    if size >= 100 or float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:.{1 if size >= 10 else 2 if size >= 1 else 3}f}"
