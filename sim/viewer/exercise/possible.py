"""What a seat could do about one of its cases: whom it can send, ask or hand it to, and what it can say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.actors.seat import Filed, Seat, departments
from sim.actors.seat_orders import lacks_aid
from sim.comms.alerts import STATEMENT, WARNING
from sim.comms.messages import Finding
from sim.comms.views import Estimate
from sim.core.errors import unknown
from sim.core.vocabulary import SERVICE_OF, Capability
from sim.policies.warning import ByPlan, Signed


@dataclass(frozen=True, slots=True)
class Sayable:
    """Words to the public as they would go out: how far people are told to leave, and how far it is heard, m."""

    says: str  # warning, statement
    radius_m: float  # 0 of a statement
    heard_m: float
    channel: str
    is_signed: bool  # higher desks sign it first


@dataclass(frozen=True, slots=True)
class Possible:
    """What is possible now; an order may be refused all the same when the moment has passed."""

    requests: tuple[str, ...]  # what crews of others can do, what the case is believed to need first
    receivers: tuple[str, ...]  # departments with desks, but its own
    words: tuple[Sayable, ...]  # what comes first is said unless something else is asked for
    may_ask_aid: bool


@dataclass(frozen=True, slots=True)
class FreeCrews:
    """Crews believed to be free that could do a thing, as far as the desk can tell."""

    ready: tuple[Estimate, ...]  # those that may be sent, the soonest first
    held_back: int  # of other districts: so many may come only when aid is granted
    nearest_held: Estimate | None


NEAREST = 8
"""Crews whose times of arrival are shown."""


def free_crews(seat: Seat, case: str, wanted: Capability) -> FreeCrews:
    """Who could be sent to one of its cases for this, by the dispatcher's own rule; nothing is changed."""
    dispatcher, filed = seat.dispatcher(), seat.find(case)
    roll = dispatcher.roll
    if wanted not in roll.capabilities:
        raise unknown(f"what crews of {seat.department} can do", wanted, roll.capabilities)
    free = may_go = roll.free(wanted)
    if lacks_aid(dispatcher, filed.case):
        may_go = roll.within(free, dispatcher.district_of(filed.case))
    held = np.setdiff1d(free, may_go)
    ready = dispatcher.soonest(filed.case, may_go, NEAREST) if len(may_go) else ()
    nearest = dispatcher.soonest(filed.case, held, 1) if len(held) else ()
    return FreeCrews(ready, len(held), next(iter(nearest), None))


def possible(seat: Seat, case: str) -> Possible:
    """All of it, for a case of its own; nothing is changed."""
    filed = seat.find(case)
    receivers = tuple(one for one in departments(seat.stage) if one != seat.department)
    may_ask_aid = filed.office is None and seat.stage.aid.policy.may_be_asked
    return Possible(_requests(seat, filed), receivers, _words(seat, filed), may_ask_aid)


def _requests(seat: Seat, filed: Filed) -> tuple[str, ...]:
    own = seat.crews.dispatcher.roll.capabilities if seat.crews is not None else ()
    able = [one for one in Capability if one not in own and _has_somebody(seat, filed, one)]
    needed = [one for one in able if filed.case.needs.get(one.value)]
    return tuple(one.value for one in dict.fromkeys([*needed, *able]))


def _has_somebody(seat: Seat, filed: Filed, wanted: Capability) -> bool:
    if filed.office is None and wanted in SERVICE_OF:
        return True
    return seat.stage.who_has(wanted, _finding(seat, filed), (seat.department,)) is not None


def _finding(seat: Seat, filed: Filed) -> Finding:
    if filed.office is not None and filed.matter is not None:
        return filed.office.finding(filed.matter)
    assert seat.crews is not None, "a case that lies on no duty desk is one of a desk with crews"
    return seat.crews.finding(filed.case, {})


def _words(seat: Seat, filed: Filed) -> tuple[Sayable, ...]:
    parts = seat.warnings.parts
    policy, hazard = parts.policy, parts.tables.hazard.get(filed.case.kind)
    if not isinstance(policy, Signed) or filed.case.id in seat.warnings.by_case:
        return ()
    office = filed.office or seat.stage.of(seat.department, filed.case.place)
    is_signed = office.superior is not None and not isinstance(policy, ByPlan)
    heard_m = parts.tables.word.statement_m.value
    found = [Sayable(STATEMENT, 0.0, heard_m, policy.channel, is_signed)]
    if hazard is not None:
        radius_m = hazard.reach_m.value + policy.margin_m
        found.append(Sayable(WARNING, radius_m, max(radius_m, policy.heard_m), policy.channel, is_signed))
        found.sort(key=lambda one: one.says != hazard.says)
    return tuple(found)
