"""Pages of an exercise: who holds which key sees what, and a browser goes through a whole exercise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from browsing import BROWSER, PAGES, absent, chromium, serving

if absent(*PAGES):
    pytest.skip("the pages are not installed", allow_module_level=True)

from sim.core.errors import InputError
from sim.core.events import MessageSent
from sim.live import seat_of
from sim.viewer.exercise.session import given_by
from sim.viewer.pages.exercise_forms import DEFAULTS, FIELDS, SORTS, command, place
from sim.viewer.pages.exercise_registry import room_of, room_of_seat
from sim.viewer.pages.exercise_rooms import Room
from tests.exercise_scene import SHAKING, go, session_of, spec_of
from tests.exercise_tab import Tab


@pytest.fixture
def room() -> Iterator[Room]:
    with session_of(spec_of()) as session:
        yield Room(session)


# --- keys


def test_a_seat_sees_its_own_pictures_and_is_refused_all_others(room: Room) -> None:
    key = room.invite("fire").key
    own = room.own_lenses(key)
    assert own[0] == "fire" and all(name.startswith("fire") for name in own)
    assert room.seat_frame(key, "fire").incidents == ()
    for other in ("truth", "public", "police", "ems"):
        with pytest.raises(InputError, match="own pictures only"):
            room.seat_frame(key, other)


def test_a_key_opens_one_seat_and_no_exercise(room: Room) -> None:
    key = room.invite("fire").key
    assert room_of(key) is None
    assert room_of_seat(room.id) is None
    assert room.invite("fire").key == key, "a seat has one key"
    assert room.invite("police").key != key


def test_a_key_that_was_withdrawn_opens_nothing(room: Room) -> None:
    key = room.invite("fire").key
    chair = room.sit(key, "Wang")
    room.withdraw("fire")
    with pytest.raises(InputError, match="not valid any more"):
        room.seat_frame(key, "fire")
    with pytest.raises(InputError, match="does not sit"):
        chair.picture()


def test_who_comes_back_finds_his_seat_as_he_left_it(room: Room) -> None:
    """The name of the first who came stays: another who has found the link does not take over under his own."""
    key = room.invite("fire").key
    before = room.sit(key, "Wang").picture()
    again = room.sit(key, "somebody else")
    assert again.who == "Wang"
    assert again.picture() == before


def test_a_seat_may_not_lead(room: Room) -> None:
    chair = room.sit(room.invite("fire").key, "Wang")
    for page in ({"do": "pause"}, {"do": "jump", "to": 10}, {"do": "switch", "change": "dispatch=nearest"}):
        with pytest.raises(InputError, match="not for a seat"):
            chair.do(given_by(page))


def test_frames_follow_a_rewind(room: Room) -> None:
    """Back in time the lens shows what was then, though the later city had more."""
    go(room.session, 120)
    assert {one.id for one in room.frame("truth").incidents} == {"fire", "crash"}
    go(room.session, 40)
    assert {one.id for one in room.frame("truth").incidents} == {"fire"}


def test_two_seats_hear_only_what_was_said_to_them(room: Room) -> None:
    """Half an hour with two people at desks: each letter is in the log, to one of the desk's own names."""
    chairs = {name: room.sit(room.invite(name).key, name.upper()) for name in ("fire", "police")}
    for name, chair in chairs.items():
        room.session.do("tell", to=name, words=f"for {name} alone")
        chair.do("send_note", to="ems", words=f"{name} asks")
    go(room.session, 1800)
    sent = {one.event.message: one.event for one in room.session.entries() if isinstance(one.event, MessageSent)}
    for name, chair in chairs.items():
        names = room.session.read(lambda city, name=name: seat_of(city, name).names)
        heard = chair.picture().heard
        assert [one["text"] for one in heard if "alone" in one["text"]] == [f"for {name} alone"]
        assert {sent[one["message"]].receiver for one in heard} <= names
        assert {one["sender"] for one in chair.picture().said} <= names
        assert {one.owner for one in chair.picture().cases} <= set(room.own_lenses(room.invite(name).key))


