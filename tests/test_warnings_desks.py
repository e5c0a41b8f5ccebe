"""Who may tell the public: signatures, what they cost and what they spare; on the whole model, on the toy map."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from sim.comms.messages import Finding, Instruction, Notice
from sim.core import events as e
from sim.core.streams import Dice
from sim.core.tables import varied
from sim.core.vocabulary import Severity, Tier
from sim.model import City
from sim.results.kpis import kpis
from tests.spine import Paper, city_of, events, lived, plain, scenario_of, the, times

SURE = {
    "organisation.desk.read_sigma": 0.0,
    "organisation.tier.community.officers": 4.0,
    "organisation.tier.subdistrict.officers": 4.0,
}
"""Every duty officer reads for as long as the table says, and while one checks a report another is free."""

LINE_S, READ_S, DRAFT_S = 60, 120 + 300, 300  # airtime; reading and typing anew (I9); writing the text
HOP_S = LINE_S + READ_S
ARM = "fragmented+responsibility=matrix"
"""A list says whose a case is, so that nobody ponders; all else as in the archetype."""

D4 = (3000.0, 3000.0)


@pytest.fixture(autouse=True)
def sure() -> Iterator[None]:
    with varied(SURE):
        yield


def slope(**given: Any) -> dict[str, Any]:
    details = {"fails_after": "5h", "area_m2": 20_000, "inside": 1000, "closes_roads": False, **given}
    return {"name": "slope", "kind": "slide", "at": "+0s", "place": {"node": "D4"}, "details": details}


def unseen(paper: Paper) -> None:
    """Nobody telephones about the slope: the desks know what the test tells them."""
    paper.kind("slide", notice_s__median=86_000.0, unnoticed__value=0.0, notice_per_person_s__value=0.0)


def town(warning: str, *incidents: dict[str, Any], loss: float = 0.0, arm: str = ARM) -> City:
    """Six hours; no paper is lost, unless a share is given."""
    city = city_of(scenario_of(incidents=list(incidents), duration="6h", drain="6h"), f"{arm}+warning={warning}")
    line = city.switchboard.channels["duty telephone"]
    line.rule = replace(line.rule, loss=loss)
    return city


def told(
    city: City,
    department: str = "housing",
    tier: str = Tier.DISTRICT,
    place: tuple[float, float] = D4,
    severity: Severity = Severity.SERIOUS,
    kind: str = "slide",
) -> None:
    """An office is ordered to take a case: it is its own as soon as it has been read (120 s)."""
    office = city.offices.of(department, place, tier)
    found = Finding(kind, *place, severity, 0, (), 0.6, float(city.t))
    because = city.log.add(e.MessageHeard(message="m", receiver=office.name, channel="test"))
    paper = Instruction(sender="test", receiver=office.name, case="test-1", finding=found, dice=Dice(city.streams, 5))
    office.hear(paper, because)


# --- the time that signatures take


@pytest.mark.parametrize(
    ("tier", "signatures"), [(Tier.COMMUNITY, 3), (Tier.SUBDISTRICT, 2), (Tier.DISTRICT, 1), (Tier.CITY, 0)]
)
def test_a_warning_needs_a_signature_of_each_tier_above_its_owner_up_to_the_city(tier: str, signatures: int) -> None:
    """Read 120 s, written 300 s; then a hop of 60 + 120 + 300 s up to each tier, and one back to the owner."""
    city = town("signed", arm="fragmented")  # no list: whoever owns it may warn
    told(city, "emergency", tier)
    lived(city, 5000)
    (issued,) = events(city.log, e.AlertIssued)
    assert issued.event.signatures == signatures == len(events(city.log, e.WarningSigned))
    hops = signatures + 1 if signatures else 0
    assert issued.t == pytest.approx(120 + DRAFT_S + hops * HOP_S, abs=2 * hops + 2)  # a step for each hand


def test_by_plan_the_owner_says_it_as_soon_as_it_is_written() -> None:
    for policy in ("by_plan", "targeted"):
        city = town(policy)
        told(city)
        lived(city, 2000)
        assert times(city.log, e.AlertIssued) == pytest.approx([120 + DRAFT_S], abs=2)
        assert the(city.log, e.WarningProposed).to_office == "" and not events(city.log, e.WarningSigned)


def test_what_was_said_of_nothing_counts_as_false_though_nobody_takes_it_back() -> None:
    """One alert where nothing is, one over a slope: the run ends long before the first four hours without news."""
    counts = {}
    for incidents in ([], [slope()]):
        city = city_of(scenario_of(incidents=incidents, duration="90min", drain="0s"), f"{ARM}+warning=by_plan")
        told(city)
        found = kpis(lived(city).log)
        assert not events(city.log, e.AlertLifted)
        counts[len(incidents)] = [found[name] for name in ("alerts", "false_alerts", "evacuees", "needless_evacuees")]
    alerts, false, evacuees, needless = zip(counts[0], counts[1], strict=True)
    assert (alerts, false) == ((1, 1), (1, 0))
    assert evacuees[0] == needless[0] > 0  # of a false one all who go, go for nothing
    assert 0 < needless[1] < evacuees[1]


def test_one_format_for_all_saves_the_typing_of_each_signature() -> None:
    """The platform's message travels 1 s and is not typed anew: two hops of 121 s in place of two of 480 s."""
    city = town("signed+sharing=platform")
    told(city)
    lived(city, 2000)
    assert times(city.log, e.AlertIssued) == pytest.approx([120 + DRAFT_S + 2 * 121], abs=5)


