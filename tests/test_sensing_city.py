"""Alarms in a living city, second by second: what they save, what false ones cost, and where sensors do harm."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.actors.false_alarms import FalseAlarm
from sim.actors.sensor import Sensor
from sim.actors.sensors import Sensors
from sim.core import events as e
from sim.core.errors import InputError
from sim.core.log import Log
from sim.core.streams import Dice, Streams
from sim.hazards.tables import hazard_tables
from sim.model import City
from sim.results.kpis import kpis
from sim.results.timeline import Timeline
from sim.results.waterfall import by_id, links, waterfall
from sim.saving import load, save
from sim.scenario import Scenario
from tests.sensing_scene import (
    AIRTIME_S,
    ENTER_S,
    GLANCE_S,
    VIDEO_S,
    Devices,
    devices,
    first_sample,
    sensor_dice,
)
from tests.spine import Paper, busy_hour, city_of, events, lived, log_of, paper, plain, scenario_of, the, times
from tests.test_blindfold import blindfold

__all__ = ["blindfold", "devices", "paper"]

FIRE: dict[str, Any] = {
    "name": "fire", "kind": "dwelling_fire", "at": "+0s", "place": {"node": "B3"}, "floor": 1, "access": "0s",
    "details": {"growth": "medium", "is_contained": True, "occupants": 0},
}  # fmt: skip
SEEN_S = 600  # a neighbour sees it
CALL_S = SEEN_S + 3 + 45  # picked up, said: it is a case
WAY_S = 8 + 60 + 100  # order on the air, turnout, one block from B2 to B3
PICK_UP_S, DELAY_S = 3, 30

BURNS_S = 51
"""A fire of medium growth gives 20 kW after sqrt(20 / 0.01172) = 41.3 s; it is stepped at 50 s, after readings."""

IOT = "fragmented+sensing=iot.smoke=1"


@pytest.fixture
def late(paper: Paper) -> Paper:
    """Nobody calls before ten minutes."""
    paper.kind("dwelling_fire", notice_s__median=float(SEEN_S), physics__alpha_medium__value=0.01172)
    return paper


def heard_s(name: str = "fire") -> int:
    """When the alarm of a fire's own detector is on the screen."""
    return round(first_sample("smoke", name, 10.0, BURNS_S)) + DELAY_S + AIRTIME_S


def with_cry(scenario: Scenario, arm: str, at: float, node: str, kind: str = "smoke", seed: int = 1) -> City:
    """A city in which a sensor cries for nothing at a node."""
    city = city_of(scenario, arm, seed)
    place = 1000.0 * "ABCDEFG".index(node[0]), 1000.0 * (int(node[1]) - 1)
    city.sensors.agenda.at(at, city.sensors.cry, kind, place, Dice(Streams(seed), 1, 2, 3))
    return city


# --- what an alarm saves


def test_an_alarm_is_a_case_as_soon_as_a_call_taker_has_taken_it_over(late: Paper, devices: Devices) -> None:
    scenario = scenario_of(incidents=[FIRE])
    assert times(log_of(scenario), e.UnitOnScene)[0] == CALL_S + WAY_S
    log = log_of(scenario, IOT)
    entered = heard_s() + PICK_UP_S + ENTER_S
    assert times(log, e.UnitOrdered)[0] == entered
    assert times(log, e.UnitOnScene)[0] == entered + WAY_S


def test_looking_through_a_camera_first_takes_as_long_as_looking_takes(late: Paper, devices: Devices) -> None:
    log = log_of(scenario_of(incidents=[FIRE]), f"{IOT},check=all")
    assert times(log, e.AlarmVerified, is_real=True) == [heard_s() + PICK_UP_S + VIDEO_S]
    assert times(log, e.UnitOrdered)[0] == heard_s() + PICK_UP_S + VIDEO_S


def test_a_caller_joins_the_case_that_an_alarm_has_opened(late: Paper, devices: Devices) -> None:
    log = log_of(scenario_of(incidents=[FIRE]), IOT)
    opened = the(log, e.CaseOpened)
    assert opened.department == "fire" and opened.call.startswith("alarm-smoke-")
    own = [one for one in events(log, e.CallJoinedCase) if one.event.call.startswith("call-")]
    assert all(one.event.case == opened.case for one in own)


