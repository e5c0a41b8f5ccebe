"""Rumours: how they spread, what a late word costs, whom they make telephone, and what that does to a real call."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from sim.actors.curves import Gossip, Spread, Talk
from sim.actors.warning_tables import warning_tables
from sim.core import events as e
from sim.core.streams import Dice
from sim.core.tables import varied
from sim.model import City
from tests.spine import Paper, city_of, events, lived, plain, scenario_of, the, times

LAW = warning_tables().rumour.law()
CELL, BROADCAST = (warning_tables().spread.law(rate) for rate in (0.3, 0.02))
SEEN = Talk(0.99, 0.004, 0.004)
"""One in a hundred has seen it, and 0.4 of these believe what is made of it."""


def told(start: Talk, minutes: int, word: Spread | None = None, from_min: float = math.inf) -> list[Talk]:
    """Minute by minute, as the model does it; an official word from a minute on."""
    path = [start]
    for minute in range(minutes):
        official = (0.0, 0.0, 0.0)
        if word is not None and minute >= from_min:
            moments = (minute, minute + 0.5, minute + 1.0)
            official = tuple(word.hazard(60.0 * (t - from_min)) for t in moments)  # type: ignore[assignment]
        path.append(LAW.step(path[-1], 60.0, official))
    return path


# --- the law


def test_an_unanswered_rumour_follows_the_logistic_curve() -> None:
    """unaware + believing / belief never changes: cap 0.004 + 0.4 x 0.99 = 0.4, rate 0.03 x 0.4 = 0.012 a minute."""
    path = told(SEEN, 1200)
    assert LAW.ends_at(SEEN) == pytest.approx(0.4)
    for minute in (0, 60, 240, 384, 600, 1200):
        by_hand = 0.4 / (1.0 + 99.0 * math.exp(-0.012 * minute))
        assert path[minute].believing == pytest.approx(by_hand, rel=1e-6)
        assert LAW.unrefuted(SEEN, 60.0 * minute) == pytest.approx(by_hand, rel=1e-9)
    assert path[382].believing < 0.2 < path[383].believing  # half of the cap after ln 99 / 0.012 = 383 min
    assert all(talk.ever == pytest.approx(talk.believing) for talk in path)


@pytest.mark.parametrize("word", [CELL, BROADCAST])
def test_a_refuted_rumour_is_what_the_differential_equations_say(word: Spread) -> None:
    lag = 200.0

    def pace(t: float, y: np.ndarray) -> list[float]:
        unaware, believing, _ = y
        meets, official = 0.03 * unaware * believing, word.hazard(60.0 * (t - lag))
        return [-meets - official * unaware, 0.4 * meets - 0.8 * official * believing, 0.4 * meets]

    before = solve_ivp(pace, (0.0, lag - 1e-9), SEEN, rtol=1e-10, atol=1e-12).y[:, -1]
    minutes = np.array([1.0, 10.0, 60.0, 300.0])
    after = solve_ivp(pace, (lag, lag + 300.0), before, t_eval=lag + minutes, rtol=1e-10, atol=1e-12).y
    path = told(SEEN, 500, word, lag)
    for column, minute in enumerate(minutes):
        assert tuple(path[int(lag + minute)]) == pytest.approx(tuple(after[:, column]), abs=1e-5)  # a minute's step


def test_the_sooner_the_word_the_lower_the_peak() -> None:
    """I8: the logistic until the word is out. By cell broadcast it is the peak itself, since 0.8 x 0.18 > 0.4 x 0.03 a
    minute: after half an hour 0.0057, after six hours 0.173. By broadcast it goes on to grow as long as 0.8 x 0.012 is
    less than 0.012 x unaware: after half an hour (0.986 unaware), not after six (0.57)."""
    peaks = {}
    for name, word in (("cell", CELL), ("broadcast", BROADCAST)):
        for lag in (30, 360):
            peaks[name, lag] = max(talk.believing for talk in told(SEEN, 1200, word, float(lag)))
    for lag in (30, 360):
        logistic = 0.4 / (1.0 + 99.0 * math.exp(-0.012 * lag))
        assert peaks["cell", lag] == pytest.approx(logistic, rel=1e-3)
        assert peaks["broadcast", lag] >= logistic * (1.0 - 1e-6)
    assert peaks["cell", 30] * 1.001 < peaks["broadcast", 30] < peaks["cell", 30] * 1.2
    assert peaks["broadcast", 360] == pytest.approx(peaks["cell", 360], rel=1e-3)
    assert peaks["cell", 30] == pytest.approx(0.0057, abs=1e-4)
    assert peaks["cell", 360] == pytest.approx(0.1726, abs=1e-4)


@settings(max_examples=60, deadline=None)
@given(
    st.floats(0.0, 1.0), st.floats(0.001, 0.5), st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 0.5),
    st.integers(1, 50),
)  # fmt: skip
def test_people_are_never_less_than_none_and_never_more_than_all(
    seen: float, contact: float, belief: float, authority: float, official: float, steps: int
) -> None:
    law, talk = Gossip(contact, belief, authority), Talk(1.0 - seen, belief * seen, belief * seen)
    for _ in range(steps):
        new = law.step(talk, 60.0, (official, official, official))
        assert -1e-9 <= new.unaware <= talk.unaware + 1e-9
        assert -1e-9 <= new.believing <= new.ever + 1e-9 <= 1.0 + 2e-9
        assert new.unaware + new.believing <= 1.0 + 1e-9
        talk = new


# --- on the toy map

D4 = (3000.0, 3000.0)
EAST = 4000
"""People of East Town, where node D4 does not lie, and E4 does."""
E4 = (4000.0, 3000.0)


def town(arm: str = "fragmented", *incidents: dict[str, Any], duration: str = "6h", seed: int = 1) -> City:
    return city_of(scenario_of(incidents=list(incidents), duration=duration, drain=duration), arm, seed)


def begin(city: City, kind: str = "slide", place: tuple[float, float] = E4, seen: float | None = 40.0) -> None:
    """Somebody starts to talk."""
    city.public.rumours.start(*place, kind, None, Dice(city.streams, 77), seen)


def tower(**given: Any) -> dict[str, Any]:
    return {"name": "tower", "kind": "shaking_building", "at": "+0s", "place": {"node": "E4"},
            "details": {"inside": 500, **given}}  # fmt: skip


@pytest.fixture
def silent() -> Iterator[None]:
    """Nobody telephones because of a rumour."""
    with varied({"warnings.rumour.asks": 0.002}):
        yield


def test_belief_in_the_log_is_the_share_of_the_people_of_the_map() -> None:
    """Forty of East Town's people have seen it, 0.4 of them believe it; the logistic curve goes on from there."""
    city = lived(_started("fragmented+warning=none"), 6 * 3600)
    started = the(city.log, e.RumourStarted)
    assert started.subdistrict == "East Town"
    people = started.people
    share = 40.0 / city.public.rumours.going["rumour-1"].crowd.people
    assert started.believing == round(people * 0.4 * share)
    first = Talk(1.0 - share, 0.4 * share, 0.4 * share)
    for entry in events(city.log, e.RumourSpread):
        by_hand = people * LAW.unrefuted(first, float(entry.t))
        assert entry.event.believing == pytest.approx(by_hand, abs=1.0)
    last = events(city.log, e.RumourSpread)[-1].event
    assert last.ever == last.believing and last.left == pytest.approx(0.05 * last.ever, abs=1.0)


