"""Orders of a seat on their way: each goes out once, and a line says what was sent, to whom, and how it travels."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import solara

from sim.actors.organisation import organisation
from sim.core.vocabulary import EMERGENCY
from sim.viewer.exercise.seats import Chair
from sim.viewer.pages.exercise_parts import refused
from sim.viewer.pages.parts_html import put, tag
from sim.viewer.words import Words
from sim.viewer.words_model import channel, department, word
from sim.viewer.words_names import Names

REST_S = 0.8
"""Seconds of the wall clock within which the same order for the same case is the second half of a double click."""


class Given(NamedTuple):
    """An order that was given, and the messages that went out with it."""

    clock: str
    order: str
    said: Mapping[str, Any]
    sent: tuple[tuple[str, str], ...]  # receiver, channel


class Counter:
    """Takes the orders of a page and hands them to the chair."""

    def __init__(self, chair: Chair, acted: Callable[[], None], now_s: Callable[[], float] = time.monotonic) -> None:
        self.sent: solara.Reactive[Given | None] = solara.Reactive(None)
        self._chair, self._acted, self._now_s = chair, acted, now_s
        self._newest, self._newest_s = ("", ""), float("-inf")

    def give(self, order: str, said: Mapping[str, Any]) -> None:
        """Give an order, unless it is the second click of one; InputError when it is refused."""
        key = order, str(said.get("case", ""))
        if key == self._newest and self._now_s() - self._newest_s < REST_S:
            return
        self.sent.value = None
        known = {one["message"] for one in self._chair.picture().said}
        self._chair.do(order, **said)
        picture = self._chair.picture()
        fresh = [one for one in picture.said if one["message"] not in known]
        ways = tuple(dict.fromkeys((str(one["receiver"]), str(one["channel"])) for one in fresh))
        self.sent.value = Given(self._chair.clock(picture.t), order, dict(said), ways)
        self._acted()
        self._newest, self._newest_s = key, self._now_s()


@solara.component
def Sent(given: Given | None, names: Names, t: Words) -> None:
    """What was done last, until something is refused."""
    with solara.Div():
        if given is not None and not refused.value:
            put(tag("p", told(given, names, t), role="status", class_="lx-done lx-sent"))


def told(given: Given, names: Names, t: Words) -> str:
    """In words: what, to whom, by which channel, and that it travels as any message."""
    said = {name: str(value) for name, value in given.said.items()}
    said = {"unit": names.of(said.get("unit", "")), "n": said.get("count", ""), "case": said.get("case", ""),
            "to": "", "what": ""} | ({"to": _party(said["to"], names, t)} if "to" in said else {})  # fmt: skip
    if given.said.get("capability"):
        said["what"] = word("capability", str(given.said["capability"]), t.language)
    if given.order == "warn":
        said["what"] = t(f"seat.say_{given.said.get('says') or 'statement'}")
    parts = [f"{given.clock} {t(f'seat.did_{given.order}', **said)}"]
    if given.sent:
        ways = [
            t("seat.sent_by", who=_party(who, names, t), channel=channel(by, t.language)) for who, by in given.sent
        ]
        parts.append(t("seat.sent", ways=t("form.comma").join(ways)))
    if given.order not in ("accept_case", "close_case"):
        parts.append(t("seat.travels"))
    return " ".join(parts)


def _party(name: str, names: Names, t: Words) -> str:
    if name == "instructor":
        return t("seat.leader")
    is_department = name in organisation().department or name in EMERGENCY
    return department(name, t.language) if is_department else names.of(name)
