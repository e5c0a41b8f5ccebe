"""Two seats and who leads, in three browsers on one exercise: each page shows its own picture as the log tells it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from browsing import BROWSER, PAGES, absent, chromium, serving

if absent(*BROWSER, *PAGES):
    pytest.skip("no pages, or no browser", allow_module_level=True)

from sim.core.log import Entry
from sim.core.quantities import clock_text
from sim.live import seat_of
from sim.viewer.exercise.letters import Letters
from sim.viewer.exercise.session import Session
from sim.viewer.frames import Frame
from sim.viewer.lens import TRUTH, Lens
from sim.viewer.pages.exercise_parts import word_text
from sim.viewer.pages.exercise_rooms import own_lenses
from sim.viewer.replay import LoggedFrames
from sim.viewer.words import Words
from sim.viewer.words_messages import message_told
from sim.viewer.words_model import channel, kind
from sim.viewer.words_names import names_of
from tests.exercise_scene import go
from tests.exercise_tab import Tab

pytestmark = pytest.mark.slow

DEPARTMENTS = {"fire": "Fire and rescue", "traffic": "Traffic police"}
LOOKS = ("08:10:00", "08:20:00", "08:30:00")
"""When the exercise is paused, as soon as it has come so far, and the pages are compared with the log."""

START_S = 8 * 3600
MOST_LETTERS = 40

MARKS = """() => {
  const { scene } = [...__citymaps][0], status = ["free", "ordered", "alerted", "en route", "searching", "on scene",
    "transporting", "at hospital", "out of action", "other"];
  return {
    t: scene.clock.shown(performance.now()), lens: `${scene.sort} ${scene.lens}`,
    incidents: [...scene.all("incident").keys()],
    cases: [...scene.all("case").values()].map((one) => [one.id, one.kind, one.severity, one.x, one.y]),
    units: scene.units.filter((one) => one && !one.isGone).map((one) => {
      const last = one.states[one.states.length - 1];
      return [one.id, status[last.status], one.case || "", last.x, last.y];
    }),
  };
}"""

Row = tuple[str, ...]
Placed = dict[str, tuple[Row, float, float]]


class Seen(NamedTuple):
    """What a seat's page shows: cases as believed, letters, units, and the marks of its map with their places."""

    cases: set[Row]  # id, kind, severity, how sure; then who was sent
    letters: list[Row]  # when, from or to whom, what, by what channel
    busy: set[Row]
    free: set[str]
    case_marks: Placed
    unit_marks: Placed


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as running:
        yield running


def test_two_seats_and_who_leads_see_each_their_own_picture_and_who_returns_has_lost_nothing(
    browser: Any, tmp_path: Path
) -> None:
    """Thirty minutes at speed, a fire and a crash; the traffic police are away for ten of them, and lose nothing."""
    seen: dict[tuple[str, int], Seen] = {}
    led: dict[int, dict[str, Any]] = {}
    with serving(tmp_path, "toy-fire") as address:
        lead = Tab(browser, address, "/exercise")
        lead.press("do-begin")
        lead.sees(".lx-mode", "Paused")
        lead.inject("Road crash", across=0.4, down=0.4)
        links = {name: _invite(lead, number, title) for number, (name, title) in enumerate(DEPARTMENTS.items())}
        seats = {name: _sit(Tab(browser, address, link), name) for name, link in links.items()}
        lead.press("tab-now")
        lead.choose("At most", "120×")
        for at in LOOKS:
            is_away = at == LOOKS[1]
            if is_away:
                seats["traffic"].leave()
            now = _play_until(lead, at)
            if is_away:
                _come_back(seats["traffic"], links["traffic"])
            for tab in seats.values():
                tab.sees(".lx-clock-time", now)
            t = _seconds(now)
            if at == LOOKS[0]:
                _send(seats["fire"])
            lead.page.wait_for_timeout(800)  # lists are drawn just after the clock
            led[t] = lead.page.evaluate(MARKS)
            seen |= {(name, t): _seen(seat) for name, seat in seats.items()}
            if at == LOOKS[0]:
                seats["traffic"].leave()
                _come_back(seats["traffic"], links["traffic"])
                seats["traffic"].sees(".lx-clock-time", now)
                assert _seen(seats["traffic"]) == seen["traffic", t], "the same, word for word"
        for name, tab in {"lead": lead, **seats}.items():
            tab.picture(f"together-{name}")
            assert tab.complaints == []
    _compare(seen, led, next((tmp_path / "exercises").iterdir()))


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


