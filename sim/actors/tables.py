"""The actors' tables: services, and how people work; every number with its unit, grade and source."""

from __future__ import annotations

import math

from pydantic import BaseModel, ConfigDict

import sim.actors.table_names  # noqa: F401 - from now on it looks at the names in tables that are read
from sim.comms.channels import ChannelRule
from sim.core.quantities import Quantity
from sim.core.streams import Dice
from sim.core.tables import kept, read_table
from sim.core.vocabulary import Capability, Number, Service


class Table(BaseModel):
    """A table of the data: strict, so that a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CrewTable(Table):
    """Crews of one department: where they stand, how many there are, what they can do."""

    station: str
    or_station: str = ""  # where its units stand on a map that has none of its own stations
    attribute: str  # of a station: how many of the units it has
    unit_prefix: str
    capabilities: tuple[Capability, ...]
    fleet: Quantity
    turnout_median_s: Quantity
    turnout_sigma: Quantity
    uses_siren: bool
    is_posted_at_station: bool


class ServiceTable(CrewTable):
    """An emergency service: its number, crews, desks."""

    number: Number
    target_s: Quantity
    call_takers: Quantity
    lines: Quantity


class DeskTable(Table):
    """How call-takers work."""

    pick_up_s: Quantity
    talk_median_s: Quantity
    talk_sigma: Quantity
    wrong_desk_share: Quantity
    chaser_share: Quantity
    transfer_s: Quantity
    transfer_drop: Quantity
    join_radius_m: Quantity
    join_window_s: Quantity
    relay_radius_m: Quantity
    coach_s: Quantity
    instruct_s: Quantity
    ring_back_s: Quantity
    ring_back_success: Quantity
    relay_retry_s: Quantity
    silent_s: Quantity


class CallerTable(Table):
    """How callers behave."""

    patience_mean_s: Quantity
    hoax_serious: Quantity
    brazen: Quantity
    redial_s: Quantity
    redials: Quantity
    again_median_s: Quantity
    again_sigma: Quantity
    correction: Quantity
    severity_error: Quantity


class RadioTable(Table):
    """Spoken orders."""

    slots: Quantity
    airtime_s: Quantity
    loss: Quantity
    repeat_after_s: Quantity

    def rule(self) -> ChannelRule:
        """As a channel's rule."""
        return ChannelRule(round(self.slots.value), self.airtime_s.value, 0.0, self.loss.value)


class StatusTable(Table):
    """Status messages."""

    slots: Quantity
    airtime_s: Quantity
    loss: Quantity

    def rule(self) -> ChannelRule:
        """As a channel's rule."""
        return ChannelRule(round(self.slots.value), self.airtime_s.value, 0.0, self.loss.value)


class RoadTable(Table):
    """How crews drive and search."""

    turnout_on_road_s: Quantity
    sight_m: Quantity
    search_speed_ms: Quantity
    search_limit_s: Quantity
    closure_memory_s: Quantity


class SceneTable(Table):
    """How crews work at the scene."""

    size_up_s: Quantity
    count_sigma: Quantity
    file_s: Quantity


class HospitalTable(Table):
    """How emergency departments work."""

    beds_per_bay: Quantity
    least_bays: Quantity
    walk_in_share: Quantity
    stay_median_s: Quantity
    stay_sigma: Quantity
    hand_over_s: Quantity


class WorkTable(Table):
    """All of them."""

    desk: DeskTable
    caller: CallerTable
    radio: RadioTable
    status: StatusTable
    road: RoadTable
    scene: SceneTable
    hospital: HospitalTable


@kept
def services() -> dict[Service, ServiceTable]:
    """The services by name."""
    return {Service(name): ServiceTable.model_validate(table) for name, table in read_table("services").items()}


@kept
def work() -> WorkTable:
    """How people work."""
    return WorkTable.model_validate(read_table("work"))


def lognormal_s(dice: Dice, name: str, part: tuple[int, ...], median_s: float, sigma: float) -> float:
    """A lognormal duration that belongs to one part of a thing, s."""
    return median_s * math.exp(sigma * float(dice.of(name, *part).standard_normal()))