def test_a_smell_of_gas_reaches_the_firm_that_can_shut_it_off(devices: Devices) -> None:
    leak = {"name": "leak", "kind": "gas_leak", "at": "+0s", "place": {"node": "D4"}, "details": {"severity": "minor"}}
    arm = "linked+sensing=iot.gas=1"  # a list says whose it is
    log = log_of(scenario_of(incidents=[leak]), arm)
    heard = first_sample("gas", "leak", 10.0, 0) + 45 + AIRTIME_S
    read = times(log, e.MessageRead, message_kind="alarm")
    assert read == [heard + GLANCE_S]
    accepted = [one for one in events(log, e.CaseAccepted, department="power_gas") if one.t == read[0]]
    assert accepted, "no list would have said whose it is"
    orders = [one for one in events(log, e.UnitOrdered) if one.event.department == "power_gas"]
    assert orders and orders[0].t == read[0] and orders[0].incident == "leak"


# --- what a false one costs


def test_a_crew_that_was_sent_for_nothing_is_wasted_and_the_desk_believes_less(late: Paper, devices: Devices) -> None:
    log = lived(with_cry(scenario_of(), IOT, 100, "D4")).log
    ordered = 100 + DELAY_S + AIRTIME_S + PICK_UP_S + ENTER_S
    assert times(log, e.UnitOrdered) == [ordered]
    there = ordered + 8 + 60 + 400  # B2 to D4
    assert times(log, e.UnitAtGivenPlace) == [there]
    assert times(log, e.NothingFound) == [there + 900]
    found = kpis(log)
    assert found["wasted_dispatches"] == 1.0 and found["wasted_work_s"] == there + 900 - ordered
    assert found["alarms"] == found["false_alarms"] == 1.0
    told = the(log, e.TrustChanged)
    assert (told.department, told.sensor_kind, told.trust) == ("fire", "smoke", 0.9)
    assert the(log, e.AlarmDismissed).reason == "nothing found"


def test_a_look_saves_the_crew_and_costs_the_call_taker_his_time(late: Paper, devices: Devices) -> None:
    log = lived(with_cry(scenario_of(), f"{IOT},check=all", 100, "D4")).log
    assert not events(log, e.UnitOrdered)
    assert the(log, e.AlarmDismissed).reason == "seen to be false"
    assert the(log, e.TrustChanged).trust == 0.9
    assert kpis(log)["call_taker_hours"] == pytest.approx(VIDEO_S / 3600)


def test_a_duty_officer_who_looks_at_a_slope_is_busy_so_long(devices: Devices) -> None:
    log = lived(with_cry(scenario_of(), "fragmented+sensing=iot.slope=1,check=all", 100, "D4", "slope")).log
    assert times(log, e.MessageRead, message_kind="alarm") == [100 + 60 + AIRTIME_S + GLANCE_S]
    assert times(log, e.AlarmVerified, is_real=False) == [100 + 60 + AIRTIME_S + GLANCE_S + VIDEO_S]
    assert Timeline(log).rootless.desk_s == {"planning": GLANCE_S + VIDEO_S}
    assert the(log, e.TrustChanged).department == "planning district West"


def test_a_camera_that_deceives_lets_a_fire_burn(late: Paper, devices: Devices) -> None:
    devices.set(smoke__video_right=0.0)
    log = log_of(scenario_of(incidents=[FIRE]), f"{IOT},check=all")
    assert the(log, e.AlarmDismissed).reason == "seen to be false"
    assert times(log, e.UnitOrdered)[0] == CALL_S


def test_a_desk_that_was_fooled_puts_the_alarm_of_a_real_fire_aside(late: Paper, devices: Devices) -> None:
    """Trust falls to nothing; of what is missing, 2 % a day come back: too little within the hour."""
    fire = {**FIRE, "at": "+1800s", "place": {"node": "F7"}}
    scenario = scenario_of(incidents=[fire])
    devices.set(trust__falls_to=0.9)
    believed = lived(with_cry(scenario, IOT, 0, "B3")).log
    devices.set(trust__falls_to=0.0)
    fooled = lived(with_cry(scenario, IOT, 0, "B3")).log
    assert [one.event.reason for one in events(fooled, e.AlarmDismissed)] == ["nothing found", "put aside"]
    after = [next(one.t for one in events(log, e.UnitOrdered) if one.incident == "fire") for log in (believed, fooled)]
    assert after[1] == 1800 + CALL_S
    assert after[0] < 1800 + 200
    aside = next(one for one in events(fooled, e.AlarmDismissed, reason="put aside"))
    answered = max(t for t in times(fooled, e.CallAnswered) if t < aside.t)
    assert aside.t - answered == GLANCE_S


