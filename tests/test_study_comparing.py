"""Comparisons: paired by seed, the same on any number of workers, and honest about what they leave out."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sim.core.errors import InputError
from sim.policies.bundles import parse_arm
from sim.study.comparing import Comparison, compare, judged
from sim.study.plan import Cell, Design, Engine, Plan
from sim.study.sentences import sentences
from sim.study.workers import carry_out


@dataclass(frozen=True)
class Story:
    """Stands for a scenario."""

    name: str = "story"
    town: str = "toy"
    primary: str = "ems_total_response_s"
    secondary: tuple[str, ...] = ("expected_deaths", "fire_total_response_s_p90")
    digest: str = "one story"


def prepare(scenario: Story, town: Any, scale: float) -> Any:
    return SimpleNamespace(name=town or scenario.town, is_schematic=True)


def act(scenario: Story, *, policies: Any, seed: int, until: Any, ground: Any) -> Any:
    """Stands for a run: luck is the seed's and shared by the arms, the effect is the arm's."""
    luck = np.random.default_rng(seed)
    better = 0.0 if policies.policies == parse_arm("fragmented").policies else 40.0
    kpis: dict[str, float | None] = {
        "ems_total_response_s": float(luck.normal(600, 60) - better + luck.normal(0, 2) * (better > 0)),
        "expected_deaths": float(luck.poisson(2)),
        "fire_total_response_s_p90": None if seed % 4 == 0 else float(luck.lognormal(6, 0.3)),
        "handoffs": float(luck.poisson(20)),
        "never_s": None,
    }
    return SimpleNamespace(kpis=kpis, town=ground, log_sha256=f"{seed}", events=seed, seconds=0.0, is_partial=False)


ENGINE = Engine(run=act, prepare=prepare)


def compared(*, runs: int = 6, jobs: int = 1, engine: Engine = ENGINE, arms: str = "fragmented linked") -> Comparison:
    return compare(Story(), arms.split(), runs=runs, jobs=jobs, engine=engine)  # type: ignore[arg-type]


def test_the_json_has_the_published_shape() -> None:
    made = json.loads(json.dumps(compared().to_json(), allow_nan=False))
    assert list(made) == ["scenario", "map", "runs", "seeds", "primary", "arms", "differences"]
    assert (made["scenario"], made["map"], made["runs"]) == ("story", "toy", 6)
    assert made["seeds"] == [1, 2, 3, 4, 5, 6] and made["primary"] == "ems_total_response_s"
    assert list(made["arms"]) == ["fragmented", "linked"]
    for arm in made["arms"].values():
        assert list(arm) == ["kpis"]
        assert all(list(kpi) == ["mean", "sd", "p50", "p90", "n"] for kpi in arm["kpis"].values())
    for difference in made["differences"]:
        assert list(difference) == ["a", "b", "kpi", "mean", "ci95", "n", "role"]
        assert len(difference["ci95"]) == 2
    roles = {difference["kpi"]: difference["role"] for difference in made["differences"]}
    assert roles == {
        "ems_total_response_s": "primary",
        "expected_deaths": "secondary",
        "fire_total_response_s_p90": "secondary",
        "handoffs": "exploratory",
        "never_s": "exploratory",
    }


def test_the_difference_is_b_minus_a_and_counts_only_pairs() -> None:
    by_kpi = {difference.kpi: difference.estimate for difference in compared().differences}
    response, p90, never = (by_kpi[k] for k in ("ems_total_response_s", "fire_total_response_s_p90", "never_s"))
    assert response.mean == pytest.approx(-40, abs=5)  # noise of 2 s over 6 runs: five standard errors are 4.1 s
    assert (p90.mean, p90.n) == (0, 5)
    assert (never.mean, never.low, never.n) == (None, None, 0)


def test_the_number_of_workers_changes_nothing() -> None:
    assert compared(jobs=2).to_json() == compared(jobs=1).to_json()


def test_identical_arms_differ_by_nothing_and_are_told_by_number() -> None:
    same = compared(arms="linked linked")
    assert same.labels == ("linked", "linked#2")
    assert {difference.estimate.mean for difference in same.differences} == {0, None}
    assert not any(difference.is_told_apart for difference in same.differences)


def test_three_arms_make_three_pairs_and_one_family() -> None:
    three = compared(arms="fragmented linked own:linked+queue=first_come")
    pairs = {(difference.a, difference.b) for difference in three.differences}
    assert pairs == {("fragmented", "linked"), ("fragmented", "own"), ("linked", "own")}
    named = [d for d in three.differences if d.role != "exploratory"]
    first = next(d for d in named if d.kpi == "ems_total_response_s")
    assert len(named) == 9 and first.p_holm is not None and first.estimate.p is not None
    assert first.p_holm == pytest.approx(9 * first.estimate.p, rel=0.13)  # smallest or second smallest of nine


def test_sentences_speak_of_what_was_named_beforehand() -> None:
    first, deaths, p90 = sentences(compared())
    assert first.startswith("Total response, ambulances (primary): ")
    assert " s shorter under linked than under fragmented (95 % CI " in first
    assert deaths == "Expected deaths (secondary): fragmented and linked do not differ in any run."
    assert p90.endswith("do not differ in any run; it exists in 5 of 6 runs.")


def test_what_cannot_be_told_apart_is_said_to_be_so() -> None:
    def shuffled(scenario: Story, **conditions: Any) -> Any:
        made = act(scenario, **conditions)
        if conditions["policies"].label == "linked":
            made.kpis = act(scenario, **{**conditions, "seed": conditions["seed"] + 1000}).kpis
        return made

    told = sentences(compared(runs=4, engine=replace(ENGINE, run=shuffled)))
    assert "Expected deaths (secondary): fragmented and linked cannot be told apart: " in told[1]


def test_one_run_says_that_it_has_no_interval() -> None:
    assert "in one run; one run has no interval" in sentences(compared(runs=1))[0]


def test_an_interruption_keeps_only_the_seeds_that_every_arm_has_finished() -> None:
    def until_third(scenario: Story, **conditions: Any) -> Any:
        if conditions["seed"] == 3 and conditions["policies"].label == "linked":
            raise KeyboardInterrupt
        return act(scenario, **conditions)

    cut = compared(engine=replace(ENGINE, run=until_third))
    assert cut.is_partial and cut.seeds == (1, 2) and len(cut.replications) == 4


def test_a_run_that_was_cut_short_is_not_counted() -> None:
    def cut(scenario: Story, **conditions: Any) -> Any:
        made = act(scenario, **conditions)
        made.is_partial = conditions["seed"] == 2
        return made

    assert compared(engine=replace(ENGINE, run=cut)).seeds == (1,)


def test_replications_are_kept_by_seed_and_then_by_arm() -> None:
    plan = Plan(
        scenario=Story(),  # type: ignore[arg-type]
        cells=(Cell(parse_arm("fragmented")), Cell(parse_arm("linked"))),
        labels=("fragmented", "linked"),
        seeds=(5, 6, 7),
        design=Design(engine=ENGINE),
    )
    done = carry_out(plan)
    assert [(r.seed, r.label) for r in done][:3] == [(5, "fragmented"), (5, "linked"), (6, "fragmented")]
    assert judged(plan, done[:-1]).seeds == (5, 6)


def die(scenario: Story, **conditions: Any) -> Any:
    import os

    os._exit(9)


def test_a_worker_that_dies_is_one_clear_error() -> None:
    with pytest.raises(InputError, match="a worker process died, probably for want of memory"):
        compared(jobs=2, engine=replace(ENGINE, run=die))


def test_too_few_runs_arms_or_jobs_are_refused() -> None:
    with pytest.raises(InputError, match="runs is 0"):
        compared(runs=0)
    with pytest.raises(InputError, match="needs at least two"):
        compared(arms="linked")
    with pytest.raises(InputError, match="jobs is 0"):
        compared(jobs=0)
    with pytest.raises(InputError, match="Did you mean 'linked'"):
        compared(arms="fragmented linkd")
