"""The measures of scenes, by the definitions of `definitions_scene.py`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sim.results.records import IncidentRecord
from sim.results.scene_records import SceneStory
from sim.results.spells import Spell, between
from sim.results.summary import Value, horizon_s, restricted
from sim.results.timeline import Timeline


def scene_values(line: Timeline, records: Sequence[IncidentRecord]) -> dict[str, Value]:
    """All measures of `definitions_scene.py`."""
    spells = list(_spells(records))
    summary = restricted([spell.seconds for spell in spells], horizon_s(line))
    values: dict[str, Value] = {"joint_command_s" + suffix: value for suffix, value in summary.items()}
    values["joint_command_s_censored"] = float(sum(spell.seconds is None and spell.open for spell in spells))
    if not records:
        return values
    return values | {
        "duplicate_requests": float(sum(len(record.scene.doubles) for record in records)),
        "reports_repeated": float(sum(record.scene.repeated for record in records)),
        "corridor_minutes": sum(_held_s(record.scene, line.ended) for record in records) / 60.0,
    }


def _spells(records: Iterable[IncidentRecord]) -> Iterator[Spell]:
    for record in records:
        if record.scene.needed is not None and record.arrivals:
            came = min(t for t, _ in record.arrivals)
            yield Spell("joint_command_s", "", between(came, record.scene.joint, 0), record.ended is None)


def _held_s(scene: SceneStory, ended: int) -> float:
    return scene.held_s + sum(ended - since for since in scene.open_since.values())
