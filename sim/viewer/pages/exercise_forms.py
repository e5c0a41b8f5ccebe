"""What is injected, from what a form says, and the form again from what is injected; commands are plain data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sim.core.errors import InputError
from sim.viewer.planning.forms import BEGUN, Field, attack_fields, detail_fields

Form = Mapping[str, Any]

SORTS = ("incident", "roads", "channel", "restore", "calls", "flood", "papers", "sensors", "mast", "leak", "word")
"""What can be injected; the words for them are exercise.sort_*."""

FIELDS: dict[str, tuple[str, ...]] = {
    "incident": ("kind", "name", "place", "floor", "details"),
    "roads": ("place", "road", "radius_m", "lasts"),
    "channel": ("channel", "lasts"),
    "restore": ("channel",),
    "calls": ("kind", "name", "place", "radius_m", "count", "voices", "patients", "lasts"),
    "flood": ("name", "number", "per_min", "lasts"),
    "papers": ("kind", "name", "place", "radius_m", "count", "sender", "to_platform", "lasts"),
    "sensors": ("name", "place", "radius_m", "details", "lasts"),
    "mast": ("name", "place", "radius_m", "lasts"),
    "leak": ("kind", "name", "place", "radius_m", "lasts"),
    "word": ("to", "words", "sender_name"),
}
"""What a form asks for."""

DEFAULTS: dict[str, Any] = {
    "sort": "incident", "kind": "dwelling_fire", "name": "", "place": "", "floor": "", "details": {}, "road": "",
    "radius_m": "300", "lasts": "30min", "channel": "", "count": "5", "voices": "1", "patients": "0", "number": "110",
    "per_min": "30", "sender": "police", "to_platform": "shared platform", "to": "police", "words": "",
    "sender_name": "",
    "when": "", "title": "", "expected": "", "expects": "", "expects_of": "", "within": "30min", "replaces": "",
}  # fmt: skip


def command(form: Form, number: int) -> dict[str, Any]:
    """The command of a form; `number` makes a name where none was given."""
    made = {name: value for name, value in _MADE[str(form["sort"])](form, _name(form, number)).items()}
    return {name: value for name, value in made.items() if value not in (None, "")}


def place(text: str) -> Any:
    """'114.05, 22.54' is a place on earth, anything else a name."""
    parts = text.split(",")
    try:
        lon, lat = (float(part) for part in parts)
    except ValueError:
        return text.strip() or _missing("place")
    return {"lon": lon, "lat": lat}


def whole(form: Form, name: str) -> int:
    """A number of a field."""
    return int(number(form, name))


def number(form: Form, name: str) -> float:
    """A number of a field; InputError says which field."""
    try:
        return float(str(form[name]))
    except ValueError:
        raise InputError(f"{name} is {form[name]!r:.40}; a number is wanted") from None


def _missing(name: str) -> Any:
    raise InputError(f"{name} is missing")


def _name(form: Form, number: int) -> str:
    return str(form["name"]).strip() or f"{form['sort']}-{number}"


def fields_for(form: Form) -> tuple[Field, ...]:
    """The further settings that a form can ask for, from the schema of what it is about."""
    match form["sort"]:
        case "incident":
            return detail_fields(str(form["kind"]))
        case "sensors":
            return attack_fields("tampered_sensors")
    return ()


def begun(sort: str) -> dict[str, Any]:
    """What a new form of a sort says of further settings."""
    return dict(BEGUN["tampered_sensors"]) if sort == "sensors" else {}


def _details(form: Form) -> dict[str, Any]:
    """Further settings that were given; numbers are numbers."""
    found = {}
    for field in fields_for(form):
        value = form["details"].get(field.name)
        if value is None:
            continue
        if field.ask in ("whole", "number") and isinstance(value, str):
            raise InputError(f"{field.name} is {value!r:.40}; a number is wanted")
        found[field.name] = value
    return found


def _incident(form: Form, name: str) -> dict[str, Any]:
    floor = whole(form, "floor") if str(form["floor"]).strip() else None
    return {
        "do": "begin_incident", "name": name, "kind": form["kind"], "place": place(form["place"]), "floor": floor,
        "details": _details(form),
    }  # fmt: skip


def _roads(form: Form, name: str) -> dict[str, Any]:
    return {
        "do": "close_roads", "place": place(form["place"]), "road": form["road"], "radius_m": number(form, "radius_m"),
        "lasts": form["lasts"],
    }  # fmt: skip


def _channel(form: Form, name: str) -> dict[str, Any]:
    return {"do": "fail_channel", "channel": form["channel"] or _missing("channel"), "lasts": form["lasts"]}


def _restore(form: Form, name: str) -> dict[str, Any]:
    return {"do": "restore_channel", "channel": form["channel"] or _missing("channel")}


def _attack(form: Form, name: str, kind: str, **details: Any) -> dict[str, Any]:
    told = {"do": "attack", "name": name, "kind": kind, "lasts": form["lasts"], "details": details}
    if kind != "flooded_lines":
        told |= {"place": place(form["place"]), "radius_m": number(form, "radius_m")}
    return told


def _calls(form: Form, name: str) -> dict[str, Any]:
    more = {key: whole(form, key) for key in ("voices", "patients")}
    return _attack(form, name, "forged_calls", calls=whole(form, "count"), claims={form["kind"]: 1.0}, **more)


def _flood(form: Form, name: str) -> dict[str, Any]:
    return _attack(form, name, "flooded_lines", number=form["number"], calls_per_min=number(form, "per_min"))


def _papers(form: Form, name: str) -> dict[str, Any]:
    said = {"claims": {form["kind"]: 1.0}, "sender": form["sender"], "to": form["to_platform"]}
    return _attack(form, name, "forged_reports", papers=whole(form, "count"), **said)


def _sensors(form: Form, name: str) -> dict[str, Any]:
    return _attack(form, name, "tampered_sensors", **{**begun("sensors"), **_details(form)})


def _mast(form: Form, name: str) -> dict[str, Any]:
    return _attack(form, name, "mast_down")


def _leak(form: Form, name: str) -> dict[str, Any]:
    return _attack(form, name, "leak", about=form["kind"])


def _word(form: Form, name: str) -> dict[str, Any]:
    return {"do": "tell", "to": form["to"], "words": form["words"] or _missing("words"), "sender": form["sender_name"]}


_MADE: dict[str, Callable[[Form, str], dict[str, Any]]] = {
    "incident": _incident,
    "roads": _roads,
    "channel": _channel,
    "restore": _restore,
    "calls": _calls,
    "flood": _flood,
    "papers": _papers,
    "sensors": _sensors,
    "mast": _mast,
    "leak": _leak,
    "word": _word,
}


# --- and back

_SORT_OF = {
    "begin_incident": "incident", "close_roads": "roads", "fail_channel": "channel", "restore_channel": "restore",
    "tell": "word", "forged_calls": "calls", "flooded_lines": "flood", "forged_reports": "papers",
    "tampered_sensors": "sensors", "mast_down": "mast", "leak": "leak",
}  # fmt: skip
_DETAIL_OF = {"calls": "count", "papers": "count", "number": "number", "calls_per_min": "per_min", "about": "kind",
              "voices": "voices", "patients": "patients", "sender": "sender", "to": "to_platform"}  # fmt: skip


def filled(what: Mapping[str, Any]) -> dict[str, Any]:
    """The form that gives a command again; nothing of it for what a role-player does."""
    if not what:
        return dict(DEFAULTS)
    is_attack = what["do"] == "attack"
    sort = _SORT_OF[what["kind"] if is_attack else what["do"]]
    form = {**DEFAULTS, "sort": sort, "details": {}}
    for name in ("name", "floor", "road", "radius_m", "lasts", "channel", "to", "words"):
        if what.get(name) is not None:
            form[name] = _typed(what[name])
    if "place" in what:
        form["place"] = place_text(what["place"])
    form["sender_name"] = str(what.get("sender", ""))
    details = dict(what.get("details", {}))
    if not is_attack:
        return {**form, "kind": what.get("kind", form["kind"]), "details": details}
    if sort == "sensors":
        return {**form, "details": details}
    if "claims" in details:
        form["kind"] = next(iter(details["claims"]))
    return {**form, **{_DETAIL_OF[name]: _typed(value) for name, value in details.items() if name in _DETAIL_OF}}


def place_text(place: Any) -> str:
    """A place as one types it."""
    if isinstance(place, Mapping):
        return f"{place['lon']}, {place['lat']}" if "lon" in place else str(next(iter(place.values()), ""))
    return str(place)


def _typed(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
