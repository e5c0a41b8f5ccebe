"""Paired differences, their intervals, and the correction for having looked at several."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.study.statistics import LEAST_FOR_BOOTSTRAP, holm, paired, summary

finite = st.floats(-1e6, 1e6)


def test_the_interval_of_a_mean_is_students_by_hand() -> None:
    found = paired([1, 2, 3, 4], [2, 4, 6, 8])
    # differences 1 2 3 4: mean 2.5, sd 1.290994, error 0.645497; t(0.975, 3) = 3.182446 (tables)
    assert (found.mean, found.n, found.method) == (2.5, 4, "Student's t")
    assert found.low == pytest.approx(2.5 - 3.182446 * 0.645497, abs=1e-5)
    assert found.high == pytest.approx(2.5 + 3.182446 * 0.645497, abs=1e-5)
    assert found.p == pytest.approx(0.030466, abs=1e-5)  # 2 · P(T₃ > 3.872983), from its closed form
    t = 3.872983
    upper = 0.5 - (math.atan(t / 3**0.5) + t * 3**0.5 / (t * t + 3)) / math.pi
    assert found.p == pytest.approx(2 * upper, abs=1e-6)


def test_holm_by_hand() -> None:
    # sorted 0.005 0.01 0.03 0.04, times 4 3 2 1: 0.02 0.03 0.06 0.04, which may not fall: 0.06
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_holm_gives_no_place_to_what_has_no_p() -> None:
    assert holm([None, 0.02, None, 0.03]) == [None, 0.04, None, 0.04]
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_never_lowers_a_p_and_keeps_their_order(p: list[float]) -> None:
    adjusted = [value for value in holm(p) if value is not None]
    assert all(raw <= new <= 1 for raw, new in zip(p, adjusted, strict=True))
    assert all(adjusted[i] <= adjusted[j] for i in range(len(p)) for j in range(len(p)) if p[i] < p[j])


@pytest.mark.parametrize("is_percentile", [False, True])
def test_identical_arms_differ_by_nothing(is_percentile: bool) -> None:
    values = list(np.random.default_rng(1).normal(size=20))
    found = paired(values, values, is_percentile=is_percentile)
    assert (found.mean, found.low, found.high, found.p, found.variance) == (0, 0, 0, 1, 0)


@given(st.lists(finite, min_size=1, max_size=30))
def test_any_arm_against_itself_differs_by_nothing(values: list[float]) -> None:
    found = paired(values, values, is_percentile=True)
    assert found.mean == 0 and found.p in (None, 1)


def test_a_difference_that_is_the_same_in_every_run_is_no_surer_than_a_sign_test() -> None:
    assert paired([0.1, 0.2, 0.3], [1.1, 1.2, 1.3]).p == 0.25  # heads three times, or tails three times
    assert paired([0.0] * 10, [1.0] * 10).p == 2 / 1024


def test_one_run_has_a_difference_but_no_interval() -> None:
    found = paired([3.0], [5.0])
    assert (found.mean, found.low, found.high, found.p, found.n) == (2, None, None, None, 1)


def test_a_kpi_that_is_missing_in_some_runs_uses_the_pairs_where_both_exist() -> None:
    found = paired([1, None, 3, None, 5], [2, 2, None, None, 8])
    assert (found.mean, found.n) == (2, 2)
    assert paired([None, None], [1, 2]).mean is None


def test_the_bootstrap_gives_the_same_interval_every_time() -> None:
    draw = np.random.default_rng(4)
    a, b = list(draw.lognormal(size=12)), list(draw.lognormal(size=12))
    first, second = paired(a, b, is_percentile=True), paired(a, b, is_percentile=True)
    assert first == second and first.method == "bootstrap over runs"


def test_the_bootstrap_of_normal_differences_agrees_with_students_t() -> None:
    change = list(np.random.default_rng(5).normal(size=60))
    boot, student = paired([0.0] * 60, change, is_percentile=True), paired([0.0] * 60, change)
    assert boot.high is not None and boot.low is not None and student.high is not None and student.low is not None
    # 4,000 resamples place a 95 % quantile within about 0.0034/0.11 = 3 % (its standard error over the density of |t|
    # there); the data's own kurtosis at n = 60 moves it by up to 10 % more.
    assert boot.high - boot.low == pytest.approx(student.high - student.low, rel=0.15)


def test_too_few_runs_for_a_bootstrap_get_students_interval() -> None:
    few = LEAST_FOR_BOOTSTRAP - 1
    change = list(np.random.default_rng(6).normal(size=few))
    assert paired([0.0] * few, change, is_percentile=True).method == "Student's t"


def test_runs_that_mostly_differ_by_the_same_amount_get_students_interval() -> None:
    change = [0.0] * 19 + [5.0]  # 36 % of the resamples miss the one, and have no spread
    found = paired([0.0] * 20, change, is_percentile=True)
    assert found.method == "Student's t" and found.low is not None and math.isfinite(found.low)


def test_common_random_numbers_show_in_the_variance() -> None:
    draw = np.random.default_rng(7)
    shared = draw.normal(300, 50, size=40)
    found = paired(list(shared + draw.normal(0, 5, 40)), list(shared - 20 + draw.normal(0, 5, 40)))
    assert found.variance is not None and found.variance_unpaired is not None
    # 2·5² against 2·(50² + 5²) = 0.0099; with 39 degrees of freedom each a ratio of five times that has p < 1e-5
    assert found.variance / found.variance_unpaired < 0.05


def test_a_summary_leaves_out_what_is_missing_and_is_null_where_there_is_nothing() -> None:
    found = summary([1.0, None, 3.0])
    assert (found.mean, found.p50, found.n) == (2, 2, 2) and found.sd == pytest.approx(2**0.5)
    assert summary([None]).mean is None and summary([None]).n == 0
    assert summary([4.0]).sd is None


@pytest.mark.parametrize("runs", [5, 12])
def test_independent_identical_arms_are_found_different_in_at_most_one_family_of_twenty(runs: int) -> None:
    """Five KPIs as a scenario has them: two means, two percentiles, a count that is mostly nothing."""
    draw = np.random.default_rng(2026 + runs)
    families, found_different = 400, 0
    for _ in range(families):
        p = []
        for kpi in range(5):
            a, b = _fake_kpi(draw, kpi, runs), _fake_kpi(draw, kpi, runs)
            p.append(paired(a, b, is_percentile=kpi in (2, 3)).p)
        found_different += any(value is not None and value < 0.05 for value in holm(p))
    # At a true rate of 5 % the count in 400 has a standard deviation of 4.4; three of them above 20 make 33.
    assert found_different <= 33


def _fake_kpi(draw: np.random.Generator, kpi: int, runs: int) -> list[float]:
    if kpi < 2:
        return list(draw.normal(300, 40, runs))
    if kpi < 4:
        return list(600 * draw.lognormal(0, 0.4, runs))
    return [float(count) for count in draw.poisson(0.5, runs)]