def test_signatures_wait_behind_other_papers() -> None:
    """The signing desk has four officers by day; twelve notices before the proposal are three rounds of 420 s."""
    city = town("signed")
    told(city)
    lived(city, 420)
    desk = city.offices.of("housing", D4, Tier.CITY)
    for number in range(12):
        found = Finding("other", 100.0 * number, 0.0, Severity.MINOR, 0, (), 0.5, 0.0)
        desk.hear(
            Notice(sender="x", receiver=desk.name, case="x-1", finding=found, dice=Dice(city.streams, 9, number)), 0
        )
    lived(city, 5000)
    quiet = 120 + DRAFT_S + 2 * HOP_S
    assert times(city.log, e.AlertIssued)[0] == pytest.approx(quiet + 3 * READ_S - LINE_S, abs=10)


def test_a_proposal_that_nobody_answers_is_laid_before_the_superior_again() -> None:
    city = town("signed", loss=1.0)
    told(city)
    lived(city, 6000)
    first = 120 + DRAFT_S
    assert times(city.log, e.WarningProposed) == pytest.approx([first, first + 1800, first + 3600, first + 5400], abs=5)
    assert [one.event.attempt for one in events(city.log, e.WarningProposed)] == [0, 1, 2, 3]
    assert not events(city.log, e.AlertIssued)


# --- what it brings


def test_an_earlier_warning_gets_more_people_out(paper: Paper) -> None:
    """The slope fails after 75 min. Signed: issued after 23 min, little time is left; by plan after 7 min; by cell
    broadcast nearly all hear it at once. Of those who follow it, out_share of test_warnings says how many are out."""
    from sim.actors.warning_tables import warning_tables
    from tests.test_warnings import out_share

    unseen(paper)
    left = {}
    for policy, rate in (("none", 0.0), ("signed", 0.02), ("by_plan", 0.02), ("targeted", 0.3)):
        city = town(policy, slope(fails_after="75min", inside=4000))
        told(city)
        lived(city, 4500)
        left[policy] = city.incidents.zoned["slope"].zone.count(4499.0).left / 4000
        issued = times(city.log, e.AlertIssued)
        if issued:
            heard = issued[0] + (60 if rate < 0.1 else 10)
            share = 0.6 * out_share(warning_tables().spread.law(rate), 4500.0 - heard, 3600.0)
            assert left[policy] == pytest.approx(share, abs=4 * (share / 4000) ** 0.5 + 0.003)
    assert left["none"] == 0.0 < left["signed"] < left["by_plan"] < left["targeted"] / 2


def test_a_false_report_that_is_put_right_in_time_is_never_signed_but_is_broadcast_by_plan() -> None:
    """The reform does harm: after 15 min a surer word says that it is nothing; the signatures take 16 min."""
    fate = {}
    for policy in ("signed", "by_plan", "targeted"):
        city = town(policy)
        told(city)
        lived(city, 900)
        office = city.offices.of("housing", D4)
        found = Finding("slide", *D4, Severity.MINOR, 0, (), 0.95, 900.0)
        office.hear(
            Notice(sender="x", receiver=office.name, case="x-1", finding=found, dice=Dice(city.streams, 6)), 0
        )
        lived(city)
        fate[policy] = [one.event for one in events(city.log, e.AlertEnded)]
    assert fate["signed"] == []
    for policy in ("by_plan", "targeted"):
        (ended,) = fate[policy]
        assert ended.was_false and ended.needless > 100 and ended.trust == pytest.approx(0.9, abs=0.01)


def test_after_a_better_report_a_better_alert_takes_the_place_of_the_old_one(paper: Paper) -> None:
    """Places are averaged by confidence (0.6, 0.99): 750 m off becomes 283 m, and the circle reaches the slope."""
    unseen(paper)
    city = town("by_plan", slope())
    told(city, place=(D4[0] - 750.0, D4[1]))
    lived(city, 1000)
    office = city.offices.of("housing", (D4[0] - 750.0, D4[1]))
    found = Finding("slide", *D4, Severity.SERIOUS, 0, (), 0.99, 1000.0)
    office.hear(Notice(sender="x", receiver=office.name, case="x-1", finding=found, dice=Dice(city.streams, 6)), 0)
    lived(city, 8000)
    first, second = events(city.log, e.AlertIssued)
    assert first.event.x == D4[0] - 750.0 and second.event.x == pytest.approx(D4[0] - 750.0 * 0.6 / 1.59, abs=0.1)
    assert times(city.log, e.AlertLifted) == [second.t]
    assert the(city.log, e.AlertEnded).was_false
    zone = events(city.log, e.ZoneWarned)
    assert {one.event.alert for one in zone} == {second.event.alert}


