"""What the log tells of warnings and rumours, and of alarms about which nothing was done."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.core import events as ev
from sim.core.events import Event, EventId, IncidentId
from sim.results.danger_records import AlertStory, RumourStory, ZoneStory
from sim.results.effort import TallyOf
from sim.results.records import HALF_WARNED, REFUTED, Tally

if TYPE_CHECKING:
    from sim.results.timeline import Timeline

STATEMENT = "statement"
"""What says what a thing is, and that there is no more to it; all other words say: leave."""

HALF = 0.5
"""A zone counts as warned when warnings have reached this share of its people: heard, trusted, thought over."""


class Warned:
    """Notes in the record of each incident, and in its tally, what alerts and rumours did."""

    def __init__(self, line: Timeline, tally: TallyOf) -> None:
        self._line = line
        self._tally = tally
        self._steps: dict[type[Event], Callable[..., None]] = {
            getattr(ev, name): getattr(self, name) for name in vars(Warned) if name[0].isupper()
        }
        self._alerts: dict[str, tuple[Tally, AlertStory]] = {}  # by alert: where it counts, and what became of it

    def see(self, number: EventId, t: int, incident: IncidentId | None, event: Event) -> None:
        """What an event says of them."""
        step = self._steps.get(type(event))
        if step is not None:
            step(number, t, incident, event)

    # --- alarms

    def AlarmDismissed(self, number: EventId, t: int, incident: str | None, event: ev.AlarmDismissed) -> None:
        self._tally(t, incident).dismissed += incident is not None

    def AlarmVerified(self, number: EventId, t: int, incident: str | None, event: ev.AlarmVerified) -> None:
        seat = self._line.seats.get(event.department)
        if seat is not None:  # at an emergency desk it is a part of the call
            self._tally(t, incident).desk_s[seat.department] += round(event.seconds)

    # --- alerts

    def AlertIssued(self, number: EventId, t: int, incident: str | None, event: ev.AlertIssued) -> None:
        tally = self._tally(t, incident)
        tally.alerts += 1
        self._alerts[event.alert] = tally, AlertStory((event.x, event.y), event.radius_m, t)

    def AlertLifted(self, number: EventId, t: int, incident: str | None, event: ev.AlertLifted) -> None:
        if event.alert in self._alerts:
            self._alerts[event.alert][1].lifted = t

    def PublicInformed(self, number: EventId, t: int, incident: str | None, event: ev.PublicInformed) -> None:
        self._follow(event.alert, event.following, event.needless)

    def AlertEnded(self, number: EventId, t: int, incident: str | None, event: ev.AlertEnded) -> None:
        self._follow(event.alert, event.following, event.needless)

    def _follow(self, alert: str, following: int, needless: int) -> None:
        """The counts of an alert only grow."""
        if alert in self._alerts:
            tally, story = self._alerts[alert]
            tally.following += following - story.following
            tally.needless += needless - story.needless
            story.following, story.needless = following, needless

    def judge(self) -> None:
        """All is known now: an alert was false if no danger was ever in its circle, whether it was taken back or not.

        Danger is what `needless` people are outside of: the zone of an incident, as long as that lasted.
        """
        zones = [(record, record.zone_m) for record in self._line.incidents.values() if record.zone_m is not None]
        for tally, story in self._alerts.values():
            tally.false_alerts += not any(
                story.warns_of(
                    (record.x, record.y), zone_m, record.started, math.inf if record.ended is None else record.ended
                )
                for record, zone_m in zones
            )

    def ZoneWarned(self, number: EventId, t: int, incident: str | None, event: ev.ZoneWarned) -> None:
        record = self._line.incidents[event.found]
        zone = self._zone(event.found)
        zone.warned.append((t, event.share))
        if event.share >= HALF:
            zone.half_warned = t if zone.half_warned is None else zone.half_warned
            record.deeds.setdefault(HALF_WARNED, number)

    def PeopleLeft(self, number: EventId, t: int, incident: str | None, event: ev.PeopleLeft) -> None:
        zone = self._zone(event.incident)
        zone.people = max(zone.people, event.inside + event.left + event.hurt)
        zone.out.append((t, event.left))

    def _zone(self, incident: IncidentId) -> ZoneStory:
        record = self._line.incidents[incident]
        if record.zone is None:
            record.zone = ZoneStory()
        return record.zone

    # --- how far a word got that never did what it should

    def WarningProposed(self, number: EventId, t: int, incident: str | None, event: ev.WarningProposed) -> None:
        self._on_its_way(number, incident, event.says)

    def WarningSigned(self, number: EventId, t: int, incident: str | None, event: ev.WarningSigned) -> None:
        self._on_its_way(number, incident, event.says)

    def WarningApproved(self, number: EventId, t: int, incident: str | None, event: ev.WarningApproved) -> None:
        self._on_its_way(number, incident, event.says)

    def StatementIssued(self, number: EventId, t: int, incident: str | None, event: ev.StatementIssued) -> None:
        self._on_its_way(number, incident, STATEMENT)

    def RumourKnown(self, number: EventId, t: int, incident: str | None, event: ev.RumourKnown) -> None:
        self._on_its_way(number, incident, STATEMENT)

    def _on_its_way(self, number: EventId, incident: IncidentId | None, says: str) -> None:
        record = self._line.incidents.get(incident) if incident is not None else None
        if record is not None:
            record.words[REFUTED if says == STATEMENT else HALF_WARNED] = number

    # --- rumours

    def RumourStarted(self, number: EventId, t: int, incident: str | None, event: ev.RumourStarted) -> None:
        self._line.rumours[event.rumour] = RumourStory(incident, t, [(t, event.believing)])
        self._on_its_way(number, incident, STATEMENT)

    def RumourSpread(self, number: EventId, t: int, incident: str | None, event: ev.RumourSpread) -> None:
        self._line.rumours[event.rumour].believing.append((t, event.believing))

    def RumourRefuted(self, number: EventId, t: int, incident: str | None, event: ev.RumourRefuted) -> None:
        rumour = self._line.rumours[event.rumour]
        rumour.refuted = t if rumour.refuted is None else rumour.refuted
        record = self._line.incidents.get(rumour.incident or "")
        if record is not None:
            record.deeds.setdefault(REFUTED, number)
        rumour.believing.append((t, event.believing))

    def RumourEnded(self, number: EventId, t: int, incident: str | None, event: ev.RumourEnded) -> None:
        rumour = self._line.rumours[event.rumour]
        rumour.ended = t
        rumour.believing.append((t, 0))
