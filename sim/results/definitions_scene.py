"""The measures of scenes with several organisations, and of ways that were opened: names, units, definitions."""

from __future__ import annotations

from sim.results.definitions_desks import Words

INTERVALS_OF_SCENES: dict[str, Words] = {
    "joint_command_s": Words(
        "Joint command", "s",
        "From the first crew at the scene until one leads all organisations that are there; over the incidents at which"
        " several met and it was more than the routine of each.", where_it_happened=True,
    ),
}  # fmt: skip
"""Means of these are restricted to the horizon; each has the suffixes of intervals, and none a variant per service."""

COUNTS_OF_SCENES: dict[str, Words] = {
    "duplicate_requests": Words(
        "Duplicate requests", "requests",
        "Capabilities that one organisation's leader at a scene asked for after another's had, in another case, while"
        " nobody led both; each once.",
    ),
    "reports_repeated": Words(
        "Reports said again", "reports", "Reports of leaders at scenes that had to be said once more, each time."
    ),
    "corridor_minutes": Words(
        "Ways held open", "min", "Time for which signals were set for crews, and cross traffic waited."
    ),
}  # fmt: skip
"""The others."""