# --- where sensors do harm

AWAY = "G7"
ONE_ENGINE = {"fleets": {"fire": 0.25}}
SOME = 0.3
"""A share of sites at which the fire's own has no sensor."""

LIFT: dict[str, Any] = {
    "name": "lift", "kind": "help_request", "at": "+0s", "place": {"node": "B3"}, "floor": 1, "access": "0s",
    "details": {"severity": "minor", "injured": 0},
}  # fmt: skip


def test_a_false_alarm_takes_the_only_engine_away_from_somebody_who_called(paper: Paper, devices: Devices) -> None:
    """B2 to G7 is ten blocks, and the search 900 s: the engine is free at 2,123 s, 1,475 s after it was called for."""
    paper.kind("help_request", notice_s__median=float(SEEN_S))
    scenario = scenario_of(incidents=[LIFT], resources=ONE_ENGINE)
    arm = "fragmented+dispatch=believed_eta"
    blind = log_of(scenario, arm)
    assert times(blind, e.UnitOnScene) == [CALL_S + WAY_S]
    sensing = lived(with_cry(scenario, f"{arm}+sensing=iot.smoke={SOME}", 100, AWAY)).log
    ordered = 100 + DELAY_S + AIRTIME_S + PICK_UP_S + ENTER_S
    freed = ordered + 8 + 60 + 1000 + 900
    assert times(sensing, e.NothingFound) == [freed]
    assert times(sensing, e.UnitOrdered) == [ordered, freed + 1]  # as soon as it has said that it is free
    assert times(sensing, e.UnitOnScene)[0] > freed + 8 + 5 + 800  # nine blocks, some of one already driven
    checked = lived(with_cry(scenario, f"{arm}+sensing=iot.smoke={SOME},check=all", 100, AWAY)).log
    assert times(checked, e.UnitOnScene) == [CALL_S + WAY_S]  # a look would have kept it at home


def test_while_the_only_call_taker_looks_at_a_screen_a_caller_waits(late: Paper, devices: Devices) -> None:
    """The screen is looked at from 595 to 685 s; the caller rings at 600 and is answered at 688, not at 603 s."""
    assert sensor_dice("smoke", "fire").of("sensor site").random() > SOME
    scenario = scenario_of(incidents=[FIRE])
    cried = SEEN_S - 5 - DELAY_S - AIRTIME_S - PICK_UP_S
    log = lived(with_cry(scenario, f"fragmented+sensing=iot.smoke={SOME},check=all", cried, AWAY)).log
    later = SEEN_S - 5 + VIDEO_S + PICK_UP_S
    assert times(log, e.CallAnswered, department="fire") == [SEEN_S - 5, later]
    assert times(log, e.UnitOrdered) == [later + 45]
    waited = events(log, e.CallAnswered)[1].event.waited_for
    assert isinstance(log[waited].event, e.CallEnded) and log[waited].event.outcome == "dismissed"


# --- what goes out of order


def test_an_alarm_is_sent_again_until_a_desk_has_it(late: Paper, devices: Devices) -> None:
    out = {"channel": "sensor network", "at": "+0s", "until": "+5min"}
    log = log_of(scenario_of(incidents=[FIRE], outages=[out]), IOT)
    sent = heard_s() - AIRTIME_S
    first = next(t for t in range(sent, 1000, 30) if t >= 300)
    assert len(events(log, e.MessageLost, channel="sensor network")) == (first - sent) // 30
    assert [one.t for one in events(log, e.MessageHeard, channel="sensor network")] == [first + AIRTIME_S]


def test_without_power_a_device_goes_on_for_as_long_as_its_battery(late: Paper, devices: Devices) -> None:
    scenario = scenario_of(incidents=[{**FIRE, "at": "+600s"}])

    def log_in_the_dark(holds_s: float) -> Log:
        devices.set(smoke__holds_s=holds_s)
        city = city_of(scenario, IOT)
        city.sensors.agenda.at(60, city.sensors.power_off, 1000.0, 2000.0, 500.0)
        city.sensors.agenda.at(60, city.sensors.power_off, 5000.0, 5000.0, 500.0)  # elsewhere
        city.sensors.agenda.at(900, city.sensors.power_on, 1000.0, 2000.0, 500.0)
        return lived(city).log

    dark = log_in_the_dark(0.0)
    assert the(dark, e.SensorFailed).reason == "no power"
    assert times(dark, e.SensorTripped)[0] >= 900
    assert times(log_in_the_dark(86_400.0), e.SensorTripped)[0] < 700


