"""The switchboard carries messages: it delays, loses and delivers them, and knows nothing of what they mean."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from sim.comms.channels import Channel, ChannelRule
from sim.comms.coverage import Coverage
from sim.comms.messages import Message
from sim.core.clock import Agenda
from sim.core.events import (
    ChannelFailed,
    ChannelRestored,
    ChannelSwitched,
    MessageHeard,
    MessageLost,
    MessageSent,
)
from sim.core.log import Log
from sim.core.streams import Dice


class Listener(Protocol):
    """Whoever can be told something."""

    def hear(self, message: Message, because: int) -> None:
        """Take in a message; `because` is the event of its being heard."""


class Envelope(NamedTuple):
    """A message on its way."""

    id: str
    message: Message
    to: Listener
    channel: Channel
    sent: int  # event
    dice: Dice | None


class Switchboard:
    """All channels, by name."""

    def __init__(self, agenda: Agenda, log: Log) -> None:
        self.agenda = agenda
        self.channels: dict[str, Channel] = {}
        self.coverage = Coverage()
        self._log = log
        self._serial = 0

    def carry(self) -> None:
        """Messages whose time has come are heard."""
        self.agenda.work()

    def open(self, name: str, rule: ChannelRule) -> Channel:
        """A new channel, or the one of that name."""
        return self.channels.setdefault(name, Channel(name, rule))

    def back_up(self, name: str, switch_over_s: float) -> None:
        """Give a channel a spare of its own kind, which stands in so long after the channel has failed."""
        channel = self.channels[name]
        channel.spare = self.open(spare_of(name), channel.rule)
        channel.switch_over_s = switch_over_s

    def send(
        self, message: Message, to: Listener, channel: Channel, because: int | None, dice: Dice | None = None
    ) -> int:
        """Say it; returns the event of its being sent. Without dice it cannot be lost."""
        self._serial += 1
        name = f"m{self._serial}"
        channel = channel.in_use
        sent = self._log.add(
            MessageSent(
                because=because,
                message=name,
                message_kind=message.word,
                sender=message.sender,
                receiver=message.receiver,
                channel=channel.name,
                text=message.text,
                case=message.case,
            )
        )
        envelope = Envelope(name, message, to, channel, sent, dice)
        if not channel.is_up:
            self._lose(envelope, "channel out of order")
        elif not self.coverage.carries(message.sender):
            self._lose(envelope, NO_MAST)
        elif channel.busy < channel.rule.slots:
            self._speak(envelope)
        else:
            channel.waiting.append(envelope)
        return sent

    def _speak(self, envelope: Envelope) -> None:
        """It is on the air: the slot is taken for the airtime."""
        rule = envelope.channel.rule
        envelope.channel.busy += 1
        self.agenda.after(rule.airtime_s + rule.delay_s, self._deliver, envelope)

    def _deliver(self, envelope: Envelope) -> None:
        """The slot is free for the next; the message is heard, unless it was lost on the way."""
        channel = envelope.channel
        channel.busy -= 1
        if channel.waiting and channel.is_up:
            self._speak(channel.waiting.popleft())
        if not channel.is_up:
            self._lose(envelope, "channel out of order")
        elif not self.coverage.carries(envelope.message.sender, envelope.message.receiver):
            self._lose(envelope, NO_MAST)
        elif self._is_lost(envelope):
            self._lose(envelope, "not received")
        else:
            heard = self._log.add(
                MessageHeard(
                    because=envelope.sent,
                    message=envelope.id,
                    receiver=envelope.message.receiver,
                    channel=channel.name,
                )
            )
            envelope.to.hear(envelope.message, heard)

    def _is_lost(self, envelope: Envelope) -> bool:
        loss = envelope.channel.rule.loss
        if envelope.dice is None or loss <= 0.0:  # the draw is this message's own: without it no other one changes
            return False
        return bool(envelope.dice.of(f"loss.{envelope.message.word}").random() < loss)

    def _lose(self, envelope: Envelope, reason: str) -> None:
        self._log.add(
            MessageLost(because=envelope.sent, message=envelope.id, channel=envelope.channel.name, reason=reason)
        )

    # --- out of order

    def fail(self, name: str) -> None:
        """A channel goes out of order, if there is one of that name; what waits on it is lost."""
        channel = self.channels.get(name)
        if channel is None:
            return  # what has not been built cannot fail
        channel.is_up = False
        channel.failures += 1
        self._log.add(ChannelFailed(channel=name))
        while channel.waiting:
            self._lose(channel.waiting.popleft(), "channel out of order")
        if channel.spare is not None and not channel.is_switched:
            self.agenda.after(channel.switch_over_s, self.switch_over, channel, channel.failures)

    def switch_over(self, channel: Channel, failure: int) -> None:
        """The spare stands in, unless the channel works again, or has failed anew meanwhile."""
        if not channel.is_up and channel.failures == failure:
            self._switch(channel, is_back=False)

    def restore(self, name: str) -> None:
        """A channel works again, and nothing goes by its spare any more."""
        channel = self.channels.get(name)
        if channel is None:
            return
        channel.is_up = True
        self._log.add(ChannelRestored(channel=name))
        if channel.is_switched:
            self._switch(channel, is_back=True)

    def _switch(self, channel: Channel, *, is_back: bool) -> None:
        assert channel.spare is not None
        channel.is_switched = not is_back
        self._log.add(ChannelSwitched(channel=channel.name, spare=channel.spare.name, is_back=is_back))


def spare_of(name: str) -> str:
    """The name of a channel's spare: it can be out of order too."""
    return f"{name} spare"


NO_MAST = "no mast in reach"
"""Why nothing is heard from or by somebody who stands where a mast has no power."""