def _started(arm: str, **more: Any) -> City:
    city = town(arm)
    begin(city, **more)
    return city


def test_as_many_telephone_as_believe_times_the_share_who_ask() -> None:
    """0.1 of the believers, under 15 seeds; a Poisson count of mean m has error √m, and their mean √(m / 15)."""
    calls, mean = [], 0.0
    with varied({"warnings.rumour.asks": 0.1}):
        for seed in range(15):
            city = city_of(scenario_of(duration="3h", drain="3h"), "fragmented+warning=none", seed)
            begin(city)
            lived(city, 3 * 3600)
            rumour = city.public.rumours.going["rumour-1"]
            calls.append(rumour.calls)
            mean = 0.1 * rumour.crowd.people * rumour.now.ever
    assert len(set(calls)) > 3
    assert abs(np.mean(calls) - mean) < 4.0 * math.sqrt(mean / 15)


def test_a_rumour_spreads_the_same_whatever_the_scale_of_the_sample() -> None:
    from sim.build import build
    from sim.policies.bundles import parse_arm
    from tests.spine import ground_of

    stories = []
    for scale in (1.0, 10.0):
        city = build(scenario_of(duration="4h", drain="4h"), ground_of("toy", scale), parse_arm("fragmented"), 1)
        begin(city)
        lived(city, 4 * 3600)
        stories.append([plain(one) for one in city.log if isinstance(one.event, e.RumourStarted | e.RumourSpread)])
    assert stories[0] == stories[1] and len(stories[0]) > 5


def test_those_who_ask_fill_the_lines_and_a_real_call_waits(paper: Paper) -> None:
    """Forty ask in ten minutes, 45 s each, the one desk of 110 in the toy town; a crime in the ninth waits for it."""
    crime = {"name": "crime", "kind": "crime", "at": "+8min", "place": {"node": "B2"}}
    answered = {}
    for asks in (0.002, 0.1):
        with varied({"warnings.rumour.asks": asks}):
            city = town("fragmented+warning=none", crime, duration="4h")
            begin(city, seen=1000.0)
            lived(city, 4 * 3600)
            calls = [one for one in events(city.log, e.CallAnswered) if one.incident == "crime"]
            answered[asks] = calls[0].t if calls else math.inf
    assert answered[0.002] == 480 + 60 + 3  # noticed after a minute, picked up after three seconds
    assert answered[0.1] > answered[0.002] + 120


# --- how it begins


def test_a_tower_that_nobody_explains_starts_a_rumour_after_ten_minutes(silent: None) -> None:
    city = lived(town("fragmented+warning=none", tower()), 1200)
    assert times(city.log, e.RumourStarted) == [600]
    started = the(city.log, e.RumourStarted)
    assert started.about == "shaking_building" and started.believing >= 0.4 * 500
    assert events(city.log, e.RumourStarted)[0].incident == "tower"


