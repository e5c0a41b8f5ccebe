"""An event in one plain English sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from sim.core import events as ev
from sim.core.events import Event
from sim.core.log import Entry
from sim.core.quantities import clock_text
from sim.results.places import Places, in_metres
from sim.results.wanted import belief, crews, spoken

_TEMPLATES: dict[type[Event], str] = {
    ev.RunStarted: "The run of {scenario} in {town} begins, with seed {seed}.",
    ev.RunEnded: "The run ends.",
    ev.UnitCommissioned: "{unit} ({department}) is in service at {station}, {district}.",
    ev.IncidentStarted: "{incident} begins: {incident_kind} in {subdistrict}, {district}; it needs {needs}.",
    ev.IncidentChanged: "{incident} changes: it now needs {needs}.",
    ev.PeopleLeft: "Of the people in the zone of {incident}, {left} are out, {inside} inside, {hurt} hurt.",
    ev.PatientHarmed: "Citizen {citizen} becomes patient {patient}: {condition}, {severity}.",
    ev.PatientDied: "Patient {patient} dies.",
    ev.IncidentEnded: "{incident} is over: {outcome}.",
    ev.IncidentNoticed: "Citizen {citizen} notices {incident}.",
    ev.CallLost: "The call of {caller} is lost: {reason}.",
    ev.CallAbandoned: "{caller} hangs up before {department} answers.",
    ev.CallAnswered: "{department} answers {caller}.",
    ev.CallEnded: "A call-taker of {department} is free again; the call ended as: {outcome}.",
    ev.CallerRungBack: "{department} rings the caller of {call} back; he is reached: {is_reached}.",
    ev.CallTransferred: "{department} puts the caller through to {to_department}.",
    ev.MessageForged: "Citizen {citizen} makes up a {claimed_kind}.",
    ev.AttackStarted: "Attack {attack} begins: {attack_kind}.",
    ev.AttackEnded: "Attack {attack} ends.",
    ev.PaperForged: "A {message_kind} to {receiver} is forged in the name of {claimed_sender}: {claimed_kind}.",
    ev.MastFailed: "A mast at ({x}, {y}) has no power: no telephone and no radio within {radius_m} m.",
    ev.MastRestored: "The mast at ({x}, {y}) has power again.",
    ev.ChannelSwitched: "What goes by {channel} changes over, from it to {spare} or back (back: {is_back}).",
    ev.PaperRejected: "{office} does not believe a {message_kind}.",
    ev.CaseOpened: "{department} opens case {case} at ({x}, {y}).",
    ev.CallJoinedCase: "{department} takes the call for one more about case {case}.",
    ev.CaseAccepted: "{department} takes charge of case {case}.",
    ev.CaseHandedOff: "{department} tells {to_department} of case {case}.",
    ev.ForecastMade: "{department} expects a {claimed_kind} at ({x}, {y}).",
    ev.CaseClosed: "{department} closes case {case}: {outcome}.",
    ev.UnitAlerted: "The crew of {unit} hears the order.",
    ev.UnitEnRoute: "{unit} is on its way to a place {to_place}.",
    ev.RoadBlocked: "{unit} stands before a road that cannot be driven.",
    ev.UnitRecalled: "{unit} is called back from case {case}.",
    ev.UnitAtGivenPlace: "{unit} stops at the place that it was given.",
    ev.NothingFound: "{unit} has searched and found nothing.",
    ev.UnitOnScene: "The crew of {unit} sees {found}.",
    ev.UnitAtPatient: "The crew of {unit} is at the side of patient {patient}.",
    ev.WaterOnFire: "{unit} has water on the fire.",
    ev.PatientFreed: "{unit} frees patient {patient}.",
    ev.CommandEstablished: "The crew of {unit} has sized up the scene and leads.",
    ev.JointCommandNeeded: "{agencies} are at the scene, and nobody leads them all.",
    ev.JointCommandEstablished: "The crew of {unit} leads all who are there: {agencies}.",
    ev.HazardJudged: "{unit} has inspected {found} to the end: whether it holds is known.",
    ev.HazardLearnt: "Those at the scene, {unit} first, are told of a danger that cannot be seen.",
    ev.CrewHurt: "The crew of {unit} is hit by what it knew nothing of.",
    ev.CorridorOpened: "The signals on {length_m} m of the way of {unit} are set for it.",
    ev.CorridorClosed: "The signals are left to themselves again; they were set for {unit} for {seconds} s.",
    ev.ReinforcementRequested: "{unit} asks for {needs}.",
    ev.PatientLoaded: "{unit} leaves with patient {patient} for {hospital}.",
    ev.UnitAtHospital: "{unit} is at {hospital} with patient {patient}.",
    ev.PatientDelivered: "{hospital} takes over patient {patient} from {unit}.",
    ev.BayFreed: "A bay of {hospital} is free again.",
    ev.UnitAvailable: "{unit} can be ordered again.",
    ev.UnitHome: "{unit} is back at its post.",
    ev.MessageSent: "{sender} to {receiver}, by {channel}: “{text}”",
    ev.MessageHeard: "{receiver} hears it by {channel}.",
    ev.MessageLost: "The message by {channel} never arrives: {reason}.",
    ev.RoadClosed: "A road is closed at ({x}, {y}).",
    ev.RoadReopened: "A road is open again.",
    ev.ChannelFailed: "{channel} is out of order.",
    ev.ChannelRestored: "{channel} works again.",
}

_OFFICES: dict[type[Event], str] = {
    ev.OfficeStaffed: "{office} has a duty desk.",
    ev.DutyListed: "By the list of responsibilities, {department} is {role} for {incident_kind}, in {phase}.",
    ev.MessageRead: "A duty officer of {office} has read the {message_kind}.",
    ev.CaseRefused: "{office} refuses case {case}: {reason}.",
    ev.CaseHeld: "{office} does nothing about case {case}: it {reason}.",
    ev.CaseEscalated: "{office} lays case {case} before {to_office}.",
    ev.CaseDisputed: "Nobody is left who might take case {case}: it lies at {office}, after {hands} hands.",
    ev.InstructionGiven: "{office} tells {to_office} to see to it (case {case}).",
    ev.LevelDeclared: "{office} declares a response of level {level}.",
    ev.OperationsCentreOpened: "The operations centre of {office} sits together.",
    ev.AidRequested: "{department} asks for crews of other districts, for {area}.",
    ev.AidGranted: "Crews of other districts may be sent to {department}, for {area}.",
}
_SENSORS: dict[type[Event], str] = {
    ev.SensorsInstalled: "{devices} sensors watch for {department}: {sensor_kind}.",
    ev.SensorTripped: "{sensor} trips at ({x}, {y}): {claims}, {severity}; it is true: {is_true}.",
    ev.SensorFailed: "{sensor}, which should see it, is silent: {reason}.",
    ev.SensorRestored: "{sensor} works again.",
    ev.SensorsTampered: "Somebody tampers with {devices} sensors at ({x}, {y}): {sensor_kind}, {mode}.",
    ev.AlarmVerified: "{department} has looked at the place of the alarm of {sensor}; it seems real: {is_real}.",
    ev.AlarmDismissed: "{department} does nothing about the alarm of {sensor}: {reason}.",
}
_PUBLIC: dict[type[Event], str] = {
    ev.WarningSigned: "{office} signs the {says}.",
    ev.WarningApproved: "{office} has the {says} back, with signatures of {signatures} offices.",
    ev.AlertIssued: "{office} tells the public to leave the zone of {radius_m} m around ({x}, {y}): {alert_kind}.",
    ev.AlertLifted: "{office} takes the alert back: {reason}.",
    ev.StatementIssued: "{office} tells the public what is known of the {about}, and that there is no more to it.",
    ev.PublicInformed: "{reached} people have heard the alert; {following} set out, {needless} of them needlessly.",
    ev.ZoneWarned: "Warnings have reached {share} of the people in the zone of {found}; {following} set out.",
    ev.RumourStarted: "A rumour about a {about} begins in {subdistrict}: {believing} of {people} people believe it.",
    ev.RumourSpread: "{believing} people believe the rumour; {calls} have telephoned, {left} have left for it.",
    ev.RumourKnown: "{calls} people have asked about the rumour: the desk tells the emergency office.",
    ev.RumourEnded: "Nobody believes the rumour any more; at its peak {peak} people did.",
}
_LIVE: dict[type[Event], str] = {
    ev.SeatTaken: "A person sits at the desks of {department} from now on.",
    ev.SeatLeft: "Nobody sits at the desks of {department} any more: its own people decide again.",
    ev.PolicySwitched: "From now on {family} is decided by another rule: {after}, no longer {before}.",
}
_TEMPLATES |= _OFFICES | _SENSORS | _PUBLIC | _LIVE
_PLACE = "at ({x}, {y})"

COLLEAGUE, SENSOR = -1, -2
"""Who is at the other end of a line and is no citizen."""

_NAMES = frozenset({"case", "unit", "incident", "found", "patient", "call", "message"})  # told as they are


def sentence(entry: Entry, places: Places | None = None) -> str:
    """What happened, in one sentence; with names for places where they are known."""
    event = entry.event
    if isinstance(event, ev.BeliefChanged):
        return _capital(_belief(event, places))
    special = _SPECIAL.get(type(event))
    if special is not None:
        return _capital(special(event))
    template = _TEMPLATES.get(type(event))
    raw = {field.name: getattr(event, field.name) for field in fields(event)}
    values = {name: str(value) if name in _NAMES else said(value) for name, value in raw.items()}
    values |= _better_said(raw, places)
    citizen = raw.get("citizen")
    others = {COLLEAGUE: "a colleague of another desk", SENSOR: "a sensor's alarm"}
    caller = others.get(citizen, f"citizen {citizen}") if isinstance(citizen, int) else f"citizen {citizen}"
    if template is not None:
        template = template.replace(_PLACE, "{place}")
        return _capital(template.format_map({**values, "caller": caller}))
    told = ", ".join(f"{name} {value}" for name, value in values.items() if name not in ("because", "waited_for"))
    return f"{type(event).__name__}: {told}."


def _better_said(raw: Mapping[str, Any], places: Places | None) -> dict[str, str]:
    """Places by name, crews in words."""
    values = {}
    for name, (x, y) in (("place", ("x", "y")), ("to_place", ("to_x", "to_y"))):
        if isinstance(raw.get(x), int | float) and isinstance(raw.get(y), int | float):
            values[name] = where(raw[x], raw[y], places)
    if isinstance(raw.get("needs"), Mapping):
        values["needs"] = crews(raw["needs"])
    if isinstance(raw.get("text"), str):
        values["text"] = message_text(raw["text"], places)
    if isinstance(raw.get("share"), int | float):
        values["share"] = f"{100 * raw['share']:.0f} %"
    return values


def where(x: float, y: float, places: Places | None) -> str:
    """A place by its name, or in metres."""
    return in_metres(x, y) if places is None else places.near(x, y)


def message_text(text: str, places: Places | None = None) -> str:
    """What was said, with crews in words and places by name."""
    told = spoken(text).replace("_", " ")
    return told if places is None else places.spoken(told)


def _belief(event: ev.BeliefChanged, places: Places | None = None) -> str:
    told = belief(event.belief, event.value, said)
    if event.belief == "place" and isinstance(event.value, tuple | list):
        told = f"is {where(float(event.value[0]), float(event.value[1]), places)}"
    return f"{event.department} now believes that case {event.case} {told} (from {said(event.source)})."


def timed(entry: Entry, start_s: int = 0, places: Places | None = None) -> str:
    """The sentence with its time of day before it."""
    return f"{clock_text(start_s + entry.t)} {sentence(entry, places)}"


def said(value: object) -> str:
    """A value as people say it: no braces, whole metres, underscores as spaces."""
    if isinstance(value, Mapping):
        return ", ".join(f"{count} {said(name)}" for name, count in value.items()) or "nothing"
    if isinstance(value, list | tuple):
        return "(" + ", ".join(map(said, value)) + ")"
    if isinstance(value, float):
        return f"{value:.0f}"
    return "nobody knows what" if value is None else str(value).replace("_", " ")


def seconds_words(seconds: float | None) -> str:
    """A duration as people say it: 45 s, 7 min 20 s, 1 h 05 min."""
    if seconds is None:
        return "never"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min" + (f" {whole % 60:02d} s" if whole % 60 else "")
    return f"{whole // 3600} h" + (f" {whole // 60 % 60:02d} min" if whole // 60 % 60 else "")


def _ring(event: ev.CallPlaced) -> str:
    if event.citizen < 0:
        return f"A colleague rings {event.number}."
    again = f" again (try {event.attempt + 1})" if event.attempt else ""
    return f"Citizen {event.citizen} rings {event.number}{again}."


def _order(event: ev.UnitOrdered) -> str:
    expected = "" if event.eta_s is None else f", expected after {seconds_words(event.eta_s)}"
    waited = "" if event.waited_for is None else "; no unit had been free"
    capability = said(event.capability)
    return f"{event.department} orders {event.unit} to {capability} for case {event.case}{expected}{waited}."


def _done(event: ev.WorkDone) -> str:
    return f"{event.unit} has nothing left to do at {event.found or 'the place'}."


def _settled(event: ev.PatientSettled) -> str:
    fate = "dead" if event.died else "alive"
    avoidable = ", and the reference response would have saved him" if event.died and event.avoidable else ""
    return (
        f"The fate of patient {event.patient} is settled: {fate}, survival {event.survival:.0%} "
        f"(under the reference response {event.reference_survival:.0%}){avoidable}."
    )


def _cpr(event: ev.CprStarted) -> str:
    coached = ", told how by the call-taker" if event.coached else ""
    return f"A by-stander presses the chest of patient {event.patient}{coached}."


def _trust(event: ev.TrustChanged) -> str:
    kind = said(event.sensor_kind)
    return f"{event.department} would heed {event.trust:.0%} of the alarms of {kind} sensors from now on."


def _coverage(event: ev.CoverageSampled) -> str:
    return f"{event.share:.0%} of the people are within reach of a free unit of {event.service}."


def _leak(event: ev.IntelligenceLeaked) -> str:
    return f"What is known of a {said(event.claimed_kind)} gets out" + (f" at {event.holder}." if event.holder else ".")


def _doubt(event: ev.DoubtEnded) -> str:
    what = "somebody else has spoken of it" if event.is_corroborated else "nobody else has, and one crew is to look"
    return f"{event.department} acts on {event.case or 'a paper'}: {what}."


def _proposal(event: ev.WarningProposed) -> str:
    if not event.to_office:
        return f"{event.office} wants to give the public a {event.says}, and may do so by itself."
    again = f" again (try {event.attempt + 1})" if event.attempt else ""
    return f"{event.office} lays a {event.says} to the public before {event.to_office}{again}, to be signed."


def _worth(event: ev.AlertEnded) -> str:
    worth = "false: there was no danger" if event.was_false else "right"
    trust = f"; {event.trust:.0%} of the trust in warnings is left there" if event.trust < 1.0 else ""
    return f"The alert was {worth}; {event.following} people had set out, {event.needless} of them needlessly{trust}."


def _refuted(event: ev.RumourRefuted) -> str:
    lag = seconds_words(event.lag_s)
    return f"The official word on the rumour is out after {lag}; {event.believing} people believe the rumour."


_SPECIAL: dict[type[Event], Callable[[Any], str]] = {
    ev.CallPlaced: _ring,
    ev.UnitOrdered: _order,
    ev.WorkDone: _done,
    ev.PatientSettled: _settled,
    ev.CprStarted: _cpr,
    ev.CoverageSampled: _coverage,
    ev.BeliefChanged: _belief,
    ev.TrustChanged: _trust,
    ev.IntelligenceLeaked: _leak,
    ev.DoubtEnded: _doubt,
    ev.WarningProposed: _proposal,
    ev.AlertEnded: _worth,
    ev.RumourRefuted: _refuted,
}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
