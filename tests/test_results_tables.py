"""Tables on a terminal: names stay readable however narrow it is, and a run that counted nothing says so."""

from __future__ import annotations

import pytest

from sim.cli.measures import NOTHING_COUNTED, print_kpis
from sim.cli.showing import print_table
from sim.core import events as ev
from sim.results.definitions import is_interval, text_of
from sim.results.kpis import kpis
from tests.results_story import DRAIN_S, Story, opening, told

HEADS = ("measure", "fragmented+intake=joint", "linked", "runs", "counted")
ROWS = [("Total response, fire and rescue, listed", "1,234 s", "558 s", "10", "1/0/0")]


def printed(width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The table on a terminal of so many columns."""
    monkeypatch.setattr("sim.cli.showing.PLAIN_WIDTH", width)
    monkeypatch.setenv("COLUMNS", str(width))
    print_table("", HEADS, ROWS, numbers=range(1, len(HEADS)), spare=(3, 4))
    return [line.rstrip() for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize(
    ("width", "left_out"),
    [
        (100, ""),
        (58, "Left out for want of room: runs."),
        (50, "Left out for want of room: runs, counted."),
    ],
)
def test_a_table_that_is_too_wide_leaves_out_what_is_spare(
    width: int, left_out: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = printed(width, monkeypatch, capsys)
    assert (lines[-1] if lines[-1].startswith("Left") else "") == left_out
    text = " ".join(" ".join(lines).split())
    for cell in ("1,234 s", "558 s", "Total response,", "linked", "fragmented+"):
        assert cell in text
    assert all(len(line) <= width for line in lines)


def test_a_run_that_counted_nothing_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    story = Story()
    opening(story)
    story.at(DRAIN_S, ev.RunEnded())
    print_kpis(kpis(story.entries), "")
    assert NOTHING_COUNTED in " ".join(capsys.readouterr().out.split())
    print_kpis(kpis(told().entries), "")
    assert NOTHING_COUNTED not in " ".join(capsys.readouterr().out.split())


def test_what_only_the_log_knows_has_words_too() -> None:
    latency, lost = text_of("listed_office_urban_management_information_latency_s_p90"), text_of("channel_liaison_lost")
    assert latency is not None and lost is not None
    assert latency.name == "Information latency, urban management p90, listed"
    assert (latency.unit, lost.name, lost.unit) == ("s", "Messages lost, liaison", "messages")
    assert text_of("office_water") is text_of("office_water_happiness") is text_of("nonsense") is None
    assert is_interval("unowned_minutes") and is_interval("office_water_information_latency_s")
    assert not is_interval("refusals")
