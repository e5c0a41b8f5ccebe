"""Choosing, writing, loading and keeping a scenario."""

from __future__ import annotations

import solara

from sim.city.store import map_names
from sim.core.errors import InputError
from sim.results.definitions import COHORT_KPIS, SUFFIXES
from sim.scenario import LARGEST_FILE, Scenario, scenario_names
from sim.viewer.pages import plan_state as state
from sim.viewer.pages.parts import safely
from sim.viewer.pages.parts_fields import ChoiceField, SchemaField, TextField, error_of
from sim.viewer.pages.parts_html import heading, paragraph
from sim.viewer.pages.parts_preferences import words
from sim.viewer.pages.parts_upload import Uploaded, UploadField
from sim.viewer.pages.plan_entries import Entries
from sim.viewer.pages.plan_map import PlanMap
from sim.viewer.planning.draft import Draft, Mistake, mistakes_at
from sim.viewer.planning.forms import Field
from sim.viewer.words import Language, say
from sim.viewer.words_errors import error_text
from sim.viewer.words_model import measure, scenario
from sim.viewer.words_model import town as town_title

TIMES = ("start", "warmup", "duration", "drain")


@solara.component
def ScenarioTab(mistakes: list[Mistake]) -> None:
    """Words on the left, places on the right."""
    with solara.Div(classes=["ld-split"]):
        with solara.Div(classes=["ld-side"]):
            Choose()
            Basics(mistakes)
            Entries(mistakes)
            Files()
        with solara.Div(classes=["ld-main"]):
            PlanMap()


@solara.component
def Choose() -> None:
    """Which scenario to begin with."""
    t = words()
    found = state.current()
    ours = {name: scenario(Scenario.load(name), t.language)[0] for name in scenario_names()}
    own = {f"own:{name}": t("plan.own", name=name) for name in state.own_names()}
    name = str(found.get(("name",), ""))
    with solara.Div(classes=["ld-group"]):
        ChoiceField(t("plan.scenario"), name, {**ours, **own}, state.open_scenario)
        checked, _ = found.check()
        if checked is not None:
            paragraph(scenario(checked, t.language)[1], ["ld-muted"])


@solara.component
def Basics(mistakes: list[Mistake]) -> None:
    """Map, times, load, measures."""
    t = words()
    found = state.current()

    def text(key: str) -> None:
        TextField(
            t(f"plan.{key}"), str(found.get((key,), "")), lambda value: state.put((key,), value or None),
            error_of(mistakes_at(mistakes, (key,)), t),
        )  # fmt: skip

    with solara.Div(classes=["ld-group"]):
        text("name")
        text("title")
        towns = {name: town_title(name, t.language) for name in map_names()}
        town = str(found.get(("map",), "shenzhen"))
        ChoiceField(
            t("plan.map"),
            town,
            towns,
            lambda name: state.put(("map",), name),
            error_of(mistakes_at(mistakes, ("map",)), t),
        )
        with solara.Div(classes=["ld-fields"]):
            for key in TIMES:
                text(key)
        with solara.Details(summary=t("plan.more")):
            Numbers(mistakes)
        Measures(mistakes)


@solara.component
def Numbers(mistakes: list[Mistake]) -> None:
    """Load and resources: the same in every arm."""
    t = words()
    found = state.current()
    with solara.Div(classes=["ld-fields"]):
        for path, low, high in (
            (("background", "load"), 0.0, 100.0), (("resources", "fleet"), 0.0, 10.0),
            (("resources", "call_takers"), 0.0, 10.0),
        ):  # fmt: skip
            field = Field(path[1], "number", 1.0, low=low, high=high)
            SchemaField(
                field, t(f"plan.{path[1]}"), found.get(path, 1.0), lambda value, path=path: state.put(path, value), t,
                unit=t("plan.times"), error=error_of(mistakes_at(mistakes, path), t),
            )  # fmt: skip


def offered() -> tuple[str, ...]:
    """Measures that may be named beforehand: of all incidents and of the listed ones; no counts, no percentiles."""
    bare = [
        key
        for key, text in COHORT_KPIS.items()
        if not text.where_it_happened and not any(suffix and key.endswith(suffix) for suffix in SUFFIXES)
    ]
    return (*bare, *(f"listed_{key}" for key in bare if f"listed_{key}" in _known()))


