"""A patient: one u at birth, survival integrated over the care he truly gets, and his fate."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.core.clock import Wakeup
from sim.core.vocabulary import Severity
from sim.hazards.survival import Care, Condition

if TYPE_CHECKING:
    from sim.hazards.incident import Incident

CENSOR_S = 86_400.0
"""A patient still open when the run ends counts as left as he is until this long after onset (design, section 9)."""


@dataclass(frozen=True, slots=True)
class Draws:
    """What chance gave a patient at birth."""

    u: float
    treat_s: float
    transport: bool


class Patient:
    """Somebody in danger; `tau_s` is the untreated-equivalent time that he has lived through."""

    def __init__(
        self, incident: Incident, number: int, citizen: int, ails: tuple[str, Condition, Severity], draws: Draws
    ) -> None:
        self.incident = incident
        self.number = number
        self.id = f"{incident.id}/{number}"
        self.citizen = citizen
        self.condition, self._condition, self.severity = ails
        self.course = self._condition.course(self.severity)
        self.u = draws.u
        self.treat_s = draws.treat_s
        self.needs_transport = draws.transport
        self.harmed_t = self.t = incident.t
        self.tau_s = 0.0
        self.care = Care.NONE
        self.exposure: float | None = None  # rate of harm while he is in smoke, in place of that of his care
        self.is_trapped = False  # cannot be moved until freed
        self.is_reachable = True  # False while only a rescue crew can get to him
        self.crew: str | None = None  # the unit that tends him
        self.is_gone = False  # has left the scene
        self.is_settled = False
        self.died_t: float | None = None
        self.event: int | None = None  # id of his PatientHarmed
        self.reference_s = 0.0
        self.reference_survival = 1.0
        self.death: Wakeup | None = None

    @property
    def rate(self) -> float:
        """How fast the clock of harm runs now."""
        if self.is_settled:
            return 0.0
        return self._condition.rates.of(self.care) if self.exposure is None else self.exposure

    def tau_at(self, t: float) -> float:
        """Untreated-equivalent time by t, if nothing changes from now on."""
        return self.tau_s + self.rate * max(0.0, t - self.t)

    def survival(self, t: float) -> float:
        """The chance to live if good care took over at t, given all care until then."""
        return self.course.law.survival(self.tau_at(t))

    def death_t(self) -> float:
        """When survival falls to u, if nothing changes from now on."""
        left = self.course.law.when(self.u) - self.tau_s
        if left <= 0.0:
            return self.t
        return self.t + left / self.rate if self.rate > 0.0 else math.inf

    def set_care(self, care: Care, t: float, because: int | None = None) -> None:
        """From t on he is looked after so; a hospital settles his fate."""
        self._live_until(t)
        self.care = care
        if care is Care.HOSPITAL:
            self.settle(t, because)
        elif not self.is_settled:
            self.incident.keeper.watch(self)

    def expose(self, rate: float | None, t: float) -> None:
        """From t on smoke harms him at this rate; None when he is out of it."""
        if rate == self.exposure:
            return
        self._live_until(t)
        self.exposure = rate
        self.incident.keeper.watch(self)

    def tend(self, unit: str, t: float) -> None:
        """A crew that can treat has its hands on him."""
        self.crew = unit
        self.set_care(Care.CREW, t)

    def abandon(self, t: float) -> None:
        """The crew that tended him turns away."""
        self.crew = None
        self.set_care(Care.NONE, t)

    def load(self, t: float) -> None:
        """He leaves the scene in an ambulance."""
        assert not self.is_trapped, f"{self.id} cannot be loaded while he is trapped"
        self.is_gone = True
        self.incident.touch()

    def release(self, t: float, because: int | None = None) -> None:
        """He leaves the scene on his own feet, or dead: nobody takes him to hospital."""
        self.settle(t, because)
        self.is_gone = True
        self.incident.touch()

    def free(self, t: float) -> None:
        """He is cut or carried out."""
        self.is_trapped = False
        self.is_reachable = True
        self.expose(None, t)

    def settle(self, t: float, because: int | None = None, *, censored: bool = False) -> None:
        """His fate is what survival says now; it happens once."""
        if self.is_settled:
            return
        self._live_until(t)
        self.is_settled = True
        self.incident.keeper.settled(self, t, because, censored=censored)

    @property
    def is_doomed(self) -> bool:
        """Survival has fallen to u: no care will save him, though nobody can tell."""
        return self.course.law.survival(self.tau_s) <= self.u

    def dies(self, t: float) -> bool:
        """Whether he dies now, for the first time."""
        self._live_until(t)
        if self.died_t is not None or not self.is_doomed:
            return False
        self.died_t = t
        return True

    def survival_if(self, path: list[tuple[float, Care]], until_s: float) -> float:
        """What survival would be had he been looked after so from birth: (s of age, care) in order, then a hospital."""
        tau, care, since = 0.0, Care.NONE, 0.0
        for start, following in [*path, (until_s, Care.HOSPITAL)]:
            age = min(max(start, since), until_s)
            tau += self._condition.rates.of(care) * (age - since)
            care, since = following, age
        return self.course.law.survival(tau)

    def _live_until(self, t: float) -> None:
        self.tau_s = self.tau_at(t)
        self.t = max(self.t, t)
