"""Lines between desks as data: how one behaves, whose it is, and what goes by it."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from sim.actors.tables import Table
from sim.comms.alerts import Approval, Murmur, Proposal
from sim.comms.channels import ChannelRule
from sim.comms.messages import AidGrant, AidRequest, Handoff, Instruction, Notice, Query, Reply, Report, Request
from sim.comms.notes import Note
from sim.core.quantities import Quantity

DUTY_TELEPHONE, LIAISON, PLATFORM = "duty telephone", "liaison", "shared platform"
"""The lines that policies name."""

_FORMS = (
    Handoff, Request, Report, Instruction, Notice, Query, Reply, AidRequest, AidGrant, Proposal, Approval, Murmur, Note
)  # fmt: skip
CARRIED = tuple(sorted(form.word for form in _FORMS))
"""What goes by a line between desks."""


class LineTable(Table):
    """A kind of line between desks.

    One that says who may use it, or for what, is used by these of their own accord; one that says nothing of it, by who
    names it: a policy, or the rule of the usual line.
    """

    model_config = ConfigDict(populate_by_name=True)

    slots: Quantity
    airtime_s: Quantity
    loss: Quantity
    senders: tuple[str, ...] = Field(default=(), alias="from")  # departments, tiers, or both; all if empty
    receivers: tuple[str, ...] = Field(default=(), alias="to")
    papers: tuple[str, ...] = ()  # kinds of papers; all if empty

    @property
    def is_own(self) -> bool:
        """Whether it is for some only."""
        return bool(self.senders or self.receivers or self.papers)

    def rule(self) -> ChannelRule:
        """As a channel's rule."""
        return ChannelRule(round(self.slots.value), self.airtime_s.value, 0.0, self.loss.value)
