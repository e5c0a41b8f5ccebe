"""Who sits where, which rules hold, and what is noted down: the other tabs of who leads an exercise."""

from __future__ import annotations

from functools import partial

import solara

from sim.actors.seat_orders import INSTRUCTOR
from sim.core.quantities import clock_text
from sim.model import City
from sim.policies.bundles import families
from sim.switching import FIXED, switchable
from sim.viewer.exercise.controls import Judge, Remark
from sim.viewer.exercise.letters import Letter, Letters
from sim.viewer.pages.exercise_parts import choice, press
from sim.viewer.pages.exercise_presence import Looking
from sim.viewer.pages.exercise_rooms import Invitation, Room
from sim.viewer.pages.exercise_stream import Feed
from sim.viewer.pages.parts_fields import TextField
from sim.viewer.pages.parts_html import heading, paragraph, put, tag
from sim.viewer.pages.share_link import Shared
from sim.viewer.words import Words
from sim.viewer.words_model import department, family, option, option_name

MOST_LETTERS = 20


@solara.component
def Seats(room: Room, feed: Feed, t: Words) -> None:
    """Departments, who sits there, and links for those who are to."""
    state, _ = feed.state.value, feed.presence.value
    changed, set_changed = solara.use_state(0)
    names = solara.use_memo(room.departments, [room.id])
    paragraph(t("exercise.seats_text"), ["ld-muted"])
    by_department = {one.department: one for one in room.invitations.values()}
    chosen, choose = solara.use_state(names[0])

    def invite() -> None:
        room.invite(chosen)
        set_changed(changed + 1)

    def withdraw(name: str) -> None:
        room.withdraw(name)
        set_changed(changed + 1)

    with solara.Div(classes=["lx-row"]):
        choice(t("exercise.department"), chosen, {one: department(one, t.language) for one in names}, choose)
        press(t("exercise.invite"), invite, is_main=True, name="do-invite")
    for name, invitation in by_department.items():
        with solara.Div(classes=["lx-card"]):
            who = state.seats.get(name, "")
            heading(department(name, t.language), 4)
            looking = room.presence.of(name)
            put(tag("div", sitting(who, looking, room.spec.scenario.start_s, t), class_="ld-status"))
            if looking.browsers > 1:
                put(tag("div", t("exercise.two_browsers", n=looking.browsers), role="status", class_="lx-notice"))
            Link(invitation, t)
            press(t("exercise.withdraw"), partial(withdraw, name))


@solara.component
def Link(invitation: Invitation, t: Words) -> None:
    """What is given to who is to sit there: a page of its own in any browser that reaches this computer."""
    way = f"/seat?key={invitation.key}"
    put(tag("a", t("exercise.open_seat"), href=way, target="_blank", rel="noopener", class_="ld-inline-link do-seat"))
    Shared(way, t("exercise.seat_link"), t)


def sitting(who: str, looking: Looking, start_s: float, t: Words) -> str:
    """Whether somebody sits there, and looks."""
    if not who:
        return t("exercise.nobody_sits")
    if looking.pages:
        return t("exercise.sits", who=who)
    if looking.closed_t is None:
        return t("exercise.sits_away", who=who)
    return t("exercise.sits_closed", who=who, clock=clock_text(start_s + looking.closed_t)[:5])


@solara.component
def Rules(room: Room, feed: Feed, t: Words) -> None:
    """Each family of policies with the rule that holds; another is taken from now on."""
    state = feed.state.value
    arm = solara.use_memo(
        lambda: room.session.read(lambda city: city.arm), [state.commands, state.epoch, state.t // 60]
    )
    paragraph(t("exercise.rules_text"), ["ld-muted"])
    options = {one.family: [chosen for chosen in one.options] for one in families()}
    for name in switchable():
        now = getattr(arm.policies, name).kind
        choices = {one.name: option(name, one, t.language)[0] for one in options[name]}
        choice(
            family(name, t.language), now, choices,
            partial(_switch, room, name),
        )  # fmt: skip
    for name in FIXED:
        chosen = option_name(name, getattr(arm.policies, name).kind, t.language)
        put(tag("div", f"{family(name, t.language)}: {chosen}", tag("br"), tag("span", t(f"exercise.fixed_{name}"),
                class_="ld-muted"), class_="lx-fixed"))  # fmt: skip


def _switch(room: Room, name: str, rule: str) -> None:
    room.session.do("switch", change=f"{name}={rule}")


@solara.component
def Notes(room: Room, feed: Feed, t: Words) -> None:
    """Notes and marks for the review."""
    state = feed.state.value
    typed, set_typed = solara.use_state("")
    notes = solara.use_memo(room.session.notes, [state.commands, state.epoch])

    def keep() -> None:
        room.session.do("remark", words=typed)
        set_typed("")

    TextField(t("exercise.note"), typed, set_typed)
    with solara.Div(classes=["lx-row"]):
        press(t("exercise.keep_note"), keep, is_main=True, off=not typed.strip(), name="do-note")
        press(t("exercise.mark"), lambda: room.session.do("remark", words=t("exercise.mark_words")), name="do-mark")
    start_s = room.spec.scenario.start_s
    told = solara.use_memo(lambda: room.session.read(_told), [state.t // 60, state.epoch])
    for letter in reversed(told[-MOST_LETTERS:]):
        words = t("exercise.told", who=department(letter.sender, t.language), words=letter.text)
        put(tag("div", tag("b", clock_text(start_s + letter.heard_t)), f" {words}", class_="lx-card is-decide"))
    for one in reversed(notes):
        command = one.command
        at = command.at if isinstance(command, Remark) and command.at is not None else one.t
        words = command.words if isinstance(command, Remark) else ""
        if isinstance(command, Judge):
            words = t("command.judge", name=command.name, verdict=t(f"review.verdict.{command.verdict}"),
                      remark=command.remark)  # fmt: skip
        put(tag("div", tag("b", clock_text(start_s + at)), f" {words}", class_="lx-card"))


def _told(city: City) -> list[Letter]:
    """Notes of seats that have reached who leads the exercise."""
    letters = Letters({INSTRUCTOR}, ())
    letters.take(city.log)
    return letters.heard
