"""The way of one incident on a terminal: a waterfall of bars, with what happened, was said and believed under each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from sim.cli.showing import console, print_table, say
from sim.cli.telling_brief import Brief, Page
from sim.core.events import MessageHeard, MessageSent
from sim.core.log import Entry
from sim.results.delays import LABELS, PHASES
from sim.results.explain import EFFECT_WORDS, Account, Explainer, Leg, Said
from sim.results.holders import by_holder
from sim.results.overview import Row
from sim.results.wanted import crews
from sim.results.words import message_text, said, seconds_words, timed

BAR = 30
AT_MOST = 10
"""Lines of one sort under a part, where all is told; --json has more."""

ABOVE = "as above"

_TOLD_AS_SAID = (MessageSent, MessageHeard)
_COLOURS = dict(
    zip(PHASES, ("bright_black", "blue", "magenta", "bright_magenta", "yellow", "green", "cyan", "red"), strict=True)
)
_COLOUR_OF = {label: _COLOURS[phase] for phase, labels in PHASES.items() for label in labels}


def tell_list(explainer: Explainer, rows: Sequence[Row], run: str) -> None:
    """The listed incidents and the slowest others."""
    heads = ("incident", "kind", "where", "began", "slowest service", "its first crew", "the longest part of its way")
    for title, wanted in (("Listed incidents", True), ("The slowest others", False)):
        shown = [_cells(explainer, row) for row in rows if row.record.listed is wanted]
        if shown:
            print_table(title, heads, shown)
    if rows:
        say(f"Times are from the first ring. liandong explain {run} {rows[0].record.id}  tells where the seconds went.")
    else:
        say("No incident of this run needed help.")


def _cells(explainer: Explainer, row: Row) -> tuple[str, ...]:
    record = row.record
    longest = f"{row.longest.label}, {seconds_words(row.longest.ms / 1000)}"
    where = f"{record.subdistrict}, {record.district}"
    began, came = explainer.clock(record.started), seconds_words(row.seconds)
    return (record.id, said(record.kind), where, began, row.service, came, longest)


def tell(explainer: Explainer, accounts: Sequence[Account], *, in_full: bool = False) -> None:
    """The way to each service: what matters of it, or all."""
    out, record = console(), accounts[0].record
    floor = f", floor {record.floor}" if record.floor else ""
    out.print(Text(f"{record.id}", style="bold"), end="")
    out.print(
        f": {said(record.kind)} in {record.subdistrict}, {record.district}{floor}, {explainer.clock(record.started)}"
    )
    over = "still open when the run ended"
    if record.ended is not None:
        over = f"over after {seconds_words(record.ended - record.started)} ({said(record.outcome)})"
    out.print(f"At its largest it needed {crews(record.needs)}; {over}.")
    brief = Brief()
    for account in accounts:
        _tell_account(out, explainer, account, None if in_full else brief.pages(account))
    if brief.left_out:
        out.print(Text(f"\n{brief.left_out} more lines of what others said, did and believed: --full", style="dim"))


def _tell_account(out: Console, explainer: Explainer, account: Account, pages: Sequence[Page] | None) -> None:
    out.print()
    out.print(Text(_headline(account), style="bold"))
    if pages is None:
        for leg in account.legs:
            _tell_bar(out, _bar_line(explainer, account, [leg]), LABELS[leg.part.label])
            _tell_leg(out, explainer, leg)
    else:
        for page in pages:
            _tell_bar(out, _bar_line(explainer, account, page.legs), _meaning(page))
            _tell_page(out, explainer, page)
    out.print(_sum_line(explainer, account))
    out.print(_held_line(account))


def _tell_bar(out: Console, line: Text, meaning: str) -> None:
    text = Text(meaning, style="italic")
    if line.cell_len + text.cell_len + 2 <= out.width:
        out.print(line.append("  ").append_text(text))
    else:
        out.print(line)
        out.print(Padding(text, (0, 0, 0, 10), expand=False))


def _headline(account: Account) -> str:
    fall = account.fall
    effect = EFFECT_WORDS.get(fall.effect, fall.effect)
    if not fall.finished:
        return f"{fall.service}: never {effect}; watched for {seconds_words(account.seconds)} ({account.seconds:,} s)"
    ring = account.since_first_ring
    since = "" if ring is None else f"; {seconds_words(ring)} after the first ring"
    whole = f"{seconds_words(account.seconds)} ({account.seconds:,} s)"
    return f"{fall.service}: {whole} from the onset to {effect}{since}"


def _bar_line(explainer: Explainer, account: Account, legs: Sequence[Leg]) -> Text:
    """One part, or several that follow each other, as a share of the whole."""
    total, ms = max(1, account.fall.ms), sum(leg.part.ms for leg in legs)
    part, reached = legs[0].part, legs[0].part.from_ms - account.legs[0].part.from_ms
    lead = min(BAR - 1, reached * BAR // total)
    length = max(1, round((reached + ms) * BAR / total) - lead) if ms else 0
    label, colour = (part.label, _COLOUR_OF.get(part.label, "")) if len(legs) == 1 else (ABOVE, "")
    text = Text(f"{explainer.clock(part.from_ms // 1000)}  ")
    text.append(f"{label:<20} {ms // 1000:>6,} s  ", style="bold")
    text.append("·" * lead, style="dim")
    text.append("█" * length, style=colour)
    text.append("·" * (BAR - lead - length), style="dim")
    return text


def _meaning(page: Page) -> str:
    """What a part is, and whose: that stands in no other line; of several that have been told, their names."""
    part = page.legs[0].part
    if len(page.legs) > 1:
        return ", ".join(leg.part.label for leg in page.legs)
    if page.is_above:
        return ABOVE if page.is_empty else f"{ABOVE}, and"
    return f"{LABELS[part.label]} ({part.holder})"


def _tell_page(out: Console, explainer: Explainer, page: Page) -> None:
    _lines(out, "", [_timed(explainer, entry) for entry in page.happened])
    _lines(out, "waited for: ", [_waited(explainer, entry) for entry in page.waited_for])
    _lines(out, "meanwhile: ", [_timed(explainer, entry) for entry in page.meanwhile])
    _lines(out, "said: ", [_message(explainer, one) for one in page.said])
    _lines(out, "believed: ", page.believed)
    _lines(out, "in truth: ", page.truth)


def _tell_leg(out: Console, explainer: Explainer, leg: Leg) -> None:
    happened = [entry for entry in leg.happened if not isinstance(entry.event, _TOLD_AS_SAID)]
    _lines(out, "", [_timed(explainer, entry) for entry in happened])
    _lines(out, "waited for: ", [_waited(explainer, entry) for entry in leg.waited_for])
    _lines(out, "meanwhile: ", [_timed(explainer, entry) for entry in leg.meanwhile])
    _lines(out, "said: ", [_message(explainer, one) for one in leg.said])
    _lines(out, "believed: ", [f"{one.department} ({one.case}): {one.text}" for one in leg.held])
    _lines(out, "in truth: ", {f"{said(one.true_kind)}, needs {crews(dict(one.true_needs))}" for one in leg.held})


def _lines(out: Console, before: str, lines: Iterable[str]) -> None:
    """The first few lines under a part, and how many more there are."""
    every = list(lines)
    for line in every[:AT_MOST]:
        text = Text(before, style="dim")
        text.append(line, style="not dim")
        out.print(Padding(text, (0, 0, 0, 10), expand=False))
    if len(every) > AT_MOST:
        out.print(
            Padding(
                Text(f"{before}… {len(every) - AT_MOST} more (--json has all)", style="dim"),
                (0, 0, 0, 10),
                expand=False,
            )
        )


def _timed(explainer: Explainer, entry: Entry) -> str:
    return timed(entry, explainer.start_s, explainer.places)


def _waited(explainer: Explainer, entry: Entry) -> str:
    about = f" (until then busy with {entry.incident})" if entry.incident is not None else ""
    return f"{_timed(explainer, entry)}{about}"


def _message(explainer: Explainer, one: Said) -> str:
    end = "never heard" if one.heard is None else f"heard after {seconds_words(one.heard - one.sent)}"
    end = f"lost: {one.lost}" if one.lost else end
    text = message_text(one.text, explainer.places)
    return f"{explainer.clock(one.sent)} {one.sender} to {one.receiver}, by {one.channel}: “{text}” ({end})"


def _sum_line(explainer: Explainer, account: Account) -> Text:
    """The sum, written out: there is nothing else."""
    start, end = (explainer.clock(t) for t in (account.record.started, account.record.started + account.seconds))
    parts = " + ".join(f"{leg.part.ms // 1000:,}" for leg in account.legs) or "0"
    text = Text(f"{end}  ")
    text.append(f"{'in all':<20} {account.seconds:>6,} s", style="bold")
    text.append(f"  = {parts}, exactly from {start} to {end}")
    return text


def _held_line(account: Account) -> Text:
    """Who had it for how long; the sum is the same."""
    text = Text(" " * 10)
    text.append("held by: ", style="dim")
    text.append(", ".join(f"{who} {seconds_words(ms / 1000)}" for who, ms in by_holder(account.fall.parts).items()))
    return text
