"""A ladder in plain sentences: which reform buys how much, at what cost, and which cannot be told from nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.study.measures import Measure, measure, readable
from sim.study.reforms import Reform
from sim.study.rungs import COSTS, LIVES, MINUTES, Effect, Kind, Ladder, Rung
from sim.study.sentences import p_text
from sim.study.statistics import Estimate

MANNER: dict[Kind, str] = {
    "alone": "alone",
    "removed": "as the last one",
    "cumulative": "in its turn",
    "shapley": "as its Shapley value",
}


def sentences(found: Ladder) -> list[str]:
    """All of it, in the order in which one would ask."""
    if not found.comparison.seeds:
        return []
    shown = headline_kpis(found)
    family = sum(rung.effects[found.headline][kpi].p_holm is not None for rung in found.rungs for kpi in found.tested)
    lines = [_together(found)]
    moving = [rung for rung in found.rungs if not _is_quiet(rung, found.headline, shown)]
    lines += [_of_rung(rung, found.headline, shown, family) for rung in moving]
    lines += _quiet(found, shown)
    lines += _not_told(found, shown)
    lines += _mechanisms(found)
    return lines + list(_resources(found, shown))


def headline_kpis(found: Ladder) -> list[str]:
    """The primary KPI, minutes and lives."""
    return list(dict.fromkeys((found.comparison.scenario.primary, MINUTES, LIVES)))


def _together(found: Ladder) -> str:
    estimates = {difference.kpi: difference.estimate for difference in found.comparison.differences}
    parts = []
    for kpi in headline_kpis(found):
        estimate = estimates[kpi]
        reach = f" (95 % CI {_reach(kpi, estimate)})" if estimate.low is not None else ""
        parts.append(f"{_title(kpi)} {_change(kpi, estimate)}{reach}")
    return f"All {len(found.rungs)} together, {found.start.label} → {found.goal.label}: {'; '.join(parts)}."


def _is_quiet(rung: Rung, kind: Kind, shown: list[str]) -> bool:
    return all(rung.effects[kind][kpi].is_nothing for kpi in (*shown, *COSTS))


def _quiet(found: Ladder, shown: list[str]) -> list[str]:
    """Those that change nothing here at all, in one sentence."""
    names = [rung.reform.family for rung in found.rungs if _is_quiet(rung, found.headline, shown)]
    if not names:
        return []
    which = " and ".join(_title(kpi) for kpi in shown)
    return [f"No change in any run, {MANNER[found.headline]}, in {which}, nor in costs: {', '.join(names)}."]


def _of_rung(rung: Rung, kind: Kind, shown: list[str], family: int) -> str:
    effects = rung.effects[kind]
    parts = [f"{_title(kpi)} {verdict(effects[kpi], family)}" for kpi in shown]
    return f"{rung.reform.text}, {MANNER[kind]}: {'; '.join(parts)}. {costs(effects)}"


def verdict(effect: Effect, family: int) -> str:
    """What an effect says, and how sure that is; `family` is how many were looked at, for Holm's correction."""
    found = effect.estimate
    if found.mean is None:
        return "has no value in these runs"
    change = _change(effect.kpi, found)
    if found.low is None or found.high is None:
        return f"{change} in one run; one run has no interval"
    if found.low == found.high == 0:
        return "does not change in any run"
    if effect.is_told:
        return f"{change} (95 % CI {_reach(effect.kpi, found)}; p {p_text(effect.p_holm)} after Holm's correction)"
    seen = f"{change}, 95 % CI {_reach(effect.kpi, found)}"
    if found.low <= 0 <= found.high:
        return f"cannot be told from nothing ({seen}, which includes zero)"
    return f"cannot be told from nothing once {family} effects are counted ({seen}; p {p_text(effect.p_holm)})"


def costs(effects: Mapping[str, Effect]) -> str:
    """What it takes, in natural units, in a sentence."""
    sure, unsure = amounts(effects)
    taken = f"It takes {', '.join(sure)}" if sure else "It takes nothing that is beyond chance"
    return f"{taken} (within chance: {', '.join(unsure)})." if unsure else f"{taken}."


