"""What is on file about a place, as far as a crew's terminal shows it."""

from __future__ import annotations

from sim.comms.switchboard import Switchboard
from sim.core.streams import Dice
from sim.hazards.incident import Incident
from sim.policies.sharing import Sharing


class Files:
    """The files of all departments, as far as crews can read them."""

    def __init__(self, sharing: Sharing, switchboard: Switchboard) -> None:
        self.sharing = sharing
        self.switchboard = switchboard

    def are_shown(self, incident: Incident) -> bool:
        """Whether the terminal of a crew at the place shows what is hidden there, and is not kept secret (X6)."""
        hidden = incident.hidden
        if hidden is None or not hidden.is_filed or not self.sharing.shows_files:
            return False
        channel = self.switchboard.channels.get(self.sharing.channel)
        secret_u = float(Dice(incident.world.streams, *incident.key).of("file").random())
        return (channel is None or channel.carries) and secret_u >= self.sharing.withholds
