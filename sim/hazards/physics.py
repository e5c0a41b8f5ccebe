"""The registry of physics: a new one is one file here and one name in this union."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.hazards.crash import CrashPhysics
from sim.hazards.fire import FirePhysics
from sim.hazards.flood import FloodPhysics
from sim.hazards.medical import MedicalPhysics
from sim.hazards.shaking import ShakingPhysics
from sim.hazards.simple import SimplePhysics
from sim.hazards.slide import SlidePhysics

Physics = Annotated[
    FirePhysics | CrashPhysics | MedicalPhysics | SimplePhysics | SlidePhysics | FloodPhysics | ShakingPhysics,
    Field(discriminator="name"),
]
