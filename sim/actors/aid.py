"""Mutual aid between districts: who asks for it, who signs, and how long the word holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.actors.duty_desk import Chore, Matter
from sim.actors.office import Office
from sim.actors.tables import lognormal_s
from sim.comms.cases import Case
from sim.comms.messages import AidGrant, AidRequest, Finding
from sim.core.events import AidGranted, AidRequested
from sim.core.vocabulary import EMERGENCY
from sim.policies.mutual_aid import MutualAid

if TYPE_CHECKING:
    from sim.actors.department import Department
    from sim.actors.offices import Offices


class Aid:
    """Requests and grants of aid."""

    def __init__(self, stage: Offices, policy: MutualAid) -> None:
        self.stage = stage
        self.policy = policy
        self.asked: dict[tuple[str, str], int] = {}  # by department and area: when
        stage.on(AidRequest, self.read)

    def ask(self, department: Department, case: Case, area: str, finding: Finding) -> None:
        """A dispatcher has nobody left in the district of a case: the district's emergency office is asked, once."""
        now = self.stage.parts.agenda.clock.t
        key = department.service.value, area
        if not self.policy.may_be_asked or now - self.asked.get(key, -(10**9)) < self.stage.duty.aid_lasts_s.value:
            return
        self.asked[key] = now
        because = case.beliefs["needs"].event
        event = self.stage.parts.log.add(
            AidRequested(because=because, case=case.id, department=department.service.value, area=area)
        )
        to = self.stage.hub((finding.x, finding.y))
        request = AidRequest(
            sender=department.service.value,
            receiver=to.name,
            case=case.id,
            finding=finding,
            dice=case.dice,
            department=department.service.value,
            area=area,
        )
        department.post.send(request, to, event)

    def read(self, office: Office, request: AidRequest, because: int) -> None:
        """An officer weighs it, for as long as other things that no list settles."""
        duty = self.stage.duty
        dice = request.dice.child(self.stage.rank(office.tier))
        weighs_s = lognormal_s(dice, "aid", (), duty.ponder_s.value, duty.read_sigma.value)
        office.occupy(Chore(weighs_s, self.sign, (office, request, because)), is_urgent=True)

    def sign(self, office: Office, request: AidRequest, because: int) -> None:
        """The district signs and asks the city; the city's word goes to the dispatcher."""
        above = office.superior
        if office.tier == self.stage.parts.organisation.first and above is not None:
            onward = AidRequest(
                sender=office.name,
                receiver=above.name,
                case=request.case,
                finding=request.finding,
                dice=request.dice,
                department=request.department,
                area=request.area,
            )
            office.post.send(onward, above, because)
        else:
            self._grant(office, request.department, request.area, request.case or "", because)

    def grant(self, office: Office, matter: Matter) -> None:
        """An operations centre gives the word to every emergency service."""
        if self.policy.may_be_asked:
            for service in EMERGENCY:
                self._grant(office, service.value, office.area, matter.case.id, matter.because)

    def _grant(self, office: Office, department: str, area: str, case: str, because: int) -> None:
        granted = AidGranted(because=because, case=case, department=department, area=area)
        event = self.stage.parts.log.add(granted)
        word = AidGrant(sender=office.name, receiver=department, area=area)
        lines = self.stage.parts.lines
        by = lines.between(word.sender, word.receiver, word.word)
        lines.switchboard.send(word, self.stage.crews[department], by, event)
