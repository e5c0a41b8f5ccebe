"""Whether a paper is believed: what a look-up reads of it, what its sender says when asked, who else bears it out."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from sim.actors.threats import attack_table
from sim.comms.messages import Alarm, Finding, Handoff, Message, Paper, Report, Request
from sim.comms.pictures import Picture
from sim.comms.views import PaperView
from sim.core.events import DoubtEnded, PaperRejected
from sim.core.streams import code_of
from sim.core.vocabulary import Capability
from sim.policies.security import Security

if TYPE_CHECKING:
    from sim.actors.offices import Offices

ACTED_ON = (Handoff, Request, Report, Alarm)
"""Papers that make somebody do something; all others only inform."""


class Desk(Protocol):
    """Whoever reads papers."""

    name: str
    picture: Picture

    def deal_with(self, message: Message, event: int) -> None:
        """It is believed."""


class Credence:
    """How desks come to believe papers, under a policy of security."""

    def __init__(self, stage: Offices, security: Security, ring_back_s: float) -> None:
        self.stage = stage
        self.security = security
        self._ring_back_s = ring_back_s
        self._held: dict[str, list[Paper]] = {}  # by desk: papers that wait for somebody to bear them out

    def seconds(self, desk: Desk, paper: Paper) -> float:
        """What checking a paper takes."""
        if not self.security.checks_papers:
            return 0.0
        asks = self.security.weighs_sources and self.security.asks_sender(self._view(desk, paper))
        return self.security.paper_s + (self._ring_back_s if asks else 0.0)

    def admits(self, desk: Desk, paper: Paper, because: int, *, acts_on_notices: bool = False) -> bool:
        """Whether what a desk has read may be acted on now; a paper that has to wait comes back by itself."""
        if not self.security.checks_papers:
            return True
        view = self._view(desk, paper)
        if self.security.rejects(view) or (self.security.asks_sender(view) and not self._is_in_the_book(paper)):
            self._note_rejected(desk, paper, because)
            return False
        is_acted_on = isinstance(paper, ACTED_ON) or acts_on_notices
        wait_s = self.security.holds_paper_s(view) if is_acted_on else 0.0
        if wait_s > 0.0:
            self._held.setdefault(desk.name, []).append(paper)
            self.stage.parts.agenda.after(wait_s, self.release, desk, paper, because)
        return wait_s == 0.0

    def release(self, desk: Desk, paper: Paper, because: int) -> None:
        """It has lain long enough: if nobody else has spoken of it, whom it is for sends one crew to look."""
        self._held[desk.name].remove(paper)
        is_borne_out = self._sources(desk, paper) > 1
        event = self.stage.parts.log.add(
            DoubtEnded(because=because, case=paper.case or "", department=desk.name, is_corroborated=is_borne_out)
        )
        needs = paper.finding.needs if is_borne_out else _one_crew(paper.finding)
        if is_borne_out or isinstance(paper, ACTED_ON):
            desk.deal_with(replace(paper, finding=replace(paper.finding, needs=needs)), event)

    def _view(self, desk: Desk, paper: Paper) -> PaperView:
        sources = self._sources(desk, paper) if self.security.weighs_sources else 1
        misfit = self._misfit(desk, paper) if self.security.reads_seals else 0.0
        return PaperView(paper.finding.severity, sources, misfit)

    def _misfit(self, desk: Desk, paper: Paper) -> float:
        """What the look-up reads: the paper's own mark, or the noise of the instrument."""
        code = self.stage.parts.lines.own.desks.code
        key = code(desk.name), code(paper.sender), code_of(paper.word), paper.hands, paper.ordinal
        u = float(paper.dice.of("seal", *key).random())
        noise: float = 1.0 - (1.0 - u) ** (1.0 / attack_table().forged_reports.sharpness.value)
        return max(paper.misfit, noise)

    def _sources(self, desk: Desk, paper: Paper) -> int:
        """Who has seen it: on whose word it rests, and others that wait, and what the desk knows of it already."""
        duty, found = self.stage.duty, paper.finding
        radius_m, window_s = duty.join_radius_m.value, duty.join_window_s.value
        known = desk.picture.match(frozenset({found.kind}), (found.x, found.y), radius_m, window_s, attended=True)
        papers = [paper, *(one for one in self._held.get(desk.name, ()) if _is_near(one.finding, found, radius_m))]
        return len(frozenset(known.roots if known is not None else ()).union(*(one.roots for one in papers)))

    def _is_in_the_book(self, paper: Paper) -> bool:
        """Asked, the desk that is said to have sent it finds the case in its book, or does not; so does a device."""
        stage = self.stage
        if isinstance(paper, Alarm):
            return paper.sensor in stage.devices
        return (paper.sender, paper.case) not in stage.made_up

    def _note_rejected(self, desk: Desk, paper: Paper, because: int) -> None:
        department = str(getattr(desk, "department", desk.name))
        self.stage.parts.log.add(
            PaperRejected(because=because, office=desk.name, department=department, message_kind=paper.word)
        )


def _is_near(one: Finding, other: Finding, radius_m: float) -> bool:
    return one.kind == other.kind and math.dist((one.x, one.y), (other.x, other.y)) <= radius_m


def _one_crew(found: Finding) -> tuple[tuple[Capability, int], ...]:
    """Of all that is asked for, one crew."""
    return tuple((name, 1) for name, _ in found.needs[:1])
