"""The kinds of second in the waterfall: one label is one home of delay."""

from __future__ import annotations

from dataclasses import dataclass

from sim.core import events as ev
from sim.core.events import Event

REPORT = "report"
"""A paper to a superior; it is checked before it is sent, if that is the custom."""

LATER_CALL, MISJOINED, NOT_LOGGED = "later call", "misjoined", "not logged"
CENSORED, NEVER_KNOWN = "censored", "never known"

LABELS: dict[str, str] = {
    "grow": "the incident grows until this is needed",
    "detect": "nobody has noticed yet",
    "dial": "somebody has noticed and is about to ring",
    LATER_CALL: "it has rung already, but the call or alarm that was acted on came later",
    "unanswered": "it rings until the caller gives up or the call is lost",
    "redial": "the caller is about to try again",
    "answer": "it rings until a call-taker picks up",
    "talk": "the call-taker asks and types",
    "transfer": "the caller is being put through",
    "hold": "the caller, or the colleague who rings for him, waits for the next desk to pick up",
    "ring back": "a call-taker rings the caller back, as soon as one is free",
    "doubt": "the report of one voice waits for a second one",
    "send": "somebody is about to say it",
    "channel": "the message is on its way, or waits for the channel",
    "hand over the case": "a department passes the case on",
    "take charge": "a department takes the case as its own, or notes what it heard",
    "read": "a paper waits for a duty officer, who reads it and types it anew",
    "ponder": "a duty officer thinks about whose it is, or whether it may be",
    "wait for instruction": "nothing is done before a superior has been asked and has answered",
    "arbitrate": "an office that decides such things is asked whose it is",
    "check": "a desk checks before it tells its superior",
    "verify": "a desk looks whether an alarm is real",
    "assemble": "those who are called in come together",
    "draft": "an officer writes what the public is to be told, or asks for the facts first",
    "sign": "a warning waits for its signatures",
    "warn": "a warning spreads among the people",
    "decide": "the dispatcher chooses a unit",
    "queue for a unit": "no unit is free",
    "alert": "the order is on its way to the crew",
    "recall": "the crew is told to turn back or elsewhere",
    "turnout": "the crew gets ready",
    "travel": "the wheels turn",
    "search": "the crew looks for the incident around the place that it was given",
    "size up": "the scene is sized up and more is asked for",
    "agree who leads": "the leaders of several organisations settle who leads them all",
    "access": "gates, stairs and lifts, hose lines",
    "work": "the crew treats, frees, loads, puts out",
    "transport": "the ambulance drives to the hospital",
    "hand over the patient": "the ambulance waits at the hospital and hands over",
    "release": "the crew gets ready for the next order",
    "other": "events of a kind that has no label",
    MISJOINED: "the crew came by a story that began with another incident, or with none",
    NOT_LOGGED: "the log leaves out what happened in between",
    CENSORED: "it was known, but the effect had not come when the run ended",
    NEVER_KNOWN: "nobody who answers knew of it when the run ended",
}
"""Every label in the order of a call's life, with what happens in it."""

PHASES: dict[str, tuple[str, ...]] = {
    "before the call": ("grow", "detect", "dial", LATER_CALL, "unanswered", "redial"),
    "the call": ("answer", "talk", "transfer", "hold", "ring back", "doubt"),
    "telling others": ("send", "channel", "hand over the case", "take charge", "warn"),
    "at duty desks": (
        "read",
        "ponder",
        "wait for instruction",
        "arbitrate",
        "check",
        "verify",
        "assemble",
        "draft",
        "sign",
    ),
    "dispatch": ("decide", "queue for a unit", "alert", "recall"),
    "on the way": ("turnout", "travel", "search"),
    "at the scene and after": (
        "size up",
        "agree who leads",
        "access",
        "work",
        "transport",
        "hand over the patient",
        "release",
        "other",
    ),
    "lost": (MISJOINED, NOT_LOGGED, CENSORED, NEVER_KNOWN),
}
"""The labels by phase, for colours and legends."""

