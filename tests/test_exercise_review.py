"""Planned injects and the review: what was expected and came, what people changed, files that take nothing in."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest

from sim.core import events as e
from sim.core.errors import InputError
from sim.viewer.exercise.commands import CityCommand, SeatOrder, commands
from sim.viewer.exercise.comparing import CORE, kpi_lines, way, without_people
from sim.viewer.exercise.course import advance
from sim.viewer.exercise.happenings import DECISIONS, EFFECTS
from sim.viewer.exercise.review import PEOPLE, SIMULATED, Review, review, take
from sim.viewer.exercise.review_page import page, tables, write
from sim.viewer.exercise.session import Session
from sim.viewer.words import LANGUAGES, known
from tests.exercise_scene import FIRE, go, hash_of, log_of_city, session_of, spec_of
from tests.spine import Paper, city_of, scenario_of, times

ILL = {"do": "begin_incident", "name": "ill", "kind": "illness", "place": {"node": "E5"}}


def plan(session: Session, name: str, at: int, **given: object) -> None:
    session.do("plan_inject", name=name, at=at, **given)


# --- the list


def test_what_is_planned_is_done_when_its_time_comes_and_is_on_record() -> None:
    with session_of(spec_of()) as session:
        plan(session, "second", 700, what=ILL, to="ems")
        plan(session, "first", 650, what={"do": "switch", "change": "queue=most_urgent"})
        go(session, 1000)
        log = log_of_city(session)
        assert times(log, e.PolicySwitched) == [650]
        assert times(log, e.IncidentStarted, incident="ill") == [700]
        by = [(one.t, one.by, one.inject) for one in take(session).records]
        assert by == [(650, "plan", "first"), (700, "plan", "second")]


@pytest.mark.parametrize("speed", [1, 600])
def test_it_is_done_at_its_second_at_any_speed(speed: int) -> None:
    with session_of(spec_of()) as session:
        go(session, 640)
        plan(session, "ill", 641, what=ILL)
        session.do("set_speed", speed=speed)
        session.do("play")
        assert session.wait(lambda state: state.t > 641)
        session.do("pause")
        assert times(log_of_city(session), e.IncidentStarted, incident="ill") == [641]


def test_on_another_branch_it_is_done_again_and_in_the_past_only_once() -> None:
    with session_of(spec_of()) as session:
        plan(session, "ill", 700, what=ILL)
        go(session, 900)
        session.do("jump", to=500)
        go(session, 900)
        assert times(log_of_city(session), e.IncidentStarted, incident="ill") == [700]
        session.do("jump", to=500)
        session.do("fork")
        go(session, 900)
        assert times(log_of_city(session), e.IncidentStarted, incident="ill") == [700]
        assert [one.t for one in take(session).records] == [700]
        session.do("jump", to=800)
        session.do("fork")
        go(session, 1000)
        assert times(log_of_city(session), e.IncidentStarted, incident="ill") == [700]


def test_what_cannot_be_planned() -> None:
    with session_of(spec_of()) as session:
        go(session, 100)
        plan(session, "one", 700, what=ILL)
        for given, said in (
            ({"name": "one", "at": 800}, "named 'one' already"),
            ({"name": "two", "at": 99}, "it is 100 s already"),
            ({"name": "two", "at": 800, "what": {"do": "play"}}, "play cannot be planned"),
            ({"name": "two", "at": 800, "what": {"do": "order_unit", "unit": "x", "case": "y"}}, "cannot be planned"),
            ({"name": "two", "at": 800, "what": {"do": "take_seat", "department": "fire"}}, "cannot be planned"),
            ({"name": "two", "at": 800, "what": {"do": "begin_incident"}}, "begin_incident: name"),
            ({"name": "two", "at": 800, "expects": "UnitOrderd"}, "Did you mean 'UnitOrdered'"),
        ):
            with pytest.raises(InputError) as caught:
                session.do("plan_inject", **given)
            assert said in str(caught.value)
        session.do("drop_inject", name="one")
        with pytest.raises(InputError, match="the inject is 'one'"):
            session.do("drop_inject", name="one")
        plan(session, "three", 200, what=ILL)
        go(session, 300)
        with pytest.raises(InputError, match="has been done"):
            session.do("drop_inject", name="three")
        with pytest.raises(InputError, match="the inject is 'four'"):
            session.do("judge", name="four", verdict="done")


# --- the review


def exercised() -> Review:
    """Somebody at the fire desk dawdles; an inject is done, another refused, a third is a role-player's."""
    with session_of(spec_of(incidents=[FIRE])) as session:
        plan(session, "ill", 700, what=ILL, to="ems", expects="UnitOrdered", expects_of="ems", within_s=7200)
        plan(session, "engine", 200, to="fire", expects="UnitOrdered", expects_of="fire", within_s=60)
        plan(session, "mend", 800, what={"do": "restore_channel", "channel": "fire radio"})
        plan(session, "later", 9000, what=ILL | {"name": "ill 2"})
        chair = session.take("fire", "Li")
        go(session, 500)
        case = chair.picture().cases[0].id
        chair.do("order_unit", unit="F-West_Fire-1", case=case)
        chair.do("send_note", to="ems", words="<script>alert('x')</script>")
        session.do("remark", words="=1+1 <b>slow</b>", at=450)
        session.do("judge", name="engine", verdict="partly", remark="late")
        go(session, 3000)
        return review(take(session))


