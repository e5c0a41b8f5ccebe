"""A scenario on a map: its words become spots, edges, seconds; what does not fit is named."""

from __future__ import annotations

from typing import NamedTuple

from sim.actors.forecasts import PlannedForecast
from sim.actors.forgeries import nodes_of, nodes_within
from sim.actors.organisation import crews, organisation
from sim.actors.sensor_tables import SENSOR_NETWORK
from sim.actors.threats import PLACELESS, PlannedAttack, terms_of
from sim.actors.warning_tables import warning_tables
from sim.city.embedded import embedded_names, load_embedded
from sim.city.map import Map
from sim.city.places import edges_near, place_at, place_named, place_of_node
from sim.city.roads import Spot
from sim.city.survey import NEEDED
from sim.comms.switchboard import spare_of
from sim.core.errors import InputError, unknown
from sim.core.quantities import duration_s
from sim.hazards.planned import Planned
from sim.hazards.script import listed
from sim.hazards.tables import incident_kinds
from sim.policies.redundancy import SHARED
from sim.scenario import Attack, Place, Scenario, Where

TELEPHONE = "telephone"
SIGNAL_CONTROL = "signal control"
HOSPITAL_REPORTS = "hospital reports"
CALLS_ABOUT_NOTHING = ("enquiry", "hoax")


class Shut(NamedTuple):
    """Roads that cannot be driven from a time until another, s."""

    edges: tuple[int, ...]
    at_s: float
    until_s: float | None


class Mute(NamedTuple):
    """A channel that is out of order from a time until another, s."""

    channel: str
    at_s: float
    until_s: float | None


class Fitted(NamedTuple):
    """What a scenario adds to the ordinary life of a map."""

    incidents: tuple[Planned, ...]
    loads: dict[str, float]  # factors on the ordinary rates, by kind
    closures: tuple[Shut, ...]
    outages: tuple[Mute, ...]
    attacks: tuple[PlannedAttack, ...] = ()
    forecasts: tuple[PlannedForecast, ...] = ()


def fit(scenario: Scenario, town: Map) -> Fitted:
    """Everything that the scenario names, on this map; InputError says what does not fit, and where."""
    _check_town(town)
    return Fitted(
        _incidents(scenario, town),
        _loads(scenario),
        _closures(scenario, town),
        _outages(scenario),
        _attacks(scenario, town),
        _forecasts(scenario, town),
    )


def _check_town(town: Map) -> None:
    """Refuse a map on which a service has nowhere to stand, or ambulances nowhere to go."""
    there = {facility.kind for facility in town.facilities}
    missing = [kind for kind in NEEDED if kind not in there]
    if missing:
        raise InputError(
            f"the map {town.name!r} has no {' and no '.join(missing)}; a run needs {', '.join(NEEDED)} "
            f"(see: liandong map check {town.name})"
        )


def voice_channel(service: str) -> str:
    """The name of a service's net for spoken orders."""
    return f"{service} radio"


def status_channel(service: str) -> str:
    """The name of a service's net for status messages."""
    return f"{service} status"


def channel_names() -> list[str]:
    """Every channel that can be out of order."""
    nets = [name(service.value) for service in crews() for name in (voice_channel, status_channel)]
    desks = [TELEPHONE, HOSPITAL_REPORTS, SIGNAL_CONTROL]
    return [*desks, *nets, *organisation().line, *warning_tables().channel, SENSOR_NETWORK, *map(spare_of, SHARED)]


def resolve(place: Place, town: Map, where: str) -> Spot:
    """A scenario's place on the road network."""
    try:
        return _found(place, town)
    except InputError as wrong:
        there = _in_shenzhen(place, town)
        if there is None:
            raise InputError(f"{where}: {wrong}") from None
    try:
        return place_at(*there, town)
    except InputError as wrong:
        raise InputError(f"{where}: {wrong}") from None


def _in_shenzhen(place: Place, town: Map) -> tuple[float, float] | None:
    """Longitude and latitude of a place that an imported map does not know, but the embedded one of Shenzhen does."""
    if town.name in embedded_names():
        return None
    known = load_embedded("shenzhen")
    try:
        x, y = known.roads.at(_found(place, known))
    except InputError:
        return None
    lon, lat = known.roads.projection.to_degrees(x, y)
    return float(lon), float(lat)


