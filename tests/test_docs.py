"""The documents say what the code says: their tables are printed by it, their links lead somewhere.

`python -m tests.test_docs` prints the tables anew into the documents.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from sim.actors.organisation import organisation
from sim.actors.tables import services
from sim.city.embedded import load_embedded
from sim.comms.views import CaseView, DispatchView, Estimate
from sim.core.events import EVENTS
from sim.core.vocabulary import Capability, Severity
from sim.fitting import fit
from sim.hazards.survival import Logistic
from sim.hazards.tables import hazard_tables
from sim.model import STAGES
from sim.policies import dispatch
from sim.policies.bundles import bundles, families
from sim.results.definitions import SUFFIXES, markdown
from sim.results.delays import LABELS
from sim.scenario import Scenario

CHECKOUT = Path(__file__).parents[1]
TABLES = CHECKOUT / "sim" / "tables"
DESIGN, MODEL = CHECKOUT / "docs" / "design.md", CHECKOUT / "docs" / "model.md"
WRITTEN = (DESIGN, MODEL, CHECKOUT / "docs" / "adding.md", CHECKOUT / "docs" / "decisions.md", CHECKOUT / "README.md")

_BLOCK = re.compile(r"<!-- table: (\w+) -->\n(.*?)<!-- end -->", re.DOTALL)
_SOURCE = re.compile(r"\bS\d{1,3}\b")


# --- tables that the code prints


def _table(heads: Sequence[str], rows: Iterator[Sequence[object]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def _measures() -> str:
    return markdown()


def _suffixes() -> str:
    return _table(("suffix", "means"), ((f"`{key}`", text.strip(" ()")) for key, text in SUFFIXES.items() if key))


def _policies() -> str:
    rows = (
        (family.family, f"`{option.name}`", option.sentence, option.cost, _settings(option.parameters))
        for family in families()
        for option in family.options
    )
    return _table(("family", "option", "what it does", "what it costs", "settings"), rows)


def _settings(parameters: dict[str, dict[str, Any]]) -> str:
    return ", ".join(f"`{name}` = {about['default']} {about['unit']}" for name, about in parameters.items())


def _bundles() -> str:
    names = list(bundles())
    rows = (
        (family.family, *(f"`{getattr(bundles()[name].policies, family.family).kind}`" for name in names))
        for family in families()
    )
    return _table(("family", *names), rows)


def _kinds() -> str:
    rows = (
        (f"`{name}`", kind.title, f"{kind.per_day.value:g}", kind.where, f"`{kind.physics.name}`",
         ", ".join(f"{number} {100 * share:g} %" for number, share in kind.dial.shares.items()))
        for name, kind in hazard_tables().kinds.items()
    )  # fmt: skip
    return _table(("kind", "what it is", "a day", "where", "physics", "first number dialled"), rows)


def _loads() -> str:
    loads = hazard_tables().background.loads
    rows = ((number, f"{q.value:g}", f"{q.low:g} to {q.high:g}", q.unit, q.source) for number, q in loads.items())
    return _table(("number", "target", "range", "unit", "source"), rows)


def _services() -> str:
    rows = (
        (service.value, one.number.value, f"{one.fleet.value:g} {one.fleet.unit}", f"{one.call_takers.value:g}",
         f"{one.turnout_median_s.value:g} s, {one.turnout_sigma.value:g}", f"{one.target_s.value:g} s",
         ", ".join(one.capabilities))
        for service, one in services().items()
    )  # fmt: skip
    heads = ("service", "number", "fleet of the city", "call-takers", "turnout: median, sigma", "target", "crews can")
    return _table(heads, rows)


def _departments() -> str:
    rows = []
    for name, one in organisation().department.items():
        crews = one.crews
        fleet = f"{crews.fleet.value:g} {crews.unit}: {', '.join(crews.capabilities)}" if crews else ""
        rows.append((f"`{name}`", f"{one.title} {one.title_zh}", ", ".join(one.tiers), fleet))
    return _table(("department", "name", "offices at", "crews of its own"), iter(rows))


def _conditions() -> str:
    rows = []
    for name, condition in hazard_tables().conditions.items():
        rates = condition.rates
        for severity in ("minor", "serious", "critical"):
            course = getattr(condition, severity)
            if course is not None:
                law = course.law
                if isinstance(law, Logistic):
                    said = f"logistic, a = {law.a.value:g}, b = {law.b_per_min.value:g} a minute"
                else:
                    said = ", ".join(f"{s:g} at {h:g} h" for h, s in law.all_points)
                care = f"{rates.first_aid:g}, {rates.crew:g}"
                rows.append((f"`{name}`", severity, said, care, f"{course.treat_s.median:g} s"))
    heads = ("condition", "severity", "survival untreated", "clock under first aid, under a crew", "median treatment")
    return _table(heads, iter(rows))


def _grades() -> str:
    rows = []
    for path in sorted(TABLES.glob("*.toml")):
        counts = {grade: 0 for grade in ("measured", "standard", "expert", "assumed")}
        for entry in _graded(tomllib.loads(path.read_text(encoding="utf-8"))):
            counts[entry["grade"]] += 1
        rows.append((f"`{path.name}`", *counts.values()))
    rows.append(("all", *(sum(int(row[i]) for row in rows) for i in range(1, 5))))
    return _table(("table", "measured", "standard", "expert", "assumed"), iter(rows))


def _graded(stored: Any) -> Iterator[dict[str, Any]]:
    """Every entry of a table that carries a grade."""
    if isinstance(stored, dict):
        if "grade" in stored:
            yield stored
        for one in stored.values():
            yield from _graded(one)


PRINTED: dict[str, Callable[[], str]] = {
    "measures": _measures, "suffixes": _suffixes, "policies": _policies, "bundles": _bundles, "kinds": _kinds,
    "loads": _loads, "services": _services,
    "departments": _departments, "conditions": _conditions, "grades": _grades,
}  # fmt: skip


def test_tables_in_the_model_document_are_those_that_the_code_prints() -> None:
    found = dict(_BLOCK.findall(MODEL.read_text(encoding="utf-8")))
    assert found.keys() == PRINTED.keys()
    stale = [name for name, text in found.items() if text != PRINTED[name]()]
    assert not stale, f"docs/model.md is stale in {stale}; run `python -m tests.test_docs`"


def reprint() -> None:
    """Write the tables anew into docs/model.md."""
    text = MODEL.read_text(encoding="utf-8")
    fresh = _BLOCK.sub(lambda block: f"<!-- table: {block[1]} -->\n{PRINTED[block[1]]()}<!-- end -->", text)
    MODEL.write_text(fresh, encoding="utf-8")


# --- the ledger of delays


def _ledger() -> list[list[str]]:
    """Rows of the ledger: label, what makes it, where the parameter lives."""
    section = MODEL.read_text(encoding="utf-8").split("## The ledger of delays", 1)[1].split("\n## ", 1)[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("|")]
    return rows[2:]


def test_every_kind_of_second_has_its_row_in_the_ledger_in_the_order_of_a_calls_life() -> None:
    assert [row[0] for row in _ledger()] == list(LABELS)


def _homes() -> list[str]:
    """Every parameter that the ledger names, as table.path; braces stand for several, such as {median_s,sigma}."""
    homes = []
    for row in _ledger():
        for name in re.findall(r"`([a-z_]+\.toml(?::[\w.*{},]+))`", row[2]):
            file, path = name.split(":")
            head, *rest = re.split(r"[{}]", path)
            homes += [f"{file}:{head}{part}{rest[1]}" for part in rest[0].split(",")] if rest else [f"{file}:{path}"]
    return homes


def test_every_parameter_that_the_ledger_names_stands_in_its_table() -> None:
    missing = []
    for home in _homes():
        file, path = home.split(":")
        stored: list[Any] = [tomllib.loads((TABLES / file).read_text(encoding="utf-8"))]
        for key in path.split("."):
            stored = [
                one for table in stored if isinstance(table, dict)
                for name, one in table.items() if key in ("*", name)
            ]  # fmt: skip
        if not stored:
            missing.append(home)
    assert not missing, missing


def test_no_parameter_makes_two_kinds_of_second() -> None:
    homes = _homes()
    twice = sorted({home for home in homes if homes.count(home) > 1})
    assert not twice, twice


@pytest.mark.parametrize("section", ["desk", "radio", "road", "scene", "hospital", "caller"])
def test_every_duration_of_how_people_work_is_in_the_ledger_or_is_said_to_delay_nobody(section: str) -> None:
    stored = tomllib.loads((TABLES / "work.toml").read_text(encoding="utf-8"))[section]
    named = set(_homes())
    text = MODEL.read_text(encoding="utf-8")
    lost = [
        key for key in stored
        if key.endswith("_s") and f"work.toml:{section}.{key}" not in named and f"`{section}.{key}`" not in text
    ]  # fmt: skip
    assert not lost, lost


# --- stages, sources, links


def test_the_design_shows_the_step_as_it_is() -> None:
    section = DESIGN.read_text(encoding="utf-8").split("def second(self)", 1)[1].split("```", 1)[0]
    shown = re.findall(r"self\.\w+\.(\w+)\(", section)
    assert [stage for stage in shown if stage not in ("wake", "tick")] == list(STAGES)


def test_every_source_that_a_table_cites_is_listed() -> None:
    files = [*TABLES.glob("*.toml"), *(CHECKOUT / "sim").rglob("*.py"), *(CHECKOUT / "maps").rglob("*.toml")]
    cited = {
        name for path in files for note in _notes(path.read_text(encoding="utf-8")) for name in _SOURCE.findall(note)
    }
    listed = set(re.findall(r"^- \*\*(S\d+)\*\*", MODEL.read_text(encoding="utf-8"), re.MULTILINE))
    assert cited - DEFECTS <= listed, f"not listed: {sorted(cited - DEFECTS - listed)}"


DEFECTS = {f"S{n}" for n in range(1, 7)}
"""Marks of mechanisms, not of texts."""


def _notes(text: str) -> list[str]:
    """What stands in square brackets, and sources of bundles."""
    return re.findall(r"\[[^\[\]]*\]", text) + re.findall(r'source = "([^"]*)"', text)


IN_SCENARIOS = {
    "a gas leak": 'kind = "gas_leak"', "a leak of information": 'kind = "leak"',
    "a mast without power": 'kind = "mast_down"', "tampering with sensors": 'kind = "tampered_sensors"',
    "flooded lines": 'kind = "flooded_lines"', "a hidden danger": "hidden =",
}  # fmt: skip
"""How the document calls a threat, and by what a scenario that has it is known."""


def test_what_the_document_says_that_no_shipped_scenario_has_none_has() -> None:
    shipped = {path.stem: path.read_text(encoding="utf-8") for path in (CHECKOUT / "scenarios").glob("*.toml")}
    has = {threat: {name for name, text in shipped.items() if mark in text} for threat, mark in IN_SCENARIOS.items()}
    text = " ".join(MODEL.read_text(encoding="utf-8").split())
    missing, only = re.findall(r"No shipped scenario has (.*?): only tests do. (.*?) are all in", text)[0]
    assert [threat for threat, names in has.items() if not names] == [word for word in has if word in missing]
    assert [threat for threat, names in has.items() if names == {"typhoon-dark"}] == [
        word for word in has if word in only.lower()
    ]


@pytest.mark.parametrize("document", WRITTEN, ids=lambda path: path.name)
def test_links_between_files_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
    local = [target for target in targets if "://" not in target]
    lost = [target for target in local if not (document.parent / target).exists()]
    assert not lost, lost


def test_functions_on_the_road_of_a_call_exist_in_the_files_that_are_linked() -> None:
    """Names between one linked file and the next are functions or classes of it; those after an arrow are events."""
    text = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    road = text.split("## The road of a 119 call", 1)[1].split("\n## ", 1)[0]
    lost = []
    for step in re.split(r"\n\d+\. ", road)[1:]:
        told, _, logged = step.split("\n\n")[0].partition("→")
        lost += [f"event {name}" for name in re.findall(r"`(\w+)`", logged) if name not in EVENTS]
        parts = re.split(r"\[`[\w/.]+`\]\(([\w/.]+\.py)\)", told)
        for file, said in zip(parts[1::2], parts[2::2], strict=True):
            defined = re.findall(r"^ *(?:def|class) (\w+)", (CHECKOUT / file).read_text(encoding="utf-8"), re.MULTILINE)
            lost += [f"{file}: {name}" for name in re.findall(r"`(\w+)`", said) if name not in defined]
    assert not lost, lost


# --- settings and scenarios that are named

_SPAN = re.compile(r"`([^`\n]+)`")
_CHOICE = re.compile(r"\b(\w+)=(\w+)(?:\.(\w+(?:=[\w.]+)?(?:,\w+=[\w.]+)*))?")
_SETTING = re.compile(r"(\w+)\.(\w+)")


def _known_settings() -> dict[str, set[str]]:
    """The settings of every option, and of every family those of all its options."""
    known: dict[str, set[str]] = {}
    for family in families():
        for option in family.options:
            for name in (option.name, family.family):
                known.setdefault(name, set()).update(option.parameters)
    return known


def _wrong_choice(family: str, option: str, settings: str) -> str:
    """What the program would say of a choice that a document names."""
    options = next((one.options for one in families() if one.family == family), None)
    if options is None or option not in {one.name for one in options}:
        return f"{family}={option}"
    known = _known_settings()[option]
    named = [one.partition("=")[0] for one in settings.split(",") if one]
    return ", ".join(f"{family}={option}.{name}" for name in named if name not in known)


def _wrong_settings(span: str) -> list[str]:
    """The settings within a piece of code that no policy has; files and other tables are none of ours."""
    names = {family.family for family in families()}
    wrong = [_wrong_choice(family, option, rest) for family, option, rest in _CHOICE.findall(span) if family in names]
    alone = _SETTING.fullmatch(span)
    if alone and alone[1] in _known_settings() and alone[2] not in ("py", "toml", *_known_settings()[alone[1]]):
        wrong.append(span)
    return [one for one in wrong if one]


@pytest.mark.parametrize("document", WRITTEN, ids=lambda path: path.name)
def test_settings_of_policies_that_are_named_exist(document: Path) -> None:
    wrong = [one for span in _SPAN.findall(document.read_text(encoding="utf-8")) for one in _wrong_settings(span)]
    assert not wrong, wrong


def test_a_setting_that_does_not_exist_would_be_noticed() -> None:
    gone = "own_district.borrow_after_s"
    assert _wrong_settings(f"--policy dispatch={gone}=600") == [f"dispatch={gone}"]
    assert _wrong_settings(gone) == [gone]
    assert _wrong_settings("fragmented+dispatch=nearst") == ["dispatch=nearst"]
    assert not _wrong_settings("destination=free_bed.every_s=600,detour_s=60")
    assert not _wrong_settings("reinforce.review_s")


def _defects() -> list[list[str]]:
    """Rows of the table of defects: the defect; what is in code in its scenario, its families, its measures."""
    section = MODEL.read_text(encoding="utf-8").split("### Scenarios that isolate a defect", 1)[1].split("\n##", 1)[0]
    return [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ")][1:]


def test_every_defect_has_a_scenario_that_names_the_measure_by_which_it_shows() -> None:
    rows = _defects()
    assert sum(row[0].startswith("combined") for row in rows) == 3 and len(rows) == 8
    for defect, named, relevant, measures in rows:
        (scenario,) = (Scenario.load(name) for name in _SPAN.findall(named))
        assert set(_SPAN.findall(relevant)) <= {family.family for family in families()}, defect
        named_beforehand = {scenario.primary, *scenario.secondary}
        assert _SPAN.findall(measures) and set(_SPAN.findall(measures)) <= named_beforehand, (defect, named_beforehand)


def test_every_family_has_a_story_in_which_its_reform_does_not_help_or_does_harm() -> None:
    section = MODEL.read_text(encoding="utf-8").split("### Where a reform does not help", 1)[1].split("\n## ", 1)[0]
    rows = [_SPAN.findall(line) for line in section.splitlines() if line.startswith("| `")]
    assert [row[0] for row in rows] == [family.family for family in families()]
    lost = [test for _, file, test in rows if f"def {test}(" not in (CHECKOUT / "tests" / file).read_text("utf-8")]
    assert not lost, lost


# --- examples


def _examples(language: str) -> list[str]:
    text = (CHECKOUT / "docs" / "adding.md").read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def test_the_scenario_that_is_shown_fits_the_city(tmp_path: Path) -> None:
    example = _examples("toml")[0]
    (tmp_path / "kitchen.toml").write_text(example, encoding="utf-8")
    scenario = Scenario.load(tmp_path / "kitchen.toml")
    assert len(fit(scenario, load_embedded(scenario.town)).incidents) == 1


def test_the_policy_that_is_shown_chooses() -> None:
    (example,) = _examples("python")
    names: dict[str, Any] = dict(vars(dispatch))  # it goes into that file
    exec(compile(example, "adding.md", "exec", dont_inherit=True), names)
    case = CaseView("fire-1", "dwelling_fire", Severity.SERIOUS, 0.0, 0.0, "Futian", 0.0)
    view = DispatchView(
        case=case,
        capability=Capability.EXTINGUISH,
        count=1,
        by_eta=lambda k: (Estimate("far but soon", "Luohu", 60.0), Estimate("near", "Futian", 90.0))[:k],
        by_distance=lambda k, district: ("near",),
        free_by_district=lambda: {"Futian": 1, "Luohu": 1},
    )
    assert names["NearFirst"]().choose(view) == ("near",)


if __name__ == "__main__":
    reprint()
