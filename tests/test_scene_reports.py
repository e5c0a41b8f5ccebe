"""What a leader says can be lost and is said again; what he counts is not what is; a closed road is known if told."""

from __future__ import annotations

import math
from typing import Any
from zlib import crc32

import numpy as np
import pytest

from sim.actors.counting import Tally
from sim.core import events as e
from sim.core.log import Log
from sim.core.streams import Dice, Streams
from sim.core.vocabulary import Capability
from sim.hazards.work import Crew
from sim.results.kpis import kpis
from tests.spine import BLOCK_S, Paper, city_of, events, key_of, lived, log_of, scenario_of, times
from tests.test_spine_roads import closed

CASE = 60 + 3 + 45  # noticed, picked up, said
FIRE = {
    "name": "fire",
    "kind": "dwelling_fire",
    "at": "+0s",
    "place": {"node": "D4"},
    "floor": 9,
    "access": "300s",
    "details": {"growth": "slow", "is_contained": False, "spreads": False, "rooms": 3, "occupants": 0},
}
SIZED_UP = CASE + 8 + 60 + 4 * BLOCK_S + 60  # heard, turned out, driven from B2, looked round


def report_u(seed: int, name: str, service: str, times_said: int) -> float:
    """The uniform by which the first report of a service's leader at a listed incident is lost."""
    post = Dice(Streams(seed), *key_of(name), crc32(service.encode()))
    return float(post.child(1).child(times_said).of("loss.scene report").random())


# --- said again


def taken_for_less(paper: Paper, seed: int = 1, **stored: Any) -> Log:
    """No desk can know that the police are needed before the fire crew's leader has been heard."""
    paper.kind("dwelling_fire", believed_as__shares={"help_request": 1.0})
    return log_of(scenario_of(incidents=[FIRE], **stored), seed=seed)


def test_each_report_that_is_lost_costs_half_a_minute(paper: Paper) -> None:
    seed = next(seed for seed in range(1, 200) if report_u(seed, "fire", "fire", 0) < 0.5
                and report_u(seed, "fire", "fire", 1) < 0.5 < report_u(seed, "fire", "fire", 2))  # fmt: skip
    heard = taken_for_less(paper, seed)
    paper.works(radio__loss=0.5)
    lossy = taken_for_less(paper, seed)
    said = [one.t for one in events(lossy, e.MessageSent, message_kind="scene report") if one.event.channel[0] == "f"]
    late = said[0] - SIZED_UP  # orders are lost too, by draws of their own
    assert said[:3] == [said[0], said[0] + 30, said[0] + 60] and late % 30 == 0
    told = times(heard, e.CaseHandedOff, to_department="110")
    assert told == [SIZED_UP + 8]
    assert times(lossy, e.CaseHandedOff, to_department="110") == [told[0] + late + 60]


def test_until_a_report_is_heard_it_is_said_as_often_as_the_loss_makes_likely(paper: Paper) -> None:
    """Geometric: 1 / (1 - p) times; over n leaders the mean has the standard error sqrt(p / n) / (1 - p)."""
    loss, n = 0.4, 40
    paper.works(radio__loss=loss)
    lifts = [
        {"name": f"lift {k}", "kind": "help_request", "at": f"+{k}h", "place": {"node": "D4"}, "access": "0s",
         "floor": 1, "details": {"severity": "minor", "injured": 0}}
        for k in range(n)
    ]  # fmt: skip
    log = log_of(scenario_of(incidents=lifts, duration=f"{n}h"))
    scenes = len(times(log, e.CommandEstablished))
    said = len(times(log, e.MessageSent, message_kind="scene report"))
    lost = [one for one in events(log, e.MessageLost) if _is_report(log, one.event.because)]
    assert scenes >= n and said - len(lost) == len(times(log, e.ReinforcementRequested)) == scenes
    error = math.sqrt(loss / scenes) / (1.0 - loss)
    assert said / scenes == pytest.approx(1.0 / (1.0 - loss), abs=3 * error)
    assert kpis(log)["reports_repeated"] == said - scenes


def _is_report(log: Log, number: int) -> bool:
    return log[number].event.message_kind == "scene report"  # type: ignore[attr-defined]


def test_a_leader_who_is_not_heard_stays_and_says_it_again(paper: Paper) -> None:
    """A patrol at a stuck lift has nothing to do but to send for somebody else; its net is dead for five minutes."""
    paper.kind("help_request", dial__shares={"110": 1.0}, believed_as__shares={"disorder": 1.0})
    stuck = {"name": "lift", "kind": "help_request", "at": 60, "place": {"node": "D4"}, "access": "20s"}
    incident = {**stuck, "details": {"severity": "minor", "injured": 0}}
    came = times(log_of(scenario_of(incidents=[incident])), e.UnitOnScene, department="police")[0]
    dead = {"channel": "police radio", "at": came + 1, "until": came + 60 + 290}
    log = log_of(scenario_of(incidents=[incident], outages=[dead]))
    said = times(log, e.MessageSent, message_kind="scene report")
    assert said[:11] == [came + 60 + 30 * k for k in range(11)], "the eleventh finds the net mended"
    heard = came + 60 + 300 + 8
    assert times(log, e.WorkDone, department="police")[0] == heard + 2
    assert times(log, e.CaseHandedOff, to_department="119")[0] == heard


