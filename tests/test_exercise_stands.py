"""Where an exercise stood when the machine stopped: the record tells it, and lives on as if nothing had happened."""

from __future__ import annotations

import shutil
from pathlib import Path

from sim.viewer.exercise.course import replay
from sim.viewer.exercise.engine import BEAT_S
from sim.viewer.exercise.record import COMMANDS, read_records
from sim.viewer.exercise.session import Session
from tests.exercise_scene import go, hash_of, session_of, spec_of


def stopped(folder: Path, to: Path) -> Path:
    """What would be on the disk if the machine stopped now."""
    return Path(shutil.copytree(folder, to, ignore=shutil.ignore_patterns("checkpoints")))


def test_it_comes_back_where_it_stood_though_nothing_was_done_there(tmp_path: Path) -> None:
    spec = spec_of()
    with session_of(spec, tmp_path / "a") as session:
        go(session, 1234)
        crashed, own = stopped(tmp_path / "a", tmp_path / "b"), hash_of(session)
    with Session.open(crashed, spec.ground) as again:
        assert (again.state.t, again.state.is_past, hash_of(again)) == (1234, False, own)
        opened = read_records(crashed / COMMANDS)
        assert opened[-1].t == 1234, "to open it writes nothing of what it lives again"


def test_while_time_runs_not_more_than_a_minute_is_lost(tmp_path: Path) -> None:
    spec = spec_of()
    with session_of(spec, tmp_path / "a") as session:
        session.do("set_speed", speed=600)
        session.do("play")
        assert session.wait(lambda state: state.t > 400)
        t = session.state.t
        crashed = stopped(tmp_path / "a", tmp_path / "b")
    with Session.open(crashed, spec.ground) as again:
        assert again.state.t >= t - BEAT_S


def test_who_had_gone_back_is_there_again_and_what_comes_next_is_known(tmp_path: Path) -> None:
    spec = spec_of()
    with session_of(spec, tmp_path / "a") as session:
        go(session, 900)
        own = hash_of(session)
        session.do("jump", to=300)
        crashed = stopped(tmp_path / "a", tmp_path / "b")
    with Session.open(crashed, spec.ground) as again:
        assert (again.state.t, again.state.is_past) == (300, True)
        go(again, 900)
        assert (again.state.is_past, hash_of(again)) == (False, own)


def test_each_branch_and_a_visit_to_it_are_remembered(tmp_path: Path) -> None:
    spec = spec_of()
    with session_of(spec, tmp_path / "a") as session:
        go(session, 700)
        session.do("jump", to=400)
        session.do("fork", name="b")
        first = stopped(tmp_path / "a", tmp_path / "first")
        go(session, 500)
        session.do("visit", branch="main")
        second = stopped(tmp_path / "a", tmp_path / "second")
    for folder, branch, t, reached in ((first, "b", 400, [700, 400]), (second, "main", 700, [700, 500])):
        with Session.open(folder, spec.ground) as again:
            assert (again.state.branch, again.state.t) == (branch, t)
            assert [one.reached_t for one in again.state.branches] == reached


def test_the_lines_change_no_replay_and_are_one_a_minute_at_the_most(tmp_path: Path) -> None:
    spec = spec_of()
    with session_of(spec, tmp_path) as session:
        go(session, 600)
        session.do("begin_incident", name="ill", kind="illness", place={"node": "E5"})
        go(session, 4 * 3600)
        own = hash_of(session)
        stands = [one.t for one in read_records(tmp_path / COMMANDS) if one.command.do == "stands"]
        assert stands == sorted(set(stands)) and stands[-1] == 4 * 3600
        assert len(stands) <= 4 * 60 + 2
    assert replay(tmp_path, until=4 * 3600, ground=spec.ground).log.sha256() == own