def test_a_review_holds_injects_against_what_was_expected(paper: Paper) -> None:
    found = {one.inject.name: one for one in exercised().injects}
    assert [(one.status, one.done_t, one.seen_t, one.is_late, one.verdict) for one in found.values()] == [
        ("done", 200, 500, True, "partly"),
        ("done", 700, found["ill"].seen_t, False, "open"),
        ("refused", None, None, False, "open"),
        ("planned", None, None, False, "open"),
    ]
    assert found["ill"].seen_t is not None and found["ill"].seen_t > 700
    assert "not out of order" in found["mend"].reason


def test_what_people_changed_is_the_time_that_they_took(paper: Paper) -> None:
    """The policy orders as the case is opened, at 138 s; the person did at 500: so much later is all that follows."""
    found = exercised()
    assert found.is_replayed
    record = found.incidents[0]
    falls = {name: fall for name, fall in found.falls(record) if fall.service == "fire"}
    assert falls[PEOPLE].ms - falls[SIMULATED].ms == (500 - 138) * 1000
    decided = {name: sum(part.ms for part in fall.parts if part.label == "decide") for name, fall in falls.items()}
    assert decided == {PEOPLE: 362_000, SIMULATED: 0}
    handling = next(one for one in found.kpis if one.key == "alarm_handling_s")
    assert handling.best == SIMULATED


def test_without_people_it_is_the_run_with_the_same_injects(paper: Paper) -> None:
    found = exercised()
    assert [one.command.do for one in without_people(found.taken.records)] == ["begin_incident"]
    ill = {"name": "ill", "kind": "illness", "at": 700, "place": {"node": "E5"}}
    plain = city_of(scenario_of(incidents=[FIRE, ill]))
    advance(plain, 3000)
    assert found.simulated.sha256 == plain.log.sha256()