def _known() -> set[str]:
    from sim.results.definitions import KPIS

    return set(KPIS)


@solara.component
def Measures(mistakes: list[Mistake]) -> None:
    """What is to be judged, named beforehand."""
    t = words()
    found = state.current()
    primary = str(found.get(("primary",), "total_response_s"))
    secondary = [str(one) for one in found.get(("secondary",), ())]
    keys = list(dict.fromkeys([*offered(), primary, *secondary]))
    names = solara.use_memo(lambda: {key: measure(key, t.language).name for key in keys}, [t.language, *keys])
    heading(t("plan.measures"), 3)
    ChoiceField(
        t("plan.primary"), primary, names, lambda key: state.put(("primary",), key),
        error_of(mistakes_at(mistakes, ("primary",)), t),
    )  # fmt: skip
    by_name = {name: key for key, name in names.items()}

    def choose(chosen: list[str]) -> None:
        state.put(("secondary",), [by_name[name] for name in chosen if name in by_name])

    solara.SelectMultiple(
        t("plan.secondary"), values=[names[one] for one in secondary], all_values=list(by_name),
        on_value=safely(choose), dense=True, classes=["ld-field"],
    )  # fmt: skip
    wrong = error_of(mistakes_at(mistakes, ("secondary",)), t)
    if wrong:
        solara.Text(wrong, classes=["ld-field-error"])
    paragraph(t("plan.measures_hint"), ["ld-muted"])


@solara.component
def Files() -> None:
    """Keep it, take it away, bring another."""
    t = words()
    found = state.current()
    good, note = state.said.value
    named = str(found.get(("name",), ""))
    is_taken = state.is_anothers(named)

    def keep() -> None:
        try:
            state.said.value = "good", t("plan.kept", name=state.keep_scenario().name)
        except InputError as wrong:
            state.said.value = "bad", error_text(str(wrong), t.language)

    def load(given: Uploaded) -> None:
        state.said.value = take_file(given, t.language)

    heading(t("plan.file"), 3)
    with solara.Div(classes=["ld-row"]):
        solara.Button(t("plan.replace" if is_taken else "plan.keep"), on_click=safely(keep), classes=["ld-button"])
        with solara.FileDownload(found.toml, filename=f"{file_name(found)}.toml", mime_type="application/toml"):
            solara.Button(t("plan.download"), classes=["ld-button"])
    if is_taken:
        paragraph(t("plan.kept_already", name=named), ["ld-bad"])
    UploadField(t("plan.upload"), ".toml", LARGEST_FILE, safely(load))
    if note:
        paragraph(note, [f"ld-{good}"])
    with solara.Details(summary=t("plan.as_text")):
        AsText()


@solara.component
def AsText() -> None:
    """The whole scenario as a TOML text."""
    t = words()
    found = state.current()
    wrong, set_wrong = solara.use_state("")

    def read(text: str) -> None:
        try:
            state.draft.value = Draft.read(text, str(found.get(("name",), "")))
            set_wrong("")
        except InputError as error:
            set_wrong(error_text(str(error), t.language))

    solara.InputTextArea(t("plan.text"), value=found.toml(), on_value=safely(read), rows=18)
    if wrong:
        solara.Text(wrong, classes=["ld-field-error"])


def file_name(found: Draft) -> str:
    """A name for a file."""
    plain = "".join(one if one.isalnum() or one in "-_" else "-" for one in str(found.get(("name",), "")))
    return plain[:60] or "scenario"


def take_file(given: Uploaded, language: Language) -> tuple[str, str]:
    """A file that a browser sent, if it is a scenario; how it went."""
    largest = max(given.size, len(given.content))
    try:
        if largest > LARGEST_FILE:
            raise InputError(f"{largest / 1e6:.0f} MB is too large for a scenario (at most 5 MB)")
        name = given.name.replace("\\", "/").rpartition("/")[2].removesuffix(".toml")[:80]
        found = Draft.read(given.content.decode("utf-8-sig"), name)
    except InputError as wrong:
        return "bad", error_text(str(wrong), language)
    except UnicodeDecodeError:
        return "bad", say("plan.no_text", language)
    state.take(found)
    return "good", say("plan.loaded", language, name=given.name[:120])
