"""The page of planners: drafts that may be wrong, forms of the schema, a study in its own process, what it found."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from browsing import HAS_BROWSER, PAGES, absent, browsing, serving, shoot

from sim.actors.threats import KINDS, PLACELESS
from sim.city.store import find_map
from sim.core.errors import InputError
from sim.hazards.tables import incident_kinds
from sim.policies.bundles import Policies, bundles, families, parse_arm
from sim.results.definitions import WHERE_IT_HAPPENED
from sim.scenario import Scenario, scenario_names
from sim.study.measures import is_where_it_happened
from sim.viewer import roots
from sim.viewer.csv_tables import to_csv
from sim.viewer.planning import arms, figures, outcome
from sim.viewer.planning.draft import Draft, mistakes_at
from sim.viewer.planning.figures import Look
from sim.viewer.planning.forms import (
    BEGUN,
    Field,
    attack_fields,
    detail_fields,
    parsed,
    policy_fields,
    shares_text,
    shares_typed,
)
from sim.viewer.planning.job import Job, Work
from sim.viewer.planning.report import report
from sim.viewer.planning.responses import Response, gains, log_name, read, waits, write
from sim.viewer.planning.telling import rows, sentences
from sim.viewer.words import LANGUAGES, Language, Words
from sim.viewer.words_errors import error_text
from sim.viewer.words_model import measure

HAS_PAGES = not absent(*PAGES)
SCRIPT = "<script>window.taken=1</script>"
IMAGE = "<img src=x onerror=window.taken=1>"


@pytest.fixture
def draft() -> Draft:
    begun = {"name": "liars", "kind": "forged_calls", "at": "08:10", "place": "B2", "details": BEGUN["forged_calls"]}
    expected = {"name": "gale", "kind": "flash_flood", "at": "08:10", "place": "B2"}
    return Draft.of(Scenario.load("toy-fire")).add("attacks", begun).add("forecasts", expected)


# --- a draft


@pytest.mark.parametrize("name", scenario_names())
def test_every_scenario_of_ours_is_a_draft_and_comes_back_from_its_text(name: str) -> None:
    ours = Scenario.load(name)
    again, mistakes = Draft.read(Draft.of(ours).toml()).check()
    assert mistakes == [] and again is not None and again.digest == ours.digest


WRONG: tuple[tuple[tuple[str | int, ...], Any, str, str], ...] = (
    (("incidents", 0, "at"), "9 o", "write it like", "请写成"),
    (("incidents", 0, "floor"), 500, "must be 120 at most", "不得大于 120"),
    (("incidents", 0, "kind"), "dwelling", "Did you mean 'dwelling_fire'?", "是否想写“dwelling_fire”"),
    (("incidents", 0, "place"), "Nowhere", "Known: A1", "已知的有：A1"),
    (("incidents", 0, "details", "rooms"), 0, "greater than or equal to 1", "不得小于 1"),
    (("map",), 3, "must be a text", "必须是文字"),
    (("duration",), "x", "write it like", "请写成"),
    (("primary",), "speed", "Known:", "已知的有"),
    (("background", "load"), -1, "must be 0.0 or more", "不得小于 0.0"),
    (("closures",), [{"at": "08:10", "until": "08:00", "place": "D4"}], "before '08:10'", "早于"),
    (("attacks", 0, "details", "claims"), {"fire": 1}, "Did you mean", "是否想写"),
    (("attacks", 0, "details", "calls"), "many", "valid integer", "整数"),
    (("forecasts", 0, "confidence"), 2, "less than 1", "小于 1"),
)


@pytest.mark.parametrize(("path", "value", "english", "chinese"), WRONG)
def test_what_is_wrong_is_told_at_its_field_in_both_languages(
    draft: Draft, path: tuple[str | int, ...], value: Any, english: str, chinese: str
) -> None:
    scenario, mistakes = draft.put(path, value).check(find_map("toy"))
    assert scenario is None
    (mistake,) = mistakes_at(mistakes, path)
    assert english in mistake.text("en") and chinese in mistake.text("zh")


def test_what_is_wrong_with_an_entry_as_a_whole_is_told_at_the_entry(draft: Draft) -> None:
    for path, value, said in (
        (("details", "bogus"), 1, "Known: brazen"), (("district",), "Nowhere", "a place and a district"),
    ):  # fmt: skip
        (mistake,) = draft.put(("attacks", 0, *path), value).check(find_map("toy"))[1]
        assert mistake.path == ("attacks", 0) and said in mistake.text("en")
        assert mistake.text("zh") != mistake.text("en")


def test_several_mistakes_are_told_at_once(draft: Draft) -> None:
    second = {"name": "b", "kind": "road_crash", "at": "08:10", "place": "Atlantis"}
    third = {"name": "c", "kind": "slide", "at": "08:10", "place": {"lon": 0, "lat": 0}}
    wrong = draft.add("incidents", second).add("incidents", third).put(("bogus",), 1)
    for path, value in (
        (("name",), "a/b"), (("start",), "25:99"), (("warmup",), "abc"), (("duration",), "-5h"),
        (("drain",), "9999999h"),
        (("incidents", 0, "floor"), 500), (("attacks", 0, "details", "calls"), "lots"), (("primary",), "speed"),
    ):  # fmt: skip
        wrong = wrong.put(path, value)
    scenario, mistakes = wrong.check(find_map("toy"))
    assert scenario is None
    assert {one.path for one in mistakes} == {
        ("name",), ("start",), ("warmup",), ("duration",), ("drain",), ("bogus",), ("primary",),
        ("incidents", 0, "floor"), ("incidents", 1, "place"), ("incidents", 2, "place"),
        ("attacks", 0, "details", "calls"),
    }  # fmt: skip


def test_what_is_wrong_behind_an_entry_that_is_wrong_is_told_at_its_own_number(draft: Draft) -> None:
    """Entries that are wrong are left out while the rest is checked."""
    for number in range(5):
        one = {"name": f"n{number}", "kind": "road_crash", "at": "08:10", "place": "B2" if number % 2 else "Nowhere"}
        draft = draft.add("incidents", {**one, "kind": "no such kind"} if number == 3 else one)
    paths = sorted(one.path for one in draft.check(find_map("toy"))[1])
    places = [("incidents", number, "place") for number in (1, 3, 5)]
    assert paths == sorted([*places, ("incidents", 4, "kind")])


def test_changing_a_draft_leaves_the_old_one_as_it_was(draft: Draft) -> None:
    changed = draft.add("incidents", {"name": "x", "kind": "crime", "at": "08:10", "place": "B2"})
    assert len(draft.entries("incidents")) == 1 and len(changed.entries("incidents")) == 2
    assert changed.drop("incidents", 1).plain == {**draft.plain, "incidents": [draft.entries("incidents")[0]]}
    assert changed.free_name("incidents", "x") == "x-2"
    assert draft.put(("background", "load"), 1.5).put(("background", "load"), None).get(("background",)) == {
        "on": True, "loads": {}
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["", "a = ", "title = 1\ntitle = 2", 'extends = "../secret"', 'extends = "/etc/passwd"', "a" * 6_000_000,
     "x = " + "[" * 4000 + "]" * 4000, "x = " + "{a=" * 14 + "1" + "}" * 14],
)  # fmt: skip
def test_a_text_that_is_no_scenario_is_refused_and_reads_no_file(text: str) -> None:
    with pytest.raises(InputError):
        Draft.read(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [("secondary = 5", "secondary must be a list; found 5"), ("name = 5", "name must be a text; found 5"),
     ("incidents = [1]", "incidents.0 must be a table; found 1"), ("map = ['x']", "map must be a text"),
     ("background = 3", "background must be a table"), ("[[incidents]]\nname = [1]", "incidents.0.name must be a text"),
     ("[[incidents]]\ndetails = 5", "incidents.0.details must be a table"),
     ("extends = 'toy-fire'\nincidents = [{name = [3]}]", "incidents.0.name must be a text")],
)  # fmt: skip
def test_what_no_form_could_show_is_refused_when_it_is_read(text: str, said: str) -> None:
    """A number that is out of range is told at its field; a number in place of a table has none."""
    with pytest.raises(InputError) as caught:
        Draft.read(text)
    assert said in str(caught.value) and error_text(str(caught.value), "zh") != str(caught.value)


@pytest.mark.skipif(not HAS_PAGES, reason="no pages")
def test_a_scenario_is_kept_over_itself_and_not_unasked_over_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, draft: Draft
) -> None:
    from sim.viewer.pages import plan_state

    monkeypatch.setattr(roots, "root", lambda: tmp_path)
    plan_state.take(draft.put(("name",), "mine"))
    assert not plan_state.is_anothers("mine")
    plan_state.keep_scenario()
    assert not plan_state.is_anothers("mine")
    plan_state.take(draft.put(("name",), "mine").put(("title",), "Other"))
    assert plan_state.is_anothers("mine")
    plan_state.open_scenario("own:mine")
    assert not plan_state.is_anothers("mine")
    assert [path.name for path in (tmp_path / "scenarios").iterdir()] == ["mine.toml"]


def test_a_table_holds_no_formula_and_leaves_numbers_alone() -> None:
    rows = [("=1+1", -1.5, None), ("@x", "plain", True)]
    assert to_csv(("a", "b", "c"), rows) == "a,b,c\n'=1+1,-1.5,\n'@x,plain,True\n"


def test_a_text_that_extends_one_of_ours_has_its_incidents_too() -> None:
    own = '[[incidents]]\nname = "b"\nkind = "crime"\nat = "08:10"\nplace = "B2"'
    found = Draft.read('extends = "toy-fire"\ntitle = "Two"\n' + own)
    assert [one["name"] for one in found.entries("incidents")] == ["kitchen-fire", "b"]
    assert found.check(find_map("toy"))[1] == []


# --- forms


def test_every_number_of_every_policy_is_asked_for_with_its_range_grade_and_source() -> None:
    for family in families():
        for option in family.options:
            fields = policy_fields(family.family, option.name)
            assert [one.name for one in fields] == list(option.parameters)
            for one in fields:
                assert one.grade and one.source and one.unit
                assert one.ask in ("switch", "choice") or (one.low is not None and one.high is not None)


def test_details_of_every_kind_can_be_asked_for() -> None:
    for kind in incident_kinds():
        assert all(field.is_optional for field in detail_fields(kind)), kind
    assert {one.name: one.ask for one in detail_fields("dwelling_fire")}["growth"] == "choice"
    assert {one.name: one.ask for one in detail_fields("slide")}["fails_after"] == "text"


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_attack_of_every_kind_is_one_and_all_of_its_terms_can_be_asked_for(kind: str) -> None:
    new = {"name": "x", "kind": kind, "at": "08:10", "details": BEGUN[kind]}
    if kind not in PLACELESS:
        new["place"] = "B2"
    assert Draft.of(Scenario.load("toy-fire")).add("attacks", new).check(find_map("toy"))[1] == []
    assert {one.name for one in attack_fields(kind)} == KINDS[kind].model_fields.keys() - {"claims"}
    for field in attack_fields(kind):
        for language in LANGUAGES:
            assert Words(language)(f"detail.{field.name}")


def test_shares_of_kinds_are_typed_as_they_are_shown() -> None:
    shares = {"flash_flood": 0.8, "gas_leak": 0.2}
    assert shares_text(shares) == "flash_flood 0.8, gas_leak 0.2" and shares_typed(shares_text(shares)) == shares
    assert shares_typed("flash_flood，gas leak 2") == {"flash_flood": 1.0, "gas leak": 2.0}
    assert shares_typed(" ") is None and shares_typed("flash_flood lots") == {"flash_flood lots": 1.0}


def test_what_is_typed_becomes_a_number_where_one_is_asked_for() -> None:
    whole, number, text = (Field("x", ask, 0) for ask in ("whole", "number", "text"))  # type: ignore[arg-type]
    assert parsed(whole, " 1,200 ") == 1200 and isinstance(parsed(whole, "3"), int)
    assert parsed(number, "0.5") == 0.5 and parsed(number, "") is None
    assert parsed(number, "lots") == "lots" and parsed(text, "25min") == "25min"


# --- arms


def test_cities_that_differ_are_called_differently_in_results() -> None:
    """By numbers too; what is called the same nevertheless is numbered, for results go by name."""
    joint = arms.choose(arms.begin("fragmented"), "intake", "joint")
    slower = arms.change(joint, "intake", "classify_s", 10.0)[0]
    assert joint.label == "fragmented+intake=joint" and slower.label == "fragmented+intake=joint.classify_s=10.0"
    many = arms.choose(arms.choose(slower, "sharing", "platform"), "queue", "most_urgent")
    names = [slower, joint, many, many, arms.named(joint, "fragmented*"), arms.named(joint, "fragmented*#2")]
    made = arms.arms_of(names)
    assert [one.label for one in made[:4]] == [slower.label, joint.label, "fragmented*", "fragmented*#2"]
    assert len({one.label for one in made}) == len(made)
    assert [one.policies for one in made] == [one.policies for one in names]


def test_an_option_has_the_numbers_of_its_bundle_or_its_own_defaults() -> None:
    arm = arms.begin("present")
    assert arm.label == "present" and arm.changed == ()
    other = arms.choose(arm, "sensing", "calls_only")
    assert other.changed == ("sensing",) and other.label == "present+sensing=calls_only"
    back = arms.choose(other, "sensing", "iot")
    assert back.policies == bundles()["present"].policies, "the bundle's own shares of sites, not the defaults"


def test_a_number_out_of_its_range_stays_what_it_was() -> None:
    arm = arms.choose(arms.begin("linked"), "dispatch", "keep_reserve")
    kept, mistake = arms.change(arm, "dispatch", "reserve", 50)
    assert kept == arm and mistake is not None and "10 at most" in mistake.text("en")
    changed, mistake = arms.change(arm, "dispatch", "reserve", 2)
    assert mistake is None and isinstance(changed.policies, Policies) and changed.policies.dispatch.reserve == 2  # type: ignore[union-attr]


# --- what is kept of every incident


def _row(arm: str, seed: int, incident: str, seconds: float | None, x: float = 0.0) -> Response:
    return Response(arm, seed, incident, "crime", False, "West", x, 0.0, "police", "total_response_s", seconds)


def test_minutes_are_won_by_the_same_incident_under_the_same_seed(tmp_path: Path) -> None:
    """100 s and 300 s less in one cell; who was not served counts with the horizon; what one arm lacks is no gain."""
    found = [
        _row("a", 1, "i", 400.0), _row("b", 1, "i", 300.0), _row("a", 2, "i", 600.0), _row("b", 2, "i", 300.0),
        _row("a", 1, "far", None, 5000.0), _row("b", 1, "far", 600.0, 5000.0), _row("a", 1, "only", 1.0),
    ]  # fmt: skip
    write(tmp_path / "r.parquet", found)
    again = read(tmp_path / "r.parquet")
    assert again == found
    near, far = sorted(gains(again, "a", "b", 1000.0, 3600.0))
    assert (near.seconds, near.waits) == (200.0, 2)
    assert (far.seconds, far.waits) == (3000.0, 1)
    assert waits(again, "total_response_s", "police")["a"] == [400.0, 600.0, None, 1.0]
    write(tmp_path / "none.parquet", [])
    assert read(tmp_path / "none.parquet") == []


def test_logs_of_arms_with_odd_names_have_names_of_files() -> None:
    names = {log_name(label, 1) for label in ("a/../b", "a-..-b", "=cmd", "../" * 80)}
    assert len(names) == 4
    assert all("/" not in name and len(name) < 80 for name in names)


# --- a study in its own process


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two arms of the toy fire, three runs each, one of them with a name that would do harm."""
    folder = tmp_path_factory.mktemp("results") / "toy"
    scenario = Scenario.load("toy-fire").model_copy(update={"title": SCRIPT})
    linked = parse_arm("linked")._replace(label=f"=linked {IMAGE}")
    job = Job("comparison", scenario, (parse_arm("fragmented"), linked), folder, runs=3, whole=(1,))
    work = Work(job).start()
    shares = []
    while not work.is_over:
        shares.append(work.share)
        time.sleep(0.05)
    assert work.state == "done", work.error
    assert shares == sorted(shares)
    return folder


