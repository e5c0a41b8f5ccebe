"""Letters: what the desks of a department have heard and said, as far as their people know; rebuilt from the log."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from sim.core.events import MessageHeard, MessageRead, MessageSent
from sim.core.log import Entry


@dataclass(slots=True)
class Letter:
    """A message that was heard; the text of a paper is known when an officer has read it."""

    message: str
    kind: str
    sender: str
    receiver: str
    channel: str
    heard_t: int
    sent_t: int
    case: str | None  # as the sender calls it
    text: str
    read_t: int | None  # none: it lies unread in a tray

    def as_json(self) -> dict[str, Any]:
        """As plain values."""
        told = asdict(self)
        return told if self.read_t is not None else told | {"text": "", "case": None}


@dataclass(frozen=True, slots=True)
class Said:
    """A message that was sent; whether it arrived, nobody knows who only sent it."""

    message: str
    kind: str
    sender: str
    receiver: str
    channel: str
    sent_t: int
    case: str | None
    text: str

    def as_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


class Letters:
    """All that some names have heard and said, taken from a growing log."""

    def __init__(self, names: Collection[str], offices: Collection[str]) -> None:
        self._names = frozenset(names)
        self._offices = frozenset(offices)  # where papers have to be read
        self._sent: dict[int, MessageSent] = {}  # by event, until it is heard
        self._at: dict[int, int] = {}  # when
        self._unread: dict[int, Letter] = {}  # by the event of its being heard
        self.heard: list[Letter] = []
        self.said: list[Said] = []
        self.taken = 0  # entries of the log

    def take(self, entries: Iterable[Entry]) -> None:
        """Read on in the log."""
        for entry in entries:
            self.taken += 1
            event = entry.event
            match event:
                case MessageSent() if event.sender in self._names or self._is_for_us(event.receiver):
                    self._note(entry, event)
                case MessageHeard() if event.receiver in self._names and event.because in self._sent:
                    self._hear(entry, event)
                case MessageRead() if event.office in self._offices and event.because in self._unread:
                    self._unread.pop(event.because).read_t = entry.t

    def _is_for_us(self, receiver: str) -> bool:
        return receiver in self._names

    def _note(self, entry: Entry, event: MessageSent) -> None:
        if event.sender in self._names:
            self.said.append(
                Said(
                    event.message, event.message_kind, event.sender, event.receiver, event.channel, entry.t,
                    event.case, event.text,
                )
            )  # fmt: skip
        if event.receiver in self._names:
            self._sent[entry.id], self._at[entry.id] = event, entry.t

    def _hear(self, entry: Entry, event: MessageHeard) -> None:
        assert event.because is not None
        sent, sent_t = self._sent.pop(event.because), self._at.pop(event.because)
        is_paper = event.receiver in self._offices
        letter = Letter(
            event.message, sent.message_kind, sent.sender, sent.receiver, sent.channel, entry.t, sent_t,
            sent.case, sent.text, None if is_paper else entry.t,
        )  # fmt: skip
        self.heard.append(letter)
        if is_paper:
            self._unread[entry.id] = letter
