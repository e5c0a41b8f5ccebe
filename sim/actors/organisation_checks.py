"""What the tables of an organisation may not say: names that nobody has, and orders that go round in a ring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.actors.line_tables import CARRIED
from sim.core.errors import InputError, unknown

if TYPE_CHECKING:
    from sim.actors.organisation import Organisation


def checked(tables: Organisation) -> Organisation:
    """The same tables; InputError says what is wrong with them, and where."""
    _check_lines(tables)
    for name, table in tables.department.items():
        if table.superior and table.superior not in tables.department:
            raise unknown(f"organisation.toml: department.{name}.superior", table.superior, tables.department)
    for name, table in tables.department.items():
        for tier in table.tiers:
            _check_chain(tables, name, tier)
    return tables


def _check_lines(tables: Organisation) -> None:
    """Each end is a department or a tier; each paper one that goes by lines."""
    ends = (*tables.tier, *tables.department)
    for name, line in tables.line.items():
        for key, found, known in (
            ("from", line.senders, ends), ("to", line.receivers, ends), ("papers", line.papers, CARRIED)
        ):  # fmt: skip
            for one in found:
                if one not in known:
                    raise unknown(f"organisation.toml: line.{name}.{key}", one, known)


def _check_chain(tables: Organisation, department: str, tier: str) -> None:
    """Who asks his superior, and this his own, comes to one who has none."""
    chain, at = [(department, tier)], tables.above(department, tier)
    while at is not None:
        if at in chain:
            ring = " → ".join(" ".join(one) for one in (*chain[chain.index(at) :], at))
            raise InputError(f"organisation.toml: superiors go round in a ring: {ring}")
        chain.append(at)
        at = tables.above(*at)
