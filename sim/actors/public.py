"""The stage of the public: people hear, doubt, and leave; whom a danger awaits, and others whom none does."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import NamedTuple

from sim.actors.curves import Spread, covered_share
from sim.actors.public_trust import FalseAlert, PublicTrust
from sim.actors.rumour import Rumours
from sim.actors.warning_tables import WarningTables
from sim.comms.alerts import Alert, AllClear, PublicWord
from sim.comms.coverage import Coverage
from sim.comms.messages import Message
from sim.core.clock import Agenda
from sim.core.events import AlertEnded, PublicInformed, ZoneWarned
from sim.core.log import Log
from sim.hazards.crowded import Crowded
from sim.hazards.incidents import Incidents
from sim.hazards.world import World
from sim.hazards.zone import people_within

STEP_S = 60.0
"""Simulated seconds between two looks at who has heard."""

WORTH_A_LINE = 0.02
"""Share of the people by which a count must have grown to be logged again."""


class PublicParts(NamedTuple):
    """What the public lives with."""

    agenda: Agenda
    log: Log
    world: World
    coverage: Coverage
    tables: WarningTables


@dataclass(slots=True, eq=False)
class Ear:
    """How far an alert has got with the people of one place."""

    people: float  # those whom it tells to leave
    weight: float  # the share of all of them that it can move: those whom it covers, and who trust it
    listened_s: float  # so long they could hear it
    share: float = 0.0  # moved so far
    logged: float = 0.0  # the share that was logged last
    following: int = 0  # who have set out
    until_s: float = math.inf  # so long they can hear it


@dataclass(slots=True, eq=False)
class Heard:
    """An alert, as people take it."""

    alert: Alert
    law: Spread
    since_t: float
    because: int
    audience: float  # people who can hear it, at the density of the place
    elsewhere: Ear  # people of its zone at the density of the place: whom no danger awaits, but for `danger_m2`
    dangers: dict[str, Ear] = field(default_factory=dict)  # by true danger in its zone
    danger_m2: float = 0.0  # of the zone, where a danger is

    @property
    def is_fading(self) -> bool:
        """Nobody hears it any more, but some have yet to make up their minds."""
        return self.elsewhere.until_s < math.inf

    def reached(self, ear: Ear) -> float:
        """Share of some people that has heard it."""
        return self.law.share(min(ear.listened_s, ear.until_s))

    def calm(self, radius_m: float) -> float:
        """Share of a circle around its place in which there is no danger."""
        return max(0.0, 1.0 - self.danger_m2 / (math.pi * radius_m**2))


class Public:
    """All people, in bulk."""

    def __init__(self, parts: PublicParts, rumours: Rumours) -> None:
        self.parts = parts
        self.rumours = rumours
        self.trust = PublicTrust(parts.tables.compliance)
        self.alerts: dict[str, Heard] = {}
        self._dangers: dict[str, Crowded] = {}
        self._seen: set[str] = set()
        self._old: list[Heard] = []  # alerts that have been taken back
        self._moved: dict[str, dict[str, float]] = {}  # by danger and alert: share of its people, also of old alerts

    def hear(self, message: Message, because: int) -> None:
        """The air is full of it."""
        if isinstance(message, PublicWord):
            self.parts.agenda.soon(self.rumours.hear_word, message, because)
        if isinstance(message, Alert):
            self.parts.agenda.soon(self.take_in, message, because)
        elif isinstance(message, AllClear):
            end = self.fade if message.is_replaced else self.see_through
            self.parts.agenda.soon(end, message.name, because)

    def respond(self, incidents: Incidents) -> None:
        """People see or hear, doubt, and walk away."""
        self._dangers = incidents.zoned
        for name, danger in self._dangers.items():
            if name not in self._seen:
                self._seen.add(name)
                self.parts.agenda.soon(self.rumours.look, danger)
        self.parts.agenda.work()

    # --- an alert

    def take_in(self, alert: Alert, because: int) -> None:
        """It begins to be heard."""
        now, world = float(self.parts.agenda.clock.t), self.parts.world
        zone = people_within(world, alert.x, alert.y, alert.radius_m, now)
        audience = people_within(world, alert.x, alert.y, alert.heard_m, now)
        elsewhere = Ear(zone * self._still_there(alert), self.trust.at((alert.x, alert.y), now), 0.0)
        law = self.parts.tables.spread.law(alert.told_per_min)
        heard = Heard(alert, law, now, because, float(audience), elsewhere)
        self.alerts[alert.name] = heard
        self._reach(heard, 0.0)
        self.parts.agenda.after(STEP_S, self.spread, heard)

    def _still_there(self, alert: Alert) -> float:
        """Share of its zone whom no earlier alert has sent out: nobody leaves twice."""
        left = 1.0
        for old in (*self._old, *self.alerts.values()):
            one = old.alert
            covered = covered_share((one.x, one.y), one.radius_m, (alert.x, alert.y), alert.radius_m)
            left *= 1.0 - covered * old.elsewhere.share * self.parts.tables.compliance.comply.value
        return left

    def spread(self, heard: Heard) -> None:
        """A minute later more have heard it, and some of them set out."""
        if self.alerts.get(heard.alert.name) is heard:
            self._reach(heard, STEP_S)
            share = heard.reached(heard.elsewhere)
            if share >= heard.elsewhere.logged + WORTH_A_LINE:
                heard.elsewhere.logged = share
                reached, following, needless = self._count(heard)
                informed = PublicInformed(
                    because=heard.because,
                    alert=heard.alert.name,
                    reached=reached,
                    following=following,
                    needless=needless,
                )
                self.parts.log.add(informed)
            self.parts.agenda.after(STEP_S, self.spread, heard)

    def _reach(self, heard: Heard, dt: float) -> None:
        """Those who heard it long enough ago to have made up their minds set out, if they trust it."""
        for danger in self._dangers.values():
            self._reach_danger(heard, danger, dt)
        self._listen(heard, heard.elsewhere, (heard.alert.x, heard.alert.y), dt)

    def _listen(self, heard: Heard, ear: Ear, place: tuple[float, float], dt: float) -> None:
        """Where masts are out, nobody hears what needs them."""
        if not heard.alert.needs_masts or self.parts.coverage.reaches(place):
            ear.listened_s += dt
        decided_s = min(ear.listened_s - self.parts.tables.spread.milling_s.value, ear.until_s)
        ear.share = ear.weight * heard.law.share(decided_s)

    def _reach_danger(self, heard: Heard, danger: Crowded, dt: float) -> None:
        now, place, name = float(self.parts.agenda.clock.t), (danger.x, danger.y), heard.alert.name
        ear = heard.dangers.get(danger.id)
        if ear is None:
            covered = covered_share((heard.alert.x, heard.alert.y), heard.alert.radius_m, place, danger.radius_m)
            if covered == 0.0 or heard.is_fading:
                return
            weight = covered * self.trust.at(place, now)
            ear = Ear(covered * danger.zone.people, weight, max(0.0, now - heard.since_t - dt))
            heard.dangers[danger.id] = ear
            heard.danger_m2 += covered * math.pi * danger.radius_m**2
            danger.warn(self._share_moved(danger), now)
        self._listen(heard, ear, place, dt)
        self._moved.setdefault(danger.id, {})[name] = ear.share
        share = self._share_moved(danger)
        ear.following += danger.warn(share, now)
        if share >= ear.logged + WORTH_A_LINE:
            ear.logged = share
            warned = ZoneWarned(
                because=heard.because, alert=name, found=danger.id, share=round(share, 4), following=ear.following
            )
            self.parts.log.add(warned)

    def _share_moved(self, danger: Crowded) -> float:
        """Of the people of a danger, those whom one alert or another has moved: each finds its own hearers."""
        return 1.0 - math.prod(1.0 - share for share in self._moved.get(danger.id, {}).values())

    def _count(self, heard: Heard) -> tuple[int, int, int]:
        """People who have heard it, who have set out, and who have set out though no danger awaits them."""
        ears, crowd = heard.dangers.values(), heard.elsewhere
        comply = self.parts.tables.compliance.comply.value
        needless = round(crowd.people * heard.calm(heard.alert.radius_m) * comply * crowd.share)
        reached = heard.audience * heard.calm(heard.alert.heard_m) * heard.reached(crowd)
        reached += sum(ear.people * heard.reached(ear) for ear in ears)
        return round(reached), needless + sum(ear.following for ear in ears), needless

    # --- its end

    def fade(self, name: str, because: int) -> None:
        """Another alert is said in its place: who has heard this one still goes."""
        heard = self.alerts.get(name)
        if heard is not None:
            for ear in (heard.elsewhere, *heard.dangers.values()):
                ear.until_s = ear.listened_s
            self.parts.agenda.after(self.parts.tables.spread.milling_s.value, self.see_through, name, because)

    def see_through(self, name: str, because: int) -> None:
        """The all-clear: people see whether there was anything to it."""
        heard = self.alerts.pop(name, None)
        if heard is None:
            return  # the alert itself never reached anybody
        self._old.append(heard)
        now, alert = float(self.parts.agenda.clock.t), heard.alert
        if not heard.dangers:
            self.trust.lose(FalseAlert(now, alert.x, alert.y, alert.heard_m))
        reached, following, needless = self._count(heard)
        ended = AlertEnded(
            because=because,
            alert=name,
            was_false=not heard.dangers,
            reached=reached,
            following=following,
            needless=needless,
            trust=round(self.trust.at((alert.x, alert.y), now), 4),
        )
        self.parts.log.add(ended)
