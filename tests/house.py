"""Reads the program's own sources: who imports whom, and what is called where."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

CHECKOUT = Path(__file__).parents[1]
SIM = CHECKOUT / "sim"

FLOORS = {
    "core": 0, "versions": 0, "tables": 0, "city": 1, "hazards": 2, "comms": 3, "policies": 4, "actors": 5,
    "scenario": 6, "fitting": 7, "model": 7, "build": 7, "running": 7, "saving": 7, "resources": 7,
    "live": 7, "switching": 7,
    "results": 8, "study": 9, "viewer": 10, "cli": 10,
    "__main__": 10,
}  # fmt: skip
"""Every part of the package stands on one floor; `sim/__init__.py` is the front door and stands on none."""


class Import(NamedTuple):
    """One import, wherever in the file it stands."""

    file: str
    line: int
    module: str  # the one that is imported, with `from a import b` as a.b where b is a module of ours


@cache
def sources() -> dict[str, ast.Module]:
    """Every source of the package by its path within the checkout."""
    paths = sorted(SIM.rglob("*.py"))
    return {path.relative_to(CHECKOUT).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def imports() -> Iterator[Import]:
    """Every import of every source, those within functions and for types only included."""
    for file, tree in sources().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                yield from (Import(file, node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{file}:{node.lineno}: import by the full name"
                for alias in node.names:
                    yield Import(file, node.lineno, _module(node.module or "", alias.name))


def part(module: str) -> str:
    """'city' of sim.city.roads."""
    return module.split(".")[1] if module.count(".") else ""


def part_of(file: str) -> str:
    """'city' of sim/city/roads.py, 'run' of sim/run.py."""
    return file.split("/")[1].removesuffix(".py")


def calls(file: str) -> Iterator[tuple[int, str]]:
    """Every name with its dots that the file reads: (line, 'np.random.default_rng')."""
    for node in ast.walk(sources()[file]):
        if isinstance(node, ast.Attribute | ast.Name):
            dotted = _dotted(node)
            if dotted:
                yield node.lineno, dotted


def _module(module: str, name: str) -> str:
    inner = CHECKOUT.joinpath(*module.split("."), name)
    return f"{module}.{name}" if inner.is_dir() or inner.with_suffix(".py").exists() else module


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""
