"""The same inputs give the same log, byte for byte, in any process; other versions of Python agree to the second."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict

import pytest

from sim.study.comparing import compare
from tests import golden_rows
from tests.house import CHECKOUT
from tests.spine import busy_hour, log_of

HALF_HOUR = busy_hour(duration="30min", drain="0s")

ALONE = """
from tests.spine import log_of
from tests.test_determinism import HALF_HOUR
print(log_of(HALF_HOUR, "linked").sha256())
"""


def in_a_process_of_its_own(**environment: str) -> str:
    command = [sys.executable, "-c", ALONE]
    env = {**os.environ, **environment}
    return subprocess.run(command, cwd=CHECKOUT, env=env, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture(scope="module")
def usual() -> str:
    return log_of(HALF_HOUR, "linked").sha256()


def test_twice_in_one_process_is_the_same(usual: str) -> None:
    log_of(HALF_HOUR, "fragmented", seed=9)  # something else in between: a shared part that remembers would tell
    assert log_of(HALF_HOUR, "linked").sha256() == usual


def test_another_seed_is_another_day(usual: str) -> None:
    assert log_of(HALF_HOUR, "linked", seed=2).sha256() != usual


@pytest.mark.parametrize("seed", ["0", "4711"])
def test_the_order_of_python_s_sets_does_not_matter(usual: str, seed: str) -> None:
    assert in_a_process_of_its_own(PYTHONHASHSEED=seed) == usual


def test_kernels_in_plain_numpy_give_the_same(usual: str) -> None:
    assert in_a_process_of_its_own(LIANDONG_NUMBA="0") == usual


@pytest.mark.slow
def test_two_workers_give_the_same_as_one() -> None:
    arms = ["fragmented", "linked"]
    alone, together = (compare(HALF_HOUR, arms, runs=1, jobs=jobs, scale=100.0) for jobs in (1, 2))
    assert [one.log_sha256 for one in alone.replications] == [one.log_sha256 for one in together.replications]


@pytest.mark.parametrize("name", list(golden_rows.RUNS))
def test_what_happens_is_what_happened_when_it_was_last_written_down(name: str) -> None:
    """Any Python: the same kinds of events of the same units and cases, at times that differ by a second at most.

    A last bit of a float may fall on the other side of a second. Whoever changes the model on purpose writes the rows
    anew (`python -m tests.golden_rows`), and says why in the commit.
    """
    stored = json.loads(golden_rows.path(name).read_text(encoding="utf-8"))
    told, now = (by_thing([tuple(row) for row in rows]) for rows in (stored, golden_rows.rows(name)))
    assert set(told) == set(now)
    for thing, seconds in told.items():
        assert len(now[thing]) == len(seconds), thing
        assert all(abs(a - b) <= 1 for a, b in zip(seconds, now[thing], strict=True)), (thing, seconds, now[thing])


def by_thing(rows: list[tuple[int, str, str]]) -> dict[tuple[str, str], list[int]]:
    """Times in order by kind of event and by what it happened to."""
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for t, kind, thing in sorted(rows):
        found[kind, thing].append(t)
    return found
