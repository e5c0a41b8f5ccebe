"""A comparison in plain sentences: what was named beforehand, what can be told apart, what cannot."""

from __future__ import annotations

from sim.study.comparing import Comparison, Difference
from sim.study.measures import Measure, measure


def sentences(comparison: Comparison) -> list[str]:
    """One sentence for each primary and secondary KPI of each pair of arms."""
    named = [difference for difference in comparison.differences if difference.role != "exploratory"]
    family = sum(difference.estimate.p is not None for difference in named)
    return [sentence(difference, family, len(comparison.seeds)) for difference in named]


def sentence(difference: Difference, family: int, runs: int) -> str:
    """What one difference says; `family` is how many were looked at, for Holm's correction."""
    about, found = measure(difference.kpi), difference.estimate
    subject = f"{about.title} ({difference.role})"
    if found.mean is None:
        return f"{subject}: no run has a value in both {difference.a} and {difference.b}."
    missing = f"; it exists in {found.n} of {runs} runs" if found.n < runs else ""
    if found.mean == 0 and found.low == 0 == found.high:
        return f"{subject}: {difference.a} and {difference.b} do not differ in any run{missing}."
    size = f"{about.amount(abs(found.mean))} {about.direction(found.mean)}"
    if found.p is None:
        return f"{subject}: {size} under {difference.b} than under {difference.a} in one run; one run has no interval."
    certainty = f"95 % CI {interval(difference, about)}; p {p_text(difference.p_holm)}{_after(family)}{missing}"
    if difference.is_told_apart:
        return f"{subject}: {size} under {difference.b} than under {difference.a} ({certainty})."
    looks = f" once {family} measures are counted" if found.p < 0.05 else ""
    verdict = f"{difference.a} and {difference.b} cannot be told apart{looks}"
    return f"{subject}: {verdict}: {size} under the latter ({certainty})."


def interval(difference: Difference, about: Measure) -> str:
    """'30 to 46 s' in the sense of the sentence, so that a shorter time has a positive amount."""
    found = difference.estimate
    if found.mean is None or found.low is None or found.high is None:
        return "none"
    low, high = (-found.high, -found.low) if found.mean < 0 else (found.low, found.high)
    return f"{about.number(low)} to {about.amount(high)}"


def _after(family: int) -> str:
    return f" after Holm's correction for {family}" if family > 1 else ""


def p_text(p: float | None) -> str:
    """A p value as one writes it: '< 0.001', '= 0.012', '= 0.34'."""
    if p is None:
        return "unknown"
    return "< 0.001" if p < 0.001 else f"= {p:.3f}" if p < 0.1 else f"= {p:.2f}"
