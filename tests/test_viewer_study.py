"""The page of researchers: a stored run is replayed as it was, its events are found, measures stand against factors."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import HAS_BROWSER, browsing, serving, shoot

from sim.core.errors import InputError
from sim.core.events import IncidentStarted, UnitOnScene
from sim.scenario import Scenario
from sim.study.folder import Folder, origin, write_run
from sim.study.run import run
from sim.viewer import roots
from sim.viewer.lens import PUBLIC, TRUTH, Lens
from sim.viewer.planning import factors
from sim.viewer.planning.factors import Asked
from sim.viewer.planning.figures import Look
from sim.viewer.planning.stored import EVERYTHING, SETTING_UP, Stored, Wanted, logs, open_log
from sim.viewer.words import Words

HAS_PAGES = all(importlib.util.find_spec(part) is not None for part in ("solara", "anywidget"))
LOOK = Look(Words("en"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results as the command line leaves them: the toy fire under two arms, two loads each, one seed."""
    root = tmp_path_factory.mktemp("results")
    for arm in ("fragmented", "linked"):
        for number, load in enumerate((1.0, 2.0, 3.0)):
            scenario = Scenario.load("toy-fire").model_copy(
                update={"background": Scenario.load("toy-fire").background.model_copy(update={"load": load})}
            )
            _keep(root / f"{arm}-{number}", scenario, arm)
    return root


def _keep(path: Path, scenario: Scenario, arm: str) -> None:
    from sim.policies.bundles import parse_arm

    asked = {"seed": 1, "scale": 10}
    kept = Folder(path, {**origin(scenario, [(arm, parse_arm(arm))], ["test"]), **asked})
    write_run(kept, run(scenario, policies=arm, log_path=path / "events.parquet"), with_report=False)


@pytest.fixture
def stored(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stored]:
    monkeypatch.setenv(roots.ROOT_VARIABLE, str(folder))
    (log,) = logs("fragmented-0").values()
    yield open_log(log)


# --- a run that was kept


def test_a_replay_shows_at_each_moment_what_the_log_says(stored: Stored) -> None:
    (began,) = (one for one in stored.entries if isinstance(one.event, IncidentStarted))
    came = next(one for one in stored.entries if isinstance(one.event, UnitOnScene))
    assert [one.id for one in stored.frame(TRUTH, began.t).incidents] == [began.incident]
    assert stored.frame(TRUTH, came.t).incidents[0].crews == (came.event.unit,)
    assert stored.frame(TRUTH, came.t - 1).incidents[0].crews == (), "backwards too"
    assert stored.frame(Lens("picture", "fire"), began.t).cases == (), "nobody has called yet"
    assert stored.frame(Lens("picture", "fire"), came.t).cases[0].kind == "dwelling_fire"
    assert stored.frame(PUBLIC, came.t).incidents == ()


def test_events_are_found_by_kind_incident_words_and_time(stored: Stored) -> None:
    everything = stored.events(Wanted(kind=EVERYTHING))
    assert len(everything) == len(stored.entries)
    happened = stored.events(Wanted())
    assert {type(one.event).__name__ for one in happened}.isdisjoint(SETTING_UP) and happened
    assert all(isinstance(one.event, UnitOnScene) for one in stored.events(Wanted(kind="UnitOnScene")))
    assert all(one.incident == "kitchen-fire" for one in stored.events(Wanted(incident="kitchen-fire")))
    assert stored.events(Wanted(text="no such words anywhere")) == []
    middle = stored.end_s / 2
    early, late = stored.events(Wanted(until_s=middle)), stored.events(Wanted(since_s=middle + 1))
    assert len(early) + len(late) == len(happened)


def test_every_event_is_told_in_both_languages(stored: Stored) -> None:
    for entry in stored.events(Wanted(kind=EVERYTHING)):
        assert stored.told(entry, "en")
        stored.told(entry, "zh")
    (began,) = stored.events(Wanted(kind="IncidentStarted"))
    assert "住宅火灾" in stored.told(began, "zh") and "1 个灭火车组" in stored.told(began, "zh")


def test_what_is_no_log_is_refused(stored: Stored, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("../x.parquet", "/etc/passwd", "fragmented-0/no.parquet", "fragmented-0/kpis.json"):
        with pytest.raises(InputError):
            open_log(name)
    monkeypatch.setenv(roots.ROOT_VARIABLE, str(tmp_path))
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "manifest.json").write_text("{}")
    assert logs("empty") == {}


# --- measures against factors


