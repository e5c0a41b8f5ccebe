"""What a lens shows is what that organisation believed, and nothing else: held against the log, case by case."""

from __future__ import annotations

import json
import math
from functools import cache
from typing import Any

import pytest
from spine import city_of, lived, scenario_of, the

from sim.actors.tables import work
from sim.core import events as ev
from sim.core.errors import InputError
from sim.core.log import Entry
from sim.results.pictures import picture_at
from sim.viewer.citymap.ground import box_of
from sim.viewer.citymap.protocol import unpack
from sim.viewer.citymap.writer import FrameWriter
from sim.viewer.frames import Frame
from sim.viewer.lens import PUBLIC, TRUTH, Lens, choices, lens_of
from sim.viewer.listing import Teller
from sim.viewer.living import LivingFrames
from sim.viewer.replay import LoggedFrames
from sim.viewer.words import Words

pytestmark = pytest.mark.slow  # two stories of two hours, seen by every lens; CI has them among the pages

SLIDE = {"name": "secret-slope", "kind": "slide", "at": "+5min", "place": {"node": "D4"},
         "details": {"fails_after": "40min", "area_m2": 60_000.0, "inside": 120}}  # fmt: skip
FIRE = {"name": "secret-fire", "kind": "dwelling_fire", "at": "+1min", "place": {"node": "B2"},
        "details": {"growth": "fast", "is_contained": False, "occupants": 3, "helpless": 2}}  # fmt: skip
CRASH = {"name": "secret-crash", "kind": "road_crash", "at": "+8min", "place": {"node": "F6"}}
LIES = {"name": "liar", "kind": "forged_calls", "at": "+3min", "until": "+30min", "place": {"node": "E2"},
        "radius_m": 500, "details": {"calls": 6, "claims": {"dwelling_fire": 1}}}  # fmt: skip
CLOSED = {"at": "+0s", "until": "+1h", "place": {"node": "C3"}, "radius_m": 600}
STEP_S = 300


class Story:
    """A run with a fire, a crash, a slope and lies, and the frames of all lenses that had anything to show."""

    def __init__(self, arm: str, fails_after: str) -> None:
        slide = {**SLIDE, "details": {**SLIDE["details"], "fails_after": fails_after}}  # type: ignore[dict-item]
        scenario = scenario_of(
            incidents=[slide, FIRE, CRASH], attacks=[LIES], closures=[CLOSED], background={"on": False}, duration="2h"
        )
        self.city = city_of(scenario, arm)
        living = LivingFrames(self.city)
        self.shown: list[tuple[int, Frame]] = []
        for t in range(STEP_S, 7200, STEP_S):
            lived(self.city, t)
            for choice in choices(self.city):
                self.shown.append((self.city.t - 1, living.frame(choice.lens, self.city.t - STEP_S)))
        self.log: list[Entry] = list(self.city.log)
        self.logged = LoggedFrames(self.log, self.city.town)

    def of(self, sort: str) -> list[tuple[int, Frame]]:
        """Frames of one sort of lens."""
        return [(t, frame) for t, frame in self.shown if frame.lens.sort == sort]


@cache
def story(arm: str, fails_after: str = "40min") -> Story:
    """Told once for all tests."""
    return Story(arm, fails_after)


ARMS = ("fragmented", "linked")


# --- cases


@pytest.mark.parametrize("arm", ARMS)
def test_cases_of_every_lens_are_those_that_its_picture_has_by_the_log(arm: str) -> None:
    """Rebuilt from the log by `sim.results.pictures`, which knows nothing of the viewer."""
    compared = 0
    for t, frame in story(arm).of("picture"):
        held = picture_at(story(arm).log, frame.lens.owner, t)
        assert {case.id for case in frame.cases} == set(held)
        for case in frame.cases:
            compared += 1
            beliefs = held[case.id].beliefs
            assert (case.kind, [case.x, case.y]) == (beliefs["kind"].value, list(beliefs["place"].value))
            assert case.confidence == min(beliefs["kind"].confidence, beliefs["place"].confidence)
            assert case.as_of_s == max(one.as_of_s for one in beliefs.values())
            assert case.opened_s == held[case.id].opened_s and case.owner == frame.lens.owner
            assert case.needs == (beliefs["needs"].value if "needs" in beliefs else {})
    assert compared > 100


@pytest.mark.parametrize("arm", ARMS)
def test_every_lens_shows_the_same_from_the_log_as_it_did_living(arm: str) -> None:
    """Cases with their units, units as reported, closed roads, bays, words to the public."""
    for t, frame in story(arm).shown:
        if frame.lens == TRUTH:
            continue
        again = story(arm).logged.frame(frame.lens, t, t + 1 - STEP_S)
        for name in ("cases", "sightings", "alerts", "rumours", "loads"):
            assert sorted(getattr(frame, name), key=str) == sorted(getattr(again, name), key=str), (name, frame.lens)
        fresh = t + 1 - work().road.closure_memory_s.value  # the living city's clock has ticked: one may be forgotten
        assert set(frame.closures) == {one for one in again.closures if one.as_of_s >= fresh}
        mine, its = ({unit.id: unit for unit in one.units} for one in (frame, again))
        assert mine.keys() == its.keys()
        for unit, seen in mine.items():
            told = its[unit]
            assert (seen.status, seen.case, seen.as_of_s) == (told.status, told.case, told.as_of_s), (frame.lens, t)
        assert {arc.id for arc in frame.arcs} == {arc.id for arc in again.arcs}


