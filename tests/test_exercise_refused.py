"""What is refused has changed nothing: for every command to the city, whatever it says, at every seat."""

from __future__ import annotations

import dataclasses
from collections import Counter
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import live
from sim.actors import seat_orders as orders
from sim.core.errors import InputError
from sim.model import City
from sim.saving import Shared, _own, _Pickler, _Unpickler
from sim.viewer.exercise.commands import CityCommand, SeatOrder, command_of, commands
from sim.viewer.exercise.course import advance
from sim.viewer.exercise.letters import Letters
from sim.viewer.exercise.picture import picture_of
from sim.viewer.lens import choices
from sim.viewer.living import LivingFrames
from tests.exercise_scene import CRASH, FIRE, SHAKING
from tests.spine import city_of, scenario_of
from tests.test_seats import handed, the_matter

KINDS = {do: kind for do, kind in commands().items() if issubclass(kind, CityCommand)}
SEATS = ("fire", "housing", "emergency", "police")
AGAIN = "warned of already"
LIES = {"calls": 3, "claims": {"dwelling_fire": 1}}

PLACES = ["Toy Tower", "nowhere", {"node": "D4"}, {"node": "Z9"}, {"lon": 114.0, "lat": 22.5}, {"lon": 999.0, "lat": 0},
          {"subdistrict": "East Town"}, {}]  # fmt: skip
SAID: dict[str, list[Any]] = {
    "name": ["new", "fire", "a lie", "a guess"],
    "kind": ["illness", "dwelling_fire", "slide", "forged_calls", "flooded_lines", "mast_down", "leak", "nothing"],
    "place": PLACES,
    "floor": [None, 3, -1, 9999],
    "access": [None, "2min", "soon", -1],
    "lasts": [None, "10min", 300, 0, -5, "soon", "0s"],
    "details": [{}, {"occupants": 3}, {"occupants": -3}, LIES, {"what": 1}],
    "road": ["", "No Such Street"],
    "radius_m": [150.0, 0.0, -1.0, 1e9],
    "district": ["", "East", "South"],
    "severity": ["serious", "dreadful"],
    "confidence": [0.6, 0.0, 7.0],
    "channel": ["fire radio", "ems radio", "telepathy"],
    "to": ["ems", "fire", "navy", "transport"],
    "sender": ["", "press"],
    "words": ["go and look"],
    "change": ["queue=most_urgent", "queue=first_come", "queue=none", "intake=one_number", "magic=yes", "dispatch=",
               "warning=by_plan", "warning=by_plan.least_grade=2", "warning=by_plan.least_grade=x"],
    "department": [*SEATS, "ems", "navy"],
    "unit": ["F-West_Fire-1", "F-East_Fire-1", "P-West_Police-1", "F-West_Fire-9"],
    "case": ["fire-1", "police-1", AGAIN, "ems-1", "nothing-1", ""],
    "capability": ["", "extinguish", "rescue", "treat", "secure", "pump", "magic"],
    "count": [1, 50, 51, 0],
    "outcome": ["", "solved"],
    "says": ["", "warning", "statement", "rumour"],
}  # fmt: skip
"""By field: what may be said, right and wrong; what is often right comes first."""

OFTEN: dict[str, dict[str, Any]] = {
    "begin_incident": {"place": {"node": "D4"}},
    "attack": {"kind": "forged_calls", "place": {"node": "D4"}, "details": LIES},
    "forecast": {"kind": "slide", "place": {"node": "D4"}},
    "close_roads": {"place": {"node": "D4"}, "radius_m": 600.0},
    "recall_unit": {"unit": "F-West_Fire-2"},
    "restore_channel": {"channel": "ems radio"},
    "accept_case": {"case": AGAIN}, "hand_off": {"case": AGAIN}, "escalate": {"case": AGAIN},
}  # fmt: skip
"""What is more often right for one command."""


