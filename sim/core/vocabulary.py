"""The words that every floor shares."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


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


class Service(StrEnum):
    """The emergency services; also the prefix of their KPIs."""

    FIRE = "fire"
    EMS = "ems"
    POLICE = "police"
    TRAFFIC = "traffic"


class Number(StrEnum):
    """The numbers a citizen can dial."""

    POLICE = "110"
    FIRE = "119"
    EMS = "120"
    TRAFFIC = "122"


class Tier(StrEnum):
    """The levels of government."""

    COMMUNITY = "community"
    SUBDISTRICT = "subdistrict"
    DISTRICT = "district"
    CITY = "city"
    PROVINCE = "province"


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
