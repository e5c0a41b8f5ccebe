"""What goes wrong around an exercise: full disks, busy threads, forged words, moments that have been."""

from __future__ import annotations

import errno
import threading
from pathlib import Path
from typing import Any

import pytest

from sim import live
from sim.core import events as e
from sim.core.errors import InputError
from sim.viewer.exercise import session as sessions
from sim.viewer.exercise.checkpoints import Checkpoints
from sim.viewer.exercise.controls import Fork, Remark
from sim.viewer.exercise.course import replay
from sim.viewer.exercise.engine import Exercise
from sim.viewer.exercise.record import COMMANDS, LONGEST_LINE, Journal, Record, read_records
from sim.viewer.exercise.session import Session
from tests.exercise_scene import go, hash_of, log_of_city, session_of, spec_of
from tests.spine import events

LONE = "\ud800"
"""Half a character: JSON has a word for it, a file in UTF-8 has not."""


def stands(session: Session) -> tuple[object, ...]:
    """All that a command could have changed."""
    records = session.ask(lambda exercise: [(one.n, one.branch, one.command.do) for one in exercise.branch.records])
    state = session.state
    return hash_of(session), records, state.branch, state.branches, state.seats, state.commands, state.t


# --- what cannot be written down


@pytest.mark.parametrize("who", [f"{LONE}bad", "W" * 81, "A\nB", "A\x1b[31m", " "])
def test_a_name_that_cannot_be_put_on_record_sits_nowhere(who: str, tmp_path: Path) -> None:
    with session_of(spec_of(), tmp_path) as session:
        before = stands(session)
        for act in (lambda: session.take("fire", who), lambda: session.do("take_seat", who, department="fire")):
            with pytest.raises(InputError):
                act()
            assert stands(session) == before
        assert session.read(live.taken) == []
    with Session.open(tmp_path, spec_of().ground) as again:
        assert again.state.seats == {}


@pytest.mark.parametrize(
    "given",
    [
        {"do": "tell", "to": "fire", "words": f"go {LONE}"},
        {"do": "begin_incident", "name": "x", "kind": "illness", "place": {"node": "D4"}, "details": {"a": LONE}},
        {"do": "begin_incident", "name": "x", "kind": "illness", "place": {"node": "D4"},
         "details": {"a": "y" * LONGEST_LINE}},
        {"do": "plan_inject", "name": "x", "at": 900, "what": {"do": "tell", "to": "fire", "words": LONE}},
        {"do": "remark", "words": LONE},
    ],
)  # fmt: skip
def test_what_cannot_be_put_on_record_is_not_done(given: dict[str, Any], tmp_path: Path) -> None:
    with session_of(spec_of(), tmp_path) as session:
        go(session, 300)
        before = stands(session)
        with pytest.raises(InputError):
            session.do(sessions.given_by(given))
        assert stands(session) == before
    assert len(read_records(tmp_path / COMMANDS)) == before[5] + 1  # how far it came


def test_a_line_that_could_not_be_read_again_is_not_written(tmp_path: Path) -> None:
    journal = Journal(tmp_path / COMMANDS)
    for words in (LONE, "x" * LONGEST_LINE):
        with pytest.raises(InputError, match="cannot be written down"):
            journal.write(Record(0, "main", 0, "Li", Remark(words="x"), inject=words))
    journal.write(Record(0, "main", 0, "Li", Remark(words="火")))
    journal.close()
    (found,) = read_records(tmp_path / COMMANDS)
    assert found.command == Remark(words="火")


class FullDisk:
    """A file that takes so many more bytes, and then none."""

    def __init__(self, file: Any, room: int) -> None:
        self._file, self.room = file, room

    def write(self, data: bytes) -> int:
        if self.room <= 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        taken: int = self._file.write(data[: self.room])
        self.room -= taken
        return taken

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


