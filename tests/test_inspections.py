"""Inspections on the toy map: what counts is that the slope was truly judged, not that a crew has left."""

from __future__ import annotations

from spine import Paper, city_of, events, lived, scenario_of, the, times

from sim.actors.unit import Unit
from sim.comms.messages import Order
from sim.core import events as ev
from sim.core.log import Log
from sim.core.streams import Dice, Streams
from sim.core.vocabulary import Capability
from sim.results.kpis import kpis
from sim.results.timeline import Timeline
from sim.results.waterfall import by_id, waterfall

BEGINS, INSPECT_S = 60, 1800
"""The slope cracks after a minute; the median of the table, without spread."""

CENTRE = (3000.0, 3000.0)


def inspected(paper: Paper, fails_after: str, sent_at: tuple[int, ...] = (100,)) -> Log:
    """A slope that nobody notices; at the given seconds an inspection team each is sent there out of the blue."""
    paper.kind("slide", notice_per_person_s__value=0.0, unnoticed__value=1.0, found_late_s__median=86400.0)
    slope = {
        "kind": "slide", "name": "slope", "at": f"{BEGINS}s", "place": {"node": "D4"}, "floor": 1, "access": "0s",
        "details": {"fails_after": fails_after, "inside": 0, "closes_roads": False},
    }  # fmt: skip
    city = city_of(scenario_of(incidents=[slope]))
    teams = [unit for unit in city.units.units if Capability.INSPECT in unit.capabilities]
    for number, t in enumerate(sent_at):
        city.offices.parts.agenda.at(t, _order, teams[number], number)
    return lived(city, 4 * 3600).log


def _order(team: Unit, number: int) -> None:
    x, y = CENTRE
    case = f"housing-{number + 1}"
    log = team.parts.log
    opened = log.add(ev.CaseOpened(case=case, department="housing", call="", x=x, y=y))
    given = log.add(
        ev.UnitOrdered(
            because=opened, unit=team.id, case=case, department="housing", capability="inspect", eta_s=None
        )
    )  # fmt: skip
    order = Order(
        sender="housing dispatcher", receiver=team.id, case=case, unit=team.id, kind="slide", x=x, y=y,
        capability=Capability.INSPECT, serial=1, dice=Dice(Streams(1), 99, number),
    )  # fmt: skip
    team.hear(order, given)


def the_end(log: Log) -> int:
    """When the first inspection team had nothing left to do."""
    return times(log, ev.WorkDone, department="housing")[0]


def test_a_slope_that_is_judged_in_time_counts_from_its_first_cracks_to_the_end_of_the_work(paper: Paper) -> None:
    log = inspected(paper, "4h")
    (came,) = times(log, ev.UnitOnScene)
    judged = the(log, ev.HazardJudged)
    assert (judged.found, judged.department, judged.case) == ("slope", "housing", "housing-1")
    assert times(log, ev.HazardJudged) == [came + INSPECT_S + 1]  # word goes round in the next second
    found = kpis(log)
    assert (found["inspection_s"], found["inspection_s_unserved"]) == (came + INSPECT_S + 1 - BEGINS, 0)


def test_a_slope_that_falls_during_its_inspection_was_never_judged(paper: Paper) -> None:
    log = inspected(paper, "30min")
    (came,) = times(log, ev.UnitOnScene, department="housing")
    falls = BEGINS + 1800
    assert came < falls < came + INSPECT_S
    assert falls <= the_end(log) < came + INSPECT_S
    found = kpis(log)
    assert found["inspection_s_unserved"] == 1 and not events(log, ev.HazardJudged)
    line = Timeline(log)
    fall = waterfall(by_id(log), line, line.incidents["slope"], "inspection", "Inspected")
    assert not fall.finished


def test_a_second_crew_that_finds_the_task_taken_makes_no_inspection(paper: Paper) -> None:
    """It comes last and leaves first or with the other; the one judgement is the first crew's."""
    log = inspected(paper, "4h", (100, 400))
    first = min(times(log, ev.UnitOnScene))
    judged = the(log, ev.HazardJudged)
    assert judged.case == "housing-1" and len(times(log, ev.UnitOnScene)) == 2
    assert min(times(log, ev.WorkDone)) < first + INSPECT_S  # the second crew has nothing to do
    assert kpis(log)["inspection_s"] == first + INSPECT_S + 1 - BEGINS


def test_who_comes_after_the_fall_inspects_nothing(paper: Paper) -> None:
    log = inspected(paper, "5min", (1000,))
    assert the_end(log) > 1000 and not events(log, ev.HazardJudged)
    assert kpis(log)["inspection_s_unserved"] == 1
