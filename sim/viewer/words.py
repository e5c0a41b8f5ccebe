"""Every word on a page, in English and Chinese: flat catalogues in `words/`, a table for each page."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, Literal, get_args

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

CATALOGUES = Path(__file__).parent / "words"


@cache
def catalogue(language: Language) -> dict[str, str]:
    """All words of a language by key, such as 'plan.title'."""
    stored = tomllib.loads((CATALOGUES / f"{language}.toml").read_text(encoding="utf-8"))
    return {f"{page}.{key}": text for page, table in stored.items() for key, text in table.items()}


def placeholders(text: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


class _Counting(Formatter):
    """`{n:crew|crews}` is 1 crew, 2 crews: what is counted stands in the catalogue, how many decides."""

    def format_field(self, value: Any, spec: str) -> str:
        one, bar, many = spec.partition("|")
        return f"{value} {one if str(value) == '1' else many}" if bar else str(super().format_field(value, spec))


_COUNTING = _Counting()


def say(key: str, language: Language, **values: object) -> str:
    """What a key says; a key that is in no catalogue is a mistake of ours, and raises KeyError."""
    text = catalogue(language)[key]
    return _COUNTING.format(text, **values) if values else text


def known(key: str) -> bool:
    """Whether a key is in the catalogues."""
    return key in catalogue("en")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language: `t = Words('zh'); t('plan.title')`."""

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """What a key says."""
        return say(key, self.language, **values)

    def known_or(self, key: str, default: str) -> str:
        """What a key says if it is in the catalogues, else the name as words."""
        return self(key) if known(key) else default.replace("_", " ")

    def either(self, english: str, chinese: str) -> str:
        """What the data have in both languages; English where there is no Chinese."""
        return chinese if self.language == "zh" and chinese else english


def language_of(accepted: str) -> Language:
    """The language that a browser's Accept-Language asks for: Chinese if that is named first."""
    return "zh" if accepted.strip().lower().startswith("zh") else "en"
