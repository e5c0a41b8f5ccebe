"""The tables of public warning and rumour; every number with its unit, grade and source."""

from __future__ import annotations

from typing import Literal

from sim.actors.curves import Gossip, Spread
from sim.actors.tables import Table
from sim.comms.channels import ChannelRule
from sim.core.quantities import Quantity
from sim.core.tables import kept, read_table
from sim.core.vocabulary import Severity
from sim.hazards.evidence import Shares


class HazardTable(Table):
    """A kind of which the public may be told."""

    says: Literal["warning", "statement"]
    over_from: Severity | None = None  # believed to be so bad it has come, and nobody can leave any more
    reach_m: Quantity


class WordTable(Table):
    """What an office does until it has said something."""

    draft_s: Quantity
    facts_s: Quantity
    remind_s: Quantity
    review_s: Quantity
    statement_m: Quantity


class MediumTable(Table):
    """What carries a word to the public."""

    slots: Quantity
    airtime_s: Quantity
    needs_masts: bool

    def rule(self) -> ChannelRule:
        """As a channel's rule."""
        return ChannelRule(round(self.slots.value), self.airtime_s.value, 0.0, 0.0)


class SpreadTable(Table):
    """How a word spreads among people."""

    mix: Quantity
    contagion_per_min: Quantity
    milling_s: Quantity

    def law(self, told_per_min: float) -> Spread:
        """The law for a channel that reaches people at that rate."""
        mix = self.mix.value
        return Spread(mix * told_per_min, (1.0 - mix) * self.contagion_per_min.value)


class ComplianceTable(Table):
    """Who goes, and how far the public trusts warnings."""

    comply: Quantity
    false_alert: Quantity
    recovers_per_day: Quantity


class RumourTable(Table):
    """How a rumour begins and spreads, and what it makes people do."""

    unexplained: tuple[str, ...]
    patience_s: Quantity
    contact_per_min: Quantity
    belief: Quantity
    authority: Quantity
    leak_people: Quantity
    asks: Quantity
    leaves: Quantity
    dial: Shares
    known_calls: Quantity

    def law(self) -> Gossip:
        """The law of its spreading."""
        return Gossip(self.contact_per_min.value, self.belief.value, self.authority.value)


class WarningTables(Table):
    """All of them."""

    hazard: dict[str, HazardTable]
    word: WordTable
    channel: dict[str, MediumTable]
    spread: SpreadTable
    compliance: ComplianceTable
    rumour: RumourTable


@kept
def warning_tables() -> WarningTables:
    """The tables of public warning and rumour."""
    return WarningTables.model_validate(read_table("warnings"))
