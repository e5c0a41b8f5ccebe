"""What the person at a seat may have done: each is a structured message that goes as the department's own would."""

from __future__ import annotations

from collections.abc import Callable

import solara

from sim.comms.views import Estimate
from sim.core.errors import InputError
from sim.viewer.exercise.picture import CaseSeen, SeatPicture
from sim.viewer.exercise.possible import FreeCrews, Possible
from sim.viewer.exercise.seats import Chair
from sim.viewer.pages.exercise_parts import choice, press
from sim.viewer.pages.exercise_sent import Counter, Sent
from sim.viewer.pages.exercise_warn import Warn
from sim.viewer.pages.parts_fields import TextField
from sim.viewer.pages.parts_html import heading, paragraph, put, tag
from sim.viewer.pages.parts_preferences import words
from sim.viewer.words import Words
from sim.viewer.words_model import department, word
from sim.viewer.words_names import Names

LEADER = "instructor"
OFFICE = ("decide", "ours", "theirs", "held", "known")
"""What a case of a duty desk may be; others are of the desk with crews."""

NOTHING, NOBODY = Possible((), (), (), may_ask_aid=False), FreeCrews((), 0, None)


@solara.component
def Orders(
    chair: Chair, picture: SeatPicture, case: CaseSeen | None, names: Names, acted: Callable[[], None]
) -> None:
    """What was sent last, orders for the chosen case, and a free note."""
    t = words()
    counter = solara.use_memo(lambda: Counter(chair, acted), [])
    Sent(counter.sent.value, names, t)
    if case is None:
        heading(t("seat.orders"), 3)
        paragraph(t("seat.choose_case"), ["ld-muted"])
    else:
        CaseOrders(chair, picture, case, names, counter).key(case.id)
    Note(chair, case, counter, t)


