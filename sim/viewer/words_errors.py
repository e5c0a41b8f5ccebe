"""Errors of the model in the language of the page: English as they were raised, Chinese by pattern."""

from __future__ import annotations

from sim.viewer.words import Language


def error_text(message: str, language: Language) -> str:
    """What went wrong, in that language as far as its pattern is known."""
    return message
