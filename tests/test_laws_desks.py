"""A call centre against queueing theory: Erlang C without impatience, Erlang A with it; and whom a call is for."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from mesa import Model
from numpy.typing import NDArray

from sim.actors.call_centre import CallCentre
from sim.actors.case_desk import DeskRules
from sim.actors.tables import services, work
from sim.build import response_plans
from sim.comms.messages import Call, Message, Statement
from sim.comms.pictures import Picture
from sim.core.clock import Clock
from sim.core.events import CallAbandoned, CallAnswered, ChannelRestored
from sim.core.log import Log
from sim.core.streams import Dice, Streams
from sim.core.vocabulary import EMERGENCY, Number, Service, Severity
from sim.hazards.tables import hazard_tables
from sim.policies.intake import Separate
from sim.policies.security import Open
from sim.policies.triage import OwnService

BATCHES = 25
"""Means of batches, each many times longer than the queue remembers, are all but independent."""

WARM_UP = 1 / (BATCHES + 1)
TALK_S = 300.0
"""Long against the grid of one second, so that rounding up adds little; what it adds is measured and allowed for."""


class Somebody:
    """A caller who never calls again."""

    def lose(self, call: Call, because: int) -> None: ...
    def part(self, call: Call, because: int) -> None: ...
    def say_again(self, call: Call) -> Statement | None: ...
    def hear(self, message: Message, because: int) -> None: ...


class Desk(CallCentre):
    """The real centre, with talk that is exponential and nothing to write down."""

    talks: NDArray[np.float64]

    def _talk_s(self, call: Call) -> float:
        return float(self.talks[int(call.id)])


def erlang_c(servers: int, load: float) -> float:
    """The chance to wait in M/M/c, load in erlangs."""
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked / (1.0 - load / servers * (1.0 - blocked))


def erlang_a(servers: int, load: float, impatience: float) -> tuple[float, float]:
    """The chance to find all desks taken, and the share that gives up, in M/M/c+M by its birth and death chain.

    `impatience` is the mean talk over the mean patience; time is measured in mean talks.
    """
    weights = [1.0]
    for n in range(1, 2000):
        weights.append(weights[-1] * load / (min(n, servers) + max(0, n - servers) * impatience))
    total = sum(weights)
    waiting = sum(max(0, n - servers) * weight for n, weight in enumerate(weights)) / total
    return sum(weights[servers:]) / total, impatience * waiting / load


def calls_through(servers: int, load: float, count: int, patience_s: float) -> tuple[NDArray[np.float64], ...]:
    """Let Poisson calls come to a centre: by call the wait (s, until the pick-up) and whether it gave up."""
    rng = np.random.default_rng(servers)
    arrivals = np.cumsum(rng.exponential(TALK_S / load, count))
    clock, picture_clock = Clock(), Clock()
    log, agenda, ring = Log(clock), clock.agenda("answer"), clock.agenda("ring")
    no_pick_up = work().desk.model_copy(
        update={"pick_up_s": work().desk.pick_up_s.model_copy(update={"value": 0.0, "low": 0.0})}
    )
    rules = DeskRules(no_pick_up, Separate(), OwnService(), Open(), {}, patience_s)
    desk = Desk(Model(), Picture("police", picture_clock, log), log, agenda, rules)
    desk.talks = rng.exponential(TALK_S, count)
    desk.free_takers, desk.free_lines = servers, 10**9
    somebody, streams = Somebody(), Streams(7)
    said = Statement("enquiry", 0.0, 0.0, Severity.MINOR, 0, 0, is_emergency=False)

    def rings(number: int) -> None:
        call = Call(
            id=str(number), citizen=0, number=Number.POLICE, said=said, attempt=0, 
            dice=Dice(streams, number),
        )  # fmt: skip
        call.because = log.add(ChannelRestored(channel="telephone"))  # anything that it may follow from
        desk.ring(call, somebody)
        if number + 1 < count:
            ring.at(float(arrivals[number + 1]), rings, number + 1)

    ring.at(float(arrivals[0]), rings, 0)
    while clock.next_t is not None:
        clock.wake()
        ring.work()
        agenda.work()
        clock.tick()
    wait, gone = np.zeros(count), np.zeros(count)
    for entry in log:
        if isinstance(entry.event, CallAnswered | CallAbandoned):
            number = int(entry.event.call)
            wait[number] = entry.t - math.ceil(arrivals[number] - 1e-6)
            gone[number] = isinstance(entry.event, CallAbandoned)
    return wait, gone


def agrees(observed: NDArray[np.float64], theory: float, grid: float) -> None:
    """The mean over calls is the theory's within three standard errors (of batch means) and the effect of the grid."""
    kept = observed[int(len(observed) * WARM_UP) :]
    means = np.array([batch.mean() for batch in np.array_split(kept, BATCHES)])
    error = means.std(ddof=1) / math.sqrt(BATCHES)
    assert abs(means.mean() - theory) <= 3 * error + grid, f"{means.mean():.4g} ± {error:.2g}, theory {theory:.4g}"


