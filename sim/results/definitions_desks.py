"""The measures of duty desks, papers and pictures of the tiers: names, units, definitions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from sim.core.vocabulary import Level, Tier


class Words(NamedTuple):
    """What a measure is called, in what unit, and what it means, as in `KpiText`."""

    name: str
    unit: str
    sentence: str
    better: Literal["lower", "higher"] | None = "lower"
    where_it_happened: bool = False


TIERS = tuple(tier.value for tier in Tier)
"""The usual ones; those that a table adds are measured alike, as the log says which there are."""

LEVELS = tuple(level.value for level in Level)


def _latency_of(tier: str) -> Words:
    return Words(
        f"Information latency, {tier}", "s",
        f"From the onset of an incident that is for offices to the first matching case on any duty desk of the tier"
        f" {tier}.",
    )  # fmt: skip


def _completeness_of(tier: str) -> Words:
    return Words(
        f"Completeness, {tier}", "share",
        f"Share of the time in which an incident that is for offices was open that a duty desk of the tier {tier} had a"
        " matching open case.", "higher",
    )  # fmt: skip


def _accuracy_of(tier: str) -> Words:
    return Words(
        f"Accuracy, {tier}", "share",
        f"Share of the time of open cases on duty desks of the tier {tier} in which a believed place (within 200 m),"
        " kind, severity or need was right, until the incident is over; a case of what never was is wrong in all.",
        "higher",
    )  # fmt: skip


OF_A_TIER: dict[str, Callable[[str], Words]] = {
    "information_latency_s": _latency_of,
    "picture_completeness_share": _completeness_of,
    "picture_accuracy_share": _accuracy_of,
}
"""Each tier that has a duty desk has these, as `<tier>_…`."""

INTERVALS_OF_DESKS: dict[str, Words] = {
    "unowned_minutes": Words(
        "Without an owner", "min",
        "From the first ring, or the first paper on a duty desk, about an incident whose owner must be found, until a"
        " duty desk took it as its own; what nobody ever took counts with the horizon.",
    ),
    "aid_s": Words(
        "Mutual aid", "s", "From the first request for crews of other districts until one was granted.",
        where_it_happened=True,
    ),
    "inspection_s": Words(
        "Inspection", "s",
        "From the onset of an incident that must be judged until a crew has inspected it to the end; what falls before"
        " that was never judged.",
    ),
} | {
    f"level_{level.lower()}_s": Words(
        f"Level {level}", "s",
        f"From the first ring until a response of level {level} or higher was declared; over the incidents for which"
        " one was, for the truth does not say who should have had one.", where_it_happened=True,
    )
    for level in LEVELS
} | {
    f"{tier}_information_latency_s": _latency_of(tier) for tier in TIERS
}  # fmt: skip
"""Means of these are restricted to the horizon; each has the suffixes of intervals, and none a variant per service."""

COUNTS_OF_DESKS: dict[str, Words] = {
    "paper_handoffs": Words("Papers handed off", "papers", "Cases sent to a duty desk as its own."),
    "refusals": Words("Refusals", "refusals", "Times that a duty desk said that a case was not its own."),
    "disputes": Words(
        "Disputes", "disputes", "Times that a case lay where it was because nobody was left who might take it."
    ),
    "escalations": Words(
        "Escalations", "cases", "Times that a case was laid before an office that was to decide whose it is."
    ),
    "waits_for_instruction": Words(
        "Waits for instruction", "cases", "Times that a duty desk did nothing with a case before it was told to."
    ),
    "drops": Words(
        "Dropped papers", "papers",
        "Hand-offs, requests, instructions and questions to duty desks that were lost and not said again.",
    ),
    "doubly_owned": Words(
        "Doubly owned", "incidents",
        "Incidents that duty desks of two departments or more had taken as their own at once, not counting who was told"
        " to by a superior.",
    ),
    "effort_duplicated_minutes": Words(
        "Effort duplicated", "min",
        "Time of crews, from the order until they could be ordered again, for a capability whose true need at the"
        " incident was covered already by crews of another department.",
    ),
    "duty_desk_minutes": Words(
        "Duty officers' time", "min", "Time that duty officers spent reading, retyping and thinking about whose it is."
    ),
    "duty_desk_wasted_minutes": Words(
        "Duty officers' time on what never was", "min", "The part of it that papers about nothing real took."
    ),
    "shared_awareness_offices_share": Words(
        "Shared awareness of offices", "share",
        "Share of the time in which an incident that is for offices (its owner must be found, or it is listed and needs"
        " several services) was open that all who must act together had a matching open case at once: the departments"
        " that the list of responsibilities names to lead or support, and those who act for the services that it needed"
        " then.", "higher",
    ),
} | {
    f"{tier}_picture_completeness_share": _completeness_of(tier) for tier in TIERS
} | {
    f"{tier}_picture_accuracy_share": _accuracy_of(tier) for tier in TIERS
}  # fmt: skip
"""The others."""

OF_A_DEPARTMENT: dict[str, Words] = {
    "information_latency_s": Words(
        "Information latency", "s",
        "From the onset of an incident that concerns it by the list of responsibilities to the first matching case on"
        " any of its duty desks.",
    ),
    "picture_completeness_share": Words(
        "Completeness", "share",
        "Share of the time in which an incident that concerns it was open that one of its duty desks had a matching"
        " open case.", "higher",
    ),
    "picture_accuracy_share": Words(
        "Accuracy", "share",
        "Share of the time of open cases on its duty desks in which a believed place, kind, severity or need was"
        " right.",
        "higher",
    ),
}  # fmt: skip
"""Each department that has a duty desk has these, as `office_<department>_…`; which there are, the log says."""

OF_A_CHANNEL: dict[str, Words] = {
    "messages": Words("Messages", "messages", "Messages sent over the channel.", None),
    "lost": Words("Messages lost", "messages", "Of these, how many never arrived."),
}
"""Each channel that was used has these, as `channel_<name>_…`."""
