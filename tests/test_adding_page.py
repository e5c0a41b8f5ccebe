"""A newcomer adds a department, a channel and a policy by following docs/adding.md to the letter, in a copy of it all.

The first line of a block says into which file it goes, and where: at the end, above a statement, or, for a block of
changes, in place of the lines that it takes away. Commands are run as they stand.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

CHECKOUT = Path(__file__).parents[1]
PAGE = CHECKOUT / "docs" / "adding.md"
COPIED = ("sim", "maps", "scenarios", "experiments")
MOST_WORDS = 15 * 60  # a quarter of an hour, if one reads, understands and types a word a second


class Block(NamedTuple):
    """A block of the page: its language, where it goes, and the rest."""

    language: str
    where: str
    text: str


def section(title: str) -> str:
    text = PAGE.read_text(encoding="utf-8")
    return text.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def blocks(title: str) -> list[Block]:
    """What a section tells its reader to write and to do, in order."""
    found = []
    for language, text in re.findall(r"```(\w+)\n(.*?)```", section(title), re.DOTALL):
        first, _, rest = text.partition("\n")
        found.append(Block(language, "", text) if language == "sh" else Block(language, first.removeprefix("# "), rest))
    return found


class Newcomer:
    """Somebody with a checkout of his own, an editor and a terminal."""

    def __init__(self, checkout: Path) -> None:
        self.checkout = checkout
        self.said: dict[str, str] = {}  # by command
        for name in COPIED:
            shutil.copytree(CHECKOUT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))

    def follow(self, title: str) -> None:
        for block in blocks(title):
            if block.language == "sh":
                for line in block.text.splitlines():
                    self.said[line] = self.type(line)
            elif block.language == "diff":
                self.change(block)
            else:
                self.write(block)

    def write(self, block: Block) -> None:
        name, _, place = block.where.partition(", ")
        file = self.checkout / name
        old = file.read_text(encoding="utf-8") if file.exists() else ""
        if place == "at the end":
            file.write_text(f"{old}\n{block.text}", encoding="utf-8")
        elif place.startswith("above "):
            mark = "\n" + place.removeprefix("above ").strip('"')
            assert old.count(mark) == 1, f"{name}: {mark!r} stands there {old.count(mark)} times"
            file.write_text(old.replace(mark, f"\n{block.text}\n{mark}"), encoding="utf-8")
        else:
            assert not place and not old, f"{name} is there already, or {place!r} says nothing of where"
            file.write_text(block.text, encoding="utf-8")

    def change(self, block: Block) -> None:
        file = self.checkout / block.where
        lines = block.text.splitlines(keepends=True)
        old = "".join(line[1:] for line in lines if line.startswith("-"))
        new = "".join(line[1:] for line in lines if line.startswith("+"))
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{block.where}: {old!r} stands there {text.count(old)} times"
        file.write_text(text.replace(old, new), encoding="utf-8")

    def type(self, line: str) -> str:
        program, *words = shlex.split(line)
        assert program == "liandong"
        return self.python("-m", "sim", *words)

    def python(self, *words: str) -> str:
        """Without compiled kernels: to compile them anew for the copy takes longer than all the rest."""
        done = subprocess.run(
            [sys.executable, *words],
            capture_output=True, encoding="utf-8", cwd=self.checkout, env={**os.environ, "LIANDONG_NUMBA": "0"},
        )  # fmt: skip
        assert done.returncode == 0, f"{words}\n{done.stderr}"
        return done.stdout


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Newcomer:
    return Newcomer(tmp_path_factory.mktemp("copy") / "liandong")


def test_a_newcomer_adds_a_department_whose_desk_takes_a_case_and_sends_its_team(newcomer: Newcomer) -> None:
    newcomer.follow("A department")
    told = newcomer.said["liandong explain out tower"]
    assert "building_safety" in told
    code = """
from pathlib import Path
from sim.core.log import read_log
for entry in read_log(Path("out/events.parquet")):
    if getattr(entry.event, "department", None) == "building_safety":
        print(type(entry.event).__name__, getattr(entry.event, "tier", ""))
"""
    done = set(newcomer.python("-c", code).splitlines())
    assert {"OfficeStaffed district", "OfficeStaffed city"} <= done
    assert {"UnitCommissioned ", "CaseAccepted ", "UnitOrdered "} <= done


def test_a_newcomer_adds_a_channel_by_which_desks_hand_cases_to_offices(newcomer: Newcomer) -> None:
    newcomer.follow("A channel between desks")
    code = """
from pathlib import Path
from sim.core.log import read_log
for entry in read_log(Path("called/events.parquet")):
    if getattr(entry.event, "channel", None) == "red telephone":
        print(type(entry.event).__name__, getattr(entry.event, "message_kind", ""))
"""
    done = set(newcomer.python("-c", code).splitlines())
    assert {"MessageSent hand-off", "ChannelFailed "} <= done
    assert not any(line.startswith("MessageSent") and line != "MessageSent hand-off" for line in done)


def test_a_newcomer_adds_a_policy_that_can_be_named_compared_and_listed(newcomer: Newcomer) -> None:
    newcomer.follow("A policy")
    listed = json.loads(newcomer.type("liandong policies --json"))
    (own,) = [one for one in listed if one["name"] == "near_first"]
    assert own["family"] == "dispatch" and own["sentence"].startswith("Send who is expected first")
    assert own["parameters"]["few"]["unit"] == "units"
    assert any("linked+dispatch=near_first" in said for said in newcomer.said.values())


def test_what_there_is_to_read_and_type_fits_a_quarter_of_an_hour() -> None:
    for title in ("A department", "A channel between desks", "A policy"):
        words = len(section(title).split())
        assert words <= MOST_WORDS, f"{title} has {words} words"