def test_the_timeline_has_every_sort_and_marks_people(paper: Paper) -> None:
    found = exercised()
    rows = [(one.t, one.sort, one.key, one.is_human) for one in found.timeline]
    assert rows == sorted(rows, key=lambda row: row[0])
    assert (0, "decision", "take_seat", True) in rows
    assert (450, "note", "remark", True) in rows
    assert (500, "decision", "UnitOrdered", True) in rows
    assert (700, "inject", "begin_incident", False) in rows
    assert (508, "effect", "UnitAlerted", False) not in rows  # nobody's decision, nobody's rescue
    assert {sort for _, sort, _, _ in rows} == {"inject", "message", "decision", "effect", "note"}
    orders = [one for one in found.timeline if one.key == "UnitOrdered"]
    assert all(one.is_human == (one.who == "fire") for one in orders)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_needs_nothing_else_and_nothing_can_be_put_into_it(language: str, tmp_path: Path) -> None:
    found = exercised()
    html = page(found, language)  # type: ignore[arg-type]
    assert "<script>alert" not in html and "&lt;script&gt;alert" in html and "&lt;b&gt;slow" in html
    assert not re.findall(r'(?:src|href)="(?!#)', html)
    assert not re.findall(r"https?://", html)
    assert "Content-Security-Policy" in html and "default-src 'none'" in html
    paths = write(found, tmp_path, language)  # type: ignore[arg-type]
    assert [path.name for path in paths] == ["review.html", "timeline.csv", "injects.csv", "measures.csv"]


def test_a_spreadsheet_takes_no_cell_for_a_formula() -> None:
    rows = list(csv.reader(io.StringIO(tables(exercised())["timeline.csv"])))
    assert rows[0] == ["t_s", "clock", "sort", "who", "is_human", "what"]
    assert "'=1+1 <b>slow</b>" in [row[5] for row in rows]
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@")]


def test_every_happening_has_words() -> None:
    keys = [f"happening.{kind.__name__}" for kind in (*DECISIONS, *EFFECTS)]
    keys += [f"happening.{name}" for name in ("message", "message_lost", "message_on_its_way")]
    keys += [f"command.{do}" for do, kind in commands().items()
             if issubclass(kind, CityCommand) and not issubclass(kind, SeatOrder)]  # fmt: skip
    assert not [key for key in keys if not known(key)]


def test_a_branch_is_reviewed_with_the_notes_that_led_to_it() -> None:
    with session_of(spec_of()) as session:
        go(session, 300)
        session.do("remark", words="early")
        go(session, 900)
        session.do("remark", words="late")
        session.do("jump", to=500)
        session.do("begin_incident", name="ill", kind="illness", place={"node": "E5"})
        go(session, 1000)
        session.do("remark", words="elsewhere")
        words = {name: [one.command.words for one in take(session, name).notes] for name in ("main", "branch 2")}  # type: ignore[attr-defined]
        assert words == {"main": ["early", "late"], "branch 2": ["early", "elsewhere"]}
        assert take(session, "main").until == 900
        with pytest.raises(InputError, match="the branch is 'x'"):
            take(session, "x")


def test_branches_are_compared_at_one_time() -> None:
    with session_of(spec_of()) as session:
        go(session, 400)
        session.do("fork", name="closed")
        session.do("close_roads", place={"node": "D3"}, radius_m=1200, lasts="1h")
        go(session, 2500)
        session.do("visit", branch="main")
        go(session, 2500)
        ways = [way(name, session.spec, take(session, name).records, 2500) for name in ("main", "closed")]
        assert ways[0].sha256 == hash_of(session)
        lines = {line.key: line for line in kpi_lines(ways, ["travel_s"])}
        travel = lines["travel_s"].values
        assert travel[0] is not None and travel[1] is not None and travel[0] < travel[1]
        assert lines["travel_s"].best == "main"
        assert set(lines) <= {"travel_s", *CORE}


def test_a_record_that_does_not_fit_the_log_is_told() -> None:
    with session_of(spec_of()) as session:
        go(session, 600)
        taken = take(session)
        session.do("switch", change="queue=most_urgent")
        later = take(session)
    assert review(taken).is_replayed is True
    crooked = replace(later, records=())
    found = review(crooked)
    assert found.is_replayed is False
    assert "do not rely on this review" in page(found)


def test_the_same_exercise_gives_the_same_review_twice() -> None:
    assert page(exercised()) == page(exercised())
