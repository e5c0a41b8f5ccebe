"""Values of the log in Chinese: what a field of an event, or a part of what was said, is called."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from sim.policies.bundles import families
from sim.scenario import scenario_names
from sim.viewer.words import CATALOGUES
from sim.viewer.words_model import channel, department, family, kind, model_words, option_name, sensor, setting, town
from sim.viewer.words_names import NOWHERE, Names

SHARES = frozenset({"share", "trust", "survival", "reference_survival"})
DURATIONS = frozenset({"seconds", "eta_s", "lag_s"})
"""Fields that are shares of one, and those that are durations, s."""

_REFUSED = re.compile(r"(\w+) is not for (\w+)")
_RULE = re.compile(r"(\w+)(?:\.(.+))?")


@cache
def sentence_words() -> dict[str, Any]:
    """What is in `sentences_zh.toml`."""
    return tomllib.loads((CATALOGUES / "sentences_zh.toml").read_text(encoding="utf-8"))


def part(key: str, **values: object) -> str:
    """A part of a sentence."""
    return str(sentence_words()["part"][key]).format(**values)


def duration_zh(seconds: float | None) -> str:
    """A duration as people say it: 45 秒, 7 分 20 秒, 1 小时 05 分."""
    words = sentence_words()["duration"]
    if seconds is None:
        return str(words["never"])
    whole = round(seconds)
    if whole < 60:
        return str(words["s"]).format(s=whole)
    if whole < 3600:
        return str(words["min_s" if whole % 60 else "min"]).format(m=whole // 60, s=f"{whole % 60:02d}")
    return str(words["h_min" if whole // 60 % 60 else "h"]).format(h=whole // 3600, m=f"{whole // 60 % 60:02d}")


def crews_zh(needs: Mapping[str, int]) -> str:
    """'需要 2 个灭火车组、1 个救治车组'."""
    parts = [part("crews", count=count, capability=capability(name)) for name, count in needs.items() if count]
    return part("needed", crews="、".join(parts)) if parts else part("not_needed")


def capability(name: str) -> str:
    """What a crew does."""
    return str(model_words()["capability"].get(name, name))


def value_zh(name: str, value: Any, names: Names) -> str:
    """A value by the name of the field that holds it; what is a name of its own stays as it is."""
    if isinstance(value, bool) or value is None:
        return "" if value is None else ("是" if value else "否")
    if name in SHARES:
        return f"{value:.0%}".replace("%", " %")
    if name in DURATIONS:
        return duration_zh(float(value))
    if isinstance(value, Mapping):
        return crews_zh(value)
    if isinstance(value, tuple | list):
        return "、".join(value_zh(name, one, names) for one in value)
    if isinstance(value, float):
        return f"{value:.0f}"
    return _SAID[name](value, names) if isinstance(value, str) and name in _SAID else str(value)


def _party(value: str, names: Names) -> str:
    return names.of(value)


def _from(table: str) -> Callable[[str, Names], str]:
    def told(value: str, _: Names) -> str:
        return str(model_words()[table].get(value, value))

    return told


def _kind(value: str, _: Names) -> str:
    return kind(value, "zh")


def _reason(value: str, _: Names) -> str:
    found = _REFUSED.fullmatch(value)
    if found is not None:
        return part("refused", kind=kind(found[1], "zh"), department=department(found[2], "zh"))
    return str(model_words()["reason"].get(value, value))


def _area(value: str, names: Names) -> str:
    """An area of an office: a district, or a subdistrict; the whole city has no name."""
    return names.of(value) if value else "全市"


def _rule(value: str, _: Names) -> str:
    """'keep_reserve.reserve=1': an option with its settings."""
    found = _RULE.fullmatch(value)
    if found is None:
        return value
    whose = next((one.family for one in families() for option in one.options if option.name == found[1]), "")
    told = option_name(whose, found[1], "zh")
    if not found[2]:
        return told
    own = [one.partition("=") for one in found[2].split(",")]
    settings = "，".join(f"{setting(key, 'zh')} {number}" for key, _, number in own)
    return f"{told}（{settings}）"


def change_zh(change: str) -> str:
    """'dispatch=keep_reserve.reserve=1', as a policy is switched."""
    name, _, rule = change.partition("=")
    return f"{family(name, 'zh')}：{_rule(rule, NOWHERE)}"


def _scenario(value: str, _: Names) -> str:
    return str(model_words()["scenario"].get(value, [value])[0]) if value in scenario_names() else value


def _family(value: str, _: Names) -> str:
    return family(value, "zh")


def _channel(value: str, _: Names) -> str:
    return channel(value, "zh")


def _sensor(value: str, _: Names) -> str:
    return sensor(value, "zh")


def _town(value: str, _: Names) -> str:
    return town(value, "zh")


def _district(value: str, names: Names) -> str:
    return names.district(value)


def _subdistrict(value: str, names: Names) -> str:
    return names.subdistrict(value)


def _house(value: str, names: Names) -> str:
    return names.house(value)


_PARTIES = ("department", "to_department", "service", "agencies", "office", "to_office", "superior", "unit", "sender",
            "receiver", "claimed_sender", "holder", "sensor", "call", "source", "owner", "units", "crews")  # fmt: skip

_SAID: dict[str, Callable[[str, Names], str]] = {
    **dict.fromkeys(_PARTIES, _party),
    **dict.fromkeys(("incident_kind", "claimed_kind", "alert_kind", "about", "claims", "kind"), _kind),
    **dict.fromkeys(("channel", "spare"), _channel),
    **dict.fromkeys(("before", "after"), _rule),
    **{name: _from(name) for name in ("severity", "condition", "outcome", "role", "phase", "mode", "says", "level",
                                      "capability", "tier", "status")},
    "message_kind": _from("paper"),
    "paper": _from("paper"),
    "attack_kind": _from("attack"),
    "sensor_kind": _sensor,
    "reason": _reason,
    "area": _area,
    "district": _district,
    "subdistrict": _subdistrict,
    "station": _house,
    "hospital": _house,
    "scenario": _scenario,
    "town": _town,
    "family": _family,
}  # fmt: skip
"""What a text is called, by the name of the field that holds it."""
