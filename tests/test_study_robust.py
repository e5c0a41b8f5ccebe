"""Assumed numbers are moved to the ends of their ranges, and whatever conclusion then turns is found: no other one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from sim.actors.tables import work
from sim.cli.main import app
from sim.core.errors import InputError
from sim.core.tables import varied
from sim.hazards.tables import hazard_tables
from sim.policies.bundles import Policies, parse_arm
from sim.scenario import Scenario
from sim.study import robust_words
from sim.study.assumed import by_rule, in_policies, in_tables
from sim.study.comparing import Comparison, arms_under_seeds
from sim.study.folder import Folder, write_comparison
from sim.study.journal import ABOVE, Journal
from sim.study.ladder import Steps, ladder
from sim.study.ladder_folder import to_json, write_ladder
from sim.study.plan import Design, Engine
from sim.study.robust import Look, Robustness, doubted
from sim.study.workers import Watch

STORY = Scenario.parse({"name": "story", "map": "toy", "primary": "total_response_s", "secondary": ["deaths"]})
BEFORE = "fragmented"
AFTER = "fragmented+intake=joint"
ROAD = ("work.road",)

Law = Callable[[bool, Policies], float]
"""Total response by whether the desks are joined, and the policies; it may read the tables."""


class Town:
    """Stands for the model: luck is the seed's, the rest is the law's; the log is what the law said."""

    def __init__(self, law: Law, cut_after: int | None = None) -> None:
        self.law = law
        self.left = cut_after
        self.runs = 0

    def run(self, scenario: Scenario, *, policies: Any, seed: int, until: Any, ground: Any) -> Any:
        if self.left is not None and self.runs >= self.left:
            raise KeyboardInterrupt
        self.runs += 1
        chosen = policies.policies
        worth = self.law(chosen.intake.kind == "joint", chosen)
        luck, wobble = np.random.default_rng(seed).normal(0, (50, 2))
        seconds = 600 + luck + worth + wobble * (chosen.intake.kind == "joint")
        kpis = {"total_response_s": seconds, "deaths": 1.0, "expected_deaths": 1.0}
        return SimpleNamespace(
            kpis=kpis, town=ground, log_sha256=f"{seconds}", events=1, seconds=0.1, is_partial=False
        )  # fmt: skip

    @property
    def engine(self) -> Engine:
        return Engine(run=self.run, prepare=lambda *_: SimpleNamespace(name="toy", is_schematic=True))


def looked_at(law: Law | Town, *, among: tuple[str, ...] = ROAD, runs: int = 8, **more: Any) -> Comparison:
    town = law if isinstance(law, Town) else Town(law)
    design = Design(runs=runs, engine=town.engine)
    arms = [more.pop("before", BEFORE), more.pop("after", AFTER)]
    watch = Watch(tell=more.pop("tell", print), journal=more.pop("journal", Journal()))
    return doubted(arms_under_seeds(STORY, arms, design), watch, Look(among=among, **more))


def robustness(law: Law | Town, **more: Any) -> Robustness:
    found = looked_at(law, **more).robustness
    assert found is not None
    return found


def hinges(found: Robustness, kpi: str = "total_response_s") -> list[tuple[str, float, str]]:
    (claim,) = [claim for claim in found.claims.values() if claim.kpi == kpi]
    return [(s.number.path, s.value, s.claims[claim.contrast, kpi].says) for s in found.hinges(claim)]


# --- what is varied


def test_every_assumed_number_with_a_range_is_read_otherwise_while_it_is_varied_and_as_before_afterwards() -> None:
    usual, kinds = work(), hazard_tables()
    with varied({"work.desk.transfer_s": 60.0, "incidents.dwelling_fire.notice_s": 60.0}):
        assert work().desk.transfer_s.value == 60 and hazard_tables().kinds["dwelling_fire"].notice_s.median == 60
        assert work().desk.coach_s == usual.desk.coach_s
        with varied({}):
            assert work() is usual
    assert work() is usual and hazard_tables() is kinds and usual.desk.transfer_s.value == 15


def test_ranges_hold_their_values_and_policies_have_ranges_within_what_is_allowed() -> None:
    numbers, without = in_tables()
    assert len(numbers) > 300 and without > 0
    assert all(number.low <= number.value <= number.high and number.ends for number in numbers)
    by_path = {number.path: number for number in numbers}
    assert not by_path["work.desk.transfer_s"].is_by_rule and by_path["services.fire.call_takers"].is_by_rule
    found = {number.path: number for number in in_policies([parse_arm(BEFORE), parse_arm(AFTER)])}
    classify = found["policies.intake.joint.classify_s"]
    assert (classify.low, classify.value, classify.high) == (2.5, 5, 10)
    assert found["policies.responsibility.ambiguous.by_ambiguity"].high == 1  # twice a half is all that is allowed


@pytest.mark.parametrize(
    ("number", "unit", "low", "high"),
    [(30.0, "s", 15, 60), (3, "desks", 2, 6), (1, "crews", 1, 2), (0.5, "1", 0.25, 1), (0.6, "1", 0.3, 1),
     (2.5, "1", 1.25, 5)],
)  # fmt: skip
def test_without_a_range_of_its_own_a_number_is_halved_and_doubled(
    number: float, unit: str, low: float, high: float
) -> None:
    """Crews stay whole, and one stays one at least; a share is 1 at most."""
    assert by_rule(number, unit) == (low, high)


def test_a_setting_in_which_the_arms_differ_is_what_they_are_about_and_stays() -> None:
    arms = [parse_arm("fragmented+reinforce=missing.review_s=60"), parse_arm("fragmented")]
    assert "policies.reinforce.missing.review_s" not in {number.path for number in in_policies(arms)}


# --- what is found


def test_a_conclusion_hinges_on_the_number_that_turns_it_at_the_end_where_it_does() -> None:
    """Joint desks gain 40 s less 0.4 s a metre of sight: 0 at 100 m would be none; 50 to 300 m give −20 to +80 s."""

    def law(joint: bool, policies: Policies) -> float:
        return (-40 + 0.4 * work().road.sight_m.value - 5) * joint

    found = robustness(law)
    assert next(iter(found.claims.values())).says == "less"  # 5 s, wobble of 2 s
    assert hinges(found) == [("work.road.sight_m", 300.0, "more")]
    assert hinges(found, "deaths") == []


def test_a_conclusion_that_a_number_only_makes_larger_or_smaller_hinges_on_nothing() -> None:
    def law(joint: bool, policies: Policies) -> float:
        return -work().road.sight_m.value * joint  # 50 to 300 s

    found = robustness(law)
    assert hinges(found) == []
    said = robust_words.sentences(found)
    assert any("It hinges on no assumed number." in text for text in said)
    by_value = {swing.value: swing for swing in found.first_look}
    assert set(by_value) == {50.0, 300.0}


def test_what_cannot_be_told_may_hinge_on_a_number_too() -> None:
    def law(joint: bool, policies: Policies) -> float:
        return -(work().road.turnout_on_road_s.value - 5) * joint  # nothing at 5 s; 25 s sooner at 30, 5 s later at 0

    found = robustness(law)
    turnout = "work.road.turnout_on_road_s"
    assert hinges(found) == [(turnout, 0.0, "more"), (turnout, 30.0, "less")]


def test_a_setting_of_a_policy_is_moved_where_that_policy_stands() -> None:
    def law(joint: bool, policies: Policies) -> float:
        return -20 + 2.6 * policies.intake.classify_s if joint else 0.0  # type: ignore[union-attr]

    found = robustness(law, among=("policies.intake",))  # 5 s, and 2.5 to 10 s
    assert hinges(found) == [("policies.intake.joint.classify_s", 10.0, "more")]


# --- how much work it is


def test_numbers_that_change_no_event_are_named_and_cost_one_group() -> None:
    town = Town(lambda joint, policies: -10.0 * joint)
    found = robustness(town)
    assert set(found.without_effect) == {number.path for number in found.numbers} and len(found.numbers) == 5
    assert town.runs == 2 * 8 + 2 * 2 * 2  # two arms × eight seeds; the group at both ends, two arms, two seeds
    assert found.swings == () and found.first_look == ()


def test_only_numbers_that_could_turn_a_conclusion_are_moved_under_all_seeds() -> None:
    """Sight moves the difference by 2.5 s of 100 at most, search speed by 60: only that takes half of it or more."""

    def law(joint: bool, policies: Policies) -> float:
        road = work().road
        return (-100 + road.sight_m.value / 80 + 20 * (road.search_speed_ms.value - 5)) * joint

    town = Town(law)
    found = robustness(town)
    assert {swing.number.path for swing in found.first_look} == {"work.road.sight_m", "work.road.search_speed_ms"}
    assert {swing.number.path for swing in found.swings} == {"work.road.search_speed_ms"}
    base, group, single, again = 2 * 8, 8, (5 * 2) * 2 * 2, 2 * 2 * (8 - 2)
    assert town.runs == base + group + single + again
    assert found.runs == town.runs


def test_the_number_of_runs_and_a_forecast_come_first() -> None:
    told: list[str] = []
    robustness(lambda joint, policies: -10.0 * joint, tell=told.append)
    looks = 8 + 5 * 2 * 2 * 2  # the group, and each number, at two ends, for two arms, under two seeds
    assert told[0] == (
        f"2 arms × 8 seeds: 16 runs, and at most {looks} more to look at 5 assumed numbers, "
        f"at most {5 * 2 * 2 * 6} more to look at those again that could turn a conclusion."
    )
    assert told[1].startswith("A run takes 0.1 s; forecast: at most ")


def test_an_end_that_the_tables_contradict_is_named_and_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.core import tables

    def grumble() -> None:
        if work().road.sight_m.value > 200:
            raise ValueError("nobody sees so far")

    monkeypatch.setattr(tables, "_readers", [*tables._readers, grumble])
    found = robustness(lambda joint, policies: -work().road.sight_m.value * joint)
    assert found.impossible == {"work.road.sight_m": "nobody sees so far"}
    assert [swing.value for swing in found.first_look] == [50.0]


# --- cut off, and gone on with


def strong(joint: bool, policies: Policies) -> float:
    return -3 * (work().road.sight_m.value - 90) * joint


def test_an_interruption_keeps_what_is_complete_and_says_so() -> None:
    found = looked_at(Town(strong, cut_after=16 + 8 + 7))
    assert found.is_partial and len(found.seeds) == 8 and found.robustness is not None
    assert "interrupted" in robust_words.sentences(found.robustness)[0]
    assert json.loads(json.dumps(found.to_json(), allow_nan=False))["robust"]["partial"] is True


def test_a_study_goes_on_from_its_journal_and_ends_as_if_it_had_not_been_cut_off(tmp_path: Path) -> None:
    whole = looked_at(strong)
    cut = Town(strong, cut_after=20)
    assert looked_at(cut, journal=Journal.at(tmp_path / "runs.jsonl")).is_partial
    with (tmp_path / "runs.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"key": "half a li')  # a killed program leaves half a line
    rest = Town(strong)
    resumed = looked_at(rest, journal=Journal.at(tmp_path / "runs.jsonl"))
    assert resumed.to_json() == whole.to_json()
    assert whole.robustness is not None and cut.runs + rest.runs == whole.robustness.runs
    lines = [json.loads(line) for line in (tmp_path / "runs.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {"work.road.sight_m": 50.0} in [line.get("varied") for line in lines]


def test_a_journal_of_another_program_is_refused(tmp_path: Path) -> None:
    (tmp_path / "runs.jsonl").write_text('{"program": {"liandong": "0.0.0"}}\n', encoding="utf-8")
    with pytest.raises(InputError, match="another version of the program; begin anew, with --force"):
        Journal.at(tmp_path / "runs.jsonl")


# --- what it leaves behind


def test_the_folder_of_a_comparison_has_a_report_with_the_conclusions_that_hinge(tmp_path: Path) -> None:
    found = looked_at(lambda joint, policies: (-45 + 0.4 * work().road.sight_m.value) * joint)
    write_comparison(Folder(tmp_path / "out", {}), found)
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Which conclusions hinge on assumed numbers" in page and "work.road.sight_m" in page
    assert "how far a crew sees an incident" in page  # the source of the number
    rows = (tmp_path / "out" / "robust.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0].startswith("number,unit,value,at,low,high,source,runs,contrast,kpi,mean")
    assert any("work.road.sight_m,m,100.0,300.0," in row and row.endswith("more,less,True") for row in rows)
    made = json.loads((tmp_path / "out" / "comparison.json").read_text(encoding="utf-8"))["robust"]
    assert made["conclusions"][0]["hinges_on"][0]["number"] == "work.road.sight_m"
    plain = looked_at(lambda joint, policies: 0.0, among=("work.scene.count_sigma",))
    assert "There is no conclusion to turn" in robust_words.sentences(plain.robustness)[1]  # type: ignore[arg-type]


def test_a_ladder_tells_which_effects_hinge(tmp_path: Path) -> None:
    def law(joint: bool, policies: Policies) -> float:
        quick = policies.queue.kind == "most_urgent"
        return (-45 + 0.4 * work().road.sight_m.value) * joint - 20.0 * quick

    ends = parse_arm(BEFORE), parse_arm(AFTER + "+queue=most_urgent")
    found = ladder(STORY, *ends, Steps(look=Look(among=ROAD)), runs=8, engine=Town(law).engine)
    assert found.robustness is not None
    turned = {
        claim.contrast: [swing.value for swing in found.robustness.hinges(claim)]
        for claim in found.robustness.claims.values()
        if claim.kpi == "total_response_s"
    }
    assert turned == {"intake alone": [300.0], "queue alone": [], "all together": [300.0]}
    assert to_json(found)["robust"]["conclusions"][0]["contrast"] == "intake alone"
    write_ladder(Folder(tmp_path / "out", {}), found)
    assert "intake alone" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


# --- the command, on the real model


def output(*words: str) -> Any:
    return CliRunner().invoke(app, list(words), catch_exceptions=False)


@pytest.mark.slow
def test_the_command_gives_the_same_on_two_processes_and_goes_on_in_its_folder(tmp_path: Path) -> None:
    asked = ("compare", "toy-fire", "--policies", "fragmented,linked", "--robust", "--among", "work.road", "--json")
    alone = output(*asked, "--runs", "2", "--jobs", "1", "-o", str(tmp_path / "out"))
    together = output(*asked, "--runs", "2", "--jobs", "2")
    assert alone.exit_code == together.exit_code == 0
    assert json.loads(alone.stdout) == json.loads(together.stdout)
    again = output(*asked, "--runs", "2", "--jobs", "1", "-o", str(tmp_path / "out"), "--resume")
    assert json.loads(again.stdout) == json.loads(alone.stdout)
    assert "A run takes" not in again.stderr  # nothing was run


def test_mistakes_are_one_clear_line(tmp_path: Path) -> None:
    for words, said in (
        (("--among", "work"), "give both"),
        (("--robust", "--among", "work.rode"), "Did you mean 'work.road'"),
        (("--resume",), "name it with -o"),
        (("--resume", "-o", str(tmp_path)), "has no runs.jsonl to go on from"),
    ):
        with pytest.raises(InputError, match=said):
            output("compare", "toy-fire", "--policies", "fragmented,linked", *words)


def test_nobody_reads_a_table_behind_the_back_of_those_who_vary_it() -> None:
    """Only the module of tables, and bundles, which hold no numbers, may open files of `sim/tables`."""
    sources = Path(__file__).parents[1] / "sim"
    files = {path.relative_to(sources): path for path in sources.rglob("*.py")}
    readers = {name.as_posix() for name, path in files.items() if "tomllib" in path.read_text(encoding="utf-8")}
    below = {name for name in readers if name.split("/")[0] not in ABOVE}
    assert below <= {"core/tables.py", "scenario.py", "city/tables_map.py", "policies/bundles.py", "hazards/tables.py"}
