"""The table of sensors: what each type watches, how well, and what desks make of its alarms."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from sim.actors.organisation import organisation
from sim.actors.tables import Table
from sim.comms.channels import ChannelRule
from sim.core.errors import unknown
from sim.core.quantities import Quantity
from sim.core.tables import kept, read_table
from sim.core.vocabulary import Number, Severity
from sim.hazards.evidence import Hourly, Lognormal
from sim.hazards.tables import incident_kinds

SENSOR_NETWORK = "sensor network"
"""The channel by which alarms travel."""

DAY_S = 86_400.0
HOUR_S = 3_600.0


class NetworkTable(Table):
    """How alarms travel."""

    slots: Quantity
    airtime_s: Quantity
    loss: Quantity
    repeat_s: Quantity
    repeats: Quantity

    def rule(self) -> ChannelRule:
        """As a channel's rule."""
        return ChannelRule(round(self.slots.value), self.airtime_s.value, 0.0, self.loss.value)


class AlarmDeskTable(Table):
    """What an alarm costs whoever sits at a desk."""

    glance_s: Quantity
    enter_s: Quantity
    video_s: Lognormal


class TrustTable(Table):
    """How trust falls and comes back."""

    falls_to: Quantity  # of what it was, by one false alarm
    recovers: Quantity  # of what is missing, by a day


class SensorTable(Table):
    """One type of sensor."""

    title: str
    title_zh: str
    owner: str  # department
    number: Number | None = None  # whose call centre hears it, instead of a duty desk of the owner
    watches: tuple[str, ...] = Field(min_length=1)  # kinds of incidents
    claims: str  # what a false alarm says that it is
    quantity: str  # what it reads of an incident
    levels: dict[Severity, Quantity] = Field(min_length=1)  # from which reading on it says how bad it is
    sited: Literal["home", "road"]
    sites: Quantity  # in the city for which the tables are made
    sample_s: Quantity
    delay_s: Quantity  # from a reading above a level until the alarm goes out
    detects: Quantity  # share of incidents that a device recognises
    detects_fused: Quantity  # the same of two devices that must agree
    false_per_day: Quantity  # by site
    agrees: Quantity  # share of false alarms that a second device bears out
    works_d: Quantity  # mean time between failures
    repair_h: Quantity
    holds_s: Quantity  # how long it goes on without power
    video_right: Quantity  # share of looks at a camera there that see what is true
    hourly: Hourly  # of false alarms

    @model_validator(mode="after")
    def _rises(self) -> SensorTable:
        found = [self.levels[one].value for one in self.steps]
        if found != sorted(found):
            raise ValueError(f"levels must rise with severity; here {found}")
        return self

    @property
    def steps(self) -> list[Severity]:
        """The severities that it can tell, in their order."""
        return [one for one in Severity if one in self.levels]

    def finds(self, *, fused: bool) -> float:
        """Share of incidents that it recognises."""
        return (self.detects_fused if fused else self.detects).value

    def cries_per_day(self, *, fused: bool) -> float:
        """False alarms a day that a site sends out."""
        return self.false_per_day.value * (self.agrees.value if fused else 1.0)

    @property
    def idle_share(self) -> float:
        """Share of time in which a device is out of order."""
        down_s, up_s = self.repair_h.value * HOUR_S, self.works_d.value * DAY_S
        return down_s / (down_s + up_s)


class SensingTable(Table):
    """All of it."""

    network: NetworkTable
    desk: AlarmDeskTable
    trust: TrustTable
    sensor: dict[str, SensorTable]


@kept
def sensing() -> SensingTable:
    """Sensors, their network, and how their alarms are taken."""
    tables = SensingTable.model_validate(read_table("sensors"))
    for name, table in tables.sensor.items():
        if table.owner not in organisation().department:
            raise unknown(f"sensors.toml: sensor.{name}.owner", table.owner, organisation().department)
        for kind in (*table.watches, table.claims):
            if kind not in incident_kinds():
                raise unknown(f"sensors.toml: sensor.{name}", kind, incident_kinds())
    return tables