@pytest.mark.slow
def test_a_study_in_its_own_process_finds_what_one_here_finds(study: Path) -> None:
    from sim.study.comparing import compare

    found = outcome.load(study)
    here = compare(Scenario.load("toy-fire"), ["fragmented", "linked"], runs=3)
    kpi = "fire_total_response_s"
    assert found.comparison.values("fragmented", kpi) == here.values("fragmented", kpi)
    own = found.difference(*found.labels, kpi)
    other = next(one for one in here.differences if one.kpi == kpi)
    assert own is not None and own.estimate == other.estimate and own.p_holm == other.p_holm
    assert not found.is_partial and len(found.logs()) == 2
    served = waits(found.responses, "total_response_s", "fire")["fragmented"]
    assert [value for value in served if value is not None][:1], "the fire was reached"


def test_an_outcome_is_told_in_both_languages_and_nothing_in_a_name_runs(study: Path) -> None:
    found = outcome.load(study)
    a, b = found.labels
    for language in LANGUAGES:
        t = Words(language)
        assert len(sentences(found, a, b, t)) == 1
        assert rows(found, a, b, ["fire_total_response_s"], t)[0].before.endswith("s" if language == "en" else "秒")
        page = report(found, a, b, t)
        assert SCRIPT not in page and IMAGE not in page and "&lt;script&gt;" in page
    assert "\"'=linked" in found.csv() or "'=linked" in found.csv(), "no formula for a spreadsheet"
    assert ",=linked" not in found.csv()


