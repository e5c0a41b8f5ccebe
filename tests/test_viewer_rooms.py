"""Exercises of one server: who opens a record has it for himself; places are few; keys are given back; errors show."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import PAGES, absent

if absent(*PAGES):
    pytest.skip("the pages are not installed", allow_module_level=True)

from sim.core.errors import InputError
from sim.viewer import roots
from sim.viewer.exercise.record import COMMANDS, read_records
from sim.viewer.exercise.session import Session
from sim.viewer.pages import exercise_registry as rooms
from sim.viewer.pages import exercise_stream as stream
from sim.viewer.pages import parts
from sim.viewer.pages.exercise_rooms import Room
from tests.exercise_scene import go, session_of, spec_of
from tests.house import CHECKOUT

OPEN = """
import sys
from pathlib import Path
from sim.core.errors import InputError
from sim.viewer.exercise.session import Session
try:
    Session.open(Path(sys.argv[1])).close()
    print("opened")
except InputError as wrong:
    print(wrong)
"""


@pytest.fixture(autouse=True)
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv(roots.ROOT_VARIABLE, str(tmp_path))
    yield tmp_path / rooms.FOLDER
    for room in rooms.rooms_of("b"):
        rooms.end(room)


@pytest.fixture
def room() -> Iterator[Room]:
    with session_of(spec_of()) as session:
        yield Room(session)


def begin() -> Room:
    return rooms.begin("toy-fire", "", "fragmented", 1, "b")


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each gives, or the InputError that it raises."""
    found: list[Any] = []

    def run(act: Callable[[], Any]) -> None:
        try:
            found.append(act())
        except InputError as wrong:
            found.append(wrong)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


# --- one record, one writer


def test_of_two_who_open_a_record_at_once_one_gets_it_and_it_stays_whole(results: Path) -> None:
    room = begin()
    room.session.do("remark", words="x")
    name = room.session.folder.name
    rooms.end(room)
    found = at_once(*[lambda: rooms.reopen(name, "b")] * 3)
    opened = [one for one in found if isinstance(one, Room)]
    assert len(opened) == 1
    assert all("under way" in str(one) for one in found if one not in opened)
    for _ in range(2):
        opened[0].session.do("remark", words="y")
    rooms.end(opened[0])
    assert sum(one.command.do == "remark" for one in read_records(results / name / COMMANDS)) == 3


def test_another_process_may_not_open_what_is_under_way_and_may_afterwards() -> None:
    room = begin()

    def elsewhere() -> str:
        command = [sys.executable, "-c", OPEN, str(room.session.folder)]
        return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout.strip()

    assert "under way" in elsewhere()
    rooms.end(room)
    assert elsewhere() == "opened"


def test_after_a_crash_nothing_is_left_that_keeps_others_out(tmp_path: Path) -> None:
    crash = "import os, sys; from tests.exercise_scene import *; session_of(spec_of(), Path(sys.argv[1])); os._exit(1)"
    subprocess.run([sys.executable, "-c", crash, str(tmp_path)], cwd=CHECKOUT, check=False)
    Session.open(tmp_path, spec_of().ground).close()


def test_who_begin_at_once_have_folders_of_their_own(results: Path) -> None:
    found = at_once(begin, begin, begin)
    assert len({one.session.folder for one in found}) == 3
    assert {one.session.folder.name for one in found} == {f"toy-fire-{n}" for n in (1, 2, 3)}


def test_what_could_not_be_begun_leaves_no_folder(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise InputError("no such town")

    monkeypatch.setattr(Session, "begin", fails)
    with pytest.raises(InputError, match="no such town"):
        begin()
    assert list(results.iterdir()) == []


# --- places


def test_no_more_are_let_in_at_once_than_one_after_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "MOST_ROOMS", 2)
    found = at_once(*[begin] * 4)
    assert sum(isinstance(one, Room) for one in found) == 2
    assert all("2 exercises are under way; end one first" in str(one) for one in found if not isinstance(one, Room))
    rooms.end(next(one for one in found if isinstance(one, Room)))
    begin()


