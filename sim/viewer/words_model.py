"""What the model itself says (measures, units, policies, kinds, scenarios) in the language of the page.

English stands where it is defined; Chinese in `words/model_zh.toml`, which a test holds against the model.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from sim.actors.organisation import organisation
from sim.actors.sensor_tables import sensing
from sim.city.store import listed_maps
from sim.core.vocabulary import Tier
from sim.hazards.tables import incident_kinds
from sim.policies.bundles import Option, bundles, families
from sim.results.definitions import SERVICES, SUFFIXES, WHERE_IT_HAPPENED, text_of
from sim.scenario import Scenario, scenario_names
from sim.viewer.words import CATALOGUES, Language, known, say

_LISTED = "listed_"


@cache
def model_words() -> dict[str, Any]:
    """The Chinese of the model, table by table."""
    texts = [(CATALOGUES / f"{name}_zh.toml").read_text(encoding="utf-8") for name in ("model", "values")]
    return {table: words for text in texts for table, words in tomllib.loads(text).items()}


def _chinese(table: str, key: str, default: str) -> str:
    return str(model_words()[table].get(key, default))


def plain(name: str) -> str:
    """A name of the program as words: `own_district` is 'own district'."""
    return name.replace("_", " ")


# --- measures


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure in words; `better` says which way is good, none when neither is."""

    key: str
    name: str
    unit: str
    sentence: str
    better: str | None
    is_share: bool
    points: str = "pp"  # unit of a difference of shares
    where_it_happened: bool = False  # over what it happened to only, and that the policy decides

    @property
    def title(self) -> str:
        """The name, with a mark if it is only over what it happened to."""
        return f"{self.name} {WHERE_IT_HAPPENED}" if self.where_it_happened else self.name


def measure(key: str, language: Language) -> Measure:
    """A KPI in words; one that nobody has defined is called by its key."""
    text = text_of(key)
    if text is None:
        return Measure(key, key, "", "", None, key.endswith("_share"))
    name, sentence = (text.name, text.sentence) if language == "en" else chinese_measure(key)
    is_share = text.unit == "share"
    own = "%" if is_share else unit(text.unit, language)
    return Measure(key, name, own, sentence, text.better, is_share, points(language), text.where_it_happened)


def points(language: Language) -> str:
    """Percentage points, short."""
    return "pp" if language == "en" else say("result.points", language)


def chinese_measure(key: str) -> tuple[str, str]:
    """Name and sentence of a KPI, put together of its parts as the key is; KeyError if a part has no Chinese."""
    words = model_words()
    bare = key.removeprefix(_LISTED)
    suffix = next((one for one in SUFFIXES if one and bare.endswith(one)), "")
    name, sentence = _chinese_stem(bare.removesuffix(suffix), words)
    if suffix:
        more, meaning = words["suffix"][suffix]
        name, sentence = f"{name}（{more}）", f"{sentence.rstrip('。')}（{meaning}）。"
    if key != bare:
        name, sentence = f"{name}（情景所列）", f"{sentence.rstrip('。')}；只计情景所列事件。"
    return name, sentence


def _chinese_stem(stem: str, words: dict[str, Any]) -> tuple[str, str]:
    if stem in words["kpi"]:
        name, sentence = words["kpi"][stem]
        return name, sentence
    for scope, table in (("office_", "kpi_department"), ("channel_", "kpi_channel")):
        for end, (name, sentence) in words[table].items():
            if stem.startswith(scope) and stem.endswith(f"_{end}"):
                whose = stem.removeprefix(scope).removesuffix(f"_{end}")
                title = department(whose, "zh") if scope == "office_" else plain(whose)
                return f"{name}（{title}）", sentence
    for tier in Tier:
        end = stem.removeprefix(f"{tier.value}_")
        if end != stem and end in words["kpi_tier"]:
            name, sentence = words["kpi_tier"][end]
            level = words["tier"][tier.value]
            return f"{name}（{level}级）", sentence.format(tier=level)
    for service in SERVICES:
        end = stem.removeprefix(f"{service}_")
        if end != stem and end in words["kpi"]:
            name, sentence = words["kpi"][end]
            whose = words["service"][service]
            return f"{name}（{whose}）", f"{sentence.rstrip('。')}；只计{whose}。"
    raise KeyError(stem)


def unit(name: str, language: Language) -> str:
    """A unit; 1 is none."""
    if language == "zh":
        return _chinese("unit", name, name)
    return {"1": "", "(switch)": ""}.get(name, name)


def grade(name: str, language: Language) -> str:
    """An evidence grade."""
    return name if language == "en" else _chinese("grade", name, name)


# --- policies


def family(name: str, language: Language) -> str:
    """A family of policies."""
    return plain(name).capitalize() if language == "en" else _chinese("family", name, name)


