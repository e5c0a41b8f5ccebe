"""Every second between an incident and its effect has a home: the parts sum exactly, with many crews and with few."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

import pytest

from sim.core.log import Log
from sim.results.delays import CENSORED, LABELS, MISJOINED, NEVER_KNOWN
from sim.results.timeline import Timeline
from sim.results.waterfall import Waterfall, by_id, waterfall
from tests.spine import busy_hour, log_of

ARMS = ("fragmented", "present", "linked")
EFFECTS = ("UnitOnScene", "UnitAtPatient", "WaterOnFire", "PatientDelivered")

MISJOINED_AT_MOST = 0.05
"""Share of finished stories that began with another incident: crews that come upon what others called for are few."""


@cache
def hour(arm: str, fleet: float) -> Log:
    """A busy hour."""
    return log_of(busy_hour(resources={"fleet": fleet}), arm, seed=5)


def falls(log: Log, effect: str) -> list[tuple[Any, Waterfall]]:
    """The waterfall of every incident to each service that it needs, with its record."""
    line, entries = Timeline(log), by_id(log)
    found = []
    for record in line.cohort("all"):
        for service in record.needed_services:
            found.append((record, waterfall(entries, line, record, service, effect)))
    return found


@pytest.mark.parametrize("effect", EFFECTS)
@pytest.mark.parametrize("fleet", [pytest.param(1.0, marks=pytest.mark.slow), 0.15])
@pytest.mark.parametrize("arm", ARMS)
def test_the_parts_sum_to_the_millisecond(arm: str, fleet: float, effect: str) -> None:
    log = hour(arm, fleet)
    end = log[len(log) - 1].t * 1000
    found = falls(log, effect)
    assert len(found) > 100
    for record, fall in found:
        reached = record.started * 1000
        for part in fall.parts:  # one after the other, without gap or overlap
            assert part.ms >= 0 and part.label in LABELS
            assert part.from_ms == reached, f"{record.id} {fall.service}: {part}"
            reached += part.ms
        labels = [part.label for part in fall.parts]
        if fall.finished:
            number = record.times(fall.service).effects[effect]
            assert reached == log[number].t * 1000
            assert not {CENSORED, NEVER_KNOWN} & set(labels)
            if MISJOINED in labels:
                assert labels == [MISJOINED] and log[number].incident != record.id
            else:
                assert log[number].incident == record.id
        else:
            assert reached == end
            assert labels[-1] in (CENSORED, NEVER_KNOWN)


@pytest.mark.parametrize("fleet", [1.0, 0.15])
@pytest.mark.parametrize("arm", ARMS)
def test_few_stories_began_with_another_incident_and_none_is_without_a_label(arm: str, fleet: float) -> None:
    finished = [fall for _, fall in falls(hour(arm, fleet), "UnitOnScene") if fall.finished]
    labels = Counter(part.label for fall in finished for part in fall.parts)
    assert labels[MISJOINED] <= MISJOINED_AT_MOST * len(finished)
    assert not labels["other"] and not labels["not logged"]


@pytest.mark.parametrize("arm", ARMS)
def test_with_few_crews_more_seconds_are_spent_waiting_for_a_unit(arm: str) -> None:
    queued = {}
    for fleet in (1.0, 0.15):
        found = falls(hour(arm, fleet), "UnitOnScene")
        queued[fleet] = sum(part.ms for _, fall in found for part in fall.parts if part.label == "queue for a unit")
    assert queued[0.15] > 10 * queued[1.0]
