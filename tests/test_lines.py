"""Lines that are for some only, and superiors that a table names: who is told by what, and when, computed by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from spine import Paper, changed, city_of, events, lived, scenario_of, times

from sim.actors.line_tables import CARRIED
from sim.actors.office import Office
from sim.actors.organisation import Organisation, organisation
from sim.actors.organisation_checks import checked
from sim.comms import alerts
from sim.comms import messages as m
from sim.core import events as ev
from sim.core.errors import InputError
from sim.core.streams import Dice, Streams, code_of
from sim.core.vocabulary import Severity
from sim.model import City
from sim.policies.sharing import Liaison

WRITTEN_S, PHONE_S, RED_S, READ_S, RETYPE_S, CHECK_S = 1, 60, 20, 120, 300, 900
CENTRE = (3000.0, 3000.0)
WILLING = "fragmented+responsibility=matrix.least=0,by_ambiguity=0,waits=0"


def amended(lines: Mapping[str, Any] | None = None, departments: Mapping[str, Any] | None = None) -> Organisation:
    """The tables with a line more, which nobody loses a word by, or with other entries of departments."""
    tables = organisation()
    plain = tables.model_dump()
    free = {"slots": one(9, "calls"), "airtime_s": one(RED_S, "s"), "loss": one(0, "1")}
    plain["line"] |= {name: {**free, **own} for name, own in (lines or {}).items()}
    for name, own in (departments or {}).items():
        plain["department"][name] |= own
    return checked(Organisation.model_validate(plain))


def one(value: float, unit: str) -> dict[str, Any]:
    return {"value": value, "unit": unit, "grade": "assumed", "source": "test"}


def town(arm: str = WILLING, **stored: Any) -> City:
    """The toy town, in which nothing happens."""
    return city_of(scenario_of(duration="10h", drain="1h", **stored), arm)


def office(city: City, department: str, tier: str = "") -> Office:
    return city.offices.of(department, CENTRE, tier)


def finding(severity: Severity) -> m.Finding:
    return m.Finding("slide", *CENTRE, severity, 0, (), 0.5, 0.0)


def written(city: City, severity: Severity = Severity.MINOR) -> City:
    """The police's desk writes to housing, as it does after a call, when what is out of order is so."""
    centre, to = city.offices.centres[0], office(city, "housing")
    dice = Dice(Streams(1), 77)
    paper = m.Handoff(sender=centre.name, receiver=to.name, case="x-1", finding=finding(severity), dice=dice)
    city.offices.parts.agenda.at(WRITTEN_S, city.offices.write, centre.name, centre.post, paper, to, 0)
    return lived(city, 5000)


def accepted(city: City) -> int:
    """So long after the paper was written."""
    return times(city.log, ev.CaseAccepted, department="housing")[0] - WRITTEN_S


# --- lines


@pytest.mark.parametrize(
    ("own", "arm", "takes_s"),
    [
        ({"from": ["police"], "to": ["housing"], "papers": ["hand-off"]}, WILLING, RED_S),
        ({"to": ["district"]}, WILLING, RED_S),
        ({"to": ["housing", "district"]}, WILLING, RED_S),
        ({"from": ["police"]}, WILLING + "+intake=joint", RED_S),  # its desk is the joint one
        ({"papers": ["hand-off"]}, WILLING, RED_S),
        ({"to": ["housing", "city"]}, WILLING, PHONE_S),  # housing's desk of the city only
        ({"from": ["district"]}, WILLING, PHONE_S),  # the police's emergency desk is at no tier
        ({"from": ["housing"], "to": ["police"]}, WILLING, PHONE_S),  # the other way round
        ({"papers": ["report"]}, WILLING, PHONE_S),
        ({}, WILLING, PHONE_S),  # for nobody of his own accord
    ],
)
def test_a_red_telephone_is_used_by_those_it_is_for_and_saves_what_it_is_faster(
    paper: Paper, own: dict[str, Any], arm: str, takes_s: int
) -> None:
    """Only the line differs: the paper is heard after its airtime, read in 120 s and typed anew in 300 s."""
    paper.organisation = changed(amended({"red telephone": own}), {"desk.read_sigma.value": 0.0})
    paper.offices(**{"line__duty telephone__loss": 0.0})
    assert accepted(written(town(arm))) == takes_s + READ_S + RETYPE_S


def test_the_first_line_of_the_table_that_fits_is_taken_and_the_next_where_that_is_out_of_order(paper: Paper) -> None:
    slow = {"from": ["police"], "airtime_s": one(40, "s")}
    tables = amended({"red telephone": {"to": ["housing"]}, "courier": slow})
    paper.organisation = changed(tables, {"desk.read_sigma.value": 0.0})
    down = [{"channel": name, "at": "+0s", "until": "+2h"} for name in ("red telephone", "courier")]
    for outages, takes_s in (([], RED_S), (down[:1], 40), (down, PHONE_S)):
        assert accepted(written(town(outages=outages))) == takes_s + READ_S + RETYPE_S


def test_a_policy_that_names_a_channel_goes_on_by_it(paper: Paper) -> None:
    """Notices go by liaison officers, though a red telephone is for all papers of housing."""
    paper.organisation = amended({"red telephone": {"from": ["housing"]}})
    city = written(town(WILLING + "+sharing=liaison.withheld=0"))
    sent = {(one.event.message_kind, one.event.channel) for one in events(city.log, ev.MessageSent)}
    assert ("notice", "liaison") in sent and ("reply", "red telephone") in sent
    assert ("notice", "red telephone") not in sent


