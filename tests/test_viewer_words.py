"""The words of the pages: two catalogues that agree, a model whose every word has its Chinese, no page with its own."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from sim.core.log import EVENTS
from sim.core.vocabulary import Capability, Severity, Tier
from sim.policies.bundles import PLUGGED_IN, bundles, families
from sim.results.definitions import KPIS, SERVICES, SUFFIXES
from sim.scenario import Scenario, scenario_names
from sim.viewer import words_model
from sim.viewer.words import LANGUAGES, catalogue, known, placeholders, say

PAGES = Path(__file__).parents[1] / "sim" / "viewer" / "pages"
HAN = re.compile(r"[\u4e00-\u9fff]")


# --- the two catalogues


def test_both_catalogues_have_the_same_keys() -> None:
    english, chinese = (set(catalogue(language)) for language in LANGUAGES)
    assert english - chinese == set(), "without Chinese"
    assert chinese - english == set(), "without English"


def test_each_word_has_the_same_placeholders_in_both() -> None:
    differ = [key for key in catalogue("en") if placeholders(say(key, "en")) != placeholders(say(key, "zh"))]
    assert not differ


def test_one_is_not_several() -> None:
    """A number that a noun follows has both its forms; `minutes` and the like are units, which have one."""
    for one, several in ((1, 2), ("1", "1,200")):
        told = [say("map.state_incident", "en", crews=count, victims=3) for count in (one, several)]
        assert told == ["1 crew there, 3 hurt or trapped", f"{several} crews there, 3 hurt or trapped"]
    assert say("map.state_incident", "en", crews=0, victims=0).startswith("0 crews")
    assert say("study.runs", "en", count=1) == "1 run."
    assert say("map.state_incident", "zh", crews=1, victims=3) == "在场 1 组，伤困 3 人"
    least_two = {"result.apart", "result.open", "exercise.two_browsers"}
    counted = re.compile(r"{(n|count|crews|runs|planned|all|bays|free|max_length|cores)} (?:more )?[a-z]+s\b|\(s\)")
    assert {key for key, text in catalogue("en").items() if counted.search(text)} <= least_two


def test_chinese_is_chinese_and_english_is_not() -> None:
    """But for names, marks and the switch that speaks to those who do not read the page."""
    both = {"shell.language", "home.title"}
    assert [key for key, text in catalogue("en").items() if HAN.search(text) and key not in both] == []
    letters = re.compile(r"[A-Za-z]{4,}")
    shown = {key: re.sub(r"{.*?}", "", text) for key, text in catalogue("zh").items()}
    bare = [key for key, text in shown.items() if not HAN.search(text) and letters.search(text)]
    assert set(bare) <= both


def test_a_word_that_is_in_no_catalogue_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        say("home.no_such_word", "en")


# --- what the model says


def test_every_measure_has_a_chinese_name_and_sentence() -> None:
    for key in KPIS:
        name, sentence = words_model.chinese_measure(key)
        assert HAN.search(name) and HAN.search(sentence), key


def test_chinese_names_of_measures_tell_them_apart() -> None:
    names = [words_model.chinese_measure(key)[0] for key in KPIS]
    assert len(set(names)) == len(names)


def test_measures_of_a_department_and_a_channel_have_chinese_too() -> None:
    assert (
        words_model.measure("office_water_information_latency_s_p90", "zh").name == "信息时延（水务）（第 90 百分位）"
    )
    assert HAN.search(words_model.measure("channel_shared_platform_lost", "zh").name)


def test_the_chinese_of_the_model_covers_the_model_and_nothing_else() -> None:
    words = words_model.model_words()
    there = {
        "unit": {text.unit for text in KPIS.values()}
        | {about["unit"] for one in families() for option in one.options for about in option.parameters.values()}
        | {"m"},
        "suffix": {suffix for suffix in SUFFIXES if suffix},
        "service": set(SERVICES),
        "tier": {tier.value for tier in Tier},
        "family": {one.family for one in families()},
        "bundle": set(bundles()),
        "because": {why.because for one in bundles().values() for why in one.why.values()},
        "source": {
            about["source"] for one in families() for option in one.options for about in option.parameters.values()
        },
        "scenario": set(scenario_names()),
        "capability": {one.value for one in Capability},
        "severity": {one.value for one in Severity},
        "event": set(EVENTS),
        "option": {
            f"{one.family}.{option.name}"
            for one in families()
            for option in one.options
            if f"{one.family}={option.name}" not in PLUGGED_IN
        },
    }
    for table, expected in there.items():
        assert set(words[table]) == {str(one) for one in expected}, table


def test_every_setting_of_a_policy_has_a_name() -> None:
    names = {setting for one in families() for option in one.options for setting in option.parameters}
    assert [name for name in sorted(names) if not known(f"setting.{name}")] == []


def test_a_scenario_with_words_of_its_own_keeps_them() -> None:
    """What a user wrote under a name of ours is not replaced by our translation."""
    ours = Scenario.load("toy-fire")
    assert words_model.scenario(ours, "zh")[0] == "玩具地图上的一场火"
    theirs = ours.model_copy(update={"title": "Mine"})
    assert words_model.scenario(theirs, "zh")[0] == "Mine"


# --- pages


SHOWN = {
    "label",
    "title",
    "summary",
    "message",
    "tooltip",
    "placeholder",
    "text",
    "suffix",
    "prefix",
    "error",
    "subtitle",
}
WRITERS = {"heading", "paragraph", "Text", "Button", "InputText", "InputInt", "InputFloat", "Select", "Checkbox",
           "Switch", "Details", "Title", "Error", "Warning", "Info", "Success", "Markdown", "SliderInt", "SliderFloat",
           "Card", "SelectMultiple", "FileDownload", "FileDrop", "Tab", "Tooltip"}  # fmt: skip
CONTENT = {"tag"}  # the first argument is a name


def _literals(path: Path) -> list[str]:
    """Words that a page shows and that are in no catalogue."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        shown = [one.value for one in node.keywords if one.arg in SHOWN]
        if name in WRITERS:
            shown += node.args[:1]
        if name in CONTENT:
            shown += node.args[1:]
        for value in shown:
            parts = value.values if isinstance(value, ast.JoinedStr) else [value]
            for part in parts:
                if (
                    isinstance(part, ast.Constant)
                    and isinstance(part.value, str)
                    and re.search(r"[^\W\d_]{2,}", part.value)
                ):
                    found.append(f"{path.name}:{part.lineno}: {part.value!r}")
    return found


def test_no_page_shows_a_word_that_is_in_no_catalogue() -> None:
    """The name of the program is the same in all languages."""
    own = {"'联动'", "'Liandong'"}
    found = [one for path in sorted(PAGES.glob("*.py")) for one in _literals(path)]
    assert [one for one in found if one.split(": ", 1)[1] not in own] == []


def test_every_word_that_a_page_asks_for_is_there() -> None:
    """Keys that are put together at run time are seen by their first part."""
    missing = []
    for path in sorted(PAGES.glob("*.py")):
        for key in re.findall(r'\bt\(\s*"([a-z_]+\.[a-z0-9_]+)"', path.read_text(encoding="utf-8")):
            if not known(key):
                missing.append(f"{path.name}: {key}")
    assert not missing