_BY_CHILD: dict[type[Event], str] = {
    ev.IncidentChanged: "grow",
    ev.PatientHarmed: "grow",
    ev.RumourStarted: "grow",
    ev.RumourKnown: "detect",
    ev.RumourRefuted: "warn",
    ev.IncidentNoticed: "detect",
    ev.SensorTripped: "detect",
    ev.SensorFailed: "detect",
    ev.SensorRestored: "detect",
    ev.AlarmVerified: "verify",
    ev.AlarmDismissed: "verify",
    ev.TrustChanged: "verify",
    ev.CallLost: "unanswered",
    ev.CallAbandoned: "unanswered",
    ev.CallTransferred: "talk",
    ev.CallEnded: "talk",
    ev.CprStarted: "talk",
    ev.CallerRungBack: "ring back",
    ev.DoubtEnded: "doubt",
    ev.CaseAccepted: "take charge",
    ev.CaseRefused: "ponder",
    ev.CaseHeld: "ponder",
    ev.CaseEscalated: "hand over the case",
    ev.CaseDisputed: "hand over the case",
    ev.InstructionGiven: "hand over the case",
    ev.MessageRead: "read",
    ev.LevelDeclared: "take charge",
    ev.OperationsCentreOpened: "assemble",
    ev.WarningProposed: "draft",
    ev.WarningSigned: "sign",
    ev.WarningApproved: "sign",
    ev.AlertIssued: "sign",
    ev.StatementIssued: "sign",
    ev.AlertLifted: "warn",
    ev.PublicInformed: "warn",
    ev.ZoneWarned: "warn",
    ev.AlertEnded: "warn",
    ev.AidRequested: "decide",
    ev.AidGranted: "ponder",
    ev.CaseHandedOff: "hand over the case",
    ev.MessageHeard: "channel",
    ev.MessageLost: "channel",
    ev.UnitAlerted: "alert",
    ev.UnitRecalled: "recall",
    ev.UnitAtGivenPlace: "travel",
    ev.RoadBlocked: "travel",
    ev.UnitHome: "travel",
    ev.NothingFound: "search",
    ev.CommandEstablished: "size up",
    ev.JointCommandNeeded: "size up",
    ev.JointCommandEstablished: "agree who leads",
    ev.HazardJudged: "work",
    ev.HazardLearnt: "work",
    ev.CrewHurt: "work",
    ev.ReinforcementRequested: "size up",
    ev.UnitAtPatient: "access",
    ev.WaterOnFire: "access",
    ev.PatientFreed: "work",
    ev.PatientLoaded: "work",
    ev.WorkDone: "work",
    ev.UnitAtHospital: "transport",
    ev.PatientDelivered: "hand over the patient",
    ev.UnitAvailable: "release",
}


_RINGS: dict[type[Event], str] = {
    ev.CallTransferred: "transfer",
    ev.CaseHandedOff: "hand over the case",
    ev.CallLost: "redial",
    ev.CallAbandoned: "redial",
}

_LEAVES: dict[type[Event], str] = {
    ev.UnitEnRoute: "travel",
    ev.RoadBlocked: "travel",
    ev.UnitAtGivenPlace: "search",
    ev.NothingFound: "search",
    ev.MessageHeard: "search",  # a better place was told
    ev.UnitAtHospital: "hand over the patient",
}


@dataclass(slots=True)
class Way:
    """What has happened so far on the way of a story, as far as it gives later seconds another name."""

    was_passed_on: bool = False
    is_at_duty_desk: bool = False
    asks_for: str = ""  # what a desk waits for that has laid the case before another

    def label(self, before: Event, now: Event) -> str:
        """The home of the delay between an event and its successor; the way goes on from there."""
        name = label(before, now, was_passed_on=self.was_passed_on)
        if isinstance(now, ev.CaseAccepted) and self.is_at_duty_desk:
            name = "ponder"
        name = self.asks_for or name
        self._go_on(now)
        return name

    def _go_on(self, now: Event) -> None:
        match now:
            case ev.CallTransferred() | ev.CaseHandedOff():
                self.was_passed_on, self.asks_for = True, ""
            case ev.MessageRead():
                self.is_at_duty_desk = True
            case ev.WarningProposed():
                self.asks_for = "sign"
            case ev.AlertIssued() | ev.StatementIssued():
                self.asks_for = ""
            case ev.CaseHeld():
                self.asks_for = "wait for instruction"
            case ev.CaseEscalated():
                self.asks_for = "arbitrate"
            case ev.CaseAccepted() | ev.UnitOrdered() | ev.CallPlaced():
                self.is_at_duty_desk, self.asks_for = False, ""


def label(before: Event, now: Event, *, was_passed_on: bool = False) -> str:
    """The home of the delay between an event and its successor in the story."""
    match now:
        case ev.MessageSent():
            return "check" if now.message_kind == REPORT else "send"
        case ev.CallPlaced():
            return _RINGS.get(type(before), "dial")
        case ev.CallAnswered():
            return "hold" if was_passed_on else "answer"
        case ev.CaseOpened() | ev.CallJoinedCase() | ev.BeliefChanged():
            return _learning(before)
        case ev.UnitOrdered():
            return "decide" if now.waited_for is None else "queue for a unit"
        case ev.UnitEnRoute():
            return _LEAVES.get(type(before), "turnout")
        case ev.UnitOnScene():
            return "travel" if isinstance(before, ev.UnitEnRoute | ev.RoadBlocked) else "search"
    return _BY_CHILD.get(type(now), "other")


def _learning(before: Event) -> str:
    """A case or a belief comes of talking to a caller, of a hand-off, or of what was heard."""
    if isinstance(before, ev.MessageHeard | ev.MessageRead | ev.CaseAccepted | ev.CallerRungBack):
        return "take charge"
    return "hand over the case" if isinstance(before, ev.CaseHandedOff) else "talk"