def test_who_must_leave_before_he_was_heard_leaves_nobody_who_knows(paper: Paper) -> None:
    """L4: an ambulance alone at what was called an illness, two hurt, its net dead until it is gone: no second one."""
    paper.kind("road_crash", dial__shares={"120": 1.0}, believed_as__shares={"illness": 1.0})
    paper.ails("trauma", serious__transport__value=1.0, serious__own_way_s__value=50_000.0)
    crash = {"name": "crash", "kind": "road_crash", "at": "+0s", "place": {"node": "D6"}, "access": "0s"}
    incident = {**crash, "details": {"minor": 0, "serious": 2, "critical": 0, "trapped": 0, "blocks_road": False}}
    paper.works(caller__again_median_s=50_000.0)
    heard = log_of(scenario_of(incidents=[incident], drain="1h"))
    gone = times(heard, e.PatientLoaded)[0]
    assert times(heard, e.CaseHandedOff, to_department="122")
    dead = {"channel": "ems radio", "at": times(heard, e.UnitOnScene)[0] + 1, "until": gone + 1}
    unheard = log_of(scenario_of(incidents=[incident], outages=[dead], drain="1h"))
    assert times(unheard, e.PatientLoaded)[0] == gone
    assert not times(unheard, e.CaseHandedOff)
    first = times(unheard, e.UnitOrdered)
    assert len(first) < len(times(heard, e.UnitOrdered))


# --- counted


def counts(needs: int, looks: int, here: int = 0, sigma: float = 0.17, leaders: int = 400) -> list[int]:
    """What many leaders make of the same scene at their last look."""
    crews = [Crew(f"A-{k}", (Capability.TREAT,)) for k in range(here)]
    found = []
    for leader in range(leaders):
        tally = Tally(sigma, Dice(Streams(1), leader))
        for _ in range(looks):
            counted = tally.count({Capability.TREAT: needs}, crews)
        found.append(counted[Capability.TREAT])
    return found


@pytest.mark.parametrize("looks", [1, 4, 16])
def test_the_error_of_a_count_falls_with_the_root_of_the_looks(looks: int) -> None:
    """The log of a count has the spread 0.17 / root of looks; 400 leaders tell it within 4 se, or 4 / root of 800."""
    logs = np.log(np.array(counts(1000, looks)) / 1000.0)
    sigma = 0.17 / math.sqrt(looks)
    assert float(logs.std()) == pytest.approx(sigma, rel=4.0 / math.sqrt(2 * 400))
    assert float(logs.mean()) == pytest.approx(0.0, abs=4 * sigma / math.sqrt(400))


def test_small_numbers_are_seldom_miscounted() -> None:
    """One becomes two if the error is above ln 1.5, or 2.39 spreads: in 0.9 % of counts; it never becomes none."""
    ones = counts(1, 1, leaders=4000)
    wrong = 0.5 * math.erfc(math.log(1.5) / 0.17 / math.sqrt(2.0))
    assert set(ones) == {1, 2}
    assert ones.count(2) / 4000 == pytest.approx(wrong, abs=4 * math.sqrt(wrong / 4000))


def test_nobody_says_that_no_more_are_needed_while_somebody_waits() -> None:
    assert min(counts(10, 1, here=9, sigma=1.0)) == 10
    assert min(counts(10, 1, here=3, sigma=1.0)) == 4
    assert min(counts(10, 1, here=12, sigma=1.0)) <= 10  # who is there is seen to


def test_the_errors_of_a_leader_are_the_same_in_every_arm(paper: Paper) -> None:
    paper.works(scene__count_sigma=0.6)
    hurt = {"minor": 6, "serious": 5, "critical": 0, "trapped": 0, "blocks_road": False}
    crash = {"name": "crash", "kind": "road_crash", "at": "+0s", "place": {"node": "D4"}, "access": "0s"}
    scenario = scenario_of(incidents=[{**crash, "details": hurt}], drain="1h")
    arms = ("fragmented", "fragmented+command=unified", "fragmented+queue=most_urgent")
    asked = [events(log_of(scenario, arm), e.ReinforcementRequested)[0].event.needs for arm in arms]
    assert asked[0] == asked[1] == asked[2]
    assert asked[0]["treat"] != 11


