"""Those who ring in what never was, and those who ring and say nothing."""

from __future__ import annotations

from sim.actors.caller import Caller, CitizenParts
from sim.actors.forgeries import PlannedLie
from sim.actors.threats import ForgedCalls, attack_table
from sim.comms.messages import Call, Statement
from sim.core.events import MessageForged
from sim.core.streams import Dice
from sim.core.vocabulary import Severity

SILENCE = Statement(kind="", x=0.0, y=0.0, severity=Severity.MINOR, patients=0, trapped=0, is_emergency=False)
"""What is said by who says nothing."""


class Liar(Caller):
    """One who tells a story of an attack: rung back, he stands by it if he is brazen."""

    def __init__(self, parts: CitizenParts, lie: PlannedLie, terms: ForgedCalls) -> None:
        super().__init__(parts, lie.row, 1, None, Dice(parts.streams, *lie.key))
        self.is_lying = True
        self.brazen = attack_table().forged_calls.brazen.value if terms.brazen is None else terms.brazen

    def tell(self, lie: PlannedLie, terms: ForgedCalls, because: int) -> None:
        """He rings, and says what he has been told to say."""
        assert lie.story is not None
        kind, x, y = lie.story
        said = self.said = Statement(kind, x, y, terms.severity, terms.patients, 0)
        name = self.parts.exchange.name_call()
        forged = MessageForged(because=because, call=name, citizen=self.row, claimed_kind=kind, x=x, y=y)
        self.dial_as(name, lie.number, said, self.parts.log.add(forged))

    def stands_by(self, call: Call, picks_up: float) -> bool:
        return float(call.dice.of("stands by").random()) < self.brazen


class Flooder(Caller):
    """One whose calls only take a line."""

    def __init__(self, parts: CitizenParts, lie: PlannedLie) -> None:
        super().__init__(parts, lie.row, 1, None, Dice(parts.streams, *lie.key))
        self.is_lying = True

    def ring(self, lie: PlannedLie, because: int) -> None:
        """He rings, and will say nothing."""
        self.dial_as(self.parts.exchange.name_call(), lie.number, SILENCE, because)

    def lose(self, call: Call, because: int) -> None:
        """Busy, or cut off: the next one rings anyway."""
        self.remove()
