"""Whoever edits a table and slips is told in which file and key, what was found, what is allowed, what was meant."""

from __future__ import annotations

import itertools
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.actors.organisation import duties, organisation
from sim.actors.sensor_tables import sensing
from sim.actors.tables import services, work
from sim.actors.warning_tables import warning_tables
from sim.core import tables
from sim.core.errors import InputError
from sim.core.tables import varied
from sim.policies import bundles

ORGANISATION, RESPONSIBILITY, SENSORS, WARNINGS = "organisation", "responsibility", "sensors", "warnings"
READERS: dict[str, Callable[[], object]] = {
    ORGANISATION: organisation, RESPONSIBILITY: duties, SENSORS: sensing, WARNINGS: warning_tables,
    "services": services, "work": work,
}  # fmt: skip
_fresh = itertools.count(1)


def told(folder: Path, name: str) -> str:
    """What is said of a table that is read from there."""
    number = 60.0 + next(_fresh) / 1000  # tables are read once for each variation
    with varied({"background.people": number}), pytest.raises(InputError) as wrong:
        READERS[name]()
    return str(wrong.value).removeprefix(f"{folder}/")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the tables, from which the program reads."""
    for source in tables.FOLDER.glob("*.toml"):
        shutil.copy(source, tmp_path)
    monkeypatch.setattr(tables, "FOLDER", tmp_path)
    return tmp_path


def edited(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / f"{name}.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


SLIPS = [
    # names that lead from one table to another
    (RESPONSIBILITY, 'roles = { water = "lead"', 'roles = { watr = "lead"',
     "flash_flood.prevention.roles is 'watr'. Known: … Did you mean 'water'?"),
    (RESPONSIBILITY, "[shaking_building]", "[shaking_buildin]",
     "kind is 'shaking_buildin'. … Did you mean 'shaking_building'?"),
    (RESPONSIBILITY, "[other.prevention]", "[othr.prevention]", "kind is 'othr'. … Did you mean 'other'?"),
    (ORGANISATION, 'first = "district"', 'first = "distrct"',
     "first is 'distrct'. Known: city, community, district, province, subdistrict. Did you mean 'district'?"),
    (ORGANISATION, 'tier = "province"', 'tier = "provence"',
     "level.II.tier is 'provence'. … Did you mean 'province'?"),
    (ORGANISATION, 'tiers = ["district", "city"]', 'tiers = ["district", "citty"]',
     "department.water.tiers is 'citty'. … Did you mean 'city'?"),
    (ORGANISATION, "[line.liaison]", "[line.liason]", "line.liaison is missing. Found: duty telephone, liason, …"),
    (ORGANISATION, "[line.liaison]", '[line.liaison]\nfrom = ["health", "polise"]',
     "line.liaison.from is 'polise'. … Did you mean 'police'?"),
    (ORGANISATION, "[line.liaison]", '[line.liaison]\nto = ["distrct"]', "line.liaison.to is 'distrct'. … 'district'?"),
    (ORGANISATION, "[line.liaison]", '[line.liaison]\npapers = ["handoff"]',
     "line.liaison.papers is 'handoff'. … Did you mean 'hand-off'?"),
    (ORGANISATION, "[department.water]", '[department.water]\nsuperior = "planing"',
     "department.water.superior is 'planing'. … Did you mean 'planning'?"),
    (SENSORS, 'owner = "water"', 'owner = "watter"', "sensor.…owner is 'watter'. … Did you mean 'water'?"),
    (WARNINGS, "[hazard.slide]", "[hazard.slied]", "hazard is 'slied'. … Did you mean 'slide'?"),
    (WARNINGS, '[channel."cell broadcast"]', '[channel."cell brodcast"]',
     "channel.cell broadcast is missing. Found: …"),
    # words that stand for one of a few
    (RESPONSIBILITY, 'planning = "support"', 'planning = "suport"',
     "slide.prevention.roles.planning is 'suport'. Known: informed, lead, none, support. Did you mean 'support'?"),
    (RESPONSIBILITY, 'response_from = "serious"', 'response_from = "seriuos"',
     "flash_flood.response_from is 'seriuos'. … Did you mean 'serious'?"),
    (ORGANISATION, 'capabilities = ["pump"', 'capabilities = ["pumps"',
     "department.water.crews.capabilities.0 is 'pumps'. … Did you mean 'pump'?"),
    (ORGANISATION, 'areas = "district"', 'areas = "districts"', "tier.district.areas is 'districts'. … 'district'?"),
    (ORGANISATION, "[level.III]", "[level.IIII]", "level.IIII is 'IIII'. Known: I, II, III, IV. Did you mean 'III'?"),
    (SENSORS, 'number = "119"', 'number = "191"', "sensor.…number is '191'. Known: 110, 119, …"),
    (WARNINGS, 'says = "statement"', 'says = "statment"', "hazard.shaking_building.says is 'statment'. … 'statement'?"),
    # keys
    (RESPONSIBILITY, "ambiguity =", "ambigiuty =",
     "slide.prevention.ambigiuty: there is no such key. Did you mean 'ambiguity'?"),
    (ORGANISATION, "title_zh = \"水务\"\n", "", "department.water.title_zh is missing"),
    ("work", "talk_sigma =", "talk_sgima =", "desk.talk_sgima: there is no such key. Did you mean 'talk_sigma'?"),
    # numbers and laws
    ("services", "fleet = { value = ", "fleet = { value = \"ten\", valeu = ",
     "fire.fleet.valeu: there is no such key."),
    (RESPONSIBILITY, 'housing = "lead", planning = "support", urban_management = "support", emergency = "informed"',
     'housing = "support"', "slide.prevention: one department leads; here: none"),
    (ORGANISATION, "is_hub = true", "is_hub = false", "one department is the hub; here: none"),
    (ORGANISATION, "read_s = { value = 120", "read_s = { value = 12",
     "desk.read_s: value 12 is outside its own range 30 to 600"),
    (RESPONSIBILITY, "[slide]", "[slide", "not a readable TOML file: …"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "message"), SLIPS, ids=[f"{one[0]}: {one[2]:.30}" for one in SLIPS])
def test_a_slip_in_a_table_is_told_by_file_and_key(folder: Path, name: str, old: str, new: str, message: str) -> None:
    edited(folder, name, old, new)
    found = told(folder, name)
    pattern = re.escape(message).replace("…", ".*")  # what is left out is not the point
    assert re.fullmatch(rf"{name}\.toml:? ?{pattern}", found, re.DOTALL), found


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('kind = "own_district"', 'kind = "own_distrct"', "fragmented: policies.dispatch.kind is 'own_distrct'"),
        ("dispatch = {", "dispach = {", "fragmented: family is 'dispach'"),
        ('because = "no common rule of urgency", ', "", "fragmented.policies.queue.because is missing"),
        ('grade = "expert"', 'grade = "exprt"', "fragmented.policies.intake.grade is 'exprt'"),
        ("smoke = 0.0", "smok = 0.0", "present: policies.sensing.iot.smok: Extra inputs are not permitted"),
    ],
)
def test_so_is_a_slip_in_a_bundle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, message: str
) -> None:
    file = tmp_path / "bundles.toml"
    file.write_text(bundles._BUNDLES.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    monkeypatch.setattr(bundles, "_BUNDLES", file)
    with pytest.raises(InputError) as wrong:
        bundles.bundles.__wrapped__()
    assert str(wrong.value).startswith(f"{file}: {message}")
