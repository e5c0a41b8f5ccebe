"""Errors of the model in the language of the page: English as they were raised, Chinese by their sentence."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

from sim.viewer.words import CATALOGUES, Language, known, say
from sim.viewer.words_names import NOWHERE, Names
from sim.viewer.words_values import capability, value_zh

Pattern = tuple[re.Pattern[str], str]

_HOLE = re.compile(r"\\\{(\w+)\\\}")
_ALIKE = {"other_department": "department", "other_district": "district", "rule": "after"}
"""Values of which a sentence has two, or whose field has another name."""


@cache
def patterns() -> tuple[Pattern, ...]:
    """English patterns and their Chinese, in the order in which they are tried."""
    stored = tomllib.loads((CATALOGUES / "errors_zh.toml").read_text(encoding="utf-8"))
    written = ((re.compile(one["match"], re.DOTALL), one["zh"]) for one in stored["error"])
    return (*written, *templates("said"))


@cache
def refusals() -> dict[str, dict[str, str]]:
    """What is in `refusals_zh.toml`."""
    return tomllib.loads((CATALOGUES / "refusals_zh.toml").read_text(encoding="utf-8"))


@cache
def templates(table: str) -> tuple[Pattern, ...]:
    """English sentences with holes, as patterns, those that say most themselves first."""
    ordered = sorted(refusals()[table].items(), key=lambda pair: -len(re.sub(r"\{\w+\}", "", pair[0])))
    return tuple((_compiled(english), chinese) for english, chinese in ordered)


def _compiled(template: str) -> re.Pattern[str]:
    """A quoted value may have other quotes, or none where it is a number."""
    text = re.escape(template).replace("'", "['\"]?")
    return re.compile(_HOLE.sub(r"(?P<\1>.*?)", text), re.DOTALL)


def error_text(message: str, language: Language, names: Names = NOWHERE) -> str:
    """What went wrong; a sentence whose pattern is not known stays as it is, for it says more than none."""
    return message if language == "en" else _told(message, patterns(), names) or message


def _told(message: str, tried: tuple[Pattern, ...], names: Names) -> str | None:
    for pattern, chinese in tried:
        found = pattern.fullmatch(message)
        if found is not None:
            parts = {name: "" if text is None else text for name, text in found.groupdict().items()}
            return chinese.format(**{name: _part(name, text, parts, names) for name, text in parts.items()})
    where, colon, what = message.partition(": ")
    told = _told(what, tried, names) if colon else None
    return None if told is None else f"{_part('where', where, {}, names)}：{told}"


def _part(name: str, text: str, parts: Mapping[str, Any], names: Names) -> str:
    match name:
        case "what":
            return error_text(text, "zh", names)
        case "where" | "path":
            return _told(text, templates("where"), names) or refusals()["do"].get(text, text)
        case "do" | "fixed":
            return refusals()[name].get(text, text)
        case "reason_fixed":
            return refusals()["fixed"].get(text, text)
        case "what_is":
            return refusals()["thing"].get(text, text)
        case "field":
            return say(f"exercise.f_{text}", "zh") if known(f"exercise.f_{text}") else text
        case "units":
            return "、".join(names.of(one) for one in text.split(", "))
        case "known" if str(parts.get("where", "")).startswith(("the ", "what ")):
            return "、".join(_term(one, names) for one in text.split(", "))
    return value_zh(_ALIKE.get(name, name), text, names)


def _term(word: str, names: Names) -> str:
    """One of those that could have been chosen."""
    told = capability(word)
    return names.of(word) if told == word else told
