"""What of an account fits on a page or two: the story itself, its own words, and what those who act in it learnt."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sim.core import events as ev
from sim.core.events import CaseId
from sim.core.log import Entry
from sim.results.beliefs import Held
from sim.results.explain import Account, Leg, Said
from sim.results.wanted import crews
from sim.results.words import said as words

MEANWHILE = 3
"""Lines of what happened beside the story, under a part."""

WORTH_M = 50.0
"""A believed place that has moved by less, as seen from the true one, is no news."""

_SHOWN_ELSEWHERE = (ev.BeliefChanged, ev.MessageSent, ev.MessageHeard)  # among beliefs and among words


@dataclass(slots=True)
class Page:
    """What is told under one part, or under several that an earlier way began with too."""

    legs: list[Leg]
    is_above: bool  # the parts have been told; what stands here comes on top
    happened: list[Entry]
    waited_for: list[Entry]
    meanwhile: list[Entry]
    said: list[Said]
    believed: list[str]
    truth: list[str]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is told under it."""
        told = (self.happened, self.waited_for, self.meanwhile, self.said, self.believed)
        return not any(told)


@dataclass(slots=True)
class Brief:
    """Goes through the ways of one incident, and remembers what it has told."""

    left_out: int = 0  # lines
    _parts: set[tuple[object, ...]] = field(default_factory=set)
    _told: set[object] = field(default_factory=set)

    def pages(self, account: Account) -> list[Page]:
        """Part for part; parts that an earlier way began with become one, unless something comes on top."""
        told = Told(account)
        found: list[Page] = []
        for leg in account.legs:
            page = self._page(leg, told)
            if page.is_above and page.is_empty and found and found[-1].is_above and found[-1].is_empty:
                found[-1].legs.append(leg)
            else:
                found.append(page)
        return found

    def _page(self, leg: Leg, told: Told) -> Page:
        part = leg.part.label, leg.part.holder, leg.part.from_ms, leg.part.ms
        is_above = part in self._parts
        self._parts.add(part)
        said = [one for one in leg.said if told.is_own(one)]
        happened = [entry for entry in leg.happened if not isinstance(entry.event, _SHOWN_ELSEWHERE)]
        believed = told.learnt(leg)
        page = Page([leg], is_above, happened, leg.waited_for, leg.meanwhile[:MEANWHILE], said, believed, [])
        self.left_out += 0 if is_above else len(leg.said) - len(said) + max(0, len(leg.meanwhile) - MEANWHILE)
        self._drop_told(page)
        if page.believed:
            page.truth = told.truth_now()
        return page

    def _drop_told(self, page: Page) -> None:
        for name in ("happened", "waited_for", "meanwhile", "said", "believed"):
            lines = getattr(page, name)
            keys = [(name, one.id if isinstance(one, Entry) else one) for one in lines]
            if page.is_above:
                setattr(page, name, [one for one, key in zip(lines, keys, strict=True) if key not in self._told])
            self._told.update(keys)


class Told:
    """What has been told on one way of what was believed and what was true."""

    def __init__(self, account: Account) -> None:
        story = [entry for leg in account.legs for entry in leg.happened]
        self._spoken = {
            (entry.t, entry.event.sender, entry.event.receiver, entry.event.text)
            for entry in story if isinstance(entry.event, ev.MessageSent)
        }  # fmt: skip
        self._pictures: dict[CaseId, Held] = {}
        self._known: dict[CaseId, Held] = {}
        self._truth = ""

    def is_own(self, said: Said) -> bool:
        """Whether it was said in the story itself, and not beside it."""
        return (said.sent, said.sender, said.receiver, said.text) in self._spoken

    def learnt(self, leg: Leg) -> list[str]:
        """What is new in the pictures of those who act in a part."""
        self._pictures.update({one.case: one for one in leg.held})
        acting = [getattr(entry.event, "case", None) for entry in leg.happened]
        cases = [case for case in dict.fromkeys(acting) if case is not None and case in self._pictures]
        return [line for case in cases if (line := self._news(self._pictures[case]))]

    def truth_now(self) -> list[str]:
        """What is true, if that is news."""
        newest = list(self._pictures.values())[-1]
        before, self._truth = self._truth, f"{words(newest.true_kind)}, needs {crews(dict(newest.true_needs))}"
        return [self._truth] if self._truth != before else []

    def _news(self, now: Held) -> str:
        """What is new in a picture; all of it the first time."""
        before = self._known.get(now.case)
        self._known[now.case] = now
        whose = f"{now.department} ({now.case}): "
        if before is None:
            return whose + now.text
        news = []
        if now.kind != before.kind:
            news.append(f"now takes it for {words(now.kind)}")
        if abs(now.error_m - before.error_m) >= WORTH_M:
            news.append(f"now {now.error_m:,.0f} m from the true place")
        else:
            self._known[now.case] = replace(now, error_m=before.error_m)  # many small moves add up to news
        if now.needs != before.needs:
            news.append(f"now needs {crews(dict(now.needs)) if now.needs else 'nobody knows what'}")
        return whose + ", ".join(news) if news else ""
