"""A policy that another distribution brings is as good as our own; one that is none is refused with one clear line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]

STRIKE = '''
from typing import ClassVar, Literal

from sim.core.quantities import Grade
from sim.policies.base import graded
from sim.policies.dispatch import StraightLine


class Nobody(StraightLine):
    """Send nobody to the first cases, to see what that costs."""

    cost: ClassVar[str] = "everything"

    kind: Literal["nobody"] = "nobody"
    most: int = graded(0, "units", Grade.ASSUMED, "a strike", 0, 10)

    def choose(self, view):
        return view.by_distance(min(self.most, view.count), None)


class Nothing:
    pass


class Homeless(StraightLine.__mro__[1]):
    kind: Literal["homeless"] = "homeless"


class Taken(StraightLine):
    pass
'''


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of installed distributions that has one: it brings the module above."""
    (tmp_path / "strike_policies.py").write_text(STRIKE, encoding="utf-8")
    brings(tmp_path, "Nobody")
    return tmp_path


def brings(site: Path, name: str) -> None:
    """The distribution's entry point is that name."""
    about = site / "strike_policies-1.2.dist-info"
    about.mkdir(exist_ok=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: strike-policies\nVersion: 1.2\n", encoding="utf-8")
    (about / "entry_points.txt").write_text(f"[liandong.policies]\nstrike = strike_policies:{name}\n", encoding="utf-8")


def told(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(site), str(CHECKOUT)])
    return subprocess.run(
        [sys.executable, "-m", "sim", *arguments],
        capture_output=True, encoding="utf-8", cwd=CHECKOUT, env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip


def test_an_installed_policy_can_be_listed_named_and_run(site: Path) -> None:
    listed = json.loads(told(site, "policies", "--json").stdout)
    (strike,) = [one for one in listed if one["name"] == "nobody"]
    assert strike["family"] == "dispatch" and strike["cost"] == "everything"
    assert strike["parameters"]["most"]["default"] == 0
    asked = ("compare", "toy-fire", "--policies", "fragmented,fragmented+dispatch=nobody", "--runs", "2", "--json")
    done = told(site, *asked, "--jobs", "2", "-o", str(site / "out"))
    assert done.returncode == 0, done.stderr
    sent = next(one for one in json.loads(done.stdout)["differences"] if one["kpi"] == "dispatches")
    assert sent["mean"] == -1
    manifest = json.loads((site / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["plugins"] == {"dispatch=nobody": "strike-policies 1.2"}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Nothing", "is no policy; a policy is a subclass of sim.policies.base.Policy"),
        ("Homeless", "belongs to no family; make it a subclass of a policy of intake, triage, dispatch"),
        ("Taken", "there is a policy dispatch=straight_line already"),
        ("Missing", "cannot be loaded: AttributeError"),
    ],
)
def test_what_is_no_policy_is_refused_by_name(site: Path, name: str, said: str) -> None:
    brings(site, name)
    done = told(site, "policies")
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert f"the plug-in strike (strike_policies:{name}) of strike-policies 1.2" in done.stderr and said in done.stderr


def test_without_plug_ins_there_are_only_our_own(tmp_path: Path) -> None:
    names = {one["name"] for one in json.loads(told(tmp_path, "policies", "--json").stdout)}
    assert "nobody" not in names and "straight_line" in names