@pytest.mark.skipif(not HAS_PAGES, reason="the pages are not installed")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mean_over_what_it_happened_to_only_is_marked_and_explained(study: Path, language: Language) -> None:
    """As the report of a run and the command line mark it; where nothing is marked nothing is explained."""
    from sim.viewer.pages.plan_results import named_table

    found, t = outcome.load(study), Words(language)
    a, b = found.labels
    flagged, plain = "joint_command_s", "total_response_s"
    assert is_where_it_happened(flagged) and flagged in found.comparison.kpis
    marked = str(named_table(found, a, b, [plain, flagged], t))
    assert f"{measure(flagged, language).name} {WHERE_IT_HAPPENED}</span>" in marked
    assert f"{measure(plain, language).name}</span>" in marked
    assert t("found.where_it_happened") in marked and t("found.where_it_happened").startswith(WHERE_IT_HAPPENED)
    assert WHERE_IT_HAPPENED not in str(named_table(found, a, b, [plain], t))
    assert t("found.where_it_happened") in report(found, a, b, t)


def test_pictures_are_drawn_in_both_languages(study: Path) -> None:
    found = outcome.load(study)
    a, b = found.labels
    for language in LANGUAGES:
        look = Look(Words(language), is_dark=language == "zh")
        drawn = figures.paired(found, a, b, look), figures.distribution(found, "total_response_s", "", look)
        assert all(one.startswith(b"<?xml") and b"<script" not in one for one in drawn)
    won = figures.won_map(find_map("toy"), gains(found.responses, a, b, 1000.0, found.horizon_s), look)
    assert won.startswith(b"\x89PNG")


