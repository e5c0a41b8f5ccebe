"""Where the seconds went, in words: the parts sum exactly, and each holds what happened, was said and was believed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sim.cli.main import app
from sim.core import events as ev
from sim.core.errors import InputError
from sim.core.log import LogFile
from sim.results.delays import CENSORED, MISJOINED, NEVER_KNOWN
from sim.results.explain import Account, Explainer
from sim.results.explain_json import as_json
from sim.results.overview import overview
from tests.results_story import told
from tests.spine import busy_hour, log_of, scenario_of


@pytest.fixture(scope="module")
def story() -> Explainer:
    return Explainer(told().entries)


def account(explainer: Explainer, incident: str, service: str) -> Account:
    (found,) = explainer.accounts(explainer.find(incident), service)
    return found


def parts(found: Account) -> list[tuple[str, int]]:
    return [(leg.part.label, leg.part.ms // 1000) for leg in found.legs]


# --- the short day, known to the second


def test_ten_minutes_of_the_fire_have_an_exact_answer(story: Explainer) -> None:
    found = account(story, "fire", "fire")
    assert found.fall.effect == "WaterOnFire"
    assert parts(found) == [
        ("detect", 30), ("dial", 10), ("answer", 5), ("talk", 55), ("decide", 10), ("channel", 5),
        ("turnout", 45), ("travel", 300), ("search", 20), ("access", 120),
    ]  # fmt: skip
    assert found.seconds == 600 == 1600 - 1000
    assert found.since_first_ring == 560


def test_the_way_to_the_patient_goes_over_the_other_desk(story: Explainer) -> None:
    found = account(story, "fire", "ems")
    assert parts(found) == [
        ("detect", 30), ("dial", 10), ("answer", 5), ("talk", 55), ("hand over the case", 10), ("channel", 30),
        ("decide", 60), ("alert", 10), ("turnout", 60), ("travel", 530), ("search", 60), ("access", 120),
    ]  # fmt: skip
    channel = found.legs[5]
    assert [(one.sender, one.receiver, one.text, one.sent, one.heard) for one in found.legs[4].said] == [
        ("fire", "ems", "a fire, people inside", 1110, 1140)
    ]
    assert isinstance(channel.happened[0].event, ev.MessageHeard)


def test_each_belief_stands_in_the_part_in_which_it_came_with_its_error(story: Explainer) -> None:
    found = account(story, "fire", "ems")
    learnt = {leg.part.label: [(one.department, one.kind, one.error_m) for one in leg.held] for leg in found.legs}
    assert learnt["talk"] == [("fire", "dwelling_fire", 50.0)]
    assert learnt["channel"] == [("ems", "illness", 300.0)]
    assert learnt["travel"] == []
    (ems,) = found.legs[5].held
    assert ems.true_kind == "dwelling_fire" and ems.true_needs == (("extinguish", 1), ("treat", 1))
    assert "in truth dwelling fire" in ems.text and "300 m" in ems.text


def test_a_wait_names_what_ended_it(story: Explainer) -> None:
    found = account(story, "ill", "ems")
    (waited,) = [entry for leg in found.legs for entry in leg.waited_for]
    assert isinstance(waited.event, ev.CallEnded) and waited.t == 3170
    (leg,) = [leg for leg in found.legs if leg.waited_for]
    assert leg.part.label == "answer"


def test_what_was_never_answered_ends_in_never_known(story: Explainer) -> None:
    found = account(story, "robbery", "police")
    assert not found.fall.finished and found.since_first_ring is None
    assert parts(found)[-1] == (NEVER_KNOWN, 9000 - 2090)
    assert found.seconds == 7000


def test_only_needed_services_can_be_asked_for_and_names_are_guessed(story: Explainer) -> None:
    with pytest.raises(InputError, match=r"service for fire is 'police'\. Known: ems, fire\."):
        account(story, "fire", "police")
    with pytest.raises(InputError, match="Did you mean 'robbery'"):
        story.find("robery")
    assert story.find("FIRE").id == "fire"


def test_listed_incidents_come_first_and_the_never_served_are_the_slowest(story: Explainer) -> None:
    rows = overview(story, 10)
    assert [(row.record.id, row.service, row.seconds) for row in rows] == [
        ("fire", "ems", 820.0), ("robbery", "police", None), ("ill", "ems", 600.0),
    ]  # fmt: skip
    assert (rows[0].longest.label, rows[0].longest.ms) == ("travel", 530_000)


def test_the_json_holds_the_same_parts(story: Explainer) -> None:
    plain = as_json(story, story.accounts(story.find("fire")))
    assert json.loads(json.dumps(plain)) == plain
    for service in plain["services"]:
        assert sum(part["seconds"] for part in service["parts"]) == service["seconds"]


# --- a real run


@pytest.mark.parametrize("arm", ["fragmented", "linked"])
def test_of_every_incident_of_a_run_the_parts_sum_exactly_to_the_effect(arm: str) -> None:
    log = log_of(busy_hour(duration="30min", resources={"fleet": 0.3}), arm, seed=3)
    explainer = Explainer(list(log))
    counted = 0
    for record in explainer.line.incidents.values():
        if not record.needed_services:
            continue
        for found in explainer.accounts(record):
            _is_whole(explainer, found)
            counted += 1
    assert counted > 50


def _is_whole(explainer: Explainer, found: Account) -> None:
    """The parts follow each other without a gap and end at the effect; what happened lies in its part."""
    record, fall = found.record, found.fall
    reached = record.started * 1000
    for leg in found.legs:
        assert leg.part.from_ms == reached
        reached += leg.part.ms
        for entry in leg.happened if leg.part.label != MISJOINED else []:
            assert leg.part.from_ms <= entry.t * 1000 <= reached, (record.id, leg.part, entry)
        for entry in leg.meanwhile:
            assert entry.incident == record.id
    number = record.times(fall.service).effects.get(fall.effect)
    end = explainer.line.ended if number is None else explainer.known[number].t
    assert reached == end * 1000
    assert sum(leg.part.ms for leg in found.legs) == (end - record.started) * 1000
    if number is None:
        assert found.legs[-1].part.label in (CENSORED, NEVER_KNOWN)
    elif found.legs:
        assert explainer.known[number] in [entry for leg in found.legs for entry in leg.happened]


# --- the command


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("run")
    LogFile(told().log, place / "events.parquet").close()
    return place


def output(*words: Any) -> str:
    found = CliRunner().invoke(app, ["explain", *map(str, words)], catch_exceptions=False)
    assert found.exit_code == 0
    return found.stdout


def test_the_command_prints_the_sum(folder: Path) -> None:
    text = output(folder, "fire", "--service", "fire")
    assert "10 min (600 s) from the onset to the first water on the fire; 9 min 20 s after the first ring" in text
    assert "= 30 + 10 + 5 + 55 + 10 + 5 + 45 + 300 + 20 + 120, exactly from 07:16:40 to 07:26:40" in text
    assert "ems" not in text.split("\n\n")[1].splitlines()[0]


def test_the_command_prints_what_was_said_and_believed(folder: Path) -> None:
    text = output(folder, "fire", "--service", "ems")
    assert "said: 07:18:30 fire to ems, by telephone: “a fire, people inside” (heard after 30 s)" in text
    assert "believed: ems (M1): illness (in truth dwelling fire), 300 m from the true place" in text


@pytest.fixture(scope="module")
def shaking(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tower of the toy map shakes, and sixteen desks hear of it."""
    tower = {"name": "tower", "kind": "shaking_building", "at": "+5min", "place": {"node": "D4"}}
    log = log_of(scenario_of(incidents=[tower], duration="2h", drain="2h"), "linked")
    place = tmp_path_factory.mktemp("shaking")
    LogFile(log, place / "events.parquet").close()
    return place


