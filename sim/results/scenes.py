"""What the log tells of scenes with several organisations, and of signals that were set for crews."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.core import events as ev
from sim.core.events import Event, EventId, IncidentId
from sim.results.scene_records import SceneStory

if TYPE_CHECKING:
    from sim.results.timeline import Timeline


class Scenes:
    """Notes in the record of each incident what its leaders did."""

    def __init__(self, line: Timeline) -> None:
        self._line = line
        self._reports: dict[EventId, IncidentId | None] = {}  # scene reports that were sent

    def see(self, number: EventId, t: int, incident: IncidentId | None, event: Event) -> None:
        """What an event says of a scene."""
        record = self._line.incidents.get(incident) if incident is not None else None
        if record is None:
            return
        scene = record.scene
        match event:
            case ev.JointCommandNeeded():
                scene.needed = t if scene.needed is None else scene.needed
            case ev.JointCommandEstablished():
                scene.joint, scene.is_led = t if scene.joint is None else scene.joint, True
            case ev.ReinforcementRequested():
                _note_request(scene, event)
            case ev.MessageSent() if event.message_kind == "scene report":
                scene.repeated += event.because in self._reports
                self._reports[number] = incident
            case ev.CorridorOpened():
                scene.open_since[event.unit] = t
            case ev.CorridorClosed() if event.unit in scene.open_since:
                del scene.open_since[event.unit]
                scene.held_s += event.seconds


def _note_request(scene: SceneStory, event: ev.ReinforcementRequested) -> None:
    for capability in event.needs:
        first = scene.asked.setdefault(capability, (event.department, event.case))
        is_double = event.department != first[0] and event.case != first[1]
        if is_double and not scene.is_led:
            scene.doubles.add((event.department, capability))