@pytest.mark.parametrize("arm", ARMS)
def test_no_picture_holds_a_word_of_the_truth(arm: str) -> None:
    """Searched for in the very bytes that a page gets: names of incidents, what is false, who is in a zone."""
    truths = ("secret-slope", "secret-fire", "secret-crash")
    for _, frame in story(arm).of("picture"):
        assert not (frame.incidents or frame.extents or frame.sightings or frame.rumours or frame.shadows)
        assert not frame.has_people and all(case.is_false is None and case.incident is None for case in frame.cases)
        packet = FrameWriter(box_of(story(arm).city.town)).write(frame)
        assert not any(word.encode() in packet for word in (*truths, "is_false", '"incident"', "witnesses", "inside"))
        for unit in frame.units:
            assert unit.leg is None and unit.as_of_s is not None  # where it last said it was, not where it drives
        assert all(load.bays is None and load.waiting is None for load in frame.loads)


def test_what_stands_beside_the_map_tells_no_more_than_the_map() -> None:
    for _, frame in story("fragmented").of("picture")[::7]:
        teller = Teller(story("fragmented").city.town, Words("en"))
        told = str(teller.rows(frame)) + str([teller.details(frame, "case", case.id) for case in frame.cases])
        assert "secret" not in told and "nothing behind" not in told


# --- truth


def test_truth_alone_tells_which_case_has_nothing_behind_it() -> None:
    told = story("fragmented")
    forged = {e.event.call for e in told.log if isinstance(e.event, ev.MessageForged)}
    lies = {e.event.case for e in told.log if isinstance(e.event, ev.CaseOpened) and e.event.call in forged}
    false = {case.id for _, frame in told.of("truth") for case in frame.cases if case.is_false}
    true = {case.id: case.incident for _, frame in told.of("truth") for case in frame.cases if not case.is_false}
    assert lies and lies <= false and set(true.values()) == {"secret-slope", "secret-fire", "secret-crash"}
    believed = {case.id for _, frame in told.of("picture") for case in frame.cases}
    assert lies & believed  # where it looks like any other


def test_truth_shows_what_nobody_has_noticed_yet() -> None:
    told = story("fragmented")
    for t, frame in told.of("truth"):
        noticed = {e.incident for e in told.log if e.t <= t and isinstance(e.event, ev.IncidentNoticed)}
        begun = {e.event.incident for e in told.log if e.t <= t and isinstance(e.event, ev.IncidentStarted)}
        ended = {e.event.incident for e in told.log if e.t <= t and isinstance(e.event, ev.IncidentEnded)}
        assert {one.id for one in frame.incidents} == begun - ended
        assert {one.id for one in frame.incidents if one.noticed_s is not None} == (begun - ended) & noticed


def test_people_of_a_zone_add_up() -> None:
    slopes = [mark for _, frame in story("linked").of("truth") for mark in frame.extents if mark.id == "secret-slope"]
    assert slopes and all(mark.inside + mark.left + mark.hurt == 120 for mark in slopes)
    assert slopes[0].radius_m == pytest.approx(math.sqrt(60_000 / math.pi), abs=0.1)


# --- units


def test_a_desk_sees_its_crew_where_it_last_reported_and_not_where_it_is() -> None:
    """A crew drives 4 km to the fire; its desk heard that it set out, and shows it at its station till it is there."""
    incident = {"name": "far", "kind": "dwelling_fire", "at": "+60s", "place": {"node": "G7"}}
    city = city_of(scenario_of(incidents=[incident], background={"on": False}))
    frames = LivingFrames(city)
    while not any(isinstance(e.event, ev.UnitEnRoute) for e in city.log):
        city.second()
    set_out = the(city.log, ev.UnitEnRoute)
    lived(city, city.t + 60)
    true = frames.frame(TRUTH).find("unit", set_out.unit)
    seen = frames.frame(lens_of(city, "fire")).find("unit", set_out.unit)
    assert true is not None and seen is not None
    assert (seen.x, seen.y) == (set_out.x, set_out.y)  # type: ignore[union-attr]
    assert math.dist((true.x, true.y), (seen.x, seen.y)) > 300.0  # type: ignore[union-attr]


def test_where_organisations_are_apart_none_sees_the_crews_of_another() -> None:
    for t, frame in story("fragmented").of("picture"):
        services = {unit.service for unit in frame.units}
        assert services <= {frame.lens.owner}, t
    joint = [frame for _, frame in story("linked").of("picture") if frame.lens.owner == "joint"]
    assert {unit.service for unit in joint[0].units} == {"fire", "ems", "police", "traffic"}


