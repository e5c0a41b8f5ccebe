"""A city that is saved, read back and continued lives as one that was never interrupted."""

from __future__ import annotations

import gc
import pickle
import subprocess
import sys
import weakref
from dataclasses import replace
from pathlib import Path

import pytest

import sim.saving
from sim.actors.citizen import Citizen
from sim.actors.unit import Unit
from sim.build import build
from sim.core import events as e
from sim.core.errors import InputError
from sim.hazards.tables import hazard_tables
from sim.model import City
from sim.running import finish, live
from sim.saving import Shared, load, save
from sim.scenario import Scenario
from tests.house import CHECKOUT
from tests.spine import busy_hour, city_of, events, ground_of, lived, scenario_of

TOWN_OF_TROUBLE = scenario_of(
    incidents=[
        {"name": "fire", "kind": "dwelling_fire", "at": "+30s", "place": {"node": "D4"}, "details": {"occupants": 3}},
        {"name": "crash", "kind": "road_crash", "at": "+60s", "place": {"node": "E2"}, "details": {"serious": 2}},
        {"name": "heart", "kind": "cardiac_arrest", "at": "+90s", "place": {"node": "C6"}},
        {"name": "ill", "kind": "illness", "at": "+20min", "place": {"node": "F5"}},
        {"name": "quarrel", "kind": "disorder", "at": "+25min", "place": {"node": "B3"}},
    ],
    closures=[{"at": "+5min", "until": "+30min", "place": {"node": "C3"}, "radius_m": 600}],
    outages=[{"channel": "fire radio", "at": "+8min", "until": "+12min"}],
)

CONTINUE = """
import sys
from pathlib import Path
from sim.model import City
from sim.running import finish, live
city = City.load(Path(sys.argv[1]))
live(city, city.last_s)
finish(city)
print(city.log.sha256())
"""


def ended(city: City) -> str:
    live(city, city.last_s)
    finish(city)
    return city.log.sha256()


def saved_at(scenario: Scenario, t: int, path: Path, arm: str = "fragmented") -> City:
    city = lived(city_of(scenario, arm), t)
    city.save(path)
    return city


@pytest.mark.parametrize("arm", ["fragmented", "linked"])
def test_a_toy_town_goes_on_as_if_it_had_never_been_saved(tmp_path: Path, arm: str) -> None:
    whole = ended(city_of(TOWN_OF_TROUBLE, arm))
    for t in (0, 1, 95, 200, 500, 620, 1500, 3700):
        saved_at(TOWN_OF_TROUBLE, t, tmp_path / "city", arm)
        assert ended(City.load(tmp_path / "city")) == whole, f"saved at {t} s"


@pytest.mark.parametrize("kind", sorted(hazard_tables().kinds))
def test_every_kind_of_incident_goes_on_after_loading(tmp_path: Path, kind: str) -> None:
    listed = [{"name": f"{kind} {n}", "kind": kind, "at": f"+{n}min", "place": {"node": "D4"}} for n in (1, 20)]
    scenario = scenario_of(incidents=listed, drain="1h")
    saved_at(scenario, 1300, tmp_path / "city", "linked")
    assert ended(City.load(tmp_path / "city")) == ended(city_of(scenario, "linked"))


def test_saving_changes_nothing_for_the_city_that_is_saved(tmp_path: Path) -> None:
    whole = ended(city_of(TOWN_OF_TROUBLE))
    city = city_of(TOWN_OF_TROUBLE)
    for t in range(0, 3600, 400):
        lived(city, t).save(tmp_path / "city")
    assert ended(city) == whole


def test_a_fresh_process_goes_on_with_the_same_log(tmp_path: Path) -> None:
    whole = ended(city_of(TOWN_OF_TROUBLE, "linked"))
    saved_at(TOWN_OF_TROUBLE, 700, tmp_path / "city", "linked")
    assert in_a_fresh_process(tmp_path / "city") == whole


def in_a_fresh_process(path: Path) -> str:
    command = [sys.executable, "-c", CONTINUE, str(path)]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.slow
def test_shenzhen_goes_on_in_a_fresh_process_with_the_same_log(tmp_path: Path) -> None:
    scenario = busy_hour(drain="0s")
    city = saved_at(scenario, 1900, tmp_path / "city", "linked")
    assert in_a_fresh_process(tmp_path / "city") == ended(city) == ended(city_of(scenario, "linked"))


def test_saved_twice_and_loaded_twice_is_all_the_same(tmp_path: Path) -> None:
    city = saved_at(TOWN_OF_TROUBLE, 700, tmp_path / "one")
    City.load(tmp_path / "one").save(tmp_path / "two")
    logs = {ended(City.load(tmp_path / name)) for name in ("one", "one", "two")}
    assert logs == {ended(city)}


def test_branches_with_other_policies_do_not_disturb_each_other(tmp_path: Path) -> None:
    trunk = saved_at(TOWN_OF_TROUBLE, 700, tmp_path / "city")
    shared = Shared.of(trunk)
    alone = load(tmp_path / "city", shared)
    alone_log = ended(alone)
    branches = [load(tmp_path / "city", shared) for _ in range(2)]
    linked = city_of(TOWN_OF_TROUBLE, "linked").arm.policies
    for dispatcher in branches[1].dispatchers.dispatchers.values():
        dispatcher.dispatch_policy = linked.dispatch
    for t in range(800, trunk.last_s, 100):  # turn and turn about
        for branch in (*branches, trunk):
            live(branch, t)
    logs = [ended(branch) for branch in (*branches, trunk)]
    assert logs[0] == logs[2] == alone_log
    assert logs[1] != alone_log


