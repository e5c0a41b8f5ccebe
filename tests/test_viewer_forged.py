"""Over the wire: what no page of ours would send is refused by the server that runs, and the server lives on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from browsing import BROWSER, PAGES, ROOT, absent, chromium, serving

if absent(*BROWSER, *PAGES, "websockets"):
    pytest.skip("no pages, or no browser", allow_module_level=True)

from exercise_tab import Tab
from websockets.exceptions import InvalidStatus
from wire import Wire

from sim.viewer.server import LARGEST_MESSAGE

pytestmark = pytest.mark.slow

SECRET = "nobody-at-a-seat-knows"
HUNG_UP = (1009, 1006)
"""Too large, said the server; or it hung up while more was coming, and that was lost."""

CLICK = {"method": "custom", "content": {"event": "click", "data": {}}}


class Scene:
    """An exercise with a secret of who leads it, and a seat of the fire service."""

    def __init__(self, browser: Any, address: str, records: Path) -> None:
        self.browser, self.address, self.records = browser, address, records
        self.lead = Tab(browser, address, "/exercise")
        self.lead.press("do-begin")
        self.lead.sees(".lx-mode", "Paused")
        self.lead.press("tab-inject")
        self.lead.fill("div:has(> .v-input__control):has(label:text-is('Name'))", SECRET)
        self.lead.fill("div:has(> .v-input__control):has(label:text-is('Place'))", "D4")
        self.lead.press("do-inject")
        self.lead.sees(".lx-done", SECRET)
        self.lead.press("tab-seats")
        self.lead.choose("Department", "Fire and rescue")
        self.lead.press("do-invite")
        link = self.lead.page.locator(".do-seat").first.get_attribute("href")
        self.seat = Tab(browser, address, str(link))
        self.seat.fill(".lx-choosing", "Wang")
        self.seat.press("do-sit")
        self.seat.sees(".lx-who", "Wang")
        self.lead.press("tab-now")
        self.lead.fill(".do-jump", "08:09")
        self.seat.sees(".lx-clock-time", "08:09:00")
        self.open_case()

    def open_case(self) -> None:
        """All of the seat's forms are there to be tried."""
        self.seat.press("lx-case-open")
        self.seat.page.wait_for_selector(".do-send")

    def come_back(self) -> None:
        """Whose page was ended opens it again, and nobody asks for his name."""
        self.seat.page.reload()
        self.seat.sees(".lx-who", "Wang")
        self.open_case()

    def wire(self, tab: Tab, **headers: str) -> Wire:
        """A second connection to a page, by who has all that its browser has."""
        return Wire(self.address, tab.kernel, tab.session, **headers)

    def commands(self) -> list[dict[str, Any]]:
        """What stands on record of all that was done."""
        lines = [line for path in self.records.rglob("commands.jsonl") for line in path.read_text().splitlines()]
        return [json.loads(line) for line in lines]

    def answers(self) -> None:
        """The server does."""
        urlopen(f"{self.address}/readyz", timeout=20).close()

    def lives(self) -> None:
        """The server answers, and both pages do as before."""
        self.answers()
        self.lead.press("tab-notes")
        self.lead.page.wait_for_selector(".do-note")
        self.lead.press("tab-now")
        self.lead.page.wait_for_selector(".lx-lists")
        self.seat.press("tab-units")
        self.seat.press("tab-cases")
        self.seat.page.wait_for_selector(".lx-case-open")


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    results = tmp_path_factory.mktemp("results")
    with serving(results, "toy-fire") as address, chromium() as browser:
        yield Scene(browser, address, results)


