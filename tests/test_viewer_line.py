"""The time line: landmarks of a branch as its log and its record tell them; nothing that a page asks for is trusted."""

from __future__ import annotations

import pytest
from browsing import PAGES, absent

from sim.core.errors import InputError
from sim.viewer.exercise.branching import Branch
from sim.viewer.exercise.landmarks import Landmark, Landmarks, parted_t
from sim.viewer.exercise.session import Session
from tests.exercise_scene import go, session_of, spec_of

ILL = {"do": "begin_incident", "name": "ill", "kind": "illness", "place": {"node": "E5"}}


def shown(session: Session, landmarks: Landmarks) -> list[tuple[int, str, str]]:
    return [(one.t, one.sort, one.name) for one in session.ask(landmarks.of)]


def test_landmarks_are_those_of_the_branch_that_is_lived() -> None:
    with session_of(spec_of()) as session:
        landmarks = Landmarks()
        session.do("plan_inject", name="ill", at=700, what=ILL)
        session.do("plan_inject", name="mend", at=800, what={"do": "restore_channel", "channel": "fire radio"})
        session.do("plan_inject", name="late", at=3000, title="A late one")
        go(session, 40)
        assert shown(session, landmarks)[0] == (30, "incident", "fire")
        session.do("remark", words="early")
        go(session, 900)
        session.do("remark", words="of the fire", at=35)
        main = [
            (30, "incident", "fire"), (35, "note", "of the fire"), (40, "note", "early"), (60, "incident", "crash"),
            (700, "done", "ill"), (700, "incident", "ill"), (800, "refused", "mend"), (3000, "planned", "A late one"),
        ]  # fmt: skip
        assert shown(session, landmarks) == main
        session.do("jump", to=500)
        assert shown(session, landmarks) == main, "what has been lived is shown though the city has gone back"
        session.do("fork", name="other")
        assert shown(session, landmarks) == [
            (30, "incident", "fire"), (40, "note", "early"), (60, "incident", "crash"), (500, "parted", "main"),
            (700, "planned", "ill"), (800, "planned", "mend"), (3000, "planned", "A late one"),
        ]  # fmt: skip
        session.do("visit", branch="main")
        assert shown(session, landmarks) == sorted([*main, (500, "parted", "other")])


def test_a_log_is_read_once_and_as_a_whole_however_one_looks() -> None:
    with session_of(spec_of()) as session:
        often, once = Landmarks(), Landmarks()
        for to in (10, 31, 59, 60, 61, 300, 200, 400):
            go(session, to)
            session.ask(often.of)
        assert session.ask(often.of) == session.ask(once.of)
        assert Landmark(60, "incident", "crash", "road_crash") in session.ask(once.of)


def test_branches_part_where_the_last_moment_was_that_both_have_lived() -> None:
    """b left main at 500; c left b at 400, which was main's own way still; d left b at 600."""
    ways = {"main": ("", 0), "b": ("main", 500), "c": ("b", 400), "d": ("b", 600)}
    branches = {name: Branch(name, parent, t) for name, (parent, t) in ways.items()}
    found = {(one, other): parted_t(branches, one, other) for one in ways for other in ways}
    assert found["main", "main"] is None
    assert found["main", "b"] == found["b", "main"] == 500
    assert found["main", "c"] == found["b", "c"] == found["d", "c"] == 400
    assert found["b", "d"] == 600
    assert found["main", "d"] == 500
    assert all(found[one, other] == found[other, one] for one, other in found)


@pytest.mark.skipif(bool(absent(*PAGES)), reason="the pages are not installed")
def test_a_line_asks_for_moments_that_it_has_and_for_nothing_else() -> None:
    from sim.viewer.pages.time_line import TimeLine

    asked: list[int] = []
    answers: list[object] = []

    def go_there(to: int) -> int:
        asked.append(to)
        if to == 13:
            raise InputError("not now")
        return to

    line = TimeLine(now=5, reached=10, end=100, on_moment=go_there)
    line.send = answers.append
    wrong = (-1, 101, "7", 7.5, True, None, [7])
    for said in (*({"to": to} for to in wrong), [7], "7", {"do": "end"}, None):
        line._hear(line, said, [])
    assert asked == [] and answers == []
    line._hear(line, {"to": 100}, [])
    assert asked == [100] and answers == [{"answered": True, "now": 100}]
    with pytest.raises(InputError):
        line._hear(line, {"to": 13}, [])
    assert answers[-1] == {"answered": True, "now": 5}, "the knob goes back to where it was"
    line.off = True
    line._hear(line, {"to": 50}, [])
    assert asked == [100, 13]
