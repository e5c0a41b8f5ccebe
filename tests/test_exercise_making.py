"""A review is made in a process of its own: the same as one made here, while the server does something else."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import replace
from typing import Any

import pytest

from sim.core.errors import InputError
from sim.viewer.exercise import making
from sim.viewer.exercise import review as reviewing
from sim.viewer.exercise.making import Making, made_of
from sim.viewer.exercise.review import Taken, take
from tests.exercise_scene import FIRE, go, session_of, spec_of

PATIENCE_S = 120.0
"""A computer that is busy with other tests takes its time; nothing here waits so long when all is well."""


@pytest.fixture(scope="module")
def taken() -> Taken:
    """An exercise of twenty minutes with two branches."""
    with session_of(spec_of(incidents=[FIRE])) as session:
        go(session, 1200)
        session.do("jump", to=300)
        session.do("begin_incident", name="ill", kind="illness", place={"node": "E5"})
        go(session, 1200)
        return take(session, "main", ["branch 2"])


def ended(work: Making) -> Making:
    """When nothing more will come."""
    deadline = time.monotonic() + PATIENCE_S
    while not work.is_over and time.monotonic() < deadline:
        time.sleep(0.02)
    assert work.is_over
    return work


def process_of(work: Making) -> Any:
    """Its process, when it has begun to work."""
    deadline = time.monotonic() + PATIENCE_S
    while work.state == "starting" and time.monotonic() < deadline:
        time.sleep(0.005)
    return work._process


def test_it_is_the_one_that_would_be_made_here_and_nothing_of_it_is_lived_here(
    taken: Taken, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So the server's own threads are free: what is lived and counted is lived and counted elsewhere."""
    here = made_of(taken)

    def lives(*_: object) -> None:
        raise AssertionError("a way is lived in the server's process")

    monkeypatch.setattr(reviewing, "way", lives)
    monkeypatch.setattr(making, "content", lives)
    work = ended(Making(taken).start())
    assert work.state == "done" and work.share == 1.0, work.error
    assert work.made is not None
    assert work.made.told["zh"].page == here.told["zh"].page
    assert work.made.told["en"].tables == here.told["en"].tables
    assert work.made.told["en"].content["facts"] == here.told["en"].content["facts"]


def test_others_are_answered_while_a_review_is_being_made(taken: Taken) -> None:
    """The review stands still in the midst of its work, and an exercise beside it goes on."""
    work = Making(taken).start()
    process = process_of(work)
    os.kill(process.pid, signal.SIGSTOP)
    try:
        with session_of(spec_of()) as session:
            go(session, 30)
            assert not work.is_over
    finally:
        os.kill(process.pid, signal.SIGCONT)
    assert ended(work).state == "done"


def test_who_cancels_has_no_process_left(taken: Taken) -> None:
    at_once, later = Making(taken).start(), Making(taken).start()
    at_once.cancel()
    process = process_of(later)
    later.cancel()
    for work in (at_once, later):
        assert work.state == "cancelled" and work.made is None
        deadline = time.monotonic() + PATIENCE_S
        while work._process.pid and work._process.is_alive() and time.monotonic() < deadline:
            time.sleep(0.05)  # `join` may find that the thread which follows the work has reaped it just now
        assert not (work._process.pid and work._process.is_alive())
    assert process.exitcode != 0


def test_what_goes_wrong_is_told(taken: Taken) -> None:
    work = ended(Making(replace(taken, spec=None)).start())  # type: ignore[arg-type]
    assert work.state == "failed" and work.error.startswith("AttributeError")
    work = ended(Making(replace(taken, branch=lambda: None)).start())  # type: ignore[arg-type]
    assert work.state == "failed" and "local object" in work.error


def test_there_are_not_more_at_once_than_the_computer_takes(taken: Taken, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "MOST_AT_ONCE", 1)
    work = Making(taken).start()
    with pytest.raises(InputError, match="1 reviews are under way"):
        Making(taken).start()
    work.cancel()
    ended(Making(taken).start()).cancel()