def test_no_field_of_a_seat_s_frame_tells_what_an_unread_paper_says() -> None:
    """A tower shakes for an hour; every ten seconds all that the seats' pages are sent is searched for unread words."""
    with session_of(spec_of("fragmented", incidents=[SHAKING])) as session:
        room = Room(session)
        key = {name: room.invite(name).key for name in ("emergency", "housing")}
        chairs = {name: room.sit(one, name.upper()) for name, one in key.items()}
        held = 0
        for t in range(600, 3600, 10):
            go(session, t)
            said = [one.event for one in session.entries() if isinstance(one.event, MessageSent)]
            texts = {event.message: event.text for event in said}
            for name, chair in chairs.items():
                unread = [one["message"] for one in chair.picture().heard if one["read_t"] is None]
                known = str([one for one in chair.picture().heard + chair.picture().said if one["text"]])
                frames = [room.seat_frame(key[name], lens, t - 10) for lens in room.own_lenses(key[name])]
                for message in unread:
                    arcs = [arc for frame in frames for arc in frame.arcs if arc.id == message]
                    assert all((arc.text, arc.case) == ("", None) for arc in arcs)
                    held += len(arcs)
                    assert texts[message] in known or texts[message] not in str(frames)
        assert held > 3


def test_an_error_of_the_model_stops_the_exercise_and_says_what_happened(room: Room) -> None:
    go(room.session, 60)

    def fail() -> None:
        raise RuntimeError("two fires in one kitchen")

    room.session.ask(lambda exercise: setattr(exercise.city, "second", fail))
    room.session.do("play")
    assert room.session.wait(lambda state: state.mode == "failed")
    assert "two fires in one kitchen" in room.session.state.error
    assert room.frame("truth").t == 60, "pages still see where it stopped"
    room.session.do("jump", to=30)
    assert room.session.state.mode == "paused" and room.session.state.t == 30


# --- forms


def test_every_sort_of_inject_has_a_form_that_makes_a_command(room: Room) -> None:
    channel = room.session.read(lambda city: next(iter(city.switchboard.channels)))
    filled = {**DEFAULTS, "place": "114.0, 22.5", "channel": channel, "words": "Go and look."}
    for sort in SORTS:
        assert set(FIELDS[sort]) <= set(DEFAULTS)
        given_by(command({**filled, "sort": sort}, 1))


def test_what_is_missing_or_no_number_is_said_by_its_field() -> None:
    with pytest.raises(InputError, match="place is missing"):
        command({**DEFAULTS, "sort": "incident"}, 1)
    with pytest.raises(InputError, match="radius_m is 'wide'"):
        command({**DEFAULTS, "sort": "roads", "place": "somewhere", "radius_m": "wide"}, 1)
    with pytest.raises(InputError, match="occupants is 'many'"):
        command({**DEFAULTS, "place": "x", "details": {"occupants": "many"}}, 1)


def test_a_place_is_a_name_or_a_pair_of_numbers() -> None:
    assert place("114.05, 22.54") == {"lon": 114.05, "lat": 22.54}
    assert place("SEG Plaza") == "SEG Plaza"


# --- in a browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The pages, served by a process of their own."""
    with serving(tmp_path_factory.mktemp("results")) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if absent(*BROWSER):
        pytest.skip("no browser here")
    with chromium() as running:
        yield running


