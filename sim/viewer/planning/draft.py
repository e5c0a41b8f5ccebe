"""A scenario while it is being written: plain data that may be wrong, and what is wrong with it, field by field."""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import tomlkit
from pydantic import ValidationError

from sim.city.map import Map
from sim.core.errors import InputError
from sim.fitting import fit
from sim.scenario import LARGEST_FILE, Scenario
from sim.study.measures import check_measures
from sim.viewer.words import Language, known, say
from sim.viewer.words_errors import error_text

Path = tuple[str | int, ...]
"""Where in a scenario: ('incidents', 0, 'at')."""

DEEPEST = 12
MOST_MISTAKES = 20
MOST_ENTRIES = 10_000
TABLES = ("incidents", "closures", "outages", "attacks", "forecasts")
"""Tables of what happens, in the order in which they are shown."""

_UNIONS = ("str", "Where", "float", "int")
_DETAIL = re.compile(r"^incident '(?P<name>.*?)': (?P<field>\w+): ")
_SPOT = re.compile(r"^(?:scenario: )?(?P<table>\w+)(?:\[(?P<number>\d+)\])?(?: \((?P<name>.*?)\))?(?P<rest>(?:\.\w+)*)")


class Mistake(NamedTuple):
    """Something that is wrong: where, of which sort, and what was said of it."""

    path: Path
    sort: str
    values: dict[str, Any]
    said: str

    def text(self, language: Language) -> str:
        """In the language of the page."""
        key = f"mistake.{self.sort}"
        return say(key, language, **self.values) if known(key) else error_text(self.said, language)


@dataclass(frozen=True)
class Draft:
    """The plain data of a scenario; every change makes a new one."""

    plain: Mapping[str, Any]

    @classmethod
    def of(cls, scenario: Scenario) -> Draft:
        """What a scenario says."""
        return cls(scenario.plain())

    @classmethod
    def read(cls, text: str, name: str = "") -> Draft:
        """A TOML text; InputError if it is none, or too large. One that extends another is joined with it."""
        if len(text.encode()) > LARGEST_FILE:
            raise InputError(f"{len(text.encode()) / 1e6:.0f} MB is too large for a scenario (at most 5 MB)")
        try:
            stored = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError) as wrong:
            raise InputError(f"not a TOML file: {wrong}") from None
        if not stored:
            raise InputError("says nothing; a scenario has a title at least")
        if _depth(stored) > DEEPEST:
            raise InputError("tables within tables, deeper than any scenario's")
        _check_shape(stored)
        base = stored.pop("extends", None)
        if base is not None:
            stored = _joined(Scenario.load(_own_name(base)).plain(), stored)
        stored.setdefault("name", name or "untitled")
        return cls(stored)

    def toml(self) -> str:
        """As a file."""
        return tomlkit.dumps(dict(self.plain))

    # --- looking and changing

    def get(self, path: Path, default: Any = None) -> Any:
        """What stands there."""
        found: Any = self.plain
        for key in path:
            try:
                found = found[key]
            except (KeyError, IndexError, TypeError):
                return default
        return found

    def put(self, path: Path, value: Any) -> Draft:
        """The same with another value there; None takes the key out."""
        plain = copy.deepcopy(dict(self.plain))
        inner: Any = plain
        for key, following in pairwise(path):
            if isinstance(inner, dict) and not isinstance(inner.get(key), dict | list):
                inner[key] = [] if isinstance(following, int) else {}
            inner = inner[key]
        if value is None and isinstance(inner, dict):
            inner.pop(path[-1], None)
        elif isinstance(inner, list) and path[-1] == len(inner):
            inner.append(value)
        else:
            inner[path[-1]] = value
        return Draft(plain)

    def add(self, table: str, entry: Mapping[str, Any]) -> Draft:
        """The same with one entry more in a table."""
        return self.put((table, len(self.get((table,), []))), dict(entry))

    def drop(self, table: str, number: int) -> Draft:
        """The same without one entry of a table."""
        return self.put((table,), [one for place, one in enumerate(self.get((table,), [])) if place != number])

    def entries(self, table: str) -> list[dict[str, Any]]:
        """The entries of a table; what is no table has none."""
        found = self.get((table,), [])
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list | tuple) else []

    def free_name(self, table: str, stem: str) -> str:
        """A name that no entry of a table has yet."""
        taken = {one.get("name") for one in self.entries(table)}
        names = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 2))
        return next(name for name in names if name not in taken)

    # --- is it right?

    def check(self, town: Map | None = None) -> tuple[Scenario | None, list[Mistake]]:
        """The scenario, if it is one (and fits the map, if one is given), and all that is wrong.

        What is found to be wrong is left out, and the rest is checked again, until nothing more is found.
        """
        rest, mistakes, places = self, list[Mistake](), {table: list(range(MOST_ENTRIES)) for table in TABLES}
        while len(mistakes) < MOST_MISTAKES:
            scenario, found = rest._checked(town)
            if scenario is not None:
                return (None if mistakes else scenario), mistakes
            mistakes += [one._replace(path=_original(one.path, places)) for one in found]
            less = rest._without([one.path for one in found], places)
            if less.plain == rest.plain:
                break
            rest = less
        return None, mistakes

    def _checked(self, town: Map | None) -> tuple[Scenario | None, list[Mistake]]:
        try:
            Scenario.model_validate(self.plain)
        except ValidationError as wrong:
            return None, [_of_pydantic(one) for one in wrong.errors()]
        try:
            scenario = Scenario.parse(copy.deepcopy(dict(self.plain)))
            check_measures("primary", (scenario.primary, *scenario.secondary))
            if town is not None:
                fit(scenario, town)
        except InputError as error:
            return None, [_of_error(str(error), self)]
        return scenario, []

    def _without(self, paths: Sequence[Path], places: Mapping[str, list[int]]) -> Draft:
        """The same without the entries and values at which something is wrong; `places` are those of what is left."""
        plain = dict(self.plain)
        for table, key in {path[:2] for path in paths if len(path) > 1}:
            if table not in TABLES or not isinstance(key, int) or not isinstance(plain.get(table), list | tuple):
                continue
            plain[table] = list(plain[table])
            plain[table][key] = None
        for table in TABLES:
            if isinstance(plain.get(table), list):
                gone = [number for number, one in enumerate(plain[table]) if one is None]
                plain[table] = [one for one in plain[table] if one is not None]
                for number in reversed(gone):
                    del places[table][number]
        for path in paths:
            key = str(path[0]) if path else ""
            if key in _HARMLESS:
                plain[key] = _HARMLESS[key]
            elif key in plain and key not in TABLES and key != "map":
                del plain[key]
        return Draft(plain)


