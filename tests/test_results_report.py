"""The report is one file that fetches nothing, escapes everything, and shows what the log tells."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

import pytest

from sim.core import events as ev
from sim.core.log import Entry
from sim.results.report import render, write_report
from sim.results.report_tables import belief_rows, call_rows, service_rows, stories
from sim.results.timeline import Timeline
from tests import results_slope
from tests import results_story as told
from tests.results_story import DRAIN_S, Story

VOID = {"meta", "img", "br", "line", "rect", "circle", "path"}
PNG = b"\x89PNG\r\n\x1a\nrest"


class Outline(HTMLParser):
    """Checks that tags are closed in order, and gathers what could fetch something."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.headings: list[str] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "action")]
        if tag not in VOID or tag in ("line", "circle", "path", "rect"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID or tag in ("line", "circle", "path", "rect"):
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("h1", "h2", "h3"):
            self.headings.append(data.strip())


def all_listed(entries: list[Entry]) -> list[Entry]:
    """The same day, with every incident named by the scenario."""
    listed = (ev.IncidentStarted,)
    return [e._replace(event=replace(e.event, listed=True)) if isinstance(e.event, listed) else e for e in entries]


def page(entries: list[Entry] | None = None, picture: bytes | None = PNG) -> str:
    manifest = {"versions": {"liandong": "0.1<x>"}, "map_note": "schematic", "attribution": "© <mappers>"}
    return render(all_listed(told.told().entries) if entries is None else entries, "A <b>day</b>", picture, manifest)


def test_the_report_fetches_nothing() -> None:
    outline = Outline(page())
    assert outline.addresses
    assert all(address.startswith(("#", "data:")) for address in outline.addresses)
    assert not re.search(r"https?://|url\(|@import", page())


def test_the_report_escapes_what_it_is_told() -> None:
    text = page()
    for raw in ("<b>day", "0.1<x>", "<mappers>", "First <Hospital>", "a <short> day"):
        assert raw not in text
    assert "A &lt;b&gt;day" in text and "First &lt;Hospital&gt;" in text


def test_the_report_has_a_section_for_each_listed_incident() -> None:
    headings = Outline(page()).headings
    assert {"fire", "robbery", "ill"} <= set(headings)
    assert "early" not in headings  # it began in the warm-up


def test_the_primary_kpi_stands_first() -> None:
    text = page()
    assert text.index("Total response") < text.index("Expected deaths") < text.index("Discovery")


@pytest.mark.parametrize("picture", [PNG, b"<svg/>", None])
def test_a_map_picture_may_be_either_kind_or_missing(picture: bytes | None) -> None:
    text = page(picture=picture)
    assert ("data:image/" in text) == (picture is not None)
    assert "schematic" in text and "© &lt;mappers&gt;" in text


def test_an_empty_or_interrupted_run_still_has_a_report(tmp_path: Path) -> None:
    story = Story()
    told.opening(story)
    assert "interrupted" in page(story.entries)
    story.at(DRAIN_S, ev.RunEnded())
    write_report(story.entries, tmp_path / "report.html", "nothing happened", None, {})
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    Outline(text)
    assert "interrupted" not in text


def test_the_tables_of_an_incident_say_who_knew_what_when() -> None:
    entries = all_listed(told.told().entries)
    line = Timeline(entries)
    fire, robbery, ill = stories(entries, line.cohort("listed"))
    assert [(r.service, r.knew, r.ordered, r.alerted, r.on_scene, r.effect) for r in service_rows(fire, line)] == [
        ("ems", 100, 160, 170, 820, 940),
        ("fire", 60, 70, 75, 440, 560),
    ]
    assert [row[1:6] for row in service_rows(robbery, line)] == [(None,) * 5]
    assert [(r.department, r.after_s, r.kind, r.error_m) for r in belief_rows(fire)] == [
        ("fire", 60, "dwelling fire", 50.0),
        ("ems", 100, "illness", 300.0),
    ]
    assert [(r.attempt, r.after_s, r.answered_after_s, r.outcome) for r in call_rows(ill)[:2]] == [
        (0, 0, None, "given up"),
        (1, 90, 20, "answered by police, put through to ems"),
    ]


# --- the map and who knew what


class Ground(NamedTuple):
    """A picture of a thousand pixels for ten kilometres, or for whatever box is asked for."""

    png: bytes
    width_px: int
    height_px: int
    box: tuple[float, float, float, float]


def drawn(box: tuple[float, float, float, float] | None) -> Ground:
    return Ground(b"\x89PNG ground", 1000, 500, box or (0.0, -2500.0, 10_000.0, 2500.0))


def test_listed_incidents_are_drawn_where_they_were_with_their_number() -> None:
    page = render(told.told().entries, "A day", drawn, {})
    assert all(address.startswith(("#", "data:")) for address in Outline(page).addresses)
    town, close_up = re.findall(r'<svg class="on-map".*?</svg>', page, re.DOTALL)
    # the fire was at (1000 m, 0): a tenth of the width from the left, half-way down
    assert 'class="numbered" cx="100.0" cy="250.0"' in town
    assert re.search(r'class="number-on-map"[^>]*>1<', town)
    # the engine set out at the origin: the left edge, half-way down
    assert '<line class="way s-fire" x1="0.0" y1="250.0" x2="100.0" y2="250.0"/>' in town
    assert "E1 (fire) left from here for fire at 07:19:20, and saw it at 07:24:40" in town
    # two of the three others began in the same place; all began in the window
    assert town.count('class="other"') == 2
    # the close-up is 3 km wide around both ends
    assert 'class="numbered" cx="666.7"' in close_up


def test_a_town_without_listed_incidents_has_one_map() -> None:
    story = told.Story()
    told.opening(story)
    story.at(9000, ev.RunEnded())
    page = render(story.entries, "A quiet day", drawn, {})
    assert page.count('class="on-map"') == 1 and "numbered" not in page.split("</style>")[1]


def test_the_section_on_knowing_shows_curves_messages_and_who_learnt_what() -> None:
    page = render(told.told().entries, "A day", None, {})
    section = page.split('<section id="knowledge">')[1].split("</section>")[0]
    for name in ("Completeness", "Accuracy", "Shared awareness"):
        assert f"<strong>{name}.</strong>" in section
    assert "44.7 %" in section  # of the fire's 1700 s, 760 with both desks knowing
    cells = re.findall(r'<tr><th scope="row">(\w+)</th><td>(\w+)</td><td class="number">(\d+)</td>', section)
    assert cells == [("ems", "ems", "2"), ("fire", "fire", "1"), ("police", "police", "1")]
    assert re.search(r"<th scope=\"row\">fire</th>.*?<td class=\"number inside\">1</td>", section, re.DOTALL)


def test_the_section_on_duty_desks_says_whose_it_was_and_who_knew() -> None:
    page = render(results_slope.disowned().entries, "A slope", None, {})
    section = page.split('<section id="desks">')[1].split("</section>")[0]
    (row,) = re.findall(r'<tr><th scope="row">slope</th>.*?</tr>', section)
    told_of = ["slide", "39 min 40 s", "housing, planning", "3", "1", "1", "1"]
    assert re.findall(r"<td[^>]*>([^<]*)</td>", row) == told_of
    rows = dict(re.findall(r'<tr><th scope="row">([\w ]+)</th>(.*?)</tr>', section.split("By tier")[1]))
    cells = {name: re.findall(r"<td[^>]*>([^<]*)</td>", row) for name, row in rows.items()}
    assert cells["district"] == ["1", "1", "10 min 30 s", "84.2 %", "77.7 %"]
    assert cells["planning"] == ["1", "1", "10 min 30 s", "84.2 %", "50.0 %", "1", "12 min 50 s"]
    assert cells["duty telephone"] == ["9", "2"]


def test_the_way_to_an_inspection_is_drawn_and_says_who_held_it() -> None:
    page = render(results_slope.disowned().entries, "A slope", None, {})
    assert "the end of the inspection" in page
    assert "housing 33 min 50 s, planning 12 min, police 5 min 50 s, on the way 3 min, emergency 2 min" in page
    assert "needed 1 crew to inspect" in page and "opens case P1 near Middle, Toy." in page


def test_without_duty_desks_there_is_no_section_on_them() -> None:
    assert '<section id="desks">' not in page()


def test_the_pictures_of_the_tiers_are_drawn_over_time() -> None:
    page = render(results_slope.disowned().entries, "A slope", None, {})
    section = page.split('<section id="desks">')[1].split("</section>")[0]
    for name in ("Completeness by tier", "Accuracy by tier"):
        figure = section.split(f'aria-label="{name}"')[1].split("</svg>")[0]
        assert 'class="line s-district"' in figure and 'class="line s-city"' in figure


def test_what_is_only_over_what_it_happened_to_is_marked_in_the_report() -> None:
    page = render(results_slope.disowned().entries, "A slope", None, {})
    assert "Mutual aid †" in page and "Level IV †" in page and "†: only where it happened" in page
    assert "Inspection †" not in page