def test_a_cancelled_study_keeps_what_was_finished(tmp_path: Path) -> None:
    arms = parse_arm("fragmented"), parse_arm("linked")
    job = Job("comparison", Scenario.load("toy-fire"), arms, tmp_path / "x", runs=400)
    work = Work(job).start()
    deadline = time.monotonic() + 60
    while work.share < 4 / 800 and time.monotonic() < deadline:
        time.sleep(0.05)
    work.cancel()
    while not work.is_over and time.monotonic() < deadline:
        time.sleep(0.05)
    assert work.state == "cancelled"
    found = outcome.load(tmp_path / "x")
    assert found.is_partial and 0 < len(found.comparison.seeds) < 400


@pytest.mark.slow
def test_a_study_ends_with_the_program_that_started_it(tmp_path: Path) -> None:
    """Its own process, and those that it has started."""
    code = f"""
import time
from pathlib import Path
from sim.policies.bundles import parse_arm
from sim.scenario import Scenario
from sim.viewer.planning.job import Job, Work
if __name__ == "__main__":
    two = parse_arm("fragmented"), parse_arm("linked")
    folder = Path({str(tmp_path / "x")!r})
    work = Work(Job("comparison", Scenario.load("toy-fire"), two, folder, runs=500, jobs=2)).start()
    while work.share == 0:
        time.sleep(0.05)
    import psutil
    print(*[one.pid for one in psutil.Process().children(recursive=True)])
"""
    script = tmp_path / "script.py"
    script.write_text(code)
    made = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=100, check=True,
                          env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])})  # fmt: skip
    started = [int(one) for one in made.stdout.split()]
    assert len(started) >= 3
    deadline = time.monotonic() + 15
    while any(psutil.pid_exists(one) for one in started) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(psutil.pid_exists(one) for one in started)


