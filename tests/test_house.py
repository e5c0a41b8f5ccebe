"""The house stands: floors, no stray randomness, views without truth, results that read only the log."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import re
import types
import typing
from collections.abc import Callable, Mapping
from enum import Enum

import pytest
from house import CHECKOUT, FLOORS, calls, imports, part, part_of, sources

SCIENCE = (
    "core",
    "city",
    "hazards",
    "comms",
    "policies",
    "actors",
    "model",
    "build",
    "fitting",
    "running",
    "saving",
    "live",
    "switching",
    "results",
    "scenario",
)
"""Parts on which a run's result depends; a clock on the wall or a die without a name has no place in them."""

CLOCKS = ("time.time", "time.perf_counter", "time.monotonic", "datetime.now", "datetime.today", "datetime.utcnow",
          "date.today", "datetime.datetime.now", "datetime.date.today", "perf_counter", "monotonic")  # fmt: skip
DICE = ("random", "secrets", "uuid")
LOOSE = ("os.urandom", "os.getrandom")
GENERATOR_TYPES = {"Generator", "SeedSequence", "BitGenerator"}


# --- floors


def test_every_part_of_the_package_stands_on_a_floor() -> None:
    unplaced = {part_of(file) for file in sources()} - FLOORS.keys() - {"__init__"}
    assert not unplaced, f"give a floor in tests/house.py to {sorted(unplaced)}"


def test_imports_point_down_only() -> None:
    up = [
        f"{i.file}:{i.line} imports {i.module}"
        for i in imports()
        if i.module.startswith("sim.") and i.file != "sim/__init__.py" and not _is_down(part_of(i.file), part(i.module))
    ]
    assert not up, "\n".join(up)


def _is_down(importer: str, imported: str) -> bool:
    """Lower, or within the same part, or among the parts of floor 7, which make one run together."""
    floor, other = FLOORS[importer], FLOORS[imported]
    return other < floor or importer == imported or floor == other in (7, 10)


@pytest.mark.parametrize(
    ("importer", "allowed"),
    [("comms", ("sim.core", "sim.comms")), ("results", ("sim.core", "sim.results")),
     ("policies", ("sim.core", "sim.policies", "sim.comms.views"))],
)  # fmt: skip
def test_comms_policies_and_results_import_no_more_than_they_may(importer: str, allowed: tuple[str, ...]) -> None:
    wrong = [
        f"{i.file}:{i.line} imports {i.module}"
        for i in imports()
        if part_of(i.file) == importer and i.module.split(".")[0] == "sim" and not _is_within(i.module, allowed)
    ]
    assert not wrong, "\n".join(wrong)


def _is_within(module: str, allowed: tuple[str, ...]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in allowed)


def test_results_know_neither_the_clock_nor_the_streams_nor_the_model() -> None:
    """Of core they take the log, the events and the words; a result that drew or waited would not be one."""
    barred = ("sim.core.clock", "sim.core.streams", "mesa")
    wrong = [f"{i.file}:{i.line} imports {i.module}" for i in imports()
             if part_of(i.file) == "results" and _is_within(i.module, barred)]  # fmt: skip
    assert not wrong, "\n".join(wrong)


# --- randomness and time


def test_randomness_comes_from_named_streams_only() -> None:
    wrong = []
    for i in imports():
        is_key = i.module.split(".")[0] == "secrets" and part_of(i.file) == "viewer"  # keys of pages are no draws
        if i.module.split(".")[0] in DICE and not is_key:
            wrong.append(f"{i.file}:{i.line} imports {i.module}")
    for file, tree in sources().items():
        if file == "sim/core/streams.py":
            continue
        wrong += [f"{file}:{line} uses {name}" for line, name in calls(file) if _is_loose_die(name)]
        wrong += [f"{file}:{line} imports {name} of numpy.random" for line, name in _taken_from_numpy_random(tree)]
    assert not wrong, "\n".join(wrong)


def _is_loose_die(name: str) -> bool:
    head, _, last = name.rpartition(".")
    return name in LOOSE or (head in ("np.random", "numpy.random") and last not in GENERATOR_TYPES)


