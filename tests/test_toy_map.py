"""The toy map is what its description says, and bad tables are named."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from sim.city.embedded import embedded_names, load_embedded
from sim.city.map import Map
from sim.city.spread import day_ratios, share_out, spread_day_people, spread_people
from sim.city.tables_map import attributes_of, build_from_tables
from sim.core.assets import assets_folder
from sim.core.errors import InputError


@pytest.fixture(scope="module")
def toy() -> Map:
    return load_embedded("toy")


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    return Path(shutil.copytree(assets_folder("maps") / "toy", tmp_path / "toy"))


def test_both_embedded_maps_are_found() -> None:
    assert embedded_names() == ["shenzhen", "toy"]


def test_every_block_is_a_thousand_metres_at_ten_metres_a_second(toy: Map) -> None:
    roads = toy.roads
    assert roads.node_count == 49
    assert roads.edge_count == 2 * 2 * 7 * 6
    assert np.all(roads.length_m == 1000.0)
    drawn = np.hypot(roads.x[roads.tail] - roads.x[roads.head], roads.y[roads.tail] - roads.y[roads.head])
    assert np.all(drawn == 1000.0)
    assert np.all(roads.limit_kmh / 3.6 == np.float32(10.0))
    assert np.all(roads.twin >= 0)


def test_nothing_happens_in_the_toy_town_by_itself(toy: Map) -> None:
    assert not toy.has_background
    assert not toy.has_congestion
    assert np.all(toy.speed_factor == 1.0)
    assert np.all(toy.district_speed == 1.0)


def test_corners_stand_where_their_names_say(toy: Map) -> None:
    def place(name: str) -> tuple[float, float]:
        node = toy.landmarks[name]
        return float(toy.roads.x[node]), float(toy.roads.y[node])

    assert place("A1") == (0.0, 0.0)
    assert place("G1") == (6000.0, 0.0)
    assert place("A7") == (0.0, 6000.0)
    assert place("C4") == (2000.0, 3000.0)


def test_each_district_has_one_of_each_service(toy: Map) -> None:
    needed = {
        "fire_station": "engines",
        "hospital": "ambulances",
        "police": "patrol_cars",
        "traffic_police": "patrol_cars",
    }
    for district in ("West", "East"):
        for kind, vehicles in needed.items():
            (one,) = [f for f in toy.facilities if f.kind == kind and f.district == district]
            assert one.attributes[vehicles] >= 1
            assert toy.districts[toy.node_district[one.node]].name == district


def test_ten_thousand_people_live_in_the_toy_town(toy: Map) -> None:
    assert toy.population == 10_000
    by_district = np.bincount(toy.node_district, toy.node_people)
    assert by_district.tolist() == [district.population for district in toy.districts]


def test_a_saved_toy_map_is_read_back_the_same(toy: Map, tmp_path: Path) -> None:
    toy.save(tmp_path / "toy.npz")
    assert Map.load(tmp_path / "toy.npz").digest == toy.digest


def test_an_unknown_map_is_named_with_the_nearest() -> None:
    with pytest.raises(InputError, match=r"map is 'shenzen'.*Did you mean 'shenzhen'\?"):
        load_embedded("shenzen")


def test_an_edge_to_an_unknown_node_is_named(tables: Path) -> None:
    path = tables / "edges.csv"
    path.write_text(path.read_text("utf-8").replace("A1,A2,", "A1,A22,"), "utf-8")
    with pytest.raises(InputError, match=r"edges\.csv: to is 'A22'.*Did you mean"):
        build_from_tables(tables)


def test_a_length_that_is_no_number_is_named(tables: Path) -> None:
    path = tables / "edges.csv"
    path.write_text(path.read_text("utf-8").replace("A1,A2,1000", "A1,A2,long"), "utf-8")
    with pytest.raises(InputError, match=r"edges\.csv: length_m is 'long'"):
        build_from_tables(tables)


def test_a_missing_column_or_file_is_named(tables: Path) -> None:
    path = tables / "nodes.csv"
    path.write_text(path.read_text("utf-8").replace("x_m", "x"), "utf-8")
    with pytest.raises(InputError, match=r"nodes\.csv: the column 'x_m' is missing"):
        build_from_tables(tables)
    path.unlink()
    with pytest.raises(InputError, match=r"nodes\.csv: there is no such file"):
        build_from_tables(tables)


def test_attributes_are_numbers_truths_and_words() -> None:
    assert attributes_of("engines=5; share=0.5; ems=yes; hazard=LPG") == {
        "engines": 5,
        "share": 0.5,
        "ems": True,
        "hazard": "LPG",
    }


def test_shares_are_whole_and_sum_to_the_total() -> None:
    assert share_out(10, np.array([1.0, 1.0, 1.0])).tolist() == [4, 3, 3]
    assert share_out(7, np.zeros(2)).tolist() == [4, 3]


def test_people_follow_the_weights_of_their_own_subdistrict() -> None:
    own = np.array([0, 0, 1, 1])
    assert spread_people([100, 10], own, [1.0, 3.0, 0.0, 0.0]).tolist() == [25.0, 75.0, 5.0, 5.0]
    assert spread_people([100, 10, 50], own, np.ones(4)).sum() == 110.0  # the third has no nodes: off the map


def test_by_day_people_move_to_where_the_pull_is_and_none_is_lost() -> None:
    own = np.array([0, 0, 1, 1])
    day = spread_day_people([100, 100], own, [1.0, 1.0, 1.0, 3.0], [3.0, 1.0])
    assert day.tolist() == [75.0, 75.0, 13.0, 37.0]  # 12.5 and 37.5: equal remainders, the first gets the odd one
    assert day.sum() == 200.0


def test_the_day_ratio_of_a_map_can_be_used_on_another(toy: Map) -> None:
    assert day_ratios(toy) == {"West Town": 1.0, "East Town": 1.0}