@pytest.mark.parametrize("room", [0, 10, 150])
def test_on_a_full_disk_the_exercise_stops_says_so_and_its_record_can_be_read(room: int, tmp_path: Path) -> None:
    """Whatever part of the line still fitted; what was not recorded counts as not done."""
    session = session_of(spec_of(), tmp_path)
    session.do("tell", to="fire", words="first")
    go(session, 300)
    journal = session._exercise.journal
    journal._file = disk = FullDisk(journal._file, room)  # type: ignore[assignment]
    with pytest.raises(InputError, match=r"cannot be written.*No space left"):
        session.do("begin_incident", name="ill", kind="illness", place={"node": "E5"})
    assert session.state.mode == "failed" and "No space left" in session.state.error
    with pytest.raises(InputError):
        session.do("tell", to="fire", words="again")
    assert [one.command.do for one in read_records(tmp_path / COMMANDS)] == ["tell", "jump", "stands"]
    disk.room = 1_000_000
    session.do("jump", to=200)
    assert session.state.mode == "paused"
    go(session, 400)
    assert not events(log_of_city(session), e.IncidentStarted, incident="ill")
    session.do("tell", to="ems", words="it goes on")
    own = hash_of(session)
    session.close()
    assert replay(tmp_path, until=400, ground=spec_of().ground).log.sha256() == own


def test_without_room_for_checkpoints_an_exercise_goes_on_and_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with session_of(spec_of()) as session:
        monkeypatch.setattr(Checkpoints, "take", full)
        go(session, 700)
        whole = hash_of(session)
        session.do("fork")
        session.do("jump", to=500)
        session.do("visit", branch="main")
        assert (session.state.mode, session.state.t, hash_of(session)) == ("paused", 700, whole)


def test_a_session_closes_though_nothing_can_be_written(tmp_path: Path) -> None:
    session = session_of(spec_of(), tmp_path)
    journal = session._exercise.journal
    journal._file = FullDisk(journal._file, 0)  # type: ignore[assignment]
    session.close()
    assert session.state.mode == "closed"


# --- logs of branches


def test_what_is_done_when_the_newest_moment_has_been_reached_again_is_in_the_log(tmp_path: Path) -> None:
    with session_of(spec_of(), tmp_path) as session:
        go(session, 900)
        session.do("tell", to="fire", words="at the newest moment")
        session.do("jump", to=300)
        go(session, 900)
        session.do("tell", to="fire", words="and again")
        city = log_of_city(session)
        assert len(session.entries()) == len(city)
        session.do("fork")
        assert len(session.entries("main")) == len(city)


def test_an_error_on_the_way_to_another_branch_leaves_each_with_its_own_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """The model fails while a branch is lived again: the city that is shown is that one, as far as it came."""
    from sim.actors.unit import Unit

    def breaks(unit: object) -> None:
        raise ZeroDivisionError("a wheel came off")

    with session_of(spec_of(), every_s=86_400) as session:
        go(session, 100)
        session.do("fork", name="other")
        session.do("begin_incident", name="ill", kind="illness", place={"node": "E5"})
        go(session, 2000)
        session.do("visit", branch="main")
        go(session, 900)
        whole = {one.name: one.reached_t for one in session.state.branches}
        logs = {name: session.entries(name) for name in whole}
        monkeypatch.setattr(Unit, "leave", breaks)
        session.ask(lambda exercise: exercise.branches["other"].checkpoints.clear())
        session.do("visit", branch="other")
        assert (session.state.mode, session.state.branch) == ("failed", "other")
        assert events(log_of_city(session), e.IncidentStarted, incident="ill")
        assert {one.name: one.reached_t for one in session.state.branches} == whole
        assert {name: session.entries(name) for name in whole} == logs
        monkeypatch.undo()
        session.do("visit", branch="main")
        assert session.state.mode == "paused" and session.state.t == 900
        assert not events(log_of_city(session), e.IncidentStarted, incident="ill")
        session.do("visit", branch="other")
        assert session.entries() == logs["other"]


# --- nobody waits for ever