def test_a_trainer_leads_an_exercise_a_department_takes_part_and_both_look_back(browser: Any, address: str) -> None:
    lead = Tab(browser, address, "/exercise")
    lead.choose("Scenario", "One fire on the toy map")
    lead.press("do-begin")
    lead.sees(".lx-mode", "Paused")
    lead.page.locator(".cm-root").nth(1).wait_for()

    # play, pause, step, jump
    lead.press("do-play")
    lead.sees(".lx-mode", "Running")
    lead.press("do-pause")
    lead.sees(".lx-mode", "Paused")
    lead.fill(".do-jump", "08:05")
    lead.sees(".lx-clock-time", "08:05:00")
    lead.press("do-step_1min")
    lead.sees(".lx-clock-time", "08:06:00")
    lead.picture("exercise")

    # the same by keys, as long as nothing is typed
    field = lead.page.locator(".do-jump input")
    field.fill("+")
    field.type(".5 ")
    assert field.input_value() == "+.5 " and lead.page.locator(".lx-mode").inner_text() == "Paused"
    field.fill("")
    lead.page.locator(".lx-clock-time").click()
    lead.page.keyboard.press(".")
    lead.sees(".lx-clock-time", "08:06:01")
    lead.page.keyboard.press("Space")
    lead.sees(".lx-mode", "Running")
    lead.page.keyboard.press("Space")
    lead.sees(".lx-mode", "Paused")
    lead.fill(".do-jump", "08:07")
    lead.sees(".lx-clock-time", "08:07:00")

    # inject by a click on the map
    lead.press("tab-inject")
    lead.press("do-place")
    lead.sees(".do-place", "Now click")
    box = lead.page.locator(".cm-root").first.bounding_box()
    lead.page.mouse.click(box["x"] + 0.4 * box["width"], box["y"] + 0.4 * box["height"])
    lead.sees(".do-place", "Place it")
    lead.press("do-inject")
    lead.sees(".lx-done", "Done: incident-")
    lead.press("do-step_1s")
    lead.press("tab-now")
    lead.sees(".lx-lists", "incident-")
    lead.picture("inject")

    # a seat, in a browser of its own
    lead.press("tab-seats")
    lead.choose("Department", "Fire and rescue")
    lead.press("do-invite")
    link = lead.page.locator(".do-seat").first.get_attribute("href")
    seat = Tab(browser, address, link)
    seat.fill(".lx-choosing", "Wang")
    seat.press("do-sit")
    seat.sees(".lx-who", "Wang")
    lead.fill(".do-jump", "08:08")
    seat.sees(".lx-clock-time", "08:08:00")
    seat.press("lx-case-open")
    seat.sees(".do-held-back", "the nearest F-East")  # it would be there first, and may not come
    seat.sees(".do-held-back", "ask for it")
    seat.press("do-send")
    seat.sees(".lx-case", "F-West")
    lead.sees(".lx-card", "Wang sits here")
    seat.picture("seat")
    seat.page.reload()
    seat.sees(".lx-who", "Wang")  # nobody asks for his name again
    assert "truth" not in seat.page.content().lower()

    # rewind, branch, go on
    lead.press("do-back_1min")
    lead.sees(".lx-clock-time", "08:07:00")
    lead.press("do-fork")
    lead.sees(".lx-branch", "branch 2")
    lead.press("do-step_1min")
    lead.sees(".lx-clock-time", "08:08:00")
    lead.press("tab-notes")
    lead.press("do-mark")
    lead.sees(".lx-tab-body", "Marked")
    lead.picture("branch")

    # the review
    lead.press("do-review")
    lead.press("do-make")
    lead.sees(".ld-timeline, .lx-timeline", "kitchen-fire begins")
    lead.sees(".ld-good", "gave the same log")
    lead.picture("review")

    # the end, by somebody who has no more than the link
    other = Tab(browser, address, lead.page.url.removeprefix(address).replace("/review", "/exercise"))
    other.press("do-end")
    other.press("do-end-not")
    other.press("do-end")
    other.press("do-end-now")
    other.sees(".lx-known", "toy-fire-1")
    seat.sees(".lx-choosing", "closed")
    assert lead.complaints == []
    assert seat.complaints == []


def test_without_a_key_no_page_shows_an_exercise(browser: Any, address: str) -> None:
    Tab(browser, address, "/seat?key=guessed").sees(".ld-bad", "not valid")
    Tab(browser, address, "/review?id=guessed").sees(".ld-bad", "no exercise under way")
    Tab(browser, address, "/exercise?id=<script>alert(1)</script>").sees(".ld-bad", "no exercise under way")
