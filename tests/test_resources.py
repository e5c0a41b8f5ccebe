"""What a policy needs is given to its city, and to a control without it; staff with own work helps only the control."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

import pytest

from sim.actors.line_tables import LIAISON
from sim.actors.organisation import organisation
from sim.core.errors import InputError
from sim.model import City
from sim.policies.bundles import bundles, parse_arm
from sim.policies.intake import Joint
from sim.policies.redundancy import Backup
from sim.policies.security import CallBack
from sim.policies.sharing import Liaison
from sim.resources import endowed, given_to
from sim.scenario import Scenario
from sim.study.reforms import reforms
from tests.spine import busy_hour, city_of, scenario_of

JOINT = "fragmented+intake=joint"


def takers(city: City) -> int:
    return sum(centre.free_takers for centre in city.call_centres.centres)


def lines(city: City) -> int:
    return sum(centre.free_lines for centre in city.call_centres.centres)


def units(city: City, service: str) -> int:
    return sum(unit.service == service for unit in city.units.units)


def test_a_city_has_the_staff_and_units_that_its_policies_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """Desks of the table: 3, 6, 20 and 4 call-takers, 33 in all."""
    usual = city_of(busy_hour(), JOINT)
    monkeypatch.setattr(Joint, "resources", {"call_takers": 17, "ems": 0.25})
    given = city_of(busy_hour(), JOINT)
    assert (takers(usual), takers(given)) == (33, 50)
    assert units(given, "ems") == pytest.approx(1.25 * units(usual, "ems"), abs=1)  # stations share them out whole
    assert units(given, "fire") == units(usual, "fire")


def test_the_control_has_exactly_what_the_arm_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Joint, "resources", {"call_takers": 17, "ems": 0.25})
    (reform,) = reforms(parse_arm("fragmented"), parse_arm(JOINT))
    arm, control = city_of(busy_hour(), JOINT), city_of(endowed(busy_hour(), reform.resources), "fragmented")
    assert takers(arm) == takers(control) and units(arm, "ems") == units(control, "ems")


def test_staff_with_work_of_its_own_answers_no_calls_but_the_control_has_it_at_the_desks() -> None:
    (reform,) = reforms(parse_arm("fragmented"), parse_arm("fragmented+redundancy=backup"))
    assert reform.resources == Backup().own_staff == {"call_takers": 2}
    assert given_to(parse_arm("fragmented+redundancy=backup").policies) == {}
    assert takers(city_of(busy_hour(), "fragmented+redundancy=backup")) == 33
    control = city_of(endowed(busy_hour(), reform.resources), "fragmented")
    assert takers(control) == 35


@pytest.mark.parametrize("story", [busy_hour, scenario_of])
def test_a_control_has_as_many_more_heads_as_the_reform_needs_and_no_more_lines(story: Callable[..., Scenario]) -> None:
    """Two operators are two in a city of 33 call-takers and in a town of four: no share of either."""
    usual = city_of(story(), "fragmented")
    needs = {"signals=green_corridor": 2, "signals=green_corridor.operators=7": 7, "sharing=liaison": 4}
    for reform, heads in needs.items():
        (found,) = reforms(parse_arm("fragmented"), parse_arm(f"fragmented+{reform}"))
        for start in ("fragmented", JOINT):
            control = city_of(endowed(story(), found.resources), start)
            assert (takers(control), lines(control)) == (takers(usual) + heads, lines(usual))


def test_heads_sit_down_at_the_desks_in_proportion_to_their_size() -> None:
    """Four beside 3, 6, 20 and 4: exact shares are 0.36, 0.73, 2.42 and 0.48; two, then largest rests."""
    usual, more = (city_of(busy_hour(resources={"more_call_takers": heads})) for heads in (0, 4))
    desks = [{one.name: one.free_takers for one in city.call_centres.centres} for city in (usual, more)]
    assert desks[0] == {"police": 20, "fire": 3, "ems": 6, "traffic": 4}
    assert desks[1] == {"police": 22, "fire": 3, "ems": 7, "traffic": 5}


def test_every_line_of_liaison_has_its_officer_and_every_spare_its_watch() -> None:
    assert Liaison().own_staff == {"call_takers": organisation().line[LIAISON].rule().slots}
    assert Backup().own_staff == {"call_takers": len(Backup().spares)}


@pytest.mark.parametrize("heads", [0.06, -1])
def test_part_of_a_call_taker_is_refused(heads: float) -> None:
    with pytest.raises(InputError, match="they are heads, a whole number from 0"):
        endowed(busy_hour(), {"call_takers": heads})


def test_what_several_policies_are_given_adds_up(monkeypatch: pytest.MonkeyPatch) -> None:
    more: ClassVar[Mapping[str, float]] = {"call_takers": 3}
    monkeypatch.setattr(Joint, "resources", more)
    monkeypatch.setattr(CallBack, "resources", more)
    assert given_to(parse_arm(JOINT + "+security=call_back").policies) == {"call_takers": 6}


def test_a_departments_share_comes_on_top_of_that_of_all_fleets() -> None:
    """A fleet of half, ambulances a quarter of the usual more: 0.75 of the usual, which is 1.5 of the half."""
    scenario = endowed(busy_hour(resources={"fleet": 0.5}), {"ems": 0.25})
    assert scenario.resources.fleet * scenario.resources.fleets["ems"] == 0.75


def test_all_bundles_have_equal_desks_and_fleets() -> None:
    assert {tuple(given_to(bundle.policies).items()) for bundle in bundles().values()} == {()}


@pytest.mark.parametrize("share", [0, -1, 10.1, 1e9])
def test_a_departments_share_has_the_bounds_of_that_of_all_fleets(share: float) -> None:
    for resources, where in (({"fleet": share}, "fleet"), ({"fleets": {"water": share}}, r"fleets\.water")):
        with pytest.raises(InputError, match=rf"resources\.{where}: Input should be (greater|less) than"):
            busy_hour(resources=resources)


def test_a_resource_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InputError, match="Did you mean 'call_takers'"):
        endowed(busy_hour(), {"call_taker": 0.1})