def _taken_from_numpy_random(tree: ast.Module) -> list[tuple[int, str]]:
    return [
        (node.lineno, alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "numpy.random"
        for alias in node.names
        if alias.name not in GENERATOR_TYPES
    ]


def test_nothing_depends_on_the_hash_of_a_string_or_the_address_of_an_object() -> None:
    """Both differ from process to process. `saving.py` may ask which object is which: it names shared ones."""
    wrong = [
        f"{file}:{node.lineno} calls {node.func.id}()"
        for file, tree in sources().items()
        if part_of(file) in SCIENCE
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if node.func.id == "hash" or (node.func.id == "id" and part_of(file) != "saving")
    ]
    assert not wrong, "\n".join(wrong)


def test_no_run_looks_at_the_clock_on_the_wall() -> None:
    """The studies and the command line may: they say how long it took."""
    wrong = [
        f"{file}:{line} uses {name}"
        for file in sources()
        if part_of(file) in SCIENCE
        for line, name in calls(file)
        if name in CLOCKS
    ]
    assert not wrong, "\n".join(wrong)


def test_these_tests_would_notice() -> None:
    assert not _is_down("core", "city") and not _is_down("city", "hazards") and not _is_down("policies", "actors")
    assert _is_down("city", "core") and _is_down("model", "build") and _is_down("study", "running")
    assert _is_loose_die("np.random.rand") and not _is_loose_die("np.random.Generator")
    assert not _is_plain(object) and not _is_plain(list[int]) and _is_plain(tuple[int, ...] | None)


# --- truth, message, belief


def _views() -> list[type]:
    from sim.comms import views

    made = [kind for _, kind in inspect.getmembers(views, inspect.isclass) if kind.__module__ == views.__name__]
    return [kind for kind in made if dataclasses.is_dataclass(kind)]


@pytest.mark.parametrize("view", _views(), ids=lambda view: view.__name__)
def test_a_view_holds_frozen_values_only(view: type) -> None:
    assert view.__dataclass_params__.frozen, f"{view.__name__} can be changed"  # type: ignore[attr-defined]
    for name, kind in typing.get_type_hints(view).items():
        assert _is_plain(kind), f"{view.__name__}.{name} is {kind}, which may hold more than was said"


def _is_plain(kind: object) -> bool:
    """A number, a word, a view, or a tuple, mapping or lazy question (function) of such."""
    if kind in (int, float, str, bool, type(None), Ellipsis) or kind in _views():
        return True
    if isinstance(kind, type) and issubclass(kind, Enum | str):
        return True
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Literal:
        return True
    if origin is Callable:
        return all(_is_plain(one) for one in [*inner[0], inner[1]])
    if origin in (tuple, frozenset, Mapping, types.UnionType, typing.Union):
        return all(_is_plain(one) for one in inner)
    return False


def test_neither_comms_nor_policies_name_an_incident() -> None:
    """No field, parameter or variable there is called incident: what is not carried cannot be read."""
    wrong = [
        f"{file}:{line} has {name}"
        for file, tree in sources().items()
        if part_of(file) in ("comms", "policies")
        for line, name in _names(tree)
        if re.search(r"(^|_)incidents?($|_)", name.lower()) or name == "Incident"
    ]
    assert not wrong, "\n".join(wrong)


def _names(tree: ast.Module) -> list[tuple[int, str]]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.append((node.lineno, node.id))
        elif isinstance(node, ast.Attribute):
            found.append((node.lineno, node.attr))
        elif isinstance(node, ast.arg | ast.keyword) and node.arg:
            found.append((node.lineno, node.arg))
    return found


def test_a_policy_has_no_clock_no_die_and_no_log() -> None:
    barred = ("sim.core.clock", "sim.core.log", "sim.core.streams", "mesa", "numpy")
    wrong = [f"{i.file}:{i.line} imports {i.module}" for i in imports()
             if part_of(i.file) == "policies" and _is_within(i.module, barred)]  # fmt: skip
    assert not wrong, "\n".join(wrong)


def test_actors_are_handed_their_parts_and_do_not_reach_through_the_model() -> None:
    wrong = [
        f"{file}:{line} reads {name}"
        for file in sources()
        if part_of(file) == "actors"
        for line, name in calls(file)
        if name.startswith("self.model.")
    ]
    assert not wrong, "\n".join(wrong)


# --- what is written down


def test_no_source_names_a_machines_own_path() -> None:
    """Such a path is right on one machine only."""
    local = re.compile(r"(?<![\w./~])/(?:work|home|root|opt|Users)/[\w.]|/tmp/\w|[A-Z]:\\Users\\")
    wrong = []
    for pattern in (
        "sim/**/*",
        "tests/*",
        "scenarios/*",
        "maps/**/*",
        "docs/*",
        "benchmarks/*",
        "constraints/*",
        "*.*",
    ):
        for path in sorted(CHECKOUT.glob(pattern)):
            if path.is_file() and path.suffix in (".py", ".toml", ".md", ".txt", ".csv", ".json", ".html", ".jinja"):
                lines = path.read_text(encoding="utf-8").splitlines()
                wrong += [f"{path.relative_to(CHECKOUT)}:{n}" for n, line in enumerate(lines, 1) if local.search(line)]
    assert not wrong, "\n".join(dict.fromkeys(wrong))
