"""A spare stands in after its switch-over time and helps against what it is a spare of; else it does nothing."""

from __future__ import annotations

from typing import Any

import pytest

from sim.actors.organisation import organisation
from sim.comms.channels import ChannelRule
from sim.comms.messages import Message
from sim.comms.switchboard import Switchboard, spare_of
from sim.core import events as e
from sim.core.clock import Clock
from sim.core.errors import InputError
from sim.core.log import Log
from sim.core.vocabulary import Service
from sim.fitting import channel_names
from sim.policies.redundancy import SHARED, Backup, Single
from sim.scenario import Scenario
from tests.spine import Paper, city_of, events, lived, log_of, plain, scenario_of, the, times

SWITCH_S = 60
BACKUP = "fragmented+redundancy=backup"
FIRE = {
    "name": "fire",
    "kind": "dwelling_fire",
    "at": "+0s",
    "place": {"node": "D4"},
    "floor": 1,
    "access": "0s",
    "details": {"occupants": 0},
}
NOTICED, PICKED_UP, REDIAL = 60, 3, 20
"""On paper: he notices after a minute, is answered after 3 s, and dials again after 20 s, four times at most."""


class Wire:
    """One channel with a spare, and somebody at its end."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.log = Log(self.clock)
        self.says = self.clock.agenda("says")
        self.board = Switchboard(self.clock.agenda("carry"), self.log)
        self.channel = self.board.open("wire", ChannelRule(slots=9, airtime_s=1.0, delay_s=0.0, loss=0.0))
        self.board.back_up("wire", SWITCH_S)
        self.heard: list[tuple[int, str]] = []

    def hear(self, message: Message, because: int) -> None:
        """It arrives."""
        self.heard.append((self.clock.t, message.sender))

    def say(self, who: str) -> None:
        """One message."""
        self.board.send(Message(sender=who, receiver="end"), self, self.channel, None)

    def live(self) -> Wire:
        """Until nothing is left to happen."""
        while self.clock.next_t is not None:
            self.clock.wake()
            self.board.carry()
            self.says.work()
            self.clock.tick()
        return self


def test_what_is_said_before_the_spare_stands_in_is_lost_and_heard_afterwards() -> None:
    wire = Wire()
    wire.says.at(10, wire.board.fail, "wire")
    for t in (9, 40, 70, 71, 90):
        wire.says.at(t, wire.say, f"at {t}")
    wire.live()
    assert wire.heard == [(10, "at 9"), (71, "at 70"), (72, "at 71"), (91, "at 90")]
    assert times(wire.log, e.ChannelSwitched) == [10 + SWITCH_S]
    assert [one.event.channel for one in events(wire.log, e.MessageSent)][-1] == spare_of("wire")


def test_a_channel_that_is_mended_sooner_never_changes_over() -> None:
    wire = Wire()
    wire.says.at(10, wire.board.fail, "wire")
    wire.says.at(10 + SWITCH_S - 1, wire.board.restore, "wire")
    wire.says.at(100, wire.say, "later")
    wire.live()
    assert events(wire.log, e.ChannelSwitched) == [] and wire.heard == [(101, "later")]


def test_the_clock_of_the_change_over_begins_anew_with_each_failure() -> None:
    wire = Wire()
    for t, do in ((10, "fail"), (50, "restore"), (60, "fail"), (200, "restore")):
        wire.says.at(t, getattr(wire.board, do), "wire")
    wire.live()
    switched = [(one.t, one.event.is_back) for one in events(wire.log, e.ChannelSwitched)]
    assert switched == [(60 + SWITCH_S, False), (200, True)]


def test_a_spare_that_is_out_of_order_too_is_no_help() -> None:
    wire = Wire()
    wire.says.at(10, wire.board.fail, "wire")
    wire.says.at(10, wire.board.fail, spare_of("wire"))
    wire.says.at(200, wire.say, "in vain")
    assert wire.live().heard == []


def test_what_does_not_exist_cannot_fail() -> None:
    wire = Wire()
    wire.board.fail("another")
    wire.board.restore("another")
    assert events(wire.log, e.ChannelFailed) == []


# --- in the city


def outage(channel: str, at: str = "+50s", until: str = "+1h") -> dict[str, Any]:
    return {"channel": channel, "at": at, "until": until}


def test_with_a_spare_exchange_the_caller_gets_through_a_change_over_later(paper: Paper) -> None:
    story = scenario_of(incidents=[FIRE], outages=[outage("telephone")])
    first_heard = times(log_of(scenario_of(incidents=[FIRE])), e.CallAnswered)[0]
    assert first_heard == NOTICED + PICKED_UP
    assert times(log_of(story), e.CallAnswered) == []  # five tries in 80 s, all in vain
    up_s = 50 + SWITCH_S
    tries = range(NOTICED, NOTICED + 5 * REDIAL, REDIAL)
    through = next(t for t in tries if t > up_s)  # at 120
    assert times(log_of(story, BACKUP), e.CallAnswered)[0] == through + PICKED_UP


def test_the_longer_it_takes_to_change_over_the_later_and_at_last_it_is_no_help(paper: Paper) -> None:
    story = scenario_of(incidents=[FIRE], outages=[outage("telephone")])
    found = {}
    for switch_s in (1, 30, 60, 120):
        answered = times(log_of(story, f"{BACKUP}.switch_over_s={switch_s}"), e.CallAnswered)
        found[switch_s] = answered[0] if answered else None
    # who dials in the second in which the spare stands in is too early; the last try is at 140, before 170
    assert found == {1: 63, 30: 103, 60: 123, 120: None}


def test_without_a_failure_a_spare_changes_nothing_but_what_it_costs() -> None:
    one, other = (log_of(scenario_of(incidents=[FIRE]), arm) for arm in ("fragmented", BACKUP))
    assert [plain(entry) for entry in one][1:] == [plain(entry) for entry in other][1:]  # the first names the arm
    assert Backup().own_staff and not Backup.resources and not Single().own_staff  # they watch, and answer no calls


def test_a_spare_platform_lets_notices_through_that_are_lost_without_one(paper: Paper) -> None:
    """The only thing that the platform alone carries: what departments tell each other unasked."""
    flood = {"name": "flood", "kind": "flash_flood", "at": "+0s", "place": {"node": "D4"}, "details": {"inside": 3}}
    story = scenario_of(incidents=[flood], outages=[outage("shared platform", "+0s", "+3h")])
    shared = "linked+sharing=platform"
    lost = {
        arm: len(events(log_of(story, arm), e.MessageLost, reason="channel out of order"))
        for arm in (shared, f"{shared}+redundancy=backup")
    }
    assert lost[shared] > 0 == lost[f"{shared}+redundancy=backup"]


def test_where_papers_go_by_telephone_a_spare_platform_is_no_help() -> None:
    flood = {"name": "flood", "kind": "flash_flood", "at": "+0s", "place": {"node": "D4"}, "details": {"inside": 3}}
    story = scenario_of(incidents=[flood], outages=[outage("shared platform", "+0s", "+3h")])
    plainly = [[plain(one) for one in log_of(story, arm) if not isinstance(one.event, e.RunStarted | e.ChannelSwitched)]
               for arm in ("fragmented", BACKUP)]  # fmt: skip
    assert plainly[0] == plainly[1]


def test_every_line_and_every_spare_can_be_named_as_out_of_order() -> None:
    names = channel_names()
    assert {"shared platform", "duty telephone", "liaison", "sensor network"} <= set(names)
    assert {spare_of(name) for name in SHARED} <= set(names)
    assert set(organisation().line) <= set(names)
    everything = [outage(name, "+1min", "+2min") for name in names]
    log = lived(city_of(scenario_of(incidents=[FIRE], outages=everything)), until=600).log
    assert {one.event.channel for one in events(log, e.ChannelFailed)} <= set(names)
    with pytest.raises(InputError, match=r"outages\[0\].channel is 'shared platfrom'.*Did you mean 'shared platform'"):
        log_of(scenario_of(outages=[outage("shared platfrom")]))


def test_a_crew_that_came_home_while_its_net_was_silent_says_so_when_it_works_again(paper: Paper) -> None:
    story = scenario_of(incidents=[FIRE], outages=[outage("fire status", "+4min", "+2h")], duration="3h")
    city = lived(city_of(story), until=7199)
    (engine,) = {one.event.unit for one in events(city.log, e.UnitAlerted, department="fire")}
    assert times(city.log, e.UnitHome, unit=engine)
    dispatcher = city.dispatchers.dispatchers[Service.FIRE]
    assert dispatcher.picture.units[engine].status == "en route"  # the last that its desk has heard of it
    lived(city, until=7202)
    assert dispatcher.picture.units[engine].status == "free"


def test_a_scenario_with_outages_is_written_and_read_back() -> None:
    story = scenario_of(outages=[outage("shared platform spare")])
    assert Scenario.parse(story.plain()) == story
    assert the(log_of(story, "linked+redundancy=backup"), e.ChannelFailed).channel == "shared platform spare"
