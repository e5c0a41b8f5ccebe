"""What a policy needs is given to its city, and to a control without it; staff with own work helps only the control."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import pytest

from sim.core.errors import InputError
from sim.model import City
from sim.policies.bundles import bundles, parse_arm
from sim.policies.intake import Joint
from sim.policies.redundancy import Backup
from sim.policies.security import CallBack
from sim.resources import endowed, given_to
from sim.study.reforms import reforms
from tests.spine import busy_hour, city_of

JOINT = "fragmented+intake=joint"


def takers(city: City) -> int:
    return sum(centre.free_takers for centre in city.call_centres.centres)


def units(city: City, service: str) -> int:
    return sum(unit.service == service for unit in city.units.units)


def test_a_city_has_the_staff_and_units_that_its_policies_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """Desks of the table: 3, 6, 20 and 4 call-takers; half as much again, rounded up: 5, 9, 30 and 6."""
    usual = city_of(busy_hour(), JOINT)
    monkeypatch.setattr(Joint, "resources", {"call_takers": 0.5, "ems": 0.25})
    given = city_of(busy_hour(), JOINT)
    assert (takers(usual), takers(given)) == (33, 50)
    assert units(given, "ems") == pytest.approx(1.25 * units(usual, "ems"), abs=1)  # stations share them out whole
    assert units(given, "fire") == units(usual, "fire")


def test_the_control_has_exactly_what_the_arm_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Joint, "resources", {"call_takers": 0.5, "ems": 0.25})
    (reform,) = reforms(parse_arm("fragmented"), parse_arm(JOINT))
    arm, control = city_of(busy_hour(), JOINT), city_of(endowed(busy_hour(), reform.resources), "fragmented")
    assert takers(arm) == takers(control) and units(arm, "ems") == units(control, "ems")


def test_staff_with_work_of_its_own_answers_no_calls_but_the_control_has_it_at_the_desks() -> None:
    (reform,) = reforms(parse_arm("fragmented"), parse_arm("fragmented+redundancy=backup"))
    assert reform.resources == Backup.own_staff == {"call_takers": 0.06}
    assert given_to(parse_arm("fragmented+redundancy=backup").policies) == {}
    assert takers(city_of(busy_hour(), "fragmented+redundancy=backup")) == 33
    control = city_of(endowed(busy_hour(), reform.resources), "fragmented")
    assert takers(control) > 33


def test_what_several_policies_are_given_adds_up(monkeypatch: pytest.MonkeyPatch) -> None:
    more: ClassVar[Mapping[str, float]] = {"call_takers": 0.25}
    monkeypatch.setattr(Joint, "resources", more)
    monkeypatch.setattr(CallBack, "resources", more)
    assert given_to(parse_arm(JOINT + "+security=call_back").policies) == {"call_takers": 0.5}


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
