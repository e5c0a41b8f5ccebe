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
from sim.viewer.pages.parts_html import paragraph, put, table, tag
from sim.viewer.words import Words
from sim.viewer.words_messages import message_told
from sim.viewer.words_model import channel, kind, word
from sim.viewer.words_names import Names, names_of

FIRST = ("decide", "waiting", "open", "ours", "doubted", "held", "known", "theirs")
"""What lies on top."""

MOST = 40


@solara.component
def Cases(room: Room, picture: SeatPicture, chosen: solara.Reactive[str], t: Words) -> None:
    """Cases; those that wait for a decision are first."""
    if not picture.cases:
        paragraph(t("seat.no_cases"), ["ld-muted"])
    found = sorted(picture.cases, key=lambda one: (FIRST.index(one.status), -one.opened_s))
    for one in found[:MOST]:
        Line(picture.t, one, chosen, names_of(room.spec.ground.town, t.language), t)
    if len(found) > MOST:
        paragraph(t("seat.more", n=len(found) - MOST), ["ld-muted"])


@solara.component
def Line(now: int, case: CaseSeen, chosen: solara.Reactive[str], names: Names, t: Words) -> None:
    """One case, as it is believed."""
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


def _needs(needs: Any, t: Words) -> str:
    return t("form.comma").join(f"{count} {word_text('capability', name, t)}" for name, count in needs.items())


@solara.component
def Letters(room: Room, picture: SeatPicture, t: Words) -> None:
    """What was heard and said, the newest first."""
    start_s = room.spec.scenario.start_s
    names = names_of(room.spec.ground.town, t.language)
    heard = [(one["heard_t"], t("seat.from", who=names.of(one["sender"])), one) for one in picture.heard]
    said = [(one["sent_t"], t("seat.to", who=names.of(one["receiver"])), one) for one in picture.said]
    rows = sorted([*heard, *said], key=lambda row: -row[0])[:MOST]
    shown = [
        (clock_text(start_s + at), who, tag("span", _text(one, names, t)), channel(one["channel"], t.language))
        for at, who, one in rows
    ]
    put(table((t("review.time"), t("review.who"), t("review.what"), t("seat.channel")), shown), ["ld-scroll"])


def _text(letter: Any, names: Names, t: Words) -> str:
    if letter.get("read_t", 0) is None:
        return t("seat.unread", kind=word("paper", letter["kind"], t.language))
    return message_told(letter["text"], letter["kind"], names)


@solara.component
def Units(room: Room, picture: SeatPicture, chair: Chair, acted: Callable[[], None], t: Words) -> None:
    """Units as they last reported; one on its way may be called back."""
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
                press(t("seat.recall"), partial(_recall, chair, one.id, acted))
    rows = [(names.of(one.id), names.district(one.district)) for one in free[:MOST]]
    put(table((t("exercise.units"), t("field.district")), rows))


def _recall(chair: Chair, unit: str, acted: Callable[[], None]) -> None:
    chair.do("recall_unit", unit=unit)
    acted()


def _said(unit: UnitSeen, now: int, t: Words) -> str:
    case = f" · {unit.case}" if unit.case else ""
    return f"{word_text('status', unit.status, t)}{case} · {t('seat.as_of', age=age_text(now - unit.as_of_s, t))}"
