"""What was said, in the language of the page: the log keeps it in English, in the few shapes that messages have."""

from __future__ import annotations

import re
from functools import cache

from sim.comms.notes import Note
from sim.results.words import message_text
from sim.viewer.words_model import model_words
from sim.viewer.words_names import Names
from sim.viewer.words_values import crews_zh, sentence_words, value_zh


@cache
def _shapes() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(one["match"]), one["zh"]) for one in sentence_words()["message"])


def message_told(text: str, word: str, names: Names) -> str:
    """What a message says; free words of people stay as they were written."""
    if word == Note.word:
        return text
    return names.spoken(message_text(text)) if names.language == "en" else message_zh(text, names)


def message_zh(text: str, names: Names) -> str:
    """A message of the model in Chinese; what has none of its shapes is as it was written."""
    for shape, chinese in _shapes():
        found = shape.fullmatch(text)
        if found is not None and _is_of_model(found):
            return chinese.format(**{name: _part(name, value, names) for name, value in found.groupdict().items()})
    return text


def _is_of_model(found: re.Match[str]) -> bool:
    paper = found.groupdict().get("paper")
    return paper is None or paper in model_words()["paper"]


def _part(name: str, value: str | None, names: Names) -> str:
    match name, value:
        case _, None:
            return ""
        case "place", str():
            x, _, y = value.partition(" ")
            return names.near(float(x), float(y))
        case "needs", str():
            return needs_zh(value)
        case "finding", str():
            return message_zh(value, names)
        case "edge", str():
            return names.edge(int(value)) or "某路段"
        case "outcome", str():
            return f"（{value_zh(name, value, names)}）"
    assert value is not None
    return value_zh(name, value, names)


def needs_zh(text: str) -> str:
    """'2 treat, 1 transport', or 'nothing more'."""
    parts = [one.partition(" ") for one in text.split(", ")]
    counts = {name: int(count) for count, _, name in parts if count.isdigit()}
    return crews_zh(counts)
