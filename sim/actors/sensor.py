"""A sensor that takes part: it samples what it watches, raises alarms, fails; on a desk's line it is the caller."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mesa import Agent

from sim.actors.sensor_tables import DAY_S, HOUR_S, SensorTable
from sim.comms.messages import Alarm, Call, Finding, Message, Statement
from sim.core.events import SensorFailed, SensorRestored, SensorTripped
from sim.core.streams import Dice
from sim.core.vocabulary import Severity

if TYPE_CHECKING:
    from sim.actors.sensors import Sensors
    from sim.hazards.incident import Incident

UNSURE = 0.5
"""Confidence of an alarm that nobody has checked."""


class Health(NamedTuple):
    """When a device is out of order, s: drawn before."""

    down_t: float
    up_t: float

    def is_down(self, t: float) -> bool:
        """Whether it is out of order now."""
        return self.down_t <= t < self.up_t


def health(table: SensorTable, dice: Dice, t: float) -> Health:
    """Dead already with the share of time in which it is, else dead after its mean time between failures or so."""
    rng = dice.of("sensor health")
    is_dead = rng.random() < table.idle_share
    lives, lasts = rng.standard_exponential(2).tolist()
    down_t = t if is_dead else t + lives * table.works_d.value * DAY_S
    return Health(down_t, down_t + lasts * table.repair_h.value * HOUR_S)


class Sensor(Agent):
    """One site's device, or its two that must agree; the methods stand in the order of an alarm's life."""

    def __init__(self, stage: Sensors, kind: str, place: tuple[float, float], dice: Dice) -> None:
        super().__init__(stage.parts.model)
        self.stage = stage
        self.kind = kind
        self.table = stage.parts.tables.sensor[kind]
        self.id = stage.name(kind)
        self.place = place
        self.dice = dice
        self.incident: Incident | None = None  # what it watches; none when it cries for nothing
        self.is_true = False
        self.is_dead = False  # as it was last noted
        self._health = Health(0.0, 0.0)
        self._agreed: dict[Severity, set[int]] = {}  # by level: devices that have seen it
        self._told: set[Severity] = set()
        self._heard: set[Severity] = set()  # that a desk has acknowledged

    # --- it watches

    def expect(self, incident: Incident) -> None:
        """It stands where something has begun; each device samples in a rhythm of its own."""
        self.incident, self.is_true = incident, True
        self._health = health(self.table, self.dice, incident.started_t)
        sample_s = self.table.sample_s.value
        phases = self.dice.of("sensor phase").random(2)
        for device in range(2 if self.stage.parts.policy.is_fused else 1):
            self.stage.agenda.at(incident.started_t + float(phases[device]) * sample_s, self.sample, device)

    def sample(self, device: int) -> None:
        """One reading; what is above a level is told when all devices of the site have seen it."""
        incident = self.incident
        if incident is None or not incident.is_active:
            self.retire()
            return
        now = float(self.stage.agenda.clock.t)
        if not self._is_dead(now, incident.event):
            reading = incident.reading(self.table.quantity, now)
            for severity in self.table.steps:
                if reading >= self.table.levels[severity].value and severity not in self._told:
                    self.see(severity, device)
        if self._is_watching():
            self.stage.agenda.after(self.table.sample_s.value, self.sample, device)

    def _is_watching(self) -> bool:
        return self.incident is not None and len(self._told) < len(self.table.steps)

    def see(self, severity: Severity, device: int) -> None:
        """One device is above a level; a type that does not recognise this incident never will."""
        agreed = self._agreed.setdefault(severity, set())
        agreed.add(device)
        fused = self.stage.parts.policy.is_fused
        if self.dice.of("sensor sees").random() >= self.table.finds(fused=fused):
            self.retire()
        elif len(agreed) == (2 if fused else 1):
            self.trip(severity)

    def _is_dead(self, t: float, because: int | None) -> bool:
        """Out of order, without power or muted; the log is told when that changes."""
        reason = "out of order" if self._health.is_down(t) else self.stage.silence(self.kind, self.place)
        if bool(reason) != self.is_dead:
            self.is_dead = bool(reason)
            about = {"because": because, "sensor": self.id, "sensor_kind": self.kind}
            log = self.stage.parts.log
            log.add(SensorFailed(**about, reason=reason) if reason else SensorRestored(**about))  # type: ignore[arg-type]
        return self.is_dead

    # --- it raises an alarm

    def trip(self, severity: Severity) -> None:
        """It makes sure, and then says so."""
        self._told.add(severity)
        incident = self.incident
        if incident is not None:
            incident.is_known = True  # a crew that comes to the device finds what it stands at
        claims = incident.kind if incident is not None else self.table.claims
        x, y = self.place
        tripped = SensorTripped(
            because=incident.event if incident is not None else None,
            sensor=self.id,
            sensor_kind=self.kind,
            is_true=self.is_true,
            claims=claims,
            severity=severity.value,
            x=round(x, 1),
            y=round(y, 1),
        )
        event = self.stage.parts.log.add(tripped)
        self.stage.agenda.after(self.table.delay_s.value, self.raise_alarm, claims, severity, event)

    def raise_alarm(self, claims: str, severity: Severity, because: int) -> None:
        """The alarm goes out."""
        number = self.table.steps.index(severity)
        finding = Finding(
            kind=claims,
            x=round(self.place[0], 1),
            y=round(self.place[1], 1),
            severity=severity,
            people=0,
            needs=(),
            confidence=UNSURE,
            as_of_s=float(self.stage.agenda.clock.t),
        )
        self.stage.alarms.sensors[self.id] = self
        receiver = self.stage.alarms.desk_of(self).name
        dice = self.dice.child(number)
        self.say(Alarm(sender=self.id, receiver=receiver, finding=finding, dice=dice, sensor=self.id), because, 0)

    def say(self, alarm: Alarm, because: int, times: int) -> None:
        """Over the network; again if no desk acknowledges."""
        network = self.stage.parts.tables.network
        self.stage.send(alarm, because, times)
        if times < network.repeats.value:
            self.stage.agenda.after(network.repeat_s.value, self.repeat, alarm, because, times + 1)

    def repeat(self, alarm: Alarm, because: int, times: int) -> None:
        """Nobody has acknowledged it."""
        if alarm.finding.severity not in self._heard:
            self.say(alarm, because, times)

    def acknowledge(self, severity: Severity) -> bool:
        """A desk has it on its screen; False if it had it already."""
        if severity in self._heard:
            return False
        self._heard.add(severity)
        if not self._is_watching():
            self.retire()
        return True

    def retire(self) -> None:
        """It is one of the many again."""
        self.incident = None
        if self.model is not None:
            self.stage.parts.switchboard.coverage.aerials.pop(self.id, None)
            self.remove()

    def tune_in(self) -> None:
        """There is a signal again: what nobody has acknowledged is said again in its own time."""

    # --- at the other end of a desk's line

    def lose(self, call: Call, because: int) -> None:
        """All lines of the desk are busy: the alarm stays on the screen until one is free."""

    def part(self, call: Call, because: int) -> None:
        """The desk has dealt with it."""

    def say_again(self, call: Call) -> Statement | None:
        """A device knows no more than it has said."""
        return None

    def stands_by(self, call: Call, picks_up: float) -> bool:
        """A device does."""
        return True

    def misfit(self) -> float:
        """Its line is known."""
        return 0.0

    def hear(self, message: Message, because: int) -> None:
        """Nobody talks to a device."""
