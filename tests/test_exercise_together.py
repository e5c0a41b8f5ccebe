"""Branches side by side: what is the same shows no difference, and one order makes one from where the branches part."""

from __future__ import annotations

import csv
import io

import pytest

from sim.core.errors import InputError
from sim.viewer.exercise.comparing import falls
from sim.viewer.exercise.review import Review, review, take
from sim.viewer.exercise.review_page import content, page, tables
from sim.viewer.exercise.session import Session
from sim.viewer.exercise.together import Chosen, Together, Watching, bring_together
from sim.viewer.words import LANGUAGES
from tests.exercise_scene import FIRE, go, session_of, spec_of

PARTED, MAIN_TO, OTHER_TO = 500, 1500, 2400


def parted() -> Session:
    """Somebody sits at the fire desk and dawdles; on another branch he sends an engine."""
    session = session_of(spec_of(incidents=[FIRE]))
    chair = session.take("fire", "Li")
    go(session, MAIN_TO)
    session.do("jump", to=PARTED)
    session.do("fork", name="sent")
    chair.do("order_unit", unit="F-West_Fire-1", case=chair.picture().cases[0].id)
    go(session, OTHER_TO)
    return session


@pytest.fixture(scope="module")
def found() -> Review:
    with parted() as session:
        return review(take(session, "main", ["sent"]))


def together(one: Review) -> Together:
    assert one.together is not None
    return one.together


def test_a_branch_beside_itself_shows_no_difference(found: Review) -> None:
    records = found.taken.records
    twice = Chosen(("main", "main"), (records, records), MAIN_TO, ((0, 1, None),))
    same = bring_together(found.taken.spec, twice, Watching())
    assert [one.differ_t for one in same.partings] == [None]
    assert same.own == [[], []]
    assert same.kpis and all(line.values[0] == line.values[1] and not line.best for line in same.kpis)
    assert all(each[0] == each[1] for each in same.curves.values())
    for name in same.incidents:
        drawn = falls(same.ways, name)
        assert [one for number, one in drawn if number == 0] == [one for number, one in drawn if number == 1]


def test_one_order_makes_a_difference_from_the_moment_of_the_fork_on_and_not_before(found: Review) -> None:
    both = together(found)
    main = both.ways[0]
    assert both.chosen.until == MAIN_TO, "the least that both have come to"
    before = [[entry for entry in one.entries if entry.t < PARTED] for one in both.ways]
    assert before[0] == before[1] and before[0]
    assert [(one.parted_t, one.differ_t) for one in both.partings] == [(PARTED, PARTED)]
    assert [[one.command.do for one in records] for records in both.own] == [[], ["order_unit"]]
    assert [entry.t for entry in main.entries if type(entry.event).__name__ == "UnitOrdered"] == []
    assert both.incidents == ["fire"]
    served = [fall.finished for _, fall in falls(both.ways, "fire") if fall.service == "fire"]
    assert served == [False, True]


def test_what_was_done_on_both_though_by_another_line_of_the_record_is_no_difference() -> None:
    """The planned inject is carried out on both branches, by a record of its own on each."""
    ill = {"do": "begin_incident", "name": "ill", "kind": "illness", "place": {"node": "E5"}}
    with session_of(spec_of()) as session:
        session.do("plan_inject", name="ill", at=700, what=ill)
        go(session, 900)
        session.do("jump", to=300)
        session.do("fork", name="b")
        go(session, 900)
        both = together(review(take(session, "b", ["main"])))
    assert both.own == [[], []]
    assert [one.differ_t for one in both.partings] == [None]
    assert both.ways[0].sha256 == both.ways[1].sha256


def test_a_review_without_other_branches_brings_none_together() -> None:
    with session_of(spec_of()) as session:
        go(session, 100)
        assert review(take(session)).together is None
        with pytest.raises(InputError, match="the branch is 'x'"):
            take(session, "main", ["x"])
        with pytest.raises(InputError, match="1 branches given; 2 to 6"):
            take(session, "main", ["main"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_stands_in_the_page_and_in_the_tables(found: Review, language: str) -> None:
    shown = content(found, language)["together"]  # type: ignore[arg-type]
    assert "08:25:00" in shown["text"]
    assert [len(rows) for _, rows in shown["own"]] == [0, 1]
    assert {"en": "F-West_Fire-1", "zh": "西区消防站1号车组"}[language] in shown["own"][1][1][0][2]
    assert len(shown["partings"]) == 1 and shown["partings"][0].count("08:08:20") == 2
    assert shown["falls"][0][1] and len(shown["curves"]) == 2
    html = page(found, language)  # type: ignore[arg-type]
    assert '<section id="together">' in html and 'href="#together"' in html
    files = tables(found, language)  # type: ignore[arg-type]
    rows = list(csv.reader(io.StringIO(files["branch-commands.csv"])))
    assert [row[:5] for row in rows[1:]] == [["sent", "500", "08:08:20", "Li", "fire"]]
    heads, *measures = csv.reader(io.StringIO(files["branch-measures.csv"]))
    words = {"en": ["key", "name", "main", "sent", "better"], "zh": ["代码", "名称", "main", "sent", "更好"]}
    assert heads == words[language] and measures
    assert list(csv.reader(io.StringIO(files["branches.csv"])))[1] == ["main", "sent", "500", "500"]


def test_who_waits_is_told_how_far_it_is(found: Review) -> None:
    told: list[float] = []
    with parted() as session:
        taken = take(session, "sent", ["main"])
    review(taken, Watching(told.append))
    assert told == sorted(told) and told[0] < 0.1 and 3.9 < told[-1] <= 4.0, "four ways are lived"
