"""Real maps: what is read, kept, dropped, assumed; and that routes on them are OSMnx's routes."""

from __future__ import annotations

import bz2
import gzip
import json
import os
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from sim.city.map import Map
from sim.city.roads import ROAD_CLASSES
from sim.core.errors import InputError
from tests import small_osm
from tests.shared_maps import need_map_extra, shared_map

ROOT = Path(__file__).resolve().parents[1]
FILES = (
    "roads/shenzhen-core-drive.osm.pbf",
    "roads/shenzhen-core-drive.graphml.gz",
    "roads/nanshan-hitech-2021.osm.gz",
    "roads/source/overpass-dapeng-east-all-2023-12-26.json.gz",
    "importer-test/krems.osm.gz",
    "importer-test/monaco.osm.gz",
    "importer-test/andorra.osm.pbf",
)
CORE = "roads/shenzhen-core-drive.graphml.gz"


@pytest.fixture(autouse=True)
def _libraries() -> None:
    need_map_extra()


@cache
def imported(relative: str) -> Any:
    """The report of an import, made once for all tests."""
    return _import(shared_map(relative))


def _import(path: Path, **wish: Any) -> Any:
    from sim.city.osm.importing import Wish, import_map

    return import_map(path, Wish("test", **wish))


def _small(folder: Path, *relations: small_osm.Relation, **changed: Any) -> Map:
    path = folder / "small.osm"
    path.write_text(small_osm.xml(*relations, **changed), "utf-8")
    return _import(path).town


def _times(town: Map) -> csr_array:
    """Free-flow seconds from node to node; of parallel edges the fastest."""
    roads = town.roads
    seconds = roads.length_m.astype(float) / (roads.limit_kmh.astype(float) / 3.6)
    order = np.lexsort((-seconds, roads.head, roads.tail))  # the fastest last, so it is the one that stays
    best = {(int(roads.tail[e]), int(roads.head[e])): seconds[e] for e in order}
    tails, heads = np.array(list(best)).T
    return csr_array((list(best.values()), (tails, heads)), shape=(roads.node_count, roads.node_count))


def _node_at(town: Map, lon: Any, lat: Any) -> Any:
    x, y = town.roads.projection.to_metres(lon, lat)
    away, node = cKDTree(np.column_stack([town.roads.x, town.roads.y])).query(np.column_stack([x, y]))
    assert np.all(away < 0.01)
    return node


@pytest.mark.parametrize("relative", FILES)
def test_every_shared_file_becomes_a_sound_map(relative: str) -> None:
    from sim.city.survey import problems

    report = imported(relative)
    assert [text for text in problems(report.town) if not text.startswith("there is no ")] == []
    assert report.kept.nodes > 400
    assert report.town.attribution == "© OpenStreetMap contributors"
    assert not report.town.is_schematic
    assert sum(sub.population for sub in report.town.subdistricts) == report.town.population
    assert np.all(report.town.roads.limit_kmh >= 5) and np.all(report.town.roads.lanes >= 1)


def test_what_was_dropped_is_the_difference_to_the_whole() -> None:
    """The shared folder's own count of this file: 7,330 nodes, 14,899 edges, 6,812 nodes in the largest part."""
    report = imported(CORE)
    assert (report.whole.nodes, report.whole.edges) == (7330, 14899)
    assert report.kept.nodes == 6812
    assert any(line.startswith("dropped: 518 nodes (7.1%)") for line in report.lines)


def test_a_badly_broken_network_says_how_much_was_lost() -> None:
    report = imported("roads/source/overpass-dapeng-east-all-2023-12-26.json.gz")
    assert report.kept.nodes < 0.8 * report.whole.nodes
    assert any("MISSING: no fire_station, no police, no hospital" in line for line in report.lines)