def test_muted_sensors_see_nothing_until_they_are_mended(late: Paper, devices: Devices) -> None:
    city = city_of(scenario_of(incidents=[FIRE]), IOT)
    city.sensors.agenda.at(0, city.sensors.tamper, "smoke", 1000.0, 2000.0, 300.0, "mute")
    city.sensors.agenda.at(400, city.sensors.tamper, "smoke", 1000.0, 2000.0, 300.0, "")
    log = lived(city).log
    assert the(log, e.SensorFailed).reason == "muted"
    assert 400 <= times(log, e.SensorTripped)[0] < 411
    assert the(log, e.SensorsTampered).devices >= 1


def test_sensors_that_are_made_to_cry_cry_once_each_within_a_minute(devices: Devices) -> None:
    city = city_of(scenario_of(), IOT)
    city.sensors.agenda.at(600, city.sensors.tamper, "smoke", 3000.0, 3000.0, 1100.0, "cry")
    log = lived(city, 900).log
    cried = events(log, e.SensorTripped, is_true=False)
    assert len(cried) == the(log, e.SensorsTampered).devices > 100
    assert all(600 < one.t <= 660 and one.incident is None for one in cried)
    assert all((one.event.x - 3000) ** 2 + (one.event.y - 3000) ** 2 <= 1100.1**2 for one in cried)


def test_what_cannot_be_tampered_with_is_named(devices: Devices) -> None:
    sensors = city_of(scenario_of(), IOT).sensors
    with pytest.raises(InputError, match="Did you mean 'smoke'"):
        sensors.tamper("smok", 0.0, 0.0, 100.0, "cry")
    with pytest.raises(InputError, match="mode is 'shout'"):
        sensors.tamper("smoke", 0.0, 0.0, 100.0, "shout")


def test_where_there_are_no_sensors_nothing_can_be_done_to_them() -> None:
    sensors = city_of(scenario_of()).sensors
    assert sensors.tamper("smoke", 3000.0, 3000.0, 1100.0, "cry") == 0


# --- what results say


def test_the_story_of_a_fire_can_begin_at_a_sensor(late: Paper, devices: Devices) -> None:
    log = log_of(scenario_of(incidents=[FIRE]), IOT)
    line = Timeline(log)
    record = line.incidents["fire"]
    assert record.first_ring == heard_s() and record.was_sensed_first
    story = links(by_id(log), line, record, record.times("fire").effects["UnitOnScene"])
    assert story is not None
    kinds = [type(link.now.event).__name__ for link in story]
    assert kinds[:4] == ["SensorTripped", "MessageSent", "MessageHeard", "CallAnswered"]
    parts = waterfall(by_id(log), line, record, "fire").parts
    found: dict[str, int] = {}
    for part in parts:
        found[part.label] = found.get(part.label, 0) + part.ms // 1000
    assert sum(found.values()) == heard_s() + PICK_UP_S + ENTER_S + WAY_S
    sampled = heard_s() - DELAY_S - AIRTIME_S
    assert (found["detect"], found["send"], found["answer"]) == (sampled, DELAY_S, PICK_UP_S)


def test_discovery_ends_with_the_first_ring_or_the_first_alarm(late: Paper, devices: Devices) -> None:
    scenario = scenario_of(incidents=[FIRE])
    called, sensed = kpis(log_of(scenario)), kpis(log_of(scenario, IOT))
    assert (called["discovery_s"], called["found_by_sensor_share"]) == (SEEN_S, 0.0)
    assert (sensed["discovery_s"], sensed["found_by_sensor_share"]) == (heard_s(), 1.0)
    assert sensed["sensors"] > 4000 and called["sensors"] == 0.0


def test_an_alarm_that_comes_after_a_call_does_not_move_the_first_ring(paper: Paper, devices: Devices) -> None:
    devices.set(smoke__delay_s=300.0)
    log = log_of(scenario_of(incidents=[FIRE]), IOT)
    record = Timeline(log).incidents["fire"]
    assert record.first_ring == 60 and not record.was_sensed_first


# --- what must not change


def test_where_only_calls_count_the_table_of_sensors_changes_nothing(devices: Devices) -> None:
    scenario = scenario_of(incidents=[FIRE])
    before = log_of(scenario).sha256()
    for kind in list(devices.table.sensor):
        devices.set(**{f"{kind}__false_per_day": 1e3, f"{kind}__detects": 0.1, f"{kind}__sites": 1e9})
    assert log_of(scenario).sha256() == before