def test_who_has_failed_to_begin_takes_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "MOST_ROOMS", 1)
    for _ in range(2):
        with pytest.raises(InputError, match="holds no exercise"):
            rooms.reopen("nothing", "b")
    begin()


def test_what_nobody_has_looked_at_for_a_day_is_closed_and_stays_on_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "MOST_ROOMS", 2)
    left, kept = begin(), begin()
    left.seen_s -= rooms.LEFT_S + 1
    kept.seen_s -= rooms.LEFT_S - 60
    begin()
    assert rooms.room_of(left.id) is None and left.session.state.mode == "closed"
    assert rooms.room_of(kept.id) is kept
    assert left.session.folder.name in rooms.recorded()


def test_what_still_runs_is_not_closed() -> None:
    room = begin()
    room.session.do("play")
    room.seen_s -= rooms.LEFT_S + 1
    rooms.recorded()
    assert rooms.room_of(room.id) is room


def test_a_page_that_is_open_keeps_its_exercise(room: Room) -> None:
    room.seen_s = 0.0
    feed = stream.Feed.of(room, "truth")
    assert stream.Feeder(room, feed, room.frame, ()).turn()
    assert time.monotonic() - room.seen_s < 60


# --- keys


def test_who_has_left_for_good_leaves_the_seat_to_the_next_under_his_own_name(room: Room) -> None:
    key = room.invite("fire").key
    room.sit(key, "Wang").leave()
    assert room.invitation(key).who == ""
    assert room.sit(key, "Li").who == "Li"
    room.session.do("leave_seat", department="fire")
    assert room.sit(key, "Zhao").who == "Zhao"
    assert room.sit(key, "Sun").who == "Zhao"  # who comes back finds his seat


def test_in_a_moment_that_has_been_no_seat_is_withdrawn_and_no_branch_begins(room: Room) -> None:
    key = room.invite("fire").key
    room.sit(key, "Wang")
    go(room.session, 600)
    room.session.do("jump", to=60)
    with pytest.raises(InputError, match="this moment has been"):
        room.withdraw("fire")
    assert len(room.session.state.branches) == 1 and room.sit(key, "").who == "Wang"
    go(room.session, 600)
    room.withdraw("fire")
    assert room.session.state.seats == {}


def test_an_exercise_opened_again_has_a_key_for_each_who_sits() -> None:
    room = begin()
    room.sit(room.invite("fire").key, "Wang")
    name = room.session.folder.name
    rooms.end(room)
    again = rooms.reopen(name, "b")
    (key,) = again.invitations
    assert rooms.room_of_seat(key) is again and again.invitation(key).who == "Wang"


def test_no_page_is_handed_the_exercise_itself() -> None:
    package = CHECKOUT / "sim" / "viewer"
    pages = [path for path in package.rglob("*.py") if path.parent != package / "exercise"]
    found = [path.name for path in pages if re.search(r"session\.(ask|act|_\w+)\(", path.read_text(encoding="utf-8"))]
    assert len(pages) > 50 and found == []


# --- what goes wrong while a page is fed


def test_an_error_while_a_page_is_fed_is_shown_on_it_and_does_not_stop_it(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "AFTER_ERROR_S", 0.01)
    calls: list[str] = []

    class Shown:
        def show(self, *_: Any) -> None:
            calls.append("shown")

    def take(lens: str, since_s: float | None) -> Any:
        calls.append("taken")
        if len(calls) == 1:
            raise KeyError("a hole in the map")
        return room.frame(lens, since_s)

    stop = threading.Event()
    feeder = stream.Feeder(room, stream.Feed.of(room, "truth"), take, (Shown(),))  # type: ignore[arg-type]
    thread = threading.Thread(target=feeder.run, args=(stop, threading.Event()))
    thread.start()
    try:
        for _ in range(200):
            if "shown" in calls:
                break
            room.session.do("step")
            time.sleep(0.05)
        assert calls[:3] == ["taken", "taken", "shown"]
        assert isinstance(parts.failure.value, KeyError)
    finally:
        parts.failure.value = None
        stop.set()
        thread.join()
