"""Two cases of one incident are recognised where the crews meet, and never elsewhere."""

from __future__ import annotations

from sim.core import events as e
from tests.spine import busy_hour, events, log_of, times


def test_crews_that_meet_at_one_incident_make_its_two_cases_one() -> None:
    log = log_of(busy_hour(), "linked")
    doubles = events(log, e.BeliefChanged, belief="same_as")
    assert doubles, "an hour of a city in which callers err brings doubles"
    seen = {}  # who stood before which incident, for which case
    for entry in events(log, e.UnitOnScene):
        seen.setdefault(entry.event.case, set()).add(entry.event.found)
    for entry in doubles:
        double, kept = entry.event.case, entry.event.value
        assert seen[double] & seen[kept], f"{double} and {kept} were never at one place"
        assert times(log, e.CaseClosed, case=double, outcome="duplicate") == [entry.t]
        assert max(times(log, e.UnitOrdered, case=double)) <= entry.t  # nobody is sent for it any more


def test_who_is_still_under_way_to_a_double_turns_back() -> None:
    log = log_of(busy_hour(), "linked")
    for entry in events(log, e.CaseClosed, outcome="duplicate"):
        case = entry.event.case
        late = [one for one in events(log, e.UnitOnScene, case=case) if one.t > entry.t + 60]  # a word takes a while
        assert not late, f"{late} came for {case}, which was closed at {entry.t}"