_HARMLESS = {"name": "untitled", "start": "00:00", "warmup": "0s", "duration": "29d", "drain": "0s"}
"""In place of what is wrong: with these nothing else is."""


def _original(path: Path, places: Mapping[str, list[int]]) -> Path:
    """Where it stands in the draft from which entries have been left out."""
    if len(path) > 1 and path[0] in places and isinstance(path[1], int):
        return (path[0], places[str(path[0])][path[1]], *path[2:])
    return path


def _of_pydantic(error: Any) -> Mistake:
    path = tuple(part for part in error["loc"] if part not in _UNIONS and "[" not in str(part))
    values = {**{key: value for key, value in error.get("ctx", {}).items() if key != "error"}}
    values["found"] = f"{error.get('input')!r:.60}"
    return Mistake(path, error["type"], values, error["msg"])


def _of_error(said: str, draft: Draft) -> Mistake:
    """A mistake of a sentence that begins with where it is; the name of the field is left of the place."""
    said = said.removeprefix("scenario: ")
    detail = _DETAIL.match(said)
    if detail is not None:
        names = [one.get("name") for one in draft.entries("incidents")]
        if detail["name"] in names:
            path: Path = ("incidents", names.index(detail["name"]), "details", detail["field"])
            return Mistake(path, "", {}, said[detail.end() :])
    found = _SPOT.match(said)
    if found is None:
        return Mistake((), "", {}, said)
    rest = tuple(found["rest"].split(".")[1:])
    if not found["number"]:
        return Mistake((found["table"], *rest), "", {}, said)
    path = (found["table"], int(found["number"]), *rest)
    return Mistake(path, "", {}, f"{path[-1] if rest else found['table']}{said[found.end() :]}")


def mistakes_at(mistakes: Sequence[Mistake], path: Path) -> list[Mistake]:
    """Those of a field, or of something within it."""
    return [one for one in mistakes if one.path[: len(path)] == path]


def _own_name(base: object) -> str:
    """The base of an uploaded scenario is one that we bring: no file of this computer is read for a page."""
    name = str(base).removesuffix(".toml")
    if "/" in name or "\\" in name or name.startswith("."):
        raise InputError(f"extends is {base!r:.80}; a scenario that is loaded here extends one of the program's own")
    return name


_SHAPES = frozenset({
    "string_type", "dict_type", "list_type", "tuple_type", "model_type", "model_attributes_type", "bool_type",
})  # fmt: skip
"""What is wrong with a value that no field of a form could hold."""


def _check_shape(stored: dict[str, Any]) -> None:
    """Refuse a text where a table is wanted and the like: a number out of its range is told at its field instead."""
    try:
        Scenario.model_validate(stored)
    except ValidationError as wrong:
        for one in wrong.errors():
            if one["type"] in _SHAPES and not any(part in _UNIONS for part in one["loc"]):
                mistake = _of_pydantic(one)
                where = ".".join(map(str, mistake.path))
                raise InputError(f"{where} {mistake.text('en')}; found {one['input']!r:.60}") from None


def _joined(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    joined = {**base, **own}
    for table in TABLES:
        mine = own.get(table, [])
        if not isinstance(mine, list):
            continue
        names = {one.get("name") for one in mine if isinstance(one, dict) and "name" in one}
        joined[table] = [*(one for one in base.get(table, []) if one.get("name") not in names), *mine]
    for table in ("background", "resources"):
        if isinstance(own.get(table), dict):
            joined[table] = {**base.get(table, {}), **own[table]}
    return joined


def _depth(value: object) -> int:
    if isinstance(value, Mapping):
        return 1 + max((_depth(one) for one in value.values()), default=0)
    if isinstance(value, list):
        return 1 + max((_depth(one) for one in value), default=0)
    return 0
