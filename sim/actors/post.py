"""The post of one desk: papers go out by a line; where that is the rule, those that nobody confirms go again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from sim.actors.line_tables import DUTY_TELEPHONE, PLATFORM
from sim.actors.lines import OwnLines
from sim.comms.channels import Channel
from sim.comms.messages import Message, Paper, Reply
from sim.comms.switchboard import Listener, Switchboard
from sim.core.clock import Agenda

MOST_TIMES = 10
"""Then the sender gives up."""


class Lines(NamedTuple):
    """What papers travel by."""

    agenda: Agenda
    switchboard: Switchboard
    channels: Mapping[str, Channel]
    resend_s: float
    is_tracked: bool  # what nobody confirms is sent again (S6)
    has_platform: bool  # papers go by the shared platform while it is up
    own: OwnLines

    @property
    def has_one_format(self) -> bool:
        """Whether papers come in one format now: those that are told by telephone do not."""
        return self.has_platform and self.channels[PLATFORM].carries

    @property
    def usual(self) -> Channel:
        """The shared platform while it is up, else the telephone."""
        platform = self.channels[PLATFORM]
        return platform if self.has_platform and platform.carries else self.channels[DUTY_TELEPHONE]

    def between(self, sender: str, receiver: str, word: str) -> Channel:
        """The first line of the table that is for such a paper between the two and works; else the usual one."""
        fitting = (self.channels[name] for name in self.own.fitting(sender, receiver, word))
        return next((line for line in fitting if line.carries), self.usual)


Key = tuple[str | None, str, str]
"""Of a paper: case, kind, receiver."""


class Post:
    """Out-going papers of one desk."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self._open: dict[Key, Paper] = {}
        self._written: dict[Key, int] = {}  # how many of that kind

    def send(self, paper: Paper, to: Listener, because: int, channel: str = "") -> int:
        """Send a paper, by the line that is for it if none is named; returns the event."""
        ordinal = self._written.get(_key(paper), 0)
        self._written[_key(paper)] = ordinal + 1
        paper = replace(paper, ordinal=ordinal) if ordinal else paper
        if self._is_tracked(paper):
            self._open[_key(paper)] = paper
        return self._send(paper, to, because, channel, 0)

    def _send(self, paper: Paper, to: Listener, because: int, channel: str, times: int) -> int:
        lines = self.lines
        by = lines.channels[channel] if channel else lines.between(paper.sender, paper.receiver, paper.word)
        code = lines.own.desks.code
        dice = paper.dice.child(code(paper.sender), code(paper.receiver), paper.hands, paper.ordinal, times)
        sent = lines.switchboard.send(paper, to, by, because, dice)
        if self._is_tracked(paper) and times < MOST_TIMES:
            lines.agenda.after(lines.resend_s, self.resend, paper, to, sent, channel, times + 1)
        return sent

    def _is_tracked(self, paper: Paper) -> bool:
        return self.lines.is_tracked and paper.wants_reply and paper.case is not None

    def resend(self, paper: Paper, to: Listener, because: int, channel: str, times: int) -> None:
        """Nobody has confirmed it."""
        if self._open.get(_key(paper)) is paper:
            self._send(paper, to, because, channel, times)

    def hear(self, message: Message, because: int) -> None:
        """A confirmation comes back."""
        if isinstance(message, Reply):
            self._open.pop((message.about, message.of, message.sender), None)


def _key(paper: Paper) -> Key:
    return paper.case, paper.word, paper.receiver
