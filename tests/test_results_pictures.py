"""Pictures, truth and sentences come from the log alone."""

from __future__ import annotations

import ast
from dataclasses import fields
from pathlib import Path

import pytest

from sim.core import events as ev
from sim.core.events import EVENTS
from sim.core.log import Entry, LogFile, read_log
from sim.results import words
from sim.results.pictures import picture_at, truth_at
from sim.results.places import Places
from sim.results.timeline import Timeline
from sim.results.wanted import crews, spoken
from sim.results.words import seconds_words, sentence, timed
from tests.results_story import told

RESULTS = Path(words.__file__).parent


def test_before_the_hand_off_only_the_fire_desk_knows_of_the_fire() -> None:
    entries = told().entries
    assert set(picture_at(entries, "fire", 1139)) == {"F1"}
    assert picture_at(entries, "ems", 1139) == {}
    assert set(truth_at(entries, 1139)) == {"early", "fire"}


def test_the_ambulances_believe_something_else_than_the_fire_desk() -> None:
    entries = told().entries
    fire, ems = (picture_at(entries, department, 1300) for department in ("fire", "ems"))
    assert fire["F1"].beliefs["kind"].value == "dwelling_fire"
    assert ems["M1"].beliefs["kind"].value == "illness"
    assert fire["F1"].incident == ems["M1"].incident == "fire"
    assert fire["F1"].beliefs["place"].value == (1050.0, 0.0)
    assert ems["M1"].beliefs["place"].age_s(1300) == 160
    assert (fire["F1"].units, ems["M1"].units) == (["E1"], ["A1"])


def test_closed_cases_and_ended_incidents_leave_the_picture() -> None:
    entries = told().entries
    assert picture_at(entries, "fire", 1900) == {}
    assert set(truth_at(entries, 3000)) == {"early", "robbery", "ill"}


def test_the_picture_of_a_stored_log_is_the_same(tmp_path: Path) -> None:
    story = told()
    file = LogFile(story.log, tmp_path / "events.parquet")
    file.close()
    stored = read_log(tmp_path / "events.parquet")
    for t in (1100, 1300, 3300, 4200):
        for department in ("fire", "ems", "police"):
            assert picture_at(stored, department, t) == picture_at(story.entries, department, t)
        assert truth_at(stored, t) == truth_at(story.entries, t)


@pytest.mark.parametrize("name", EVENTS)
def test_every_kind_of_event_has_its_own_sentence(name: str) -> None:
    kind = EVENTS[name]
    assert kind in words._TEMPLATES or kind in words._SPECIAL
    numbers = ("int", "float", "float | None", "int | None", "EventId | None")
    event = kind(**{field.name: 1 if field.type in numbers else "x_y" for field in fields(kind)})
    said = sentence(Entry(0, 0, None, event))
    assert said[0].isupper() or said[0].isdigit()
    assert "{" not in said and said.endswith((".", "”"))


def test_the_first_minutes_of_the_fire_read_like_a_story() -> None:
    entries = [entry for entry in told().entries if entry.incident == "fire" and 1000 < entry.t < 1105]
    assert [timed(entry, 7 * 3600) for entry in entries] == [
        "07:17:10 Citizen 11 notices fire.",
        "07:17:20 Citizen 11 rings 119.",
        "07:17:25 Fire answers citizen 11.",
        "07:18:20 Fire opens case F1 at (1050 m east, 0 m north).",
        "07:18:20 Fire now believes that case F1 is at (1050 m east, 0 m north) (from call).",
        "07:18:20 Fire now believes that case F1 is a dwelling fire (from call).",
    ]


def test_a_place_is_told_by_the_nearest_name_that_the_log_has() -> None:
    entries = told().entries
    places = Places(Timeline(entries))  # the incidents are at 1000 m in Middle, the stations at 0 m
    (opened,) = [entry for entry in entries if isinstance(entry.event, ev.CaseOpened) and entry.event.case == "F1"]
    assert sentence(opened, places) == "Fire opens case F1 near Middle, Toy."
    assert places.near(100, 0) == "near police station, Toy"
    assert places.near(1000, 9000) == "at (1000 m east, 9000 m north)"
    assert places.spoken("E1, go to 1050 0: fire") == "E1, go to a place near Middle, Toy: fire"


def test_crews_are_wanted_in_words() -> None:
    assert crews({"treat": 1}) == "1 crew to treat"
    assert crews({"extinguish": 3, "control_traffic": 1, "secure": 0, "inspect": 2}) == (
        "3 crews to fight the fire, 1 to direct traffic and 2 to inspect"
    )
    assert crews({}) == crews({"treat": 0}) == "no crew"
    assert spoken("fire, serious; needed in all: 2 extinguish, 1 treat") == (
        "fire, serious; needed in all: 2 crews to fight the fire and 1 to treat"
    )
    believed = ev.BeliefChanged(
        case="F1", department="fire", belief="needs", value={"treat": 1}, confidence=1, source="call", as_of_s=0
    )
    assert sentence(Entry(0, 0, None, believed)) == "Fire now believes that case F1 needs 1 crew to treat (from call)."


def test_durations_are_said_as_people_say_them() -> None:
    assert [seconds_words(s) for s in (None, 45, 60, 440, 3600, 3900)] == [
        "never",
        "45 s",
        "1 min",
        "7 min 20 s",
        "1 h",
        "1 h 05 min",
    ]


def test_results_import_nothing_above_core() -> None:
    for file in RESULTS.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                assert not name.startswith("sim.") or name.startswith(("sim.core", "sim.results")), (
                    f"{file.name}: {name}"
                )
