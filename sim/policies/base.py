"""A policy is a small frozen object, and its own configuration."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from sim.core.quantities import Grade


class Policy(BaseModel):
    """How something is decided; the docstring's first sentence is what users read."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    cost: ClassVar[str] = ""

    @classmethod
    def sentence(cls) -> str:
        """What the policy does, in one sentence."""
        return (cls.__doc__ or "").strip().splitlines()[0]


def graded(value: float, unit: str, grade: Grade, source: str, low: float, high: float) -> Any:
    """A parameter of a policy: its default, allowed range, unit, grade and source."""
    about: dict[str, Any] = {"unit": unit, "grade": grade.value, "source": source}
    return Field(default=value, ge=low, le=high, description=f"{source} ({grade.value})", json_schema_extra=about)
