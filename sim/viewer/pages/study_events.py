"""The events of a run: filtered, page by page, each a way back to its moment on the map."""

from __future__ import annotations

import math

import solara

from sim.core.log import Entry
from sim.core.quantities import clock_text
from sim.viewer.pages.parts_fields import ChoiceField, TextField
from sim.viewer.pages.parts_html import paragraph, put, tag
from sim.viewer.pages.parts_preferences import words
from sim.viewer.planning.stored import EVERYTHING, Stored, Wanted
from sim.viewer.words_model import event as event_name

ON_A_PAGE = 50
MOST_INCIDENTS = 400


@solara.component
def EventsTab(stored: Stored, moment: solara.Reactive[float], tab: solara.Reactive[str]) -> None:
    """Filters, and what they leave."""
    t = words()
    wanted, want = solara.use_state(Wanted())
    page, turn = solara.use_state(0)
    found = solara.use_memo(lambda: stored.events(wanted), [id(stored), wanted])

    def change(**given: object) -> None:
        turn(0)
        want(wanted._replace(**given))

    last = max(0, math.ceil(len(found) / ON_A_PAGE) - 1)
    with solara.Div(classes=["ld-padded", "ld-events"]):
        Filters(stored, wanted, change)
        with solara.Div(classes=["ld-row", "ld-turning"]):
            paragraph(t("study.events_found", count=f"{len(found):,}", page=page + 1, pages=last + 1), ["ld-muted"])
            solara.Button(
                t("study.previous"), on_click=lambda: turn(max(0, page - 1)), disabled=page == 0, classes=["ld-button"]
            )
            solara.Button(
                t("study.next"),
                on_click=lambda: turn(min(last, page + 1)),
                disabled=page >= last,
                classes=["ld-button", "do-next"],
            )
        Lines(stored, found[page * ON_A_PAGE : (page + 1) * ON_A_PAGE], moment, tab)


@solara.component
def Filters(stored: Stored, wanted: Wanted, change: object) -> None:
    """Kind, incident, words, times."""
    t = words()
    assert callable(change), "it changes what is wanted"
    start = stored.start.start_s
    kinds = {"": t("study.what_happens"), EVERYTHING: t("study.all_kinds")} | {
        name: f"{event_name(name, t.language)} ({count})" for name, count in sorted(stored.kinds.items())
    }
    incidents = {"": t("study.all_incidents")} | {one: one for one in stored.incidents[:MOST_INCIDENTS]}
    with solara.Div(classes=["ld-row"]):
        ChoiceField(t("study.kind"), wanted.kind, kinds, lambda key: change(kind=key))
        ChoiceField(t("study.incident"), wanted.incident, incidents, lambda key: change(incident=key))
        TextField(t("study.words"), wanted.text, lambda text: change(text=text))
        TextField(
            t("study.from"), _clock(start, wanted.since_s), lambda text: change(since_s=_seconds(text, start, 0.0))
        )
        TextField(
            t("study.until"),
            _clock(start, wanted.until_s),
            lambda text: change(until_s=_seconds(text, start, math.inf)),
        )


def _clock(start: int, seconds: float) -> str:
    return "" if seconds in (0.0, math.inf) else clock_text(start + seconds)


def _seconds(text: str, start: int, empty: float) -> float:
    """'08:15' as seconds of the run; what is no time filters nothing."""
    from sim.core.errors import InputError
    from sim.core.quantities import offset_s

    try:
        return float(offset_s(text.strip(), start, "time")) if text.strip() else empty
    except InputError:
        return empty


@solara.component
def Lines(stored: Stored, entries: list[Entry], moment: solara.Reactive[float], tab: solara.Reactive[str]) -> None:
    """Events line by line; its time leads to an event's moment on the map."""
    t = words()
    start = stored.start.start_s

    def go(seconds: int) -> None:
        moment.value = float(seconds)
        tab.value = "replay"

    with solara.Div(classes=["ld-event-lines"]):
        for entry in entries:
            with solara.Div(classes=["ld-event-line"]).key(f"event {entry.id}"):
                solara.Button(
                    clock_text(start + entry.t), on_click=lambda at=entry.t: go(at), text=True, classes=["do-go"]
                )
                put(tag("span", event_name(type(entry.event).__name__, t.language)))
                put(tag("span", entry.incident or "", class_="ld-muted"))
                put(tag("span", stored.told(entry, t.language)))