def _found(place: Place, town: Map) -> Spot:
    if not isinstance(place, Where):
        return place_named(place, town)
    if place.node is not None:
        return place_of_node(place.node, town)
    if place.subdistrict is not None:
        return place_named(place.subdistrict, town)
    assert place.lon is not None and place.lat is not None
    return place_at(place.lon, place.lat, town)


def _incidents(scenario: Scenario, town: Map) -> tuple[Planned, ...]:
    kinds = incident_kinds()
    found = []
    for number, one in enumerate(scenario.incidents):
        where = f"incidents[{number}] ({one.name})"
        if one.kind not in kinds:
            raise unknown(f"{where}.kind", one.kind, kinds)
        given = dict(one.details)
        if one.floor is not None:
            given["floor"] = one.floor
        if one.access is not None:
            given["access_s"] = duration_s(one.access, f"{where}.access")
        spot = resolve(one.place, town, f"{where}.place")
        found.append(listed(town, one.name, one.kind, scenario.at_s(one.at, f"{where}.at"), spot, **given))
    return tuple(found)


def _loads(scenario: Scenario) -> dict[str, float]:
    background = scenario.background
    names = [*incident_kinds(), *CALLS_ABOUT_NOTHING]
    for name in background.loads:
        if name not in names:
            raise unknown("background.loads", name, names)
    return {name: background.load * background.loads.get(name, 1.0) for name in names}


def _closures(scenario: Scenario, town: Map) -> tuple[Shut, ...]:
    found = []
    for number, one in enumerate(scenario.closures):
        where = f"closures[{number}]"
        try:
            edges = edges_near(town, resolve(one.place, town, f"{where}.place"), one.radius_m, one.road)
        except InputError as wrong:
            raise InputError(str(wrong) if str(wrong).startswith(where) else f"{where}: {wrong}") from None
        found.append(Shut(edges, *_span(scenario, one.at, one.until, where)))
    return tuple(found)


def _outages(scenario: Scenario) -> tuple[Mute, ...]:
    found = []
    for number, one in enumerate(scenario.outages):
        where = f"outages[{number}]"
        if one.channel not in channel_names():
            raise unknown(f"{where}.channel", one.channel, channel_names())
        found.append(Mute(one.channel, *_span(scenario, one.at, one.until, where)))
    return tuple(found)


def _forecasts(scenario: Scenario, town: Map) -> tuple[PlannedForecast, ...]:
    found = []
    for number, one in enumerate(scenario.forecasts):
        where = f"forecasts[{number}] ({one.name})"
        if one.kind not in incident_kinds():
            raise unknown(f"{where}.kind", one.kind, incident_kinds())
        x, y = town.roads.at(resolve(one.place, town, f"{where}.place"))
        at_s = scenario.at_s(one.at, f"{where}.at")
        found.append(PlannedForecast(one.name, at_s, one.kind, x, y, one.severity, one.confidence))
    return tuple(found)


def _attacks(scenario: Scenario, town: Map) -> tuple[PlannedAttack, ...]:
    found = []
    for number, one in enumerate(scenario.attacks):
        where = f"attacks[{number}] ({one.name})"
        terms = terms_of(one.kind, one.details, where)
        at_s, until_s = _span(scenario, one.at, one.until, where)
        place, nodes = _area(one, town, where)
        until_s = scenario.end_s if until_s is None else until_s
        found.append(PlannedAttack(one.name, one.kind, at_s, until_s, terms, place, nodes, one.radius_m))
    return tuple(found)


def _area(one: Attack, town: Map, where: str) -> tuple[tuple[float, float] | None, tuple[int, ...]]:
    """The middle of what an attack covers, m, and the nodes in it."""
    if one.district:
        districts = [district.name for district in town.districts]
        if one.place is not None:
            raise InputError(f"{where} has a place and a district; give one of them")
        if one.district not in districts:
            raise unknown(f"{where}.district", one.district, districts)
        nodes = nodes_of(town, one.district)
        middle = town.roads.x[list(nodes)].mean(), town.roads.y[list(nodes)].mean()
        return (float(middle[0]), float(middle[1])), nodes
    if one.place is None:
        if one.kind not in PLACELESS:
            raise InputError(f"{where} has no place; give place (with radius_m), or district")
        return None, ()
    place = town.roads.at(resolve(one.place, town, f"{where}.place"))
    return place, nodes_within(town, place, one.radius_m)


def _span(scenario: Scenario, at: str | float, until: str | float | None, where: str) -> tuple[float, float | None]:
    end_s = None if until is None else scenario.at_s(until, f"{where}.until")
    return scenario.at_s(at, f"{where}.at"), end_s
