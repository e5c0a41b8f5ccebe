"""Messages as arcs between two places: all of them in truth, those that an organisation knows of in its lens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from sim.viewer.marks import ArcMark, Place
from sim.viewer.news import CALLER, News, Said

RECENT_S = 10.0
"""Simulated seconds for which a message that has arrived is still shown, unless somebody asks for more."""

MOST = 120
"""Arcs in one frame; papers between organisations come before words between a desk and its crews."""


class Arcs:
    """Draws what is said; movers have the places that the lens knows of."""

    def __init__(self, news: News, movers: Mapping[str, Place]) -> None:
        self._news = news
        self._movers = movers

    def all(self, since_s: float, t: float) -> tuple[tuple[ArcMark, ...], int]:
        """In truth: with what became of each, and how many had no room."""
        said = self._news.between(since_s, t)
        return _fitted(list(self._drawn((one, one.state) for one in said)))

    def of(self, own: frozenset[str], since_s: float, t: float) -> tuple[tuple[ArcMark, ...], int]:
        """What a desk has said, not knowing what became of it, and what it has heard; of an unread paper no word."""
        return _fitted(list(self._drawn(self._known(own, since_s, t))))

    def _known(self, own: frozenset[str], since_s: float, t: float) -> Iterator[tuple[Said, str]]:
        for one in self._news.between(since_s, t):
            if one.sender in own:
                if one.sent_s > since_s:
                    yield one, "sent"
            elif one.receiver in own and one.state == "heard" and one.sender != CALLER:
                yield one if one.is_known else replace(one, text="", case=None), "heard"

    def _drawn(self, said: Iterator[tuple[Said, str]]) -> Iterator[ArcMark]:
        for one, state in said:
            start = one.start or self._place(one.sender)
            end = self._place(one.receiver)
            if start is not None and end is not None and start != end:
                yield ArcMark(
                    id=one.id, word=one.word, sender=one.sender, receiver=one.receiver, channel=one.channel,
                    start=start, end=end, sent_s=float(one.sent_s), state=state, text=one.text, case=one.case,
                    is_paper=one.is_paper,
                )  # fmt: skip

    def _place(self, party: str) -> Place | None:
        return self._movers.get(party) or self._news.seating.of(party)


def _fitted(arcs: list[ArcMark]) -> tuple[tuple[ArcMark, ...], int]:
    """Papers first, then the newest; and how many are left out."""
    arcs.sort(key=lambda arc: not arc.is_paper)
    return tuple(arcs[:MOST]), max(0, len(arcs) - MOST)
