"""Lines of the table that are for some only: whose papers go by them, and which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sim.actors.line_tables import LineTable
from sim.actors.organisation import Organisation


class Party(NamedTuple):
    """Whose desk it is; desks of emergency services and of crews are at no tier."""

    departments: frozenset[str]
    tier: str = ""


class OwnLines:
    """Who may use which line, in the order of the table."""

    def __init__(self, organisation: Organisation) -> None:
        self.tables = {name: table for name, table in organisation.line.items() if table.is_own}
        self._tiers = organisation.tiers
        self._parties: dict[str, Party] = {}  # those whose name is not that of their department

    def enrol(self, name: str, departments: Iterable[str], tier: str = "") -> None:
        """A desk of that name is there."""
        self._parties[name] = Party(frozenset(departments), tier)

    def fitting(self, sender: str, receiver: str, word: str) -> Iterator[str]:
        """Lines by which such a paper may go between the two."""
        for name, table in self.tables.items():
            if (not table.papers or word in table.papers) and self._joins(table, sender, receiver):
                yield name

    def _joins(self, table: LineTable, sender: str, receiver: str) -> bool:
        return self._is_among(table.senders, sender) and self._is_among(table.receivers, receiver)

    def _is_among(self, names: tuple[str, ...], name: str) -> bool:
        """Of one of the departments, if some are named, and at one of the tiers, if some are."""
        party = self._parties.get(name) or Party(frozenset({name}))
        tiers = [one for one in names if one in self._tiers]
        departments = [one for one in names if one not in self._tiers]
        return (not tiers or party.tier in tiers) and (not departments or not party.departments.isdisjoint(departments))
