"""Duty desks on paper: hops, refusals, losses, tiers, arbitration, aid; every time is computed by hand."""

from __future__ import annotations

import math
from typing import Any

import pytest
from spine import Paper, city_of, events, lived, scenario_of, times

from sim.actors.office import Office
from sim.actors.organisation import organisation
from sim.actors.post import MOST_TIMES
from sim.comms.messages import Finding, Handoff, Message, Notice, Report
from sim.comms.messages import Paper as Sheet
from sim.core import events as ev
from sim.core.streams import Dice, Streams
from sim.core.vocabulary import Capability, Severity, Tier
from sim.model import City

PHONE_S, READ_S, RETYPE_S, PONDER_S, GRAVE_S, CHECK_S = 60, 120, 300, 600, 120, 900
HOP_S = PHONE_S + READ_S + RETYPE_S
"""From the sender's desk until it has been read."""

CENTRE = (3000.0, 3000.0)
NOBODY = "fragmented+responsibility=ambiguous.least=1"
"""Every department says no."""


def town(arm: str = "fragmented", seed: int = 1, **stored: Any) -> City:
    """The toy town, in which nothing happens."""
    return city_of(scenario_of(duration="10h", drain="1h", **stored), arm, seed)


def found(severity: Severity = Severity.MINOR, people: int = 0, **more: Any) -> Finding:
    told: dict[str, Any] = {
        "kind": "slide",
        "x": CENTRE[0],
        "y": CENTRE[1],
        "needs": (),
        "confidence": 0.5,
        "as_of_s": 0.0,
    }
    return Finding(severity=severity, people=people, **{**told, **more})


def sheet(to: Office, kind: type[Sheet] = Handoff, number: int = 1, **more: Any) -> Sheet:
    """A paper as a desk would write it."""
    finding = more.pop("finding", None) or found()
    dice = Dice(Streams(1), 77, number)
    sender = more.pop("sender", "somebody")
    return kind(sender=sender, receiver=to.name, case=f"x-{number}", finding=finding, dice=dice, **more)


def send(city: City, to: Office, paper: Sheet) -> None:
    """It is sent now, by the telephone."""
    lines = city.offices.parts.lines
    lines.switchboard.send(paper, to, lines.usual, None, paper.dice)


def office(city: City, department: str, tier: str = "") -> Office:
    return city.offices.of(department, CENTRE, tier)


# --- who there is


def test_every_office_but_the_highest_has_a_superior_and_no_chain_is_a_ring() -> None:
    city = town()
    tops = [one for one in city.offices.by_name.values() if one.superior is None]
    assert [one.name for one in tops] == ["emergency province"]
    for one in city.offices.by_name.values():
        chain = []
        while one is not None:
            assert one not in chain
            chain.append(one)
            one = one.superior  # type: ignore[assignment]
        assert chain[-1] is tops[0]


def test_a_department_is_asked_at_the_tier_that_it_has() -> None:
    city = town()
    assert office(city, "water").tier == Tier.DISTRICT
    assert office(city, "meteorology").tier == Tier.CITY
    assert office(city, "emergency", Tier.COMMUNITY).tier == Tier.COMMUNITY


# --- one hop, two hops


def test_a_listed_lead_accepts_one_hop_after_the_paper_was_sent(paper: Paper) -> None:
    city = town("fragmented+responsibility=matrix.least=0,by_ambiguity=0,waits=0")
    send(city, office(city, "housing"), sheet(office(city, "housing")))
    lived(city, 3600)
    assert times(city.log, ev.CaseAccepted, department="housing")[0] == HOP_S


def test_without_a_list_a_desk_thinks_first_and_makes_haste_only_where_life_is_at_risk(paper: Paper) -> None:
    for severity, thinks_s in ((Severity.MINOR, PONDER_S), (Severity.SERIOUS, GRAVE_S)):
        city = town("fragmented+responsibility=ambiguous.least=0,by_ambiguity=0,by_load=0,waits=0")
        to = office(city, "housing")
        send(city, to, sheet(to, finding=found(severity)))
        lived(city, 3600)
        assert times(city.log, ev.CaseAccepted, department="housing")[0] == HOP_S + thinks_s


