"""Eight hours of an exercise with pages and a seat: memory and files stay bounded, and no thread is left behind."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from browsing import PAGES, absent

if absent(*PAGES):
    pytest.skip("the pages are not installed", allow_module_level=True)

from sim.model import City
from sim.policies.bundles import parse_arm
from sim.viewer.citymap.widget import CityMap
from sim.viewer.exercise.checkpoints import FOLDER
from sim.viewer.exercise.course import Spec
from sim.viewer.exercise.engine import BEAT_S
from sim.viewer.exercise.record import COMMANDS
from sim.viewer.exercise.seats import Chair
from sim.viewer.exercise.session import Session
from sim.viewer.frames import Frame
from sim.viewer.pages import parts
from sim.viewer.pages.exercise_rooms import Room
from sim.viewer.pages.exercise_stream import Feed, Feeder, Take
from tests.exercise_scene import go
from tests.spine import busy_hour, ground_of
from tests.test_exercise import most_checkpoints

HOUR_S, HOURS = 3600, 8
SETTLED = 3
"""Hours after which tables are filled, kernels compiled and the first checkpoints thinned."""

EVERY_S = 120
"""Seconds between checkpoints: as many in this test as a week has with the usual pace."""

ENTRY_BYTES = 800
"""The exercise keeps its log whole; measured were 480 bytes an entry, which is an event of some eight fields."""

SLACK_MB = 16.0
"""What the allocator may hold besides: a city that is put aside lies in memory twice, 3 MB, and a packet is 0.1 MB.

Of the 150 cities that are put aside after the first hours a tenth could not stay unseen; frames are counted.
"""

LOOK_S = 0.5
"""How long a browser takes to draw: two frames are due meanwhile, of which one is overtaken."""


class Page:
    """A page without its browser: it is fed as pages are, draws slowly, and reads what its seat may see."""

    def __init__(self, room: Room, lens: str, take: Take, chair: Chair | None = None) -> None:
        self.map = CityMap(town=room.spec.ground.town)
        self.pictures = 0
        self._chair = chair
        self._stop, self._gone = threading.Event(), threading.Event()
        feeder = Feeder(room, Feed.of(room, lens), take, (self.map,))
        self._threads = [
            threading.Thread(target=feeder.run, args=(self._stop, self._gone), name="page", daemon=True),
            threading.Thread(target=self._draw, name="browser", daemon=True),
        ]
        for one in self._threads:
            one.start()

    def _draw(self) -> None:
        self.map._hear(None, {"type": "hello"}, None)
        while not self._gone.wait(LOOK_S):
            self.map._hear(None, {"type": "ack"}, None)
            if self._chair is not None:
                self._chair.picture()
                self.pictures += 1

    def close(self) -> None:
        """As when its browser goes away; its thread must end although the exercise goes on."""
        self._gone.set()
        for one in self._threads:
            one.join(10)
        assert not any(one.is_alive() for one in self._threads), "the page has gone, and its thread has not"
        self.map.close()


@contextmanager
def opened(*pages: Page) -> Iterator[None]:
    """Closed whatever becomes of them."""
    try:
        yield
    finally:
        for page in pages:
            page.close()


@pytest.mark.slow
def test_eight_hours_with_pages_and_a_seat_stay_bounded_and_leave_no_thread(tmp_path: Path) -> None:
    script = busy_hour(duration=f"{HOURS}h", drain="1h", background={"load": 0.3})
    spec = Spec(script, parse_arm("linked"), 1, ground_of("shenzhen", 100.0))
    before, others = set(threading.enumerate()), alive(City)
    with Session.begin(spec, tmp_path, every_s=EVERY_S) as session:
        room = Room(session)
        key = room.invite("water").key
        chair = room.sit(key, "Li")
        leader = Page(room, "truth", room.frame)
        seat = Page(room, room.own_lenses(key)[0], lambda lens, since_s: room.seat_frame(key, lens, since_s), chair)
        with opened(leader, seat):
            rss, entries = [], []
            for hour in range(1, HOURS + 1):
                go(session, hour * HOUR_S)
                rss.append(rss_mb())
                entries.append(len(session.read(lambda city: city.log)))
                checkpoints = list((tmp_path / FOLDER).iterdir())
                assert len(checkpoints) <= most_checkpoints(hour * HOUR_S // EVERY_S + 1)
        written = (entries[-1] - entries[SETTLED - 1]) * ENTRY_BYTES / 1e6
        assert rss[-1] - rss[SETTLED - 1] < written + SLACK_MB, (rss, entries)
        assert alive(City) == others + 1 and alive(Frame) < 10, "what has been shown or put aside is let go"
        for page in (leader, seat):
            assert page.map.sent > 10 and page.map.skipped > 10, "a slow page gets the newest frame, not all"
        assert seat.pictures > 10 and parts.failure.value is None
        assert "exercise" in {one.name for one in set(threading.enumerate()) - before}
    lines = (tmp_path / COMMANDS).read_text(encoding="utf-8").splitlines()
    asked = 1 + HOURS  # the seat is taken, and each hour is asked for
    assert len(lines) <= HOURS * HOUR_S / BEAT_S + asked + HOURS + 1, "a line a minute, and one where it stops"
    assert max(len(line) for line in lines) < 500
    assert not (tmp_path / FOLDER).exists()
    assert set(threading.enumerate()) == before


def rss_mb() -> float:
    """What the process holds, after what nobody needs was let go."""
    gc.collect()
    return float(psutil.Process().memory_info().rss) / 1e6


def alive(kind: type) -> int:
    """How many there are in memory."""
    gc.collect()
    return sum(isinstance(one, kind) for one in gc.get_objects())
