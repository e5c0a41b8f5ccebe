"""What is wrong in a table of the program, told to whoever has edited it: where, what was found, what is allowed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from sim.core.errors import InputError, nearest, unknown

Keys = tuple[Any, ...]
"""Keys from the top of a table down to a value."""

ALIKE = 0.6
"""How like a missing key one that does not belong there must be to be taken for it."""


def misread(tables: Iterable[tuple[Path, dict[str, Any]]], wrong: ValidationError) -> InputError:
    """The first thing that is wrong, by file and key; a key too many goes before the one that it may stand for."""
    errors = sorted(wrong.errors(), key=lambda error: error["type"] != "extra_forbidden")
    error = errors[0]
    file, keys = _place(tables, error)
    where = f"{file}: {'.'.join(map(str, keys))}" if keys else str(file)
    found, message = error["input"], error["msg"].removeprefix("Value error, ")
    match error["type"]:
        case "extra_forbidden":
            missing = [str(one["loc"][-1]) for one in errors if one["type"] == "missing" and _beside(one, error)]
            meant = nearest(str(keys[-1]), missing, ALIKE)
            return InputError(f"{where}: there is no such key." + (f" Did you mean {meant!r}?" if meant else ""))
        case "missing":
            return InputError(f"{where} is missing")
        case "enum" | "literal_error":
            return unknown(where, str(found), re.findall(r"'([^']*)'", str(error.get("ctx", {}).get("expected"))))
        case "value_error":
            return InputError(f"{where}: {message}")
    return InputError(f"{where}: {message}; found {found!r:.80}")


def _beside(one: ErrorDetails, other: ErrorDetails) -> bool:
    return one["loc"][:-1] == other["loc"][:-1]


def _place(tables: Iterable[tuple[Path, dict[str, Any]]], error: ErrorDetails) -> tuple[str, Keys]:
    """The file and the keys; only a part of a table may have been checked, so the very thing found is looked for."""
    loc: Keys = tuple(part for part in error["loc"] if part != "[key]")
    is_key, is_missing = error["loc"] != loc, error["type"] == "missing"
    end = loc[:-1] if is_missing else loc
    newest = list(tables)[::-1]
    for path, stored in newest:
        for keys, value in _walk(stored, ()):
            is_it = keys[-1] == error["input"] if is_key and keys else value is error["input"]
            if is_it and keys[len(keys) - len(end) :] == end:
                return str(path), keys + loc[len(end) :]
    return "the program's tables", loc


def _walk(value: Any, keys: Keys) -> Iterator[tuple[Keys, Any]]:
    """Every value in a table, with its keys."""
    yield keys, value
    inner = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from _walk(one, (*keys, key))
