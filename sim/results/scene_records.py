"""What is remembered of each scene: who asked for what, and when one led all."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class SceneStory:
    """One scene; times in s since the start."""

    needed: int | None = None  # when one leader for several was first wanted
    joint: int | None = None  # when there first was one
    is_led: bool = False  # now
    asked: dict[str, tuple[str, str]] = field(default_factory=dict)  # by capability: who asked first, in which case
    doubles: set[tuple[str, str]] = field(default_factory=set)  # organisation and capability
    repeated: int = 0
    held_s: float = 0.0
    open_since: dict[str, int] = field(default_factory=dict)  # ways that are held open, by crew
