"""What organisations believed of one incident at given times, beside what was true then."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sim.core.events import CaseId
from sim.core.log import Entry
from sim.results.pictures import BelievedCase, TrueIncident, picture_at, truth_at
from sim.results.records import IncidentRecord
from sim.results.wanted import crews
from sim.results.words import said


@dataclass(frozen=True, slots=True)
class Held:
    """One organisation's case as it believes it, and the truth beside it; compared without the truth."""

    department: str
    case: CaseId
    kind: str
    error_m: float
    needs: tuple[tuple[str, int], ...]
    true_kind: str = field(compare=False)
    true_needs: tuple[tuple[str, int], ...] = field(compare=False)
    is_about_it: bool = field(compare=False)  # its first call was about this incident

    @property
    def text(self) -> str:
        """The belief in words, with its errors."""
        needs = crews(dict(self.needs)) if self.needs else "nobody knows what"
        doubt = "" if self.kind == self.true_kind else f" (in truth {said(self.true_kind)})"
        other = "" if self.is_about_it else " — a case of something else"
        return f"{said(self.kind)}{doubt}, {self.error_m:,.0f} m from the true place, needs {needs}{other}"

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        return {
            "department": self.department,
            "case": self.case,
            "kind": self.kind,
            "true_kind": self.true_kind,
            "place_error_m": round(self.error_m, 1),
            "needs": dict(self.needs),
            "true_needs": dict(self.true_needs),
            "is_about_it": self.is_about_it,
        }


def held(cases: Sequence[Entry], record: IncidentRecord, times_ms: Sequence[int]) -> list[list[Held]]:
    """At each time, what every organisation with a case of the incident believed; `cases` is the log of these."""
    departments = sorted({e.event.department for e in cases if hasattr(e.event, "department")})
    found = []
    for t_ms in times_ms:
        t = t_ms / 1000
        truth = truth_at(cases, t).get(record.id)
        pictures = [picture_at(cases, department, t) for department in departments]
        found.append([_held(case, record, truth) for picture in pictures for case in picture.values()])
    return found


def _held(case: BelievedCase, record: IncidentRecord, truth: TrueIncident | None) -> Held:
    values = {name: belief.value for name, belief in case.beliefs.items()}
    x, y = _pair(values["place"])
    needs = values.get("needs")
    return Held(
        department=case.department,
        case=case.case,
        kind=str(values.get("kind", "?")),
        error_m=math.hypot(x - record.x, y - record.y),
        needs=_counts(needs) if isinstance(needs, Mapping) else (),
        true_kind=record.kind,
        true_needs=_counts(truth.needs) if truth is not None else (),
        is_about_it=case.incident == record.id,
    )


def _counts(needs: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((str(name), int(count)) for name, count in needs.items()))


def _pair(place: object) -> tuple[float, float]:
    assert isinstance(place, tuple | list), "a place is two numbers"
    return float(place[0]), float(place[1])
