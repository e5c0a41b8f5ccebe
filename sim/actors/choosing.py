"""A dispatcher's choice: who of the free units goes to a case, and which waiting case a freed unit takes."""

from __future__ import annotations

from dataclasses import replace

from sim.actors.orders import SEVERITIES, UNDER_WAY, OrderDesk
from sim.actors.roll import Crew, Rows
from sim.comms.cases import Case
from sim.comms.views import CaseView, DispatchView, Estimate, QueueView, UnitView
from sim.core.vocabulary import Capability
from sim.policies.dispatch import Dispatch
from sim.policies.queue import Queue


class ChoosingDesk(OrderDesk):
    """A dispatcher, as far as he chooses; what cannot be had waits."""

    dispatch_policy: Dispatch
    queue_policy: Queue

    # --- a case wants units

    def consider_soon(self, case: Case) -> None:
        """Look at the case when it is the dispatchers' turn."""
        self.agenda.soon(self.consider, case)

    def consider(self, case: Case, freed_by: int | None = None) -> None:
        """Order what the case still misses; what cannot be had now makes it wait. An event may have ended a wait."""
        if not case.is_open:
            return
        for capability in sorted(case.missing(self.roll.capabilities)):
            count = case.missing(self.roll.capabilities).get(capability, 0)  # a crew just sent may do this too
            for name in self._choose(case, capability, count) if count else ():
                self.order(name, case, capability, freed_by)
        self._recall_surplus(case)
        if not case.missing(self.roll.capabilities):
            self.waiting.pop(case.id, None)
        elif case.id not in self.waiting:
            self.waiting[case.id] = case
            self._retry_later(case)
            if self.dispatch_policy.asks_aid and not self.department.is_manned:
                self.agenda.after(self.department.offices.duty.aid_asks_s.value, self.ask_aid, case)

    def _choose(self, case: Case, capability: Capability, count: int) -> tuple[str, ...]:
        self._expected = {}
        if self.department.is_manned or not len(self.roll.free(capability)):
            return ()
        return self.dispatch_policy.choose(self.view_for(case, capability, count))

    def view_for(self, case: Case, capability: Capability, count: int) -> DispatchView:
        """What is to be decided, as policies and people see it."""
        roll, rows = self.roll, self.roll.free(capability)

        def by_eta(k: int) -> tuple[Estimate, ...]:
            found = self.soonest(case, rows, k)
            self._expected = {estimate.unit: estimate.eta_s for estimate in found}
            return found

        def by_distance(k: int, district: str | None) -> tuple[str, ...]:
            return roll.nearest(rows, case.place, k, district)

        def free_by_district() -> dict[str, int]:
            return dict(roll.by_district(rows))

        return DispatchView(self.view_of(case), capability, count, by_eta, by_distance, free_by_district)

    def soonest(self, case: Case, rows: Rows, k: int) -> tuple[Estimate, ...]:
        """Those of these units that are expected there first, over the roads as they are believed to be."""
        target = self.sense.index.nearest_spot(*case.place)
        seconds = self.sense.seconds(self.agenda.clock.t, self.picture.closures(), target)
        return self.roll.soonest(rows, target, seconds, k, self.sense.router)

    def view_of(self, case: Case) -> CaseView:
        """The case as policies see it."""
        held = case.beliefs
        x, y = held["place"].value
        severity = SEVERITIES[held["severity"].value]
        age_s = float(self.agenda.clock.t - case.opened_s)
        district = self.district_of(case)
        has_aid = self.department.offices.aid.policy.is_standing or self.picture.has_aid(district)
        return CaseView(case.id, held["kind"].value, severity, x, y, district, age_s, has_aid)

    def district_of(self, case: Case) -> str:
        """Of the place that is believed now; nothing is kept, so that who only asks changes nothing."""
        return self.sense.district(*case.place)

    def _retry_later(self, case: Case) -> None:
        wait_s = self.dispatch_policy.retry_s
        if wait_s is not None:
            age_s = self.agenda.clock.t - case.opened_s
            self.agenda.after(wait_s - age_s if age_s < wait_s else wait_s, self.retry, case)

    def retry(self, case: Case) -> None:
        """The case has waited so long that the rule may have changed; it keeps its place in the queue."""
        if case.id in self.waiting:
            self.consider(case)
        if case.id in self.waiting:
            self._retry_later(case)

    def ask_aid(self, case: Case) -> None:
        """It still waits: crews of other districts are asked for."""
        if case.id in self.waiting and not self.view_of(case).has_aid:
            self.department.ask_aid(case, self.district_of(case))

    def take_aid(self, area: str, until_s: float, because: int) -> None:
        """Crews of other districts may be sent from now on: the waiting cases are looked at again."""
        self.picture.aid_until_s[area] = until_s
        for case in list(self.waiting.values()):
            self.consider(case, because)

    # --- a unit is free again

    def offer(self, name: str) -> None:
        """A unit is free again: which waiting case does it take?"""
        crew = self.crews[name]
        waiting = [] if self.department.is_manned else self._waiting_for(crew)
        if not waiting:
            return
        seen = self.picture.units[name]
        unit = UnitView(name, crew.district, seen.x, seen.y, seen.as_of_s)
        case = self.waiting[self.queue_policy.pick(QueueView(tuple(waiting), unit))]
        missing = [one for one in sorted(case.missing(self.roll.capabilities)) if one in crew.capabilities]
        self._expected = {}
        self.order(name, case, missing[0], seen.freed_by)
        if not case.missing(self.roll.capabilities):
            del self.waiting[case.id]

    def _waiting_for(self, crew: Crew) -> list[CaseView]:
        """The waiting cases that the unit could and may serve, as policies see them."""
        found = []
        free = 0
        for case in list(self.waiting.values()):
            missing = case.missing(self.roll.capabilities) if case.is_open else {}
            if not missing:
                del self.waiting[case.id]
            elif not crew.capabilities.isdisjoint(missing):
                free = free or self.roll.free_beside(crew)
                view = self.view_of(case)
                if self.dispatch_policy.may_serve(crew.district, free, view):
                    found.append(view)
        return found

    # --- two cases are one

    def give_over(self, case: Case, into: Case) -> None:
        """Of a case that is another's double: who is still under way turns back, who is there counts for the other."""
        self.waiting.pop(case.id, None)
        for name in [name for name in case.assigned if name in self.crews]:
            able = case.assigned.pop(name)
            if self.picture.units[name].status in UNDER_WAY:
                self._recall(case, name)
            else:
                into.assigned[name] = able
                into.on_scene.add(name)
                self._jobs[name] = replace(self._jobs[name], case=into.id)
