"""The words that every floor shares."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import ClassVar


class Capability(StrEnum):
    """What a crew can do."""

    EXTINGUISH = "extinguish"
    RESCUE = "rescue"
    TREAT = "treat"
    TRANSPORT = "transport"
    SECURE = "secure"
    CONTROL_TRAFFIC = "control_traffic"
    CLEAR = "clear"
    PUMP = "pump"
    DECONTAMINATE = "decontaminate"
    SHUT_OFF = "shut_off"
    INSPECT = "inspect"  # judge whether a slope or a building will hold
    EVACUATE = "evacuate"  # from door to door


class Service(str):
    """A department that has crews, by its name in the tables; equal to its name.

    The four emergency services, whose first response is statutory, have names here; all others are rows of a table.
    """

    __slots__ = ()

    FIRE: ClassVar[Service]
    EMS: ClassVar[Service]
    POLICE: ClassVar[Service]
    TRAFFIC: ClassVar[Service]

    @property
    def value(self) -> str:
        """The name."""
        return str(self)


Service.FIRE, Service.EMS = Service("fire"), Service("ems")
Service.POLICE, Service.TRAFFIC = Service("police"), Service("traffic")

EMERGENCY = (Service.FIRE, Service.EMS, Service.POLICE, Service.TRAFFIC)
"""The emergency services: each has a number that citizens dial, and never refuses; also the prefix of their KPIs."""


class Number(StrEnum):
    """The numbers a citizen can dial."""

    POLICE = "110"
    FIRE = "119"
    EMS = "120"
    TRAFFIC = "122"


class Tier(StrEnum):
    """The usual levels of government, which measures name; a table of the organisation may have others."""

    COMMUNITY = "community"
    SUBDISTRICT = "subdistrict"
    DISTRICT = "district"
    CITY = "city"
    PROVINCE = "province"


class Level(StrEnum):
    """Response levels, from the lowest to the highest."""

    IV = "IV"
    III = "III"
    II = "II"
    I = "I"  # noqa: E741 - the field's word


class Phase(StrEnum):
    """Where a hazard stands: who owns it may differ."""

    PREVENTION = "prevention"  # it is feared
    RESPONSE = "response"  # it has come


class Role(StrEnum):
    """What the list of responsibilities says of a department, for a kind of thing in a phase."""

    LEAD = "lead"
    SUPPORT = "support"
    INFORMED = "informed"
    NONE = "none"


class Severity(StrEnum):
    """How bad it is, in the order of triage."""

    MINOR = "minor"
    SERIOUS = "serious"
    CRITICAL = "critical"


SERVICE_OF: dict[Capability, Service] = {
    Capability.EXTINGUISH: Service.FIRE,
    Capability.RESCUE: Service.FIRE,
    Capability.PUMP: Service.FIRE,
    Capability.DECONTAMINATE: Service.FIRE,
    Capability.TREAT: Service.EMS,
    Capability.TRANSPORT: Service.EMS,
    Capability.SECURE: Service.POLICE,
    Capability.EVACUATE: Service.POLICE,
    Capability.CONTROL_TRAFFIC: Service.TRAFFIC,
    Capability.CLEAR: Service.TRAFFIC,
}
"""Which service has the capability (statutory first response); nobody has one that is missing here."""


def services_of(needs: Iterable[Capability]) -> set[Service]:
    """The services that have these capabilities; what nobody has calls for nobody."""
    return {SERVICE_OF[capability] for capability in needs if capability in SERVICE_OF}


NUMBER_OF: dict[Service, Number] = {
    Service.FIRE: Number.FIRE,
    Service.EMS: Number.EMS,
    Service.POLICE: Number.POLICE,
    Service.TRAFFIC: Number.TRAFFIC,
}
