"""The real model under the study floor: the same on any worker and under any hash seed; Ctrl-C loses nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim import Scenario, compare, run
from sim.cli.explain import open_run
from sim.core.clock import Clock
from sim.core.errors import InputError
from sim.core.events import RunEnded
from sim.core.log import Log, LogFile, read_log

CHECKOUT = Path(__file__).parents[1]


def test_three_lines_of_python_do_it() -> None:
    made = run(Scenario.load("toy-fire"), seed=3)
    assert made.kpis["fire_total_response_s"] and len(made.log_sha256) == 64
    assert compare("toy-fire", ["fragmented", "linked"], runs=1).to_json()["runs"] == 1


@pytest.mark.slow
def test_logs_are_the_same_on_one_worker_and_on_two() -> None:
    alone, together = (compare("toy-fire", ["fragmented", "linked"], runs=2, jobs=jobs) for jobs in (1, 2))
    assert [r.log_sha256 for r in alone.replications] == [r.log_sha256 for r in together.replications]
    assert alone.to_json() == together.to_json()
    assert len({r.log_sha256 for r in alone.replications}) == 4  # arms and seeds do differ


def test_logs_are_the_same_under_any_hash_seed() -> None:
    logs = set()
    for seed in ("0", "1", "2026"):
        done = subprocess.run(
            [sys.executable, "-m", "sim", "run", "toy-fire", "--policies", "linked", "--json"],
            capture_output=True, encoding="utf-8", cwd=CHECKOUT, env={**os.environ, "PYTHONHASHSEED": seed},
        )  # fmt: skip
        logs.add(json.loads(done.stdout)["log_sha256"])
    assert len(logs) == 1


def _hear_ctrl_c() -> None:
    """A process that a shell started in the background ignores Ctrl-C, and so would its children."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no way to press Ctrl-C for another process alone")
def test_ctrl_c_leaves_a_log_that_can_be_read(tmp_path: Path) -> None:
    folder = tmp_path / "cut"
    command = [sys.executable, "-m", "sim", "run", "quiet-day", "-o", str(folder)]
    going = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", cwd=CHECKOUT,
        preexec_fn=_hear_ctrl_c,
    )  # fmt: skip
    rows = folder / "events.parquet"
    deadline = time.monotonic() + 60
    growing = folder / "events.parquet.part"
    while not (growing.exists() and growing.stat().st_size > 1000):  # the first row group is out: it is under way
        assert going.poll() is None and time.monotonic() < deadline, "it ended, or never began"
        time.sleep(0.05)
    going.send_signal(signal.SIGINT)
    out, complaints = going.communicate(timeout=60)
    assert going.returncode == 130, complaints
    assert "partial" in out and complaints.count("\n") == 1 and "Traceback" not in complaints
    last = read_log(rows)[-1].event
    assert isinstance(last, RunEnded) and last.partial
    assert json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["status"] == "partial"
    assert json.loads((folder / "kpis.json").read_text(encoding="utf-8"))["calls"] > 0


def test_a_log_that_a_full_disk_cuts_off_is_not_taken_for_a_whole_one(tmp_path: Path) -> None:
    log = Log(Clock())
    log.add(RunEnded(partial=False))
    file = LogFile(log, tmp_path / "events.parquet")
    file.flush(everything=True)
    assert [path.name for path in tmp_path.iterdir()] == ["events.parquet.part"]
    with pytest.raises(InputError, match=r"has no events\.parquet\. Give a folder"):
        open_run(tmp_path)
    (tmp_path / "manifest.json").write_text('{"seed": 7}', encoding="utf-8")
    with pytest.raises(InputError, match=r"cut off \(a full disk\?\).*run it again with seed 7"):
        open_run(tmp_path)
    file.close()
    assert [entry.event for entry in read_log(tmp_path / "events.parquet")] == [RunEnded(partial=False)]