def test_what_becomes_of_people_in_one_city_is_nothing_to_another() -> None:
    first, second = city_of(TOWN_OF_TROUBLE), city_of(TOWN_OF_TROUBLE)
    lived(first)
    assert first.population.state.any()  # somebody was a patient
    assert not second.population.state.any()
    assert not city_of(TOWN_OF_TROUBLE).population.state.any()
    assert first.population.home is second.population.home


def test_the_state_of_people_is_saved(tmp_path: Path) -> None:
    city = saved_at(TOWN_OF_TROUBLE, 700, tmp_path / "city")
    again = City.load(tmp_path / "city")
    assert (again.population.state == city.population.state).all()
    other = load(tmp_path / "city", Shared.of(city))
    other.population.state[:] = 9
    assert not (city.population.state == 9).any()


def test_agents_are_registered_by_type_after_loading(tmp_path: Path) -> None:
    city = saved_at(TOWN_OF_TROUBLE, 700, tmp_path / "city")
    again = City.load(tmp_path / "city")
    counts = {kind.__name__: len(found) for kind, found in city.agents_by_type.items() if len(found)}
    assert {kind.__name__: len(found) for kind, found in again.agents_by_type.items()} == counts
    assert [agent.unique_id for agent in again.agents] == [agent.unique_id for agent in city.agents]
    assert [agent for agent in again.agents if isinstance(agent, Unit)] == again.units.units
    assert all(agent.model is again for agent in again.agents)
    assert len({agent.unique_id for agent in again.agents}) == len(again.agents)
    assert Citizen(again, again.population, 0).unique_id == Citizen(city, city.population, 0).unique_id


def test_a_city_is_forgotten_when_nobody_holds_it_any_more() -> None:
    city = lived(city_of(TOWN_OF_TROUBLE), 300)
    watched = weakref.ref(city)
    del city
    gc.collect()
    assert watched() is None


def test_a_run_that_is_stopped_at_odd_times_ends_when_it_would_have_ended() -> None:
    lift = {"name": "lift", "kind": "help_request", "at": "+0s", "place": {"node": "D4"}, "details": {"injured": 0}}
    scenario = scenario_of(incidents=[lift], duration="5min")
    whole, pieces = city_of(scenario), city_of(scenario)
    for t in range(0, whole.last_s, 170):
        live(pieces, t)
    assert ended(pieces) == ended(whole)
    assert events(whole.log, e.RunEnded)[0].t < whole.last_s  # and that is early, when all has ended


# --- what cannot be read


def test_a_file_that_is_no_saved_city_is_named(tmp_path: Path) -> None:
    path = tmp_path / "city"
    with pytest.raises(InputError, match="city: No such file"):
        City.load(path)
    for wrong in (b"", b"not a pickle", pickle.dumps({"t": 1}), b"\x80\x04cno.such.module\nThing\n."):
        path.write_bytes(wrong)
        with pytest.raises(InputError, match="city: not a saved city"):
            City.load(path)


def test_a_city_of_another_format_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = sim.saving.FORMAT
    monkeypatch.setattr(sim.saving, "FORMAT", ours + 1)
    save(city_of(TOWN_OF_TROUBLE), tmp_path / "city")
    monkeypatch.undo()
    with pytest.raises(InputError, match=rf"saved in format {ours + 1}; this version reads format {ours}"):
        City.load(tmp_path / "city")


def test_a_city_that_is_cut_short_is_damaged(tmp_path: Path) -> None:
    save(city_of(TOWN_OF_TROUBLE), tmp_path / "city")
    whole = (tmp_path / "city").read_bytes()
    (tmp_path / "city").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="damaged"):
        City.load(tmp_path / "city")


def test_a_map_that_has_changed_since_is_refused(tmp_path: Path) -> None:
    city = city_of(TOWN_OF_TROUBLE)
    town = replace(city.town, node_people=city.town.node_people + 1)
    assert town.digest != city.town.digest
    city.town = town
    save(city, tmp_path / "city")
    with pytest.raises(InputError, match="the map 'toy' has changed since the city was saved"):
        City.load(tmp_path / "city")


def test_a_save_leaves_nothing_half_written(tmp_path: Path) -> None:
    save(city_of(TOWN_OF_TROUBLE), tmp_path / "city")
    assert [path.name for path in tmp_path.iterdir()] == ["city"]


def test_of_the_people_only_their_states_are_in_the_file(tmp_path: Path) -> None:
    sizes = []
    for rows, scale in ((10_000, 1.0), (1_000, 10.0)):
        city = build(TOWN_OF_TROUBLE, ground_of("toy", scale), TOWN_OF_TROUBLE.arm, 1)
        assert len(city.population) == rows
        city.save(tmp_path / "city")
        sizes.append((tmp_path / "city").stat().st_size)
    assert abs(sizes[0] - sizes[1] - 9_000) < 100  # one byte a row


def test_of_the_map_nothing_is_in_the_file(tmp_path: Path) -> None:
    city = city_of(TOWN_OF_TROUBLE)
    city.save(tmp_path / "city")
    saved = (tmp_path / "city").read_bytes()
    for column in (city.town.roads.x, city.town.roads.tail, city.town.node_people, city.population.home):
        assert column.tobytes() not in saved


def test_shared_parts_are_named_in_the_file_and_taken_from_who_reads_it(tmp_path: Path) -> None:
    """Else each checkpoint of an exercise would hold the map, and two cities of one map would have two."""
    city = city_of(TOWN_OF_TROUBLE)
    save(city, tmp_path / "city")
    again = load(tmp_path / "city", sim.saving.Shared.of(city))
    assert again is not city
    assert again.town is city.town
    mine, yours = sim.saving.Shared.of(again), sim.saving.Shared.of(city)
    assert (mine.router, mine.index) == (yours.router, yours.index)
    assert mine.population is not yours.population, "what becomes of people is each city's own"
