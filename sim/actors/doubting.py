"""A desk that may doubt: it rings back, waits for a second voice, or sends one crew to look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.actors.case_desk import CaseDesk, rank_of
from sim.actors.exchange import Caller
from sim.comms.cases import Case
from sim.comms.messages import Call
from sim.comms.views import TrustView
from sim.core.events import CallerRungBack, DoubtEnded
from sim.core.vocabulary import SERVICE_OF, Capability, Service, Severity, services_of

if TYPE_CHECKING:
    from sim.actors.department import Department

LONE = TrustView(Severity.MINOR, 1, 0.0)
"""A minor case of one caller: what is waited for here is waited for at all."""


def case_capabilities(case: Case) -> list[Capability]:
    """What a case is believed to need."""
    return [Capability(name) for name in case.needs]


class DoubtingDesk(CaseDesk):
    """Whether a caller is believed, and what he says when he is rung back."""

    def _tell(self, case: Case, services: set[Service], told: int, call: Call, caller: Caller) -> None:
        """The services of this desk learn of the case; of a doubtful one only when it has been confirmed."""
        is_first = case.callers == [(caller, call)] and not call.is_relay
        if is_first and self.rules.security.rings_back(self._trust(case, caller)):
            case.is_doubted = True
            self.agenda.soon(self.check, case, call, caller, told)  # once this call is over
            return
        wait_s = 0.0 if call.is_relay else self.rules.security.waits_s(self._trust(case, caller))
        if wait_s and is_first:
            case.is_doubted = True
            self.agenda.after(wait_s, self.send_one, case, call, told)
        if wait_s:
            return  # one voice, however often it speaks
        if case.is_doubted and self.rules.security.waits_s(LONE):
            told = self._end_doubt(case, told, is_corroborated=len(case.roots) > 1)
        case.is_doubted = False  # a second voice is enough
        for service in sorted(services):
            self.departments[service].notify(case, told)

    def _trust(self, case: Case, caller: Caller) -> TrustView:
        return TrustView(Severity(case.severity), len(case.callers), caller.misfit(), len(case.roots))

    def _granted(
        self, case: Case, call: Call, caller: Caller, needs: Mapping[Capability, int]
    ) -> Mapping[Capability, int]:
        """The crews that may be sent on what has been said so far: one to look, where a second source is wanted."""
        own = [name for name in needs if SERVICE_OF.get(name) in self.departments]
        severity = max(call.said.severity, Severity(case.severity) if case.beliefs else Severity.MINOR, key=rank_of)
        view = TrustView(severity, len(case.callers), caller.misfit(), len(case.roots))
        is_lone = not call.is_relay and self.rules.security.waits_s(view) > 0.0
        return dict.fromkeys(own[:1], 1) if is_lone and own else needs

    def send_one(self, case: Case, call: Call, because: int) -> None:
        """Nobody else has spoken of it: one crew shall look."""
        if case.is_open and case.is_doubted:
            event = self._end_doubt(case, because, is_corroborated=False)
            case.is_doubted = False
            for service in sorted(services_of(case_capabilities(case)) & set(self.departments)):
                self.departments[service].notify(case, event)
            self._tell_offices(case, call, event, is_new=True)

    def _end_doubt(self, case: Case, because: int, *, is_corroborated: bool) -> int:
        """The case will be acted on; returns the event, which is now what raised the need."""
        ended = DoubtEnded(because=because, case=case.id, department=self.name, is_corroborated=is_corroborated)
        event = self.log.add(ended)
        case.beliefs["needs"] = case.beliefs["needs"]._replace(event=event)
        return event

    def check(self, case: Case, call: Call, caller: Caller, because: int) -> None:
        """A call-taker, as soon as one is free, rings the number back."""
        if not self.free_takers:
            self.agenda.after(self.rules.table.pick_up_s.value, self.check, case, call, caller, because)
            return
        self.free_takers -= 1
        self.agenda.after(self.rules.table.ring_back_s.value, self.believe_or_not, case, call, caller, because)

    def believe_or_not(self, case: Case, call: Call, caller: Caller, because: int) -> None:
        """Somebody picks up and stands by what he said, or not."""
        is_confirmed = caller.stands_by(call, self.rules.table.ring_back_success.value)
        rung = self._rung_back(case, call, is_confirmed, because)
        if not case.is_open or not case.is_doubted:
            return  # somebody else has called meanwhile
        case.is_doubted = False
        event = self.picture.believe(
            case, "confirmed", is_confirmed, because=rung, source=f"{call.id} rung back", confidence=0.9
        )
        case.beliefs["needs"] = case.beliefs["needs"]._replace(event=event)
        if is_confirmed or self.rules.security.sends_unconfirmed(self._trust(case, caller)):
            for service in sorted(services_of(case_capabilities(case)) & set(self.departments)):
                self.departments[service].notify(case, event)
            self._tell_offices(case, call, event, is_new=True)
        else:
            next(iter(self.departments.values())).close(case, "unconfirmed", event)

    def ring_back(self, case: Case, asks: Department, unit: str, because: int) -> None:
        """A crew finds nothing: a call-taker, as soon as one is free, asks the first caller again where it is."""
        if not self.free_takers:
            self.agenda.after(self.rules.table.pick_up_s.value, self.ring_back, case, asks, unit, because)
            return
        self.free_takers -= 1
        self.agenda.after(self.rules.table.ring_back_s.value, self.ask_again, case, asks, unit, because)

    def ask_again(self, case: Case, asks: Department, unit: str, because: int) -> None:
        """What the caller says now corrects the place of the case."""
        draw = float(case.dice.of("ring back").random())
        if case.callers[0] is None:
            self.free_takers += 1  # it came by notice: nobody can be rung back
            self.agenda.soon(self.take_next)
            return
        caller, call = case.callers[0]
        said = caller.say_again(call) if draw < self.rules.table.ring_back_success.value else None
        rung = self._rung_back(case, call, said is not None, because)
        if said is not None and case.is_open:
            place = (round(said.x, 1), round(said.y, 1))
            event = self.picture.believe(
                case, "place", place, because=rung, source=f"{call.id} rung back", confidence=0.95
            )
            asks.correct(case, unit, event)

    def _rung_back(self, case: Case, call: Call, is_reached: bool, because: int) -> int:
        """The call-taker is free again; returns the event."""
        self.free_takers += 1
        self.agenda.soon(self.take_next)
        return self.log.add(
            CallerRungBack(
                because=because,
                call=call.id,
                case=case.id,
                department=self.name,
                is_reached=is_reached,
                seconds=self.rules.table.ring_back_s.value,
            )
        )

    def take_next(self) -> None:
        """A call-taker is free for the next call."""
        raise NotImplementedError