def test_two_owners_of_one_matter_do_not_both_say_it() -> None:
    city = town("signed", arm="fragmented")
    told(city, "housing")
    told(city, "planning")
    lived(city, 5000)
    assert len(events(city.log, e.WarningApproved)) == 2 and len(events(city.log, e.AlertIssued)) == 1


def test_where_a_list_names_a_lead_he_alone_may_warn() -> None:
    """Before a slope falls housing leads and planning supports; where there is no list, whoever has taken it warns."""
    for arm, warners in ((ARM, ["housing"]), ("fragmented", ["housing", "planning"])):
        city = town("by_plan", arm=arm)
        told(city, "planning", place=(1000.0, 1000.0))
        told(city, "housing", place=(5000.0, 1000.0))
        lived(city, 2000)
        assert sorted(one.event.department for one in events(city.log, e.AlertIssued)) == warners


def test_nobody_is_warned_of_a_slope_that_has_fallen_as_far_as_its_owner_believes() -> None:
    """Critical, it is in its response: emergency leads. Water in a drain goes on rising, and is still warned of."""
    for kind, lead, alerts in (("slide", "emergency", 0), ("flash_flood", "water", 1)):
        city = town("by_plan")
        told(city, lead, severity=Severity.CRITICAL, kind=kind)
        lived(city, 2000)
        assert len(events(city.log, e.AlertIssued)) == alerts


def test_a_warning_that_is_being_signed_is_dropped_when_the_slope_is_believed_to_have_fallen() -> None:
    city = town("signed")
    told(city)
    lived(city, 600)
    office = city.offices.of("housing", D4)
    fallen = Finding("slide", *D4, Severity.CRITICAL, 0, (), 0.95, 600.0)
    office.hear(Notice(sender="x", receiver=office.name, case="x-1", finding=fallen, dice=Dice(city.streams, 6)), 0)
    lived(city, 5000)
    assert events(city.log, e.WarningProposed) and not events(city.log, e.AlertIssued)


def test_an_alert_is_taken_back_when_nothing_new_has_come_for_long() -> None:
    city = town("by_plan")
    told(city)
    lived(city)
    (lifted,) = events(city.log, e.AlertLifted)
    assert lifted.event.reason == "no news"
    assert lifted.t == pytest.approx(times(city.log, e.AlertIssued)[0] + 14_400, abs=600)


def test_what_goes_out_over_a_channel_that_is_out_of_order_reaches_nobody() -> None:
    for policy, channel in (("by_plan", "broadcast"), ("targeted", "cell broadcast")):
        city = town(policy)
        city.switchboard.fail(channel)
        told(city)
        lived(city)
        assert len(events(city.log, e.AlertIssued)) == 1
        assert not events(city.log, e.PublicInformed) and not events(city.log, e.AlertEnded)


def test_only_what_is_grave_enough_and_sure_enough_is_said() -> None:
    city = town("by_plan")
    told(city, severity=Severity.MINOR)
    lived(city, 2000)
    assert not events(city.log, e.WarningProposed)
    city = town("by_plan.least_confidence=0.7")
    told(city)
    lived(city, 2000)
    assert not events(city.log, e.WarningProposed)


# --- what it leaves alone


def test_where_no_warnable_case_exists_the_policy_changes_nothing_at_all() -> None:
    fire = {"name": "fire", "kind": "dwelling_fire", "at": "+0s", "place": {"node": "D4"}}
    crash = {"name": "crash", "kind": "road_crash", "at": "+60s", "place": {"node": "E2"}}
    logs = []
    for policy in ("none", "signed", "targeted"):
        city = city_of(scenario_of(incidents=[fire, crash], drain="2h"), f"fragmented+warning={policy}")
        lived(city)
        logs.append([plain(entry) for entry in city.log if not isinstance(entry.event, e.RunStarted)])
    assert logs[0] == logs[1] == logs[2] and len(logs[0]) > 50


def test_an_alert_that_is_saved_half_way_goes_on_in_the_same_way(tmp_path: Any, paper: Paper) -> None:
    unseen(paper)
    one = town("signed", slope(fails_after="75min"))
    told(one)
    lived(one, 2000)
    one.save(tmp_path / "city")
    lived(one, 5000)
    other = lived(City.load(tmp_path / "city"), 5000)
    assert other.log.sha256() == one.log.sha256() and events(other.log, e.ZoneWarned)


def test_a_scenario_may_put_a_channel_to_the_public_out_of_order() -> None:
    scenario = scenario_of(
        duration="6h", drain="6h", outages=[{"channel": "cell broadcast", "at": "+0s", "until": "+5min"}]
    )
    city = city_of(scenario, f"{ARM}+warning=targeted")
    told(city)
    lived(city, 2000)
    assert times(city.log, e.ChannelFailed) == [0] and events(city.log, e.PublicInformed)
