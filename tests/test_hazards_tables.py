"""The tables: every number graded, names that exist, and one clear error for what is wrong."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from sim.core.errors import InputError
from sim.core.quantities import Quantity
from sim.core.vocabulary import Capability, Severity
from sim.hazards.evidence import Graded
from sim.hazards.tables import FOLDER, hazard_tables, incident_kinds, read_tables

TABLES = hazard_tables()
PARTS: list[BaseModel] = [*TABLES.kinds.values(), TABLES.background, TABLES.patients]


def test_every_number_stands_in_a_table_with_its_grade_and_source() -> None:
    """A bare number anywhere but in a graded table would have none."""
    for part in PARTS:
        for path, value in _leaves(part, part.__class__.__name__):
            assert not isinstance(value, int | float) or isinstance(value, bool), f"{path} is a bare number"


def test_every_number_says_where_it_comes_from() -> None:
    for part in PARTS:
        for path, graded in _graded(part, part.__class__.__name__):
            assert graded.source.strip(), path
            assert graded.grade in ("assumed", "expert") or "by judgement" not in graded.source.split(";")[0], path


def test_plans_send_at_least_as_many_crews_when_it_is_worse() -> None:
    for name, kind in incident_kinds().items():
        minor, serious, critical = (kind.plan.crews(severity) for severity in Severity)
        for capability in Capability:
            counts = [plan.get(capability, 0) for plan in (minor, serious, critical)]
            assert counts == sorted(counts), f"{name}: {capability}"


def test_the_right_number_is_dialled_first_in_about_three_quarters() -> None:
    """L1: another number first in 0.25 (0.1-0.6), where another than 110 is right."""
    for name, right in {"dwelling_fire": {"119"}, "illness": {"120"}, "cardiac_arrest": {"120"}}.items():
        shares = incident_kinds()[name].dial.shares
        assert 0.1 <= 1.0 - sum(shares[number] for number in right) <= 0.6, name


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("incidents.toml", "[crime.physics]", "[crime.phisics]", r"incidents.toml: crime.*phisics"),
        ("incidents.toml", 'name = "fire"', 'name = "fires"', r"incidents.toml: dwelling_fire.physics"),
        ("incidents.toml", "crime = 0.9, disorder = 0.1", "crime = 0.9, disorder = 0.2", r"sum to 1.1"),
        ("incidents.toml", "crime = 0.9, disorder = 0.1", "crime = 0.9, disorders = 0.1", r"Did you mean 'disorder'\?"),
        ("incidents.toml", "119 = 0.75, 110 = 0.22", "118 = 0.75, 110 = 0.22", r"dial names '118'"),
        ("patients.toml", "[1.0, 0.9], [24.0, 0.5]", "[1.0, 0.4], [24.0, 0.5]", r"never rise"),
        ("background.toml", "value = 52", "value = ", None),
        ("background.toml", "[enquiry]", "[enquiry", r"not a readable TOML"),
    ],
)
def test_what_is_wrong_in_a_table_is_named(tmp_path: Path, file: str, old: str, new: str, message: str | None) -> None:
    for source in FOLDER.glob("*.toml"):
        shutil.copy(source, tmp_path)
    text = (tmp_path / file).read_text("utf-8")
    if message is None:
        (tmp_path / file).unlink()
        message = "there is no such file"
    else:
        assert old in text
        (tmp_path / file).write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(InputError, match=message):
        read_tables(tmp_path)


def _graded(value: object, path: str) -> Iterator[tuple[str, Graded | Quantity]]:
    if isinstance(value, Graded | Quantity):
        yield path, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _graded(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _graded(part, f"{path}.{name}")


def _leaves(value: object, path: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, Graded | Quantity):
        return
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _leaves(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _leaves(part, f"{path}.{name}")
    else:
        yield path, value
