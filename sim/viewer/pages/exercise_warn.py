"""What the public is told by a seat: which of the words that there are, around which place, and who signs first."""

from __future__ import annotations

import solara

from sim.viewer.exercise.picture import CaseSeen
from sim.viewer.exercise.possible import Sayable
from sim.viewer.pages.exercise_parts import choice, press
from sim.viewer.pages.exercise_sent import Counter
from sim.viewer.pages.parts_html import paragraph
from sim.viewer.words import Words
from sim.viewer.words_model import channel


@solara.component
def Warn(case: CaseSeen, able: tuple[Sayable, ...], counter: Counter, t: Words) -> None:
    """Words are chosen; the area follows from the case as it is believed, and is told before anything is sent."""
    chosen, choose = solara.use_state("")
    says = chosen if chosen in {one.says for one in able} else next((one.says for one in able), "")
    with solara.Div(classes=["lx-warn"]):
        with solara.Div(classes=["lx-row"]):
            if able:
                choice(t("seat.tell_public"), says, {one.says: t(f"seat.say_{one.says}") for one in able}, choose)
            press(t("seat.warn"), lambda: counter.give("warn", {"case": case.id, "says": says}), off=not able,
                  name="do-warn")  # fmt: skip
        one = next((one for one in able if one.says == says), None)
        paragraph(t("seat.cannot_warn") if one is None else sentence(one, t), ["ld-muted"])


def sentence(one: Sayable, t: Words) -> str:
    """What will be sent."""
    said = t(f"seat.will_{one.says}", radius=round(one.radius_m), heard=round(one.heard_m),
             channel=channel(one.channel, t.language))  # fmt: skip
    return f"{said} {t('seat.will_be_signed' if one.is_signed else 'seat.will_not_be_signed')}"