def test_a_case_that_all_refuse_goes_round_hop_by_hop_and_is_then_nobodys(paper: Paper) -> None:
    city = town(NOBODY)
    to = office(city, "housing")
    send(city, to, sheet(to))
    lived(city, 20_000)
    said_no = events(city.log, ev.CaseRefused)
    assert [entry.event.department for entry in said_no] == ["housing", "planning", "urban_management", "emergency"]
    hop = HOP_S + PONDER_S
    assert [entry.t for entry in said_no] == [hop, 2 * hop, 3 * hop, 4 * hop]
    assert times(city.log, ev.CaseDisputed) == [4 * hop]
    assert not events(city.log, ev.CaseAccepted)


def test_no_case_goes_through_more_hands_than_the_cap(paper: Paper) -> None:
    city = town(NOBODY + ",most_hands=2")
    to = office(city, "housing")
    send(city, to, sheet(to))
    lived(city, 20_000)
    assert len(events(city.log, ev.CaseRefused)) == 2


def test_the_share_of_refusals_is_the_stated_one_and_falls_with_a_list() -> None:
    """S1 with a = 0.8 and an empty desk: 0.05 + 0.5 x 0.8 = 0.45; with a list 0.02 + 0.05 x 0.8 = 0.06.

    400 cases: the standard error is 0.025 and 0.012; four of them are allowed.
    """
    for rule, share in (("ambiguous", 0.45), ("matrix", 0.06)):
        city = town(f"fragmented+responsibility={rule}")
        to, policy = office(city, "planning"), city.arm.policies.responsibility
        verdicts = []
        for number in range(400):
            matter = to.learn(sheet(to, number=number, finding=found(kind="slide", x=number * 5000.0)), 0)
            verdicts.append(policy.decide(to.view_of(matter)).value == "refuse")
        assert abs(sum(verdicts) / 400 - share) < 4 * math.sqrt(share * (1 - share) / 400)


# --- losses: two hops, each lost with probability p


def delivered(city: City, papers: int) -> list[int]:
    """Seconds until each of many papers is here, of those that ever are."""
    post, ear = city.offices.by_name["housing district West"].post, Ear(city)
    for number in range(papers):
        to = office(city, "planning")
        post.send(sheet(to, number=number), ear, 0)  # type: ignore[arg-type]
    lived(city, 30_000)
    return ear.times


class Ear:
    """A receiver that confirms at once, where it is asked to."""

    def __init__(self, city: City) -> None:
        self.city, self.times, self.seen = city, [], set()  # type: tuple[City, list[int], set[str]]

    def hear(self, message: Message, because: int) -> None:
        assert isinstance(message, Sheet) and message.case is not None
        if message.case not in self.seen:
            self.seen.add(message.case)
            self.times.append(self.city.t)
        self.city.offices.by_name["housing district West"].post._open.pop(
            (message.case, message.word, message.receiver), None
        )


def test_untracked_papers_are_lost_in_the_stated_share_and_tracked_ones_are_late_instead(paper: Paper) -> None:
    """A hop takes 60 s; tracked, each loss costs 300 s more: 60 + 300 p / (1 - p) = 135 s at p = 0.2.

    The sd of a geometric delay at p = 0.2 is 300 sqrt(p) / (1 - p) = 168 s: four standard errors of 2,000 are 15 s.
    """
    p, count = 0.2, 2000
    paper.offices(**{"line__duty telephone__loss": p, "line__duty telephone__slots": 10_000})
    lost = count - len(delivered(town(), count))
    assert abs(lost / count - p) < 4 * math.sqrt(p * (1 - p) / count)
    late = delivered(town("fragmented+responsibility=matrix"), count)
    assert len(late) == count and MOST_TIMES * math.log10(1 / p) > 6  # what is lost ten times in a row is one in 10^7
    assert abs(sum(late) / count - (PHONE_S + 300 * p / (1 - p))) < 15


# --- up the tiers


def test_each_tier_adds_its_check_its_call_and_its_reading(paper: Paper) -> None:
    city = town()
    to = office(city, "housing")
    send(city, to, sheet(to, Notice, finding=found(Severity.CRITICAL, 40)))
    lived(city, 20_000)
    read = [(entry.event.office, entry.t) for entry in events(city.log, ev.MessageRead, message_kind="report")]
    tier = CHECK_S + PHONE_S + READ_S + RETYPE_S
    names = ["housing city", "emergency city", "emergency province"]
    assert read[:3] == [(name, HOP_S + (number + 1) * tier) for number, name in enumerate(names)]


