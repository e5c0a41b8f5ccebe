"""What people do with the pages of an exercise, without a browser: quick clicks, orders, lists, refusals."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import PAGES, absent

if absent(*PAGES):
    pytest.skip("the pages are not installed", allow_module_level=True)

from sim.core.errors import InputError
from sim.viewer import roots
from sim.viewer.exercise.comparing import best
from sim.viewer.exercise.controls import Jump
from sim.viewer.exercise.record import COMMANDS, read_records
from sim.viewer.exercise.review import review, take
from sim.viewer.exercise.review_page import content
from sim.viewer.exercise.seats import Chair
from sim.viewer.listing import Teller
from sim.viewer.pages.exercise_forms import DEFAULTS, FIELDS, SORTS, begun, command
from sim.viewer.pages.exercise_inject import plan
from sim.viewer.pages.exercise_orders import free_of
from sim.viewer.pages.exercise_people import sitting
from sim.viewer.pages.exercise_planned import form_of, happens, place_of
from sim.viewer.pages.exercise_rooms import Room
from sim.viewer.pages.exercise_sent import Counter, told
from sim.viewer.pages.exercise_steering import Steering
from sim.viewer.pages.exercise_stored import stored
from sim.viewer.pages.exercise_things import listed
from sim.viewer.pages.thing_list import ThingTables
from sim.viewer.words import LANGUAGES, Words
from sim.viewer.words_names import names_of
from sim.viewer.words_refused import refusal
from tests.exercise_scene import SHAKING, go, session_of, spec_of

EN = Words("en")


@pytest.fixture
def room() -> Iterator[Room]:
    with session_of(spec_of()) as session:
        yield Room(session)


def chair_of(room: Room, department: str = "fire") -> Chair:
    return room.sit(room.invite(department).key, "Wang")


# --- time


def jumps(room: Room) -> list[int]:
    records = read_records(room.session.folder / COMMANDS)
    return [one.command.to for one in records if isinstance(one.command, Jump)]


def test_ten_quick_clicks_are_one_way_back_or_two(room: Room) -> None:
    """The first is begun at once; the nine that come meanwhile are one more, to where all ten lead."""
    go(room.session, 1200)
    before, steering = len(jumps(room)), Steering(room)
    busy, free = threading.Event(), threading.Event()

    def hold(_: object) -> None:
        busy.set()
        free.wait(20)

    holder = threading.Thread(target=lambda: room.session.ask(hold))
    holder.start()
    busy.wait(20)
    for _ in range(10):
        steering.back(60)
    assert steering.goal.value == 600
    free.set()
    holder.join()
    deadline = time.monotonic() + 30
    while steering.goal.value is not None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert room.session.state.t == 600
    assert jumps(room)[before:] in ([600], [1140, 600])


def test_who_sees_another_moment_does_not_branch_off(room: Room) -> None:
    go(room.session, 600)
    with pytest.raises(InputError, match="it stands at 08:10:00, and 08:40:00 was shown"):
        room.session.do("fork", at=2400)
    assert len(room.session.state.branches) == 1
    room.session.do("fork", at=600, name="the other way")
    assert room.session.state.branches[-1][:3] == ("the other way", "main", 600)


# --- a seat


def test_a_double_click_orders_one_unit(room: Room) -> None:
    chair, now = chair_of(room), [0.0]
    go(room.session, 600)
    case = chair.picture().cases[0]
    own = [one.id for one in chair.picture().units if one.district == "West"]
    counter = Counter(chair, lambda: None, lambda: now[0])
    counter.give("order_unit", {"unit": own[0], "case": case.id})
    counter.give("order_unit", {"unit": own[1], "case": case.id})
    assert chair.picture().cases[0].units == (own[0],)
    assert own[0] not in free_of(chair.picture()) and own[1] in free_of(chair.picture())
    now[0] = 2.0
    counter.give("order_unit", {"unit": own[1], "case": case.id})
    assert set(chair.picture().cases[0].units) == set(own[:2])


def test_an_order_says_what_was_sent_to_whom_and_a_refusal_unsays_it(room: Room) -> None:
    chair = chair_of(room)
    go(room.session, 600)
    case = chair.picture().cases[0]
    clicks = iter(range(0, 100, 10))
    counter = Counter(chair, lambda: None, lambda: float(next(clicks)))
    own = next(one.id for one in chair.picture().units if one.district == "West")
    counter.give("order_unit", {"unit": own, "case": case.id, "capability": "extinguish"})
    names = names_of(room.spec.ground.town, "en")
    assert counter.sent.value is not None
    line = told(counter.sent.value, names, EN)
    assert line.startswith(f"08:10:00 {own} is ordered to {case.id}: extinguish. Went out to {own} (")
    assert "travels as any message" in line
    with pytest.raises(InputError):
        counter.give("order_unit", {"unit": "F-Nowhere-1", "case": case.id})
    assert counter.sent.value is None


def test_every_order_has_its_words(room: Room) -> None:
    orders = ("accept_case", "hand_off", "escalate", "ask_aid", "close_case", "order_unit", "request_crews", "warn",
              "send_note")  # fmt: skip
    for language in LANGUAGES:
        for order in orders:
            given = {"case": "fire-1", "to": "police", "unit": "F-West-1", "capability": "treat", "count": 2}
            Words(language)(f"seat.did_{order}", **given, n=2, what="")


def test_only_what_is_possible_is_offered_and_it_is_possible(room: Room) -> None:
    go(room.session, 600)
    chair = chair_of(room)
    case = chair.picture().cases[0]
    can = chair.possible(case.id)
    assert case.is_accepted and "fire" not in can.receivers and "extinguish" not in can.requests
    assert can.requests, "there is always somebody who can do something else"
    for capability in can.requests:
        chair.do("request_crews", case=case.id, capability=capability)
    assert [one.says for one in can.words] == ["statement"], "nobody is told to leave for a fire in a kitchen"


def test_what_the_public_is_told_goes_out_as_it_was_said_it_would() -> None:
    with session_of(spec_of(incidents=[SHAKING])) as session:
        room = Room(session)
        chair = chair_of(room, "housing")
        go(session, 3600)
        case = next(one for one in chair.picture().cases if dict(one.beliefs)["kind"].value == "shaking_building")
        says = {one.says: one for one in chair.possible(case.id).words}
        assert set(says) == {"statement", "warning"} and says["warning"].radius_m > 0
        chair.do("warn", case=case.id, says="statement")
        assert chair.possible(case.id).words == (), "it has been asked for, and is not offered again"


# --- lists


def test_lists_name_units_closures_and_incidents_and_every_row_is_a_thing_of_the_map(room: Room) -> None:
    room.session.do("close_roads", place={"node": "C3"}, radius_m=600.0)
    go(room.session, 300)
    frame = room.frame("truth")
    for language in LANGUAGES:
        t = Words(language)
        teller = Teller(room.spec.ground.town, t)
        groups = {one.id: one for one in listed(frame, teller, t)}
        assert len(groups["unit"].rows) == len(frame.units) and groups["closure"].rows
        for group in groups.values():
            for row in group.rows:
                sort, _, name = row.key.partition(" ")
                assert not row.can or (teller.at(frame, sort, name) and teller.details(frame, sort, name))
                assert len(row.cells) == len(group.heads)


def test_a_facility_tells_all_that_is_known_of_it_with_its_place(room: Room) -> None:
    teller = Teller(room.spec.ground.town, EN)
    facts = dict(teller.details(room.frame("truth"), "facility", "West Hospital"))
    assert "Hospital" in facts["What"] and "West Town, West" in facts["Place"] and facts["Beds"] == "40"


def test_a_row_that_was_not_sent_to_the_page_cannot_be_pressed(room: Room) -> None:
    pressed: list[str] = []
    groups = [one.plain() for one in listed(room.frame("truth"), Teller(room.spec.ground.town, EN), EN)]
    tables = ThingTables(groups=groups, on_key=pressed.append)
    key = next(row["key"] for one in groups for row in one["rows"] if row["can"])
    for said in ({"key": key}, {"key": "unit of nobody"}, {"key": 3}, {}, None, {"key": "service fire"}):
        tables._hear(None, said, None)
    assert pressed == [key]


# --- injects


@pytest.mark.parametrize("sort", SORTS)
def test_every_inject_can_be_planned_shown_changed_and_copied(room: Room, sort: str) -> None:
    """The form of a line gives the line again, and the list says what will happen."""
    channel = room.session.read(lambda city: next(iter(city.switchboard.channels)))
    given = {"occupants": 2} if sort == "incident" else begun(sort)
    form = {**DEFAULTS, "sort": sort, "place": "C3", "channel": channel, "words": "Go and look.", "name": f"my {sort}",
            "title": "A title", "when": "08:20:30", "details": given, "floor": "2"}  # fmt: skip
    plan(room, form)
    (line,) = [one.inject for one in room.session.outcomes()]
    again = form_of(line, room.spec.scenario.start_s, line.name)
    assert command(again, 7) == line.what and again["when"] == "08:20:30" and again["replaces"] == line.name
    plan(room, {**again, "when": "+30min"})
    (moved,) = [one.inject for one in room.session.outcomes()]
    assert (moved.at, moved.what, moved.within_s) == (1800, line.what, 1800)
    copied = form_of(line, room.spec.scenario.start_s)
    assert not copied["replaces"] and not copied["name"]
    for language in LANGUAGES:
        names = names_of(room.spec.ground.town, language)
        assert happens(line, names, Words(language))
    town = room.spec.ground.town
    node = town.landmarks["C3"]
    at = (float(town.roads.x[node]), float(town.roads.y[node]))
    assert place_of(line.what.get("place"), town) == (at if "place" in FIELDS[sort] else None)


def test_a_line_that_cannot_be_changed_stays_as_it_was(room: Room) -> None:
    plan(room, {**DEFAULTS, "name": "first", "place": "C3", "when": "08:20"})
    (line,) = [one.inject for one in room.session.outcomes()]
    form = form_of(line, room.spec.scenario.start_s, line.name)
    with pytest.raises(InputError, match="expects"):
        plan(room, {**form, "expects": "SomethingElse"})
    assert [one.inject for one in room.session.outcomes()] == [line]


# --- who is there


def test_who_leads_sees_whether_a_seat_is_looked_at_and_by_how_many(room: Room) -> None:
    presence, start_s = room.presence, room.spec.scenario.start_s
    assert sitting("", presence.of("fire"), start_s, EN) == "Nobody has come yet"
    assert sitting("Anna", presence.of("fire"), start_s, EN) == "Anna sits here; no page is open"
    presence.come("fire", "page one", "her browser")
    presence.come("fire", "page two", "her browser")
    assert presence.of("fire") == (2, 1, None) and sitting("Anna", presence.of("fire"), start_s, EN) == "Anna sits here"
    presence.come("fire", "page three", "another browser")
    assert presence.of("fire").browsers == 2
    before = presence.changes
    for page in ("page one", "page two", "page three"):
        presence.leave("fire", page, 4320)
    assert presence.changes == before + 3
    assert sitting("Anna", presence.of("fire"), start_s, EN) == "Anna sits here; the page is closed since 09:12"
    assert presence.of("police").pages == 0


def test_a_review_lists_who_sat_there_though_he_gave_no_order(room: Room) -> None:
    chair_of(room, "traffic")
    go(room.session, 300)
    found = review(take(room.session))
    seats = dict(content(found)["facts"])["seats"]
    assert "Wang" in seats and "traffic" in seats


# --- the review


def test_what_reads_the_same_is_not_called_better() -> None:
    assert best(("a", "b"), (0.361, 0.364), ("0.36", "0.36"), "lower") == ""
    assert best(("a", "b"), (0.361, 0.374), ("0.36", "0.37"), "lower") == "a"
    assert best(("a", "b", "c"), (1.0, 2.0, 2.0), ("1", "2", "2"), "higher") == ""
    assert best(("a", "b"), (1.0, None), ("1", "–"), "higher") == ""


def test_a_waterfall_says_in_words_what_its_colours_are(room: Room) -> None:
    go(room.session, 1500)
    found = review(take(room.session))
    for language in LANGUAGES:
        for _, bars in content(found, language)["falls"]:
            drawn, _, key = str(bars).partition('<ul class="fall-key">')
            colours = set(re.findall(r'class="part (p\d k\d)"', drawn))
            assert colours and colours == set(re.findall(r'class="part (p\d k\d)"', key))
            assert "<details" in key and "<td>" in key


# --- refusals


@pytest.mark.parametrize(("do", "given", "said"), [
    ("begin_incident", {"name": "x" * 90, "kind": "crime", "place": "A1"}, "“Name” is too long: at most 80 char"),
    ("jump", {"to": 10**9}, "“When” is too far away"),
    ("jump", {"to": 82_800}, "07:00:00 is after the end"),
    ("plan_inject", {"name": "late", "at": 10**9}, "“When” is too far away"),
])  # fmt: skip
def test_refusals_name_fields_as_the_page_does(room: Room, do: str, given: object, said: str) -> None:
    assert isinstance(given, dict)
    with pytest.raises(InputError) as raised:
        room.session.do(do, **given)
    assert refusal(str(raised.value), EN, start_s=room.spec.scenario.start_s).startswith(said)
    chinese = refusal(str(raised.value), Words("zh"), start_s=room.spec.scenario.start_s)
    assert chinese.isascii() is False and "String" not in chinese


def test_times_that_have_not_been_are_told_as_clocks() -> None:
    text = "3600 s has not been yet; main has come to 600 s"
    assert refusal(text, EN, start_s=28_800) == "09:00:00 has not been yet: this branch has come to 08:10:00."
    assert refusal("within is ''; write it like '90s'", EN) == "“Within” is ''; write it like '90s'"
    assert refusal("place is missing", EN) == "“Place” is missing"
    assert refusal("something else", EN) == "something else"


# --- what was recorded


def test_a_record_is_listed_with_its_scenario_its_day_and_how_far_it_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roots, "root", lambda: tmp_path)
    folder = tmp_path / "exercises" / "toy-1"
    with session_of(spec_of(), folder) as session:
        go(session, 900)
        go(session, 300)
    (tmp_path / "exercises" / "broken").mkdir()
    (tmp_path / "exercises" / "broken" / "exercise.json").write_text("{")
    whole, broken = stored(["toy-1", "broken", "gone"])
    assert whole.reached_s == 900 and whole.town == "toy" and whole.policies == "fragmented"
    assert "from 08:00, came to 08:15" in whole.told(EN) and str(whole.changed.year) in whole.told(EN)
    assert broken.scenario is None and broken.title("en") == "broken" and broken.told(EN)
