"""Errors that a page can show: each sentence that the code raises has its Chinese, and a new one without it fails."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.core.errors import unknown
from sim.switching import FIXED
from sim.viewer.exercise.commands import commands
from sim.viewer.words_errors import error_text, refusals, templates
from sim.viewer.words_names import names_of
from tests.spine import ground_of

SIM = Path(__file__).parents[1] / "sim"

SHOWN = (
    "core/*.py", "live.py", "switching.py", "model.py", "running.py", "saving.py", "scenario.py", "fitting.py",
    "resources.py", "actors/*.py", "hazards/script.py", "policies/bundles.py", "city/places.py", "city/population.py",
    "study/plan.py", "study/measures.py", "study/comparing.py", "study/shapley.py", "study/workers.py",
    "viewer/**/*.py",
)  # fmt: skip
"""What can go wrong by what somebody does on a page; commands of the shell and the import of maps speak English."""

NOT_ON_A_PAGE = (
    "viewer/server.py", "core/assets.py", "core/errors.py", "actors/sensor_tables.py", "actors/organisation_checks.py",
)  # fmt: skip
"""Raised before there is a page, or by the program's own tables; or where `unknown` itself stands."""

OWN = {"place", "node", "policies", "scenario", "toml", "until", "TOML", "MB", "RunStarted", "family", "name", "param",
       "value", "kind", "occupants", "growth", "fast", "liandong", "map", "check", "radius_m", "district", "details",
       "to", "sensor", "claims", "extends", "background", "loads", "channel", "owner", "resources", "fleets", "bundle",
       "sender", "lon", "lat", "subdistrict", "at", "min", "radius", "roles", "grade"}  # fmt: skip
"""Words that a user has to write as they are: keys and commands."""

LATIN = re.compile(r"[A-Za-z]{2,}")
HAN = re.compile(r"[\u4e00-\u9fff]")


def sentences(name: str) -> Iterator[tuple[str, str]]:
    """Where, and an error with a Chinese character for each value: InputError(…) as raised, unknown(…) as it reads."""
    for path in sorted(one for pattern in SHOWN for one in SIM.glob(pattern)):
        where = path.relative_to(SIM).as_posix()
        if where in NOT_ON_A_PAGE:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name and node.args:
                text = rendered(node.args[0])
                if text is not None:
                    yield f"{where}:{node.lineno}", text


def rendered(node: ast.expr) -> str | None:
    """A literal with 甲 for each value; none for what another error says, or a name that was handed in."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if not isinstance(node, ast.JoinedStr):
        return None
    parts = [str(one.value) if isinstance(one, ast.Constant) else _value(one) for one in node.values]
    return "".join(parts)


def _value(node: ast.expr) -> str:
    assert isinstance(node, ast.FormattedValue)
    if isinstance(node.value, ast.IfExp):  # a part that is not always said
        return ""
    return "'甲'" if node.conversion == ord("r") else "甲"


def english(text: str) -> set[str]:
    return set(LATIN.findall(text)) - OWN


RAISED = dict(sentences("InputError"))
"""By place; those that only hand on what another says are `{where}: {wrong}`, and are told by their parts."""

HANDED_ON = re.compile(r"甲(/甲|\.toml|/scenario\.toml)?(: 甲)+( \(found '甲'\))?(; found '甲')?")


@pytest.mark.parametrize("where", RAISED)
def test_every_error_of_a_page_has_chinese(where: str) -> None:
    text = RAISED[where]
    if HANDED_ON.fullmatch(text):
        return
    told = error_text(text, "zh")
    assert HAN.search(told.replace("甲", "")) and not english(told), f"{where}: {text!r} is told as {told!r}"


UNKNOWN = dict(sentences("unknown"))


@pytest.mark.parametrize("where", UNKNOWN)
def test_every_name_that_can_be_unknown_has_chinese(where: str) -> None:
    subject = UNKNOWN[where]
    told = error_text(str(unknown(subject, "丙", ["甲", "乙"])), "zh")
    assert "已知的有" in told and not english(told), f"{where}: {subject!r} is told as {told!r}"


def test_values_are_told_as_the_page_calls_them() -> None:
    names = names_of(ground_of("shenzhen", 100.0).town, "zh")
    told = error_text("P-Nanwan-3 is not known to be free: en route", "zh", names)
    assert told == "南湾派出所3号车组未必空闲：途中"
    assert error_text("the seat of ems is taken, by Li", "zh") == "急救的席位已由Li就座"
    known = "the capability is 'cook'. Known: clear, pump. Did you mean 'clear'?"
    assert error_text(known, "zh").startswith("任务 是“cook”。已知的有：清障、排水。")
    assert error_text("dispatch is keep_reserve.reserve=1 already", "zh") == "“派警”已是留有后备（后备 1）"
    assert error_text("seed is 'x'; a whole number is wanted", "zh") == "随机种子是“x”；须为整数"


def test_an_error_about_an_error_is_told_to_its_end() -> None:
    told = error_text("mine.toml: not a TOML file: Invalid value (at line 3, column 7)", "zh")
    assert told == "mine.toml：不是 TOML 文件：值无效（第 3 行第 7 列）"


def test_what_nobody_has_translated_stays_and_english_pages_are_left_alone() -> None:
    assert error_text("something quite new", "zh") == "something quite new"
    assert error_text("the exercise is closed", "en") == "the exercise is closed"


def test_commands_and_fixed_policies_are_all_there() -> None:
    assert set(refusals()["do"]) == set(commands())
    assert set(refusals()["fixed"]) == set(FIXED.values())
    assert templates("said") and all(HAN.search(zh) or "{what}" in zh for _, zh in templates("said"))