def test_a_study_that_cannot_be_run_says_why(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "something").write_text("")
    two = (parse_arm("fragmented"), parse_arm("linked"))
    work = Work(Job("comparison", Scenario.load("toy-fire"), two, tmp_path / "full", runs=1)).start()
    while not work.is_over:
        time.sleep(0.05)
    assert work.state == "failed" and "not empty" in work.error


@pytest.mark.parametrize("wrong", [{"runs": 0}, {"runs": 501}, {"jobs": 65}, {"scale": 0.5}, {"arms": 1}])
def test_a_page_cannot_ask_for_more_than_there_is(tmp_path: Path, wrong: dict[str, Any]) -> None:
    arms_given = tuple(parse_arm("linked") for _ in range(int(wrong.pop("arms", 2))))
    with pytest.raises(InputError):
        Job("comparison", Scenario.load("toy-fire"), arms_given, tmp_path, **wrong)


def test_results_that_somebody_spoiled_are_refused_in_a_sentence(tmp_path: Path) -> None:
    for name, text in (("manifest.json", "{"), ("manifest.json", "[1]"), ("runs.json", "{}")):
        folder = tmp_path / f"{name}-{len(text)}"
        folder.mkdir()
        (folder / "manifest.json").write_text("{}")
        (folder / name).write_text(text)
        with pytest.raises(InputError):
            outcome.load(folder)


