"""Colours that mean something are told apart by those who see few, and words stand out from what lies behind them.

The floor for colours that people act on at a glance is the distance of Okabe and Ito's own worst pair, in whichever of
the four visions is worst; where a shape, a letter, a dash or a label says the same, three CIEDE2000 less: still three
times what is just noticed on large fields, as marks of some pixels need (Stone, Szafir and Setlur 2014).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
from colours import OKABE_ITO, Array, apart, ciede2000, contrast, lab

from sim.viewer.planning.figures import Look
from sim.viewer.words import Words

SIM = Path(__file__).parents[1] / "sim"
MAP = SIM / "viewer" / "citymap" / "js" / "theme.js"
PAGES = SIM / "viewer" / "pages"
REPORT = SIM / "results" / "templates" / "report.css"
REVIEW = SIM / "viewer" / "exercise" / "templates" / "review.css"
THEMES = ("dark", "light")

AT_A_GLANCE = min(apart(*pair)[0] for pair in combinations(OKABE_ITO, 2))
WITH_A_SIGN = AT_A_GLANCE - 3.0

EMERGENCY = ("fire", "ems", "police", "traffic")
PHASES = [f"p{number}" for number in range(8)]
LINES = [f"line-{number}" for number in range(1, 7)]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def services(theme: str) -> dict[str, str]:
    """Colours of services on the map."""
    return dict(re.findall(rf'(\w+): {{ shape: .*? {theme}: "(#\w+)"', _text(MAP)))


def marks(theme: str) -> dict[str, str]:
    """Other colours of the map."""
    block = _text(MAP).split(f"{theme}: {{", 1)[1].split("\n  },", 1)[0]
    return dict(re.findall(r'\b(\w+): "(#[0-9a-f]{6})"', block))


def variables(text: str) -> dict[str, str]:
    """Custom properties of a style sheet; of several of a name the last."""
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", text))


def _css(theme: str) -> dict[str, str]:
    light, dark = _text(PAGES / "assets" / "custom.css").split(".theme--dark.v-application {", 1)
    return variables(light.split("}", 1)[0]) | (variables(dark.split("}", 1)[0]) if theme == "dark" else {})


def _report(theme: str) -> dict[str, str]:
    light, dark = _text(REPORT).split("@media (prefers-color-scheme: dark) {", 1)
    found = variables(light) | variables(_text(REVIEW).split("@media (prefers-color-scheme: dark)")[0])
    dark_review = _text(REVIEW).split("@media (prefers-color-scheme: dark)", 1)[1].split("\n}", 1)[0]
    return found | (variables(dark.split("\n}", 1)[0]) | variables(dark_review) if theme == "dark" else {})


def _paper(theme: str) -> dict[str, str]:
    text = _text(PAGES / "exercise.css")
    parts = re.split(r"^(?:\.theme--dark )?\.lx-paper, .*?{", text, flags=re.MULTILINE)
    light, dark = (part.split("}", 1)[0] for part in parts[1:3])
    return _css(theme) | variables(light) | (variables(dark) if theme == "dark" else {})


SHEETS = {"report": _report, "review on a page": _paper}


def too_near(named: dict[str, str], floor: float, pairs: Sequence[tuple[str, str]] = ()) -> list[str]:
    """Pairs that somebody cannot tell apart."""
    found = []
    for one, other in pairs or list(combinations(named, 2)):
        distance, vision = apart(named[one], named[other])
        if distance < floor:
            found.append(f"{one} and {other}: {distance:.1f} ({vision})")
    return found


# --- the measure itself


def test_the_distance_is_that_of_the_published_examples() -> None:
    """Of Sharma, Wu and Dalal, table 1: pairs 1, 7, 9, 17, 25."""
    for one, other, expected in (
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425), ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
        ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0009), 7.1792), ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ):  # fmt: skip
        assert float(ciede2000(lab_row(one), lab_row(other))) == pytest.approx(expected, abs=1e-4)


def lab_row(values: tuple[float, ...]) -> Array:
    """A row of CIELAB."""
    return np.array(values)


def test_who_lacks_red_cones_takes_red_for_dark_yellow_and_sees_blue() -> None:
    assert apart("#ff0000", "#6d5f00")[0] < 8 < apart("#6d5f00", "#0000ff")[0]
    assert lab(["#ffffff"], "protan")[0] == pytest.approx((100, 0, 0), abs=0.1), "white stays white"


# --- services


@pytest.mark.parametrize("theme", THEMES)
def test_services_on_the_map_are_told_apart_by_everybody(theme: str) -> None:
    found = services(theme)
    assert len(found) == 10 and not set(EMERGENCY) - found.keys()
    assert too_near(found, AT_A_GLANCE, list(combinations(EMERGENCY, 2))) == []
    assert too_near(found, WITH_A_SIGN) == [], "each has a shape and a letter besides"


def test_shape_and_letter_tell_services_apart_without_any_colour() -> None:
    signs = re.findall(r'shape: "(\w+)", letter: "(\w)"', _text(MAP).split("const OTHER")[0])
    assert len(signs) == 10
    assert len({shape for shape, _ in signs}) == len({letter for _, letter in signs}) == 10


@pytest.mark.parametrize("theme", THEMES)
def test_letters_of_units_stand_out_filled_and_hollow_and_units_from_the_land(theme: str) -> None:
    around = marks(theme)
    for name, colour in services(theme).items():
        assert contrast(colour, around["outline"]) >= 4.5, name  # the letter of a filled one, and its edge
        assert contrast(colour, around["paper"]) >= 4.5, name
        assert min(contrast(colour, around[ground]) for ground in ("land", "sea", "wild")) >= 3.0, name


# --- other marks of the map


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_true_false_or_worse_is_told_apart(theme: str) -> None:
    found = marks(theme)
    for group in (("incident", "false", "served"), ("paperArc", "radioArc", "callArc", "lostArc"),
                  ("fire", "water", "slide", "shake"), ("minor", "serious", "critical")):  # fmt: skip
        assert too_near({name: found[name] for name in group}, WITH_A_SIGN) == []
    shown = "paperArc callArc lostArc radioArc closure rumour alert served false incident"
    for name in shown.split():
        assert contrast(found[name], found["land"]) >= 3.0, name
    written = (("onIncident", "incident"), ("label", "halo"), ("labelStrong", "halo"), ("ink", "paper"))
    for text, ground in written:
        assert contrast(found[text], found[ground]) >= 4.5, (text, ground)


# --- figures


@pytest.mark.parametrize("is_dark", [True, False])
def test_arms_of_a_figure_are_told_apart_by_everybody(is_dark: bool) -> None:
    look = Look(Words("en"), is_dark=is_dark)
    named = {str(place): colour for place, colour in enumerate(look.arms)}
    assert too_near(named, AT_A_GLANCE, list(combinations("0123", 2))) == []
    assert too_near(named, WITH_A_SIGN) == [], "dashes and hatches tell them apart too"
    assert min(contrast(colour, look.ground) for colour in look.arms) >= 3.0
    assert contrast(look.ink, look.ground) >= 4.5


@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize("theme", THEMES)
def test_services_phases_and_branches_of_a_report_are_told_apart(sheet: str, theme: str) -> None:
    found = SHEETS[sheet](theme)
    ground = found["card"] if "card" in found else found["surface"]
    assert too_near({name: found[name] for name in EMERGENCY}, AT_A_GLANCE) == []
    for group in (PHASES, LINES):
        assert too_near({name: found[name] for name in group}, WITH_A_SIGN) == []
        neighbours = list(pairwise(group))
        assert too_near(found, AT_A_GLANCE - 2, neighbours) == [], "what lies side by side"
    for name in (*EMERGENCY, *PHASES, *LINES):
        assert contrast(found[name], ground) >= 3.0, name


@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize("theme", THEMES)
def test_words_on_the_parts_of_a_waterfall_can_be_read_in_every_shade(sheet: str, theme: str) -> None:
    """Shades within a phase are mixed with the colour that words are not: they only stand out more."""
    found = SHEETS[sheet](theme)
    for name in PHASES:
        assert contrast(found["on-part"], found[name]) >= 4.5, name
    assert contrast(found["on-part"], found["shade"]) > contrast(found["on-part"], found["p0"])
    lines = _text(REPORT).splitlines()
    assert not [line for line in lines if line.startswith(".k1") and "opacity" in line]
    assert [line for line in lines if line.startswith("svg .part") and "var(--shade)" in line]


# --- words of the pages


def _grounds(theme: str) -> Iterator[tuple[str, str]]:
    for text in ("text", "muted", "accent", "good", "warn", "bad"):
        for ground in ("bg", "surface", "raised", "accent-soft"):
            yield text, ground


@pytest.mark.parametrize("theme", THEMES)
def test_words_of_the_pages_can_be_read_and_good_is_not_taken_for_bad(theme: str) -> None:
    found = _css(theme)
    assert [pair for pair in _grounds(theme) if contrast(found[pair[0]], found[pair[1]]) < 4.5] == []
    assert contrast(found["on-accent"], found["accent"]) >= 4.5
    assert too_near({name: found[name] for name in ("good", "warn", "bad")}, WITH_A_SIGN) == []


@pytest.mark.parametrize("theme", THEMES)
def test_words_of_reports_can_be_read(theme: str) -> None:
    found = _report(theme)
    for text in ("ink", "soft", "accent", "right", "wrong"):
        assert min(contrast(found[text], found[ground]) for ground in ("paper", "card")) >= 4.5, text
    assert too_near({name: found[name] for name in ("right", "wrong")}, AT_A_GLANCE) == []
