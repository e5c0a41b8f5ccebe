"""The measures of warnings and rumours: names, units, definitions."""

from __future__ import annotations

from sim.results.definitions_desks import Words

INTERVALS_OF_THE_PUBLIC: dict[str, Words] = {
    "half_warned_s": Words(
        "Half of the zone warned", "s",
        "From the onset of an incident with people in a zone of danger until public warnings had reached half of them"
        " (heard, trusted, thought over), whether they go or not.",
    ),
    "rumour_s": Words(
        "Rumour unanswered", "s", "From the beginning of a rumour until the official word was out where it was told.",
        where_it_happened=True,
    ),
}  # fmt: skip
"""Means of these are restricted to the horizon; each has the suffixes of intervals, and none a variant per service."""

COUNTS_OF_THE_PUBLIC: dict[str, Words] = {
    "warned_before_impact_share": Words(
        "Warned before the impact", "share",
        "Share of the people in zones of danger whom public warnings had reached (heard, trusted, thought over) before"
        " anybody there was hurt; at all, where nobody was.", "higher",
    ),
    "out_before_impact_share": Words(
        "Out before the impact", "share",
        "Share of the people in zones of danger who had left before anybody there was hurt, for whatever reason; at"
        " all, where nobody was.", "higher",
    ),
    "alerts": Words("Alerts", "alerts", "Alerts to the public.", None),
    "false_alerts": Words("False alerts", "alerts",
        "Of these, those in whose circle no zone of danger was at any time from their issue until they were taken back,"
        " or until the end.",
    ),
    "evacuees": Words("Evacuees", "people", "People who set out for an alert.", None),
    "needless_evacuees": Words("Needless evacuees", "people",
        "Of these, those who were in no zone of danger: all whom a false alert sent out, and of a true one those beside"
        " the zone.",
    ),
    "rumour_peak": Words("Peak of rumours", "people", "The most people who believed a rumour at one time."),
    "true_alarms_dismissed": Words(
        "True alarms dismissed", "alarms", "Alarms about something real about which a desk did nothing."
    ),
}  # fmt: skip
"""The others."""
