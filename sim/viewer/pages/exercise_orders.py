"""What the person at a seat may have done: each is a structured message that goes as the department's own would."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

from sim.actors.organisation import organisation
from sim.comms.views import Estimate
from sim.core.errors import InputError
from sim.core.vocabulary import EMERGENCY, Capability
from sim.viewer.exercise.picture import CaseSeen, SeatPicture
from sim.viewer.exercise.seats import Chair
from sim.viewer.pages.exercise_parts import choice, press
from sim.viewer.pages.parts_fields import TextField
from sim.viewer.pages.parts_html import heading, paragraph
from sim.viewer.pages.parts_preferences import words
from sim.viewer.words import Words
from sim.viewer.words_model import department, word
from sim.viewer.words_names import Names

LEADER = "instructor"
OFFICE = ("decide", "ours", "theirs", "held", "known")
"""What a case of a duty desk may be; others are of the desk with crews."""


@solara.component
def Orders(
    chair: Chair, picture: SeatPicture, case: CaseSeen | None, names: Names, acted: Callable[[], None]
) -> None:
    """Orders for the chosen case, and a free note."""
    t = words()

    def do(order: str, **given: Any) -> None:
        chair.do(order, **given)
        acted()

    if case is None:
        heading(t("seat.orders"), 3)
        paragraph(t("seat.choose_case"), ["ld-muted"])
    else:
        CaseOrders(chair, picture, case, names, do).key(case.id)
    Note(chair, case, do, t)


@solara.component
def CaseOrders(chair: Chair, picture: SeatPicture, case: CaseSeen, names: Names, do: Any) -> None:
    """What can be done about a case."""
    t = words()
    to, set_to = solara.use_state("")
    others = {one: department(one, t.language) for one in _others(chair.department)}
    is_office = case.status in OFFICE
    heading(t("seat.orders_of", case=case.id), 3)
    with solara.Div(classes=["lx-row"]):
        press(t("seat.accept"), lambda: do("accept_case", case=case.id), is_main=case.status == "decide",
              name="do-accept")  # fmt: skip
        press(t("seat.warn"), lambda: do("warn", case=case.id), name="do-warn")
        if is_office:
            press(t("seat.escalate"), lambda: do("escalate", case=case.id), name="do-escalate")
        else:
            press(t("seat.ask_aid"), lambda: do("ask_aid", case=case.id))
            press(t("seat.close"), lambda: do("close_case", case=case.id))
    with solara.Div(classes=["lx-row"]):
        choice(t("seat.hand_to"), to, {"": t("seat.choose"), **others}, set_to)
        press(t("seat.hand_off"), lambda: do("hand_off", case=case.id, to=to), off=not to, name="do-hand-off")
    if picture.units and not is_office:
        Send(chair, picture, case, names, do)
    Request(case, do, t)


def _others(own: str) -> list[str]:
    return [
        one for one in dict.fromkeys([*(str(name) for name in EMERGENCY), *organisation().department]) if one != own
    ]


@solara.component
def Send(chair: Chair, picture: SeatPicture, case: CaseSeen, names: Names, do: Any) -> None:
    """One of our free units, the nearest first as far as one can tell."""
    t = words()
    able = sorted({one for unit in picture.units for one in unit.capabilities})
    wanted = next(iter(case.missing), able[0])
    capability, set_capability = solara.use_state(wanted)
    unit, set_unit = solara.use_state("")
    etas = solara.use_memo(lambda: _etas(chair, case.id, capability), [capability, picture.t // 30, case.id])
    choices = {one.unit: _eta(one, names, t) for one in etas}
    chosen = unit if unit in choices else next(iter(choices), "")
    with solara.Div(classes=["lx-row"]):
        choice(
            t("seat.for_what"), capability, {one: word("capability", one, t.language) for one in able}, set_capability
        )
        choice(t("seat.unit"), chosen, choices or {"": t("seat.none_free")}, set_unit)
        press(
            t("seat.send"),
            lambda: do("order_unit", unit=chosen, case=case.id, capability=capability),
            off=not chosen,
            is_main=bool(case.missing),
            name="do-send",
        )


def _eta(one: Estimate, names: Names, t: Words) -> str:
    minutes = max(1, round(one.eta_s / 60))
    return t("seat.unit_eta", unit=names.of(one.unit), district=names.district(one.district), minutes=minutes)


def _etas(chair: Chair, case: str, capability: str) -> Any:
    try:
        return chair.etas(case, capability)
    except InputError:
        return ()


@solara.component
def Request(case: CaseSeen, do: Any, t: Words) -> None:
    """Crews that others have."""
    capability, set_capability = solara.use_state(next(iter(Capability)).value)
    count, set_count = solara.use_state("1")
    with solara.Div(classes=["lx-row"]):
        abilities = {one.value: word("capability", one.value, t.language) for one in Capability}
        choice(t("seat.crews"), capability, abilities, set_capability)
        choice(t("seat.how_many"), count, {str(n): str(n) for n in (1, 2, 3, 4, 5, 6, 8, 10)}, set_count)
        press(t("seat.request"), lambda: do("request_crews", case=case.id, capability=capability, count=int(count)),
              name="do-request")  # fmt: skip


@solara.component
def Note(chair: Chair, case: CaseSeen | None, do: Any, t: Words) -> None:
    """Free words, which people read."""
    to, set_to = solara.use_state(LEADER)
    typed, set_typed = solara.use_state("")
    others = {LEADER: t("seat.leader"), **{one: department(one, t.language) for one in _others(chair.department)}}

    def send() -> None:
        do("send_note", to=to, words=typed, case=case.id if case is not None else "")
        set_typed("")

    with solara.Div(classes=["lx-row"]):
        choice(t("seat.note_to"), to, others, set_to)
        TextField(t("seat.note"), typed, set_typed)
        press(t("seat.send_note"), send, off=not typed.strip(), name="do-send-note")