def _come_back(seat: Tab, link: str) -> None:
    seat.return_to(link)
    seat.sees(".lx-who", "TRAFFIC")  # nobody asks for his name again


def _play_until(lead: Tab, at: str) -> str:
    """Time moves by itself; it is stopped soon after `at`. The time of day at which it stands."""
    lead.press("do-play")
    lead.sees(".lx-mode", "Running")
    lead.page.wait_for_function("(at) => document.querySelector('.lx-clock-time').innerText >= at", arg=at)
    lead.press("do-pause")
    lead.sees(".lx-mode", "Paused")
    lead.page.wait_for_timeout(300)
    return str(lead.page.locator(".lx-clock-time").inner_text())


def _seconds(clock: str) -> int:
    hours, minutes, seconds = map(int, clock.split(":"))
    return 3600 * hours + 60 * minutes + seconds - START_S


def _send(seat: Tab) -> None:
    """A unit of our own district to the case on top."""
    seat.press("lx-case-open")
    seat.choose("Unit", "(West)")
    seat.press("do-send")
    seat.sees(".lx-case", "F-West")
    seat.press("lx-case-open")  # and the case is folded again


# --- what pages show


def _seen(seat: Tab) -> Seen:
    page = seat.page
    seat.press("tab-letters")
    page.wait_for_selector(".lx-tab-body table")
    letters = [tuple(row) for row in page.evaluate(
        "() => [...document.querySelectorAll('.lx-tab-body tbody tr')].map((r) => [...r.cells].map((c) => c.innerText))"
    )]  # fmt: skip
    seat.press("tab-units")
    page.wait_for_selector(".lx-tab-body table thead :text('District')")
    free = set(page.locator(".lx-tab-body tbody tr td:first-child").all_inner_texts())
    busy = {tuple(one.split(" · ")[:-1]) for one in page.locator(".lx-unit span").all_inner_texts() if " · " in one}
    seat.press("tab-cases")
    page.wait_for_selector(".lx-case-open")
    cases = {_case(one) for one in page.locator(".lx-case").all_inner_texts()}
    marks = page.evaluate(MARKS)
    return Seen(cases, letters, busy, free, *(_placed(marks[name]) for name in ("cases", "units")))


def _case(text: str) -> Row:
    """A line of the list, and what is said below it: of the units that were sent, not of those that are missing."""
    head, line = text.split("\n")[:2]  # below stands where it is
    name, what = head.split(" · ")
    parts = line.split(" · ")
    sure = next(place for place, one in enumerate(parts) if one.endswith(" %"))
    severity = parts[1] if sure == 3 else ""
    sent = [one for one in parts[sure + 1 :] if not one.startswith("missing: ")]
    return name, what, severity, parts[sure], ", ".join(sent)


def _placed(rows: list[list[Any]]) -> Placed:
    return {one[0]: (tuple(one[1:-2]), one[-2], one[-1]) for one in rows}


# --- what the log tells