def amounts(effects: Mapping[str, Effect]) -> tuple[list[str], list[str]]:
    """Costs that are beyond chance by their own intervals, and those that are not."""
    sure: list[str] = []
    unsure: list[str] = []
    for kpi in COSTS:
        found = effects[kpi].estimate
        if found.mean is None or found.mean == 0:
            continue
        text = f"{_title(kpi).lower()} {'+' if found.mean > 0 else '−'}{measure(kpi).change(abs(found.mean))}"
        is_unsure = found.low is not None and found.high is not None and found.low <= 0 <= found.high
        (unsure if is_unsure else sure).append(text)
    return sure, unsure


def _not_told(found: Ladder, shown: list[str]) -> list[str]:
    if any(rung.effects[found.headline][kpi].estimate.n > 1 for rung in found.rungs for kpi in shown):
        lost = [
            rung.reform.family
            for rung in found.rungs
            if not any(rung.effects[found.headline][kpi].is_told for kpi in shown)
        ]
        named = " and ".join(_title(kpi) for kpi in shown)
        if lost:
            return [f"Cannot be told from nothing, in {named}: {', '.join(lost)}."]
        return [f"Every reform can be told from nothing in at least one of {named}."]
    return ["With one run nothing can be told from nothing: an interval needs two."]


def _mechanisms(found: Ladder) -> list[str]:
    """Which conclusions live in the numbers of the bundles."""
    if found.numbers_are_equal:
        return [
            "Mechanisms only: the goal's numbers are the base values already, so the effects above are those of "
            "mechanisms; nothing was run twice."
        ]
    assumed = list(_assumed(found))
    return assumed or ["Mechanisms only: with every number at its base value no conclusion changes."]


def _assumed(found: Ladder) -> Iterator[str]:
    for rung in found.rungs:
        for kpi in found.tested:
            kinds = [kind for kind in found.kinds if rung.is_assumed(kind, kpi)]
            if kinds:
                bare = rung.mechanism[kinds[0]][kpi].estimate
                reach = f", 95 % CI {_reach(kpi, bare)}" if bare.low is not None else ""
                yield (
                    f"Assumed: {rung.reform.family} on {_title(kpi)} ({', '.join(kinds)}): the conclusion lives in the "
                    f"bundles' numbers; with every number at its base value: {_change(kpi, bare)}{reach}."
                )


def _resources(found: Ladder, shown: list[str]) -> Iterator[str]:
    """The control beside each reform that needs more staff or units."""
    needy = [rung for rung in found.rungs if rung.reform.resources]
    if not needy:
        yield "No reform needs more staff or units."
    family = sum(effect.p_holm is not None for rung in needy for effect in rung.control.values())
    for rung in needy:
        parts = "; ".join(f"{_title(kpi)} {verdict(rung.control[kpi], family)}" for kpi in shown)
        yield f"{rung.reform.family} needs {needed(rung.reform)}; the same without the reform, as a control: {parts}."


def needed(reform: Reform) -> str:
    """'call_takers +2 heads, ems +25% of the usual': staff and units beyond the usual; nothing if it needs none."""
    return ", ".join(f"{key} +{_amount(key, more)}" for key, more in reform.resources.items())


def _amount(key: str, more: float) -> str:
    if key == "call_takers":
        return f"{more:g} head" + ("" if more == 1 else "s")
    return f"{more:.0%} of the usual"


# --- amounts: minutes where there is one at least


def _title(kpi: str) -> str:
    return measure(kpi).title


def _change(kpi: str, found: Estimate) -> str:
    """'1.2 min shorter', '0.3 fewer', 'no different'."""
    if found.mean is None:
        return "has no value in these runs"
    if found.mean == 0:
        return "no different"
    about = measure(kpi)
    amount = f"{_minutes(found.mean)} min" if _is_long(about, found) else about.amount(abs(found.mean))
    return f"{amount} {about.direction(found.mean)}"


def _reach(kpi: str, found: Estimate) -> str:
    """The interval in the sense of the change, so that a shorter time has a positive amount."""
    assert found.mean is not None and found.low is not None and found.high is not None, "an interval has two ends"
    low, high = (-found.high, -found.low) if found.mean < 0 else (found.low, found.high)
    about = measure(kpi)
    if _is_long(about, found):
        return f"{readable(low / 60)} to {readable(high / 60)} min"
    return f"{about.number(low)} to {about.amount(high)}"


def _is_long(about: Measure, found: Estimate) -> bool:
    return about.unit == "s" and found.mean is not None and abs(found.mean) >= 60


def _minutes(seconds: float) -> str:
    return readable(abs(seconds) / 60)