def bundle(name: str, language: Language) -> tuple[str, str]:
    """Name and sentence of a bundle."""
    if language == "en" or name not in model_words()["bundle"]:
        return plain(name), bundles()[name].sentence
    title, sentence = model_words()["bundle"][name]
    return title, sentence


def because(reason: str, language: Language) -> str:
    """Why a bundle sets a family as it does."""
    return reason if language == "en" else _chinese("because", reason, reason)


def source(text: str, language: Language) -> str:
    """Where a number comes from; marks such as [S20] stay as they are."""
    return text if language == "en" else _chinese("source", text, text)


def option(family_name: str, chosen: Option, language: Language) -> tuple[str, str, str]:
    """Name, sentence and cost of an option; of one that another distribution brought, in its own words."""
    key = f"{family_name}.{chosen.name}"
    if language == "en" or key not in model_words()["option"]:
        return plain(chosen.name), chosen.sentence, chosen.cost
    name, sentence, cost = model_words()["option"][key]
    return name, sentence, cost


def option_name(family_name: str, name: str, language: Language) -> str:
    """The name of an option alone."""
    for one in families():
        if one.family == family_name:
            for chosen in one.options:
                if chosen.name == name:
                    return option(family_name, chosen, language)[0]
    return plain(name)


def setting(name: str, language: Language) -> str:
    """A number or switch of a policy."""
    key = f"setting.{name}"
    return say(key, language) if known(key) else plain(name)


# --- what happens, and who is there


def kind(name: str, language: Language) -> str:
    """A kind of incident or call."""
    found = incident_kinds().get(name)
    if found is None:
        return plain(name) if language == "en" else _chinese("kind", name, plain(name))
    return found.title_zh if language == "zh" else found.title


def department(name: str, language: Language) -> str:
    """A department, or a service with crews."""
    found = organisation().department.get(name)
    if language == "zh":
        return found.title_zh if found is not None else _chinese("service", name, plain(name))
    return found.title if found is not None else plain(name)


def sensor(name: str, language: Language) -> str:
    """A type of sensor."""
    found = sensing().sensor.get(name)
    if found is None:
        return plain(name)
    return found.title_zh if language == "zh" else found.title


def channel(name: str, language: Language) -> str:
    """A channel: 'telephone', 'fire radio', 'shared platform spare'."""
    words = model_words()["channel"]
    if language == "en" or name in words:
        return name if language == "en" else str(words[name])
    whose, _, end = name.rpartition(" ")
    if not whose or end not in ("radio", "status", "spare"):
        return name
    return str(words[end]).format(whose=channel(whose, language) if end == "spare" else department(whose, language))


def event(name: str, language: Language) -> str:
    """A kind of event: 'UnitOnScene' is 'unit on scene'."""
    if language == "zh":
        return _chinese("event", name, name)
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower().capitalize()


def word(table: str, name: str, language: Language) -> str:
    """A word of the vocabulary: of the tables capability, severity, tier, service, town."""
    return plain(name) if language == "en" else _chinese(table, name, plain(name))


def town(name: str, language: Language) -> str:
    """The title of a map."""
    if language == "zh" and name in model_words()["town"]:
        return str(model_words()["town"][name])
    sheet = next((one for one in listed_maps() if one["name"] == name), None)
    return str(sheet["title"]) if sheet is not None and sheet["title"] else name


def attribution(text: str, language: Language) -> str:
    """Whose map it is; of one that we bring in the language of the page."""
    return text if language == "en" else _chinese("attribution", text, text)


def arm(label: str, language: Language) -> str:
    """The name of an arm: that of the bundle with which it begins in the language of the page."""
    if language == "en":
        return plain(label) if label in bundles() else label
    head = label.split("+")[0].split("#")[0].rstrip("*")
    if head not in bundles():
        return label
    return bundle(head, language)[0] + _CHANGE.sub(_changed, label[len(head) :])


_CHANGE = re.compile(r"\+(\w+)=(\w+)")


def _changed(found: re.Match[str]) -> str:
    """'+sensing=iot', as an arm is called that differs so from its bundle, in Chinese."""
    return f"＋{family(found[1], 'zh')}：{option_name(found[1], found[2], 'zh')}"


def scenario(found: Scenario, language: Language) -> tuple[str, str]:
    """Title and description of a scenario: its own words, translated where they are those of one that we bring."""
    if language == "zh" and found.name in scenario_names() and found.name in model_words()["scenario"]:
        ours = Scenario.load(found.name)
        if (ours.title, ours.description) == (found.title, found.description):
            title, description = model_words()["scenario"][found.name]
            return title, description
    return found.title or found.name, found.description
