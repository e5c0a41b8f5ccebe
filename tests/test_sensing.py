"""Sensors: what they see and miss, how soon, how often they cry for nothing, and how desks believe them less."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.actors.alarm_trust import AlarmTrust, settled
from sim.actors.false_alarms import FalseAlarm, Layout, false_alarms
from sim.actors.fleet import share_of_city
from sim.actors.sensor_tables import DAY_S, SensorTable, sensing
from sim.city.embedded import load_embedded
from sim.comms.views import AlarmView
from sim.core import events as e
from sim.core.clock import Clock
from sim.core.log import Log
from sim.core.streams import Streams
from sim.core.vocabulary import Severity
from sim.hazards.script import Window
from sim.hazards.tables import hazard_tables
from sim.policies.bundles import bundles, parse_arm
from sim.policies.sensing import CallsOnly, Heed, Iot
from tests.sensing_scene import Devices, devices, first_sample, sensor_dice
from tests.spine import events, log_of, scenario_of, times

__all__ = ["devices"]

ALL = "sensing=iot.smoke=1,water_level=1,slope=1,gas=1,camera=1"
DAY = Window(0.0, DAY_S)


def tripped(log: Log) -> set[str]:
    """Incidents that a sensor saw."""
    return {str(one.incident) for one in events(log, e.SensorTripped, is_true=True)}


def leaks(count: int) -> list[dict[str, object]]:
    """Smells of gas all over town."""
    nodes = [f"{column}{row}" for column in "ABCDEFG" for row in range(1, 8)]
    return [
        {"name": f"leak {n}", "kind": "gas_leak", "at": f"+{n}s", "place": {"node": nodes[n % len(nodes)]}}
        for n in range(count)
    ]


# --- how soon

FAILS_S, SCALE_MM, SLOPE_MM = 20_000, 10.0, 5.0
CREEPING = {"name": "slope", "kind": "slide", "at": "+0s", "place": {"node": "D4"},
            "details": {"fails_after": FAILS_S, "inside": 0}}  # fmt: skip
REACHED_S = FAILS_S * (1.0 - math.exp(-SLOPE_MM / SCALE_MM))
"""Creep is -scale ln(1 - t / fails) (Fukuzono): it passes a level at fails (1 - exp(-level / scale)); 7,869 s."""


@pytest.mark.parametrize("fused", [False, True])
def test_a_creeping_slope_is_told_at_the_first_reading_above_the_threshold(devices: Devices, fused: bool) -> None:
    devices.set(slope__levels__minor=SLOPE_MM, slope__sample_s=300.0, slope__delay_s=60.0)
    log = log_of(scenario_of(incidents=[CREEPING], duration="6h"), f"fragmented+{ALL},fused={fused}")
    readings = [first_sample("slope", "slope", 300.0, REACHED_S, device) for device in range(2 if fused else 1)]
    assert times(log, e.SensorTripped, severity="minor") == [max(readings)]
    assert REACHED_S <= max(readings) < REACHED_S + 300.0 + 1.0
    sent = [one for one in events(log, e.MessageSent, message_kind="alarm") if "minor" in one.event.text]
    assert [one.t for one in sent] == [max(readings) + 60.0]
    assert times(log, e.MessageHeard, message=sent[0].event.message) == [sent[0].t + 2]


def test_the_wait_for_a_reading_is_half_an_interval_on_average_and_two_thirds_where_two_must_agree() -> None:
    """U is the time from the threshold to a device's next reading, in intervals: E U = 1/2, E max(U, V) = 2/3."""
    draws = np.array([sensor_dice("slope", f"slope {n}").of("sensor phase").random(2) for n in range(4000)])
    assert abs(draws[:, 0].mean() - 1 / 2) < 4 * math.sqrt(1 / 12 / 4000)
    assert abs(draws.max(axis=1).mean() - 2 / 3) < 4 * math.sqrt(1 / 18 / 4000)


def test_a_worse_reading_is_told_again(devices: Devices) -> None:
    log = log_of(scenario_of(incidents=[CREEPING], duration="6h"), f"fragmented+{ALL}")
    assert [one.event.severity for one in events(log, e.SensorTripped)] == ["minor", "serious"]


# --- how surely


