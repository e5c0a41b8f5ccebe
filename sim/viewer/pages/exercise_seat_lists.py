"""Lists on a seat's page: cases, what was heard and said, units."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import solara

from sim.core.quantities import clock_text
from sim.viewer.exercise.picture import CaseSeen, SeatPicture, UnitSeen
from sim.viewer.exercise.seats import Chair
from sim.viewer.pages.exercise_parts import age_text, press, word_text
from sim.viewer.pages.exercise_rooms import Room
from sim.viewer.pages.exercise_stream import Feed
from sim.viewer.pages.parts_html import paragraph, put, table, tag
from sim.viewer.pages.parts_preferences import words
from sim.viewer.pages.thing_list import ThingGroup, ThingList, ThingRow
from sim.viewer.whereabouts import spoken_of
from sim.viewer.words import Words
from sim.viewer.words_messages import message_told
from sim.viewer.words_model import channel, kind, word
from sim.viewer.words_names import Names, names_of

FIRST = ("decide", "waiting", "open", "ours", "doubted", "held", "known", "theirs")
"""What lies on top."""

MOST = 40


@solara.component
def Cases(room: Room, feed: Feed, picture: SeatPicture, chosen: solara.Reactive[str], t: Words) -> None:
    """Cases; those that wait for a decision are first."""
    if not picture.cases:
        paragraph(t("seat.no_cases"), ["ld-muted"])
    found = sorted(picture.cases, key=lambda one: (FIRST.index(one.status), -one.opened_s))
    for one in found[:MOST]:
        Line(room, feed, picture.t, one, chosen).key(one.id)
    if len(found) > MOST:
        paragraph(t("seat.more", n=len(found) - MOST), ["ld-muted"])


@solara.component
def Line(room: Room, feed: Feed, now: int, case: CaseSeen, chosen: solara.Reactive[str]) -> None:
    """One case, as it is believed: what, how sure, where; when it is open all that is believed of it."""
    t = words()
    names = names_of(room.spec.ground.town, t.language)
    is_here = chosen.value == case.id
    told = {name: one.value for name, one in case.beliefs.items()}
    known = kind(str(told["kind"]), t.language) if told.get("kind") else t("seat.kind_unknown")
    newest = max((one.as_of_s for one in case.beliefs.values()), default=case.opened_s)
    sure = min((one.confidence for name, one in case.beliefs.items() if name in ("kind", "place")), default=0.0)
    parts = [t("seat.as_of", age=age_text(now - newest, t)), f"{round(100 * sure)} %"]
    if told.get("severity"):
        parts.insert(0, word_text("severity", str(told["severity"]), t))
    if case.missing:
        parts.append(t("seat.missing", what=_needs(case.missing, t)))
    if case.units:
        parts.append(t("form.comma").join(names.of(one) for one in case.units))
    classes = ["lx-card", "lx-case", f"is-{case.status}", *(["is-here"] if is_here else [])]
    with solara.Div(classes=classes):
        solara.Button(
            f"{case.id} · {known}", on_click=lambda: chosen.set("" if is_here else case.id), text=True,
            classes=["lx-case-open"],
        )  # fmt: skip
        put(tag("div", tag("b", t(f"seat.status_{case.status}")), " · " + " · ".join(parts), class_="ld-muted"))
        place = told.get("place")
        if place is not None:
            with solara.Div(classes=["lx-row", "lx-where"]):
                put(tag("span", names.near(*place)))
                press(t("exercise.show_on_map"), lambda: feed.look_at(*place), icon="mdi-crosshairs-gps",
                      name="do-look")  # fmt: skip
        if is_here:
            put(table(("", ""), facts(case, names, room.spec.scenario.start_s, t)), ["lx-facts"])


def facts(case: CaseSeen, names: Names, start_s: float, t: Words) -> list[tuple[str, str]]:
    """All that is believed of a case, field by field, with who told it and as of when."""
    owner = t.known_or(f"map.owner.{case.owner}", names.of(case.owner))
    found = [(t("map.label.owner"), owner), (t("map.label.since"), clock_text(start_s + case.opened_s))]
    for name, one in case.beliefs.items():
        source = t("seat.as_told", who=names.of(one.source), at=clock_text(start_s + one.as_of_s)[:5],
                   sure=round(100 * one.confidence))  # fmt: skip
        value = _value(name, one.value, names, t)
        if value:
            label = t.known_or(f"map.label.{name}", t.known_or(f"seat.belief_{name}", name))
            found.append((label, f"{value} ({source})"))
    return found


def _value(name: str, value: Any, names: Names, t: Words) -> str:
    match name, value:
        case _, None | "":
            return ""
        case "place", (x, y):
            return names.near(float(x), float(y))
        case "kind", str():
            return kind(value, t.language)
        case "severity", str():
            return word_text("severity", value, t)
        case "needs", dict():
            return _needs(value, t) or "–"
    return str(value)


def _needs(needs: Any, t: Words) -> str:
    return t("form.comma").join(f"{count} {word_text('capability', name, t)}" for name, count in needs.items())


@solara.component
def Letters(room: Room, feed: Feed, picture: SeatPicture, t: Words) -> None:
    """What was heard and said, the newest first; the map goes to the place that is spoken of."""
    start_s = room.spec.scenario.start_s
    names = names_of(room.spec.ground.town, t.language)
    heard = [(one["heard_t"], t("seat.from", who=names.of(one["sender"])), one) for one in picture.heard]
    said = [(one["sent_t"], t("seat.to", who=names.of(one["receiver"])), one) for one in picture.said]
    rows = sorted([*heard, *said], key=lambda row: -row[0])[:MOST]
    shown, places = [], {}
    for number, (at, who, one) in enumerate(rows):
        place = None if one.get("read_t", 0) is None else spoken_of(one["text"])
        key = f"{one['message']} {number}"
        if place is not None:
            places[key] = place
        cells = (clock_text(start_s + at), who, _text(one, names, t), channel(one["channel"], t.language))
        shown.append(ThingRow(key, (*cells, "⌖" if place else ""), t("exercise.show_on_map"), can=bool(place), at=4))
    heads = (t("review.time"), t("review.who"), t("review.what"), t("seat.channel"), "")
    ThingList([ThingGroup("letters", "", heads, tuple(shown))], lambda key: feed.look_at(*places[key]))


def _text(letter: Any, names: Names, t: Words) -> str:
    if letter.get("read_t", 0) is None:
        return t("seat.unread", kind=word("paper", letter["kind"], t.language))
    return message_told(letter["text"], letter["kind"], names)


@solara.component
def Units(room: Room, feed: Feed, picture: SeatPicture, chair: Chair, acted: Callable[[], None]) -> None:
    """Units as they last reported; one on its way may be called back."""
    t = words()
    if not picture.units:
        paragraph(t("seat.no_units"), ["ld-muted"])
        return
    names = names_of(room.spec.ground.town, t.language)
    busy = [one for one in picture.units if one.status != "free"]
    free = [one for one in picture.units if one.status == "free"]
    paragraph(t("seat.units_free", free=len(free), all=len(picture.units)))
    for one in busy[:MOST]:
        with solara.Div(classes=["lx-row", "lx-unit"]):
            put(tag("span", tag("b", names.of(one.id)), f" {_said(one, picture.t, t)}"))
            if one.status in ("ordered", "alerted", "en route"):
                press(t("seat.recall"), partial(_recall, chair, one.id, acted), name="do-recall")
            press(t("exercise.show_on_map"), partial(_choose, feed, one), icon="mdi-crosshairs-gps", name="do-look")
    by_key = {f"unit {one.id}": one for one in free[:MOST]}
    rows = tuple(
        ThingRow(key, (names.of(one.id), names.district(one.district)), t("exercise.show_on_map"))
        for key, one in by_key.items()
    )
    groups = [ThingGroup("free", "", (t("exercise.units"), t("field.district")), rows)]
    ThingList(groups, lambda key: _choose(feed, by_key[key]), " ".join(feed.selected.value))


def _choose(feed: Feed, unit: UnitSeen) -> None:
    feed.choose("unit", unit.id)
    feed.look_at(unit.x, unit.y)


def _recall(chair: Chair, unit: str, acted: Callable[[], None]) -> None:
    chair.do("recall_unit", unit=unit)
    acted()


def _said(unit: UnitSeen, now: int, t: Words) -> str:
    case = f" · {unit.case}" if unit.case else ""
    return f"{word_text('status', unit.status, t)}{case} · {t('seat.as_of', age=age_text(now - unit.as_of_s, t))}"
