"""Calls that go astray: a wrong number, a transfer that is cut off, a caller who hangs up."""

from __future__ import annotations

from typing import Any

from sim.core import events as e
from tests.spine import Paper, asks_longer_s, caller_dice, events, log_of, scenario_of, times

LIFT = {
    "name": "lift",
    "kind": "help_request",
    "at": "+0s",
    "place": {"node": "D2"},
    "floor": 1,
    "access": "0s",
    "details": {"severity": "minor", "injured": 0},
}
RINGS = 60  # who is stuck dials after a minute


def called(paper: Paper, number: str, **stored: Any) -> None:
    paper.kind("help_request", dial__shares={number: 1.0})


def test_who_dials_the_wrong_number_is_put_through_and_says_it_all_again(paper: Paper) -> None:
    called(paper, "110")
    log = log_of(scenario_of(incidents=[LIFT]))
    answered = RINGS + 3
    passed_on = answered + 18  # 0.4 of the 45 s of talk: then the desk knows that it is not the right one
    second_ring = passed_on + 15
    second_answer = second_ring + 3
    case = second_answer + 45
    assert [(one.t, one.event.number) for one in events(log, e.CallPlaced)] == [(RINGS, "110"), (second_ring, "119")]
    assert [(one.t, one.event.department) for one in events(log, e.CallAnswered)] == [
        (answered, "police"),
        (second_answer, "fire"),
    ]
    assert times(log, e.CallTransferred, department="police", to_department="119") == [passed_on]
    assert [(one.t, one.event.outcome) for one in events(log, e.CallEnded)] == [
        (second_ring, "transferred"),  # the first desk stays on the line until the other one rings
        (case, "case"),
    ]
    assert times(log, e.CaseOpened) == [case] == times(log, e.UnitOrdered)


def test_a_joint_centre_has_no_wrong_number(paper: Paper) -> None:
    called(paper, "110")
    log = log_of(scenario_of(incidents=[LIFT]), "linked")
    assert not times(log, e.CallTransferred)
    assert times(log, e.UnitOrdered) == [RINGS + 3 + 45 + asks_longer_s("linked")]


def test_a_transfer_that_is_cut_off_costs_the_time_to_dial_again(paper: Paper) -> None:
    called(paper, "110")
    paper.works(desk__transfer_drop=1.0)
    log = log_of(scenario_of(incidents=[LIFT]))
    cut = RINGS + 3 + 18 + 15
    assert times(log, e.CallLost, reason="cut off in a transfer") == [cut]
    # 20 s later he dials the number to which he was to be put through, and tells it all
    assert [(one.t, one.event.number, one.event.attempt) for one in events(log, e.CallPlaced)] == [
        (RINGS, "110", 0),
        (cut + 20, "119", 1),
    ]
    assert times(log, e.CaseOpened) == [cut + 20 + 3 + 45]
    assert len(times(log, e.CallEnded)) == 2  # the police desk is free again, and the fire desk later


def test_a_caller_hangs_up_and_dials_again_until_a_call_taker_is_free(paper: Paper) -> None:
    # One call-taker: A talks from 63 to 108. B rings at 70, hangs up when his patience is over, and rings again.
    other = {**LIFT, "name": "other", "at": "+10s", "place": {"node": "F4"}}
    seed = next(seed for seed in range(1, 200) if patience(seed, 1) > 4.0 * patience(seed, 0))
    first_s = 10.0  # his first patience by the choice of its mean; the second is then over 40 s
    paper.works(caller__patience_mean_s=first_s / patience(seed, 0))
    log = log_of(scenario_of(incidents=[LIFT, other]), seed=seed)
    assert times(log, e.CallAbandoned) == [70 + 10]
    again = 80 + 20
    assert [(one.t, one.event.attempt) for one in events(log, e.CallPlaced)] == [(60, 0), (70, 0), (again, 1)]
    assert [one.t for one in events(log, e.CallAnswered)] == [63, 108 + 3]  # A's end at 108 sets the call-taker free
    ended = next(one for one in log if isinstance(one.event, e.CallEnded))
    assert events(log, e.CallAnswered)[1].event.waited_for == ended.id
    assert times(log, e.CaseOpened) == [108, 111 + 45]


def patience(seed: int, attempt: int) -> float:
    """Patience of the second caller at one attempt, in means."""
    return float(caller_dice(seed, "other").child(attempt).of("patience", 0).standard_exponential())


def test_a_caller_who_finds_all_lines_busy_tries_again(paper: Paper) -> None:
    # Two lines: A talks, B waits, C finds both taken at 80 and rings again at 100 and 120, when A has ended (108).
    b = {**LIFT, "name": "b", "at": "+10s", "place": {"node": "F4"}}
    c = {**LIFT, "name": "c", "at": "+20s", "place": {"node": "B6"}}
    log = log_of(scenario_of(incidents=[LIFT, b, c]))
    assert times(log, e.CallLost, reason="all lines busy") == [80, 100]
    assert times(log, e.CallPlaced) == [60, 70, 80, 100, 120]
    # A 63-108, B 111-156, C 159-204
    assert times(log, e.CaseOpened) == [108, 156, 204]


def test_who_sees_nobody_come_calls_again_and_joins_the_case(paper: Paper) -> None:
    paper.works(caller__again_median_s=200.0)
    far = {**LIFT, "place": {"node": "A7"}}  # B2 to A7 is six blocks: on the scene at 176 + 600 = 776
    log = log_of(scenario_of(incidents=[far]))
    assert times(log, e.UnitOnScene) == [776]
    # He hung up at 108, calls again at 308; a second call is short, 18 s: it ends at 329, and again 200 s later.
    assert times(log, e.CallPlaced) == [60, 308, 529, 750]
    assert times(log, e.CallJoinedCase) == [308 + 3 + 18, 529 + 3 + 18, 750 + 3 + 18]
    assert len(times(log, e.UnitOrdered)) == 1


def test_who_is_taken_for_one_of_another_case_gets_his_own_when_he_says_that_nobody_is_there(paper: Paper) -> None:
    paper.kind("help_request", physics__work_s__median=3000.0)
    twin = {**LIFT, "name": "twin", "at": "+100s"}  # in the same house; his call is taken for one more about the first
    log = log_of(scenario_of(incidents=[LIFT, twin]))
    assert times(log, e.CallJoinedCase) == [160 + 3 + 45]
    # He looks at his watch for 900 s, calls, is listened to for 18 s; a crew is at the first lift, so his is another.
    assert times(log, e.CaseOpened) == [108, 208 + 900 + 3 + 18]
    assert [one.event.found for one in events(log, e.UnitOnScene)] == ["lift", "twin"]
