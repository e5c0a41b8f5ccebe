"""Which incidents of a run to look at: those that the scenario names, and the slowest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.results.records import IncidentRecord
from sim.results.waterfall import Part, Waterfall, effect_of, waterfall, ways

if TYPE_CHECKING:
    from sim.results.explain import Explainer


@dataclass(frozen=True, slots=True)
class Row:
    """An incident with the needed service whose first crew came last, and the longest part of its way."""

    record: IncidentRecord
    service: str  # or the deed that came last, where no service was needed
    seconds: float | None  # from T0 to the service's first crew, or the deed; none when it never came
    longest: Part

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        return {
            "incident": self.record.id,
            "kind": self.record.kind,
            "listed": self.record.listed,
            "district": self.record.district,
            "started_s": self.record.started,
            "slowest_service": self.service,
            "total_response_s": self.seconds,
            "longest_part": self.longest.label,
            "longest_part_s": self.longest.ms / 1000,
        }


def overview(explainer: Explainer, slowest: int) -> list[Row]:
    """The listed incidents in the order of their start, then the slowest others of the cohort, never served first."""
    line = explainer.line
    listed = [record for record in line.incidents.values() if record.listed and ways(record)]
    others = [record for record in line.cohort("background") if record.needed_services]
    others.sort(key=lambda one: (-_slowness(one), one.started))
    return [_row(explainer, record) for record in (*listed, *others[:slowest])]


def _slowness(record: IncidentRecord) -> float:
    return max(_response(record, service) for service in record.needed_services)


def _response(record: IncidentRecord, service: str) -> float:
    """From T0 of the service to its first crew, s; infinite when it never came."""
    came = record.times(service).on_scene
    return float("inf") if came is None else float(max(0, came - record.t0_of(service)))


def _row(explainer: Explainer, record: IncidentRecord) -> Row:
    if not record.needed_services:
        return _deed_row(explainer, record)
    service = max(record.needed_services, key=lambda one: _response(record, one))
    seconds = _response(record, service)
    fall = waterfall(explainer.known, explainer.line, record, service)
    return Row(record, service, None if seconds == float("inf") else seconds, _longest(fall, record))


def _deed_row(explainer: Explainer, record: IncidentRecord) -> Row:
    """An incident that needs no emergency service: the deed that came last."""
    falls = [waterfall(explainer.known, explainer.line, record, way, effect_of(record, way)) for way in ways(record)]
    fall = max(falls, key=lambda one: (not one.finished, one.ms))
    seconds = record.started + fall.ms / 1000 - record.t0 if fall.finished else None
    return Row(record, fall.service, seconds, _longest(fall, record))


def _longest(fall: Waterfall, record: IncidentRecord) -> Part:
    return max(fall.parts, key=lambda part: part.ms, default=Part("other", 0, record.started * 1000))
