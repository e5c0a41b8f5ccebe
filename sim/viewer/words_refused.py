"""Why something was not done, as a page says it: fields by their labels, times as times of day."""

from __future__ import annotations

import re

from sim.core.quantities import clock_text
from sim.viewer.words import Words, known
from sim.viewer.words_errors import error_text
from sim.viewer.words_names import NOWHERE, Names

_FIELD = re.compile(r"(?P<do>\w+): (?P<field>[\w.]+): (?P<what>.+?) \(found (?P<found>.*)\)", re.DOTALL)
_NAMED = re.compile(r"(?P<field>[a-z_]+) (?P<rest>is (?:missing|['\"]).*)", re.DOTALL)
_WRONG: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"String should have at most (?P<n>\d+) characters?"), "too_long"),
    (re.compile(r"String should have at least 1 character"), "missing"),
    (re.compile(r"String should have at least (?P<n>\d+) characters?"), "too_short"),
    (re.compile(r"String should match pattern .*"), "letters"),
    (re.compile(r"Input should be less than or equal to (?P<n>\S+)"), "at_most"),
    (re.compile(r"Input should be greater than or equal to (?P<n>\S+)"), "at_least"),
    (re.compile(r"Input should be greater than (?P<n>\S+)"), "more_than"),
    (re.compile(r"Input should be a valid (integer|number).*"), "number"),
)
_TIMED: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?P<to>\d+) s has not been yet; (?P<branch>.+) has come to (?P<reached>\d+) s"), "not_yet"),
    (re.compile(r"inject '(?P<name>.+)' is for (?P<at>\d+) s, and it is (?P<now>\d+) s already"), "inject_late"),
    (re.compile(r"inject '(?P<name>.+)' is for (?P<at>\d+) s, and this branch has lived to (?P<now>\d+) s already; .*"),
     "inject_lived"),
)  # fmt: skip
_TIMES = ("to", "reached", "at", "now")
_SECONDS = ("to", "at", "within_s")
"""Fields that are seconds inside, and are typed as times."""


def refusal(message: str, t: Words, names: Names = NOWHERE, start_s: float = 0.0) -> str:
    """A refusal in the language of the page."""
    found = _FIELD.fullmatch(message)
    if found is not None:
        told = _of_field(found["field"], found["what"], t)
        if told:
            return told
    for pattern, key in _TIMED:
        timed = pattern.fullmatch(message)
        if timed is not None:
            given = timed.groupdict()
            times = {name: clock_text(start_s + int(given[name])) for name in _TIMES if name in given}
            return t(f"refused.{key}", **{**given, **times})
    named = _NAMED.fullmatch(message) if t.language == "en" else None
    if named is not None and known(_label(named["field"])):
        return f"“{t(_label(named['field']))}” {named['rest']}"
    return error_text(message, t.language, names)


def _of_field(field: str, what: str, t: Words) -> str:
    """What is wrong with a field of a command, by the label that the page gives it; empty if that is not known."""
    head = field.partition(".")[0]
    label = t(_label(head)) if known(_label(head)) else head.replace("_", " ")
    for pattern, key in _WRONG:
        found = pattern.fullmatch(what)
        if found is not None:
            if head in _SECONDS and key in ("at_most", "at_least"):
                key = "far"
            return t(f"refused.{key}", field=label, **found.groupdict())
    return ""


def _label(field: str) -> str:
    key = f"exercise.f_{'when' if field in ('to', 'at', 'time') else field.removesuffix('_s')}"
    return key if known(key) else f"detail.{field}"