class Told(NamedTuple):
    """A log, read for one department."""

    frames: LoggedFrames
    entries: list[Entry]
    names: frozenset[str]
    owners: list[str]
    desks: set[str]
    called: Any
    words: Words = Words("en")

    def seen(self, t: int) -> Seen:
        """What its page had to show at a time."""
        by_desk = [self.frames.frame(Lens("picture", owner), t) for owner in self.owners]
        cases = {self._case(one) for frame in by_desk for one in frame.cases}
        units = by_desk[0].units
        busy = {(f"{one.id} {word_text('status', one.status, self.words)}", *([one.case] if one.case else []))
                for one in units if one.status != "free"}  # fmt: skip
        free = {one.id for one in units if one.status == "free"}
        return Seen(cases, self._letters(t), busy, free, *_marks(by_desk[0]))

    def _case(self, one: Any) -> Row:
        severity = word_text("severity", one.severity, self.words) if one.severity else ""
        return one.id, kind(one.kind, "en"), severity, f"{round(100 * one.confidence)} %", ", ".join(one.units)

    def _letters(self, t: int) -> list[Row]:
        letters = Letters(self.names, self.desks)
        letters.take(entry for entry in self.entries if entry.t <= t)
        rows = [(one.heard_t, f"from {self.called.of(one.sender)}", one) for one in letters.heard]
        rows += [(one.sent_t, f"to {self.called.of(one.receiver)}", one) for one in letters.said]
        newest = sorted(rows, key=lambda row: -row[0])[:MOST_LETTERS]
        return [(clock_text(START_S + at), who, self._text(one), channel(one.channel, "en")) for at, who, one in newest]

    def _text(self, one: Any) -> str:
        if getattr(one, "read_t", 0) is None:
            return "unread"
        return str(message_told(one.text, one.kind, self.called))


def _marks(frame: Frame) -> tuple[Placed, Placed]:
    cases = {one.id: ((one.kind, one.severity), one.x, one.y) for one in frame.cases}
    return cases, {one.id: ((one.status, one.case or ""), one.x, one.y) for one in frame.units}


def _compare(seen: dict[tuple[str, int], Seen], led: dict[int, dict[str, Any]], folder: Path) -> None:
    """The record is lived again; the log that comes of it tells what each page had to show."""
    with Session.open(folder) as session:
        go(session, max(led))  # the record tells what was done, not how far it went afterwards
        entries, town = session.entries(), session.spec.ground.town
        frames = LoggedFrames(entries, town)
        desks = session.read(lambda city: set(city.offices.by_name))
        told = {one: Told(frames, entries, session.read(lambda city, one=one: seat_of(city, one).names),
                          session.read(lambda city, one=one: own_lenses(city, one)), desks, names_of(town, "en"))
                for one in DEPARTMENTS}  # fmt: skip
    assert max(led) >= 1800, "half an hour went by"
    for (name, t), shown in seen.items():
        expected = told[name].seen(t)
        for part in ("cases", "letters", "busy", "free"):
            assert _plain(getattr(shown, part)) == _plain(getattr(expected, part)), (name, t, part)
        for part in ("case_marks", "unit_marks"):
            _same_places(getattr(shown, part), getattr(expected, part), f"{name} {t} {part}")
    for t, marks in led.items():
        truth = frames.frame(TRUTH, t)
        assert marks["t"] == pytest.approx(t, abs=1) and marks["lens"].startswith("truth")
        assert set(marks["incidents"]) == {one.id for one in truth.incidents}
        assert {one[0] for one in marks["cases"]} == {one.id for one in truth.cases}
        assert {(one[0], one[1]) for one in marks["units"]} == {(one.id, one.status) for one in truth.units}
    for name in DEPARTMENTS:
        own = [seen[name, t] for t in led]
        assert all(one.unit_marks for one in own), name
    assert any(seen["fire", t].letters for t in led)
    assert any(seen["fire", t].busy and seen["fire", t].case_marks for t in led)
    last = max(led)
    ours, theirs = ({row[0] for row in seen[name, last].cases} for name in DEPARTMENTS)
    assert ours and theirs and ours.isdisjoint(theirs)
    assert not {row for row in seen["fire", last].letters if row in seen["traffic", last].letters}


def _plain(found: Any) -> Any:
    """Unread papers are told apart by their kinds on the page, and by nothing in the log before they are read."""
    if not isinstance(found, list):
        return found
    return sorted((*row[:2], "unread" if "unread" in row[2].lower() else row[2], row[3]) for row in found)


def _same_places(shown: Placed, expected: Placed, where: str) -> None:
    """To the metre: a map sends places in steps of some centimetres."""
    assert {name: what for name, (what, _, _) in shown.items()} == {
        name: what for name, (what, _, _) in expected.items()
    }, where
    for name, (_, x, y) in shown.items():
        assert (x, y) == pytest.approx(expected[name][1:], abs=1.0), f"{where} {name}"