def test_every_paper_between_desks_can_have_a_line() -> None:
    forms = {form for module in (m, alerts) for form in vars(module).values() if isinstance(form, type)}
    papers = {form.word for form in forms if issubclass(form, m.Paper) and form is not m.Paper}
    assert papers - set(CARRIED) == {m.Alarm.word}  # a sensor's: by its own network


# --- superiors


def reported_to(city: City) -> list[tuple[str, int]]:
    """To whom housing's desk has reported, and when."""
    sent = events(city.log, ev.MessageSent, message_kind="report", sender=office(city, "housing").name)
    return [(entry.event.receiver, entry.t) for entry in sent]


def test_a_superior_of_the_table_gets_the_report_in_the_stead_of_the_own_department(paper: Paper) -> None:
    """Accepted after 60 + 120 + 300 s, checked for 900 s, then it goes up: to whom is all that differs."""
    up_s = WRITTEN_S + PHONE_S + READ_S + RETYPE_S + CHECK_S
    arm = WILLING + "+reporting=tiered.conceals=0"
    own = written(town(arm), Severity.SERIOUS)
    assert reported_to(own) == [(office(own, "housing", "city").name, up_s)]
    for superior, tier in (("planning", "district"), ("meteorology", "city")):  # at the same tier, or the next it has
        sigmas = {"desk.read_sigma.value": 0.0, "desk.check_sigma.value": 0.0, "line.duty telephone.loss.value": 0.0}
        paper.organisation = changed(amended(departments={"housing": {"superior": superior}}), sigmas)
        city = written(town(arm), Severity.SERIOUS)
        assert reported_to(city) == [(office(city, superior, tier).name, up_s)]


def test_above_the_superiors_tiers_the_rule_holds_and_every_chain_ends_at_the_top(paper: Paper) -> None:
    """Water has no office in the province, where the emergency office is above everybody as ever."""
    paper.organisation = amended(departments={"liaison_hong_kong": {"superior": "water"}})
    city = town()
    assert office(city, "liaison_hong_kong", "city").superior is office(city, "water", "city")
    assert office(city, "liaison_hong_kong", "province").superior is office(city, "emergency", "province")
    for desk in city.offices.by_name.values():
        chain = [desk]
        while chain[-1].superior is not None:
            chain.append(chain[-1].superior)
        assert chain[-1] is office(city, "emergency", "province") and len(chain) == len(set(chain))


def test_a_superior_of_the_same_tier_is_that_of_the_same_area(paper: Paper) -> None:
    paper.organisation = amended(departments={"housing": {"superior": "planning"}})
    city = town()
    for desk in city.offices.by_name.values():
        if desk.department == "housing":
            assert desk.superior is not None
            assert desk.superior is city.offices.by_name[f"planning {desk.tier} {desk.area}".rstrip()]


@pytest.mark.parametrize(
    ("orders", "said"),
    [
        ({"water": "planning", "planning": "water"}, "ring: water district → planning district → water district"),
        ({"emergency": "water"}, "ring: water city → emergency city → water city"),
        ({"water": "water"}, "ring: water district → water district"),
    ],
)
def test_orders_that_go_round_are_refused(orders: dict[str, str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        amended(departments={name: {"superior": superior} for name, superior in orders.items()})


# --- luck that does not change hands


@pytest.mark.parametrize("seed", range(6))
def test_whether_a_hand_off_is_lost_does_not_depend_on_whose_desk_wrote_it(paper: Paper, seed: int) -> None:
    """Half of all calls are lost: the same ones, whether the police's desk sits alone or in the joint centre."""
    paper.offices(**{"line__duty telephone__loss": 0.5})
    fates = []
    for intake in ("separate", "joint"):
        city = city_of(scenario_of(duration="2h", drain="1h"), f"{WILLING}+intake={intake}", seed)
        centre, to = next(one for one in city.offices.centres if "police" in one.departments), office(city, "housing")
        for number in range(8):
            dice = Dice(Streams(seed), 77, number)
            told = finding(Severity.MINOR)
            sheet = m.Notice(sender=centre.name, receiver=to.name, case=f"x-{number}", finding=told, dice=dice)
            city.offices.parts.agenda.at(WRITTEN_S + number, centre.post.send, sheet, to, 0)
        fates.append(times(lived(city, 3000).log, ev.MessageLost))
    assert fates[0] == fates[1] and len(fates[0]) < 8


@pytest.mark.parametrize("name", ["police", "fire", "housing district Toy"])
def test_a_desk_of_one_department_is_its_own_key(name: str) -> None:
    assert town().offices.parts.lines.own.desks.code(name) == code_of(name)


def test_a_joint_desk_is_the_police_s_in_every_key() -> None:
    """It sees a sealed case where the police's desk would have, and its papers have the marks that theirs had."""
    joint, alone = town("fragmented+intake=joint").offices, town().offices
    code = joint.parts.lines.own.desks.code
    assert code("joint") == code_of("police") != code_of("joint")
    sealed = []
    for offices, desk in ((joint, "joint"), (alone, "police")):
        offices.parts = offices.parts._replace(sharing=Liaison(withheld=0.5))
        sealed.append([offices._is_withheld(Dice(Streams(1), 77, number), desk) for number in range(50)])
    assert sealed[0] == sealed[1] and 0 < sum(sealed[0]) < 50