def test_as_many_are_missed_as_the_table_says_and_it_is_sealed_which(devices: Devices) -> None:
    p, n = 0.6, 120
    devices.set(gas__detects=p)
    log = log_of(scenario_of(incidents=leaks(n), drain="1h"), f"fragmented+{ALL}")
    seen = {f"leak {k}" for k in range(n) if sensor_dice("gas", f"leak {k}").of("sensor sees").random() < p}
    assert tripped(log) == seen
    assert abs(len(seen) - n * p) < 4 * math.sqrt(n * p * (1 - p))


def test_two_that_must_agree_see_all_that_one_sees_and_more(devices: Devices) -> None:
    devices.set(gas__detects=0.5, gas__detects_fused=0.8)
    scenario = scenario_of(incidents=leaks(60), drain="30min")
    one, two = (tripped(log_of(scenario, f"fragmented+{ALL}{more}")) for more in ("", ",fused=true"))
    assert one < two


def test_more_coverage_loses_no_incident_that_less_would_have_seen(devices: Devices) -> None:
    scenario = scenario_of(incidents=leaks(80), drain="30min")
    found = [tripped(log_of(scenario, f"fragmented+sensing=iot.gas={share}")) for share in (0.0, 0.3, 0.6, 1.0)]
    assert found[0] == set() and found[3] == {f"leak {n}" for n in range(80)}
    assert found[0] < found[1] < found[2] < found[3]
    assert abs(len(found[1]) - 80 * 0.3) < 4 * math.sqrt(80 * 0.3 * 0.7)


def test_a_dead_device_sees_nothing_until_it_has_been_repaired(devices: Devices) -> None:
    devices.set(gas__works_d=1e-9, gas__repair_h=1.0)  # all are dead when something begins, for an hour on average
    log = log_of(scenario_of(incidents=leaks(30), drain="3h"), f"fragmented+{ALL}")
    failed = {one.incident: one.t for one in events(log, e.SensorFailed, reason="out of order")}
    back = {one.incident: one.t for one in events(log, e.SensorRestored)}
    seen = {one.incident: one.t for one in events(log, e.SensorTripped)}
    assert len(failed) == 30 and seen.keys() == back.keys() and seen.keys() < failed.keys() | {None}
    assert all(seen[name] == back[name] > failed[name] for name in seen)


def test_a_device_is_dead_for_the_share_of_time_that_its_failures_and_repairs_make() -> None:
    table = sensing().sensor["slope"]
    days, hours = table.works_d.value, table.repair_h.value
    assert table.idle_share == pytest.approx(hours / 24 / (days + hours / 24))


# --- how often for nothing


def scripted(table: SensorTable, coverage: float, fused: bool = False, seed: int = 1) -> list[FalseAlarm]:
    """A day's false alarms of a type in Shenzhen."""
    town = load_embedded("shenzhen")
    return false_alarms("type", table, Layout(share_of_city(town), coverage, fused, True), town, Streams(seed), DAY)


@pytest.mark.parametrize("kind", sorted(sensing().sensor))
@pytest.mark.parametrize("fused", [False, True])
def test_false_alarms_come_at_the_rate_of_the_table(kind: str, fused: bool) -> None:
    """Poisson of mean sites x share of the city x coverage x rate (x the share that a second device bears out)."""
    table, town = sensing().sensor[kind], load_embedded("shenzhen")
    mean = (
        table.sites.value * share_of_city(town) * 0.3 * table.false_per_day.value * (table.agrees.value if fused else 1)
    )
    assert Layout(share_of_city(town), 0.3, fused, True).cries_per_day(table) == pytest.approx(mean)
    count = np.mean([len(scripted(table, 0.3, fused, seed)) for seed in range(1, 6)])
    assert abs(count - mean) < 4 * math.sqrt(mean / 5)


def test_more_coverage_adds_false_alarms_and_moves_none() -> None:
    table = sensing().sensor["gas"]
    few, many = scripted(table, 0.2), scripted(table, 0.5)
    assert set(few) < set(many)
    assert set(scripted(table, 0.5, fused=True)) < set(many)


def test_of_the_alarms_of_houses_hardly_one_in_a_hundred_is_real() -> None:
    """X2: 0.4-1.1 % of building alarms are real; here fires x share seen, of these and the false ones."""
    table = sensing().sensor["smoke"]
    real = hazard_tables().kinds["dwelling_fire"].per_day.value * table.detects.value
    false = table.sites.value * table.false_per_day.value
    assert 0.004 < real / (real + false) < 0.011