def test_a_record_that_goes_to_all_tiers_at_once_is_read_at_all_of_them_at_once(paper: Paper) -> None:
    city = town("fragmented+reporting=parallel")
    to = office(city, "housing")
    send(city, to, sheet(to, Notice, finding=found(Severity.CRITICAL, 40)))
    lived(city, 20_000)
    read = events(city.log, ev.MessageRead, message_kind="report")
    first = [entry.event.office for entry in read if entry.t == HOP_S + 1 + PHONE_S + READ_S + RETYPE_S]
    assert sorted(first) == ["emergency city", "emergency province", "housing city"]


def test_retelling_moves_the_place_and_plays_it_down_in_the_stated_share() -> None:
    """300 offices' first reports of a critical case: half of them say one grade less, one in twenty says nothing.

    Errors of place have the stated median: of 285 errors half lie below it, give or take four standard errors (0.12).
    """
    city = town()
    to, reporter = office(city, "housing"), city.offices.reporter
    said: list[Finding] = []
    city.offices.send = lambda office, to, matter, kind, **more: said.append(more["finding"])  # type: ignore[method-assign]
    for number in range(300):
        matter = to.learn(sheet(to, number=number, finding=found(Severity.CRITICAL, 1, x=number * 5000.0)), 0)
        matter.is_due = False
        reporter.report(to, matter, 0)
        if len(said) and said[-1].people:
            said[-1] = said[-1]
    assert abs(1 - len(said) / 300 - 0.05) < 4 * math.sqrt(0.05 * 0.95 / 300)
    softened = sum(one.severity is Severity.SERIOUS for one in said) / len(said)
    assert abs(softened - 0.5 / 0.95) < 4 * math.sqrt(0.25 / len(said))
    moved = [math.dist((one.x % 5000, one.y), (0.0, CENTRE[1])) for one in said]
    near = [min(m, math.dist((one.x % 5000, one.y), (5000.0, CENTRE[1]))) for m, one in zip(moved, said, strict=True)]
    below = sum(m < city.offices.duty.retold_m.median for m in near) / len(near)
    assert abs(below - 0.5) < 0.12


def test_reports_that_say_the_same_twice_are_not_sent_twice(paper: Paper) -> None:
    city = town()
    to = office(city, "housing")
    for _ in range(3):
        send(city, to, sheet(to, Notice, finding=found(Severity.SERIOUS)))
    lived(city, 30_000)
    assert len(events(city.log, ev.MessageSent, message_kind="report", sender=to.name)) == 1


# --- disputes and instructions


def test_a_dispute_is_settled_by_the_emergency_office_where_there_is_a_list(paper: Paper) -> None:
    """Refused after one hop; the emergency office reads it one hop later and instructs; the lead reads that: 180 s."""
    city = town("fragmented+responsibility=matrix.least=1,waits=0")
    to = office(city, "planning")
    send(city, to, sheet(to))
    lived(city, 20_000)
    assert times(city.log, ev.CaseRefused) == [HOP_S]
    assert times(city.log, ev.CaseEscalated) == [HOP_S]
    assert times(city.log, ev.InstructionGiven) == [2 * HOP_S]
    accepted = events(city.log, ev.CaseAccepted)[0]
    assert accepted.event.department == "housing" and accepted.t == 2 * HOP_S + PHONE_S + READ_S


def test_who_waits_for_a_word_from_above_waits_for_every_tier_that_waits_too(paper: Paper) -> None:
    """district -> city -> emergency city -> province: three questions up, three words down."""
    city = town("fragmented+responsibility=ambiguous.least=0,by_ambiguity=0,by_load=0,waits=1")
    to = office(city, "housing")
    send(city, to, sheet(to))
    lived(city, 20_000)
    up, down = HOP_S, PHONE_S + READ_S
    assert times(city.log, ev.CaseHeld) == [HOP_S + PONDER_S]
    assert times(city.log, ev.CaseAccepted, department="housing")[0] == HOP_S + PONDER_S + 3 * up + 3 * down


# --- fusion