def said_of(do: str, name: str) -> st.SearchStrategy[Any]:
    return st.just(OFTEN.get(do, {}).get(name, SAID[name][0])) | st.sampled_from(SAID[name])


class Told(_Pickler):
    """Each word is written out: one that was put in the place of an equal one is no change."""

    def persistent_id(self, thing: Any) -> str | None:
        return f"{thing} " if type(thing) is str else None


def dumped(city: City, pickler: type[_Pickler] = Told) -> bytes:
    body = BytesIO()
    pickler(body, Shared.of(city)).dump((city, city.population.state))
    return body.getvalue()


@cache
def stored() -> tuple[bytes, Shared, str]:
    """A city in which much is under way: cases, taken seats, a channel that is down, a warning that is drafted."""
    city = city_of(scenario_of(incidents=[FIRE, CRASH, SHAKING]), "fragmented+warning=signed")
    for name in SEATS:
        live.seat_of(city, name).take()
    handed(city, "housing")
    advance(city, 2000)
    live.fail_channel(city, "ems radio")
    live.attack(city, {"name": "a lie", "kind": "forged_calls", "place": {"node": "E2"}, "lasts": "10min",
                       "details": LIES})  # fmt: skip
    seat = live.seat_of(city, "housing")
    case = the_matter(seat)
    orders.warn(seat, case)
    orders.order_unit(live.seat_of(city, "fire"), "F-West_Fire-2", "fire-1")
    advance(city, 2001)
    return dumped(city, _Pickler), Shared.of(city), case


def brought_back() -> City:
    body, shared, _ = stored()
    own = _own(shared)
    city, state = _Unpickler(BytesIO(body), own).load()
    city.population.state[:] = state
    assert isinstance(city, City)
    return city


def test_every_field_of_every_command_has_something_to_say() -> None:
    fields = {field.name for kind in KINDS.values() for field in dataclasses.fields(kind)}
    assert fields == set(SAID)


@pytest.mark.slow
@pytest.mark.parametrize("do", KINDS)
def test_what_is_refused_leaves_the_city_as_it_was(do: str) -> None:
    kind, told = KINDS[do], Counter[str]()
    living = [brought_back()]
    before = [dumped(living[0])]

    @settings(max_examples=50, deadline=None, derandomize=True, database=None)
    @given(st.fixed_dictionaries({field.name: said_of(do, field.name) for field in dataclasses.fields(kind)}),
           st.sampled_from(SEATS))  # fmt: skip
    def holds(said: dict[str, Any], seat: str) -> None:
        said = {name: stored()[2] if value == AGAIN else value for name, value in said.items()}
        try:
            command_of(do, said).apply(living[0], seat if issubclass(kind, SeatOrder) else "")  # type: ignore[attr-defined]
        except InputError as wrong:
            told[str(wrong)] += 1
            assert dumped(living[0]) == before[0], wrong
        else:
            told["done"] += 1
            living[0] = brought_back()
            before[0] = dumped(living[0])

    holds()
    assert told["done"] and len(told) > 1, told


def test_who_only_looks_changes_nothing() -> None:
    """Pictures, times of arrival and every lens of the map; what nobody has put on record may leave no trace."""
    city = brought_back()
    before = forgetful(city)
    frames = LivingFrames(city)
    for one in choices(city):
        frames.frame(one.lens)
    for name in SEATS:
        seat = live.seat_of(city, name)
        picture_of(city.t, seat, Letters(seat.names, [office.name for office in seat.offices]))
        for case in seat.crews.picture.cases.values() if seat.crews else ():
            for capability in seat.dispatcher().roll.capabilities:
                if len(seat.dispatcher().roll.free(capability)):
                    assert seat.dispatcher().view_for(case, capability, 1).by_eta(8)
    assert forgetful(city) == before


def forgetful(city: City) -> bytes:
    """Without what dispatchers have looked up for the choice that they are making: each begins with nothing."""
    for dispatcher in city.dispatchers.dispatchers.values():
        dispatcher._expected = {}
    return dumped(city)