# --- who may connect


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "file://"])
def test_a_page_of_another_server_gets_no_socket_with_all_cookies(scene: Scene, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        scene.wire(scene.lead, Origin=origin)
    assert refused.value.response.status_code == 403
    scene.answers()


@pytest.mark.parametrize("session", ["", "00000000-0000-0000-0000-000000000000", "../../etc/passwd"])
def test_who_knows_the_name_of_a_page_but_is_another_browser_is_told_nothing(scene: Scene, session: str) -> None:
    wire = Wire(scene.address, scene.lead.kernel, session)
    try:
        wire.say("comm_info_request", {"target_name": "jupyter.widget"})
    except Exception as gone:  # hung up before it was said
        assert "Closed" in type(gone).__name__
    assert wire.is_shut() != 0
    assert not any(b"comm_info_reply" in one or b"comm_open" in one for one in wire.heard)
    scene.answers()


# --- what may be said


GARBAGE: dict[str, str | bytes] = {
    "no text": b"\x00\xff\xfe", "nothing": "", "no message": "hello", "a number": "7", "a list": "[1, 2]",
    "no header": "{}", "header of a number": '{"header": 3, "channel": "shell"}', "deep": "[" * 100_000,
    "parts that are not there": (4_000_000_000).to_bytes(4, "big") + b"x" * 20,
    "unknown sort": json.dumps({"header": {"msg_type": "rm -rf"}, "channel": "shell", "content": {}}),
    "code to run": json.dumps({"header": {"msg_type": "execute_request"}, "channel": "shell",
                               "content": {"code": "open('forged-by-a-test', 'w')"}}),
}  # fmt: skip


def test_garbage_ends_its_own_page_at_most(scene: Scene) -> None:
    """Said in the name of the seat's own browser: who opens the page again finds his seat as he left it."""
    for raw in GARBAGE.values():
        wire = scene.wire(scene.seat)
        wire.send(raw)
        wire.is_shut(0.4)
        wire.close()
        scene.answers()
    assert not (ROOT / "forged-by-a-test").exists()
    scene.come_back()
    scene.lives()
    fresh = scene.wire(scene.seat)
    assert fresh.comms()
    fresh.close()


def test_a_message_that_is_too_large_ends_its_connection(scene: Scene) -> None:
    wire = scene.wire(scene.seat)
    wire.send(b"x" * (LARGEST_MESSAGE + 1))
    assert wire.is_shut() in HUNG_UP
    scene.lives()


def test_widgets_of_another_page_are_not_there_for_a_seat(scene: Scene) -> None:
    """All that can be clicked on the page of who leads is clicked, in vain, over the connection of the seat."""
    lead, seat = scene.wire(scene.lead), scene.wire(scene.seat)
    theirs, own = lead.comms(), seat.comms()
    assert theirs and own and not set(theirs) & set(own)
    before = scene.commands()
    seat.tell(theirs, CLICK)
    seat.tell(theirs, {"method": "update", "state": {"v_model": "truth", "value": "truth"}, "buffer_paths": []})
    seat.tell(theirs, {"method": "request_state"})
    seat.tell(theirs, {"method": "custom", "content": {"to": 60}})
    told = [json.dumps(one) for one in seat.listen(2.0)]
    assert not [one for one in told if SECRET in one or '"method": "echo' in one]
    scene.lead.sees(".lx-mode", "Paused")
    scene.lead.sees(".lx-clock-time", "08:09:00")
    assert scene.commands() == before
    lead.close()
    seat.close()
    scene.lives()


MADE_UP: dict[str, dict[str, Any]] = {
    "another lens": {"method": "update", "state": {"v_model": "Ground truth", "value": "truth", "selected": "truth"},
                     "buffer_paths": []},
    "the word of a lens": {"method": "custom", "content": {"event": "change", "data": "truth"}},
    "a choice that is none": {"method": "custom", "content": {"event": "change", "data": "police"}},
    "another's rights": {"method": "update", "state": {"town": "x", "on_event": "x", "on_file": "x", "people": "x",
                                                       "department": "police", "chair": "police"}, "buffer_paths": []},
    "a click on a thing of others": {"method": "custom", "content": {
        "type": "click", "mode": "pick", "sort": "incident", "id": SECRET, "lon": 114.0, "lat": 22.5, "x": 0, "y": 0}},
    "a leader's command": {"method": "custom", "content": {"do": "switch", "change": "sharing=linked", "to": 0}},
    "an order for the police": {"method": "custom", "content": {
        "do": "accept_case", "department": "police", "case": "police-1", "who": "Wang"}},
}  # fmt: skip


def test_a_seat_that_makes_up_messages_sees_no_truth_and_commands_nobody(scene: Scene) -> None:
    """Said to every widget of its own page, in its own browser's name."""
    before = _orders(scene)
    assert before, "the secret was injected"
    wire = scene.wire(scene.seat)
    own = wire.comms()
    for what, said in MADE_UP.items():
        wire.heard.clear()
        wire.tell(own, said)
        for _ in wire.listen(1.0):
            pass
        # What was said comes back as the page's own state; nothing else may name what only the truth knows.
        heard = b"".join(wire.heard).decode("utf-8", "replace")
        assert what.startswith("a click") or SECRET not in heard, what
        assert "kitchen-fire" not in heard, what
    wire.close()
    made = _orders(scene)[len(before) :]
    assert {one["with"].get("department", "fire") for one in made} <= {"fire"}
    assert not {one["do"] for one in made} & {"switch", "jump", "play", "plan_inject", "begin_incident"}
    scene.come_back()
    assert SECRET not in scene.seat.page.content() and "kitchen-fire" not in scene.seat.page.content()
    scene.lives()


def _orders(scene: Scene) -> list[dict[str, Any]]:
    """Commands on record: by whom, what, with what."""
    return [one for one in scene.commands() if "do" in one]


# --- files


def _with_plan(scene: Scene, act: Callable[[Tab, Wire, str], None]) -> None:
    plan = Tab(scene.browser, scene.address, "/plan")
    plan.page.wait_for_selector("input[type=file]", state="attached")
    wire = scene.wire(plan)
    act(plan, wire, wire.find("accept"))
    plan.page.context.close()


def test_an_upload_that_is_too_large_is_refused_whatever_it_says_of_its_size(scene: Scene) -> None:
    def act(plan: Tab, wire: Wire, field: str) -> None:
        found = {"method": "custom", "content": {"type": "file", "name": "big.toml", "size": 10}}
        wire.tell([field], found, [b"# much\n" * 900_000])  # 6.3 MB, under the limit of a message
        plan.page.wait_for_selector(".ld-bad >> text=too large")
        wire.close()
        assert plan.page.locator(".ld-trouble").count() == 0
        larger = scene.wire(plan)
        larger.tell([field], found, [b"# much\n" * 1_300_000])  # 9.1 MB
        assert larger.is_shut() in HUNG_UP

    _with_plan(scene, act)
    scene.lives()


def test_a_file_that_is_none_is_refused_in_a_sentence_and_nothing_in_its_name_runs(scene: Scene) -> None:
    def act(plan: Tab, wire: Wire, field: str) -> None:
        name = "<img src=x onerror=window.taken=1>"
        found = {"method": "custom", "content": {"type": "file", "name": name, "size": 4}}
        wire.tell([field], found, [b"\xff\xfe\x00x"])
        plan.page.wait_for_selector(".ld-bad")
        assert plan.page.evaluate("window.taken") is None
        assert plan.page.locator(".ld-trouble").count() == 0
        wire.close()

    _with_plan(scene, act)
    scene.lives()