def test_a_wrong_count_sends_crews_for_nothing_or_too_late(paper: Paper) -> None:
    """Eleven hurt; whoever counts more of them sends ambulances that find nobody."""
    hurt = {"minor": 11, "serious": 0, "critical": 0, "trapped": 0, "blocks_road": False}
    crash = {"name": "crash", "kind": "road_crash", "at": "+0s", "place": {"node": "D4"}, "access": "0s"}
    scenario = scenario_of(incidents=[{**crash, "details": hurt}], drain="1h", resources={"fleets": {"ems": 10}})
    exact = log_of(scenario)
    paper.works(scene__count_sigma=0.6)
    logs = [log_of(scenario, seed=seed) for seed in range(1, 9)]
    asked = [events(log, e.ReinforcementRequested, department="ems")[0].event.needs["treat"] for log in logs]
    assert events(exact, e.ReinforcementRequested, department="ems")[0].event.needs["treat"] == 11
    ordered = [len(times(log, e.UnitOrdered, department="ems")) for log in logs]
    over = [count for count, wanted in zip(ordered, asked, strict=True) if wanted > 11]
    assert over and min(over) > len(times(exact, e.UnitOrdered, department="ems"))


# --- closed roads

LIFT = {
    "name": "lift",
    "kind": "help_request",
    "at": "+0s",
    "place": {"node": "D2"},
    "floor": 1,
    "access": "0s",
    "details": {"severity": "minor", "injured": 0},
}
ROLLING = CASE + 8 + 60
SECOND = {**LIFT, "name": "second", "at": "+60s", "place": {"node": "E2"}}  # the way leads over C2 and D2 too


def blocked(log: Log) -> list[tuple[int, str]]:
    return [(one.t, one.event.unit) for one in events(log, e.RoadBlocked) if one.event.case is not None]


def two_crews(paper: Paper, **stored: Any) -> Log:
    """Two engines of West follow each other by a minute; the road from C2 to D2 is closed, and nobody knows it."""
    paper.kind("help_request", physics__work_s__median=2400.0)
    paper.works(desk__join_radius_m=400)
    scenario = scenario_of(incidents=[LIFT, SECOND], closures=[closed("C2", "D2", 0)], **stored)
    return log_of(scenario, "fragmented+dispatch=straight_line")


def test_a_crew_on_its_way_is_told_by_radio_and_turns_before_it_is_there(paper: Paper) -> None:
    log = two_crews(paper)
    first, second = (one.event.unit for one in events(log, e.UnitEnRoute)[:2])
    assert blocked(log) == [(ROLLING + BLOCK_S, first)]
    notice = events(log, e.MessageSent, message_kind="road notice")[0]
    assert notice.event.receiver == "all fire crews"
    assert notice.t == ROLLING + BLOCK_S + 1  # the report takes a second
    # Heard 8 s later, 49 s from home; on to C2 in 51 s, then four blocks by C3 or C1, D3 or D1, to E2
    assert times(log, e.UnitOnScene, unit=second) == [ROLLING + 60 + BLOCK_S + 4 * BLOCK_S]


def test_who_is_not_told_stands_before_it_too(paper: Paper) -> None:
    """The net is dead just then: a crew does not read what its desk believes."""
    dead = {"channel": "fire radio", "at": ROLLING + BLOCK_S, "until": ROLLING + BLOCK_S + 5}
    log = two_crews(paper, outages=[dead])
    first, second = (one.event.unit for one in events(log, e.UnitEnRoute)[:2])
    assert blocked(log) == [(ROLLING + BLOCK_S, first), (ROLLING + 60 + BLOCK_S, second)]


def test_an_order_says_which_roads_are_closed(paper: Paper) -> None:
    """Ten minutes later the second crew of West starts the detour at home: five blocks in place of three."""
    paper.kind("help_request", physics__work_s__median=2400.0)
    later = {**SECOND, "at": "+600s"}
    scenario = scenario_of(incidents=[LIFT, later], closures=[closed("C2", "D2", 0)])
    log = log_of(scenario, "fragmented+dispatch=straight_line")
    first, second = (one.event.unit for one in events(log, e.UnitEnRoute)[:2])
    assert [unit for _, unit in blocked(log)] == [first] != [second]
    assert times(log, e.UnitOnScene, unit=second) == [ROLLING + 600 + 5 * BLOCK_S]


def test_a_closure_that_everybody_knows_is_no_news(paper: Paper) -> None:
    city = lived(city_of(scenario_of(incidents=[LIFT], closures=[closed("C2", "D2", 0)])), ROLLING + BLOCK_S + 20)
    desk = next(d for d in city.departments.departments.values() if d.service.value == "fire").dispatcher
    known = set(desk.picture.closures())
    desk._spread(next(iter(known)), 0)
    assert len(times(city.log, e.MessageSent, message_kind="road notice")) == 1
