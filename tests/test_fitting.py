"""A scenario's words on a map: places of Shenzhen are found on any map that covers them."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from sim.city.embedded import load_embedded
from sim.core.errors import InputError
from sim.fitting import fit, resolve
from sim.scenario import Scenario, Where


def test_a_junction_that_an_imported_map_does_not_name_is_found_where_the_embedded_one_has_it() -> None:
    known = load_embedded("shenzhen")
    imported = replace(known, name="imported", landmarks={})
    place = Where(node="Shennan x Caitian")
    there, here = (town.roads.at(resolve(place, town, "place")) for town in (known, imported))
    assert math.dist(there, here) < 1.0


def test_a_place_of_shenzhen_outside_an_imported_map_is_refused_by_its_distance() -> None:
    toy = replace(load_embedded("toy"), name="imported")
    with pytest.raises(InputError, match=r"incidents\[0\].*km from its nearest road"):
        fit(Scenario.load("demo"), toy)


def test_the_toy_map_knows_only_its_own_places() -> None:
    with pytest.raises(InputError, match="SEG Plaza"):
        fit(Scenario.load("demo"), load_embedded("toy"))
