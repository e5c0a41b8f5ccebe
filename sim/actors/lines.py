"""Who sits at which desk, and lines of the table that are for some desks only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sim.actors.line_tables import LineTable
from sim.actors.organisation import Organisation
from sim.core.streams import code_of


class Party(NamedTuple):
    """Whose desk it is; desks of emergency services and of crews are at no tier."""

    departments: frozenset[str]
    tier: str = ""


class Desks:
    """Whose each desk is, by name; one that is not listed is named after its department."""

    def __init__(self) -> None:
        self._parties: dict[str, Party] = {}
        self._firsts: dict[str, str] = {}  # of desks that several services share: the first

    def enrol(self, name: str, departments: Iterable[str], tier: str = "") -> None:
        """A desk of that name is there."""
        served = tuple(departments)
        self._parties[name] = Party(frozenset(served), tier)
        if not tier:
            self._firsts[name] = str(served[0])

    def party(self, name: str) -> Party:
        """Of a desk."""
        return self._parties.get(name) or Party(frozenset({name}))

    def code(self, name: str) -> int:
        """A desk as a part of a key that exists in every arm: one of several services is what its first one's was."""
        return code_of(self._firsts.get(name, name))


class OwnLines:
    """Who may use which line, in the order of the table."""

    def __init__(self, organisation: Organisation) -> None:
        self.tables = {name: table for name, table in organisation.line.items() if table.is_own}
        self._tiers = organisation.tiers
        self.desks = Desks()

    def fitting(self, sender: str, receiver: str, word: str) -> Iterator[str]:
        """Lines by which such a paper may go between the two."""
        for name, table in self.tables.items():
            if (not table.papers or word in table.papers) and self._joins(table, sender, receiver):
                yield name

    def _joins(self, table: LineTable, sender: str, receiver: str) -> bool:
        return self._is_among(table.senders, sender) and self._is_among(table.receivers, receiver)

    def _is_among(self, names: tuple[str, ...], name: str) -> bool:
        """Of one of the departments, if some are named, and at one of the tiers, if some are."""
        party = self.desks.party(name)
        tiers = [one for one in names if one in self._tiers]
        departments = [one for one in names if one not in self._tiers]
        return (not tiers or party.tier in tiers) and (not departments or not party.departments.isdisjoint(departments))
