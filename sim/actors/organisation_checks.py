"""What the tables of an organisation may not say, taken together: orders that go round in a ring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.core.errors import InputError

if TYPE_CHECKING:
    from sim.actors.organisation import Organisation


def checked(tables: Organisation) -> Organisation:
    """The same tables; InputError says who is in the ring."""
    for name, table in tables.department.items():
        for tier in table.tiers:
            _check_chain(tables, name, tier)
    return tables


def _check_chain(tables: Organisation, department: str, tier: str) -> None:
    """Who asks his superior, and this his own, comes to one who has none."""
    chain, at = [(department, tier)], tables.above(department, tier)
    while at is not None:
        if at in chain:
            ring = " → ".join(" ".join(one) for one in (*chain[chain.index(at) :], at))
            raise InputError(f"organisation.toml: superiors go round in a ring: {ring}")
        chain.append(at)
        at = tables.above(*at)
