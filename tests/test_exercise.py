"""The exercise: play, pause, speed, jump, rewind, branch; the record replays it byte for byte; errors keep it safe."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from itertools import pairwise
from math import log
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core import events as e
from sim.core.errors import InputError
from sim.viewer.exercise.checkpoints import Checkpoint, thinned
from sim.viewer.exercise.course import advance, relive, replay
from sim.viewer.exercise.pace import Pace
from sim.viewer.exercise.record import COMMANDS, courses, read_records
from sim.viewer.exercise.review import take
from sim.viewer.exercise.session import Session, given_by
from tests.exercise_scene import CRASH, FIRE, go, hash_of, log_of_city, session_of, spec_of
from tests.house import CHECKOUT
from tests.spine import city_of, events, lived, scenario_of, times

REPLAY = """
import sys
from pathlib import Path
from sim.viewer.exercise.course import replay
print(replay(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])).log.sha256())
"""


def in_a_fresh_process(folder: Path, branch: str, until: int) -> str:
    command = [sys.executable, "-c", REPLAY, str(folder), branch, str(until)]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout.strip()


# --- time


def test_to_stop_at_every_second_changes_nothing() -> None:
    whole = lived(city_of(scenario_of(incidents=[FIRE, CRASH])), 3600)
    pieces = city_of(scenario_of(incidents=[FIRE, CRASH]))
    for t in range(1, 3601):
        advance(pieces, t)
        assert pieces.t == t
    assert pieces.log.sha256() == whole.log.sha256()


def test_an_exercise_that_nobody_touches_is_a_run() -> None:
    with session_of(spec_of()) as session:
        go(session, 3000)
        assert hash_of(session) == lived(city_of(scenario_of(incidents=[FIRE, CRASH])), 3000).log.sha256()


def test_play_keeps_to_the_ceiling_and_says_what_it_achieves() -> None:
    with session_of(spec_of()) as session:
        session.do("set_speed", speed=100)
        began = time.monotonic()
        session.do("play")
        assert session.wait(lambda state: state.t >= 50)
        took_s = time.monotonic() - began
        assert took_s >= 0.45  # 50 s at 100 a second, less one second that may be due at once
        assert session.wait(lambda state: state.achieved > 0)
        assert session.state.achieved <= 110  # measured over steps of a second: one too many in 2 s at the least
        session.do("pause")
        stands = session.state.t
        time.sleep(0.05)
        assert session.state.t == stands
        assert session.state.mode == "paused"


def test_who_cannot_keep_up_is_not_made_to_hurry_and_skips_nothing() -> None:
    wall = [0.0]
    pace = Pace(60.0, lambda: wall[0])
    pace.start(0)
    wall[0] = 1.0
    assert pace.allowed(0) == 60
    wall[0] = 11.0  # it has come to 60 only: ten seconds late
    due = pace.allowed(60)
    assert 60 < due <= 120
    wall[0] = 12.0
    assert pace.allowed(due) - due <= 60


def test_steps_are_as_long_as_one_says() -> None:
    with session_of(spec_of()) as session:
        session.do("step")
        assert session.wait(lambda state: state.mode == "paused" and state.t == 1)
        session.do("step", seconds=59)
        assert session.wait(lambda state: state.mode == "paused" and state.t == 60)


@pytest.mark.parametrize("speed", [0, 0.5, 601, -1])
def test_other_speeds_are_refused(speed: float) -> None:
    with session_of(spec_of()) as session, pytest.raises(InputError, match="set_speed: speed"):
        session.do("set_speed", speed=speed)


def test_it_ends_with_its_scenario() -> None:
    with session_of(spec_of(duration="5min", drain="5min")) as session:
        go(session, 600)
        assert session.state.mode == "over"
        for do in ("play", "step"):
            with pytest.raises(InputError, match="cannot go on from here"):
                session.do(do)
        with pytest.raises(InputError, match="end of its scenario"):
            session.do("switch", change="queue=most_urgent")
        with pytest.raises(InputError, match="08:10:01 is after the end, 08:10:00"):
            session.do("jump", to=601)
        session.do("jump", to=100)
        assert (session.state.t, session.state.mode) == (100, "paused")


def test_who_only_looks_wakes_nobody() -> None:
    with session_of(spec_of()) as session:
        go(session, 100)
        session.wait(lambda state: state.mode == "paused")
        version = session.state.version
        for _ in range(20):
            session.read(lambda city: city.t)
        session.entries()
        assert not session.wait(lambda state: state.version != version, 0.1)
        session.do("step")
        assert session.wait(lambda state: state.version != version)


# --- back, and another way


def test_rewind_to_any_moment_and_live_it_again() -> None:
    with session_of(spec_of()) as session:
        go(session, 500)
        session.do("begin_incident", name="ill", kind="illness", place={"node": "E5"})
        go(session, 1234)
        whole = hash_of(session)
        for t in (1233, 900, 501, 500, 499, 300, 1, 0):
            session.do("jump", to=t)
            assert (session.state.t, session.state.is_past) == (t, True)
            assert bool(times(log_of_city(session), e.IncidentStarted, incident="ill")) == (t > 500)
        go(session, 1234)
        assert not session.state.is_past
        assert hash_of(session) == whole
        assert len(session.state.branches) == 1


def test_a_command_to_the_past_begins_a_branch_and_both_stay() -> None:
    with session_of(spec_of()) as session:
        go(session, 900)
        first = hash_of(session)
        session.do("jump", to=400)
        session.do("begin_incident", name="ill", kind="illness", place={"node": "E5"})
        assert session.state.branch == "branch 2"
        assert not session.state.is_past
        go(session, 1500)
        second = hash_of(session)
        session.do("visit", branch="main")
        assert (session.state.t, hash_of(session)) == (900, first)
        session.do("visit", branch="branch 2")
        assert (session.state.t, hash_of(session)) == (1500, second)
        logs = [session.entries(name) for name in ("main", "branch 2")]
        assert [sum(isinstance(one.event, e.IncidentStarted) for one in log) for log in logs] == [2, 3]
        shown = [(one.name, one.parent, one.forked_t, one.reached_t) for one in session.state.branches]
        assert shown == [("main", "", 0, 900), ("branch 2", "main", 400, 1500)]


def test_a_refused_command_to_the_past_begins_no_branch() -> None:
    with session_of(spec_of()) as session:
        go(session, 900)
        session.do("jump", to=400)
        with pytest.raises(InputError, match="kind is 'ilness'"):
            session.do("begin_incident", name="ill", kind="ilness", place={"node": "E5"})
        assert [one.name for one in session.state.branches] == ["main"]
        assert session.state.is_past


def test_a_branch_from_now_leaves_the_other_where_it_is() -> None:
    with session_of(spec_of()) as session:
        go(session, 700)
        session.do("fork", name="what if")
        go(session, 900)
        session.do("visit", branch="main")
        assert session.state.t == 700
        with pytest.raises(InputError, match="a branch is named 'what if' already"):
            session.do("fork", name="what if")
        with pytest.raises(InputError, match=r"the branch is 'waht if'.*Did you mean 'what if'"):
            session.do("visit", branch="waht if")


def test_a_branch_is_renamed_on_record_and_the_record_gives_the_same(tmp_path: Path) -> None:
    def called(session: Session) -> list[tuple[str, str]]:
        return [(one.name, one.called) for one in session.state.branches]

    named = [("main", "as it was"), ("branch 2", "sooner"), ("branch 3", "branch 3")]
    with session_of(spec_of(), tmp_path) as session:
        go(session, 600)
        session.do("fork")
        session.do("rename_branch", branch="branch 2", name=" sooner ")
        go(session, 700)
        session.do("rename_branch", branch="main", name="as it was", by="Ma")
        session.do("jump", to=300)
        session.do("fork")
        assert called(session) == named
        parted = [one.name for one in session.landmarks() if one.sort == "parted"]
        assert parted == ["as it was", "sooner"]
        assert take(session, "branch 2", ["main"]).branch == "sooner"
        beside = take(session, "branch 2", ["main"]).beside
        assert beside is not None and beside.names == ("sooner", "as it was")
        session.do("visit", branch="branch 2")
        own = hash_of(session)
    assert replay(tmp_path, "branch 2", ground=session.spec.ground).log.sha256() == own
    with Session.open(tmp_path, session.spec.ground) as again:
        assert called(again) == named and hash_of(again) == own


def test_a_name_that_is_empty_or_taken_is_refused_and_not_put_on_record() -> None:
    with session_of(spec_of()) as session:
        go(session, 60)
        session.do("fork", name="a")
        session.do("rename_branch", branch="a", name="b")
        written = session.state.commands
        for branch, name, why in (
            ("a", " ", "a branch must have a name"),
            ("a", "main", "a branch is named 'main' already"),
            ("main", "b", "a branch is named 'b' already"),
            ("main", "a", "a branch was named 'a' when it began"),
            ("c", "d", "the branch is 'c'"),
        ):
            with pytest.raises(InputError, match=why):
                session.do("rename_branch", branch=branch, name=name)
        with pytest.raises(InputError, match="a branch is named 'b' already"):
            session.do("fork", name="b")
        assert session.state.commands == written
        session.do("rename_branch", branch="a", name="a")
        session.do("rename_branch", branch="main", name="branch 2")
        session.do("fork")
        assert [one.called for one in session.state.branches] == ["branch 2", "a", "branch 3"]


def test_every_branch_is_replayed_byte_for_byte_in_another_process(tmp_path: Path) -> None:
    with session_of(spec_of("linked"), tmp_path) as session:
        chair = session.take("fire", "Li")
        go(session, 500)
        session.do("switch", change="queue=first_come")
        session.do("close_roads", place={"node": "C3"}, radius_m=600, lasts="10min")
        case = chair.picture().cases[0].id
        chair.do("order_unit", unit="F-West_Fire-1", case=case)
        chair.do("send_note", to="ems", words="we are under way")
        go(session, 1500)
        session.do("jump", to=500)
        session.do("fail_channel", channel="fire radio", lasts=300)
        go(session, 1200)
        hashes = {}
        for name, until in (("main", 1500), ("branch 2", 1200)):
            session.do("visit", branch=name)
            hashes[name, until] = hash_of(session)
    assert len(set(hashes.values())) == 2
    for (name, until), found in hashes.items():
        assert in_a_fresh_process(tmp_path, name, until) == found


moves = st.one_of(
    st.tuples(st.just("jump"), st.integers(0, 1500)),
    st.tuples(st.just("inject"), st.sampled_from(["illness", "disorder", "dwelling_fire"])),
    st.tuples(st.just("switch"), st.sampled_from(["queue=first_come", "dispatch=believed_eta", "queue=first_come"])),
    st.tuples(st.just("fork"), st.just("")),
    st.tuples(st.just("visit"), st.integers(0, 3)),
)


@settings(max_examples=12, deadline=None)
@given(st.lists(moves, min_size=2, max_size=7))
def test_whatever_one_does_each_branch_is_what_its_record_says(
    tmp_path_factory: pytest.TempPathFactory, todo: list[tuple[str, object]]
) -> None:
    folder = tmp_path_factory.mktemp("exercise")
    spec = spec_of()
    with session_of(spec, folder) as session:
        go(session, 600)
        for number, (what, value) in enumerate(todo):
            try:
                if what == "jump":
                    session.do("jump", to=value)
                    assert session.wait(lambda state: state.mode == "paused")
                elif what == "inject":
                    session.do("begin_incident", name=f"one {number}", kind=value, place={"node": "C5"})
                elif what == "switch":
                    session.do("switch", change=value)
                elif what == "fork":
                    session.do("fork")
                else:
                    names = [one.name for one in session.state.branches]
                    session.do("visit", branch=names[int(str(value)) % len(names)])
            except InputError as wrong:
                assert "already" in str(wrong)  # a policy that is in force
        found = {}
        for one in session.state.branches:
            session.do("visit", branch=one.name)
            found[one.name] = (session.state.t, hash_of(session))
            again = [(entry.t, entry.event) for entry in session.entries(one.name)]
            assert again == [(entry.t, entry.event) for entry in log_of_city(session)]
    for name, course in courses(read_records(folder / COMMANDS)).items():
        t, own = found[name]
        assert course.heard_t == t
        assert relive(spec, course.records, t).city.log.sha256() == own


# --- memory


@settings(deadline=None)
@given(st.integers(1, 2000), st.integers(60, 900))
def test_checkpoints_are_as_many_as_the_logarithm_of_the_time(count: int, every_s: int) -> None:
    kept: list[Checkpoint] = []
    for k in range(count):
        kept = thinned([*kept, Checkpoint(k * every_s, 0, 0, Path(str(k)))], k * every_s)
    now = kept[-1].t
    assert (kept[0].t, now) == (0, (count - 1) * every_s)
    for older, newer in pairwise(kept):
        assert newer.t - older.t <= max(every_s, (now - older.t) / 4)
    assert len(kept) <= most_checkpoints(count)


def most_checkpoints(intervals: int) -> float:
    """The newest eight, and of two neighbouring gaps further back more than a quarter of their age: at most
    2 / log(4/3) = 7 an e-fold of the age."""
    return 10 + 7 * max(0.0, log(intervals / 8))


def test_eight_hours_leave_few_files_and_no_thread(tmp_path: Path) -> None:
    before = threading.active_count()
    session = session_of(spec_of(duration="9h", drain="1h"), tmp_path)
    go(session, 8 * 3600)
    files = list((tmp_path / "checkpoints").iterdir())
    assert len(files) <= most_checkpoints(97)  # one each five minutes, were they not thinned
    assert threading.active_count() == before + 1
    session.close()
    assert threading.active_count() == before
    assert not (tmp_path / "checkpoints").exists()
    with pytest.raises(InputError, match="the exercise is closed"):
        session.do("play")


def test_a_session_ends_while_it_plays() -> None:
    session = session_of(spec_of())
    session.do("set_speed", speed=600)
    session.do("play")
    session.close()
    assert session.state.mode == "closed"


# --- it goes wrong


def test_an_error_of_the_model_pauses_and_the_record_is_safe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.actors.unit import Unit

    with session_of(spec_of(), tmp_path) as session:
        go(session, 300)
        monkeypatch.setattr(Unit, "leave", _breaks)
        session.do("jump", to=2000)
        assert session.wait(lambda state: state.mode == "failed")
        assert "ZeroDivisionError: a wheel came off" in session.state.error
        failed_t = session.state.t
        assert 300 < failed_t < 2000
        with pytest.raises(InputError, match="model has come to an error"):
            session.do("switch", change="queue=most_urgent")
        assert session.entries()[-1].t <= failed_t
        monkeypatch.undo()
        session.do("jump", to=250)
        assert (session.state.mode, session.state.error) == ("paused", "")
        go(session, 2000)
        mended = hash_of(session)
    assert mended == lived(city_of(scenario_of(incidents=[FIRE, CRASH])), 2000).log.sha256()
    assert any(one.command.do == "model_failed" for one in read_records(tmp_path / COMMANDS))


def _breaks(unit: object) -> None:
    raise ZeroDivisionError("a wheel came off")


def test_an_error_in_a_command_pauses_too(monkeypatch: pytest.MonkeyPatch) -> None:
    from sim import live

    def breaks(*_: object) -> None:
        raise KeyError("a hole")

    with session_of(spec_of()) as session:
        go(session, 100)
        monkeypatch.setattr(live, "begin_incident", breaks)
        with pytest.raises(InputError, match="the model has failed: KeyError"):
            session.do("begin_incident", name="ill", kind="illness", place={"node": "E5"})
        assert session.state.mode == "failed"
        session.do("jump", to=50)
        assert session.state.mode == "paused"


def test_an_error_of_who_looks_is_his_own() -> None:
    with session_of(spec_of()) as session:
        with pytest.raises(AttributeError):
            session.read(lambda city: city.no_such_thing)
        assert session.state.mode == "paused"
        session.do("step")


def test_after_a_crash_everything_that_was_answered_is_there(tmp_path: Path) -> None:
    spec = spec_of()
    session = session_of(spec, tmp_path)
    session.take("fire", "Li")
    session.do("plan_inject", name="one", at=700, what={"do": "switch", "change": "queue=most_urgent"})
    go(session, 600)
    session.do("begin_incident", name="ill", kind="illness", place={"node": "E5"})
    session.do("remark", words="look here")
    session._exercise.journal._file.flush()  # and now the machine stops
    stored = (tmp_path / COMMANDS).read_bytes()
    session.close()
    (tmp_path / COMMANDS).write_bytes(stored + b'{"n": 7, "bra')
    with Session.open(tmp_path, spec.ground) as again:
        assert (again.state.t, again.state.seats) == (600, {"fire": "Li"})
        again.take("fire", "Li").do("send_note", to="ems", words="still here")
        go(again, 800)
        assert len(events(log_of_city(again), e.PolicySwitched)) == 1
        assert len(events(log_of_city(again), e.IncidentStarted, incident="ill")) == 1
        own = hash_of(again)
    assert replay(tmp_path, until=800, ground=spec.ground).log.sha256() == own


# --- what comes from pages


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "the command is ''"),
        ({"do": "rm -rf"}, "the command is 'rm -rf'"),
        ({"do": "plya"}, "Did you mean 'play'"),
        ({"do": "jump"}, "jump: to: Field required"),
        ({"do": "jump", "to": -1}, "jump: to: Input should be greater"),
        ({"do": "jump", "to": 10, "by": "me"}, "jump: a key is 'by'"),
        ({"do": "tell", "to": "fire", "words": "x" * 2001}, "tell: words: String should have at most 2000"),
        ({"do": "tell", "to": "fire\n", "words": "a\x07b"}, "tell: words: String should match"),
        ({"do": "begin_incident", "name": "x" * 81, "kind": "illness", "place": "y"}, "at most 80"),
        ({"do": "begin_incident", "name": "x", "kind": "illness", "place": {"node": ["a"]}}, "begin_incident: place"),
    ],
)
def test_a_forged_command_is_refused(sent: dict[str, object], said: str) -> None:
    with pytest.raises(InputError) as caught:
        given_by(sent)
    assert said in str(caught.value)


@pytest.mark.parametrize("do", ["forked", "stands", "model_failed", "inject_refused", "inject_due"])
def test_what_the_exercise_writes_itself_nobody_else_may(do: str) -> None:
    given = {"forked": {"name": "x", "applied": 0}, "stands": {}, "model_failed": {"reason": "x"},
             "inject_refused": {"name": "x", "reason": "x"}, "inject_due": {"name": "x"}}[do]  # fmt: skip
    with session_of(spec_of()) as session, pytest.raises(InputError, match="written by the exercise itself"):
        session.do(do, **given)


def test_a_folder_that_is_no_exercise_or_is_one_already(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no exercise"):
        Session.open(tmp_path)
    session_of(spec_of(), tmp_path).close()
    with pytest.raises(InputError, match="holds an exercise already"):
        session_of(spec_of(), tmp_path)
    for line in (
        '{"n": 5, "branch": "main", "t": 1, "by": "x", "do": "play"}',
        "what",
        '{"n": 0, "t": 0, "do": "fly"}',
    ):
        (tmp_path / COMMANDS).write_text(line + "\n", encoding="utf-8")
        with pytest.raises(InputError, match=r"commands\.jsonl, line 1"):
            Session.open(tmp_path, spec_of().ground)
