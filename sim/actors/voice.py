"""The voice of a leader at a scene: what he says to his desk is said again until it is read back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sim.comms.messages import SameScene, SceneReport
from sim.core.clock import Agenda
from sim.core.streams import Dice

if TYPE_CHECKING:
    from sim.actors.command_post import CommandPost

HEARS_S = 1.0
"""A leader who is read back knows it in the next second; the words themselves are part of the airtime."""


@dataclass(slots=True, eq=False)
class Airing:
    """One thing that is said, perhaps several times."""

    said: SceneReport | SameScene
    because: int  # its newest sending, or what it follows from
    dice: Dice
    times: int = 0


class Voice:
    """What one organisation's leader has on the air."""

    def __init__(self, post: CommandPost, agenda: Agenda, dice: Dice) -> None:
        self.post = post
        self.agenda = agenda
        self.has_been_heard = False  # his newest report
        self._dice = dice
        self._on_air: dict[int, Airing] = {}  # by serial
        self._serial = 0

    def say(self, said: SceneReport | SameScene, because: int) -> None:
        """Say it; of reports only the newest is worth saying again."""
        self._serial += 1
        if isinstance(said, SceneReport):
            stale = [serial for serial, one in self._on_air.items() if isinstance(one.said, SceneReport)]
            for serial in stale:
                del self._on_air[serial]
            self.has_been_heard = False
        airing = Airing(replace(said, serial=self._serial), because, self._dice.child(self._serial))
        self._on_air[self._serial] = airing
        self._speak(airing)

    def _speak(self, airing: Airing) -> None:
        leader = self.post.unit
        desk = leader.dispatcher
        if airing.said.unit != leader.id:  # somebody else leads now
            airing.said = replace(airing.said, sender=leader.id, unit=leader.id)
        dice = airing.dice.child(airing.times)
        airing.because = desk.radio.switchboard.send(airing.said, desk, desk.radio.voice, airing.because, dice)
        airing.times += 1
        self.agenda.after(desk.radio.repeat_after_s, self.say_again, airing)

    def say_again(self, airing: Airing) -> None:
        """Nobody has read it back: once more, if somebody is still there to say it."""
        if self._on_air.get(airing.said.serial) is not airing:
            return
        if self.post.is_led():
            self._speak(airing)
        else:
            self._on_air.clear()  # what nobody has heard is lost

    def read_back(self, serial: int) -> bool:
        """The desk has it; returns whether that was news."""
        airing = self._on_air.pop(serial, None)
        if airing is not None and isinstance(airing.said, SceneReport):
            self.has_been_heard = True
        return airing is not None
