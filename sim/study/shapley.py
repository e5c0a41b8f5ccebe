"""Shapley values of reforms: what each adds, averaged over every order in which they could be made.

With few reforms every set of them is run and the average is exact. With more, orders are drawn, each together with
its reverse (antithetic: who comes early in one comes late in the other). Then two things are left to chance, the
orders and the seeds, and both meet each other: contributions form a table of pairs of orders × seeds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial

import numpy as np
from numpy.typing import NDArray

from sim.core.errors import InputError
from sim.core.streams import Streams
from sim.study.reforms import Coalition
from sim.study.statistics import LEAST_FOR_BOOTSTRAP, LEVEL, RESAMPLES, Estimate, paired

Order = tuple[str, ...]
Table = NDArray[np.float64]

FEW = 4
"""Up to so many reforms every set of them is run: 16 arms."""


@dataclass(frozen=True, slots=True)
class Shares:
    """That Shapley values are wanted: over drawn orders, or, where there are none, over all of them."""

    orders: list[Order] | None

    @property
    def are_exact(self) -> bool:
        """Whether every set of reforms is run."""
        return self.orders is None


def drawn_orders(families: Sequence[str], permutations: int, seed: int) -> list[Order] | None:
    """Orders in antithetic pairs; None when all sets of reforms are no more arms than these orders could need."""
    if permutations < 4 or permutations % 2:
        raise InputError(f"permutations is {permutations}; orders come in pairs, and two pairs are the least")
    count = len(families)
    if count <= FEW or 2**count <= permutations * (count - 1) + 2:
        return None
    streams = Streams(seed)
    orders: list[Order] = []
    for pair in range(permutations // 2):
        order = tuple(families[place] for place in streams.of("study.ladder.orders", pair).permutation(count))
        orders += [order, order[::-1]]
    return orders


def coalitions(families: Sequence[str], orders: Sequence[Order] | None) -> list[Coalition]:
    """The sets of reforms whose values are needed; None for orders asks for all sets."""
    if orders is None:
        return [frozenset(some) for size in range(len(families) + 1) for some in combinations(families, size)]
    met = {frozenset(order[:size]): None for order in orders for size in range(len(order) + 1)}
    return list(met)


def shapley(
    families: Sequence[str],
    orders: Sequence[Order] | None,
    values: Callable[[Coalition], Sequence[float | None]],
    *,
    is_percentile: bool = False,
) -> dict[str, Estimate]:
    """Each reform's share of the difference between all and none; `values` gives those of a set of them, by seed."""
    known = {coalition: values(coalition) for coalition in coalitions(families, orders)}
    by_seed = zip(*known.values(), strict=True)
    kept = [place for place, found in enumerate(by_seed) if None not in found]
    worth = {coalition: np.array([found[place] for place in kept], float) for coalition, found in known.items()}
    if not kept:
        return {family: Estimate(None, None, None, None, 0, "no run has it in every arm") for family in families}
    if orders is None:
        return {family: _exact(family, worth, is_percentile) for family in families}
    return {family: crossed(_contributions(family, orders, worth)) for family in families}


def _exact(family: str, worth: dict[Coalition, Table], is_percentile: bool) -> Estimate:
    """The weighted mean of the contribution to every set of the others; only the seeds are left to chance."""
    count = max(len(coalition) for coalition in worth)
    without = [coalition for coalition in worth if family not in coalition]
    weights = [factorial(len(coalition)) * factorial(count - len(coalition) - 1) for coalition in without]
    added = [worth[coalition | {family}] - worth[coalition] for coalition in without]
    share = sum((weight * each for weight, each in zip(weights, added, strict=True)), np.zeros_like(added[0]))
    share = share / factorial(count)
    return paired([0.0] * len(share), list(share), is_percentile=is_percentile)


def _contributions(family: str, orders: Sequence[Order], worth: dict[Coalition, Table]) -> Table:
    """What the reform adds, by pair of orders (rows) and seed (columns)."""
    rows = []
    for order in orders:
        before = frozenset(order[: order.index(family)])
        rows.append(worth[before | {family}] - worth[before])
    table = np.array(rows)
    return (table[0::2] + table[1::2]) / 2


def crossed(table: Table) -> Estimate:
    """The mean of a table in which rows and columns are both drawn by chance.

    The squared error is that of the row means plus that of the column means. It counts what is peculiar to a cell
    twice, so it errs on the wide side. With few rows or columns it gets Student's t with Satterthwaite's degrees of
    freedom; with more, a bootstrap over rows and columns together, studentised like that over runs.
    """
    pairs, seeds = table.shape
    mean = float(table.mean())
    if seeds == 1:
        return Estimate(mean, None, None, None, 1, "one run: no interval")
    of_rows = float(table.mean(axis=1).var(ddof=1)) / pairs
    of_columns = float(table.mean(axis=0).var(ddof=1)) / seeds
    error = (of_rows + of_columns) ** 0.5
    if error <= 1e-12 * max(1.0, abs(mean)):
        p = 1.0 if abs(mean) <= 1e-12 else 2.0 ** (1 - seeds)
        return Estimate(mean, mean, mean, p, seeds, "sign test: the same in every run and order")
    if min(pairs, seeds) >= LEAST_FOR_BOOTSTRAP:
        sizes = _resampled_sizes(table)
        reach = float(np.quantile(sizes, LEVEL, method="higher")) * error
        p = (1 + int((sizes >= abs(mean) / error).sum())) / (1 + len(sizes))
        if np.isfinite(reach):
            return Estimate(mean, mean - reach, mean + reach, p, seeds, "bootstrap over runs and orders")
    from scipy.special import stdtr, stdtrit

    freedom = (of_rows + of_columns) ** 2 / (of_rows**2 / (pairs - 1) + of_columns**2 / (seeds - 1))
    reach = float(stdtrit(freedom, (1 + LEVEL) / 2)) * error
    p = float(2 * stdtr(freedom, -abs(mean) / error))
    return Estimate(mean, mean - reach, mean + reach, p, seeds, "Student's t over runs and orders")


def _resampled_sizes(table: Table) -> Table:
    """|t| of the mean of each resample of rows and of columns against the mean at hand."""
    pairs, seeds = table.shape
    rng = Streams(0).of("study.ladder.bootstrap", pairs, seeds)
    rows = rng.multinomial(pairs, np.full(pairs, 1 / pairs), size=RESAMPLES)  # how often each is taken
    columns = rng.multinomial(seeds, np.full(seeds, 1 / seeds), size=RESAMPLES)
    of_rows, of_columns = columns @ table.T / seeds, rows @ table / pairs
    mean = (rows * of_rows).sum(axis=1, keepdims=True) / pairs
    spread = (rows * (of_rows - mean) ** 2).sum(axis=1) / (pairs - 1) / pairs
    spread = spread + (columns * (of_columns - mean) ** 2).sum(axis=1) / (seeds - 1) / seeds
    shift = np.abs(mean[:, 0] - table.mean())
    with np.errstate(divide="ignore", invalid="ignore"):
        sizes: Table = np.where(shift <= 1e-12, 0.0, shift / np.sqrt(spread))
    return sizes
