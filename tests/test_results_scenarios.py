"""Of every scenario, every waterfall sums exactly, finished or not, and says who held each second; so does explain."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from sim.core.log import Log
from sim.results.delays import CENSORED, LABELS, MISJOINED, NEVER_KNOWN
from sim.results.explain import Explainer
from sim.results.holders import by_holder
from sim.results.records import IncidentRecord
from sim.results.waterfall import ARRIVAL, Waterfall, effect_number, effect_of, waterfall, ways
from sim.scenario import Scenario
from tests.spine import city_of, lived

SCENARIOS = sorted(path.stem for path in (Path(__file__).parents[1] / "scenarios").glob("*.toml"))
ARMS = ("fragmented", pytest.param("smart", marks=pytest.mark.slow))

FEW_CALLS = 0.05
"""Share of the ordinary load: enough for queues beside what the scenario is about."""


@cache
def log_of(name: str, arm: str) -> Log:
    """A small run: a row stands for a hundred people, and little else happens."""
    scenario = Scenario.load(name)
    if scenario.town != "toy":
        background = scenario.background.model_copy(update={"load": FEW_CALLS})
        scenario = scenario.model_copy(update={"background": background})
    return lived(city_of(scenario, arm, seed=2)).log


@cache
def explainer_of(name: str, arm: str) -> Explainer:
    return Explainer(list(log_of(name, arm)))


def falls(explainer: Explainer) -> list[tuple[IncidentRecord, Waterfall]]:
    """Every way of every incident: to each needed service's arrival and effect, and to each deed."""
    line, known = explainer.line, explainer.known
    return [
        (record, waterfall(known, line, record, way, effect))
        for record in line.incidents.values()
        for way in ways(record)
        for effect in sorted({effect_of(record, way), ARRIVAL})
    ]


@pytest.mark.parametrize("arm", ARMS)
@pytest.mark.parametrize("name", SCENARIOS)
def test_every_waterfall_sums_to_the_millisecond_and_every_second_has_a_label_and_a_holder(name: str, arm: str) -> None:
    explainer = explainer_of(name, arm)
    found = falls(explainer)
    assert found
    for record, fall in found:
        reached = record.started * 1000
        for part in fall.parts:
            assert part.ms >= 0 and part.label in LABELS and part.label != "other" and part.holder, (record.id, part)
            assert part.from_ms == reached, (record.id, part)
            reached += part.ms
        number = effect_number(record, fall.service, fall.effect)
        end = explainer.line.ended if number is None else explainer.known[number].t
        assert reached == end * 1000 and fall.finished is (number is not None)
        assert sum(by_holder(fall.parts).values()) == fall.ms
        last = fall.parts[-1].label if fall.parts else ""
        assert (last in (CENSORED, NEVER_KNOWN)) is not fall.finished


@pytest.mark.parametrize("arm", ARMS)
@pytest.mark.parametrize("name", SCENARIOS)
def test_explain_tells_every_way_of_what_the_scenario_is_about(name: str, arm: str) -> None:
    explainer = explainer_of(name, arm)
    for record in explainer.line.incidents.values():
        if not record.listed or not ways(record):
            continue
        accounts = explainer.accounts(record)
        assert [account.fall.service for account in accounts] == ways(record)
        for account in accounts:
            assert sum(leg.part.ms for leg in account.legs) == account.fall.ms == account.seconds * 1000
            for leg in account.legs if account.legs[0].part.label != MISJOINED else ():
                start, end = leg.part.from_ms, leg.part.from_ms + leg.part.ms
                assert all(start <= entry.t * 1000 <= end for entry in leg.happened), (record.id, leg.part)
