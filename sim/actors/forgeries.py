"""The exogenous part of an attack: what will be forged, by whom and when; drawn beforehand, the same in every arm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from sim.actors.threats import FloodedLines, ForgedCalls, ForgedReports, Place, PlannedAttack, attack_table
from sim.city.map import Map
from sim.city.population import Population
from sim.core.streams import Streams
from sim.core.vocabulary import Number
from sim.hazards.tables import incident_kinds

Key = tuple[int, ...]
Floats = NDArray[np.float64]


class Story(NamedTuple):
    """What never was: a kind and a place."""

    kind: str
    x: float
    y: float


class PlannedLie(NamedTuple):
    """A call to come in which a story is told, or nothing."""

    t: float
    key: Key
    row: int  # whose telephone
    number: Number
    story: Story | None


class PlannedPaper(NamedTuple):
    """A paper to come."""

    t: float
    key: Key
    story: Story
    misfit: float  # what a look-up of its signature would read


class Forger:
    """Draws what an attack forges; one stream for each attack, so that one more changes no other."""

    def __init__(self, town: Map, population: Population, streams: Streams, start_s: float) -> None:
        self.town, self.population, self.streams, self.start_s = town, population, streams, start_s

    def calls(self, attack: PlannedAttack) -> list[PlannedLie]:
        """The calls of liars, in order of time: stories spread over the span, each told by so many voices."""
        terms = attack.terms
        assert isinstance(terms, ForgedCalls)
        rng = self._rng(attack)
        count = -(-terms.calls // terms.voices)
        begins, stories = self._times(attack, count, rng), self._stories(attack, terms.claims, count, rng)
        after = attack_table().forged_calls.chorus_s.value * rng.standard_exponential(terms.calls)
        dial, lines = rng.random(terms.calls), self._lines(terms.lines or terms.calls, rng)
        lies = []
        for n in range(terms.calls):
            story, voice = divmod(n, terms.voices)
            t = min(begins[story] + (float(after[n]) if voice else 0.0), max(attack.at_s, attack.until_s - 1.0))
            number = terms.number or Number(incident_kinds()[stories[story].kind].dial.pick(float(dial[n])))
            lies.append(PlannedLie(float(np.ceil(t)), key_of(attack, n), lines[n % len(lines)], number, stories[story]))
        return sorted(lies, key=lambda lie: (lie.t, lie.key))

    def floods(self, attack: PlannedAttack) -> list[PlannedLie]:
        """Silent calls: a Poisson process."""
        terms = attack.terms
        assert isinstance(terms, FloodedLines)
        rng = self._rng(attack)
        count = int(rng.poisson(terms.calls_per_min / 60.0 * (attack.until_s - attack.at_s)))
        times, lines = self._times(attack, count, rng), self._lines(terms.lines, rng)
        return [
            PlannedLie(float(np.ceil(t)), key_of(attack, n), lines[n % len(lines)], terms.number, None)
            for n, t in enumerate(times)
        ]

    def papers(self, attack: PlannedAttack) -> list[PlannedPaper]:
        """Forged papers, in order of time."""
        terms = attack.terms
        assert isinstance(terms, ForgedReports)
        rng = self._rng(attack)
        times, stories = self._times(attack, terms.papers, rng), self._stories(attack, terms.claims, terms.papers, rng)
        misfits = attack_table().forged_reports.misfit.value * rng.random(terms.papers)
        return [
            PlannedPaper(float(np.ceil(t)), key_of(attack, n), story, float(misfit))
            for n, (t, story, misfit) in enumerate(zip(times, stories, misfits, strict=True))
        ]

    def _rng(self, attack: PlannedAttack) -> Generator:
        return self.streams(f"attack.{attack.name}")

    def _times(self, attack: PlannedAttack, count: int, rng: Generator) -> list[float]:
        """So many moments, anywhere in the span, in order."""
        span_s = attack.until_s - attack.at_s
        times: list[float] = (attack.at_s + span_s * np.sort(rng.random(count))).tolist()
        return times

    def _stories(self, attack: PlannedAttack, claims: dict[str, float], count: int, rng: Generator) -> list[Story]:
        """What is claimed, at nodes of the area where people are at that hour."""
        kinds, shares = list(claims), np.cumsum(list(claims.values()))
        nodes = np.array(attack.nodes)
        hour = (self.start_s + attack.at_s) // 3600 % 24
        people = self.population.present_everywhere(hour)[nodes]
        weights = np.cumsum(people if people.sum() > 0 else np.ones(len(nodes)))
        kind_u, place_u = rng.random((2, count))
        roads = self.town.roads
        return [
            Story(kinds[_pick(shares, k)], float(roads.x[node]), float(roads.y[node]))
            for k, node in zip(kind_u, (nodes[_pick(weights, u)] for u in place_u), strict=True)
        ]

    def _lines(self, count: int, rng: Generator) -> Sequence[int]:
        """Rows of the people whose telephones are used; they may be anywhere."""
        rows: list[int] = (rng.random(count) * len(self.population)).astype(int).tolist()
        return rows


def key_of(attack: PlannedAttack, *part: int) -> Key:
    """The natural key of an attack, or of a part of it."""
    return crc32(b"attack"), crc32(attack.name.encode()), *part


def nodes_within(town: Map, place: Place, radius_m: float) -> tuple[int, ...]:
    """The nodes within a radius; the nearest one if there is none."""
    away = np.hypot(town.roads.x - place[0], town.roads.y - place[1])
    near = np.flatnonzero(away <= radius_m)
    return tuple(near.tolist()) if len(near) else (int(np.argmin(away)),)


def nodes_of(town: Map, district: str) -> tuple[int, ...]:
    """The nodes of a district."""
    number = [one.name for one in town.districts].index(district)
    return tuple(np.flatnonzero(town.node_district == number).tolist())


def _pick(cumulated: Floats, u: float) -> int:
    return min(int(np.searchsorted(cumulated, u * cumulated[-1], side="right")), len(cumulated) - 1)