def test_routes_and_times_are_those_of_osmnx_and_networkx_on_a_thousand_pairs() -> None:
    """40 sources, 25 targets each. Lengths and limits are float32 (relative error 6e-8 each), so 1e-6 is ample."""
    import networkx
    import osmnx

    from sim.city.osm.tags import ROAD_KINDS

    graph = osmnx.truncate.largest_component(osmnx.load_graphml(shared_map(CORE)), strongly=True)
    limits = {highway: kind.limit_kmh for highway, kind in ROAD_KINDS.items()}
    graph = osmnx.add_edge_speeds(graph, hwy_speeds=limits, fallback=limits["residential"])
    for *_, data in graph.edges(data=True):
        data["speed_kph"] = min(max(data["speed_kph"], 5.0), 130.0)
    graph = osmnx.add_edge_travel_times(graph)
    town = imported(CORE).town
    ids = sorted(graph.nodes)
    ours = dict(zip(ids, _node_at(town, *(np.array([graph.nodes[i][k] for i in ids]) for k in "xy")), strict=True))
    theirs = {number: id for id, number in ours.items()}
    rng = np.random.default_rng(1)
    sources = [ids[i] for i in rng.choice(len(ids), 40, replace=False)]
    times, before = dijkstra(_times(town), indices=[ours[s] for s in sources], return_predecessors=True)
    for row, source in enumerate(sources):
        reference = networkx.single_source_dijkstra_path_length(graph, source, weight="travel_time")
        for target in (ids[i] for i in rng.choice(len(ids), 25)):
            assert times[row, ours[target]] == pytest.approx(reference[target], rel=1e-6, abs=1e-6)
            route = [ours[target]]
            while route[-1] != ours[source]:
                route.append(int(before[row, route[-1]]))
            walked = networkx.path_weight(graph, [theirs[n] for n in reversed(route)], weight="travel_time")
            assert walked == pytest.approx(reference[target], rel=1e-6, abs=1e-6)


def test_turn_restrictions_of_a_real_town_are_honoured_by_plain_node_routing() -> None:
    """Krems: our split junctions against a search over edges that asks the relations at every turn.

    Journeys that begin or end at a restricted junction itself are left out: it is several nodes, or inside an edge.
    """
    import networkx

    from sim.city.osm.reading import read_osm

    extract = read_osm(shared_map("importer-test/krems.osm.gz"))
    assert len(extract.restrictions) == 9
    streets, turns, forbidden = _turn_by_turn(extract)
    assert forbidden >= 7
    town = imported("importer-test/krems.osm.gz").town
    places = cKDTree(np.array([(d["x"], d["y"]) for _, d in streets.nodes(data=True)]))
    here = np.column_stack(town.roads.projection.to_degrees(town.roads.x, town.roads.y))
    base = np.array(list(streets.nodes))[places.query(here)[1]]
    plain = np.flatnonzero(~np.isin(base, [rule.via for rule in extract.restrictions]))
    ours, rng, checked = dijkstra(_times(town)), np.random.default_rng(2), 0
    for source in rng.choice(plain, 40, replace=False):
        reached = networkx.single_source_dijkstra_path_length(turns, int(base[source]), weight="seconds")
        arrival: dict[int, float] = {}
        for edge, seconds in reached.items():
            if isinstance(edge, tuple):
                arrival[edge[1]] = min(seconds, arrival.get(edge[1], np.inf))
        for target in rng.choice(plain[plain != source], 25):
            assert ours[source, target] == pytest.approx(arrival[int(base[target])], rel=1e-6)
            checked += 1
    assert checked == 1000


def _turn_by_turn(extract: Any) -> tuple[Any, Any, int]:
    """The streets of an extract, and a graph of its allowed turns: a node for each start and for each edge."""
    import networkx

    from sim.city.osm.graph import add_speeds, describe, network_of

    streets = network_of(extract, "streets")
    way_of = {edge: streets.edges[edge]["osmid"] for edge in streets.edges(keys=True)}
    for *_, data in streets.edges(data=True):
        describe(data)
    add_speeds(streets)
    turns, forbidden = networkx.DiGraph(), 0
    for leaving, way in way_of.items():
        data = streets.edges[leaving]
        seconds = data["length"] / (data["speed_kph"] / 3.6)
        turns.add_edge(leaving[0], leaving, seconds=seconds)
        for entry in streets.in_edges(leaving[0], keys=True):
            rules = [r for r in extract.restrictions if r.via == leaving[0] and way_of[entry] in r.sources]
            exits = {way_of[edge] for edge in streets.out_edges(leaving[0], keys=True)}
            only = {target for r in rules if r.is_only for target in r.targets} & exits
            never = {target for r in rules if not r.is_only for target in r.targets}
            if way in never or (only and way not in only):
                forbidden += 1
            else:
                turns.add_edge(entry, leaving, seconds=seconds)
    return streets, turns, forbidden


WEST, NORTH, EAST, SOUTH = (9.99, 0.0), (10.0, 0.01), (10.01, 0.0), (10.0, -0.01)
ARM = 111.195  # seconds: 1,111.95 m at 36 km/h
RING = 1572.5 / 5.0  # seconds: 1,572.5 m (an arm times the root of two) at 18 km/h


def _seconds(town: Map, source: tuple[float, float], target: tuple[float, float]) -> float:
    a, b = _node_at(town, *np.array([source, target]).T)
    return float(dijkstra(_times(town), indices=int(a))[int(b)])