def test_two_equal_reports_put_the_place_between_them_and_make_it_surer() -> None:
    city = town()
    to = office(city, "housing")
    to.learn(sheet(to, Report, finding=found(x=3000.0, confidence=0.5)), 0)
    other = sheet(to, Report, number=2, finding=found(x=3300.0, confidence=0.5), sender="somebody else")
    matter = to.learn(other, 0)
    assert len(to.matters) == 1
    assert matter.case.place == (3150.0, 3000.0)
    assert matter.case.beliefs["place"].confidence == pytest.approx(0.75)


def test_reports_too_far_apart_make_two_cases_of_one_thing() -> None:
    city = town()
    to = office(city, "housing")
    away = to.stage.duty.join_radius_m.value + 1
    to.learn(sheet(to, Report), 0)
    to.learn(sheet(to, Report, number=2, finding=found(x=CENTRE[0] + away)), 0)
    assert len(to.matters) == 2


def test_a_less_sure_word_does_not_overrule_a_surer_one() -> None:
    city = town()
    to = office(city, "housing")
    to.learn(sheet(to, Report, finding=found(Severity.CRITICAL, confidence=0.9)), 0)
    matter = to.learn(sheet(to, Report, number=2, finding=found(Severity.MINOR, confidence=0.3)), 0)
    assert matter.case.severity == "critical"
    matter = to.learn(sheet(to, Report, number=3, finding=found(Severity.MINOR, confidence=0.95)), 0)
    assert matter.case.severity == "minor"


# --- levels


def test_a_level_is_declared_by_the_tier_that_may_and_only_once(paper: Paper) -> None:
    city = town("fragmented+reporting=parallel")
    to = office(city, "emergency")
    for number in range(3):
        send(city, to, sheet(to, Report, number=number, finding=found(Severity.CRITICAL, 12, kind="road_crash")))
    lived(city, 20_000)
    declared = [(entry.event.level, entry.event.office) for entry in events(city.log, ev.LevelDeclared)]
    assert sorted(declared) == [
        ("II", "emergency province"),
        ("III", "emergency city"),
        ("IV", "emergency district West"),
    ]


# --- staff


def test_at_night_fewer_officers_read_and_papers_wait(paper: Paper) -> None:
    """Two officers by day read four papers in two turns; one by night needs four."""
    for start, turns in (("10:00", 2), ("20:00", 4)):
        city = town(start=start)
        to = office(city, "housing")
        for number in range(4):
            send(city, to, sheet(to, Notice, number=number))
        lived(city, 5000)
        assert times(city.log, ev.MessageRead)[-1] == PHONE_S + turns * (READ_S + RETYPE_S)


# --- a tier is a table


def test_a_tier_and_a_line_are_added_by_a_table(paper: Paper) -> None:
    """An agglomeration between city and province: one more desk on the way up, and one more hop."""
    tables = organisation()
    tier = {"agglomeration": tables.tier["city"].model_copy(update={"title": "Agglomeration"})}
    tiers = {name: table for name, table in tables.tier.items() if name != "province"}
    hub = tables.department["emergency"]
    hub = hub.model_copy(update={"tiers": (*hub.tiers, "agglomeration")})
    paper.organisation = type(tables).model_validate(
        {
            **tables.model_dump(),
            "tier": {
                **{n: t.model_dump() for n, t in {**tiers, **tier}.items()},
                "province": tables.tier["province"].model_dump(),
            },
            "line": {
                **{n: t.model_dump() for n, t in tables.line.items()},
                "courier": tables.line["liaison"].model_dump(),
            },
            "department": {**{n: t.model_dump() for n, t in tables.department.items()}, "emergency": hub.model_dump()},
        }
    )
    city = town()
    assert "courier" in city.switchboard.channels
    chain, one = [], office(city, "housing")
    while one.superior is not None:
        one = one.superior
        chain.append(one.name)
    assert chain == ["housing city", "emergency city", "emergency agglomeration", "emergency province"]


# --- what a reform costs, and where it does not help


def desk_work(arm: str, severity: Severity = Severity.MINOR) -> tuple[int, int]:
    """A desk that is asked is willing and the right one: when it takes the case, and papers read in all."""
    city = town(arm)
    to = office(city, "housing")
    centre = city.offices.centres[0]
    paper = sheet(to, finding=found(severity), sender=centre.name)
    assert isinstance(paper, Handoff)
    city.offices.write(centre.name, centre.post, paper, to, 0)
    lived(city, 30_000)
    return times(city.log, ev.CaseAccepted, department="housing")[0], len(events(city.log, ev.MessageRead))