def test_what_differs_among_runs_is_a_factor_and_nothing_else(stored: Stored, folder: Path) -> None:
    rows = factors.table([one.name for one in folder.iterdir()])
    assert len(rows) == 6
    found = factors.factors(rows)
    assert {"arm", "seed", "folder", "background.load", "intake", "dispatch"} <= set(found)
    assert not {"scenario", "map", "signals", "resources.fleet"} & set(found)
    of = {(row.factors["arm"], row.factors["background.load"]): row for row in rows}
    kept = json.loads((folder / "linked-2" / "kpis.json").read_text())
    assert of["linked", 3.0].kpis == kept and of["linked", 3.0].factors["dispatch"] == "believed_eta"


def test_any_measure_is_drawn_against_words_and_against_numbers(stored: Stored, folder: Path) -> None:
    rows = factors.table([one.name for one in folder.iterdir()])
    for asked in (Asked("total_response_s", "arm"), Asked("within_target_share", "background.load", "arm"),
                  Asked("deaths", "dispatch", "folder"), Asked("no_such_measure", "arm")):  # fmt: skip
        for language in ("en", "zh"):
            svg = factors.plot(rows, asked, Look(Words(language)))
            assert svg.startswith(b"<?xml") and b"<script" not in svg
    assert factors.plot([], Asked("deaths", "arm"), LOOK).startswith(b"<?xml")
    table = list(csv.reader(io.StringIO(factors.to_csv(rows, ["total_response_s"]))))
    assert len(table) == 7 and table[0][0] == "arm" and table[0][-1] == "total_response_s"


def test_measures_are_found_by_their_name_in_either_language(stored: Stored, folder: Path) -> None:
    rows = factors.table(["linked-0"])
    assert "water_on_fire_s" in factors.measures(rows, "water on", LOOK)
    assert "water_on_fire_s" in factors.measures(rows, "出水", Look(Words("zh")))
    assert factors.measures(rows, "no such thing", LOOK) == []


# --- the page


@pytest.mark.skipif(not HAS_PAGES, reason="the pages are not installed")
def test_every_way_to_look_is_drawn(stored: Stored) -> None:
    import solara

    from sim.viewer.pages import study
    from sim.viewer.pages.study_events import EventsTab
    from sim.viewer.pages.study_plot import PlotTab
    from sim.viewer.pages.study_replay import ReplayTab

    moment = solara.reactive(600.0)
    for element in (study.Study(), ReplayTab(stored, moment), EventsTab(stored, moment, study.tab),
                    PlotTab(["linked-0"], "linked-0")):  # fmt: skip
        box, context = solara.render(element, handle_error=False)
        assert box is not None
        context.close()


@pytest.mark.slow
@pytest.mark.skipif(not (HAS_PAGES and HAS_BROWSER), reason="no pages, or no browser")
def test_a_researcher_replays_filters_and_plots(folder: Path) -> None:
    with serving(folder) as address, browsing(address, locale="zh-CN") as (page, looked):
        page.goto(f"{address}/study")
        page.wait_for_selector(".ld-clock >> text=08:00:00", timeout=60_000)
        page.click("button.do-split")
        page.wait_for_function("() => document.querySelectorAll('.cm-root canvas').length >= 2")
        page.click("button.do-play")
        page.wait_for_function("() => document.querySelector('.ld-clock').innerText > '08:05:00'")
        page.click("button.do-play")
        page.wait_for_selector("button.do-play >> text=播放")
        shoot(page, "study-replay")
        page.click(".ld-tab >> text=事件")
        page.fill("label:text-is('含有文字') + input", "extinguish")
        page.press("label:text-is('含有文字') + input", "Enter")
        page.wait_for_selector(".ld-event-line >> text=下令出动")
        when = page.locator(".ld-event-line", has_text="下令出动").locator("button").inner_text()
        shoot(page, "study-events")
        page.locator(".ld-event-line", has_text="下令出动").locator("button").click()
        page.wait_for_selector(f".ld-clock >> text={when}")
        page.click(".ld-tab >> text=绘图")
        page.wait_for_selector("img[alt^='每次运行']")
        assert page.locator(".ld-footnote").count() == 0
        search = f"label:text-is('{Words('zh')('found.search')}') + input"
        page.fill(search, "joint_command_s_censored")
        page.press(search, "Enter")
        page.wait_for_selector(".ld-footnote >> text=†：只计实际发生此事的事件")
        page.wait_for_selector(".v-select__selection >> text=†")
        shoot(page, "study-plot")
        assert page.locator(".ld-trouble").count() == 0
        assert looked.errors == [] and looked.outside == []