def test_an_account_is_a_page_or_two_and_in_full_all_of_it(shaking: Path) -> None:
    """Four ways, each part of which stands in both with its time; the same sums; the same JSON."""
    brief, full = output(shaking, "tower").splitlines(), output(shaking, "tower", "--full").splitlines()
    assert len(brief) < 132 < 2 * 132 < len(full)
    whole = [line for line in full if " in all " in line]
    assert len(whole) == 4 and whole == [line for line in brief if " in all " in line]
    bars = {line[:38] for line in full if "█" in line}
    told = {line[:38] for line in brief if "█" in line}
    assert {bar for bar in told if "as above" not in bar} == bars  # each part once, at its time
    assert output(shaking, "tower", "--json") == output(shaking, "tower", "--full", "--json")


def test_an_account_tells_the_pictures_of_those_who_act_and_what_changes_in_them(shaking: Path) -> None:
    brief, full = output(shaking, "tower"), output(shaking, "tower", "--full")
    assert "believed: emergency province" in full and "believed: emergency province" not in brief
    assert "believed: joint (joint-1): shaking building, 16 m from the true place, needs" in brief
    assert brief.count("16 m from the true place") <= 3 < full.count("16 m from the true place")
    assert "joint to housing district West, by duty telephone: “hand-off" in brief  # the story's own words
    assert "more lines of what others said, did and believed: --full" in brief and "--full" not in full


def test_without_an_incident_the_command_lists_where_to_look(folder: Path) -> None:
    text = output(folder)
    assert text.index("Listed incidents") < text.index("The slowest others")
    rows = json.loads(output(folder, "--json"))
    assert [row["incident"] for row in rows] == ["fire", "robbery", "ill"]


def test_a_folder_without_a_log_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"has no events\.parquet"):
        output(tmp_path)
    with pytest.raises(InputError, match="there is no"):
        output(tmp_path / "nowhere")
    (tmp_path / "manifest.json").write_text('{"seed": 7}', encoding="utf-8")
    with pytest.raises(InputError, match=r"--log kpi.*seed 7"):
        output(tmp_path)
    (tmp_path / "events.parquet").write_bytes(b"PAR1 not a log")
    with pytest.raises(InputError, match="no whole log"):
        output(tmp_path)


def test_a_service_alone_is_refused(folder: Path) -> None:
    with pytest.raises(InputError, match="--service goes with an incident"):
        output(folder, "--service", "fire")