WILLING = "least=0,by_ambiguity=0,by_load=0,waits=0"


def test_joint_command_does_not_help_where_the_right_desk_is_asked_and_costs_everybody_time(paper: Paper) -> None:
    """One paper becomes three: the lead's, and those of planning and urban management, who support."""
    alone, read_alone = desk_work(f"fragmented+responsibility=matrix.{WILLING}")
    joint, read_joint = desk_work(f"fragmented+responsibility=joint_command.{WILLING}")
    assert alone == joint and (read_alone, read_joint) == (1, 3)


def test_joint_command_tells_those_who_lead_and_support_and_sets_nobody_over_them(paper: Paper) -> None:
    """The emergency office of the row is told as one who supports, and not at all where it is only to be informed."""
    arm = f"fragmented+responsibility=joint_command.{WILLING}"
    for role, told in (("informed", {"housing", "planning"}), ("support", {"housing", "planning", "emergency"})):
        paper.answers("slide", 0.5, {"housing": "lead", "planning": "support", "emergency": role})
        city = town(arm)
        centre, to = city.offices.centres[0], office(city, "housing")
        handed = sheet(to, sender=centre.name)
        assert isinstance(handed, Handoff)
        city.offices.write(centre.name, centre.post, handed, to, 0)
        lived(city, 30_000)
        assert {one.event.department for one in events(city.log, ev.CaseAccepted)} == told
        assert not events(city.log, ev.MessageSent, message_kind="instruction")
    sentence = city.arm.policies.responsibility.sentence()
    assert "leads or supports" in sentence and "emergency office" not in sentence


def test_the_first_contact_rule_does_not_help_who_would_have_taken_it_anyway(paper: Paper) -> None:
    ambiguous, _ = desk_work(f"fragmented+responsibility=ambiguous.{WILLING}")
    first, _ = desk_work(f"fragmented+responsibility=first_receiver.{WILLING}")
    assert first == ambiguous


def test_a_first_receiver_without_means_sends_the_crews_of_others_one_hop_later(paper: Paper) -> None:
    """Transport has no inspectors: it keeps the case, asks housing, and housing thinks about it again."""
    city = town(f"fragmented+responsibility=first_receiver.{WILLING}")
    to = office(city, "transport")
    paper_ = sheet(to, finding=found(needs=((Capability.INSPECT, 1),)))
    send(city, to, paper_)
    lived(city, 30_000)
    took = [(entry.event.department, entry.t) for entry in events(city.log, ev.CaseAccepted)]
    assert took[0] == ("transport", HOP_S + PONDER_S)
    assert took[1] == ("housing", 2 * (HOP_S + PONDER_S))
    direct = town(f"fragmented+responsibility=first_receiver.{WILLING}")
    own = office(direct, "housing")
    send(direct, own, sheet(own, finding=found(needs=((Capability.INSPECT, 1),))))
    lived(direct, 30_000)
    ordered = [times(one.log, ev.UnitOrdered)[0] for one in (city, direct)]
    assert ordered[0] - ordered[1] == HOP_S + PONDER_S


def test_reports_to_all_tiers_make_more_desks_read_what_is_nothing(paper: Paper) -> None:
    """Of a wrong word that is corrected after ten minutes, checking stops the report; the record went to three."""
    read = {}
    for reporting in ("tiered", "parallel"):
        city = town(f"fragmented+reporting={reporting}")
        to = office(city, "housing")
        send(city, to, sheet(to, Notice, finding=found(Severity.SERIOUS, confidence=0.5)))
        better = sheet(to, Notice, number=2, finding=found(Severity.MINOR, confidence=0.9))
        city.offices.parts.agenda.at(600, send, city, to, better)
        lived(city, 30_000)
        read[reporting] = len(events(city.log, ev.MessageRead, message_kind="report"))
    assert read["parallel"] > read["tiered"]


# --- mended


