"""An exercise on the toy map: who leads it, who sits where, and how to wait for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.core.log import Log
from sim.policies.bundles import parse_arm
from sim.viewer.exercise.course import Spec
from sim.viewer.exercise.session import Session
from tests.spine import ground_of, scenario_of

FIRE = {"name": "fire", "kind": "dwelling_fire", "at": "+30s", "place": {"node": "D4"}, "details": {"occupants": 3}}
CRASH = {"name": "crash", "kind": "road_crash", "at": "+60s", "place": {"node": "E2"}, "details": {"serious": 2}}
SHAKING = {"name": "tower", "kind": "shaking_building", "at": "+60s", "place": {"node": "D4"}}


def spec_of(arm: str = "fragmented", seed: int = 1, **stored: Any) -> Spec:
    """A toy town in which a dwelling burns and cars crash, unless something else is said."""
    scenario = scenario_of(**{"incidents": [FIRE, CRASH], **stored})
    return Spec(scenario, parse_arm(arm), seed, ground_of("toy", 1.0))


def session_of(spec: Spec, folder: Path | None = None, *, every_s: int = 300) -> Session:
    """An exercise at its first second."""
    return Session.begin(spec, folder, every_s=every_s)


def go(session: Session, to: int) -> None:
    """Let it live up to a time, as fast as it can."""
    session.do("jump", to=to)
    assert session.wait(lambda state: state.mode in ("paused", "over", "failed")), session.state
    assert session.state.t == to, session.state


def hash_of(session: Session) -> str:
    """The hash of the log of the city that lives."""
    return session.read(lambda city: city.log.sha256())


def log_of_city(session: Session) -> Log:
    """The log of the city that lives; it stands still meanwhile."""
    return session.read(lambda city: city.log)
