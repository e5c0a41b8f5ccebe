"""Frames of the map: what is in a packet, here and in the page's own script; ways in time; a log shown as it was."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browsing import absent
from spine import city_of, ground_of, lived, scenario_of

from sim.build import Ground
from sim.city.inhabitants import AT_DAY_PLACE
from sim.core.errors import InputError
from sim.core.events import UnitEnRoute, UnitOnScene
from sim.core.log import LogFile, read_log
from sim.model import City
from sim.running import live
from sim.viewer.citymap.ground import box_of
from sim.viewer.citymap.ground import ground_of as ground_packet
from sim.viewer.citymap.people import people_of
from sim.viewer.citymap.protocol import FRAME, GROUND, STEPS, Box, pack, unpack
from sim.viewer.citymap.said import MapEvent, read_event
from sim.viewer.citymap.writer import FrameWriter
from sim.viewer.frames import Frame
from sim.viewer.legs import leg_of
from sim.viewer.lens import TRUTH, Lens
from sim.viewer.living import LivingFrames
from sim.viewer.marks import ArcMark, CaseMark, ClosureMark, IncidentMark, Leg, UnitMark
from sim.viewer.replay import LoggedFrames
from sim.viewer.words import LANGUAGES, Language, catalogue, placeholders, say

HERE = Path(__file__).parent
GOLDEN = HERE / "viewer_golden" / "frame_v1.bin"
BOX = Box(0.0, -100.0, 1000.0, 400.0)

has_node = pytest.mark.skipif(bool(absent("node")), reason="needs Node, to run the map's script")


def script(what: str, *arguments: str) -> Any:
    """What the map's own script answers."""
    command = ["node", str(HERE / "viewer_script.mjs"), what, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return json.loads(done.stdout)


def unit(name: str = "F-One-1", **more: Any) -> UnitMark:
    given = dict(id=name, service="fire", station="One", district="West", status="free", x=10.0, y=20.0)
    return UnitMark(**{**given, "home": (10.0, 20.0), "is_home": True, **more})  # type: ignore[arg-type]


@has_node
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_map_says_all_that_is_counted_as_the_page_does(language: Language) -> None:
    """Of one and of several; the map's script fills the words in by itself."""
    counted = ("state_incident", "free_bays", "free_bays_told", "arcs_left_out", "state_rumour", "tip_rumour")
    names = {key: placeholders(catalogue("en")[f"map.{key}"]) for key in counted}
    asked = [(key, {name: n for name in names[key]}) for key in counted for n in (1, 2)]
    table = {key: say(f"map.{key}", language) for key in counted}
    told = script("says", json.dumps(table), json.dumps(asked))
    assert told == [say(f"map.{key}", language, **values) for key, values in asked]


def example() -> Frame:
    """One of each, by hand."""
    way = Leg(np.array([[0.0, 0.0], [300.0, 0.0], [300.0, 200.0]]), np.array([100.0, 130.0, 150.0]))
    return Frame(
        t=120.0, start_s=28_800, lens=TRUTH, has_people=True,
        units=(unit(), unit("A-Two-1", service="ems", status="en route", x=200.0, y=0.0, is_home=False, leg=way,
                            case="joint-1", as_of_s=None)),
        incidents=(IncidentMark(id="火", kind="dwelling_fire", x=300.0, y=200.0, since_s=60.0, needs={"extinguish": 2},
                                victims=1, listed=True, district="West", subdistrict="West Town", floor=3, extent=15.0,
                                intensity=120.5, noticed_s=90.0, crews=("F-One-1",), cases=("joint-1",)),),
        cases=(CaseMark(id="joint-1", owner="joint", kind="dwelling_fire", x=310.0, y=190.0, opened_s=95.0,
                        severity="serious", confidence=0.5, as_of_s=95.0, source="call", needs={"extinguish": 1},
                        people=1, units=("A-Two-1",), is_false=False, incident="火"),),
        closures=(ClosureMark(id="road 3", points=((0.0, 0.0), (100.0, 0.0)), road="一街", as_of_s=0.0),),
        arcs=(ArcMark(id="m1", word="order", sender="ems dispatcher", receiver="A-Two-1", channel="ems radio",
                      start=(0.0, 0.0), end=(200.0, 0.0), sent_s=98.0, state="heard", text="go", case="joint-1"),),
    )  # fmt: skip


def packet() -> bytes:
    return FrameWriter(BOX).write(example(), rate=60.0, lasts_ms=250.0)


# --- the layout


def test_the_layout_of_a_packet_is_the_one_on_file() -> None:
    """A change of the layout needs another version, and the page's script with it: `python tests/test_viewer_frames.py`
    writes the file anew."""
    assert packet() == GOLDEN.read_bytes()


@has_node
def test_the_page_reads_what_python_wrote() -> None:
    there, here = script("unpack", str(GOLDEN)), unpack(GOLDEN.read_bytes())
    assert (there["kind"], there["t"], there["serial"]) == (here.kind, here.t, here.serial) == (FRAME, 120.0, 1)
    assert there["text"] == here.text
    assert there["text"]["marks"][0]["id"] == "火"
    for name, array in here.arrays.items():
        assert there["arrays"][name] == [None if value != value else value for value in array.tolist()], name


@has_node
def test_neither_side_reads_another_version(tmp_path: Path) -> None:
    newer, nonsense = tmp_path / "newer.bin", tmp_path / "nonsense.bin"
    newer.write_bytes(packet()[:4] + b"\x02\x00" + packet()[6:])
    nonsense.write_bytes(b"<script>")
    assert "version 2" in script("refuse", str(newer)) and "not a packet" in script("refuse", str(nonsense))
    for file, says in ((newer, "version 2"), (nonsense, "not a packet")):
        with pytest.raises(ValueError, match=says):
            unpack(file.read_bytes())


def test_arrays_of_a_packet_begin_where_the_page_may_look_at_them() -> None:
    """A Float64Array must begin at a multiple of 8 bytes; a text of any length stands before it."""
    for length in range(9):
        made = pack(FRAME, 1.5, 7, {"a": "x" * length}, {"half": np.arange(3, dtype=np.float64)})
        assert unpack(made).arrays["half"].tolist() == [0.0, 1.0, 2.0] and len(made) % 8 == 0


def test_places_are_kept_to_the_step_of_the_box() -> None:
    points = np.array([[0.0, -100.0], [1000.0, 400.0], [333.3, 12.3], [-50.0, 900.0]])
    back = BOX.metres(BOX.shares(points))
    assert np.abs(back[:3] - points[:3]).max() <= 500.0 / STEPS + 1e-9  # half a step of the wider side
    assert back[3].tolist() == [0.0, 400.0]  # what lies outside is put on the edge


# --- only what has changed is sent


def test_what_has_not_changed_is_not_sent_again() -> None:
    writer, frame = FrameWriter(BOX), example()
    first, again = unpack(writer.write(frame)), unpack(writer.write(replace(frame, t=121.0)))
    assert first.text["full"] and not again.text["full"]
    assert len(first.text["marks"]) == 3 and len(first.text["units"]) == 2 and len(first.text["arcs"]) == 1
    assert again.text["marks"] == again.text["units"] == again.text["arcs"] == again.text["gone"] == []
    assert len(again.arrays["unum"]) == len(again.arrays["ltim"]) == 0


def test_a_unit_on_its_way_is_sent_once_however_far_it_has_come() -> None:
    writer, frame = FrameWriter(BOX), example()
    writer.write(frame)
    driven = replace(frame.units[1], x=280.0)
    packet = unpack(writer.write(replace(frame, t=128.0, units=(frame.units[0], driven))))
    assert len(packet.arrays["unum"]) == 0
    stopped = replace(driven, leg=None, status="on scene")
    packet = unpack(writer.write(replace(frame, t=150.0, units=(frame.units[0], stopped))))
    assert packet.arrays["unum"].tolist() == [1] and packet.arrays["ulen"].tolist() == [0]


def test_what_is_gone_is_taken_back() -> None:
    writer, frame = FrameWriter(BOX), example()
    writer.write(frame)
    packet = unpack(writer.write(replace(frame, incidents=(), units=frame.units[:1])))
    assert packet.text["gone"] == [["incident", "火"]] and packet.text["left"] == [1]


def test_another_lens_begins_anew_so_that_nothing_of_the_old_one_is_left() -> None:
    writer, frame = FrameWriter(BOX), example()
    writer.write(frame)
    packet = unpack(writer.write(replace(frame, lens=Lens("picture", "police"), incidents=(), units=())))
    assert packet.text["full"] and packet.text["jump"] and packet.serial == 1


# --- what a page says is not trusted


GOOD = {"type": "click", "mode": "pick", "sort": "unit", "id": "F-One-1", "lon": 114.0, "lat": 22.5, "x": 10, "y": 20.0}


def test_a_click_is_read() -> None:
    assert read_event(GOOD, BOX) == MapEvent("click", "pick", "unit", "F-One-1", 114.0, 22.5, 10.0, 20.0)


@pytest.mark.parametrize(
    "change",
    [{"type": "delete"}, {"mode": "all"}, {"sort": "city"}, {"id": 7}, {"id": "x" * 201}, {"lon": "114"},
     {"lat": math.nan}, {"x": math.inf}, {"y": True}, {"x": 1e9}, {"type": None}],
)  # fmt: skip
def test_a_forged_click_is_dropped(change: dict[str, Any]) -> None:
    assert read_event({**GOOD, **change}, BOX) is None


@pytest.mark.parametrize("content", [None, "click", 3, [], {}, {"type": "click"}])
def test_what_is_no_click_is_dropped(content: object) -> None:
    assert read_event(content, BOX) is None


# --- the ground and the people


def test_every_street_is_drawn_once_the_fastest_last(shenzhen: Ground) -> None:
    packet = unpack(ground_packet(shenzhen.town))
    roads = shenzhen.town.roads
    streets = int(((roads.twin < 0) | (np.arange(roads.edge_count) < roads.twin)).sum())
    classes = packet.arrays["rcls"]
    assert packet.kind == GROUND and len(classes) == len(packet.arrays["rsta"]) - 1 == streets
    assert np.all(np.diff(classes.astype(int)) <= 0)
    assert 2 * int(packet.arrays["rsta"][-1]) == len(packet.arrays["rpts"])
    assert ["Futian", "福田区"] in [row[:2] for row in packet.text["districts"]]


def test_streets_are_drawn_with_their_bends_but_for_the_smallest(toy: Ground) -> None:
    roads = toy.town.roads
    places = np.column_stack([roads.x, roads.y])
    middle, starts_at = (places[roads.tail] + places[roads.head]) / 2, np.arange(roads.edge_count + 1, dtype=np.int32)
    for off_m, points in ((30.0, 3), (2.0, 2)):
        shape = {"shape_start": starts_at, "shape_xy": (middle + off_m).astype(np.float32)}
        bent = replace(toy.town, name=f"bent {off_m}", roads=replace(roads, **shape))
        packet = unpack(ground_packet(bent))
        starts = packet.arrays["rsta"].astype(int)
        assert set(np.diff(starts)) == {points}
        drawn = Box(*packet.text["box"]).metres(packet.arrays["rpts"].reshape(-1, 2))
        ends = {tuple(place) for place in places.tolist()}
        assert {tuple(np.rint(drawn[at] / 10) * 10) for at in (*starts[:-1], *(starts[1:] - 1))} == ends


def test_all_ground_with_roads_is_land(toy: Ground) -> None:
    import shapely

    packet = unpack(ground_packet(toy.town))
    box = Box(*packet.text["box"])
    shore = shapely.Polygon(box.metres(packet.arrays["spts"].reshape(-1, 2)))
    roads = toy.town.roads
    assert len(packet.arrays["ssta"]) == 2  # one island
    assert all(shore.contains(shapely.Point(x, y)) for x, y in zip(roads.x, roads.y, strict=True))


@has_node
def test_dots_are_away_as_the_model_says_people_are(toy: Ground, tmp_path: Path) -> None:
    """At the middle of each hour the share is that of the table; between, it goes evenly. Who is under way counts half:
    that is exact only where as many leave before as after, so hours at the ends of a rush are off by some of them."""
    people, ground = tmp_path / "people.bin", tmp_path / "ground.bin"
    people.write_bytes(people_of(toy.population))
    ground.write_bytes(ground_packet(toy.town))
    found = script("away", str(people), str(ground))
    assert np.abs(np.array(found) - np.array(AT_DAY_PLACE)).max() < 0.04


def test_a_sample_of_people_stands_for_all(shenzhen: Ground) -> None:
    packet = unpack(people_of(shenzhen.population, 5000))
    assert len(packet.arrays["rank"]) == 5000
    assert packet.text["people_a_dot"] * 5000 == pytest.approx(shenzhen.town.population, rel=1e-3)
    box, roads = box_of(shenzhen.town), shenzhen.town.roads
    middle = box.metres(packet.arrays["home"].reshape(-1, 2)).mean(axis=0)
    people = shenzhen.town.node_people.astype(float)
    wanted = [float((axis * people).sum() / people.sum()) for axis in (roads.x, roads.y)]
    assert np.abs(middle - wanted).max() < 60.0  # sd of a mean of 5,000 over 20 km is 280 m; rows are sorted, so less


# --- ways in time


def crossing() -> City:
    """A crew that has to cross the toy town."""
    incident = {"name": "far", "kind": "dwelling_fire", "at": "+60s", "place": {"node": "G7"}}
    return city_of(scenario_of(incidents=[incident], background={"on": False}))


def test_a_way_tells_where_its_unit_is_at_every_moment() -> None:
    city = crossing()
    frames = LivingFrames(city)
    seen = 0
    while city.t < 1500:
        live(city, city.t + 7)
        for mark in frames.frame(TRUTH).units:
            if mark.leg is not None:
                seen += 1
                x, y = city.units.by_name[mark.id].place
                assert math.dist(mark.leg.at(city.t), (x, y)) < 0.2, mark
    assert seen > 10


def test_a_way_along_bent_streets_is_driven_evenly_within_each(shenzhen: Ground) -> None:
    """The same itinerary on streets that bend: places agree with those of the traffic itself."""
    city = crossing()
    roads = city.town.roads
    bent = np.array([[roads.x[roads.tail[e]] * 0.5 + roads.x[roads.head[e]] * 0.5 + 80.0,
                      roads.y[roads.tail[e]] * 0.5 + roads.y[roads.head[e]] * 0.5 - 60.0]
                     for e in range(roads.edge_count)], np.float32)  # fmt: skip
    crooked = replace(roads, shape_start=np.arange(roads.edge_count + 1, dtype=np.int32), shape_xy=bent)
    while not any(city.traffic.way_of(one) for one in city.units.units):
        live(city, city.t + 1)
    itinerary = next(way for one in city.units.units if (way := city.traffic.way_of(one)))
    leg = leg_of(crooked, itinerary)
    assert len(leg.times_s) == 2 * len(itinerary.edges) + 1
    for t in np.linspace(leg.depart_s, leg.arrive_s, 50):
        spot = city.traffic.traffic.position(itinerary, float(t))
        assert math.dist(leg.at(float(t)), crooked.at(spot)) < 0.5


@has_node
def test_the_page_shows_a_unit_where_it_was_smoothly_and_without_a_leap(tmp_path: Path) -> None:
    """Frames 15 simulated seconds apart, 250 ms each: in between, the page's units are where the city's were."""
    city = crossing()
    frames, writer, files = LivingFrames(city), FrameWriter(box_of(city.town)), []
    lived(city, 200)
    while not any(isinstance(e.event, UnitEnRoute) for e in city.log):
        live(city, city.t + 1)
    mover = next(e.event.unit for e in city.log if isinstance(e.event, UnitEnRoute))
    crew, began, true = city.units.by_name[mover], city.t, {}
    for number in range(40):
        for t in range(began + 15 * (number - 1), began + 15 * number):  # the city leaps where nothing happens
            way = city.traffic.way_of(crew)
            true[t] = city.town.roads.at(city.traffic.traffic.position(way, t)) if way else crew.place
            live(city, t + 1)
        file = tmp_path / f"{number}.bin"
        file.write_bytes(writer.write(replace(frames.frame(TRUTH), t=float(began + 15 * number)), lasts_ms=250.0))
        files.append(str(file))
    asked = json.dumps([[ms, mover] for ms in range(250, 39 * 250, 50)])
    found = script("follow", asked, json.dumps(list(box_of(city.town))), *files)
    assert len(found) > 150 and {"en route", "on scene"} <= {status for _, _, status in found}
    assert max(math.dist(place, true[round(t)]) for t, place, _ in found) < 0.2  # steps of the box: 0.1 m
    steps = [math.dist(one[1], two[1]) for one, two in pairwise(found)]
    assert 20.0 < max(steps) < 3.0 * 20.0 + 0.5  # 3 simulated seconds at no more than 72 km/h


@has_node
def test_time_goes_evenly_to_each_frame_and_stands_when_none_comes() -> None:
    given = json.dumps([[100, 250, True, 0], [115, 250, False, 0], [130, 250, False, 250], [20, 250, False, 400]])
    assert script("clock", given, json.dumps([0, 125, 250, 375, 399, 400, 900])) == pytest.approx(
        [100, 107.5, 115, 122.5, 123.94, 20, 20]
    )  # back in time is shown at once


@has_node
def test_time_goes_slower_and_not_by_fits_where_frames_come_later_than_was_said() -> None:
    """Said: every 250 ms; they come every 500. After some of them time stands still for a small part of each gap."""
    frames = [[15.0 * k, 250, k == 0, 500 * k] for k in range(20)]
    last = [500 * 19 + ms for ms in range(0, 500, 10)]
    shown = script("clock", json.dumps(frames), json.dumps(last))
    assert sum(one == two for one, two in pairwise(shown)) <= 2 and shown[-1] == pytest.approx(285.0, abs=0.5)


@has_node
def test_what_lies_under_the_pointer_stays_there_when_one_zooms() -> None:
    before, after, back = script("zoom", json.dumps(list(BOX)))
    assert before == pytest.approx(after) and back == pytest.approx([12, 34])


@has_node
def test_after_a_leap_back_a_unit_is_where_it_was_then(tmp_path: Path) -> None:
    """It stands at home, drives, stands at home again: back at the beginning nothing of the drive is left, although
    Python, for which nothing has changed, does not send it again."""
    way = Leg(np.array([[10.0, 20.0], [500.0, 20.0]]), np.array([100.0, 150.0]))
    gone = unit(status="en route", is_home=False, leg=way)
    writer, files = FrameWriter(BOX), []
    for number, (t, mark) in enumerate([(90.0, unit()), (120.0, gone), (200.0, unit()), (90.0, unit())]):
        file = tmp_path / f"{number}.bin"
        file.write_bytes(writer.write(Frame(t=t, start_s=0, lens=TRUTH, units=(mark,))))
        files.append(str(file))
    asked = json.dumps([[260, "F-One-1"], [499, "F-One-1"], [760, "F-One-1"]])
    before, driving, after = script("follow", asked, json.dumps(list(BOX)), *files)
    assert before[1] == pytest.approx([10.0, 20.0], abs=0.01) and after[1] == before[1] and after[0] == 90.0
    assert driving[1][0] == pytest.approx(10.0 + 490.0 * (driving[0] - 100.0) / 50.0, abs=0.1)


# --- a log shown as it was


@pytest.mark.slow
def test_a_stored_log_shows_what_the_living_city_showed(tmp_path: Path) -> None:
    """Also after it has been written to a file and read back, forwards and backwards."""
    city = crossing()
    living, shown = LivingFrames(city), []
    file = LogFile(city.log, tmp_path / "events.parquet")
    for t in range(120, 4000, 120):
        lived(city, t)
        shown.append((t - 1, living.frame(TRUTH)))
    file.close()
    logged = LoggedFrames(read_log(tmp_path / "events.parquet"), city.town)
    for t, frame in [*shown, *reversed(shown)]:
        again = logged.frame(TRUTH, t)
        assert again.cases == frame.cases and again.closures == frame.closures and again.alerts == frame.alerts
        for one, two in zip(frame.units, again.units, strict=True):
            assert (one.id, one.status, one.case, one.is_home) == (two.id, two.status, two.case, two.is_home)
            assert (one.leg is None) == (two.leg is None)
            assert one.leg is not None or (one.x, one.y) == (two.x, two.y)  # by which streets it drove, no log tells
        for was, told in zip(frame.incidents, again.incidents, strict=True):
            assert told == replace(was, extent=told.extent, intensity=told.intensity)


def test_a_stored_unit_arrives_when_it_did() -> None:
    city = lived(crossing(), 3000)
    logged = LoggedFrames(list(city.log), city.town)
    entry = next(e for e in city.log if isinstance(e.event, UnitOnScene))
    mark = logged.frame(TRUTH, entry.t).find("unit", entry.event.unit)
    before = logged.frame(TRUTH, entry.t - 1).find("unit", entry.event.unit)
    assert isinstance(mark, UnitMark) and isinstance(before, UnitMark)
    assert (before.status, mark.status) == ("en route", "on scene") and before.leg is not None
    assert before.leg.arrive_s == entry.t


def test_a_log_is_shown_on_its_own_map_only() -> None:
    city = lived(crossing(), 60)
    with pytest.raises(InputError, match="the log is of the map 'toy'"):
        LoggedFrames(list(city.log), ground_of("shenzhen", 100.0).town)
    with pytest.raises(InputError, match="RunStarted"):
        LoggedFrames([], city.town)


if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    GOLDEN.parent.mkdir(exist_ok=True)
    GOLDEN.write_bytes(packet())
    print(f"{GOLDEN}: {len(packet())} bytes")