@pytest.mark.parametrize(("servers", "load"), [(3, 2.1), (10, 8.5)])
def test_waits_are_those_of_erlang_c(servers: int, load: float) -> None:
    wait, gone = calls_through(servers, load, 40_000, patience_s=1e12)
    waits = erlang_c(servers, load)
    assert not gone.any()
    # a pick-up takes at least one step of 1 s, and a talk rounds up by half a step: service is 1.5 s longer
    longer = 1.5 / TALK_S * load
    steps = abs(erlang_c(servers, load + longer) - waits)
    agrees((wait > 1.0).astype(float), waits, steps + 1.5 / TALK_S * load)
    mean_s = waits * TALK_S / (servers - load)
    mean_longer_s = erlang_c(servers, load + longer) * (TALK_S + 1.5) / (servers - load - longer)
    agrees(wait - 1.0, mean_s, mean_longer_s - mean_s)


@pytest.mark.parametrize(("servers", "load", "patience_s"), [(3, 3.5, 200.0), (8, 7.0, 90.0)])
def test_abandonment_is_that_of_erlang_a(servers: int, load: float, patience_s: float) -> None:
    wait, gone = calls_through(servers, load, 30_000, patience_s)
    taken, share = erlang_a(servers, load, TALK_S / patience_s)
    longer = load * 1.5 / TALK_S
    agrees(gone, share, abs(erlang_a(servers, load + longer, TALK_S / patience_s)[1] - share) + 0.5 / patience_s)
    agrees(((wait > 1.0) | (gone > 0)).astype(float), taken, 1.5 / TALK_S * load)


def test_erlang_formulas_agree_with_hand_computed_ones() -> None:
    assert erlang_c(1, 0.5) == pytest.approx(0.5)  # M/M/1: the chance to wait is the load
    assert erlang_c(2, 1.0) == pytest.approx(1 / 3)
    assert erlang_a(2, 1.0, 1.0)[0] == pytest.approx(1 - 2 * math.exp(-1))  # M/M/∞ in disguise: Poisson(1) ≥ 2
    assert erlang_a(5, 4.0, 1e-9)[0] == pytest.approx(erlang_c(5, 4.0), abs=1e-6)


# --- whom a call is for


def wanted(number: Service, told: frozenset[Service] = frozenset(), **said: Any) -> set[Service]:
    """The services that a desk finds needed for what is said."""
    clock = Clock()
    rules = DeskRules(work().desk, Separate(), OwnService(), Open(), response_plans(hazard_tables()), 90.0)
    log = Log(clock)
    desk = CallCentre(Model(), Picture(number.value, clock, log), log, clock.agenda("answer"), rules)
    fields = {"kind": "road_crash", "x": 0.0, "y": 0.0, "severity": Severity.MINOR, "patients": 0, "trapped": 0}
    call = Call(
        id="call", citizen=0, number=Number.EMS, said=Statement(**{**fields, **said}), attempt=0,
        dice=Dice(Streams(1), 1), told=told,
    )  # fmt: skip
    return desk._wanted(call)


def test_an_injured_person_is_for_the_ambulance_desk_however_small_the_crash() -> None:
    assert wanted(Service.EMS) == {Service.TRAFFIC}
    assert wanted(Service.EMS, patients=1) == {Service.TRAFFIC, Service.EMS}
    # before, the ambulance desk took it for a wrong number, and once the police knew, put the caller through to nowhere
    assert wanted(Service.EMS, frozenset({Service.POLICE, Service.TRAFFIC}), patients=1) == {Service.EMS}


@pytest.mark.parametrize("service", list(EMERGENCY))
def test_desks_answer_nine_of_ten_calls_of_a_day_within_ten_seconds(service: Service) -> None:
    """By Erlang C hour by hour; calls a day and seconds a call as a quiet day of four separate desks has them."""
    a_day, held_s = {
        Service.POLICE: (12_300, 62.5),
        Service.FIRE: (320, 54.0),
        Service.EMS: (1_600, 64.5),
        Service.TRAFFIC: (1_000, 59.0),
    }[service]
    pick_up_s, desks = work().desk.pick_up_s.value, round(services()[service].call_takers.value)
    within, calls = 0.0, 0.0
    for weight in hazard_tables().background.enquiry.hourly.weights.tolist():
        load = a_day * weight / 86_400 * held_s
        late = erlang_c(desks, load) * math.exp(-(desks - load) * (10.0 - pick_up_s) / held_s)
        within, calls = within + weight * (1.0 - late), calls + weight
    assert within / calls >= 0.9