def test_a_slope_starts_none() -> None:
    slope = {"name": "slope", "kind": "slide", "at": "+0s", "place": {"node": "E4"}, "details": {"inside": 500}}
    assert not events(lived(town("fragmented", slope), 7200).log, e.RumourStarted)


def test_a_leak_starts_one_among_fifty_and_a_second_leak_of_the_same_adds_nothing(silent: None) -> None:
    city = town()
    begin(city, seen=None)
    begin(city, seen=None)
    assert the(city.log, e.RumourStarted).believing == round(0.4 * 50)


def test_an_official_word_that_comes_before_starts_it_at_all(silent: None) -> None:
    """Nobody makes anything up who has been told."""
    from sim.comms.alerts import OfficialWord

    city = town("fragmented+warning=none", tower())
    lived(city, 300)
    word = OfficialWord(
        sender="office", receiver="public", name="statement", kind="shaking_building", x=E4[0], y=E4[1],
        heard_m=8000.0, told_per_min=0.3, needs_masts=True,
    )  # fmt: skip
    city.public.hear(word, 0)
    lived(city, 3600)
    assert not events(city.log, e.RumourStarted)


# --- how it ends


def test_when_many_have_asked_the_emergency_office_finds_out_and_says_so() -> None:
    """Twenty answered calls; a line of 60 s, read and typed anew, an hour for the facts, then 60 s on the air."""
    with varied({"warnings.rumour.asks": 0.1, "organisation.desk.read_sigma": 0.0}):
        city = _started("fragmented+warning=by_plan", seen=1000.0)
        lived(city, 6 * 3600)
    known, refuted = times(city.log, e.RumourKnown)[0], times(city.log, e.RumourRefuted)[0]
    sent = [one.t for one in events(city.log, e.MessageSent, message_kind="murmur")]
    heard = [one for one in events(city.log, e.MessageRead, message_kind="murmur")]
    assert sent[0] == known and heard
    assert refuted == pytest.approx(heard[0].t + 3600 + 60, abs=5)
    spread = [one for one in events(city.log, e.RumourSpread) if one.t > refuted + 7200]
    peak = max(one.event.believing for one in events(city.log, e.RumourSpread))
    assert all(one.event.believing < peak / 2 for one in spread)


def test_signatures_make_the_lag_longer_and_the_rumour_larger() -> None:
    """The office of the district needs the city's signature: two hops of 480 s more than by plan."""
    refuted = {}
    with varied({"warnings.rumour.asks": 0.1, "organisation.desk.read_sigma": 0.0}):
        for policy in ("by_plan", "signed"):
            city = _started(f"fragmented+warning={policy}", seen=1000.0)
            lived(city, 6 * 3600)
            refuted[policy] = the(city.log, e.RumourRefuted).lag_s
    assert refuted["signed"] == pytest.approx(refuted["by_plan"] + 960, abs=10)


def test_where_nobody_tells_the_public_anything_a_rumour_is_never_refuted(silent: None) -> None:
    city = lived(_started("fragmented+warning=none"), 6 * 3600)
    assert not events(city.log, e.RumourRefuted) and not events(city.log, e.RumourEnded)


def test_a_refuted_rumour_ends_when_hardly_anybody_believes_it(silent: None) -> None:
    from sim.comms.alerts import OfficialWord

    city = _started("fragmented+warning=none")
    lived(city, 3600)
    word = OfficialWord(
        sender="office", receiver="public", name="statement", kind="slide", x=E4[0], y=E4[1],
        heard_m=8000.0, told_per_min=0.3, needs_masts=True,
    )  # fmt: skip
    city.public.hear(word, 0)
    lived(city, 6 * 3600)
    ended = the(city.log, e.RumourEnded)
    assert times(city.log, e.RumourRefuted) == [3600] and ended.peak >= 16
    assert not city.public.rumours.going


def test_a_word_about_something_else_or_somewhere_else_ends_nothing(silent: None) -> None:
    from sim.comms.alerts import OfficialWord

    city = _started("fragmented+warning=none")
    for kind, x in (("flash_flood", E4[0]), ("slide", E4[0] + 9000.0)):
        word = OfficialWord(
            sender="office", receiver="public", name=kind, kind=kind, x=x, y=E4[1],
            heard_m=8000.0, told_per_min=0.3, needs_masts=True,
        )  # fmt: skip
        city.public.hear(word, 0)
    lived(city, 1200)
    assert not events(city.log, e.RumourRefuted)


def test_a_rumour_that_is_saved_goes_on_in_the_same_way(tmp_path: Any) -> None:
    one = _started("fragmented+warning=by_plan", seen=1000.0)
    lived(one, 1000)
    one.save(tmp_path / "city")
    lived(one, 7000)
    other = lived(City.load(tmp_path / "city"), 7000)
    assert other.log.sha256() == one.log.sha256() and events(other.log, e.RumourSpread)