@solara.component
def CaseOrders(chair: Chair, picture: SeatPicture, case: CaseSeen, names: Names, counter: Counter) -> None:
    """What can be done about a case."""
    t = words()
    is_office = case.status in OFFICE
    can = solara.use_memo(lambda: _possible(chair, case.id), [case.id, picture.t // 30, counter.sent.value])
    what = {"case": case.id}
    heading(t("seat.orders_of", case=case.id), 3)
    with solara.Div(classes=["lx-row"]):
        if not case.is_accepted:
            press(t("seat.accept"), lambda: counter.give("accept_case", what), is_main=case.status == "decide",
                  name="do-accept")  # fmt: skip
        if is_office:
            press(t("seat.escalate"), lambda: counter.give("escalate", what), name="do-escalate")
        else:
            press(t("seat.ask_aid"), lambda: counter.give("ask_aid", what), off=not can.may_ask_aid, name="do-ask-aid")
            Close(case, counter, t)
    HandOff(case, can, counter, t)
    if picture.units and not is_office:
        Send(chair, picture, case, names, counter, may_ask_aid=can.may_ask_aid)
    if can.requests:
        Request(case, can.requests, counter, t)
    Warn(case, can.words, counter, t)


def _possible(chair: Chair, case: str) -> Possible:
    try:
        return chair.possible(case)
    except InputError:  # it is not there any more, or the exercise has ended: the page will say so
        return NOTHING


@solara.component
def Close(case: CaseSeen, counter: Counter, t: Words) -> None:
    """Asked once: a case that is closed is not opened again."""
    is_sure, set_sure = solara.use_state(False)

    def close() -> None:
        set_sure(False)
        counter.give("close_case", {"case": case.id})

    with solara.Div(classes=["lx-row"]):
        if not is_sure:
            press(t("seat.close"), lambda: set_sure(True), name="do-close")
        else:
            put(tag("span", t("seat.close_sure", case=case.id), role="status"))
            press(t("seat.close"), close, is_main=True, name="do-close-now")
            press(t("seat.close_not"), lambda: set_sure(False), name="do-close-not")


@solara.component
def HandOff(case: CaseSeen, can: Possible, counter: Counter, t: Words) -> None:
    """It is theirs."""
    to, set_to = solara.use_state("")
    others = {one: department(one, t.language) for one in can.receivers}
    with solara.Div(classes=["lx-row"]):
        choice(t("seat.hand_to"), to, {"": t("seat.choose"), **others}, set_to)
        press(t("seat.hand_off"), lambda: counter.give("hand_off", {"case": case.id, "to": to}), off=not to,
              name="do-hand-off")  # fmt: skip


@solara.component
def Send(
    chair: Chair, picture: SeatPicture, case: CaseSeen, names: Names, counter: Counter, *, may_ask_aid: bool
) -> None:
    """One of our free units that may go there, the nearest first as far as one can tell."""
    t = words()
    able = sorted({one for unit in picture.units for one in unit.capabilities})
    wanted = next(iter(case.missing), able[0])
    capability, set_capability = solara.use_state(wanted)
    unit, set_unit = solara.use_state("")
    is_sent, set_sent = solara.use_state(False)
    crews = solara.use_memo(
        lambda: _crews(chair, case.id, capability), [capability, picture.t // 30, case.id, counter.sent.value]
    )
    choices = {one.unit: _eta(one, names, t) for one in crews.ready if one.unit in free_of(picture)}
    chosen = unit if unit in choices else "" if is_sent else next(iter(choices), "")
    order = {"unit": chosen, "case": case.id, "capability": capability}

    def send() -> None:
        """After one has been sent no other is proposed: a click too many would order it."""
        counter.give("order_unit", order)
        set_unit("")
        set_sent(True)

    with solara.Div(classes=["lx-row"]):
        choice(
            t("seat.for_what"), capability, {one: word("capability", one, t.language) for one in able}, set_capability
        )
        none = {} if chosen else {"": t("seat.choose") if choices else t("seat.none_free")}
        choice(t("seat.unit"), chosen, none | choices, set_unit)
        press(t("seat.send"), send, off=not chosen, is_main=bool(case.missing), name="do-send")
        if crews.nearest_held is not None:
            told = "seat.held_back_ask" if may_ask_aid else "seat.held_back"
            nearest = _eta(crews.nearest_held, names, t)
            put(tag("div", t(told, n=crews.held_back, nearest=nearest), class_="ld-muted do-held-back"))


def free_of(picture: SeatPicture) -> set[str]:
    """Units that are free as far as the seat knows: one that has just been ordered is not."""
    return {one.id for one in picture.units if one.status == "free"}


def _eta(one: Estimate, names: Names, t: Words) -> str:
    minutes = max(1, round(one.eta_s / 60))
    return t("seat.unit_eta", unit=names.of(one.unit), district=names.district(one.district), minutes=minutes)


def _crews(chair: Chair, case: str, capability: str) -> FreeCrews:
    try:
        return chair.free_crews(case, capability)
    except InputError:  # it is not there any more, or the exercise has ended: the page will say so
        return NOBODY


@solara.component
def Request(case: CaseSeen, able: tuple[str, ...], counter: Counter, t: Words) -> None:
    """Crews that others have; what the case is believed to need stands first."""
    chosen, set_capability = solara.use_state("")
    count, set_count = solara.use_state("1")
    capability = chosen if chosen in able else able[0]
    order = {"case": case.id, "capability": capability, "count": int(count)}
    with solara.Div(classes=["lx-row"]):
        abilities = {one: word("capability", one, t.language) for one in able}
        choice(t("seat.crews"), capability, abilities, set_capability)
        choice(t("seat.how_many"), count, {str(n): str(n) for n in (1, 2, 3, 4, 5, 6, 8, 10)}, set_count)
        press(t("seat.request"), lambda: counter.give("request_crews", order), name="do-request")


@solara.component
def Note(chair: Chair, case: CaseSeen | None, counter: Counter, t: Words) -> None:
    """Free words, which people read."""
    to, set_to = solara.use_state(LEADER)
    typed, set_typed = solara.use_state("")
    known = solara.use_memo(lambda: _receivers(chair), [chair.department])
    others = {LEADER: t("seat.leader"), **{one: department(one, t.language) for one in known}}

    def send() -> None:
        counter.give("send_note", {"to": to, "words": typed, "case": case.id if case is not None else ""})
        set_typed("")

    with solara.Div(classes=["lx-row"]):
        choice(t("seat.note_to"), to, others, set_to)
        TextField(t("seat.note"), typed, set_typed)
        press(t("seat.send_note"), send, off=not typed.strip(), name="do-send-note")


def _receivers(chair: Chair) -> tuple[str, ...]:
    try:
        return chair.others()
    except InputError:
        return ()
