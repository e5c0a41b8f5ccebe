"""KPIs and comparisons as tables: what was named beforehand first, the counts beside every interval."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sim.cli.showing import print_table, say
from sim.results.definitions import KPIS, WHERE_IT_HAPPENED_NOTE, is_interval, text_of
from sim.study.comparing import Comparison, Difference
from sim.study.measures import is_beside, is_where_it_happened, marked, measure
from sim.study.robust import Robustness
from sim.study.robust_words import sentences as robust_sentences
from sim.study.sentences import p_text, sentences

Values = Mapping[str, float | None]
NOTHING = "–"
NOTHING_COUNTED = (
    "No incident began within the window that counts (after the warm-up, before the end): there is nothing to measure."
)
_EFFECTS = ("total_response_s", "at_patient_s", "water_on_fire_s", "full_assignment_s")


def print_kpis(kpis: Values, title: str, *, everything: bool = False) -> None:
    """The KPIs of one run: intervals with their percentiles and counts, then all others."""
    if kpis.get("incidents") == 0:
        say(NOTHING_COUNTED)
    heads = ("interval", "mean", "median", "p90", "counted", "never served", "still open")
    bases = [kpi for kpi in kpis if _is_interval(kpi)]
    rows = [
        (marked(kpi), *(_shown(kpis, kpi + end) for end in ("", "_p50", "_p90", "_n", "_unserved", "_censored")))
        for kpi in bases
        if kpis[kpi] is not None and (everything or _is_headline(kpi))
    ]
    print_table(title, heads, rows, numbers=range(1, len(heads)), spare=(6, 2, 5))
    _explain_mark(kpi for kpi in bases if kpis[kpi] is not None and (everything or _is_headline(kpi)))
    others = [
        kpi for kpi in kpis if _stem(kpi) not in bases and kpis[kpi] is not None and (everything or _is_headline(kpi))
    ]
    print_table("", ("measure", "value"), [(measure(kpi).title, _shown(kpis, kpi)) for kpi in others], numbers=(1,))


def print_comparison(comparison: Comparison, *, everything: bool = False) -> None:
    """Head line, what was named beforehand, what it says in sentences, and the rest as exploratory."""
    runs, of = len(comparison.seeds), f" of {comparison.planned} planned" if comparison.is_partial else ""
    note = f" ({comparison.town_note})" if comparison.town_note else ""
    where = f"{comparison.scenario.title} · {comparison.scenario.name} on {comparison.town}{note}"
    if not runs:
        say(f"{where} · interrupted before every arm had finished a run")
        return
    say(f"{where} · {runs} runs an arm{of}, seeds {_seeds(comparison.seeds)}, the same in every arm")
    if comparison.is_partial:
        say("Interrupted: these results are partial.")
    if not any(comparison.summary(label, "incidents").mean for label in comparison.labels):
        say(NOTHING_COUNTED)
    for a, b in dict.fromkeys((difference.a, difference.b) for difference in comparison.differences):
        pair = [difference for difference in comparison.differences if (difference.a, difference.b) == (a, b)]
        _print_named(comparison, [difference for difference in pair if difference.role != "exploratory"])
    for text in sentences(comparison):
        say(f"• {text}")
    for a, b in dict.fromkeys((difference.a, difference.b) for difference in comparison.differences):
        pair = [difference for difference in comparison.differences if (difference.a, difference.b) == (a, b)]
        _print_exploratory(comparison, pair, everything)


def print_doubts(found: Robustness | None) -> None:
    """Which conclusions hinge on assumed numbers, if that was asked."""
    if found is not None:
        say()
        for text in robust_sentences(found):
            say(f"• {text}")


def _print_named(comparison: Comparison, differences: list[Difference]) -> None:
    a, b = differences[0].a, differences[0].b
    heads = ("named beforehand", a, b, "difference", "95 % interval", "p (Holm)", "variance\npaired/unpaired", "runs")
    rows = []
    for difference in differences:
        title, *levels, runs = _cells(comparison, difference)
        sure = (p_text(difference.p_holm).removeprefix("= "), _gain(difference), runs)
        rows.append((f"{title} ({difference.role})", *levels, *sure))
    print_table(f"{a} against {b}", heads, rows, numbers=range(1, len(heads)), spare=(6, 7))


def _print_exploratory(comparison: Comparison, pair: list[Difference], everything: bool) -> None:
    rest = [d for d in pair if d.role == "exploratory" and d.estimate.mean is not None]
    rest.sort(key=lambda d: not d.kpi.startswith("listed_"))  # what the scenario is about comes first
    shown = [d for d in rest if everything or (_is_headline(d.kpi) and _is_anything(comparison, d))]
    if not shown:
        return
    a, b = shown[0].a, shown[0].b
    counts = "\nn/never/open"  # counted, never served, still open; means over the runs
    heads = ("exploratory", a, b, "difference", "95 % interval", "runs", a + counts, b + counts)
    rows = [(*_cells(comparison, d), _beside(comparison, a, d.kpi), _beside(comparison, b, d.kpi)) for d in shown]
    print_table(
        f"{a} against {b}: exploratory (looked at afterwards, not corrected for how many there are)",
        heads, rows, numbers=range(1, len(heads)), spare=(5, 6, 7),
    )  # fmt: skip
    _explain_mark(d.kpi for d in shown)
    if len(shown) < len(rest):
        say(f"{len(rest) - len(shown)} more with --all or --json.")


def _explain_mark(shown: Iterable[str]) -> None:
    if any(is_where_it_happened(kpi) for kpi in shown):
        say(WHERE_IT_HAPPENED_NOTE)


def _cells(comparison: Comparison, difference: Difference) -> tuple[str, str, str, str, str, str]:
    about, found = measure(difference.kpi), difference.estimate
    levels = [comparison.summary(label, difference.kpi).mean for label in (difference.a, difference.b)]
    left, right = (NOTHING if level is None else about.level(level) for level in levels)
    change = NOTHING if found.mean is None else f"{'+' if found.mean > 0 else ''}{about.change(found.mean)}"
    reach = NOTHING if found.low is None or found.high is None else _reach(difference)
    return marked(difference.kpi), left, right, change, reach, str(found.n)


def _reach(difference: Difference) -> str:
    about, found = measure(difference.kpi), difference.estimate
    assert found.low is not None and found.high is not None, "an interval has two ends"
    return f"{about.number(found.low)} to {about.number(found.high)}"


def _gain(difference: Difference) -> str:
    paired, unpaired = difference.estimate.variance, difference.estimate.variance_unpaired
    return NOTHING if paired is None or not unpaired else f"{paired / unpaired:.2f}"


def _beside(comparison: Comparison, label: str, kpi: str) -> str:
    """Means over the runs of the counts that belong to an interval."""
    stem = _stem(kpi)
    counts = [comparison.summary(label, stem + end).mean for end in ("_n", "_unserved", "_censored")]
    texts = (NOTHING if count is None else f"{count:,.1f}".removesuffix(".0") for count in counts)
    return "" if counts[0] is None else "/".join(texts)


def _is_anything(comparison: Comparison, difference: Difference) -> bool:
    """Whether it was not nothing in both arms."""
    return any(comparison.summary(label, difference.kpi).mean for label in (difference.a, difference.b))


def _is_interval(kpi: str) -> bool:
    """Whether it has percentiles and counts beside it."""
    return _stem(kpi) == kpi and is_interval(_base(kpi))


def _is_headline(kpi: str) -> bool:
    """Shown without being asked for: the whole city's measures, each service's response, effects on listed ones."""
    if is_beside(kpi) or kpi.endswith("_p50") or kpi not in KPIS:
        return False
    if kpi.startswith("listed_"):
        return kpi == f"listed_{_base(kpi)}" and (kpi.endswith("deaths") or _base(kpi) in _EFFECTS)
    if kpi.endswith("_p90"):
        return kpi.endswith(("total_response_s_p90", "at_patient_s_p90")) and not kpi.startswith("ems_at_")
    return _base(kpi) == kpi or kpi.endswith("_total_response_s")


def _stem(kpi: str) -> str:
    """The interval to which a percentile or count belongs."""
    for end in ("_p50", "_p90", "_n", "_unserved", "_censored"):
        if kpi.endswith(end) and text_of(kpi.removesuffix(end)) is not None:
            return kpi.removesuffix(end)
    return kpi


def _base(kpi: str) -> str:
    """The interval or measure without its scope (listed incidents, a service) and suffix."""
    stem = _stem(kpi).removeprefix("listed_")
    service, _, rest = stem.partition("_")
    return rest if service in ("fire", "ems", "police", "traffic") and rest in KPIS else stem


def _shown(kpis: Values, kpi: str) -> str:
    value = kpis.get(kpi)
    return NOTHING if value is None else measure(kpi).level(value)


def _seeds(seeds: Iterable[int]) -> str:
    known = list(seeds)
    return f"{known[0]}–{known[-1]}" if len(known) > 1 else "".join(map(str, known))