# --- messages


@pytest.mark.parametrize("arm", ARMS)
def test_an_organisation_knows_of_a_message_when_it_has_said_or_heard_it(arm: str) -> None:
    told = story(arm)
    sent = {e.event.message: e for e in told.log if isinstance(e.event, ev.MessageSent)}
    heard = {e.event.message: e.t for e in told.log if isinstance(e.event, ev.MessageHeard)}
    drawn = 0
    for t, frame in told.of("picture"):
        own = told.city.offices.by_name.get(frame.lens.owner)
        desk = frame.lens.owner if own is None else own.name
        for arc in frame.arcs:
            if arc.word == "call":
                continue
            drawn += 1
            message = sent[arc.id].event
            if arc.state == "sent":
                assert desk in message.sender or own is None
                assert sent[arc.id].t <= t
            else:
                assert arc.state == "heard" and heard[arc.id] <= t
        assert {arc.state for arc in frame.arcs} <= {"sent", "heard"}  # that something is lost, nobody knows
    assert drawn > 20


@pytest.mark.parametrize("arm", ARMS)
def test_what_a_paper_says_is_not_known_before_it_has_been_read(arm: str) -> None:
    """Living and from the log; a paper lies in the tray of a duty desk until an officer has it read."""
    told = story(arm)
    sent = {e.id: e.event for e in told.log if isinstance(e.event, ev.MessageSent)}
    heard = {e.id: sent[e.event.because].message for e in told.log
             if isinstance(e.event, ev.MessageHeard) and e.event.because in sent}  # fmt: skip
    read = {heard[e.event.because]: e.t for e in told.log
            if isinstance(e.event, ev.MessageRead) and e.event.because in heard}  # fmt: skip
    desks = {e.event.office for e in told.log if isinstance(e.event, ev.OfficeStaffed)}
    shown = {True: 0, False: 0}
    for t, frame in told.of("picture"):
        for each in (frame, told.logged.frame(frame.lens, t, t + 1 - STEP_S)):
            for arc in each.arcs:
                if arc.state == "heard" and arc.receiver in desks:
                    is_known = read.get(arc.id, math.inf) <= t
                    assert bool(arc.text) == is_known and (is_known or arc.case is None)
                    shown[is_known] += 1
                elif arc.word != "call":
                    assert arc.text
    assert min(shown.values()) > 5, shown


def test_a_caller_is_nowhere_on_a_desk_s_map() -> None:
    """The true place of whoever rings is where it burns; the desk has only what he says."""
    arcs = [arc for _, frame in story("fragmented").of("picture") for arc in frame.arcs]
    assert not [arc for arc in arcs if arc.sender == "caller"]
    assert [arc for _, frame in story("fragmented").of("truth") for arc in frame.arcs if arc.sender == "caller"]


# --- the public


def test_the_public_knows_what_it_was_told_and_what_somebody_has_seen() -> None:
    told = story("linked", "95min")  # or the warning comes when the slope has fallen, and is not given
    for t, frame in told.of("public"):
        assert not (frame.units or frame.cases or frame.incidents or frame.arcs or frame.loads or frame.closures)
        issued = {e.event.alert for e in told.log if e.t <= t and isinstance(e.event, ev.AlertIssued)}
        lifted = {e.event.alert for e in told.log if e.t <= t and isinstance(e.event, ev.AlertLifted)}
        assert {alert.id for alert in frame.alerts if alert.says == "warning"} == issued - lifted
        assert all(alert.reached is None and alert.following is None for alert in frame.alerts)
        seen = {e.event.incident for e in told.log if e.t <= t and isinstance(e.event, ev.IncidentNoticed)}
        assert {one.id for one in frame.sightings} <= seen
    shown = [frame for _, frame in told.of("public")]
    assert any(frame.alerts for frame in shown) and any(frame.sightings for frame in shown)


# --- choosing


def test_a_lens_is_chosen_by_a_word() -> None:
    city = story("linked").city
    assert lens_of(city, "truth") == TRUTH and lens_of(city, "public") == PUBLIC
    assert lens_of(city, "fire") == lens_of(city, "joint") == Lens("picture", "joint")
    assert lens_of(city, "emergency district West") == Lens("picture", "emergency district West")
    assert lens_of(city, "health").owner == "health city"  # it has no crews: its highest office
    with pytest.raises(InputError, match="Did you mean 'fire'"):
        lens_of(city, "fir")


def test_every_lens_that_can_be_chosen_makes_a_packet() -> None:
    city = story("linked").city
    frames, box = LivingFrames(city), box_of(city.town)
    for choice in choices(city):
        text: dict[str, Any] = unpack(FrameWriter(box).write(frames.frame(choice.lens))).text
        assert text["lens"] == choice.lens.key and json.dumps(text)
