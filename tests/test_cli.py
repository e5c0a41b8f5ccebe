"""The command line: quick to answer, one clear line for a mistake, and nothing lost when a run is cut short."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from sim.city.store import find_map
from sim.cli.main import main
from sim.cli.running import INTERRUPTED, split_arms
from sim.core.clock import Clock
from sim.core.errors import InputError
from sim.core.log import Log

HEAVY = ("mesa", "numba", "osmnx", "pandas", "solara")
CHECKOUT = Path(__file__).parents[1]

SCENARIO = """
title = "Nothing much"
map = "toy"
primary = "ems_total_response_s"
secondary = ["expected_deaths"]
"""


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "quiet.toml"
    path.write_text(SCENARIO, encoding="utf-8")
    return path


def told(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What the command says in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "sim", *arguments],
        capture_output=True, encoding="utf-8", errors="replace", cwd=CHECKOUT, env={**os.environ, **environment},
    )  # fmt: skip


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """The command in this process: its exit code, what it printed, what it complained of."""

    def answer(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["liandong", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        out, complaints = capsys.readouterr()
        return int(ended.value.code or 0), out, complaints

    return answer


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A model that is done at once; `quick.run` can be replaced."""
    made = SimpleNamespace(run=_quick_run)
    module = ModuleType("sim.study.run")
    module.run = lambda scenario, **conditions: made.run(scenario, **conditions)  # type: ignore[attr-defined]
    module.prepare = lambda scenario, town, scale: find_map(town or scenario.town)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sim.study.run", module)
    return made


def _quick_run(scenario: Any, *, policies: Any, seed: int, **others: Any) -> Any:
    shorter = 30.0 + seed % 3 if policies.label == "linked" else 0.0
    if others.get("log_path") is not None:
        others["log_path"].write_bytes(b"rows")
    return SimpleNamespace(
        scenario=scenario,
        town=find_map("toy"),
        policies=policies,
        seed=seed,
        log=Log(Clock()),
        kpis={"ems_total_response_s": 500.0 + seed - shorter, "expected_deaths": 1.0, "deaths": None},
        log_sha256="ab" * 32,
        events=0,
        seconds=0.0,
        is_partial=False,
    )


# --- answers that need no model


@pytest.mark.parametrize("asked", [["--help"], ["--version"], ["check", "{scenario}"], ["schema"], ["run", "--help"]])
def test_light_commands_import_nothing_heavy(asked: list[str], scenario: Path) -> None:
    arguments = [part.format(scenario=scenario) for part in asked]
    script = (
        "import sys\n"
        f"sys.argv = ['liandong', *{arguments!r}]\n"
        "from sim.cli.main import main\n"
        "try: main()\n"
        "except SystemExit as ended: assert not ended.code, ended.code\n"
        f"print('heavy:', [name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", cwd=CHECKOUT)
    assert done.stdout.splitlines()[-1] == "heavy: []", done.stderr


def test_every_command_has_help(call: Any) -> None:
    for command in ("demo", "run", "compare", "scenarios", "policies", "check", "schema", "version", "map"):
        code, out, _ = call(command, "--help")
        assert code == 0 and "Usage: liandong" in out


def test_scenarios_and_policies_are_lists_of_named_objects(call: Any) -> None:
    for command in ("scenarios", "policies"):
        code, out, _ = call(command, "--json")
        listed = json.loads(out)
        assert code == 0 and listed and all(isinstance(one["name"], str) for one in listed)
    options = {(one["family"], one["name"]) for one in listed}
    assert {("bundle", "fragmented"), ("bundle", "linked"), ("intake", "joint")} <= options


def test_a_difference_names_every_setting_with_its_grade(call: Any) -> None:
    code, out, _ = call("policies", "--diff", "fragmented", "linked", "--json")
    rows = json.loads(out)
    assert code == 0 and ("intake", "kind") in {(row["family"], row["setting"]) for row in rows}
    assert {row["grade"] for row in rows} <= {"measured", "standard", "expert", "assumed"}
    assert "same settings" in call("policies", "--diff", "linked", "linked")[1]


def test_check_says_what_is_wrong_in_every_file(call: Any, scenario: Path, tmp_path: Path) -> None:
    assert call("check", str(scenario))[0] == 0
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(SCENARIO.replace("expected_deaths", "expected_death"), encoding="utf-8")
    code, out, complaints = call("check", str(wrong), str(tmp_path / "none.toml"), str(scenario))
    assert code == 2 and "quiet" in out
    first, second = complaints.splitlines()
    assert first.startswith("Error: wrong: ") and "Did you mean 'expected_deaths'?" in first
    assert second.startswith("Error: ") and "none.toml" in second


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "quiet-dya"), "quiet-dya"),
        (("run", "{scenario}", "--policies", "linkd"), "Did you mean 'linked'?"),
        (("run", "{scenario}", "--policies", "fragmented,linked"), "compare quiet --policies fragmented,linked"),
        (("run", "{scenario}", "--policy", "dispach=nearest"), "Did you mean 'dispatch'?"),
        (("compare", "{scenario}", "--policies", "linked"), "needs at least two"),
        (("compare", "{scenario}", "--policies", "linked,,present"), "is empty"),
        (("ladder", "{scenario}", "--from", "linked", "--to", "smart", "--permutations", "3"), "give both"),
    ],
)
def test_a_mistake_is_one_line_without_a_traceback(
    call: Any, quick: Any, scenario: Path, arguments: tuple[str, ...], said: str
) -> None:
    code, out, complaints = call(*(argument.format(scenario=scenario) for argument in arguments))
    assert (code, out) == (2, "")
    assert complaints.startswith("Error: ") and complaints.count("\n") == 1 and said in complaints


