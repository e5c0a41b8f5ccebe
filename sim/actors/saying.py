"""Something that an office wants to tell the public, and who has to sign it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from sim.actors.office import Office
from sim.actors.offices import Offices
from sim.actors.warning_tables import WarningTables
from sim.comms.cases import Case
from sim.comms.messages import Finding
from sim.comms.switchboard import Listener, Switchboard
from sim.comms.views import WarningView
from sim.core.clock import Agenda
from sim.core.log import Log
from sim.core.streams import Dice
from sim.core.vocabulary import Severity, Tier
from sim.policies.warning import PublicWarning


class WarningParts(NamedTuple):
    """What warnings are made with."""

    agenda: Agenda
    log: Log
    policy: PublicWarning
    tables: WarningTables
    offices: Offices
    switchboard: Switchboard
    public: Listener


@dataclass(slots=True, eq=False)
class Saying:
    """What one office wants to tell the public, or has told it."""

    name: str
    says: str  # a warning, or a statement
    office: Office
    case: Case | None  # None: it is about what people keep asking
    finding: Finding  # as last looked at
    dice: Dice  # of the case's first call or alarm
    because: int
    news_t: float  # when something new of the case was last learnt
    is_pending: bool = True  # drafted, or on its way up
    attempt: int = 0  # how often it was laid before the superior again
    signatures: int = 0
    spoken: int = 0  # how often it has gone out
    is_asked: bool = False  # a person at the desk wants it said

    @property
    def alert(self) -> str:
        """What has gone out last."""
        return f"{self.name}/{self.spoken}"

    @property
    def case_id(self) -> str | None:
        """The owner's own case."""
        return self.case.id if self.case is not None else None

    @property
    def is_open(self) -> bool:
        """Whether there is still something to be said."""
        return self.case is None or self.case.is_open

    def look(self) -> WarningView:
        """What the office believes now."""
        if self.case is not None:
            self.finding = finding_of(self.case)
        return view_of(self.says, self.finding, self.office)


def finding_of(case: Case) -> Finding:
    """What is believed of a case, as far as the public may be told."""
    x, y = case.place
    place, people = case.beliefs["place"], case.beliefs.get("people")
    return Finding(
        kind=case.kind,
        x=x,
        y=y,
        severity=Severity(case.severity),
        people=int(people.value) if people else 0,
        needs=(),
        confidence=place.confidence,
        as_of_s=place.as_of_s,
    )


def view_of(says: str, found: Finding, office: Office) -> WarningView:
    """What lies on the desk of an office."""
    return WarningView(says, found.kind, found.severity, found.confidence, office.tier, signatory(office) is not None)


def tiers_above(office: Office) -> int:
    """How many offices have to sign, where each higher tier does."""
    above = signatory(office)
    return 0 if above is None else 1 + tiers_above(above)


def signatory(office: Office) -> Office | None:
    """The office of the next higher tier, up to the city: what is said in the city is for the city to sign."""
    above = office.superior
    rank = office.stage.rank
    while above is not None and rank(above.tier) <= rank(office.tier):
        above = above.superior
    return above if above is not None and rank(above.tier) <= rank(Tier.CITY) else None