# --- the page


@pytest.mark.skipif(not HAS_PAGES, reason="the pages are not installed")
def test_every_step_of_the_page_is_drawn(monkeypatch: pytest.MonkeyPatch, study: Path) -> None:
    import solara

    from sim.viewer.pages import plan_state
    from sim.viewer.pages.plan import Plan

    monkeypatch.setenv(roots.ROOT_VARIABLE, str(study.parent))
    monkeypatch.setenv("LIANDONG_SCENARIO", "toy-fire")
    for tab in plan_state.TABS:
        plan_state.tab.value = tab
        box, context = solara.render(Plan(), handle_error=False)
        assert box is not None
        context.close()


@pytest.mark.skipif(not HAS_PAGES, reason="the pages are not installed")
def test_a_click_on_the_map_places_an_incident_and_an_upload_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.viewer.pages import plan_state
    from sim.viewer.pages.parts_upload import Uploaded
    from sim.viewer.pages.plan_map import frame_of
    from sim.viewer.pages.plan_scenario import take_file

    plan_state.take(Draft.of(Scenario.load("toy-fire")))
    town = find_map("toy")
    plan_state.placing.value = plan_state.Placing("incidents", None, "road_crash")
    lon, lat = town.roads.projection.to_degrees(2000.0, 2000.0)
    plan_state.place_at(float(lon), float(lat))
    scenario, mistakes = plan_state.current().check(town)
    assert mistakes == [] and scenario is not None and scenario.incidents[1].kind == "road_crash"
    assert plan_state.entry.value == ("incidents", 1)
    frame = frame_of(plan_state.current(), town)
    assert [one.kind for one in frame.incidents] == ["dwelling_fire", "road_crash"]
    assert (round(frame.incidents[1].x, -1), round(frame.incidents[1].y, -1)) == (2000, 2000)

    def dropped(content: bytes, size: int | None = None) -> tuple[str, str]:
        return take_file(Uploaded(IMAGE + ".toml", len(content) if size is None else size, content), "en")

    assert dropped(b"", size=6_000_000)[0] == "bad", "the browser says so, and sends nothing"
    assert dropped(b"x = 1\n" * 1_000_000, size=10)[0] == "bad", "it says less than it sends"
    assert dropped(b"\xff\xfe\x00")[0] == "bad"
    good, told = dropped(plan_state.current().toml().encode())
    assert good == "good" and IMAGE in told
    plan_state.draft.value = None


@pytest.mark.skipif(not HAS_PAGES, reason="the pages are not installed")
def test_what_a_page_sends_as_a_file_is_one_or_is_dropped() -> None:
    from sim.viewer.pages.parts_upload import read_message

    assert read_message({"type": "file", "name": "a.toml", "size": 1}, [memoryview(b"x")]) == ("a.toml", 1, b"x")
    nameless, strange = {"type": "file", "name": 1, "size": 1}, {"type": "x", "name": "a", "size": 1}
    for wrong in (None, {}, {"type": "file"}, nameless, strange):
        assert read_message(wrong, [b"x"]) is None
    assert read_message({"type": "file", "name": "a", "size": 1}, []) is None


