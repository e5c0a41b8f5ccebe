"""An outcome in words and numbers of the page's language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sim.study.comparing import Difference
from sim.study.measures import readable
from sim.viewer.planning.outcome import Outcome
from sim.viewer.words import Words
from sim.viewer.words_model import Measure, arm, measure

NOTHING = "–"


class Row(NamedTuple):
    """One measure in two arms, as a table shows it."""

    measure: Measure
    role: str
    before: str
    after: str
    change: str
    reach: str
    p: str
    verdict: str  # better, worse, other, open


def number(about: Measure, value: float | None, *, signed: bool = False) -> str:
    """A value with its unit; a share in per cent, a difference of shares in percentage points."""
    if value is None:
        return NOTHING
    scaled = 100 * value if about.is_share else value
    unit = about.unit if about.unit != "%" or not signed else about.points
    return (_signed(scaled) if signed else readable(scaled)) + (f"\u00a0{unit}" if unit else "")


def _signed(value: float) -> str:
    """A difference: +1.2, −3, 0."""
    text = readable(abs(value))
    return text if not float(text.replace(",", "")) else f"{'+' if value > 0 else '−'}{text}"


def reach_of(about: Measure, low: float | None, high: float | None) -> str:
    """The ends of an interval of differences, the unit once."""
    if low is None or high is None:
        return NOTHING
    scale = 100.0 if about.is_share else 1.0
    return f"{_signed(scale * low)} … {number(about, high, signed=True)}"


def rows(outcome: Outcome, a: str, b: str, kpis: list[str], t: Words) -> list[Row]:
    """Measures as rows of a table."""
    found = []
    for kpi in kpis:
        difference = outcome.difference(a, b, kpi)
        if difference is not None:
            found.append(_row(outcome, difference, t))
    return found


def _row(outcome: Outcome, one: Difference, t: Words) -> Row:
    about, estimate = measure(one.kpi, t.language), one.estimate
    before, after = (number(about, outcome.comparison.summary(label, one.kpi).mean) for label in (one.a, one.b))
    reach = reach_of(about, estimate.low, estimate.high)
    change = number(about, estimate.mean, signed=True)
    return Row(about, t(f"result.{one.role}"), before, after, change, reach, p_text(one.p_holm), verdict(one, about))


def footnote(measures: Iterable[Measure], t: Words) -> str:
    """What the mark says that stands at some of these measures; empty if it stands at none."""
    return t("found.where_it_happened") if any(one.where_it_happened for one in measures) else ""


def verdict(one: Difference, about: Measure) -> str:
    """Which way it went, if that was named beforehand and is beyond chance."""
    if not one.is_told_apart or not one.estimate.mean:
        return "open"
    if about.better is None:
        return "other"
    return "better" if (one.estimate.mean < 0) == (about.better == "lower") else "worse"


def p_text(p: float | None) -> str:
    """A p value as one writes it."""
    if p is None:
        return NOTHING
    return "< 0.001" if p < 0.001 else f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def sentences(outcome: Outcome, a: str, b: str, t: Words) -> list[tuple[str, str]]:
    """Of each measure that was named beforehand: how it went, and a sentence."""
    found = []
    for kpi in outcome.named:
        one = outcome.difference(a, b, kpi)
        if one is not None:
            about = measure(kpi, t.language)
            found.append((verdict(one, about), _sentence(one, about, outcome, t)))
    return found


def _sentence(one: Difference, about: Measure, outcome: Outcome, t: Words) -> str:
    estimate = one.estimate
    subject = {
        "measure": about.name,
        "role": t(f"result.{one.role}"),
        "a": arm(one.a, t.language),
        "b": arm(one.b, t.language),
    }
    if estimate.mean is None:
        return t("result.no_value", **subject)
    if estimate.mean == 0 and estimate.low == 0 == estimate.high:
        return t("result.same", **subject)
    size = number(about, abs(estimate.mean))
    subject |= {"size": size.replace("%", t("result.points")), "way": t(f"result.{_way(about, estimate.mean)}")}
    if estimate.p is None:
        return t("result.one_run", **subject)
    reach = reach_of(about, estimate.low, estimate.high)
    certain = {"reach": reach, "p": p_text(one.p_holm), "runs": estimate.n}
    return t("result.apart" if one.is_told_apart else "result.open", **subject, **certain)


def _way(about: Measure, change: float) -> str:
    is_time = about.key.endswith(("_s", "_minutes")) or about.unit in ("s", "min", "秒", "分钟")
    less, more = ("lower", "higher") if about.is_share else ("shorter", "longer") if is_time else ("fewer", "more")
    return less if change < 0 else more


def every_measure(outcome: Outcome, language_words: Words, search: str) -> list[str]:
    """Measures that a search finds, by key or name; without a search those that are said of the whole cohort."""
    bare = search.strip().casefold()
    beside = ("_n", "_unserved", "_censored", "_p50", "_p90")
    found = []
    for kpi in outcome.comparison.kpis:
        if not bare and (kpi.endswith(beside) or kpi.startswith(("listed_", "office_", "channel_"))):
            continue
        if not bare or bare in kpi.casefold() or bare in measure(kpi, language_words.language).name.casefold():
            found.append(kpi)
    return found