def test_where_only_calls_count_nobody_looks_for_a_sensor(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object) -> None:
        raise AssertionError("there are no sensors")

    monkeypatch.setattr(Sensors, "expect", broken)
    monkeypatch.setattr(Sensor, "__init__", broken)
    log_of(scenario_of(incidents=[FIRE]))


def test_sensors_that_stand_nowhere_change_nothing(devices: Devices) -> None:
    none = "sensing=iot.smoke=0,water_level=0,slope=0,gas=0,camera=0"
    logs = [log_of(scenario_of(incidents=[FIRE]), arm) for arm in ("fragmented", f"fragmented+{none}")]
    assert [plain(one, "policies") for one in logs[0]] == [plain(one, "policies") for one in logs[1]]


@pytest.mark.parametrize("check", ["none", "doubted", "all"])
def test_every_kind_is_sensed_blindfolded(blindfold: None, check: str) -> None:
    kinds = sorted(hazard_tables().kinds)
    listed = [{"name": kind, "kind": kind, "at": f"+{n}min", "place": {"node": "D4"}} for n, kind in enumerate(kinds)]
    arm = f"fragmented+sensing=iot.smoke=1,water_level=1,slope=1,gas=1,camera=1,check={check}"
    log = log_of(scenario_of(incidents=listed, drain="1h"), arm)
    assert len({one.event.sensor_kind for one in events(log, e.SensorTripped)}) >= 4


@pytest.mark.parametrize("t", [60, 95, 110, 1300])
def test_a_city_saved_while_an_alarm_is_under_way_goes_on_as_if_nothing_had_been(tmp_path: Path, t: int) -> None:
    def fresh() -> City:
        return with_cry(scenario_of(incidents=[FIRE]), f"{IOT},check=doubted", 30, "D4")

    whole = lived(fresh()).log.sha256()
    city = lived(fresh(), t)
    save(city, tmp_path / "city")
    assert lived(load(tmp_path / "city")).log.sha256() == whole


# --- the load arrives


@pytest.mark.slow
def test_the_false_alarms_of_a_city_reach_its_desks_and_take_their_time(monkeypatch: pytest.MonkeyPatch) -> None:
    arm = "fragmented+sensing=iot.smoke=0.1,check=all"
    city = city_of(busy_hour(), arm)
    script: list[FalseAlarm] = city.sensors._script
    due = [one for one in script if one.t < 3600 - 60 and one.sensor == "smoke"]
    log = lived(city).log
    cried = {(one.t, one.event.x, one.event.y) for one in events(log, e.SensorTripped, is_true=False)}
    assert len(due) > 10
    assert {(round(one.t), round(one.x, 1), round(one.y, 1)) for one in due} <= cried
    looked = [one.event.seconds for one in events(log, e.AlarmVerified)]
    assert len(looked) > 10 and all(60 <= seconds <= 120 for seconds in looked)
    calls = kpis(log_of(busy_hour()))
    assert kpis(log)["call_taker_hours"] > calls["call_taker_hours"] + 0.9 * sum(looked[: len(due)]) / 3600


# --- what a sensor cannot mend

SLOPE: dict[str, Any] = {
    "name": "slope", "kind": "slide", "at": "+0s", "place": {"node": "D4"},
    "details": {"fails_after": 20_000, "inside": 0},
}  # fmt: skip


def test_a_slope_that_is_seen_in_time_is_of_no_use_to_whom_nobody_has_told_that_it_is_his(devices: Devices) -> None:
    """Both arms hear the same alarm in the same second; only where a list says whose it is, the lead hears of it."""
    scenario = scenario_of(incidents=[SLOPE], duration="6h")
    alike, led, seen = [], [], []
    for arm in ("fragmented", "linked"):
        log = log_of(scenario, f"{arm}+sensing=iot.slope=1,fused=false")
        heard = [one for one in events(log, e.MessageHeard, channel="sensor network") if one.event.receiver]
        alike.append(heard[0].t)
        read = times(log, e.MessageRead, message_kind="alarm")[0]
        handed = events(log, e.CaseHandedOff, department="planning", to_department="housing district West")
        seen.append(bool(handed) and handed[0].t == read)
        led.append(any(one.t < read + 3600 for one in events(log, e.CaseAccepted, department="housing")))
    assert alike[0] == alike[1]
    assert seen == led == [False, True]
