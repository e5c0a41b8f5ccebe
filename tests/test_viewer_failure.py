"""A model that comes to an error, in a browser: the exercise stops, says what happened, and goes on another way.

The error is one that a user could meet: a policy of somebody else, plugged in as docs/adding.md says, which raises.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import BROWSER, PAGES, absent, chromium, serving, shoot

if absent(*BROWSER, *PAGES):
    pytest.skip("no pages, or no browser", allow_module_level=True)

from exercise_tab import Tab

pytestmark = pytest.mark.slow

BREAKS = '''
from typing import ClassVar, Literal

from sim.policies.dispatch import StraightLine


class Breaks(StraightLine):
    """Ask for a unit that nobody has."""

    cost: ClassVar[str] = "the exercise"

    kind: Literal["breaks"] = "breaks"

    def choose(self, view):
        raise RuntimeError("two fires in <b>one</b> kitchen")
'''

ABOUT = {
    "METADATA": "Metadata-Version: 2.1\nName: breaking-policies\nVersion: 0.1\n",
    "entry_points.txt": "[liandong.policies]\nbreaks = breaking_policies:Breaks\n",
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with a distribution that has such a policy."""
    (tmp_path / "breaking_policies.py").write_text(BREAKS, encoding="utf-8")
    about = tmp_path / "breaking_policies-0.1.dist-info"
    about.mkdir()
    for name, text in ABOUT.items():
        (about / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def browser() -> Iterator[Any]:
    with chromium() as running:
        yield running


def test_a_model_error_pauses_the_run_says_what_happened_and_the_log_is_safe(
    browser: Any, site: Path, tmp_path: Path
) -> None:
    results = tmp_path / "results"
    with serving(results, "toy-fire", site=site) as address:
        lead = Tab(browser, address, "/exercise")
        lead.press("do-begin")
        lead.sees(".lx-mode", "Paused")
        lead.press("tab-rules")
        lead.choose("Dispatch", "reaks")  # as the plug-in calls it
        lead.fill(".do-jump", "08:30")

        lead.sees(".lx-mode.is-failed", "")
        panel = lead.page.locator(".ld-trouble")
        said = panel.inner_text()
        assert "The model came to an error and was stopped" in said and "two fires in <b>one</b> kitchen" in said
        assert "What was recorded before is safe" in said
        assert lead.page.locator(".do-play").is_disabled() and lead.page.locator(".do-step_1s").is_disabled()
        stopped = lead.page.locator(".lx-clock-time").inner_text()
        assert "08:00:00" < stopped < "08:30:00"
        lead.page.locator(".cm-root canvas").first.wait_for()  # where it stopped is still shown
        kept = _commands(results)
        shoot(lead.page, "failure-en")
        lead.page.click(".ld-language")
        panel.locator("text=模型出错").wait_for()
        assert "two fires in <b>one</b> kitchen" in panel.inner_text()
        shoot(lead.page, "failure-zh")
        lead.page.click(".ld-language")

        # the way back, another decision, and on
        panel.locator("button", has_text="Go back a minute").click()
        lead.sees(".lx-mode", "Paused")
        panel.wait_for(state="detached")
        assert lead.page.locator(".lx-clock-time").inner_text() < stopped
        lead.choose("Dispatch", "straight")
        lead.fill(".do-jump", "08:30")
        lead.sees(".lx-clock-time", "08:30:00")
        lead.sees(".lx-mode", "Paused")
        assert _commands(results)[: len(kept)] == kept, "what was on record is there as it was"

        lead.press("do-review")
        lead.press("do-make")
        lead.sees(".ld-good", "gave the same log")
        assert lead.complaints == []


def _commands(results: Path) -> list[dict[str, Any]]:
    """What is on record, every line of it whole."""
    (path,) = results.rglob("commands.jsonl")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