def test_what_its_asker_has_given_up_is_not_done_later(monkeypatch: pytest.MonkeyPatch) -> None:
    with session_of(spec_of()) as session:
        held, may_go = threading.Event(), threading.Event()

        def hold(_: Exercise) -> None:
            held.set()
            may_go.wait(20)

        waiting = threading.Thread(target=lambda: session.ask(hold))
        waiting.start()
        assert held.wait(20)
        monkeypatch.setattr(sessions, "PATIENCE_S", 0.2)
        with pytest.raises(InputError, match=r"busy.*has not been done"):
            session.do("tell", to="fire", words="too late")
        monkeypatch.setattr(sessions, "PATIENCE_S", 120.0)
        may_go.set()
        waiting.join()
        assert session.ask(lambda exercise: [one.command.do for one in exercise.branch.records]) == []
        session.do("tell", to="fire", words="in time")


# --- moments that have been


def test_nothing_is_planned_for_what_has_been_lived_already() -> None:
    with session_of(spec_of()) as session:
        go(session, 900)
        session.do("jump", to=300)
        what = {"do": "tell", "to": "fire", "words": "hello"}
        with pytest.raises(InputError, match=r"600 s.*has lived to 900 s.*branch"):
            session.do("plan_inject", name="late", at=600, what=what)
        session.do("plan_inject", name="then", at=900, what=what)
        session.do("fork")
        session.do("plan_inject", name="late", at=600, what=what)
        go(session, 1000)
        assert session.ask(lambda exercise: exercise.branch.trace.done) == {"late": 600, "then": 900}


def test_in_a_moment_that_has_been_nobody_is_sent_away() -> None:
    """He may have come only later; a branch begins only when somebody asks for one."""
    with session_of(spec_of()) as session:
        go(session, 60)
        chair = session.take("fire", "Wang")
        go(session, 900)
        for t in (30, 300):
            session.do("jump", to=t)
            before = stands(session)
            for act in (chair.leave, lambda: session.do("leave_seat", department="fire")):
                with pytest.raises(InputError, match="this moment has been"):
                    act()
            assert stands(session) == before
        go(session, 900)
        chair.leave()
        assert session.state.seats == {} and len(session.state.branches) == 1


def test_a_name_that_is_too_long_for_a_branch_is_refused_as_any_other_word() -> None:
    with session_of(spec_of()) as session:
        go(session, 100)
        before = stands(session)
        with pytest.raises(InputError, match="fork: name: String should have at most 80"):
            session.do("fork", name="x" * 81)
        assert stands(session) == before
        session.do("fork", name="x" * 80)
        assert session.state.branch == "x" * 80
    assert Fork(name=" ").name == ""


def test_who_did_not_do_what_was_expected_has_missed_it_when_its_time_is_over() -> None:
    with session_of(spec_of()) as session:
        for name, kind in (("seen", "IncidentStarted"), ("missed", "AlertIssued"), ("unwatched", "")):
            session.do("plan_inject", name=name, at=10, what={"do": "tell", "to": "fire", "words": "x"},
                       expects=kind, within_s=600)  # fmt: skip
        for t, missed in ((610, []), (611, ["missed"])):
            go(session, t)
            assert [one.inject.name for one in session.outcomes() if one.is_missed] == missed


# --- who is closed out


def test_of_two_who_open_one_record_only_one_gets_it(tmp_path: Path) -> None:
    spec = spec_of()
    session = session_of(spec, tmp_path)
    with pytest.raises(InputError, match="under way"):
        Session.open(tmp_path, spec.ground)
    session.do("remark", words="still mine")
    session.close()
    with Session.open(tmp_path, spec.ground) as again:
        with pytest.raises(InputError, match="under way"):
            Session.open(tmp_path, spec.ground)
        again.do("remark", words="mine now")
    assert [one.command.do for one in read_records(tmp_path / COMMANDS)] == ["remark", "pause", "remark", "pause"]


def test_a_record_that_could_not_be_opened_is_free_again(tmp_path: Path) -> None:
    spec = spec_of()
    session_of(spec, tmp_path).close()
    whole = (tmp_path / COMMANDS).read_bytes()
    (tmp_path / COMMANDS).write_bytes(b"what\n")
    with pytest.raises(InputError, match="line 1"):
        Session.open(tmp_path, spec.ground)
    (tmp_path / COMMANDS).write_bytes(whole)
    Session.open(tmp_path, spec.ground).close()