@pytest.mark.parametrize("orders", ["0", "-3"])
def test_no_orders_at_all_are_not_taken_for_the_usual_number(call: Any, scenario: Path, orders: str) -> None:
    steps = ("--from", "linked", "--to", "smart", "--shapley", "--permutations", orders)
    code, out, complaints = call("ladder", str(scenario), *steps)
    assert (code, out) == (2, "") and "'--permutations'" in complaints


def test_an_unexpected_error_asks_to_be_reported(
    call: Any, quick: Any, scenario: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("the wheel came off")

    quick.run = broken
    code, _, complaints = call("run", str(scenario))
    assert code == 1 and "the wheel came off" in complaints and "LIANDONG_DEBUG=1" in complaints
    assert complaints.count("\n") == 1
    monkeypatch.setenv("LIANDONG_DEBUG", "1")
    monkeypatch.setattr(sys, "argv", ["liandong", "run", str(scenario)])
    with pytest.raises(RuntimeError, match="the wheel came off"):
        main()


def test_a_base_that_does_not_exist_is_named_with_the_file_that_extends_it(call: Any, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('extends = "nothing"\ntitle = "Mine"\n', encoding="utf-8")
    (tmp_path / "nothin.toml").write_text(SCENARIO, encoding="utf-8")
    code, _, complaints = call("check", str(tmp_path / "mine.toml"))
    assert code == 2 and f"{tmp_path / 'mine.toml'}: extends is 'nothing'. Known: " in complaints
    assert "Did you mean 'nothin'?" in complaints and "quiet-day" in complaints


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the device that is always full is Linux's")
@pytest.mark.parametrize("arguments", [("scenarios", "--json"), ("--help",)])
def test_a_full_disk_behind_the_output_is_no_fault_of_the_program(arguments: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "sim", *arguments],
            stdout=full, stderr=subprocess.PIPE, encoding="utf-8", cwd=CHECKOUT,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "Error: standard output: No space left on device\n")


def test_ctrl_c_is_answered_before_there_is_anything_to_keep(
    call: Any, quick: Any, scenario: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.cli.running.load", cut)
    assert call("run", str(scenario)) == (INTERRUPTED, "", "Interrupted: there are no results.\n")


def test_a_console_that_lacks_a_letter_shows_another(scenario: Path) -> None:
    done = told("--help", PYTHONIOENCODING="latin-1", PYTHONUTF8="0")
    assert done.returncode == 0 and "Liandong ??:" in done.stdout


def test_a_pipe_gets_utf8() -> None:
    assert "联动" in told("--help", PYTHONUTF8="0", LC_ALL="C").stdout


# --- run


def test_the_json_of_a_run_has_the_published_shape(call: Any, quick: Any, scenario: Path) -> None:
    code, out, complaints = call("run", str(scenario), "--seed", "7", "--policies", "mine:linked", "--json")
    made = json.loads(out)
    assert (code, complaints) == (0, "")
    assert list(made) == ["scenario", "map", "seed", "policies", "kpis", "events", "log_sha256"]
    assert (made["scenario"], made["map"], made["seed"], made["policies"]) == ("quiet", "toy", 7, "mine")
    assert made["kpis"]["deaths"] is None


def test_a_policy_is_changed_on_top_of_the_arm_or_of_the_scenarios_own(call: Any, quick: Any, scenario: Path) -> None:
    change = ("--policy", "queue=most_urgent", "--json")
    assert json.loads(call("run", str(scenario), *change)[1])["policies"] == "fragmented+queue=most_urgent"
    made = call("run", str(scenario), "--policies", "present", *change)[1]
    assert json.loads(made)["policies"] == "present+queue=most_urgent"


def test_a_run_folder_tells_how_it_came_to_be(call: Any, quick: Any, scenario: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out" / "run"
    code, out, _ = call("run", str(scenario), "-o", str(folder), "--log", "kpi")
    assert code == 0 and "Total response, ambulances" in out
    assert {path.name for path in folder.iterdir()} == {"manifest.json", "scenario.toml", "kpis.json"}
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["status"], manifest["seed"]) == ("complete", 1)
    assert manifest["scenario"]["name"] == "quiet" and len(manifest["scenario"]["sha256"]) == 64
    assert len(manifest["map"]["sha256"]) == 64 and len(manifest["policies"][0]["sha256"]) == 64
    assert manifest["versions"]["liandong"] and "numpy" in manifest["versions"]
    assert json.loads((folder / "kpis.json").read_text(encoding="utf-8"))["expected_deaths"] == 1.0


def test_a_full_log_comes_with_a_report_that_names_the_map_as_schematic(
    call: Any, quick: Any, scenario: Path, tmp_path: Path
) -> None:
    assert call("run", str(scenario), "-o", str(tmp_path / "full"))[0] == 0
    report = (tmp_path / "full" / "report.html").read_text(encoding="utf-8")
    assert (tmp_path / "full" / "events.parquet").exists() and "Schematic: " in report and "Nothing much" in report


def test_a_folder_that_is_not_empty_is_kept(call: Any, quick: Any, scenario: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work", encoding="utf-8")
    code, _, complaints = call("run", str(scenario), "-o", str(folder), "--log", "kpi")
    assert code == 2 and "is not empty" in complaints
    assert [path.name for path in folder.iterdir()] == ["thesis.txt"]
    assert call("run", str(scenario), "-o", str(folder), "--log", "kpi", "--force")[0] == 0
    assert (folder / "thesis.txt").read_text(encoding="utf-8") == "years of work"


def test_a_folder_that_cannot_be_is_one_message(call: Any, quick: Any, scenario: Path) -> None:
    for impossible in (scenario, scenario / "below"):
        code, _, complaints = call("run", str(scenario), "-o", str(impossible))
        assert code == 2 and str(scenario) in complaints and complaints.count("\n") == 1


def test_ctrl_c_keeps_what_there_is_and_calls_it_partial(call: Any, quick: Any, scenario: Path, tmp_path: Path) -> None:
    def cut(*arguments: Any, **conditions: Any) -> Any:
        made = _quick_run(*arguments, **conditions)
        made.is_partial = True
        return made

    quick.run = cut
    code, out, complaints = call("run", str(scenario), "-o", str(tmp_path / "cut"), "--log", "kpi")
    assert code == INTERRUPTED and "partial" in out and "marked as partial" in complaints
    assert json.loads((tmp_path / "cut" / "manifest.json").read_text(encoding="utf-8"))["status"] == "partial"
    assert (tmp_path / "cut" / "kpis.json").exists()


def test_a_full_disk_is_one_message_and_leaves_the_folder_unfinished(
    call: Any, quick: Any, scenario: Path, tmp_path: Path
) -> None:
    def full(*_: Any, **conditions: Any) -> Any:
        conditions["log_path"].write_bytes(b"the first rows")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(conditions["log_path"]))

    quick.run = full
    folder = tmp_path / "full"
    code, _, complaints = call("run", str(scenario), "-o", str(folder))
    assert code == 2 and "No space left on device" in complaints and complaints.count("\n") == 1
    assert (folder / "events.parquet").read_bytes() == b"the first rows"
    assert json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["status"] == "unfinished"


# --- compare


def test_a_comparison_says_what_differs(call: Any, quick: Any, scenario: Path, tmp_path: Path) -> None:
    asked = ("compare", str(scenario), "--policies", "fragmented,linked", "--runs", "3", "--jobs", "1")
    code, out, _ = call(*asked, "-o", str(tmp_path / "compared"))
    assert code == 0
    assert "Total response, ambulances (primary): " in out and "31 s shorter under linked" in out
    assert "Expected deaths (secondary): fragmented and linked do not differ in any run." in out
    manifest = json.loads((tmp_path / "compared" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["status"] == "complete" and manifest["seeds"] == [1, 2, 3]
    stored = json.loads((tmp_path / "compared" / "comparison.json").read_text(encoding="utf-8"))
    assert stored == json.loads(call(*asked, "--json")[1])


def test_an_interrupted_comparison_is_kept_and_called_partial(
    call: Any, quick: Any, scenario: Path, tmp_path: Path
) -> None:
    def cut(*arguments: Any, **conditions: Any) -> Any:
        if conditions["seed"] == 3:
            raise KeyboardInterrupt
        return _quick_run(*arguments, **conditions)

    quick.run = cut
    asked = ("compare", str(scenario), "--policies", "fragmented,linked", "--runs", "5", "--jobs", "1")
    code, out, complaints = call(*asked, "-o", str(tmp_path / "cut"))
    assert code == INTERRUPTED and "2 runs an arm of 5 planned" in out and "partial" in complaints
    assert json.loads((tmp_path / "cut" / "manifest.json").read_text(encoding="utf-8"))["status"] == "partial"


def test_a_comma_within_an_arm_does_not_end_it() -> None:
    assert split_arms("a,b") == ["a", "b"]
    assert split_arms("linked+destination=free_bed.every_s=60,detour_s=0,present") == [
        "linked+destination=free_bed.every_s=60,detour_s=0",
        "present",
    ]
    assert split_arms("one:linked+queue=first_come, two:present+queue=first_come")[1] == "two:present+queue=first_come"
    with pytest.raises(InputError, match="is empty"):
        split_arms("a,")
