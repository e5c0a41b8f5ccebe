"""What assumed numbers do to conclusions, in sentences, as JSON, and as rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from sim.study.measures import measure, readable
from sim.study.robust import Claim, Robustness, Swing
from sim.study.sentences import p_text

HEADS = (
    "number", "unit", "value", "at", "low", "high", "source", "runs", "contrast", "kpi", "mean", "ci95_low",
    "ci95_high", "p_holm", "says", "said", "turns",
)  # fmt: skip


def sentences(found: Robustness) -> list[str]:
    """What was done; then each conclusion, and what it hinges on."""
    return [_what_was_done(found), *(_of_claim(found, claim) for claim in found.claims.values())]


def _what_was_done(found: Robustness) -> str:
    looked = {swing.number for swing in found.first_look}
    again = {swing.number for swing in found.swings}
    first = f"{found.look.first} run{'s' if found.look.first > 1 else ''} an arm"
    by_rule = sum(one.is_by_rule for one in found.numbers)
    parts = [
        f"Assumed numbers, one at a time to the ends of their ranges: {len(found.numbers)} "
        f"({by_rule} of them have no range of their own and are halved and doubled; "
        f"{found.without_range} more, courses of a day and numbers that are nothing, stand as they are)",
        f"{len(found.without_effect)} change nothing here, not one event of any arm",
        f"{len(looked)} were looked at with {first}",
        f"{len(again)} of these, which could turn a conclusion, with all",
    ]
    if found.impossible:
        parts.append(f"{len(found.impossible)} cannot stand at an end of their range, as the tables contradict it")
    cut = " It was interrupted: what follows is of the numbers that were reached." if found.is_partial else ""
    return f"{'; '.join(parts)} ({found.runs:,} runs in all).{cut}"


def _of_claim(found: Robustness, claim: Claim) -> str:
    subject = f"{measure(claim.kpi).title} ({claim.role}), {claim.contrast}: {size(claim)}"
    hinges = found.hinges(claim)
    is_undecided = claim.says in ("nothing", "no value")
    if not hinges:
        nothing = "There is no conclusion to turn, and no assumed number makes one"
        return f"{subject}. {nothing if is_undecided else 'It hinges on no assumed number'}."
    count = len({swing.number for swing in hinges})
    numbers = f"{count} assumed number{'s' if count > 1 else ''}"
    turned = "; ".join(_of_swing(swing, claim) for swing in hinges)
    if is_undecided:
        return f"{subject}. There is no conclusion to turn, but {numbers} would change that: {turned}."
    return f"{subject}. It hinges on {numbers}: {turned}."


def _of_swing(swing: Swing, claim: Claim) -> str:
    number = swing.number
    other = swing.claims[claim.contrast, claim.kpi]
    at = f"{number.path} at {readable(swing.value)} {number.unit} instead of {readable(number.value)}"
    return f"{at} ({size(other)})"


def size(claim: Claim) -> str:
    """'−38 s, 95 % CI −50 to −26, p = 0.012'; or that it cannot be told from nothing."""
    found, about = claim.estimate, measure(claim.kpi)
    if found.mean is None:
        return "no value"
    said = f"{'+' if found.mean > 0 else ''}{about.change(found.mean)}"
    if found.low is None or found.high is None:
        return f"{said} in one run"
    reach = f"95 % CI {about.number(found.low)} to {about.number(found.high)}"
    if claim.says == "nothing":
        return f"{said}, {reach}, cannot be told from nothing"
    return f"{said}, {reach}, p {p_text(claim.p_holm)}"


# --- as data


def to_json(found: Robustness) -> dict[str, Any]:
    """What `--json` prints under "robust"."""
    return {
        "numbers": len(found.numbers),
        "by_rule": sum(one.is_by_rule for one in found.numbers),
        "without_range": found.without_range,
        "without_effect": list(found.without_effect),
        "impossible": dict(found.impossible),
        "first_look": found.look.first,
        "runs": found.runs,
        "partial": found.is_partial,
        "conclusions": [
            {**_claim(claim), "hinges_on": [_hinge(swing, claim) for swing in found.hinges(claim)]}
            for claim in found.claims.values()
        ],
        "swings": [dict(zip(HEADS, row, strict=True)) for row in _rows(found)],
        "sentences": sentences(found),
    }


def _claim(claim: Claim) -> dict[str, Any]:
    found = claim.estimate
    return {
        "contrast": claim.contrast,
        "kpi": claim.kpi,
        "role": claim.role,
        "says": claim.says,
        "mean": found.mean,
        "ci95": [found.low, found.high],
        "p_holm": claim.p_holm,
    }


def _hinge(swing: Swing, claim: Claim) -> dict[str, Any]:
    number = swing.number
    about = {"number": number.path, "unit": number.unit, "value": number.value, "at": swing.value}
    there = _claim(swing.claims[claim.contrast, claim.kpi])
    return {**about, "source": number.source, **{key: there[key] for key in ("says", "mean", "ci95", "p_holm")}}


def to_csv(found: Robustness) -> str:
    """Every number at each end, for each conclusion: under all seeds where that was done, else at the first look."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADS)
    writer.writerows(_rows(found))
    return text.getvalue()


def _rows(found: Robustness) -> Iterator[tuple[object, ...]]:
    again = {(swing.number, swing.value) for swing in found.swings}
    first = [swing for swing in found.first_look if (swing.number, swing.value) not in again]
    for swing in [*found.swings, *first]:
        number = swing.number
        about = (number.path, number.unit, number.value, swing.value, number.low, number.high, number.source)
        is_sure = (number, swing.value) in again
        for key, claim in swing.claims.items():
            usual, has = found.claims[key], claim.estimate
            turns = claim.says != usual.says if is_sure else None
            values = (has.mean, has.low, has.high, claim.p_holm, claim.says, usual.says, turns)
            yield (*about, swing.runs, *key, *values)
