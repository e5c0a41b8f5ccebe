"""What happened and what was said, in Chinese: a sentence for each event, a shape for each message, no English left."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Any

import pytest

from sim.comms import alerts, messages, notes
from sim.comms.messages import Finding, Message
from sim.core import events as ev
from sim.core.log import EVENTS, Entry
from sim.core.vocabulary import Capability, Severity
from sim.model import City
from sim.results.delays import LABELS
from sim.scenario import Scenario
from sim.viewer.words import placeholders
from sim.viewer.words_figures import delay_words
from sim.viewer.words_messages import message_told, message_zh
from sim.viewer.words_names import Names, names_of
from sim.viewer.words_sentences import sentence_zh
from sim.viewer.words_values import sentence_words
from tests.spine import busy_hour, city_of, ground_of, lived

HAN = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"[A-Za-z]{2,}")
DERIVED = {"place", "to_place", "caller", "told"}
"""Placeholders that are made of fields: of x and y, of the citizen, of belief and value."""

assert messages and alerts and notes, "they are imported for the messages that they define"


@pytest.fixture(scope="module")
def names() -> Names:
    return names_of(ground_of("shenzhen", 100.0).town, "zh")


def test_every_event_has_a_sentence_of_its_own_fields() -> None:
    templates = sentence_words()["event"]
    assert set(templates) == set(EVENTS)
    for name, kind in EVENTS.items():
        assert placeholders(templates[name]) <= {one.name for one in fields(kind)} | DERIVED, name


def test_every_stage_of_a_delay_has_a_chinese_name_and_meaning() -> None:
    words = delay_words()["label"]
    assert set(words) == set(LABELS)
    assert all(HAN.search(name) and HAN.search(meaning) for name, meaning in words.values())
    assert len({name for name, _ in words.values()}) == len(words)


# --- messages


def _kinds(kind: type[Message]) -> dict[str, type[Message]]:
    """By name, for a class with slots is made twice."""
    found = {kind.__name__: kind}
    for other in kind.__subclasses__():
        found |= _kinds(other)
    return found


BASES = {"Message", "Paper", "PublicWord", "Note"}
"""What nobody sends as it is, and what people write."""

FINDING = Finding("road_crash", 1000.0, -2000.0, Severity.SERIOUS, 3, ((Capability.CLEAR, 1),), 0.9, 0.0)
SAMPLES: dict[str, Any] = {
    "sender": "police", "receiver": "emergency city", "case": "joint-7", "finding": FINDING, "dice": None,
    "unit": "P-Nanwan-3", "kind": "slide", "x": 1000.0, "y": -2000.0, "capability": Capability.SECURE, "serial": 0,
    "department": "fire", "area": "Futian", "sensor": "smoke-4", "about": "joint-7", "of": "report",
    "status": "en route", "edge": 5, "offset_m": 0.0, "as_of_s": 0.0, "severity": Severity.MINOR,
    "needs": {"treat": 2}, "same_as": "joint-8", "edges": frozenset(), "length_m": 900.0,
    "hospital": "HKU-Shenzhen Hospital", "free_bays": 4, "name": "warning-1", "says": "warning", "owner": "police city",
    "signatures": 1, "heard_m": 900.0, "told_per_min": 0.1, "needs_masts": True, "radius_m": 600.0,
}  # fmt: skip


def _sample(kind: type[Message]) -> Message:
    wanted = {one.name: SAMPLES[one.name] for one in fields(kind) if one.name in SAMPLES}
    return kind(**wanted)


@pytest.mark.parametrize("kind", [one for name, one in _kinds(Message).items() if name not in BASES])
def test_every_message_of_the_model_has_chinese(kind: type[Message], names: Names) -> None:
    said = message_zh(_sample(kind).text, names)
    assert not LATIN.search(said.replace("joint-7", "").replace("joint-8", "")), said


def test_the_words_of_people_stay_as_they_were_typed(names: Names) -> None:
    assert message_told("report: come at once", notes.Note.word, names) == "report: come at once"
    assert message_zh("come, please: it burns!", names) == "come, please: it burns!"


def test_a_message_in_chinese(names: Names) -> None:
    text = "notice: road_crash, serious, at -7010 4458; needed: 1 clear, 2 transport"
    told = "通告：交通事故，严重，位于南山区桃源街道塘朗站西南约450米；需要 1 个清障车组、2 个转运车组"
    assert message_zh(text, names) == told


def test_a_message_in_english_says_the_place_by_names_not_in_metres() -> None:
    names = names_of(ground_of("toy", 1.0).town, "en")
    told = message_told("F-West-1, go to 33 20: dwelling_fire, extinguish", "order", names)
    assert told == "F-West-1, go to Street 1 near A1, West Town, West: dwelling fire, extinguish"
    told = message_told("notice: slide, minor, at 2012 -702", "notice", names)
    assert told.endswith("700 m south of C1, West Town, West")
    told = message_told("P-1: the road is closed (edge 12)", "road report", names)
    assert told == "P-1: the road is closed (A Avenue)"


# --- names


def test_units_offices_and_houses_are_called_as_on_the_map(names: Names) -> None:
    assert names.of("P-Nanwan-3") == "南湾派出所3号车组"
    assert names.of("A-HKU-Hospital-2") == "香港大学深圳医院2号车组"
    assert names.of("water district Futian") == "福田区水务值班台"
    assert names.of("emergency community Fenghuang") == "凤凰街道社区应急管理值班台"
    assert names.of("emergency city") == "市应急管理值班台"
    assert names.of("police dispatcher") == "公安调度台"
    assert names.of("scene report of P-Nanwan-3") == "南湾派出所3号车组的现场报告"
    assert names.of("smoke-12") == "烟感12号"


def test_ids_and_names_that_nobody_knows_stay(names: Names) -> None:
    assert names.of("joint-12") == "joint-12"
    assert names.of("X-Nowhere-1") == "X-Nowhere-1"


def test_every_unit_of_a_city_has_a_chinese_name_of_its_own(names: Names) -> None:
    city = city_of(busy_hour(), "smart")
    units = [one.event.unit for one in city.log if isinstance(one.event, ev.UnitCommissioned)]
    told = [names.of(one) for one in units]
    assert len(set(told)) == len(units)
    assert [one for one in told if LATIN.search(one.replace("LNG", ""))] == []


def test_an_english_page_has_the_names_of_the_log() -> None:
    assert names_of(ground_of("toy", 1.0).town, "en").of("P-Nanwan-3") == "P-Nanwan-3"


# --- a whole log


def own_names(city: City, scenario: Scenario) -> list[str]:
    """Names that stay as they are: of incidents, cases, patients, attacks and forecasts; latin letters on the map."""
    found = {"LNG", "T3"}
    for entry in city.log:
        for name in ("incident", "case", "patient", "attack"):
            found.add(getattr(entry.event, name, None) or "")
        if isinstance(entry.event, ev.BeliefChanged) and entry.event.belief == "same_as":
            found.add(str(entry.event.value))
    found |= {one.name for one in scenario.forecasts}
    return sorted(found - {""}, key=len, reverse=True)


def english_left(city: City, scenario: Scenario, names: Names) -> list[str]:
    """Sentences with a latin word that is no name, one of each kind of event."""
    own = re.compile("|".join(map(re.escape, own_names(city, scenario))))
    found: dict[str, str] = {}
    for entry in city.log:
        told = sentence_zh(entry, names)
        if LATIN.search(own.sub("", told)):
            found.setdefault(type(entry.event).__name__, told)
    return list(found.values())


RICH = {"storm-forgeries": "smart", "seg-shaking": "present"}


@pytest.mark.parametrize("name", RICH)
def test_a_whole_log_is_told_in_chinese(name: str, names: Names) -> None:
    scenario = Scenario.load(name)
    city = lived(city_of(scenario, RICH[name]), 5400)
    assert english_left(city, scenario, names) == []


def test_values_that_seldom_come_are_told_too(names: Names) -> None:
    refused = ev.CaseRefused(case="c-1", department="water", office="water city", reason="slide is not for water")
    switched = ev.PolicySwitched(family="dispatch", before="own_district", after="keep_reserve.reserve=1")
    spare = ev.ChannelSwitched(channel="telephone", spare="telephone spare", is_back=False)
    level = ev.LevelDeclared(case="c-1", department="emergency", office="emergency city", level="III", area="")
    muted = ev.SensorsTampered(sensor_kind="gas", mode="mute", devices=3, x=0.0, y=0.0, radius_m=9.0)
    told = [
        (refused, "不归水务"), (switched, "留有后备（后备 1）"), (spare, "公众电话改由公众电话备份承担"),
        (level, "Ⅲ 级响应"), (ev.SeatTaken(department="ems"), "急救的席位"), (muted, "静音"),
    ]  # fmt: skip
    for event, words in told:
        said = sentence_zh(Entry(1, 0, None, event), names)
        assert words in said and not LATIN.search(said), said
