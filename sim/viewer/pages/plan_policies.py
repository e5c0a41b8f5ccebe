"""Two or more cities side by side: what each has of every family of policies, what that costs, and how they differ."""

from __future__ import annotations

from typing import Any

import solara

from sim.policies.bundles import Option, Policies, bundle_names, bundles, differences
from sim.viewer.pages import plan_state as state
from sim.viewer.pages.parts import safely
from sim.viewer.pages.parts_fields import ChoiceField, SchemaField, TextField, error_of, shown_number
from sim.viewer.pages.parts_html import heading, paragraph, put, table, tag
from sim.viewer.pages.parts_preferences import words
from sim.viewer.planning.arms import ArmDraft, begin, change, choose, named, options
from sim.viewer.planning.draft import Mistake
from sim.viewer.planning.forms import Field, policy_fields
from sim.viewer.planning.job import MOST_ARMS
from sim.viewer.words import Words
from sim.viewer.words_model import arm as arm_name
from sim.viewer.words_model import because, bundle, family, grade, option, option_name, setting, source, unit

open_arm: solara.Reactive[int] = solara.reactive(0)


def _put(number: int, arm: ArmDraft) -> None:
    found = list(state.current_arms())
    found[number] = arm
    state.arms.value = tuple(found)


@solara.component
def PoliciesTab() -> None:
    """The arms on the left, what can be chosen on the right."""
    with solara.Div(classes=["ld-policies"]):
        with solara.Div(classes=["ld-arms"]):
            Arms()
            Differences()
        with solara.Div(classes=["ld-choosing"]):
            Choosing()


@solara.component
def Arms() -> None:
    """A column for each city, a line for each family."""
    t = words()
    arms = state.current_arms()
    with solara.Div(classes=["ld-grid"]):
        with solara.Div(style=_columns(arms), classes=["ld-grid-line"]):
            with solara.Div(classes=["ld-grid-head"]):
                if len(arms) < MOST_ARMS:
                    solara.Button(
                        t("policy.add"), icon_name="mdi-plus", text=True, on_click=safely(_add), classes=["ld-add"]
                    )
            for number, arm in enumerate(arms):
                ArmHead(number, arm, can_go=len(arms) > 2)
        for name in Policies.model_fields:
            Line(name, arms)


def _columns(arms: tuple[ArmDraft, ...]) -> str:
    return f"grid-template-columns: minmax(110px, 0.7fr) repeat({len(arms)}, minmax(130px, 1fr))"


def _add() -> None:
    state.arms.value = (*state.current_arms(), begin("smart"))
    open_arm.value = len(state.arms.value) - 1


@solara.component
def ArmHead(number: int, arm: ArmDraft, can_go: bool) -> None:
    """With which bundle it begins, and what it is called."""
    t = words()
    names = {name: bundle(name, t.language)[0] for name in bundle_names()}

    def drop() -> None:
        open_arm.value = 0
        state.arms.value = tuple(one for place, one in enumerate(state.current_arms()) if place != number)

    with solara.Div(classes=["ld-grid-head"]):
        ChoiceField(
            t("policy.begins", letter="ABCDEF"[number]), arm.base, names, lambda name: _put(number, begin(name))
        )
        TextField(t("policy.called"), arm.name or arm_name(arm.label, t.language), lambda text: _rename(number, text))
        if can_go:
            solara.Button(
                t("policy.drop"), icon_name="mdi-delete-outline", text=True, on_click=safely(drop), classes=["ld-add"]
            )


def _rename(number: int, text: str) -> None:
    arm = state.current_arms()[number]
    shown = {arm.label, *(arm_name(arm.label, language) for language in ("en", "zh"))}
    _put(number, named(arm, "" if text in shown and not arm.name else text))


@solara.component
def Line(name: str, arms: tuple[ArmDraft, ...]) -> None:
    """A family, and what each arm has of it."""
    t = words()
    is_here = state.family.value == name
    kinds = [getattr(arm.policies, name) for arm in arms]
    differ = any(one != kinds[0] for one in kinds)

    def show(number: int) -> None:
        state.family.value = name
        open_arm.value = number

    with solara.Div(style=_columns(arms), classes=["ld-grid-line"]):
        solara.Button(
            family(name, t.language), on_click=lambda: show(open_arm.value), text=True,
            classes=["ld-cell", "is-family", "is-here" if is_here else "", "differs" if differ else ""],
        )  # fmt: skip
        for number, arm in enumerate(arms):
            is_open = is_here and open_arm.value == number
            solara.Button(
                option_name(name, kinds[number].kind, t.language), text=True,
                on_click=lambda number=number: show(number),
                classes=["ld-cell", "is-here" if is_open else "", "is-changed" if name in arm.changed else ""],
            )  # fmt: skip


