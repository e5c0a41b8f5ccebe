"""Every page, dark and light, in both languages: read by weak eyes, used without a mouse, offline, without a complaint.

The browser is asked: for the colours of every text and of what lies behind it, for what Tab reaches and shows, and for
the names that a screen reader would say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import BROWSER, PAGES, absent, chromium, opened, serving, shoot

if absent(*BROWSER, *PAGES):
    pytest.skip("no pages, or no browser", allow_module_level=True)

from access import contrasts, mark_fields, nameless, tab_to, walk
from exercise_tab import Tab
from viewer_results import keep_run

from sim.scenario import Scenario

pytestmark = pytest.mark.slow


class Scene:
    """One server, one browser, an exercise that burns, a seat in it, and its review."""

    def __init__(self, browser: Any, address: str) -> None:
        self.browser, self.address = browser, address
        self.lead = Tab(browser, address, "/exercise")
        self.lead.press("do-begin")
        self.lead.sees(".lx-mode", "Paused")
        self.lead.press("tab-seats")
        self.lead.choose("Department", "Fire and rescue")
        self.lead.press("do-invite")
        self.seat_way = str(self.lead.page.locator(".do-seat").first.get_attribute("href"))
        self.lead.fill(".do-jump", "08:09")
        self.lead.sees(".lx-clock-time", "08:09:00")
        self.key = self.lead.page.url.partition("id=")[2]

    def open(self, path: str) -> Tab:
        """A page in a browser of its own."""
        return Tab(self.browser, self.address, path, reduced_motion="reduce")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("results")
    keep_run(root / "one", Scenario.load("toy-fire"), "fragmented", with_report=True)
    return root


@pytest.fixture(scope="module")
def scene(results: Path) -> Iterator[Scene]:
    with serving(results, "toy-fire") as address, chromium() as browser:
        yield Scene(browser, address)


def _home(scene: Scene) -> Tab:
    tab = scene.open("/")
    tab.page.wait_for_selector(".ld-home")
    return tab


def _plan(scene: Scene) -> Tab:
    tab = scene.open("/plan")
    tab.page.wait_for_selector(".cm-root canvas")
    return tab


def _study(scene: Scene) -> Tab:
    tab = scene.open("/study")
    tab.page.wait_for_selector(".lt-knob", timeout=60_000)
    return tab


def _exercise(scene: Scene) -> Tab:
    tab = scene.open(f"/exercise?id={scene.key}")
    tab.sees(".lx-clock-time", "08:09:00")
    return tab


def _seat(scene: Scene) -> Tab:
    tab = scene.open(scene.seat_way)
    if tab.page.locator(".lx-who, .do-sit").first.get_attribute("class") != "lx-who":
        tab.fill(".lx-choosing", "Wang")
        tab.press("do-sit")
    tab.sees(".lx-who", "Wang")
    tab.press("lx-case-open")
    tab.page.wait_for_selector(".do-hand-off")
    return tab


def _review(scene: Scene) -> Tab:
    tab = scene.open(f"/review?id={scene.key}")
    tab.press("do-make")
    tab.sees(".ld-timeline", "kitchen-fire begins")
    return tab


OPEN: dict[str, Callable[[Scene], Tab]] = {
    "home": _home, "plan": _plan, "study": _study, "exercise": _exercise, "seat": _seat, "review": _review,
}  # fmt: skip

PARTS = {
    "plan": ("text=2  Policies", "text=3  Run", "text=1  Scenario"),
    "study": (".ld-tab >> nth=1", ".ld-tab >> nth=2", ".ld-tab >> nth=0"),
    "exercise": tuple(f".tab-{one}" for one in ("inject", "planned", "rules", "seats", "notes", "now")),
    "seat": (".tab-letters", ".tab-units", ".tab-cases"),
}
"""What else is pressed to see all of a page; the last leaves it as it was."""

HAS_MAP, HAS_LINE = ("plan", "study", "exercise", "seat"), ("study", "exercise")


# --- is the measure itself awake?


def test_a_faint_text_a_field_without_a_name_and_a_button_without_a_ring_are_found(scene: Scene) -> None:
    page, _ = opened(scene.browser, scene.address)
    page.set_content("""<body style="background:#fff">
      <style>input:focus{outline:2px solid #00f}button{outline:none}</style>
      <p style="color:#777">faint</p><p style="color:#757575">dark enough</p><h1 style="color:#949494">large</h1>
      <div style="background:rgba(0,0,0,.5)"><p style="color:#fff">on half of black</p></div>
      <p style="opacity:.5">half gone</p><input><input aria-label="named" value="v" style="color:#ddd;background:#fff">
      <button>no ring</button><svg width="90" height="40"><rect width="90" height="40" fill="#fff176"/>
      <text x="9" y="20" fill="#fff">drawn</text></svg><div tabindex="-1" role="button">out of reach</div></body>""")
    many, faint = contrasts(page)
    assert many == 8
    assert sorted(one.split()[1] for one in faint) == ["drawn", "faint", "half", "on", "v"]
    assert [one.split(":")[0] for one in nameless(page)] == ["textbox"]
    met = walk(page)
    assert len(met["ringless"]) == 1 and "no ring" in met["ringless"][0]
    assert met["unreached"] == []  # what is out of reach by intent is reached in another way
    page.context.close()


# --- every page


@pytest.mark.parametrize("name", OPEN)
def test_every_text_can_be_read_every_control_has_a_name_and_tab_reaches_all(scene: Scene, name: str) -> None:
    """WCAG 2.2: 1.4.3 contrast, 4.1.2 names, 2.1.1 keyboard, 2.4.7 focus that is seen, 3.1.1 language; offline."""
    tab = OPEN[name](scene)
    wrong: dict[str, list[str]] = {}
    for part in ("", *PARTS.get(name, ())):
        if part:
            tab.page.click(part)
        tab.page.wait_for_timeout(400)
        wrong[f"{part} nameless"] = nameless(tab.page)
        met = walk(tab.page)
        wrong[f"{part} out of reach"], wrong[f"{part} without a ring"] = met["unreached"], met["ringless"]
        assert met["stops"] >= 8
        if part in ("", *PARTS.get(name, ())[-1:]):
            assert met["map"] or name not in HAS_MAP
            assert met["line"] or name not in HAS_LINE
        for theme in ("dark", "light"):
            tab.page.wait_for_selector(f".v-application.theme--{theme}")
            tab.page.wait_for_timeout(150)
            many, wrong[f"{part} faint, {theme}"] = contrasts(tab.page)
            assert many > 10
            tab.page.click(".ld-theme")
    wrong["in Chinese"] = _in_chinese(tab)
    assert {what: found for what, found in wrong.items() if found} == {}
    assert tab.complaints == []
    tab.page.context.close()


def _in_chinese(tab: Tab) -> list[str]:
    """A page says which language it speaks; its controls have names in the other too."""
    assert tab.page.evaluate("document.documentElement.lang") == "en"
    tab.page.click(".ld-language")
    tab.page.wait_for_function("() => document.documentElement.lang === 'zh-Hans'")
    tab.page.wait_for_timeout(300)
    assert tab.page.locator(".ld-trouble").count() == 0
    return nameless(tab.page)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_report_in_a_file_can_be_read(scene: Scene, results: Path, theme: str) -> None:
    page, looked = opened(scene.browser, scene.address, color_scheme=theme)
    page.goto((results / "one" / "report.html").as_uri())
    many, faint = contrasts(page)
    assert many > 100 and faint == []
    assert looked.errors == []
    page.context.close()


# --- without a mouse


def _to(page: Any, label: str) -> None:
    """Tab by Tab to the field of that name."""
    page.wait_for_selector(f"label:text-is('{label}')")
    mark_fields(page)
    tab_to(page, f"[data-label='{label}']")


def _pick(page: Any, label: str, option: str) -> None:
    """One of a list by keys alone: down until it is there, then Enter."""
    _to(page, label)
    page.keyboard.press("Enter")
    page.wait_for_selector(".menuable__content__active .v-list-item")
    for _ in range(80):
        here = page.locator(".menuable__content__active .v-list-item--highlighted")
        if here.count() and option in here.first.inner_text():
            break
        page.keyboard.press("ArrowDown")
    else:
        raise AssertionError(f"{option} is not met")
    page.keyboard.press("Enter")
    page.wait_for_function("() => !document.querySelector('.menuable__content__active')")


def _type(page: Any, label: str, text: str) -> None:
    _to(page, label)
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def _press(page: Any, wanted: str) -> None:
    page.wait_for_selector(wanted)
    tab_to(page, wanted)
    page.keyboard.press("Enter")


def test_an_exercise_is_begun_injected_and_ordered_by_keys_alone(scene: Scene) -> None:
    """Nothing is clicked from beginning to end: not by who leads, and not at the seat."""
    lead = scene.open("/exercise")
    _pick(lead.page, "Scenario", "One fire on the toy map")
    _press(lead.page, ".do-begin")
    lead.sees(".lx-mode", "Paused")
    _press(lead.page, ".tab-inject")
    _pick(lead.page, "Kind", "Road crash")
    _type(lead.page, "Place", "D4")
    _press(lead.page, ".do-inject")
    lead.sees(".lx-done", "Done: incident-")
    _press(lead.page, ".tab-seats")
    _pick(lead.page, "Department", "Fire and rescue")
    _press(lead.page, ".do-invite")
    with lead.page.context.expect_page() as coming:
        _press(lead.page, ".do-seat")
    seat = coming.value
    seat.set_default_timeout(30_000)
    _type(seat, "Your name", "Wang")
    _press(seat, ".do-sit:not(:disabled)")
    seat.wait_for_selector(".lx-who >> text=Wang")
    lead.page.bring_to_front()
    _type(lead.page, "Go to (08:15, +20min)", "08:09")
    lead.sees(".lx-clock-time", "08:09:00")
    seat.bring_to_front()
    _press(seat, ".lx-case-open")
    _pick(seat, "Unit", "(West)")
    _press(seat, ".do-send")
    seat.wait_for_selector(".lx-case >> text=F-West")
    shoot(seat, "keys-seat")
    assert lead.complaints == []
    lead.page.context.close()


def test_the_map_and_the_time_line_are_moved_by_keys(scene: Scene) -> None:
    tab = _exercise(scene)
    tab_to(tab.page, ".cm-root")
    where = "[...__citymaps][0].view.at"
    before = tab.page.evaluate(f"({{...{where}}})")
    for key in ("ArrowRight", "+", "ArrowDown"):
        tab.page.keyboard.press(key)
    after = tab.page.evaluate(f"({{...{where}}})")
    assert after["scale"] > before["scale"] and (after["cx"], after["cy"]) != (before["cx"], before["cy"])
    tab.page.keyboard.press("l")
    tab.page.wait_for_selector(".cm-legend:not([hidden])")
    tab_to(tab.page, ".lt-knob")
    tab.page.keyboard.press("ArrowLeft")
    tab.sees(".lx-clock-time", "08:08:00")
    tab.page.keyboard.press("ArrowRight")
    tab.sees(".lx-clock-time", "08:09:00")
    assert tab.complaints == []
    tab.page.context.close()