def test_without_a_restriction_one_turns_left_at_the_crossing(tmp_path: Path) -> None:
    assert _seconds(_small(tmp_path), WEST, NORTH) == pytest.approx(2 * ARM, rel=1e-4)


def test_no_left_turn_sends_one_round_by_the_ring_and_nobody_else(tmp_path: Path) -> None:
    town = _small(tmp_path, small_osm.turn(1, "no_left_turn", 11, 14))
    assert _seconds(town, WEST, NORTH) == pytest.approx(RING, rel=1e-3)
    assert _seconds(town, WEST, EAST) == pytest.approx(2 * ARM, rel=1e-4)
    assert _seconds(town, SOUTH, NORTH) == pytest.approx(2 * ARM, rel=1e-4)
    assert _seconds(town, NORTH, WEST) == pytest.approx(2 * ARM, rel=1e-4)


def test_only_straight_on_forbids_both_turns(tmp_path: Path) -> None:
    town = _small(tmp_path, small_osm.turn(1, "only_straight_on", 11, 12))
    assert _seconds(town, WEST, EAST) == pytest.approx(2 * ARM, rel=1e-4)
    assert _seconds(town, WEST, NORTH) == pytest.approx(RING, rel=1e-3)
    assert _seconds(town, WEST, SOUTH) == pytest.approx(RING, rel=1e-3)


def test_a_restriction_that_cars_are_free_from_or_that_depends_on_the_hour_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "small.osm"
    spared = small_osm.turn(1, "no_left_turn", 11, 14, **{"except": "motorcar"})
    hours = (2, {"type": "restriction", "restriction:conditional": "no_left_turn @ (07:00-09:00)"}, spared[2])
    path.write_text(small_osm.xml(spared, hours), "utf-8")
    report = _import(path)
    assert (report.turns.read, report.turns.unread) == (0, 2)
    assert _seconds(report.town, WEST, NORTH) == pytest.approx(2 * ARM, rel=1e-4)


def test_tags_become_lanes_limits_tunnels_and_names(tmp_path: Path) -> None:
    town = _small(tmp_path)
    roads = town.roads
    name = {roads.names[roads.name[e]] if roads.name[e] >= 0 else "" for e in range(roads.edge_count)}
    assert name == {"Main Street", "North Road", ""}
    assert dict(zip(roads.names, roads.names_zh, strict=True)) == {"Main Street": "", "North Road": "北路"}
    main = roads.road_class == ROAD_CLASSES.index("primary")
    assert set(roads.lanes[main].tolist()) == {2}  # four in all, two in each direction
    assert set(roads.lanes[roads.road_class == ROAD_CLASSES.index("secondary")].tolist()) == {2}  # by class
    assert roads.tunnel.sum() == 2 and not roads.bridge.any()  # one arm, there and back
    assert set(roads.limit_kmh.tolist()) == {36.0, 18.0}
    assert roads.edge_count == 16  # the footway is not a road


@pytest.mark.parametrize(
    ("tags", "there", "back"),
    [
        ({"oneway": "yes"}, True, False),
        ({"oneway": "-1"}, False, True),
        ({"junction": "roundabout"}, True, False),
        ({"junction": "roundabout", "oneway": "no"}, True, True),
        ({"oneway": "no"}, True, True),
    ],
)
def test_one_ways_run_one_way(tmp_path: Path, tags: dict[str, str], there: bool, back: bool) -> None:
    ways = {**small_osm.WAYS, 11: ([1, 5], {"highway": "primary", "maxspeed": "36", **tags})}
    roads = (town := _small(tmp_path, ways=ways)).roads
    west, centre = _node_at(town, *np.array([WEST, (10.0, 0.0)]).T)
    edges = set(zip(roads.tail.tolist(), roads.head.tolist(), strict=True))
    assert ((west, centre) in edges, (centre, west) in edges) == (there, back)


def test_limits_that_no_tag_tells_come_from_the_table_by_class(tmp_path: Path) -> None:
    from sim.city.osm.tags import ROAD_KINDS

    ways = {
        id: (nodes, {k: v for k, v in tags.items() if k != "maxspeed"}) for id, (nodes, tags) in small_osm.WAYS.items()
    }
    roads = _small(tmp_path, ways=ways).roads
    for kind in ("primary", "secondary", "residential"):
        mine = roads.road_class == ROAD_CLASSES.index(kind)
        assert set(roads.limit_kmh[mine].tolist()) == {ROAD_KINDS[kind].limit_kmh}


