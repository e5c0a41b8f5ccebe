"""The organisation as data: tiers, departments, duty desks, lines, and who answers for what."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from sim.actors.line_tables import LineTable
from sim.actors.organisation_checks import checked
from sim.actors.tables import CrewTable, Table, services
from sim.core.quantities import Quantity
from sim.core.tables import kept, read_table
from sim.core.vocabulary import EMERGENCY, Level, Phase, Role, Service, Severity
from sim.hazards.evidence import Lognormal

OTHER = "other"
"""The row of kinds that have none of their own."""


class TierTable(Table):
    """A level of government: how many offices a department has there, and who sits in each."""

    title: str
    title_zh: str
    areas: Literal["subdistrict", "district", "one"]
    officers: Quantity
    night: Quantity


class DutyTable(Table):
    """How duty desks work."""

    day_from_h: Quantity
    day_to_h: Quantity
    read_s: Quantity
    read_sigma: Quantity
    retype_s: Quantity
    ponder_s: Quantity
    ponder_grave_s: Quantity
    check_s: Quantity
    check_sigma: Quantity
    check_most_s: Quantity
    retold_m: Lognormal
    resend_s: Quantity
    join_radius_m: Quantity
    join_window_s: Quantity
    word_half_life_s: Quantity
    again_s: Quantity
    assemble_s: Quantity
    aid_asks_s: Quantity
    aid_lasts_s: Quantity


class LevelTable(Table):
    """A response level: the tier that may declare it, and from how many believed victims or what severity on."""

    tier: str
    victims: Quantity
    severity: Severity | None = None  # of a hazard that is feared or has come, though nobody is known to be hurt


class SupportCrews(CrewTable):
    """Crews of a department that is no emergency service."""

    unit: str  # what they are called
    attribute: str = ""  # every station counts alike


class DepartmentTable(Table):
    """A department: where it has offices, and what crews."""

    title: str
    title_zh: str
    tiers: tuple[str, ...] = Field(min_length=1)
    is_hub: bool = False
    superior: str = ""  # the department that orders it, where the rule would have another
    crews: SupportCrews | None = None


class Organisation(Table):
    """All of it."""

    first: str  # the tier whose desks are asked first
    tier: dict[str, TierTable]
    desk: DutyTable
    level: dict[Level, LevelTable]
    line: dict[str, LineTable]
    department: dict[str, DepartmentTable]

    @model_validator(mode="after")
    def _is_whole(self) -> Organisation:
        hubs = [name for name, table in self.department.items() if table.is_hub]
        if len(hubs) != 1:
            raise ValueError(f"one department is the hub; here: {', '.join(hubs) or 'none'}")
        for name in [self.first, *(table.tier for table in self.level.values())]:
            if name not in self.tier:
                raise ValueError(f"there is no tier {name!r}")
        hub = self.department[hubs[0]]
        for name, table in self.department.items():
            for tier in table.tiers:
                if tier not in self.tier:
                    raise ValueError(f"department {name}: there is no tier {tier!r}")
                if tier not in hub.tiers:
                    raise ValueError(f"department {name}: the hub {hubs[0]} has no office at the tier {tier!r}")
            if table.crews is not None and name in EMERGENCY:
                raise ValueError(f"department {name}: crews of an emergency service stand in services.toml")
        return self

    @property
    def hub(self) -> str:
        """The department where lines cross."""
        return next(name for name, table in self.department.items() if table.is_hub)

    def above(self, department: str, tier: str) -> tuple[str, str] | None:
        """Department and tier of the superior of an office.

        It is the office of the department that the table names, at that tier or the next that this has; else the next
        higher of the own department; where there is none, the hub's of that tier.
        """
        own, rank = self.department[department], self.tiers.index(tier)
        orders = [(own.superior, one) for one in self.tiers[rank:]] if own.superior else []
        orders += [(department, one) for one in self.tiers[rank + 1 :]]
        found = next(((name, one) for name, one in orders if one in self.department[name].tiers), None)
        return found or (None if department == self.hub else (self.hub, tier))

    @property
    def tiers(self) -> list[str]:
        """From the lowest to the highest, in the order of the table."""
        return list(self.tier)


class Row(Table):
    """Who answers for a kind in a phase."""

    ambiguity: Quantity
    roles: dict[str, Role]

    @model_validator(mode="after")
    def _has_one_lead(self) -> Row:
        leads = [name for name, role in self.roles.items() if role is Role.LEAD]
        if len(leads) != 1:
            raise ValueError(f"one department leads; here: {', '.join(leads) or 'none'}")
        return self

    def role(self, department: str) -> Role:
        """What the list says of a department."""
        return self.roles.get(department, Role.NONE)

    @property
    def lead(self) -> str:
        """The department that is named first."""
        return next(name for name, role in self.roles.items() if role is Role.LEAD)

    @property
    def candidates(self) -> list[str]:
        """Departments that might be asked to take it: the lead, then who supports, then who is informed."""
        order = [Role.LEAD, Role.SUPPORT, Role.INFORMED]
        return sorted(self.roles, key=lambda name: order.index(self.roles[name]))


class Duty(Table):
    """Who answers for a kind, before and after it has come."""

    response_from: Severity
    prevention: Row
    response: Row

    def phase(self, severity: Severity) -> Phase:
        """What is believed to be so bad is no longer only feared."""
        grades = list(Severity)
        is_here = grades.index(severity) >= grades.index(self.response_from)
        return Phase.RESPONSE if is_here else Phase.PREVENTION

    def row(self, severity: Severity) -> Row:
        """The list for a believed severity."""
        return self.response if self.phase(severity) is Phase.RESPONSE else self.prevention


class Duties:
    """The list of responsibilities."""

    def __init__(self, rows: dict[str, Duty]) -> None:
        self.rows = rows

    def of(self, kind: str) -> Duty:
        """Of a kind of thing."""
        return self.rows.get(kind, self.rows[OTHER])

    def row(self, kind: str, severity: Severity) -> Row:
        """The list for a kind of thing of a believed severity."""
        return self.of(kind).row(severity)

    def is_grey(self, kind: str) -> bool:
        """Whether somebody beside the emergency services answers for it, so that an owner must be found."""
        return kind in self.rows and kind != OTHER


@kept
def organisation() -> Organisation:
    """Tiers, departments, desks, lines."""
    return checked(Organisation.model_validate(read_table("organisation")))


def crews() -> dict[Service, CrewTable]:
    """Every department that has crews: the emergency services first."""
    support = {Service(name): table.crews for name, table in organisation().department.items() if table.crews}
    return {**services(), **support}


@kept
def duties() -> Duties:
    """Who answers for what."""
    rows = {kind: Duty.model_validate(table) for kind, table in read_table("responsibility").items()}
    known = organisation().department
    for kind, duty in rows.items():
        for row in (duty.prevention, duty.response):
            for name in row.roles:
                if name not in known:
                    raise ValueError(f"responsibility.toml, {kind}: there is no department {name!r}")
    return Duties(rows)
