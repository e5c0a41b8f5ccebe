"""Errors of the model in the language of the page: English as they were raised, Chinese by pattern."""

from __future__ import annotations

import re
import tomllib
from functools import cache

from sim.viewer.words import CATALOGUES, Language


@cache
def patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """English patterns and their Chinese, in the order in which they are tried."""
    stored = tomllib.loads((CATALOGUES / "errors_zh.toml").read_text(encoding="utf-8"))
    return tuple((re.compile(one["match"], re.DOTALL), one["zh"]) for one in stored["error"])


def error_text(message: str, language: Language) -> str:
    """What went wrong; a sentence whose pattern is not known stays as it is, for it says more than none."""
    if language == "en":
        return message
    for pattern, chinese in patterns():
        found = pattern.match(message)
        if found is not None:
            parts = {name: "" if text is None else text for name, text in found.groupdict().items()}
            if "what" in parts:
                parts["what"] = error_text(parts["what"], language)
            return chinese.format(**parts)
    return message
