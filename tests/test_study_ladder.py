"""The ladder finds effects that are known beforehand: additive ones, shared ones, none at all, and mere numbers."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sim.core.errors import InputError
from sim.policies.bundles import Policies, parse_arm
from sim.policies.intake import Joint
from sim.scenario import Scenario
from sim.study.folder import Folder
from sim.study.ladder import Steps, ladder
from sim.study.ladder_folder import HEADS, to_csv, to_json, write_ladder
from sim.study.ladder_words import sentences
from sim.study.plan import Engine
from sim.study.reforms import Span, numbers_held, reforms
from sim.study.rungs import COSTS, KINDS, Ladder
from sim.study.shapley import crossed, drawn_orders
from sim.study.workers import Watch

CHECKOUT = Path(__file__).parents[1]
STORY = Scenario.parse({"name": "story", "map": "toy", "primary": "total_response_s", "secondary": ["handoffs"]})
START = "fragmented"
THREE = "fragmented+intake=joint+dispatch=believed_eta+queue=most_urgent"
FIVE = THREE + "+triage=all_services+destination=free_bed"
SIX = FIVE + "+reinforce=next_level"

On = set[str]
Law = Callable[[On, int, Policies], float]
"""Total response by what is switched on, the seed and the policies."""


class Town:
    """Stands for the model: luck is the seed's and shared by all arms, the rest is the law's."""

    def __init__(self, law: Law, cut_after: int | None = None) -> None:
        self.law = law
        self.cut_after = cut_after
        self.ran: Counter[tuple[str, int, int]] = Counter()

    @property
    def engine(self) -> Engine:
        return Engine(
            run=self.run,
            prepare=lambda scenario, town, scale: SimpleNamespace(name=town or scenario.town, is_schematic=True),
        )

    def run(self, scenario: Scenario, *, policies: Any, seed: int, until: Any, ground: Any) -> Any:
        if self.cut_after is not None and sum(self.ran.values()) >= self.cut_after:
            raise KeyboardInterrupt
        chosen, base = policies.policies, parse_arm(START).policies
        self.ran[chosen.digest, seed, scenario.resources.more_call_takers] += 1
        on = {family for family in Policies.model_fields if getattr(chosen, family) != getattr(base, family)}
        luck = float(np.random.default_rng(seed).integers(-50, 50))
        kpis = {
            "total_response_s": 600 + luck + self.law(on, seed, chosen) - 20 * scenario.resources.more_call_takers,
            "expected_deaths": 2.0,
            "deaths": 2.0,
            "handoffs": None,
            **{cost: float(10 + len(on)) for cost in COSTS},
        }
        return SimpleNamespace(kpis=kpis, town=ground, log_sha256="", events=1, seconds=0.5, is_partial=False)


WORTH = {"intake": -64.0, "dispatch": -16.0, "queue": -4.0, "triage": 32.0, "destination": -2.0, "reinforce": 1.0}


def additive(on: On, seed: int, policies: Policies) -> float:
    return sum(WORTH[family] for family in on)


def climbed(law: Law | Town, goal: str = THREE, *, runs: int = 4, start: str = START, **asked: Any) -> Ladder:
    town = law if isinstance(law, Town) else Town(law)
    tell = asked.pop("tell", print)
    ends = parse_arm(start), parse_arm(goal)
    return ladder(STORY, *ends, Steps(**asked), watch=Watch(tell=tell), runs=runs, engine=town.engine)


def mean(found: Ladder, family: str, kind: Any, kpi: str = "total_response_s") -> float:
    rung = next(rung for rung in found.rungs if rung.reform.family == family)
    value = rung.effects[kind][kpi].estimate.mean
    assert value is not None
    return value


# --- what the effects are


def test_where_effects_add_up_every_way_of_switching_gives_the_same() -> None:
    found = climbed(additive, permutations=4)
    for family in ("intake", "dispatch", "queue"):
        for kind in KINDS:
            assert mean(found, family, kind) == WORTH[family]


def test_two_reforms_that_only_work_together_share_equally() -> None:
    def both(on: On, seed: int, policies: Policies) -> float:
        return -60.0 * ({"intake", "dispatch"} <= on)

    found = climbed(both, permutations=4)
    for family in ("intake", "dispatch"):
        assert mean(found, family, "alone") == 0
        assert mean(found, family, "removed") == -60
        assert mean(found, family, "shapley") == pytest.approx(-30, rel=1e-14)
    assert mean(found, "queue", "shapley") == 0


def rough(on: On, seed: int, policies: Policies) -> float:
    """Every set of reforms has a worth of its own, different in every run."""
    key = sum(2**place for place, family in enumerate(Policies.model_fields) if family in on)
    return float(np.random.default_rng([seed, key]).normal(0, 40)) if on else 0.0


@pytest.mark.parametrize(("goal", "orders"), [(THREE, 0), (SIX, 6)])
def test_shapley_values_and_steps_sum_to_the_whole_difference(goal: str, orders: int) -> None:
    found = climbed(rough, goal, permutations=6, runs=5)
    assert found.orders == orders
    whole = next(d for d in found.comparison.differences if d.kpi == "total_response_s").estimate.mean
    for kind in ("shapley", "cumulative"):
        total = sum(mean(found, rung.reform.family, kind) for rung in found.rungs)
        assert total == pytest.approx(whole, rel=1e-12)  # sums of floats: the last of sixteen digits is dust


def test_an_order_and_its_reverse_split_a_pairs_interaction_exactly() -> None:
    def pairwise(on: On, seed: int, policies: Policies) -> float:
        return additive(on, seed, policies) - 8.0 * ({"intake", "triage"} <= on)

    found = climbed(pairwise, SIX, permutations=4)
    assert found.orders == 4
    assert mean(found, "intake", "shapley") == WORTH["intake"] - 4
    assert mean(found, "reinforce", "shapley") == WORTH["reinforce"]


def test_the_interval_of_drawn_shapley_values_knows_of_orders_and_of_seeds() -> None:
    def three_way(on: On, seed: int, policies: Policies) -> float:
        return -90.0 * ({"intake", "triage", "dispatch"} <= on) * (1 + 0.1 * np.random.default_rng(seed).normal())

    found = climbed(three_way, SIX, permutations=12, runs=6)
    shares = {rung.reform.family: rung.effects["shapley"]["total_response_s"].estimate for rung in found.rungs}
    for family in ("intake", "triage", "dispatch"):
        low, high = shares[family].low, shares[family].high
        assert low is not None and high is not None and low < -30 < high
        assert high - low > 2 * 2.57 * 3 / 6**0.5  # seeds alone: sd 3 s, Student's t with 5 degrees of freedom


@pytest.mark.parametrize(("pairs", "seeds", "trials"), [(4, 4, 300), (8, 8, 100)])
def test_the_interval_over_orders_and_seeds_covers_as_often_as_it_says(pairs: int, seeds: int, trials: int) -> None:
    rng = np.random.default_rng(7)
    hits = 0
    for _ in range(trials):
        table = rng.normal(0, 1, (pairs, 1)) + rng.normal(0, 1, (1, seeds)) + rng.normal(0, 1, (pairs, seeds))
        found = crossed(table)
        hits += found.low is not None and found.high is not None and found.low <= 0 <= found.high
    assert hits / trials > 0.95 - 3 * (0.95 * 0.05 / trials) ** 0.5  # three standard errors of a share


def test_a_reform_that_does_nothing_is_reported_so() -> None:
    def noise(on: On, seed: int, policies: Policies) -> float:
        wobble = float(np.random.default_rng([seed, 1]).normal(0, 10))
        return (-64 + wobble / 10) * ("intake" in on) + wobble * ("queue" in on)

    found = climbed(noise, runs=8)
    nothing = next(rung for rung in found.rungs if rung.reform.family == "queue").effects["alone"]["total_response_s"]
    assert nothing.estimate.low is not None and nothing.estimate.high is not None
    assert nothing.estimate.low < 0 < nothing.estimate.high and not nothing.is_told
    told = "\n".join(sentences(found))
    assert "queue (first_come → most_urgent), alone: Total response cannot be told from nothing (" in told
    assert "which includes zero)" in told
    lost = next(text for text in sentences(found) if text.startswith("Cannot be told from nothing, in "))
    assert "dispatch" in lost and "queue" in lost and "intake" not in lost
    assert "intake (separate → joint), alone: Total response 1.0" in told  # 64 s, in minutes
    assert "dispatch (own_district → believed_eta), alone: Total response does not change in any run" in told


def test_costs_are_told_in_natural_units() -> None:
    told = sentences(climbed(additive, runs=8))
    hours = "call-taker hours +1 h, duty officers' time +1 min, unit hours +1 h, talk per call +1 s"
    assert any(f"It takes {hours}, sensors +1, dispatches +1, wasted dispatches +1, " in text for text in told)


# --- order and runs


def test_steps_are_made_best_first_unless_an_order_is_asked_for() -> None:
    best = climbed(additive, FIVE)
    assert [rung.reform.family for rung in best.rungs] == ["intake", "dispatch", "queue", "destination", "triage"]
    assert best.by_effect
    asked = climbed(additive, order="queue, intake,dispatch")
    assert [rung.reform.family for rung in asked.rungs] == ["queue", "intake", "dispatch"] and not asked.by_effect


@pytest.mark.parametrize("permutations", [None, 4])
def test_every_arm_is_run_once_with_every_seed(permutations: int | None) -> None:
    town = Town(additive)
    told: list[str] = []
    found = climbed(town, SIX, permutations=permutations, tell=told.append, runs=2)
    assert set(town.ran.values()) == {1}
    assert len(town.ran) == 2 * len(found.arms) == len(found.replications)
    if permutations is None:  # none, all, 6 alone, 6 less one, and 3 steps between; the second and fourth are known
        assert len(found.arms) == 2 + 6 + 6 + 3
    first = 14 if permutations is None else 2 * (int(told[0].split()[0]) // 2)
    more = "and at most 6 more when it is known which reform does most"
    assert told[0] == f"{first} arms × 2 seeds: {2 * first} runs, {more}."
    rest = 0.5 * (2 * first + 6 - 2)
    assert told[1] == f"A run takes 0.5 s; forecast: at most {rest:.0f} s more, 1 at a time."


def test_with_few_reforms_all_sets_are_run_and_nothing_is_drawn() -> None:
    town = Town(additive)
    assert climbed(town, permutations=4, runs=1).orders == 0
    assert len(town.ran) == 2**3


def test_orders_are_drawn_in_pairs_and_the_first_do_not_depend_on_how_many_follow() -> None:
    families = tuple("abcdefgh")
    few, many = drawn_orders(families, 4, seed=1), drawn_orders(families, 8, seed=1)
    assert few is not None and many is not None
    assert many[:4] == few and few[1] == few[0][::-1] and few[0] != few[2]


def test_labels_can_be_read_back_as_arms() -> None:
    start, goal = parse_arm(START), parse_arm(FIVE.removesuffix("free_bed") + "free_bed.detour_s=600")
    span = Span(start, goal, tuple(reform.family for reform in reforms(start, goal)))
    for chosen in (frozenset({"destination"}), span.all - {"intake"}, frozenset({"intake", "queue"})):
        arm = span.arm(chosen)
        assert parse_arm(arm.label).policies == arm.policies


# --- numbers, and what reforms need


def test_families_on_which_the_ends_agree_are_left_out() -> None:
    assert "reinforce" not in [reform.family for reform in reforms(parse_arm(START), parse_arm(FIVE))]


def test_numbers_are_held_at_the_starts_or_else_at_their_defaults() -> None:
    start = parse_arm("fragmented+reinforce=missing.review_s=900")
    goal = parse_arm("fragmented+reinforce=missing.review_s=60+destination=free_bed.detour_s=600")
    held = numbers_held(start, goal).policies
    assert held.reinforce == start.policies.reinforce
    assert held.destination.kind == "free_bed" and held.destination.detour_s == 480


def test_a_neutral_number_is_preferred_to_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(Joint.model_fields["classify_s"].json_schema_extra, "neutral", 0.0)  # type: ignore[arg-type]
    assert numbers_held(parse_arm("fragmented"), parse_arm("linked")).policies.intake.classify_s == 0  # type: ignore[union-attr]


def test_a_conclusion_that_lives_in_numbers_alone_is_called_assumed() -> None:
    def law(on: On, seed: int, policies: Policies) -> float:
        wobble = float(np.random.default_rng([seed, 2]).normal(0, 1))
        quick = policies.reinforce.review_s < 300
        return (-40 + wobble) * ("intake" in on) + (-30 + wobble) * quick

    found = climbed(law, "fragmented+intake=joint+reinforce=missing.review_s=60", runs=8, permutations=4)
    by_family = {rung.reform.family: rung for rung in found.rungs}
    assert not found.numbers_are_equal
    reviews, intake = by_family["reinforce"], by_family["intake"]
    assert reviews.mechanism["alone"]["total_response_s"].estimate.mean == 0
    assert reviews.is_assumed("alone", "total_response_s") and reviews.is_assumed("shapley", "total_response_s")
    assert not intake.is_assumed("alone", "total_response_s")
    told = [text for text in sentences(found) if text.startswith("Assumed: ")]
    assert len(told) == 1 and told[0].startswith("Assumed: reinforce on Total response (alone, removed, cumulative, ")


def test_equal_numbers_are_not_run_twice() -> None:
    found = climbed(additive, FIVE)
    assert found.numbers_are_equal and all(rung.mechanism == rung.effects for rung in found.rungs)
    assert any("nothing was run twice" in text for text in sentences(found))
    assert "No reform needs more staff or units." in sentences(found)


def test_what_a_reform_needs_is_given_to_the_start_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Joint, "resources", {"call_takers": 2, "ems": 0.25}, raising=False)
    found = climbed(additive)
    intake = next(rung for rung in found.rungs if rung.reform.family == "intake")
    assert intake.reform.resources == {"call_takers": 2, "ems": 0.25}
    assert intake.control["total_response_s"].estimate.mean == -40  # 20 s a head
    assert any(
        text.startswith(
            "intake needs call_takers +2 heads, ems +25% of the usual; the same without the reform, as a control: "
        )
        for text in sentences(found)
    )
    made = next(rung for rung in to_json(found)["ladder"] if rung["family"] == "intake")
    assert made["resources"] == {"call_takers": 2, "ems": 0.25}
    assert made["control"]["total_response_s"]["mean"] == -40


def test_unknown_resources_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Joint, "resources", {"call_taker": 0.5}, raising=False)
    with pytest.raises(InputError, match="Did you mean 'call_takers'"):
        climbed(additive)


# --- what it leaves behind


def test_the_json_has_the_published_shape() -> None:
    made = json.loads(json.dumps(to_json(climbed(additive, permutations=4)), allow_nan=False))
    assert list(made)[:7] == ["scenario", "map", "runs", "seeds", "primary", "arms", "differences"]
    assert list(made["arms"]) == [START, THREE]
    assert [rung["family"] for rung in made["ladder"]] == ["intake", "dispatch", "queue"]
    first = made["ladder"][0]
    assert (first["from"], first["to"]) == ("separate", "joint")
    for kind in ("alone", "removed", "mechanism_only", "cumulative", "shapley"):
        for kpi in ("total_response_s", "handoffs", "expected_deaths", "deaths", *COSTS):
            cell = first[kind][kpi]
            assert {"mean", "ci95"} <= cell.keys() and len(cell["ci95"]) == 2
        assert first[kind]["total_response_s"]["mean"] == -64 and first[kind]["handoffs"]["mean"] is None
    assert first["mechanism_only"]["total_response_s"]["shapley"]["mean"] == -64
    assert made["method"]["shapley"] == {"exact": True, "permutations": 0} and made["method"]["partial"] is False


def test_without_shapley_its_place_is_empty() -> None:
    assert to_json(climbed(additive))["ladder"][0]["shapley"] == {}


def test_the_folder_has_json_rows_and_a_picture(tmp_path: Path) -> None:
    found = climbed(additive, permutations=4)
    write_ladder(Folder(tmp_path / "out", {}), found)
    names = {path.name for path in (tmp_path / "out").iterdir()}
    data = {"ladder.json", "ladder.csv", "runs.json"}
    assert names == {"manifest.json", "scenario.toml", "ladder.png", "report.html"} | data
    assert (tmp_path / "out" / "ladder.png").read_bytes().startswith(b"\x89PNG")
    rows = list(csv.DictReader(io.StringIO(to_csv(found))))
    assert list(rows[0]) == list(HEADS)
    assert len(rows) == 3 * 2 * 4 * (4 + len(COSTS))  # reforms, numbers, kinds, KPIs
    assert json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))["status"] == "complete"


def test_an_interruption_keeps_the_seeds_that_are_done(tmp_path: Path) -> None:
    found = climbed(Town(additive, cut_after=2 * 12 + 5), FIVE, runs=4)  # 12 arms come first
    assert found.is_partial and found.comparison.seeds == (1, 2)
    assert found.kinds == ("alone", "removed") and mean(found, "intake", "alone") == -64
    assert len(found.replications) == 2 * 12 + 5
    assert to_json(found)["method"]["partial"] is True
    write_ladder(Folder(tmp_path / "cut", {}), found)
    assert json.loads((tmp_path / "cut" / "manifest.json").read_text(encoding="utf-8"))["status"] == "partial"


def test_an_interruption_in_the_steps_keeps_all_the_rest() -> None:
    found = climbed(Town(additive, cut_after=4 * 12 + 2), FIVE, runs=4)
    assert found.is_partial and len(found.comparison.seeds) == 4
    steps = [rung.effects["cumulative"]["total_response_s"].estimate.n for rung in found.rungs]
    assert steps[0] == 4 and min(steps) == 1


def test_an_interruption_before_the_first_seed_is_done_has_nothing_to_say() -> None:
    found = climbed(Town(additive, cut_after=3))
    assert found.comparison.seeds == () and sentences(found) == [] and to_json(found)["ladder"] == []


def test_one_run_has_no_intervals_and_says_so() -> None:
    found = climbed(additive, runs=1, permutations=4)
    assert to_json(found)["ladder"][0]["shapley"]["total_response_s"]["ci95"] == [None, None]
    assert any("an interval needs two" in text for text in sentences(found))


# --- mistakes


def test_mistakes_are_one_clear_line() -> None:
    with pytest.raises(InputError, match="agree on every family of policies; there is nothing to switch"):
        climbed(additive, START)
    with pytest.raises(InputError, match="Did you mean 'intake'"):
        climbed(additive, order="intke,dispatch,queue")
    with pytest.raises(InputError, match="exactly once"):
        climbed(additive, order="intake,dispatch")
    with pytest.raises(InputError, match="two pairs are the least"):
        climbed(additive, permutations=5)
    with pytest.raises(InputError, match="runs is 0"):
        climbed(additive, runs=0)
    wrong = STORY.model_copy(update={"primary": "total_respons_s"})
    with pytest.raises(InputError, match="Did you mean 'total_response_s'"):
        ladder(wrong, parse_arm(START), parse_arm(THREE))


def told(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sim", "ladder", *arguments],
        capture_output=True, encoding="utf-8", cwd=CHECKOUT, env=dict(os.environ),
    )  # fmt: skip


def test_the_command_refuses_what_makes_no_sense() -> None:
    same = told("toy-fire", "--from", "linked", "--to", "linked")
    assert same.returncode == 2 and "nothing to switch" in same.stderr and same.stderr.count("\n") == 1
    lonely = told("toy-fire", "--from", "fragmented", "--to", "linked", "--permutations", "8")
    assert lonely.returncode == 2 and "give both" in lonely.stderr


def test_a_real_ladder_on_the_toy_map() -> None:
    goal = "fragmented+intake=joint+triage=all_services"
    done = told("toy-fire", "--from", START, "--to", goal, "--runs", "2", "--shapley", "--jobs", "1", "--json")
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("4 arms × 2 seeds: 8 runs.\nA run takes ")
    made = json.loads(done.stdout)
    whole = next(d for d in made["differences"] if d["kpi"] == made["primary"])["mean"]
    assert whole != 0
    for kind in ("shapley", "cumulative"):
        assert sum(rung[kind][made["primary"]]["mean"] for rung in made["ladder"]) == pytest.approx(whole, rel=1e-12)
    costs = {rung["family"]: rung["alone"]["seconds_per_call"]["mean"] for rung in made["ladder"]}
    assert costs["triage"] > 0  # its questions take time
