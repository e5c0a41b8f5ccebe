"""Buttons that no other test presses: each does in a browser what it says, seen on the page and on disk."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import BROWSER, PAGES, absent, chromium, serving, shoot

if absent(*BROWSER, *PAGES):
    pytest.skip("no pages, or no browser", allow_module_level=True)

from exercise_tab import Tab
from viewer_results import keep_run

from sim.scenario import Scenario

pytestmark = pytest.mark.slow

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("results")
    for arm in ("fragmented", "linked"):
        keep_run(root / arm, Scenario.load("toy-fire"), arm)
    return root


@pytest.fixture(scope="module")
def address(results: Path) -> Iterator[str]:
    with serving(results, "toy-fire") as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as running:
        yield running


def saved(tab: Tab, wanted: str) -> bytes:
    """What a button gives to keep."""
    with tab.page.expect_download() as coming:
        tab.page.locator(wanted).first.click()
    return Path(coming.value.path()).read_bytes()


def _table(raw: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))


def _type(tab: Tab, label: str, text: str) -> None:
    field = f"label:text-is('{label}') + input"
    tab.page.fill(field, text)
    tab.page.press(field, "Enter")


# --- researchers, then planners, whose results would be the newest


def test_a_researcher_keeps_the_table_and_the_picture(browser: Any, address: str) -> None:
    tab = Tab(browser, address, "/study")
    tab.page.locator(".ld-tab").nth(2).click()
    tab.page.wait_for_selector("button:has-text('Picture (PNG)')")
    rows = _table(saved(tab, "button:has-text('Table (CSV)')"))
    assert "arm" in rows[0] and len(rows) > 1
    assert saved(tab, "button:has-text('Picture (PNG)')").startswith(PNG)
    assert tab.complaints == []
    tab.page.context.close()


def test_a_run_is_cancelled_and_what_was_finished_is_kept(browser: Any, address: str, results: Path) -> None:
    tab = Tab(browser, address, "/plan")
    tab.page.click("button:has-text('3  Run')")
    _type(tab, "Runs of each city", "400")
    tab.page.wait_for_selector("text=800 runs")
    tab.page.click("button.ld-run")
    some_percent = "/([4-9]|[1-9][0-9]+) %/.test(document.querySelector('.ld-progress .ld-number')?.innerText || '')"
    tab.page.wait_for_function(f"() => {some_percent}", timeout=90_000)
    tab.page.click(".ld-progress button:has-text('Cancel')")
    tab.page.click(".ld-progress button:has-text('See the results')", timeout=60_000)
    tab.page.wait_for_selector("text=Differences, run by run")
    raw = saved(tab, "button:has-text('Table (CSV)')")
    assert _table(raw)[0] and len(_table(raw)) > 1
    assert saved(tab, "button:has-text('Picture (PNG)')").startswith(PNG)
    (folder,) = [path.parent for path in results.rglob("runs.json")]
    assert 0 < len(json.loads((folder / "runs.json").read_text())) < 800
    shoot(tab.page, "plan-cancelled")
    assert tab.complaints == []
    tab.page.context.close()


# --- an exercise


@pytest.fixture(scope="module")
def lead(browser: Any, address: str) -> Tab:
    """Who leads one on the toy map, at its first second."""
    tab = Tab(browser, address, "/exercise")
    tab.choose("Scenario", "One fire on the toy map")
    tab.press("do-begin")
    tab.sees(".lx-mode", "Paused")
    return tab


@pytest.fixture(scope="module")
def seat(browser: Any, address: str, lead: Tab) -> Tab:
    """A person at the desks of the fire service, when the fire is known there."""
    lead.press("tab-seats")
    lead.page.wait_for_selector(".do-invite")  # rules speak of departments too
    lead.choose("Department", "Fire and rescue")
    lead.press("do-invite")
    tab = Tab(browser, address, str(lead.page.locator(".do-seat").first.get_attribute("href")))
    tab.fill(".lx-choosing", "Wang")
    tab.press("do-sit")
    tab.sees(".lx-who", "Wang")
    lead.fill(".do-jump", "08:09")
    tab.sees(".lx-clock-time", "08:09:00")
    tab.press("lx-case-open")
    tab.page.wait_for_selector(".do-hand-off")
    return tab


def record(results: Path, do: str) -> list[dict[str, Any]]:
    """Commands of a sort that stand on record."""
    lines = [line for path in results.rglob("commands.jsonl") for line in path.read_text("utf-8").splitlines()]
    found = [json.loads(line) for line in lines]
    return [one["with"] for one in found if one.get("do") == do]


def test_an_inject_is_put_on_the_list_comes_in_its_time_and_is_judged(lead: Tab, results: Path) -> None:
    lead.press("tab-inject")
    lead.choose("Kind", "Road crash")
    _type(lead, "Place", "E2")
    lead.page.click("summary, .v-expansion-panel-header")
    assert lead.page.locator(".do-plan").is_disabled(), "it has no time yet"
    for label, text in (("Name", "planned-crash"), ("When", "08:02"), ("Title", "A crash at E2"),
                        ("Expected action", "Send traffic police")):  # fmt: skip
        lead.page.locator(f"label:text-matches('^{label}')").first.wait_for()
        box = lead.page.locator(f"label:text-matches('^{label}') + input").first
        box.fill(text)
        box.press("Enter")
    lead.page.locator(".do-plan:not(:disabled)").click()
    lead.sees(".lx-done", "08:02")
    lead.press("tab-planned")
    lead.sees(".lx-card.is-planned", "A crash at E2")
    lead.fill(".do-jump", "08:04")
    lead.sees(".lx-clock-time", "08:04:00")
    lead.sees(".lx-card.is-done", "A crash at E2")
    lead.choose("Judged", "partly")
    lead.page.wait_for_timeout(300)
    assert [one["name"] for one in record(results, "plan_inject")] == ["planned-crash"]
    assert [one["verdict"] for one in record(results, "judge")] == ["partly"]
    lead.press("tab-now")
    lead.sees(".lx-lists", "planned-crash")


def test_a_rule_is_switched_while_the_city_lives(lead: Tab, results: Path) -> None:
    lead.press("tab-rules")
    lead.choose("Dispatch", "straight")
    lead.page.wait_for_selector(".v-select:has(label:text-is('Dispatch')) >> text=straight")
    lead.page.wait_for_timeout(300)
    assert [one["change"] for one in record(results, "switch")] == ["dispatch=straight_line"]


def test_a_seat_sends_warns_asks_hands_on_and_writes(lead: Tab, seat: Tab, results: Path) -> None:
    """What is done goes as a message that stands in the log; what cannot be is refused in a sentence, and undone."""
    done = []
    for button, do in (("do-request", "request_crews"), ("do-warn", "warn"), ("do-hand-off", "hand_off"),
                       ("do-accept", "accept_case")):  # fmt: skip
        if do == "hand_off":
            seat.choose("Hand off to", "Traffic police")
        if do == "accept_case" and not seat.page.locator(".do-accept").count():
            continue  # a desk with crews has its cases already
        seat.page.locator(f".{button}:not(:disabled)").click()
        if _is_done(seat, results, do):
            done.append(do)
    assert len(done) >= 2, done
    _type(seat, "Words", "We have one engine left.")
    seat.page.locator(".do-send-note:not(:disabled)").click()
    seat.page.wait_for_timeout(400)
    assert [one["words"] for one in record(results, "send_note")] == ["We have one engine left."]
    lead.press("tab-notes")
    lead.fill(".do-jump", "08:20")
    lead.sees(".lx-clock-time", "08:20:00")
    lead.sees(".lx-tab-body", "We have one engine left.")
    shoot(seat.page, "seat-orders")
    assert seat.complaints == []


def _is_done(seat: Tab, results: Path, do: str) -> bool:
    """Either it stands on record, or a sentence says why it does not."""
    seat.page.wait_for_timeout(500)
    said = seat.page.locator(".lx-refused").all_inner_texts()
    made = record(results, do)
    assert bool(made) != bool(said), (do, said, made)
    assert seat.page.locator(".ld-trouble").count() == 0
    if said:
        assert len(said[0].split()) > 3, "a sentence"
        seat.page.locator(".lx-refused button").click()
        seat.page.wait_for_selector(".lx-refused", state="detached")
    return bool(made)


def test_a_review_is_kept_as_a_page_and_as_tables(lead: Tab) -> None:
    lead.press("do-review")
    lead.press("do-make")
    lead.sees(".ld-timeline", "kitchen-fire begins")
    page = saved(lead, ".do-html").decode("utf-8")
    assert "A crash at E2" in page and "<script src" not in page
    assert "://" not in page.replace("http://www.w3.org", "")
    with zipfile.ZipFile(io.BytesIO(saved(lead, ".do-csv"))) as packed:
        tables = {name: _table(packed.read(name)) for name in packed.namelist()}
    assert len(tables) > 1 and all(name.endswith(".csv") and len(rows) > 0 for name, rows in tables.items())
    assert "A crash at E2" in str(tables)
    assert lead.complaints == []


def test_a_seat_whose_link_is_withdrawn_is_told_so(lead: Tab, seat: Tab) -> None:
    lead.page.go_back()
    lead.press("tab-seats")
    lead.page.locator(".lx-card button", has_text="Withdraw").first.click()
    seat.page.reload()
    seat.sees(".ld-bad", "not valid")