@solara.component
def Choosing() -> None:
    """The options of one family, for one arm."""
    t = words()
    arms = state.current_arms()
    number = min(open_arm.value, len(arms) - 1)
    arm, name = arms[number], state.family.value
    heading(family(name, t.language))
    with solara.Div(classes=["ld-arm-tabs"]):
        for place, label in enumerate(state.labels()):
            solara.Button(
                f"{'ABCDEF'[place]}  {arm_name(label, t.language)}",
                on_click=lambda place=place: open_arm.set(place),
                classes=["ld-button", "is-primary" if place == number else ""],
            )  # fmt: skip
    why = bundles()[arm.base].why[name]
    if name not in arm.changed:
        put(tag("p", tag("span", grade(why.grade.value, t.language), class_=f"ld-grade is-{why.grade.value}"),
                t("policy.because", bundle=bundle(arm.base, t.language)[0], why=because(why.because, t.language)),
                class_="ld-muted"))  # fmt: skip
    for chosen in options(name):
        Choice(number, arm, name, chosen)


@solara.component
def Choice(number: int, arm: ArmDraft, name: str, one: Option) -> None:
    """One option: what it does, what it costs, its numbers."""
    t = words()
    chosen = getattr(arm.policies, name)
    is_chosen = chosen.kind == one.name
    title, sentence, cost = option(name, one, t.language)
    with solara.Div(classes=["ld-option", "is-chosen" if is_chosen else ""]):
        solara.Button(
            title, on_click=safely(lambda: _put(number, choose(arm, name, one.name))), text=True,
            classes=["ld-option-button"], icon_name="mdi-radiobox-marked" if is_chosen else "mdi-radiobox-blank",
        )  # fmt: skip
        paragraph(sentence)
        if cost:
            paragraph(t("policy.costs", cost=cost), ["ld-cost"])
        if is_chosen:
            with solara.Div(classes=["ld-settings"]):
                for field in policy_fields(name, one.name):
                    Setting(number, arm, name, field).key(f"{number} {name} {one.name} {field.name}")


@solara.component
def Setting(number: int, arm: ArmDraft, name: str, field: Field) -> None:
    """One number: unit, range, grade, source."""
    t = words()
    wrong, set_wrong = solara.use_state(None)  # a Mistake

    def take(value: Any) -> None:
        changed, mistake = change(arm, name, field.name, field.default if value is None else value)
        set_wrong(mistake)
        if mistake is None:
            _put(number, changed)

    value = getattr(getattr(arm.policies, name), field.name)
    mistakes: list[Mistake] = [wrong] if wrong is not None else []
    with solara.Div():
        SchemaField(
            field, setting(field.name, t.language), value, take, t, unit=unit(field.unit, t.language),
            error=error_of(mistakes, t),
        )  # fmt: skip
        told = tag("span", grade(field.grade, t.language), class_=f"ld-grade is-{field.grade}")
        default = t("policy.default", value=shown_number(field.default)) if value != field.default else ""
        put(tag("div", told, source(field.source, t.language), " " + default, class_="ld-source"))


@solara.component
def Differences() -> None:
    """Every setting on which two arms differ."""
    t = words()
    arms = state.current_arms()
    other, set_other = solara.use_state(1)
    first, set_first = solara.use_state(0)
    a, b = (arms[min(place, len(arms) - 1)] for place in (first, other))
    found = differences(a.policies, b.policies)
    names = {str(n): f"{'ABCDEF'[n]}  {arm_name(label, t.language)}" for n, label in enumerate(state.labels())}
    with solara.Div(style="margin-top: 26px"):
        heading(t("policy.differences", count=len(found)), 3)
        if len(arms) > 2:
            with solara.Div(classes=["ld-row"]):
                ChoiceField(t("policy.first"), str(min(first, len(arms) - 1)), names, lambda key: set_first(int(key)))
                ChoiceField(t("policy.second"), str(min(other, len(arms) - 1)), names, lambda key: set_other(int(key)))
        rows = [
            (family(one.family, t.language), _setting(one.setting, t), _value(one.family, one.setting, one.a, t),
             _value(one.family, one.setting, one.b, t), unit(one.unit, t.language), grade(one.grade, t.language))
            for one in found
        ]  # fmt: skip
        heads = [t(f"policy.head_{key}") for key in ("family", "setting", "a", "b", "unit", "grade")]
        if rows:
            put(table(heads, rows), ["ld-scroll"])
        else:
            paragraph(t("policy.no_difference"), ["ld-muted"])


def _setting(name: str, t: Words) -> str:
    return t("policy.option") if name == "kind" else setting(name, t.language)


def _value(name: str, which: str, value: object, t: Words) -> str:
    if value is None:
        return "–"
    if which == "kind":
        return option_name(name, str(value), t.language)
    if isinstance(value, bool):
        return t("form.yes" if value else "form.no")
    return t.known_or(f"choice.{value}", value) if isinstance(value, str) else shown_number(value)
