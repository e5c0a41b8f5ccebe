"""Who looks: a lens is ground truth, the picture of one organisation, or what the public has been told and seen."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal, NamedTuple

from sim.comms.pictures import Picture
from sim.core.errors import unknown
from sim.model import City


class Lens(NamedTuple):
    """Whose map it is; `owner` is the owner of the picture that is looked at."""

    sort: Literal["truth", "public", "picture"]
    owner: str = ""

    @property
    def key(self) -> str:
        """The word for it in commands and addresses."""
        return self.owner if self.sort == "picture" else self.sort


TRUTH, PUBLIC = Lens("truth"), Lens("public")


class Choice(NamedTuple):
    """One lens among those of a city, with what a list of them is grouped by."""

    lens: Lens
    department: str  # empty of truth and the public
    tier: str  # of an office; empty of a desk with crews


def picture_of(city: City, owner: str) -> Picture:
    """The picture of an owner, or of the desk with crews or the highest office of a department of that name."""
    pictures = pictures_of(city)
    if owner in pictures:
        return pictures[owner]
    desks = {department.service.value: department for department in city.departments.departments.values()}
    if owner in desks:
        return desks[owner].picture
    offices = [office for office in city.offices.by_name.values() if office.department == owner]
    if not offices:
        raise unknown("the organisation", owner, sorted({*pictures, *desks}))
    return max(offices, key=lambda office: city.offices.rank(office.tier)).picture


def lens_of(city: City, word: str) -> Lens:
    """`truth`, `public`, or an organisation: the owner of a picture, or a department."""
    for plain in (TRUTH, PUBLIC):
        if word == plain.sort:
            return plain
    return Lens("picture", picture_of(city, word).owner)


def pictures_of(city: City) -> dict[str, Picture]:
    """All pictures of a city by owner: those of desks with crews, then those of offices."""
    pictures = [department.picture for department in city.departments.departments.values()]
    pictures += [office.picture for office in city.offices.by_name.values()]
    return {picture.owner: picture for picture in pictures}


def choices(city: City) -> list[Choice]:
    """Every lens that there is: truth, the public, desks with crews, offices."""
    found = [Choice(TRUTH, "", ""), Choice(PUBLIC, "", "")]
    for owner, services in readers(city).items():
        found.append(Choice(Lens("picture", owner), services[0], ""))
    for office in city.offices.by_name.values():
        found.append(Choice(Lens("picture", office.name), office.department, office.tier))
    return found


def readers(city: City) -> dict[str, tuple[str, ...]]:
    """By owner of a picture: the services that read it, in the order of the departments."""
    return grouped({service.value: one.picture.owner for service, one in city.departments.departments.items()})


def grouped(owner_of: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Services by the owner of the picture that they read."""
    found: dict[str, tuple[str, ...]] = {}
    for service, owner in owner_of.items():
        found[owner] = (*found.get(owner, ()), service)
    return found


def own_names(owner: str, services: Collection[str]) -> frozenset[str]:
    """The names by which messages call the desks that read a picture."""
    return frozenset({owner, *services, *(f"{service} dispatcher" for service in services)})
