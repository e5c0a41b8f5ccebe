"""A road crash: the injured and the trapped, traffic to be controlled, a road to be cleared."""

from __future__ import annotations

from typing import ClassVar, Literal

from numpy.random import Generator
from pydantic import BaseModel, Field

from sim.core.quantities import Quantity
from sim.core.vocabulary import Capability, Service, Severity
from sim.hazards.evidence import Lognormal, Shares, Strict
from sim.hazards.incident import Incident
from sim.hazards.patient import Patient
from sim.hazards.planned import Planned
from sim.hazards.reference import Outcome
from sim.hazards.work import Task
from sim.hazards.world import Keeper, World

_MOST_INJURED = 8  # that the background draws
_TRAPPED_MOST_S = 86_400.0  # then somebody else has freed whom no crew came for


class CrashDetails(Strict):
    """What a scenario may say about a crash of its own."""

    minor: int | None = Field(default=None, ge=0, le=200)  # injured by severity; any of the three sets all
    serious: int | None = Field(default=None, ge=0, le=200)
    critical: int | None = Field(default=None, ge=0, le=200)
    trapped: int | None = Field(default=None, ge=0, le=200)  # of whom cannot get out, worst first
    blocks_road: bool | None = None

    @property
    def injured(self) -> list[Severity] | None:
        """Severities, worst first; None when nothing is said."""
        if self.minor is None and self.serious is None and self.critical is None:
            return None
        worst_first = (Severity.CRITICAL, self.critical), (Severity.SERIOUS, self.serious), (Severity.MINOR, self.minor)
        return [severity for severity, count in worst_first for _ in range(count or 0)]


class CrashPhysics(Strict):
    """Parameters of a road crash."""

    name: Literal["crash"]
    details: ClassVar[type[BaseModel]] = CrashDetails
    harm: Shares  # damage, injury, wreck
    further_injured: Quantity  # Poisson mean beyond the first
    injury: Shares  # severity of each
    wreck: Shares
    trapped: Quantity  # share of the injured in a wreck
    blocks: Quantity  # share of wrecks that close the road
    share_left_injury: Quantity  # of the road's capacity
    share_left_wreck: Quantity
    rescue_s: Lognormal
    clear_damage_s: Lognormal
    clear_injury_s: Lognormal
    clear_wreck_s: Lognormal
    drives_off_s: Lognormal

    def start(self, plan: Planned, world: World, keeper: Keeper) -> Incident:
        """The crash itself."""
        return Crash(self, plan, world, keeper)


class Crash(Incident):
    """A crash: its road is free again when it has been cleared."""

    def __init__(self, physics: CrashPhysics, plan: Planned, world: World, keeper: Keeper) -> None:
        self.physics = physics
        self.rescue_s = 0.0  # longest work to free one of the trapped
        super().__init__(plan, world, keeper)

    def born(self, rng: Generator, plan: Planned) -> None:
        """Draw how bad it is, who is hurt and who is trapped."""
        physics, told = self.physics, plan.details or CrashDetails()
        harm_u, blocks_u, *_ = rng.random(3).tolist()
        further = int(rng.poisson(physics.further_injured.value))
        severity_u, trapped_u = rng.random((2, _MOST_INJURED)).tolist()
        clear_s = {level: getattr(physics, f"clear_{level}_s").draw(rng) for level in ("damage", "injury", "wreck")}
        drives_off_s = physics.drives_off_s.draw(rng)
        self.harm_level = physics.harm.pick(harm_u)
        injured = told.injured
        if injured is None:
            count = 0 if self.harm_level == "damage" else min(1 + further, _MOST_INJURED)
            shares = physics.wreck if self.harm_level == "wreck" else physics.injury
            injured = sorted((Severity(shares.pick(u)) for u in severity_u[:count]), key=list(Severity)[::-1].index)
        elif injured:
            self.harm_level = "wreck" if told.trapped or injured[0] is Severity.CRITICAL else "injury"
        else:
            self.harm_level = "damage"
        is_wreck = self.harm_level == "wreck"
        drawn = sum(1 for u in trapped_u[: len(injured)] if u < physics.trapped.value) if is_wreck else 0
        trapped = drawn if told.trapped is None else told.trapped
        self.clear_s = clear_s[self.harm_level]
        self.blocks_road = is_wreck and bool(blocks_u < physics.blocks.value)
        if told.blocks_road is not None:
            self.blocks_road = told.blocks_road
        self.is_clear = False
        self.tasks.append(Task(Capability.CLEAR, self.clear_s))
        for severity in injured:
            patient = self.harm("trauma", severity, rng)
            work_s = physics.rescue_s.draw(rng)
            if patient.number < trapped:
                patient.is_trapped = True
                self.rescue_s = max(self.rescue_s, work_s)
                self.tasks.append(Task(Capability.RESCUE, work_s, patient=patient))
        self.drives_off_s = drives_off_s
        self.gives_up_t = self.t + (_TRAPPED_MOST_S if injured else self.caller_delay_s + drives_off_s)

    def share_left(self) -> float:
        """Share of the road's capacity that is left now."""
        if self.is_clear or not self.is_active or self.harm_level == "damage":
            return 1.0
        if self.blocks_road:
            return 0.0
        is_wreck = self.harm_level == "wreck"
        return (self.physics.share_left_wreck if is_wreck else self.physics.share_left_injury).value

    def severity(self) -> Severity:
        """Critical with people trapped, else as the worst of the injured."""
        return Severity.CRITICAL if any(p.is_trapped for p in self.patients) else super().severity()

    def extent(self) -> float:
        """Share of the road that is taken."""
        return 1.0 - self.share_left()

    def orders(self) -> list[tuple[Task, int]]:
        """The trapped first; wrecks are moved when the injured are gone."""
        rescues = [(task, 1) for task in self.tasks if task.patient is not None]
        if any(not p.is_gone for p in self.patients):
            return rescues
        return [(task, 1) for task in self.tasks]

    def posts(self) -> dict[Capability, int]:
        """Traffic police until the road is clear; police too where people are trapped or the road is closed."""
        if not self.tasks:
            return {}
        posts = {Capability.CONTROL_TRAFFIC: 1}
        if self.blocks_road or any(p.is_trapped for p in self.patients):
            posts[Capability.SECURE] = 1
        return posts

    def needs(self) -> dict[Capability, int]:
        """Clearing is needed from the start, though it begins when the injured are gone."""
        wanted = super().needs()
        if any(task.capability is Capability.CLEAR for task in self.tasks):
            wanted[Capability.CLEAR] = 1
        return wanted

    def lapse(self, t: float) -> None:
        """Without the injured, drivers clear the road themselves in the end."""
        super().lapse(t)
        if self.patients and self.gives_up_t > t + self.drives_off_s and all(p.is_gone for p in self.patients):
            self.gives_up_t = t + self.drives_off_s

    def finished(self, task: Task, t: float) -> None:
        """Somebody is freed, or the road is clear."""
        super().finished(task, t)
        self.is_clear = self.is_clear or task.capability is Capability.CLEAR

    def reference(self, patient: Patient) -> Outcome:
        """As for any patient, but the trapped wait for a fire crew and its work."""
        if not patient.is_trapped:
            return super().reference(patient)
        kerb = self.world.reference.at_kerb_s(Service.FIRE, self.node)
        return self.world.reference.outcome(patient, kerb + self.access_s + self.rescue_s)
