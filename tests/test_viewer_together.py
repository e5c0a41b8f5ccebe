"""Two seats and who leads, in three browsers on one exercise: each page shows its own picture as the log tells it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from browsing import BROWSER, FLAGS, PAGES, absent, serving

if absent(*BROWSER, *PAGES):
    pytest.skip("no pages, or no browser", allow_module_level=True)

from sim.core.log import Entry
from sim.live import seat_of
from sim.viewer.exercise.letters import Letters
from sim.viewer.exercise.session import Session
from sim.viewer.lens import TRUTH, Lens
from sim.viewer.pages.exercise_rooms import own_lenses
from sim.viewer.replay import LoggedFrames
from tests.exercise_scene import go
from tests.exercise_tab import Tab

DEPARTMENTS = {"fire": "Fire and rescue", "traffic": "Traffic police"}
LOOKS = {"08:10:00": 600, "08:20:00": 1200, "08:30:00": 1800}
"""Times of day at which the pages are compared with the log, and seconds since the start."""


class Listed(NamedTuple):
    """What a page lists: cases by name, and how many messages have come; of who leads incidents instead of messages."""

    cases: set[str]
    others: int | set[str]


@pytest.fixture
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        try:
            yield opened
        finally:
            opened.close()


def test_two_seats_and_who_leads_see_each_their_own_picture_and_who_returns_has_lost_nothing(
    browser: Any, tmp_path: Path
) -> None:
    """Thirty minutes with a fire and a crash; the traffic police close their page for ten of them, and lose nothing."""
    shown: dict[tuple[str, str], Listed] = {}
    with serving(tmp_path, "toy-fire") as address:
        lead = Tab(browser, address, "/exercise")
        lead.press("do-begin")
        lead.sees(".lx-mode", "Paused")
        lead.inject("Road crash", across=0.4, down=0.4)
        links = {name: _invite(lead, number, title) for number, (name, title) in enumerate(DEPARTMENTS.items())}
        seats = {name: _sit(Tab(browser, address, link), name) for name, link in links.items()}
        lead.press("tab-now")
        for at in LOOKS:
            away = seats.pop("traffic") if at == "08:20:00" else None
            if away is not None:
                before = _seat_lists(away)
                away.page.close()
            lead.fill(".do-jump", at)
            for tab in (lead, *seats.values()):
                tab.sees(".lx-clock-time", at)
            if at == "08:10:00":
                _send(seats["fire"])
            if away is not None:
                away.page = away.page.context.new_page()
                away.page.goto(address + links["traffic"])
                away.sees(".lx-who", "TRAFFIC")  # nobody asks for his name again
                away.sees(".lx-clock-time", at)
                seats["traffic"] = away
                after = _seat_lists(away)
                assert before.others <= after.others
            lead.page.wait_for_timeout(500)  # its lists are drawn just after its clock
            shown["lead", at] = _lead_lists(lead)
            shown |= {(name, at): _seat_lists(seat) for name, seat in seats.items()}
        for name, tab in {"lead": lead, **seats}.items():
            tab.picture(f"together-{name}")
        assert not lead.complaints and not any(seat.complaints for seat in seats.values())
    _compare(shown, next((tmp_path / "exercises").iterdir()))


# --- what people do


def _invite(lead: Tab, number: int, title: str) -> str:
    lead.press("tab-seats")
    lead.choose("Department", title)
    lead.press("do-invite")
    link = lead.page.locator(".do-seat").nth(number)
    link.wait_for()
    return str(link.get_attribute("href"))


def _sit(seat: Tab, name: str) -> Tab:
    seat.fill(".lx-choosing", name.upper())
    seat.press("do-sit")
    seat.sees(".lx-who", name.upper())
    return seat


def _send(seat: Tab) -> None:
    """A unit of our own district to the case on top."""
    seat.press("lx-case-open")
    seat.choose("Unit", "(West)")
    seat.press("do-send")
    seat.sees(".lx-case", "F-West")


# --- what pages list


def _seat_lists(seat: Tab) -> Listed:
    names = seat.page.locator(".lx-case-open").all_inner_texts()
    letters = seat.page.locator(".tab-letters").inner_text()
    return Listed({one.split(" · ")[0] for one in names}, int("".join(filter(str.isdigit, letters))))


def _lead_lists(lead: Tab) -> Listed:
    """The first columns of the tables of incidents and of cases; their captions count them."""
    incidents, cases = (_first_column(lead, word) for word in ("incident", "case"))
    return Listed({one.removesuffix("✕ nothing behind it").strip() for one in cases}, incidents)


def _first_column(lead: Tab, word: str) -> set[str]:
    tables = lead.page.locator(".lx-lists table")
    found = tables.filter(has=lead.page.locator("caption", has_text=word)).first
    return set(found.locator("tbody tr td:first-child").all_inner_texts())


# --- what the log tells


def _compare(shown: dict[tuple[str, str], Listed], folder: Path) -> None:
    """The record is lived again; the log that comes of it tells what each page had to show."""
    with Session.open(folder) as session:
        go(session, max(LOOKS.values()))  # the record tells what was done, not how far it went afterwards
        entries = session.entries()
        frames = LoggedFrames(entries, session.spec.ground.town)
        names = {one: session.read(lambda city, one=one: seat_of(city, one).names) for one in DEPARTMENTS}
        owners = {one: session.read(lambda city, one=one: own_lenses(city, one)) for one in DEPARTMENTS}
        desks = session.read(lambda city: set(city.offices.by_name))
    told: dict[tuple[str, str], Listed] = {}
    for at, t in LOOKS.items():
        truth = frames.frame(TRUTH, t)
        told["lead", at] = Listed({one.id for one in truth.cases}, {one.id for one in truth.incidents})
        for name in DEPARTMENTS:
            cases = {one.id for owner in owners[name] for one in frames.frame(Lens("picture", owner), t).cases}
            told[name, at] = Listed(cases, _heard(entries, names[name], desks, t))
    assert shown == told
    assert told["fire", "08:30:00"].cases and told["traffic", "08:30:00"].cases
    assert told["fire", "08:30:00"].cases.isdisjoint(told["traffic", "08:30:00"].cases)


def _heard(entries: list[Entry], names: frozenset[str], desks: set[str], t: int) -> int:
    letters = Letters(names, desks)
    letters.take(entry for entry in entries if entry.t <= t)
    return len(letters.heard)