def test_an_edge_bends_where_the_street_does() -> None:
    """The drawn line is as long as OSMnx's great-circle length, but for the projection (0.5 % on a map of 30 km)."""
    roads = imported(FILES[0]).town.roads
    for edge in np.random.default_rng(3).choice(roads.edge_count, 300, replace=False):
        drawn = float(np.hypot(*np.diff(roads.points(int(edge)), axis=0).T).sum())
        assert drawn == pytest.approx(float(roads.length_m[edge]), rel=0.005, abs=0.2)


@pytest.mark.parametrize(
    ("relative", "counts"),
    [
        ("importer-test/andorra.osm.pbf", {"hospital": 7, "police": 2}),
        ("importer-test/monaco.osm.gz", {"hospital": 3, "police": 6}),
        ("importer-test/krems.osm.gz", {"hospital": 2, "police": 2, "fire_station": 1}),
    ],
)
def test_facilities_are_those_of_the_file(relative: str, counts: dict[str, int]) -> None:
    found = Counter(f.kind for f in imported(relative).town.facilities)
    assert {kind: found[kind] for kind in ("hospital", "police", "fire_station") if found[kind]} == counts


def test_a_facility_knows_its_source_and_which_of_its_figures_are_assumed(tmp_path: Path) -> None:
    hospital = next(f for f in _small(tmp_path).facilities if f.kind == "hospital")
    assert (hospital.name, hospital.grade, hospital.source) == ("Small Hospital", "measured", "OpenStreetMap, node 21")
    assert hospital.attributes["beds"] == 40  # tagged
    assert "beds" not in hospital.attributes["assumed"] and "ambulances" in hospital.attributes["assumed"]


def test_a_map_of_shenzhen_without_facilities_takes_those_of_the_embedded_table() -> None:
    from sim.city.embedded import load_embedded

    report = imported(CORE)
    known = {(f.kind, f.name) for f in load_embedded("shenzhen").facilities}
    assert {(f.kind, f.name) for f in report.town.facilities} <= known
    counts = Counter(f.kind for f in report.town.facilities)
    assert all(counts[kind] > 0 for kind in ("fire_station", "police", "hospital", "traffic_police"))
    assert report.sited.from_table == dict(counts)


def test_people_of_central_shenzhen_are_those_of_the_subdistricts_it_covers() -> None:
    """The file holds all of Futian (73 of 73 km²), a quarter of Nanshan and a sliver of Longhua."""
    from sim.city.embedded import load_embedded

    town = imported(CORE).town
    everybody = {d.name: d.population for d in load_embedded("shenzhen").districts}
    share = {d.name: d.population / everybody[d.name] for d in town.districts}
    assert 0.85 < share["Futian"] <= 1.0
    assert 0.1 < share["Nanshan"] < 0.5
    assert 0.0 < share["Longhua"] < 0.06
    assert set(share) == {"Futian", "Luohu", "Nanshan", "Longhua"}
    assert float(town.node_day_people.sum(dtype=np.float64)) == town.population


def test_the_number_of_people_can_be_given(tmp_path: Path) -> None:
    path = tmp_path / "small.osm"
    path.write_text(small_osm.xml(), "utf-8")
    assert _import(path, population=12_345).town.population == 12_345
    assert _import(path, title="Smallville").town.districts[0].name == "Smallville"


def test_a_stored_map_is_the_same_map(tmp_path: Path) -> None:
    for relative in ("importer-test/krems.osm.gz", CORE):
        town = imported(relative).town
        town.save(tmp_path / "map.npz")
        assert Map.load(tmp_path / "map.npz").digest == town.digest


def test_all_formats_of_one_crossing_give_one_map(tmp_path: Path) -> None:
    rule = small_osm.turn(1, "no_left_turn", 11, 14)
    text = small_osm.xml(rule).encode()
    (tmp_path / "a.osm").write_bytes(text)
    (tmp_path / "a.osm.gz").write_bytes(gzip.compress(text))
    (tmp_path / "a.osm.bz2").write_bytes(bz2.compress(text))
    (tmp_path / "a.json").write_text(json.dumps(small_osm.overpass(rule)), "utf-8")
    import osmium

    with osmium.SimpleWriter(str(tmp_path / "a.osm.pbf")) as writer:
        for item in osmium.FileProcessor(str(tmp_path / "a.osm")):
            writer.add(item)
    digests = {path.name: _import(path).town.digest for path in sorted(tmp_path.iterdir())}
    assert len(digests) == 5 and len(set(digests.values())) == 1, digests


