"""A policy is a small frozen object, and its own configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypedDict, Unpack

from pydantic import BaseModel, ConfigDict, Field

from sim.core.quantities import Grade


class Policy(BaseModel):
    """How something is decided; the docstring's first sentence is what users read."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    cost: ClassVar[str] = ""
    resources: ClassVar[Mapping[str, float]] = {}
    """Staff and units beyond the usual that a city under the policy is given.

    {'call_takers': 2} is two heads, whatever the size of the city; {'fleet': 0.1}, or a department that has crews, a
    tenth more units than usual. The ladder sets a city beside it that has them without the policy: a control.
    """

    @property
    def own_staff(self) -> Mapping[str, float]:
        """The same, for those who do the policy's own work and nothing else: only the control gains by them."""
        return {}

    @classmethod
    def sentence(cls) -> str:
        """What the policy does, in one sentence."""
        return (cls.__doc__ or "").strip().splitlines()[0]


class More(TypedDict, total=False):
    """What else can be said of a number."""

    neutral: float
    """Its value in a city without the reform, for a number by which the policy is better than its rivals.

    The ladder holds it there to see what the mechanism alone does. A cost has none: free of its cost a mechanism
    would look better than it is. Nor has a number without which there would be no mechanism.
    """
    plausible: tuple[float, float]
    """The range for sensitivity runs; if it is left out, half to twice the default, within what is allowed."""


def graded(value: float, unit: str, grade: Grade, source: str, low: float, high: float, **more: Unpack[More]) -> Any:
    """A parameter of a policy: its default, allowed range, unit, grade and source."""
    about: dict[str, Any] = {"unit": unit, "grade": grade.value, "source": source}
    if "neutral" in more:
        about["neutral"] = more["neutral"]
    about["range"] = more.get("plausible", (max(low, value / 2), min(high, value * 2)))
    return Field(default=value, ge=low, le=high, description=f"{source} ({grade.value})", json_schema_extra=about)
