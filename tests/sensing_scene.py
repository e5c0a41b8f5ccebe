"""Cities whose sensors never fail and never err, unless a test says so; and where alarms come from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import sim.build.manning
from sim.actors.sensor_tables import SensingTable, sensing
from sim.core.streams import Dice, Streams, code_of
from tests.spine import changed, key_of

SURE = {
    "detects.value": 1.0,
    "detects_fused.value": 1.0,
    "works_d.value": 1e9,
    "video_right.value": 1.0,
}
"""A sensor that sees all, never breaks, and whose camera never deceives."""

GLANCE_S, ENTER_S, VIDEO_S, AIRTIME_S = 10, 20, 90, 2


class Devices:
    """The table of sensors that a test changes."""

    def __init__(self) -> None:
        table = sensing()
        certain = {f"sensor.{kind}.{path}": value for kind in table.sensor for path, value in SURE.items()}
        desk = {"desk.glance_s.value": GLANCE_S, "desk.enter_s.value": ENTER_S}
        video = {"desk.video_s.median": VIDEO_S, "desk.video_s.sigma": 0.0}
        net = {"network.loss.value": 0.0, "network.airtime_s.value": AIRTIME_S}
        self.table: SensingTable = changed(table, {**certain, **desk, **video, **net})

    def set(self, **paths: Any) -> None:
        """Change numbers: `smoke__detects=0.5`, `trust__falls_to=0.0`."""
        for name, value in paths.items():
            kind = name.split("__")[0]
            path = name.replace("__", ".")
            prefix = "sensor." if kind in self.table.sensor else ""
            self.table = changed(self.table, {f"{prefix}{path}.value": value})


@pytest.fixture
def devices(monkeypatch: pytest.MonkeyPatch) -> Iterator[Devices]:
    """Cities that are built in this test have these sensors."""
    own = Devices()
    monkeypatch.setattr(sim.build.manning, "sensing", lambda: own.table)
    yield own


def sensor_dice(kind: str, name: str, seed: int = 1) -> Dice:
    """The draws of a sensor at a listed incident."""
    return Dice(Streams(seed), *key_of(name), code_of(f"sensor {kind}"))


def first_sample(kind: str, name: str, sample_s: float, after: float, device: int = 0) -> float:
    """The first reading of a device at or after a time, on the grid of seconds; the incident begins at 0."""
    phase = float(sensor_dice(kind, name).of("sensor phase").random(2)[device])
    t = -(-phase * sample_s // 1)
    while t < after:
        t += sample_s
    return t