def test_an_unsimplified_graphml_is_simplified(tmp_path: Path) -> None:
    import osmnx

    from sim.city.osm.graph import network_of
    from sim.city.osm.reading import overpass_extract

    graph = network_of(overpass_extract(small_osm.overpass()), "small")
    osmnx.save_graphml(graph, tmp_path / "small.graphml")
    roads = _import(tmp_path / "small.graphml").town.roads
    assert (roads.node_count, roads.edge_count) == (5, 16)


def test_an_import_does_not_depend_on_the_order_of_pythons_sets() -> None:
    path = shared_map("importer-test/krems.osm.gz")
    code = (
        "import sys; from pathlib import Path; from sim.city.osm.importing import Wish, import_map; "
        "print(import_map(Path(sys.argv[1]), Wish('test')).town.digest)"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    said = subprocess.run(
        [sys.executable, "-c", code, str(path)], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == imported("importer-test/krems.osm.gz").town.digest


@pytest.mark.parametrize("name", ["importer-test/andorra.osm.pbf", "importer-test/krems.osm.gz", CORE])
@pytest.mark.parametrize("share", [0.5, 0.9])
def test_a_truncated_file_is_named_as_such(tmp_path: Path, name: str, share: float) -> None:
    whole = shared_map(name).read_bytes()
    path = tmp_path / Path(name).name
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(InputError, match=r"truncated, damaged or not of the kind"):
        _import(path)


def test_a_truncated_text_file_is_named_as_such(tmp_path: Path) -> None:
    for name, text in (("a.osm", small_osm.xml()), ("a.json", json.dumps(small_osm.overpass()))):
        (tmp_path / name).write_text(text[: len(text) // 2], "utf-8")
        with pytest.raises(InputError, match=r"truncated, damaged or not of the kind"):
            _import(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.osm.pbf", b"", r"empty \(0 bytes\)"),
        ("a.osm", b"", r"empty \(0 bytes\)"),
        ("a.graphml.gz", b"", r"empty \(0 bytes\)"),
        ("a.osm", b"<html><body>not found</body></html>", "not of the kind"),
        ("a.osm.pbf", b"these are not the data you are looking for" * 9, "not of the kind"),
        ("a.graphml", b"<graphml", "not of the kind"),
        ("a.json", b'{"type": "FeatureCollection", "features": []}', "not an answer of an Overpass server"),
        ("a.json", b'{"elements": [{"type": "way"}]}', "not of the kind"),
        ("a.osm", b'<osm version="0.6"></osm>', "no drivable roads"),
        ("a.json", b'{"elements": []}', "no drivable roads"),
        ("a.ozm", b"x", r"'\.ozm'.*Did you mean '\.osm'"),
        ("noending", b"x", "'nothing'"),
    ],
)
def test_a_file_that_is_no_map_is_told_what_it_lacks(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=why) as error:
        _import(tmp_path / name)
    assert str(tmp_path / name) in str(error.value)


def test_a_file_without_roads_to_drive_on_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no drivable roads"):
        _small(tmp_path, ways={19: small_osm.WAYS[19]})


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        _import(tmp_path / "absent.osm.pbf")
    with pytest.raises(InputError, match="a folder"):
        _import(tmp_path)


def test_an_unreadable_file_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.osm"
    path.write_text(small_osm.xml(), "utf-8")

    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputError, match=r"cannot be read \(Permission denied\)"):
        _import(path)


def test_roads_that_would_not_fit_into_memory_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.city.osm.graph.BYTES_A_POINT", 10**15)
    with pytest.raises(InputError, match=r"GB of memory.*cut the area out"):
        _small(tmp_path)


def test_a_way_that_leads_out_of_the_file_is_cut_at_its_edge(tmp_path: Path) -> None:
    ways = {**small_osm.WAYS, 20: ([3, 98, 99], {"highway": "primary"}), 12: ([99, 5, 3], small_osm.WAYS[12][1])}
    path = tmp_path / "small.osm"
    path.write_text(small_osm.xml(ways=ways), "utf-8")
    report = _import(path)
    assert report.cut_ways == 2
    assert report.town.roads.node_count == 5


def test_without_the_extra_one_is_told_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib

    def absent(name: str) -> None:
        raise ModuleNotFoundError(name)

    path = tmp_path / "a.osm"
    path.write_text(small_osm.xml(), "utf-8")
    monkeypatch.setattr(importlib, "import_module", absent)
    with pytest.raises(InputError, match=r"This needs the map extra: pip install 'liandong\[map\]'"):
        _import(path)
