"""A whole city from a skeleton of public facts: main roads drawn, local streets generated around them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.city.map import Map
from sim.city.roads import Floats, Ints
from sim.city.schematic_islands import link_islands, open_traps
from sim.city.schematic_joins import Joins, allowed, zones
from sim.city.schematic_land import NOWHERE, Areas, Land, settle
from sim.city.schematic_main import MainRoads, draw_main_roads, piece_lengths
from sim.city.schematic_places import furnish
from sim.city.schematic_roads import assemble
from sim.city.schematic_tables import Skeleton, read_skeleton
from sim.city.spread import share_out
from sim.city.streets import Lattice, Links, knit, lay, weave
from sim.core.streams import Streams

FITTINGS = 3
"""How often the spacing of the streets is corrected, so that districts get the nodes they are due."""


@dataclass(frozen=True, eq=False)
class Site:
    """What is fixed before the first local street is laid."""

    skeleton: Skeleton
    streams: Streams
    areas: Areas
    main: MainRoads
    main_sub: Ints  # subdistrict of each main node
    land: Land
    budget: Floats  # nodes that each district is due


def build_schematic(folder: Path) -> Map:
    """The schematic map of a folder of tables; the same on every machine."""
    site = survey(read_skeleton(folder))
    joins = Joins(site.skeleton, site.main)
    lattice, place = fit(site, joins)
    links, xy, sub = lay_streets(site, joins, lattice, place)
    network = assemble(site.skeleton, site.main, links, xy)
    return furnish(site.skeleton, network, site.land, sub[network.kept])


def survey(skeleton: Skeleton) -> Site:
    """Main roads, built-up land, and how many nodes each district is due: its share of the people."""
    streams = Streams(int(skeleton.sheet["streets"]["seed"]))
    people = np.array([district.population for district in skeleton.districts], float)
    budget = share_out(int(skeleton.sheet["streets"]["nodes"]), people).astype(float)
    main = draw_main_roads(skeleton, piece_lengths(skeleton, budget))
    areas = Areas(skeleton)
    main_sub = areas.subdistrict(main.xy, main.district)
    return Site(skeleton, streams, areas, main, main_sub, settle(skeleton, areas, main, streams), budget)


def fit(site: Site, joins: Joins) -> tuple[Lattice, Ints]:
    """Lattices whose crossings, with the main nodes, make up each district's budget; and what becomes of each."""
    owner, area = site.areas.district_of_sub, site.land.area_km2
    on_main = np.bincount(owner[site.main_sub], minlength=len(site.budget))
    due = np.maximum(site.budget - on_main, 0.1 * site.budget)
    people = np.array([sub.population for sub in site.skeleton.subdistricts], float)
    weight = people**0.6 * area**0.4
    share = due[owner] * weight / np.bincount(owner, weight, len(due))[owner]
    turn = _turns(site)
    correction = np.ones(len(people))
    for _ in range(FITTINGS):
        spacing = np.sqrt(np.maximum(area, 0.2) * 1e6 / (share * correction))
        lattice = lay(site.land, np.maximum(spacing, 60.0), turn, site.skeleton.sheet["streets"], site.streams)
        place = joins.snap(lattice)
        own = lattice.sub[place >= len(site.main.xy)]
        got = np.maximum(np.bincount(owner[own], minlength=len(due)), 1)
        correction *= np.clip(due / got, 0.5, 2.0)[owner]
    return lattice, place


def lay_streets(site: Site, joins: Joins, lattice: Lattice, place: Ints) -> tuple[Links, Floats, Ints]:
    """The streets, and position and subdistrict of all nodes: those of the main roads, then the crossings."""
    wish, count = site.skeleton.sheet["streets"], len(site.main.xy)
    xy = np.vstack([site.main.xy, lattice.xy])
    sub = np.concatenate([site.main_sub, lattice.sub])
    links = weave(lattice, wish, wish["collector_every"], site.streams)
    links.extend(knit(lattice))
    links.a, links.b = place[links.a], place[links.b]
    there = (links.a != NOWHERE) & (links.b != NOWHERE)
    links = joins.cross(links.keep(there).local(count), xy, site.streams).local(count)
    zone, spacing = zones(site.areas, site.skeleton, sub), lattice.spacing[sub]
    fits = links.lengths(xy) <= 2.0 * np.maximum(spacing[links.a], spacing[links.b])
    links = links.keep(fits & allowed(links, xy, zone, site.land))
    fixed = (site.main.tail, site.main.head)
    bridges = link_islands(links, xy, fixed, site.main.may_join)
    links.extend(bridges.keep(allowed(bridges, xy, zone, site.land)))
    open_traps(links, fixed, len(xy))
    return links, xy, sub


def _turns(site: Site) -> Floats:
    """The direction of the lattice in each subdistrict, radians: along its main roads, modulo a right angle."""
    east, north = (site.main.xy[site.main.head] - site.main.xy[site.main.tail]).T
    fourfold = (east + 1j * north) ** 4 / np.maximum(np.hypot(east, north), 1.0) ** 3
    total = np.zeros(len(site.skeleton.subdistricts), complex)
    np.add.at(total, site.main_sub[site.main.tail], fourfold)
    return np.round(np.angle(total) / 4.0, 4)
