"""A ladder as tables: the effects on each measure, then costs, then what it says in sentences."""

from __future__ import annotations

from sim.cli.showing import print_table, say
from sim.study.ladder_words import amounts, headline_kpis, needed, sentences
from sim.study.measures import measure
from sim.study.rungs import Effect, Effects, Kind, Ladder, Rung

NOTHING = "–"
_HEADS: dict[Kind, str] = {
    "alone": "alone",
    "removed": "as the last one",
    "cumulative": "in its turn",
    "shapley": "Shapley value",
}


def print_ladder(found: Ladder) -> None:
    """Head line, a table for each tested KPI, costs, and what it says in sentences."""
    comparison = found.comparison
    note = f" ({comparison.town_note})" if comparison.town_note else ""
    where = f"{comparison.scenario.title} · {comparison.scenario.name} on {comparison.town}{note}"
    if not comparison.seeds:
        say(f"{where} · interrupted before every arm had finished a run")
        return
    runs, of = len(comparison.seeds), f" of {comparison.planned} planned" if found.is_partial else ""
    say(f"{where} · {found.start.label} → {found.goal.label} · {runs} runs an arm{of}, the same seeds in every arm")
    if found.is_partial:
        say("Interrupted: these results are partial.")
    say(_method(found))
    for kpi in dict.fromkeys((*found.tested, "deaths")):
        _print_effects(found, kpi)
    _print_bill(found)
    for text in sentences(found):
        say(f"• {text}")


def _method(found: Ladder) -> str:
    primary = measure(found.comparison.scenario.primary).title
    by = f"by their effect alone on {primary}, best first" if found.by_effect else "as asked for"
    text = f"Each effect is what making the reform changes. Order of the steps: {by}."
    if found.orders is not None:
        text += " Shapley values are " + (f"over {found.orders} drawn orders." if found.orders else "exact.")
    return text + " Stars: beyond chance after Holm's correction over all reforms and tested measures of a column."


def _print_effects(found: Ladder, kpi: str) -> None:
    levels = [found.comparison.summary(label, kpi).mean for label in found.comparison.labels]
    about = measure(kpi)
    said = " → ".join(NOTHING if level is None else about.level(level) for level in levels)
    role = found.rungs[0].effects["alone"][kpi].role
    own = [[_assumed(rung, kind, kpi) for kind in found.kinds] for rung in found.rungs]
    _print_columns(f"{about.title} ({role}): {said}", found, own, [rung.effects for rung in found.rungs], kpi)
    held = [rung.mechanism for rung in found.rungs]
    if not found.numbers_are_equal and all(_is_same(rung, kpi) for rung in found.rungs):
        say(f"{about.title}, with every number at its base value: the same.")
    elif not found.numbers_are_equal:
        bare = [[_cell(effects[kind][kpi]) if kind in effects else NOTHING for kind in found.kinds] for effects in held]
        _print_columns(f"{about.title}, with every number at its base value", found, bare, held, kpi)


def _print_columns(title: str, found: Ladder, cells: list[list[str]], effects: list[Effects], kpi: str) -> None:
    heads = ("reform", *(_HEADS[kind] for kind in found.kinds))
    quiet = [all(each[kind][kpi].is_nothing for kind in each) for each in effects]
    if all(quiet):
        say(f"{title}: no reform changes it in any run.")
        return
    rows = [
        (rung.reform.text, *row) for rung, row, is_quiet in zip(found.rungs, cells, quiet, strict=True) if not is_quiet
    ]
    rows.append(("all together", *(_sum(effects, kind, kpi) for kind in found.kinds)))
    print_table(title, heads, rows, numbers=range(1, len(heads)))
    if any(quiet):
        names = [rung.reform.family for rung, is_quiet in zip(found.rungs, quiet, strict=True) if is_quiet]
        say(f"No change in any run: {', '.join(names)}.")


def _is_same(rung: Rung, kpi: str) -> bool:
    """Whether mechanisms alone do the same, in every way of switching."""
    return all(rung.mechanism.get(kind, {}).get(kpi) == effects[kpi] for kind, effects in rung.effects.items())


def _assumed(rung: Rung, kind: Kind, kpi: str) -> str:
    return _cell(rung.effects[kind][kpi]) + ("\nassumed" if rung.is_assumed(kind, kpi) else "")


def _cell(effect: Effect, between: str = " ") -> str:
    """'−38.2 s [−50 to −26]*'."""
    about, estimate = measure(effect.kpi), effect.estimate
    if estimate.mean is None:
        return NOTHING
    text = _signed(about.change(estimate.mean), estimate.mean)
    if estimate.low is not None and estimate.high is not None:
        text += f"{between}[{about.number(estimate.low)} to {about.number(estimate.high)}]"
    return text + ("*" if effect.is_told else "")


def _signed(text: str, value: float) -> str:
    return f"+{text}" if value > 0 else text


def _sum(effects: list[Effects], kind: Kind, kpi: str) -> str:
    """The sum of a column: steps, and Shapley values, sum to the difference between start and goal."""
    means = [each[kind][kpi].estimate.mean if kind in each else None for each in effects]
    if None in means:
        return NOTHING
    total = sum(mean or 0.0 for mean in means)
    return f"sum {_signed(measure(kpi).change(total), total)}"


def _print_bill(found: Ladder) -> None:
    """What each reform buys, and what it takes: the table that one takes to the mayor."""
    kind, shown = found.headline, headline_kpis(found)
    heads = ["reform", *(measure(kpi).title for kpi in shown), "takes"]
    rows = [
        [rung.reform.text, *(_cell(rung.effects[kind][kpi], "\n") for kpi in shown), _takes(rung, kind)]
        for rung in found.rungs
    ]
    title = f"What each reform buys, and what it takes: {_HEADS[kind]}"
    print_table(title, heads, rows, numbers=range(1, 1 + len(shown)))


def _takes(rung: Rung, kind: Kind) -> str:
    """Costs in natural units; in brackets what is within chance; then staff and units that it must be given."""
    sure, unsure = amounts(rung.effects[kind])
    parts = [*sure, *([f"({', '.join(unsure)})"] if unsure else [])]
    if rung.reform.resources:
        parts.append(f"needs {needed(rung.reform)}")
    return "\n".join(parts)