def test_who_says_it_ten_times_is_believed_no_more_than_once() -> None:
    city = town()
    to = office(city, "housing")
    for number in range(10):
        matter = to.learn(sheet(to, Report, number=number, finding=found(confidence=0.5)), 0)
    assert matter.case.beliefs["place"].confidence == 0.5


def test_what_is_confirmed_by_somebody_surer_is_held_surer() -> None:
    """So that an unsure word, though newer, does not overrule it."""
    city = town()
    to = office(city, "housing")
    to.learn(sheet(to, Report, finding=found(Severity.SERIOUS, confidence=0.5)), 0)
    to.learn(sheet(to, Report, number=2, sender="scene", finding=found(Severity.SERIOUS, confidence=0.95)), 0)
    late = sheet(to, Report, number=3, sender="a third", finding=found(Severity.MINOR, confidence=0.5, as_of_s=99.0))
    assert to.learn(late, 0).case.severity == "serious"


def test_papers_that_follow_each_other_are_lost_each_by_its_own_draw(paper: Paper) -> None:
    """Of 400 pairs of papers about one case, lost with p = 0.3 each, 0.42 differ; four standard errors are 0.1."""
    paper.offices(**{"line__duty telephone__loss": 0.3, "line__duty telephone__slots": 10_000})
    city = town()
    post, to = city.offices.by_name["housing district West"].post, office(city, "planning")
    heard: list[str] = []
    to.hear = lambda message, because: heard.append(str(message.case))  # type: ignore[method-assign]
    for number in range(400):
        for _ in range(2):
            post.send(sheet(to, number=number), to, 0)
    lived(city, 5000)
    once = sum(heard.count(case) == 1 for case in {f"x-{number}" for number in range(400)})
    assert abs(once / 400 - 0.42) < 0.1


def test_what_comes_in_while_an_officer_thinks_is_not_thought_about_twice(paper: Paper) -> None:
    city = town(NOBODY)
    to = office(city, "housing")
    for number in range(2):
        send(city, to, sheet(to, number=number))
    lived(city, 20_000)
    assert [entry.event.department for entry in events(city.log, ev.CaseRefused)].count("housing") == 1


def test_all_who_wait_for_one_word_from_above_get_it(paper: Paper) -> None:
    city = town("fragmented+responsibility=ambiguous.least=0,by_ambiguity=0,by_load=0,waits=1")
    for place in ((CENTRE[0] - 300, CENTRE[1]), (CENTRE[0] + 300, CENTRE[1])):
        to = city.offices.of("housing", place)
        number = int(place[0])
        send(city, to, sheet(to, number=number, finding=found(x=place[0])))
    lived(city, 30_000)
    held = {entry.event.office for entry in events(city.log, ev.CaseHeld)}
    told = {entry.event.to_office for entry in events(city.log, ev.InstructionGiven)}
    assert held <= told


def test_a_district_declares_its_level_from_whatever_reaches_its_emergency_office(paper: Paper) -> None:
    city = town()
    to = office(city, "emergency")
    send(city, to, sheet(to, finding=found(Severity.CRITICAL, 50)))
    lived(city, 2000)
    assert events(city.log, ev.LevelDeclared)[0].event.level == "IV"


def test_a_scene_is_reported_tier_by_tier_from_the_community_up(paper: Paper) -> None:
    """Community, subdistrict, district, city, province: each reads after a call, and checks before it tells on."""
    city = town()
    police = city.departments.departments["police"]  # type: ignore[index]
    dice = Dice(Streams(1), 9)
    case = police.picture.open_case("c", CENTRE, None, 0, dice)
    police.picture.fuse(case, found(Severity.CRITICAL, 5), because=0, sender="crew", word="report")
    police.inform_office(case, {Capability.TREAT: 5}, case.opened)
    lived(city, 30_000)
    read = [entry for entry in events(city.log, ev.MessageRead, message_kind="report")
            if entry.event.office.startswith("emergency")]  # fmt: skip
    tiers = [entry.event.office.split()[1] for entry in read if "city" not in entry.event.office][:4]
    assert tiers[:3] == ["community", "subdistrict", "district"]
    times_ = [entry.t for entry in read if entry.event.office.split()[1] in ("community", "subdistrict", "district")][
        :3
    ]
    step = CHECK_S + HOP_S
    assert times_ == [HOP_S, HOP_S + step, HOP_S + 2 * step]
