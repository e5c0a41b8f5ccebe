"""What an incident covers on the ground, as a circle, and how far it has come."""

from __future__ import annotations

import math
from typing import NamedTuple

from sim.hazards.crowded import Crowded
from sim.hazards.fire import FirePhysics
from sim.hazards.flood import FloodPhysics
from sim.hazards.incident import Incident
from sim.hazards.shaking import ShakingPhysics
from sim.hazards.slide import SlidePhysics
from sim.hazards.tables import hazard_tables

LEAST_M = 60.0
"""A fire or a flood is drawn no smaller: at the scale of a city it would not be seen."""

FULL_KW = 3000.0
"""Heat release at which a fire is drawn as big as they are drawn: a room that burns all over."""


class Extent(NamedTuple):
    """A circle around the incident's place, m, and a share from 0 to 1."""

    radius_m: float
    level: float


def extent_now(incident: Incident) -> Extent | None:
    """Of a living incident; None of a kind that covers nothing."""
    grown = extent_of(incident.kind, incident.extent(), incident.intensity())
    if grown is not None and isinstance(incident, Crowded) and incident.radius_m > 0.0:
        return Extent(incident.radius_m, grown.level)
    return grown


def extent_of(kind: str, extent: float, intensity: float) -> Extent | None:
    """As the log has it: by the kind's physics, and by what it says of its size and strength."""
    table = hazard_tables().kinds.get(kind)
    match None if table is None else table.physics:
        case FirePhysics():
            return Extent(max(LEAST_M, math.sqrt(extent / math.pi)), min(1.0, intensity / FULL_KW))
        case FloodPhysics() as flood:
            return Extent(LEAST_M, min(1.0, intensity / flood.limit_m.value))
        case SlidePhysics() as slide:
            share = 1.0 if extent else min(1.0, intensity / slide.plain_mm.value) / 2.0
            return Extent(math.sqrt((extent or slide.area_m2.median) / math.pi), share)
        case ShakingPhysics() as shaking:
            return Extent(shaking.radius_m.value, min(1.0, intensity))
    return None
