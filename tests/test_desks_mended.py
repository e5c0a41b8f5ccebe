"""Duty desks that a review found broken: what they remember, whom they tell, what their officers' hours are worth."""

from __future__ import annotations

import pytest
from spine import Paper, events, lived, log_of, scenario_of, times
from test_offices import office, send, sheet, town

from sim.core import events as ev

WILLING = "least=0,by_ambiguity=0,by_load=0,waits=0"
"""Nobody refuses what he may own, and nobody waits for a word."""


# --- what desks remember


@pytest.mark.parametrize(("hours", "cases"), [((0, 1, 2, 3, 4, 5), 1), ((0, 5), 2)])
def test_a_case_is_forgotten_only_when_nothing_has_been_told_of_it_for_four_hours(
    paper: Paper, hours: tuple[int, ...], cases: int
) -> None:
    """`join_window_s` is 14,400 s: what is told again every hour stays one case, and has one owner."""
    city = town("fragmented+responsibility=matrix." + WILLING)
    to = office(city, "housing")
    for hour in hours:
        lived(city, hour * 3600)
        send(city, to, sheet(to))
    lived(city, 6 * 3600)
    assert len(events(city.log, ev.CaseOpened, department=to.name)) == cases
    assert len(times(city.log, ev.CaseAccepted, department="housing")) == cases


# --- operations centres

FLOOD = {
    "name": "flood", "kind": "flash_flood", "at": "+2h", "place": {"node": "D4"},
    "details": {"inside": 30, "rises_after": "20min", "peak_m": 4.0},
}  # fmt: skip
FORGED = {
    "name": "papers", "kind": "forged_reports", "at": "+0s", "until": "+61s", "place": {"node": "B2"}, "radius_m": 10,
    "details": {"papers": 1, "claims": {"flash_flood": 1}, "severity": "critical"},
}  # fmt: skip


def test_a_forged_paper_takes_no_operations_centre_away_from_a_true_flood(paper: Paper) -> None:
    """Two hours later, in the same district; each case has its own centre `assemble_s` after its level."""
    sat = []
    for attacks in ([], [FORGED]):
        log = log_of(scenario_of(incidents=[FLOOD], attacks=attacks, duration="5h"), "linked")
        centres = [(one.t, one.event.office) for one in events(log, ev.OperationsCentreOpened)]
        sat.append([one for one in centres if one[0] > 2 * 3600])
    assert {office for _, office in sat[0]} >= {"emergency district West", "emergency city"}
    assert sat[1] == sat[0]
