"""Rumours: what people tell each other when nobody tells them anything, whom it makes telephone, what ends it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from sim.actors.caller import CitizenParts
from sim.actors.curves import Gossip, Spread, Talk
from sim.actors.enquirer import Crowd, Enquirer
from sim.actors.offices import Offices
from sim.actors.warning_tables import WarningTables
from sim.comms.alerts import Murmur, PublicWord
from sim.comms.messages import Finding
from sim.core.clock import Agenda
from sim.core.events import RumourEnded, RumourKnown, RumourRefuted, RumourSpread, RumourStarted
from sim.core.log import Log
from sim.core.streams import Dice
from sim.core.vocabulary import Number, Severity
from sim.hazards.crowded import Crowded
from sim.hazards.world import World

STEP_S = 60.0
"""Simulated seconds between two looks at who believes it."""

WORTH_A_LINE = 0.01
"""Share of the people by which belief must have changed to be logged again."""


class RumourParts(NamedTuple):
    """What rumours live on."""

    agenda: Agenda
    log: Log
    world: World
    tables: WarningTables
    offices: Offices
    citizens: CitizenParts


@dataclass(slots=True, eq=False)
class Rumour:
    """What the people of one subdistrict tell each other about one thing."""

    name: str
    about: str  # a kind
    x: float
    y: float
    crowd: Crowd
    dice: Dice
    law: Gossip
    began_t: float
    start: Talk
    now: Talk
    because: int
    logged: Talk  # as the log has it
    word: Spread | None = None  # the official one, since word_t
    word_t: float = math.inf
    calls: int = 0
    next_call: float = 0.0  # the number of expected calls at which the next one is made
    answered: int = 0
    murmurs: int = 0  # how often the desk has told of it
    peak: float = 0.0

    def people(self, share: float) -> int:
        """So many people are that share of them."""
        return round(self.crowd.people * share)

    def advance(self, start_t: float, end_t: float) -> None:
        """It goes on from one time to another, in which the official word may come."""
        if start_t < self.word_t < end_t:
            self.advance(start_t, self.word_t)
            start_t = self.word_t
        official = (0.0, 0.0, 0.0)
        if self.word is not None and start_t >= self.word_t:
            early, late = start_t - self.word_t, end_t - self.word_t
            official = self.word.hazard(early), self.word.hazard((early + late) / 2.0), self.word.hazard(late)
        self.now = self.law.step(self.now, end_t - start_t, official)
        self.peak = max(self.peak, self.now.believing)


class Rumours:
    """All rumours that go about."""

    def __init__(self, parts: RumourParts) -> None:
        self.parts = parts
        self.table = parts.tables.rumour
        self.going: dict[str, Rumour] = {}
        self._words: list[PublicWord] = []
        self._serial = 0

    # --- how it begins

    def look(self, danger: Crowded) -> None:
        """Something that many see and nobody can explain: people wait for a word, but not for long."""
        if danger.kind in self.table.unexplained:
            self.parts.agenda.after(self.table.patience_s.value, self.wonder, danger)

    def wonder(self, danger: Crowded) -> None:
        """No word so far: those who have seen it make up their own."""
        now, world = float(self.parts.agenda.clock.t), self.parts.world
        is_explained = any(self._is_about(word, danger.kind, danger.x, danger.y) for word in self._words)
        if danger.is_active and not is_explained:
            seen = danger.zone.people + world.people_in_sight(danger.x, danger.y, danger.sight_m(), now)
            dice = Dice(world.streams, *danger.key)
            self.start(danger.x, danger.y, danger.kind, danger.event, dice, seen)

    def start(
        self, x: float, y: float, kind: str, because: int | None, dice: Dice, seen: float | None = None
    ) -> str:
        """A rumour among the people of the subdistrict, from those who have seen something, or whom a leak reaches."""
        now = float(self.parts.agenda.clock.t)
        crowd = Crowd(self.parts.world, (x, y), now)
        for old in self.going.values():
            if old.about == kind and old.crowd.subdistrict == crowd.subdistrict:
                return old.name
        self._serial += 1
        name, law = f"rumour-{self._serial}", self.table.law()
        share = min(1.0, (self.table.leak_people.value if seen is None else seen) / max(crowd.people, 1.0))
        first = Talk(1.0 - share, law.belief * share, law.belief * share)
        started = RumourStarted(
            because=because,
            rumour=name,
            about=kind,
            subdistrict=crowd.name,
            people=round(crowd.people),
            believing=round(crowd.people * first.believing),
            x=round(x, 1),
            y=round(y, 1),
        )
        event = self.parts.log.add(started)
        rumour = Rumour(name, kind, x, y, crowd, dice, law, now, first, first, event, first)
        rumour.next_call = self._wait(rumour)
        rumour.peak = first.believing
        self.going[name] = rumour
        self.parts.agenda.after(STEP_S, self.spread, rumour)
        return name

    # --- how it goes on

    def spread(self, rumour: Rumour) -> None:
        """A minute later."""
        if rumour.name not in self.going:
            return
        now = float(self.parts.agenda.clock.t)
        rumour.advance(now - STEP_S, now)
        self._telephone(rumour, now)
        if rumour.word is not None and rumour.people(rumour.now.believing) < 1:
            self._end(rumour)
            return
        moved = max(abs(a - b) for a, b in zip(rumour.now[1:], rumour.logged[1:], strict=True))
        if moved >= WORTH_A_LINE:
            self._note(rumour)
        self.parts.agenda.after(STEP_S, self.spread, rumour)

    def _note(self, rumour: Rumour) -> None:
        rumour.logged = rumour.now
        spread = RumourSpread(
            because=rumour.because,
            rumour=rumour.name,
            believing=rumour.people(rumour.now.believing),
            ever=rumour.people(rumour.now.ever),
            calls=rumour.calls,
            left=rumour.people(rumour.now.ever * self.table.leaves.value),
        )
        self.parts.log.add(spread)

    def _end(self, rumour: Rumour) -> None:
        del self.going[rumour.name]
        ended = RumourEnded(
            because=rumour.because,
            rumour=rumour.name,
            peak=rumour.people(rumour.peak),
            calls=rumour.calls,
            left=rumour.people(rumour.now.ever * self.table.leaves.value),
        )
        self.parts.log.add(ended)

    # --- whom it makes telephone

    def _telephone(self, rumour: Rumour, now: float) -> None:
        """So many as is expected of them dial within the next minute; who is how manieth is the same in every arm."""
        waited = min(1.0, (now - rumour.began_t) / self.table.patience_s.value)
        convinced = rumour.now.ever - rumour.start.ever + rumour.start.ever * waited
        expected = rumour.crowd.people * convinced * self.table.asks.value
        while rumour.next_call <= expected:
            rumour.calls += 1
            dice = rumour.dice.child(rumour.calls)
            second = STEP_S * float(dice.of("rumour.second").random())
            self.parts.citizens.agenda.after(second, self.ask, rumour, dice)
            rumour.next_call += self._wait(rumour)

    def _wait(self, rumour: Rumour) -> float:
        """Expected calls until the next one: exponential, mean 1."""
        return float(rumour.dice.of("rumour.next", rumour.calls).standard_exponential())

    def ask(self, rumour: Rumour, dice: Dice) -> None:
        """One of them dials."""
        where_u, who_u, number_u = dice.of("rumour.caller").random(3).tolist()
        world, now = self.parts.world, float(self.parts.agenda.clock.t)
        row = world.population.pick(rumour.crowd.node(where_u), world.hour(now), who_u)
        caller = Enquirer(self.parts.citizens, row, dice, self, rumour)
        caller.ask(Number(self.table.dial.pick(number_u)), (rumour.x, rumour.y))

    def answered(self, rumour: Rumour) -> None:
        """One more has been listened to; when they are many, and twice and four times as many, the desk tells of it."""
        rumour.answered += 1
        if rumour.word is not None or rumour.answered < self.table.known_calls.value * 2**rumour.murmurs:
            return
        rumour.murmurs += 1
        known = RumourKnown(because=rumour.because, rumour=rumour.name, calls=rumour.answered)
        self._murmur(rumour, self.parts.log.add(known))

    def _murmur(self, rumour: Rumour, because: int) -> None:
        x, y, now = round(rumour.x, 1), round(rumour.y, 1), float(self.parts.agenda.clock.t)
        centre = self.parts.citizens.exchange.centres[Number.POLICE]
        office = self.parts.offices.hub((x, y))
        finding = Finding(rumour.about, x, y, Severity.SERIOUS, 0, (), 0.5, now)
        paper = Murmur(
            sender=centre.name, receiver=office.name, finding=finding, dice=rumour.dice, hands=rumour.answered
        )
        centre.post.send(paper, office, because)

    # --- what ends it

    def hear_word(self, word: PublicWord, because: int) -> None:
        """Something official is on the air: who hears it knows better."""
        self._words.append(word)
        for rumour in self.going.values():
            if rumour.word is None and self._is_about(word, rumour.about, rumour.x, rumour.y):
                now = float(self.parts.agenda.clock.t)
                rumour.word, rumour.word_t = self.parts.tables.spread.law(word.told_per_min), now
                refuted = RumourRefuted(
                    because=because,
                    rumour=rumour.name,
                    believing=rumour.people(rumour.now.believing),
                    lag_s=now - rumour.began_t,
                )
                rumour.because = self.parts.log.add(refuted)

    def _is_about(self, word: PublicWord, kind: str, x: float, y: float) -> bool:
        return word.kind == kind and math.dist((word.x, word.y), (x, y)) <= word.heard_m