# --- trust


def trust_of(clock: Clock, per_day: float = 0.0, finds_all: bool = True) -> AlarmTrust:
    return AlarmTrust(sensing().trust, clock, lambda desk, kind: per_day, finds_all=finds_all)


def test_each_false_alarm_leaves_nine_tenths_of_trust() -> None:
    trust = trust_of(Clock())
    found = [trust.cry("desk", "smoke") for _ in range(5)]
    assert found == pytest.approx([0.9**n for n in range(1, 6)])
    assert trust.of("desk", "slope") == trust.of("other desk", "smoke") == 1.0  # each desk, each type for itself


def test_two_per_cent_of_what_is_missing_come_back_every_day() -> None:
    clock = Clock()
    trust = trust_of(clock)
    for _ in range(7):
        trust.cry("desk", "smoke")
    clock.t = round(30 * DAY_S)
    assert trust.of("desk", "smoke") == pytest.approx(1 - (1 - 0.9**7) * 0.98**30)


@pytest.mark.parametrize(("per_day", "finds_all"), [(0.5, True), (2.0, True), (0.5, False)])
def test_trust_starts_where_years_of_false_alarms_have_brought_it(per_day: float, finds_all: bool) -> None:
    """The mean over a long life of a desk: exact if all false alarms are found out, near if only the heeded are."""
    clock, rng = Clock(), Streams(1)("years")
    trust = trust_of(clock, per_day, finds_all)
    start = trust.of("desk", "smoke")
    felt = []
    for gap in rng.standard_exponential(6000) / per_day * DAY_S:
        clock.t += round(gap)
        felt.append(trust.of("desk", "smoke"))  # arrivals of a Poisson process see time averages
        if finds_all or rng.random() < felt[-1]:
            trust.cry("desk", "smoke")
    assert start == pytest.approx(settled(per_day, -math.log(0.98), 0.1, finds_all=finds_all))
    # values years apart are independent; nearer ones are not: about 1/100 of 6,000 count
    assert abs(np.mean(felt) - start) < 4 * np.std(felt) / math.sqrt(60) + (0.0 if finds_all else 0.02)


def test_where_every_false_alarm_is_found_out_one_in_five_days_halves_trust() -> None:
    pace = -math.log(0.98)
    assert settled(pace / 0.1, pace, 0.1, finds_all=True) == pytest.approx(0.5)
    assert settled(0.0, pace, 0.1, finds_all=False) == 1.0


# --- what policies decide


@pytest.mark.parametrize(("trust", "doubt"), [(1.0, 0.99), (0.5, 0.49), (0.5, 0.5), (0.0, 0.0)])
def test_an_alarm_is_heeded_as_often_as_its_kind_is_believed(trust: float, doubt: float) -> None:
    view = AlarmView("smoke", "dwelling_fire", Severity.MINOR, trust, doubt, voices=0)
    believed = doubt < trust
    assert Iot().heed(view) is (Heed.ACT if believed else Heed.ASIDE)
    assert Iot(check="doubted").heed(view) is (Heed.ACT if believed else Heed.CHECK)
    assert Iot(check="all").heed(view) is Heed.CHECK
    assert Iot(check="blind").heed(view) is Heed.ACT
    assert CallsOnly().heed(view) is Heed.ASIDE


def test_who_has_heard_it_from_others_too_does_not_doubt() -> None:
    view = AlarmView("smoke", "dwelling_fire", Severity.MINOR, trust=0.0, doubt=1.0, voices=1)
    assert all(Iot(check=check).heed(view) is Heed.ACT for check in ("none", "doubted", "all"))


def test_switches_and_shares_are_read_from_the_command_line() -> None:
    policy = parse_arm("fragmented+sensing=iot.smoke=0.25,check=all,fused=true").policies.sensing
    assert policy == Iot(smoke=0.25, check="all", fused=True)
    assert policy.coverage("smoke") == 0.25 and policy.coverage("no such sensor") == 0.0


def test_each_sensor_has_a_share_in_the_policy_and_the_archetype_has_none() -> None:
    assert set(sensing().sensor) <= set(Iot.model_fields)
    assert isinstance(bundles()["fragmented"].policies.sensing, CallsOnly)
    assert not bundles()["fragmented"].policies.sensing.has_sensors
