"""An event in one sentence of the page's language: English as it is defined, Chinese by `sentences_zh.toml`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from sim.core import events as ev
from sim.core.events import Event
from sim.core.log import Entry
from sim.results.places import Places
from sim.results.words import COLLEAGUE, SENSOR, sentence
from sim.viewer.words_messages import message_told
from sim.viewer.words_names import Names
from sim.viewer.words_values import crews_zh, duration_zh, part, sentence_words, value_zh


def event_told(entry: Entry, names: Names, places: Places | None = None) -> str:
    """What happened, in one sentence; in English with the names that the log gives to places."""
    return sentence_zh(entry, names) if names.language == "zh" else sentence(entry, places)


def sentence_zh(entry: Entry, names: Names) -> str:
    """What happened, in one Chinese sentence."""
    event = entry.event
    raw = {field.name: getattr(event, field.name) for field in fields(event)}
    values = {name: value_zh(name, value, names) for name, value in raw.items()}
    values |= _places(raw, names)
    if "citizen" in raw:
        values["caller"] = _caller(raw["citizen"])
    special = _SPECIAL.get(type(event))
    if special is not None:
        values |= special(event, names)
    return str(sentence_words()["event"][type(event).__name__]).format_map(values)


def _places(raw: Mapping[str, Any], names: Names) -> dict[str, str]:
    found = {}
    for name, (x, y) in (("place", ("x", "y")), ("to_place", ("to_x", "to_y"))):
        if isinstance(raw.get(x), int | float) and isinstance(raw.get(y), int | float):
            found[name] = names.place(raw[x], raw[y])
    return found


def _caller(citizen: int) -> str:
    return part({COLLEAGUE: "colleague", SENSOR: "sensor"}.get(citizen, "citizen"), citizen=citizen)


def _if(is_so: object, key: str, **values: object) -> str:
    """A part of a sentence that is said only if it is so."""
    return part(key, **values) if is_so else ""


# --- what depends on more than one field, or is said only sometimes


def _end(event: ev.RunEnded, names: Names) -> dict[str, str]:
    return {"partial": _if(event.partial, "RunEnded.partial")}


def _settled(event: ev.PatientSettled, names: Names) -> dict[str, str]:
    return {
        "died": part("PatientSettled.died" if event.died else "PatientSettled.alive"),
        "avoidable": _if(event.died and event.avoidable, "PatientSettled.avoidable"),
    }


def _cpr(event: ev.CprStarted, names: Names) -> dict[str, str]:
    return {"coached": _if(event.coached, "CprStarted.coached")}


def _ring(event: ev.CallPlaced, names: Names) -> dict[str, str]:
    again = event.citizen >= 0 and event.attempt
    return {"attempt": _if(again, "CallPlaced.again", attempt=event.attempt + 1)}


def _rung_back(event: ev.CallerRungBack, names: Names) -> dict[str, str]:
    return {"is_reached": part("CallerRungBack.yes" if event.is_reached else "CallerRungBack.no")}


def _order(event: ev.UnitOrdered, names: Names) -> dict[str, str]:
    return {
        "eta_s": _if(event.eta_s is not None, "UnitOrdered.eta", eta=duration_zh(event.eta_s)),
        "waited_for": _if(event.waited_for is not None, "UnitOrdered.waited"),
    }


def _done(event: ev.WorkDone, names: Names) -> dict[str, str]:
    return {"found": event.found or part("WorkDone.place")}


def _leak(event: ev.IntelligenceLeaked, names: Names) -> dict[str, str]:
    return {"holder": _if(event.holder, "IntelligenceLeaked.holder", holder=names.of(event.holder))}


def _switched(event: ev.ChannelSwitched, names: Names) -> dict[str, str]:
    key = "ChannelSwitched.back" if event.is_back else "ChannelSwitched.on"
    own = {name: value_zh(name, getattr(event, name), names) for name in ("channel", "spare")}
    return {"is_back": part(key, **own)}


def _doubt(event: ev.DoubtEnded, names: Names) -> dict[str, str]:
    return {
        "case": part("DoubtEnded.case", case=event.case) if event.case else part("DoubtEnded.paper"),
        "is_corroborated": part("DoubtEnded.corroborated" if event.is_corroborated else "DoubtEnded.alone"),
    }


def _tripped(event: ev.SensorTripped, names: Names) -> dict[str, str]:
    return {"is_true": part("SensorTripped.true" if event.is_true else "SensorTripped.false")}


def _verified(event: ev.AlarmVerified, names: Names) -> dict[str, str]:
    return {"is_real": part("AlarmVerified.true" if event.is_real else "AlarmVerified.false")}


def _proposal(event: ev.WarningProposed, names: Names) -> dict[str, str]:
    if not event.to_office:
        return {"to_office": part("WarningProposed.alone"), "attempt": ""}
    return {
        "to_office": part("WarningProposed.sign", office=names.of(event.to_office)),
        "attempt": _if(event.attempt, "WarningProposed.again", attempt=event.attempt + 1),
    }


def _worth(event: ev.AlertEnded, names: Names) -> dict[str, str]:
    trust = value_zh("trust", event.trust, names)
    return {
        "was_false": part("AlertEnded.false" if event.was_false else "AlertEnded.right"),
        "trust": _if(event.trust < 1.0, "AlertEnded.trust", trust=trust),
    }


def _message(event: ev.MessageSent, names: Names) -> dict[str, str]:
    return {"text": message_told(event.text, event.message_kind, names)}


def _belief(event: ev.BeliefChanged, names: Names) -> dict[str, str]:
    return {"told": belief_zh(event.belief, event.value, names)}


def belief_zh(name: str, value: Any, names: Names) -> str:
    """What follows on 'now believes that the case …', for one believed field."""
    match name, value:
        case "place", [x, y]:
            return part("belief.place", value=names.place(float(x), float(y)))
        case "needs", Mapping():
            return part("belief.needs", value=crews_zh(value))
        case "confirmed", bool():
            return part("belief.confirmed" if value else "belief.unconfirmed")
    return part(f"belief.{name}", value=value_zh(name, value, names))


_SPECIAL: dict[type[Event], Callable[[Any, Names], dict[str, str]]] = {
    ev.RunEnded: _end,
    ev.PatientSettled: _settled,
    ev.CprStarted: _cpr,
    ev.CallPlaced: _ring,
    ev.CallerRungBack: _rung_back,
    ev.UnitOrdered: _order,
    ev.WorkDone: _done,
    ev.IntelligenceLeaked: _leak,
    ev.ChannelSwitched: _switched,
    ev.DoubtEnded: _doubt,
    ev.SensorTripped: _tripped,
    ev.AlarmVerified: _verified,
    ev.WarningProposed: _proposal,
    ev.AlertEnded: _worth,
    ev.MessageSent: _message,
    ev.BeliefChanged: _belief,
}
"""Values in place of a field's own, or beside them."""
