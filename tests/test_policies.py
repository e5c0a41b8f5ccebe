"""Each policy decides as its sentence says; arms are read as they are written; bundles have equal resources."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from sim.comms.messages import StatusReport
from sim.comms.views import (
    CallView,
    CaseView,
    DestinationView,
    DispatchView,
    Estimate,
    HospitalView,
    QueueView,
    SceneView,
    UnitView,
)
from sim.core import events as ev
from sim.core.errors import InputError
from sim.core.streams import Dice
from sim.core.vocabulary import EMERGENCY, Capability, Service, Severity
from sim.model import City
from sim.policies.bundles import (
    Policies,
    bundle_names,
    bundles,
    change_policy,
    differences,
    families,
    parse_arm,
    validated,
)
from sim.policies.destination import FreeBed, NearestHospital
from sim.policies.dispatch import BelievedEta, KeepReserve, OwnDistrict, StraightLine
from sim.policies.intake import Joint, PoliceJoined, Separate
from sim.policies.queue import FirstCome, MostUrgent
from sim.policies.reinforce import Missing, NextLevel
from sim.policies.triage import AllServices, OwnService
from tests.spine import busy_hour, city_of, log_of, scenario_of, times

CASE = CaseView("case-1", "illness", Severity.SERIOUS, 0.0, 0.0, "North", age_s=0.0)

# the free units: name → (district, km by straight line, expected travel, s)
UNITS = {"near": ("South", 1.0, 400.0), "own": ("North", 2.0, 300.0), "far": ("North", 9.0, 900.0)}


def view(case: CaseView = CASE, count: int = 1, units: dict[str, tuple[str, float, float]] = UNITS) -> DispatchView:
    """A case and the free units, worked out by hand."""

    def by_eta(k: int) -> tuple[Estimate, ...]:
        order = sorted(units, key=lambda name: units[name][2])
        return tuple(Estimate(name, units[name][0], units[name][2]) for name in order[:k])

    def by_distance(k: int, district: str | None) -> tuple[str, ...]:
        able = [name for name in units if district in (None, units[name][0])]
        return tuple(sorted(able, key=lambda name: units[name][1])[:k])

    def free_by_district() -> dict[str, int]:
        return dict(Counter(district for district, _, _ in units.values()))

    return DispatchView(case, Capability.TREAT, count, by_eta, by_distance, free_by_district)


# --- dispatch


def test_own_district_sends_its_own_nearest_though_a_neighbour_is_nearer() -> None:
    assert OwnDistrict().choose(view()) == ("own",)
    assert OwnDistrict().choose(view(count=3)) == ("own", "far")


def test_own_district_sends_others_only_where_aid_is_agreed_and_after_its_own() -> None:
    policy, agreed = OwnDistrict(), replace(CASE, has_aid=True)
    assert policy.choose(view(agreed)) == ("own",)
    assert policy.choose(view(count=3)) == ("own", "far")
    assert policy.choose(view(agreed, count=3)) == ("own", "far", "near")
    assert not policy.may_serve("South", 5, CASE)
    assert policy.may_serve("South", 5, agreed) and policy.may_serve("North", 1, CASE)


def test_straight_line_knows_no_borders_and_no_roads() -> None:
    assert StraightLine().choose(view()) == ("near",)
    assert StraightLine().may_serve("South", 1, CASE) and StraightLine().retry_s is None


def test_believed_eta_sends_who_is_expected_first() -> None:
    assert BelievedEta().choose(view(count=2)) == ("own", "near")


def test_a_reserve_stays_in_each_district_unless_the_case_is_critical() -> None:
    assert KeepReserve(reserve=1).choose(view(count=2)) == ("own",)  # 'near' is the South's last, 'far' the North's
    assert KeepReserve(reserve=2).choose(view(count=2)) == ()
    assert KeepReserve(reserve=0).choose(view(count=2)) == ("own", "near")
    critical = replace(CASE, severity=Severity.CRITICAL)
    assert KeepReserve(reserve=2).choose(view(critical, count=2)) == ("own", "near")


def test_the_reserve_holds_for_a_unit_that_becomes_free_too() -> None:
    critical = replace(CASE, severity=Severity.CRITICAL)
    assert not KeepReserve(reserve=1).may_serve("North", 1, CASE)
    assert KeepReserve(reserve=1).may_serve("North", 2, CASE) and KeepReserve(reserve=1).may_serve("North", 1, critical)


@pytest.mark.parametrize("policy", [OwnDistrict(), StraightLine(), BelievedEta(), KeepReserve()])
def test_nobody_is_chosen_from_nobody(policy: Any) -> None:
    assert policy.choose(view(units={})) == ()


# --- queue


def waiting(*cases: tuple[str, Severity, float, float]) -> QueueView:
    """Cases by id, severity, distance from the unit (m) and age, the longest waiting first."""
    views = [CaseView(name, "illness", severity, x, 0.0, "North", age) for name, severity, x, age in cases]
    return QueueView(tuple(views), UnitView("unit", "North", 0.0, 0.0, 0.0))


def test_first_come_is_first_served() -> None:
    cases = waiting(("old", Severity.MINOR, 9e3, 900.0), ("new", Severity.CRITICAL, 1.0, 1.0))
    assert FirstCome().pick(cases) == "old"


def test_the_most_urgent_goes_first_then_the_nearest_then_the_longest_waiting() -> None:
    cases = waiting(("old", Severity.MINOR, 1.0, 900.0), ("new", Severity.CRITICAL, 9e3, 1.0))
    assert MostUrgent().pick(cases) == "new"
    cases = waiting(("far", Severity.SERIOUS, 9e3, 900.0), ("near", Severity.SERIOUS, 1.0, 1.0))
    assert MostUrgent().pick(cases) == "near"
    cases = waiting(("older", Severity.SERIOUS, 5.0, 9.0), ("newer", Severity.SERIOUS, 5.0, 1.0))
    assert MostUrgent().pick(cases) == "older"


# --- destination


def hospitals(*rows: tuple[str, float, int | None]) -> DestinationView:
    """Hospitals by name, travel (s) and free bays as believed, the nearest first."""
    return DestinationView(Severity.SERIOUS, tuple(HospitalView(name, eta, bays, 60.0) for name, eta, bays in rows))


def test_the_nearest_hospital_is_taken_whatever_its_load() -> None:
    assert NearestHospital().choose(hospitals(("full", 100.0, 0), ("empty", 110.0, 9))) == "full"
    assert NearestHospital().report_every_s is None


def test_a_free_bed_is_worth_a_detour_but_not_any() -> None:
    policy = FreeBed(detour_s=300)
    assert policy.choose(hospitals(("full", 100.0, 0), ("empty", 400.0, 9))) == "empty"
    assert policy.choose(hospitals(("full", 100.0, 0), ("empty", 401.0, 9))) == "full"
    assert policy.choose(hospitals(("near", 100.0, 1), ("empty", 110.0, 9))) == "near"
    assert policy.choose(hospitals(("full", 100.0, 0), ("unknown", 110.0, None))) == "full"
    assert policy.report_every_s == 900


# --- reinforce


def scene(*needs: tuple[Capability, int]) -> SceneView:
    """A scene that needs these crews; the next level would send four engines and an ambulance."""
    plan = ((Capability.EXTINGUISH, 4), (Capability.TREAT, 1))
    return SceneView("dwelling_fire", Severity.SERIOUS, needs, plan, has_company=False)


def test_what_is_missing_is_what_is_counted() -> None:
    assert Missing().ask(scene((Capability.EXTINGUISH, 2))) == {Capability.EXTINGUISH: 2}


def test_the_next_level_is_asked_for_when_it_is_more_than_one_crews_work() -> None:
    assert NextLevel().ask(scene((Capability.EXTINGUISH, 2))) == {Capability.EXTINGUISH: 4}
    assert NextLevel().ask(scene((Capability.EXTINGUISH, 1))) == {Capability.EXTINGUISH: 1}
    assert NextLevel().ask(scene((Capability.EXTINGUISH, 9))) == {Capability.EXTINGUISH: 9}


# --- triage and intake


def test_a_desk_recognises_the_needs_of_its_own_or_of_all_services() -> None:
    plan = ((Capability.CONTROL_TRAFFIC, 1), (Capability.CLEAR, 1))
    call = CallView("road_crash", Severity.MINOR, 2, 1, frozenset({Service.TRAFFIC}), plan)
    everything = {"control_traffic": 1, "clear": 1, "treat": 2, "transport": 2, "rescue": 1}
    assert OwnService().needs(call) == dict(plan)
    assert AllServices().needs(call) == everything
    assert OwnService().needs(replace(call, services=frozenset(EMERGENCY))) == everything
    assert AllServices(more_s=7).asks_s == 7 and OwnService().asks_s == 0


@pytest.mark.parametrize("intake", [Separate(), PoliceJoined(), Joint()])
def test_every_service_is_dispatched_by_exactly_one_organisation(intake: Separate) -> None:
    served = [service for services in intake.organisations().values() for service in services]
    assert sorted(served) == sorted(EMERGENCY)


def test_intakes_join_who_they_say_they_join() -> None:
    assert len(Separate().organisations()) == 4 and len(Joint().organisations()) == 1
    assert PoliceJoined().organisations()["police"] == (Service.POLICE, Service.TRAFFIC)
    assert Joint(classify_s=9).asks_s == 9 and Separate().asks_s == 0


# --- arms


def test_an_arm_is_a_bundle_with_changes_and_a_label() -> None:
    assert parse_arm("linked").policies == bundles()["linked"].policies
    arm = parse_arm("mine:present+dispatch=keep_reserve.reserve=2+queue=first_come")
    assert arm.label == "mine"
    assert arm.policies.dispatch == KeepReserve(reserve=2) and arm.policies.queue == FirstCome()
    assert arm.policies.intake == bundles()["present"].policies.intake
    assert parse_arm("present+queue=first_come").label == "present+queue=first_come"


def test_several_parameters_are_divided_by_commas() -> None:
    changed = change_policy(Policies(), "destination=free_bed.every_s=600,detour_s=60")
    assert changed.destination == FreeBed(every_s=600, detour_s=60)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("fragmentd", "Did you mean 'fragmented'?"),
        ("", "bundle is ''"),
        ("linked+dispatch", "not of the form family=name"),
        ("linked+dispach=believed_eta", "Did you mean 'dispatch'?"),
        ("linked+dispatch=nearst", "Known: believed_eta, keep_reserve, own_district, straight_line"),
        ("linked+dispatch=keep_reserve.resrve=2", "Did you mean 'reserve'?"),
        ("linked+dispatch=keep_reserve.reserve", "parameter reserve of dispatch=keep_reserve has no value"),
        ("linked+security=corroborate.wait_s=", "parameter wait_s of security=corroborate has no value; write wait_s="),
        ("linked+dispatch=keep_reserve.reserve=-1", "greater than or equal to 0"),
        ("linked+dispatch=keep_reserve.reserve=some", "valid integer"),
        ("linked+dispatch=straight_line.reserve=1", "Known: none"),
        ("nowhere.toml", "No such file"),
    ],
)
def test_a_wrong_arm_is_named_once_and_clearly(text: str, says: str) -> None:
    with pytest.raises(InputError, match=r"arm|nowhere\.toml") as wrong:
        parse_arm(text)
    assert says in str(wrong.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("queue = 3", "policies.queue is 3"),
        ("queue = { kind = ['a'] }", "policies.queue.kind"),
        ("policies = 3", "policies is 3"),
        ("extends = ['linked']", "extends"),
        ("queu = 'first_come'", "Did you mean 'queue'?"),
        ("queue = ", "not a TOML file"),
    ],
)
def test_a_wrong_file_of_policies_is_named_once_and_clearly(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "arm.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as wrong:
        parse_arm(str(path))
    assert str(path) in str(wrong.value) and says in str(wrong.value)


def test_a_file_of_policies_extends_a_bundle(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text("extends = 'linked'\n[policies]\nqueue = 'first_come'\n", encoding="utf-8")
    arm = parse_arm(str(path))
    assert arm.label == "own" and arm.policies == change_policy(bundles()["linked"].policies, "queue=first_come")


def test_every_option_has_a_sentence_a_cost_and_graded_numbers() -> None:
    for family in families():
        for option in family.options:
            assert option.sentence.endswith(".") and option.cost
            validated({family.family: option.name}, "test")
            for about in option.parameters.values():
                assert {"default", "unit", "grade", "source"} <= set(about)


def test_arms_differ_in_what_they_differ_in_and_in_nothing_else() -> None:
    linked = bundles()["linked"].policies
    assert differences(linked, linked) == []
    rows = differences(linked, change_policy(linked, "destination=free_bed.detour_s=60"))
    assert [(row.family, row.setting, row.a, row.b, row.unit) for row in rows] == [
        ("destination", "detour_s", 480.0, 60.0, "s")
    ]
    for one, other in combinations(bundle_names(), 2):
        a, b = bundles()[one].policies, bundles()[other].policies
        found = {row.family for row in differences(a, b)}
        assert found == {name for name in Policies.model_fields if getattr(a, name) != getattr(b, name)}
        assert all(row.grade and row.source for row in differences(a, b))


# --- what is built of them


def test_bundles_have_equal_call_takers_lines_and_crews_in_a_built_city() -> None:
    counted, usual = [], set[str]()
    for name in bundle_names():
        city = city_of(busy_hour(), name)
        takers = sum(centre.free_takers for centre in city.call_centres.centres)
        lines = sum(centre.free_lines for centre in city.call_centres.centres)
        crews = sorted((unit.id, unit.post) for unit in city.units.units)
        bays = [hospital.bays for hospital in city.hospitals.members]
        channels = city.switchboard.channels
        usual = usual or set(channels)  # those of the first bundle; some reforms install one more
        slots = sorted((name, channels[name].rule) for name in usual)
        counted.append((takers, lines, crews, bays, slots))
    assert counted[0][0] > 0 and len(counted[0][2]) > 1000
    assert all(one == counted[0] for one in counted)


# --- a dispatcher who applies them


def quiet_town() -> City:
    """The toy town, in which nothing happens but what a test does."""
    return city_of(scenario_of(incidents=[], duration="1h"))


def fire_case(city: City, crews: int = 1) -> Any:
    """A case of the fire service for which one engine is to go to D4."""
    dispatcher = city.dispatchers.dispatchers[Service.FIRE]
    x, y = city.town.roads.at(city.town.roads.at_node(24))
    first = city.log.add(ev.ChannelRestored(channel="test"))
    case = dispatcher.picture.open_case("call", (x, y), None, first, Dice(city.streams, 5))
    for belief, value in (("kind", "dwelling_fire"), ("place", (x, y)), ("severity", "serious")):
        dispatcher.picture.believe(case, belief, value, because=first, source="call")
    dispatcher.picture.believe(case, "needs", {"extinguish": crews}, because=first, source="call")
    return case


def live(city: City, until: int) -> None:
    """Seconds go by."""
    while city.t < until:
        city.second()


def free(city: City, name: str) -> StatusReport:
    """A unit says that it has come home."""
    spot = city.units.by_name[name].spot
    return StatusReport(
        sender=name, receiver="fire dispatcher", unit=name, status="free", x=0.0, y=0.0, edge=spot.edge,
        offset_m=spot.offset_m, as_of_s=0.0,
    )  # fmt: skip


def ordered(city: City) -> list[str]:
    """Units ordered so far."""
    return [entry.event.unit for entry in city.log if isinstance(entry.event, ev.UnitOrdered)]


def test_a_unit_that_says_it_is_home_while_its_order_is_on_the_air_is_not_free() -> None:
    city = quiet_town()
    dispatcher = city.dispatchers.dispatchers[Service.FIRE]
    dispatcher.consider(fire_case(city))
    (name,) = ordered(city)
    dispatcher.take_status(free(city, name), 0)
    dispatcher.consider(fire_case(city, crews=99))
    assert ordered(city).count(name) == 1


def test_a_recalled_unit_that_never_heard_its_order_is_free_again(monkeypatch: pytest.MonkeyPatch) -> None:
    city = quiet_town()
    dispatcher = city.dispatchers.dispatchers[Service.FIRE]
    monkeypatch.setattr(city.switchboard, "_is_lost", lambda envelope: envelope.message.word == "order")
    case = fire_case(city)
    dispatcher.consider(case)
    (name,) = ordered(city)
    live(city, 20)
    dispatcher.picture.believe(case, "needs", {}, because=0, source="somebody")
    dispatcher.consider(case)
    live(city, 40)
    monkeypatch.undo()
    assert dispatcher.picture.units[name].status == "free"
    assert not case.is_open
    again = fire_case(city)
    dispatcher.consider(again)
    assert ordered(city) == [name, name]


def test_a_recall_that_nobody_hears_is_said_again_when_the_radio_works() -> None:
    city = quiet_town()
    dispatcher = city.dispatchers.dispatchers[Service.FIRE]
    city.switchboard.fail("fire radio")
    case = fire_case(city)
    dispatcher.consider(case)
    (name,) = ordered(city)
    dispatcher.picture.believe(case, "needs", {}, because=0, source="somebody")
    dispatcher.consider(case)
    live(city, 100)
    assert dispatcher.picture.units[name].status == "ordered"
    city.switchboard.restore("fire radio")
    live(city, 200)
    assert dispatcher.picture.units[name].status == "free" and not case.is_open


def test_a_case_that_is_looked_at_again_keeps_its_place_in_the_queue() -> None:
    city = quiet_town()
    dispatcher = city.dispatchers.dispatchers[Service.FIRE]
    cases = [fire_case(city, crews=99) for _ in range(3)]
    for case in cases:
        dispatcher.consider(case)
    dispatcher.retry(cases[0])
    assert list(dispatcher.waiting) == [case.id for case in cases]


def test_an_ambulance_that_has_left_with_a_patient_does_not_count_for_the_next() -> None:
    city = quiet_town()
    dispatcher = city.dispatchers.dispatchers[Service.FIRE]
    case = fire_case(city, crews=2)
    one, other = list(dispatcher.crews)[:2]
    case.assigned = {name: frozenset({Capability.EXTINGUISH}) for name in (one, other)}
    assert not case.missing(frozenset(Capability))
    report = replace(free(city, one), case=case.id, status="transporting")
    dispatcher._take_away(case, report, 0)
    assert case.needs == {"extinguish": 1} and not case.missing(frozenset(Capability))
    dispatcher.picture.believe(case, "needs", {"extinguish": 2}, because=0, source="the scene counts two more")
    assert case.missing(frozenset(Capability)) == {Capability.EXTINGUISH: 1}


@pytest.mark.parametrize(
    ("left", "needs"), [(None, {"extinguish": 2}), ({"extinguish": 1}, {"extinguish": 1}), ({}, {})]
)
def test_a_crew_that_turns_away_says_how_many_like_it_are_still_needed(
    left: dict[str, int] | None, needs: dict[str, int]
) -> None:
    """Three were asked for, one came: where it has done all there is, nobody is sent after it."""
    city = quiet_town()
    dispatcher = city.dispatchers.dispatchers[Service.FIRE]
    case = fire_case(city, crews=3)
    name = next(iter(dispatcher.crews))
    case.assigned = {name: frozenset({Capability.EXTINGUISH})}
    dispatcher.take_status(replace(free(city, name), case=case.id, outcome="done", left=left), 0)
    assert case.needs == needs and case.is_open is bool(needs)


@pytest.mark.parametrize("seed", [1, 2])
def test_an_engine_that_is_not_needed_any_more_is_not_replaced(seed: int) -> None:
    """Two put out the fire, one leaves, the other makes sure of it: another was sent in its stead, once or twice."""
    rooms = {"rooms": 2, "growth": "fast", "is_contained": False, "spreads": True}
    fire = {"name": "fire", "kind": "dwelling_fire", "at": "+5min", "place": {"node": "D4"}, "details": rooms}
    log = log_of(scenario_of(incidents=[fire], duration="3h"), seed=seed)
    first_done_s = min(times(log, ev.WorkDone, department="fire"))
    ordered_s = times(log, ev.UnitOrdered, department="fire")
    assert len(ordered_s) == 2 and max(ordered_s) < first_done_s
