"""The command line of maps, and the folder that holds them."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from sim.city.embedded import load_embedded
from sim.city.map import Map
from sim.city.store import check_name, find_map, map_names, maps_folder, save_map, stored_path
from sim.cli.maps import app
from sim.core.errors import InputError
from tests import small_osm
from tests.shared_maps import need_map_extra

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of maps for this test alone."""
    monkeypatch.setenv("LIANDONG_MAPS", str(tmp_path / "maps"))
    return tmp_path / "maps"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A file to import."""
    need_map_extra()
    path = tmp_path / "small.osm"
    path.write_text(small_osm.xml(), "utf-8")
    return path


def _run(*words: str) -> Any:
    return CliRunner().invoke(app, list(words))


def _refusal(*words: str) -> str:
    result = _run(*words)
    assert isinstance(result.exception, InputError), (result.output, result.exception)
    return str(result.exception)


def _stored(**changes: Any) -> Map:
    """The toy map under another name, stored."""
    town = replace(load_embedded("toy"), **{"name": "mine", "title": "Mine", "is_schematic": False, **changes})
    save_map(town)
    return town


def test_a_file_becomes_a_map_that_every_command_knows(small: Path, tmp_path: Path) -> None:
    result = _run("import", str(small), "--name", "small", "--title", "Smallville", "--population", "4000")
    assert result.exit_code == 0, (result.output, result.exception)
    assert "roads: 5 nodes, 16 directed edges" in result.output
    assert "© OpenStreetMap contributors" in result.output
    listed = {row["name"]: row for row in json.loads(_run("list", "--json").output)}
    assert set(listed) == {"shenzhen", "small", "toy"}
    assert listed["small"] == {
        "name": "small",
        "title": "Smallville",
        "attribution": "© OpenStreetMap contributors",
        "is_schematic": False,
        "is_embedded": False,
    }
    assert "Smallville" in _run("list").output
    found = json.loads(_run("info", "small", "--json").output)
    assert (found["nodes"], found["edges"], found["people"]) == (5, 16, 4000)
    assert found["facilities"] == {"fire_station": 1, "hospital": 1, "police": 1}
    assert found["km"]["primary"] == pytest.approx(4 * 1.112, abs=0.1)
    assert found["tunnel_km"] == pytest.approx(2 * 1.112, abs=0.1)
    assert "© OpenStreetMap contributors" in _run("info", "small").output
    assert _run("check", "small").output == "small: no problems found\n"
    assert _run("plot", "small", "-o", str(tmp_path / "small.svg")).exit_code == 0
    drawn = (tmp_path / "small.svg").read_text("utf-8")
    assert "OpenStreetMap contributors" in drawn and "Smallville" in drawn


def test_a_name_that_is_taken_needs_force(small: Path) -> None:
    assert _run("import", str(small), "--name", "small").exit_code == 0
    assert _refusal("import", str(small), "--name", "small") == ("there is a map 'small' already; --force replaces it")
    assert _run("import", str(small), "--name", "small", "--force", "--population", "7").exit_code == 0
    assert find_map("small").population == 7


@pytest.mark.parametrize("name", ["", "Core", "a b", "../up", "-x", "x" * 51, "con", "深圳", "a.npz"])
def test_a_name_that_cannot_be_a_files_everywhere_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="Allowed are up to 50 small letters") as error:
        check_name(name)
    check_name(str(error.value).rsplit("'", 2)[1])  # what it suggests instead is allowed


def test_embedded_maps_cannot_be_replaced(small: Path) -> None:
    assert "embedded" in _refusal("import", str(small), "--name", "toy", "--force")


def test_the_name_is_looked_at_before_the_file_is_read(tmp_path: Path) -> None:
    assert "the name of the map" in _refusal("import", str(tmp_path / "absent.osm"), "--name", "No!")


def test_an_unknown_map_is_told_its_nearest(folder: Path) -> None:
    _stored()
    for command in (["info"], ["check"], ["plot", "-o", "x.png"]):
        assert _refusal(command[0], "mien", *command[1:]) == (
            "the map is 'mien'. Known: mine, shenzhen, toy. Did you mean 'mine'?"
        )


def test_a_sound_map_has_no_problems() -> None:
    for name in ("toy", "shenzhen"):
        result = _run("check", name)
        assert (result.exit_code, result.output) == (0, f"{name}: no problems found\n")


def test_each_problem_of_a_bad_map_is_named() -> None:
    toy = load_embedded("toy")
    roads = toy.roads
    cut = roads.tail != 0  # nothing leaves the first node any more
    columns = ("tail", "head", "length_m", "road_class", "limit_kmh", "lanes", "tunnel", "bridge", "name")
    fewer = {name: getattr(roads, name)[cut] for name in columns}
    fewer["limit_kmh"] = fewer["limit_kmh"].copy()
    fewer["limit_kmh"][:3] = 0.0
    _stored(
        roads=replace(roads, **fewer),
        facilities=tuple(f for f in toy.facilities if f.kind != "hospital"),
        node_people=np.zeros_like(toy.node_people),
    )
    result = _run("check", "mine")
    assert result.exit_code == 1
    said = result.output.splitlines()
    assert said[0] == "mine: 1 of 49 nodes cannot be reached from, or cannot reach, the others"
    assert said[1] == "mine: 3 edges have a speed limit that is not above 0 and up to 150 km/h"
    assert "mine: there is no hospital (facility kind 'hospital')" in said
    assert "mine: nobody lives on the map" in said


@pytest.mark.parametrize(("ending", "magic"), [(".png", b"\x89PNG"), (".svg", b"<?xml"), (".pdf", b"%PDF")])
def test_a_picture_is_of_the_kind_its_name_says(tmp_path: Path, ending: str, magic: bytes) -> None:
    path = tmp_path / f"toy{ending}"
    assert _run("plot", "toy", "-o", str(path)).exit_code == 0
    assert path.read_bytes().startswith(magic)


def test_a_schematic_map_is_called_so_in_its_picture(tmp_path: Path) -> None:
    assert _run("plot", "toy", "-o", str(tmp_path / "toy.svg")).exit_code == 0
    assert "schematic" in (tmp_path / "toy.svg").read_text("utf-8")
    assert "schematic" in _run("info", "toy").output


def test_a_picture_that_cannot_be_written_says_why(tmp_path: Path) -> None:
    assert "Did you mean '.png'?" in _refusal("plot", "toy", "-o", str(tmp_path / "toy.pgn"))
    assert "cannot be written" in _refusal("plot", "toy", "-o", str(tmp_path / "absent" / "toy.png"))


def test_a_damaged_map_says_how_to_mend_it(folder: Path) -> None:
    _stored()
    path = stored_path("mine")
    path.write_bytes(path.read_bytes()[:2000])
    assert "the stored map is damaged" in _refusal("info", "mine")
    assert "the stored map is damaged" in _refusal("list")


def test_a_full_disk_leaves_the_old_map(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    town = _stored()

    def full(self: Map, path: Path) -> None:
        path.write_bytes(b"half of it")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Map, "save", full)
    with pytest.raises(InputError, match="No space left on device"):
        save_map(town, force=True)
    monkeypatch.undo()
    assert [path.name for path in folder.iterdir()] == ["mine.npz"]
    assert Map.load(folder / "mine.npz").digest == town.digest


def test_a_folder_of_maps_that_is_a_file_says_so(folder: Path) -> None:
    folder.write_text("in the way")
    with pytest.raises(InputError, match="cannot be stored"):
        save_map(replace(load_embedded("toy"), name="mine"))
    assert map_names() == ["shenzhen", "toy"]


def test_a_folder_of_maps_that_may_not_be_read_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    assert r"the folder of maps cannot be read (Permission denied)" in _refusal("list")


def test_maps_lie_in_the_users_data_folder_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LIANDONG_MAPS")
    assert maps_folder().parts[-2:] == ("liandong", "maps")
    assert ROOT not in maps_folder().parents


def test_the_command_line_starts_without_what_only_maps_need() -> None:
    code = (
        "import sys, sim.cli.maps; "
        "print([m for m in ('numpy', 'scipy', 'osmnx', 'osmium', 'matplotlib', 'pandas', 'mesa') if m in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