@pytest.mark.slow
@pytest.mark.skipif(not (HAS_PAGES and HAS_BROWSER), reason="no pages, or no browser")
def test_a_planner_places_keeps_loads_runs_and_reads_results(tmp_path: Path) -> None:
    """From a click on the map to sentences and a report; names that would do harm are shown as text."""
    with serving(tmp_path, "toy-fire") as address, browsing(address) as (page, looked):
        page.goto(f"{address}/plan")
        page.wait_for_function("() => document.querySelector('.cm-root canvas')")
        page.fill("label:text-is('Title') + input", SCRIPT)
        page.fill("label:text-is('Name') + input", "a fire of mine")
        page.press("label:text-is('Name') + input", "Enter")
        page.evaluate("() => { document.querySelector('.cm-root').dataset.mine = 'yes'; }")
        page.click("button:has-text('Place on the map')")
        page.wait_for_selector(".ld-map-note")
        assert page.locator(".cm-root[data-mine]").count() == 1, "the map is not made anew when a note comes up"
        box = page.locator(".cm-root").bounding_box()
        page.mouse.click(box["x"] + box["width"] / 2 - 60, box["y"] + box["height"] / 2 - 40)
        page.wait_for_selector(".ld-entry.is-open")
        assert page.locator(".ld-entry").count() == 2
        page.fill(".ld-editing label:text-is('At') + input", "later")
        page.press(".ld-editing label:text-is('At') + input", "Enter")
        page.wait_for_selector(".ld-editing >> text=write it like")
        page.fill(".ld-editing label:text-is('At') + input", "08:20")
        page.press(".ld-editing label:text-is('At') + input", "Enter")
        page.wait_for_selector(".ld-entry.is-wrong", state="detached")
        page.click(".do-new-attacks")
        page.wait_for_selector(".ld-map-note")
        page.mouse.click(box["x"] + box["width"] / 2 + 80, box["y"] + box["height"] / 2 - 40)
        page.fill(".ld-editing label:text-is('What is claimed') + input", "fire 1")
        page.press(".ld-editing label:text-is('What is claimed') + input", "Enter")
        page.wait_for_selector(".ld-editing >> text=Did you mean")
        page.fill(".ld-editing label:text-is('What is claimed') + input", "gas_leak 1")
        page.press(".ld-editing label:text-is('What is claimed') + input", "Enter")
        page.wait_for_selector(".ld-entry.is-wrong", state="detached")
        page.click("button:has-text('Keep here')")
        page.wait_for_selector("text=is kept in the folder of results")
        assert (tmp_path / "scenarios" / "a fire of mine.toml").is_file()
        kept = (tmp_path / "scenarios" / "a fire of mine.toml").read_text().replace("a fire of mine", "another")
        (tmp_path / "up.toml").write_text(kept)
        page.set_input_files("input[type=file]", str(tmp_path / "up.toml"))
        page.wait_for_selector("text=up.toml is loaded")
        assert page.input_value("label:text-is('Name') + input") == "another"
        shoot(page, "plan-scenario")

        page.click("button:has-text('2  Policies')")
        page.click("button.ld-cell:has-text('Dispatch')")
        page.wait_for_selector("text=It costs: hills, one-way streets")
        shoot(page, "plan-policies")

        page.click("button:has-text('3  Run')")
        page.fill("label:text-is('Runs of each city') + input", "3")
        page.press("label:text-is('Runs of each city') + input", "Enter")
        page.wait_for_selector("text=6 runs")
        page.click("button.ld-run")
        page.click("text=See the results", timeout=60_000)
        page.wait_for_selector("text=Differences, run by run")
        page.wait_for_selector(f"text={SCRIPT}")
        page.wait_for_timeout(1500)
        shoot(page, "plan-results")
        with page.expect_download() as saved:
            page.click("button:has-text('Report (HTML)')")
        assert "&lt;script&gt;" in Path(saved.value.path()).read_text()
        assert page.evaluate("window.taken") is None
        assert looked.errors == [] and looked.outside == []
