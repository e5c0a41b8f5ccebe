"""A review as files: one HTML page that needs nothing else, and tables as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from sim.actors.organisation import organisation
from sim.core.quantities import clock_text
from sim.core.vocabulary import EMERGENCY
from sim.results import figures
from sim.results.figures_time import shares
from sim.results.report import TEMPLATES as REPORT
from sim.results.words import said
from sim.viewer.csv_tables import to_csv
from sim.viewer.exercise import together_page
from sim.viewer.exercise.fall_key import fall_key
from sim.viewer.exercise.happenings import MOST, Happening
from sim.viewer.exercise.injects import TakeSeat
from sim.viewer.exercise.msel import Outcome
from sim.viewer.exercise.record import Record
from sim.viewer.exercise.review import PEOPLE, SIMULATED, Review
from sim.viewer.words import Language, Words, known
from sim.viewer.words_errors import error_text
from sim.viewer.words_figures import called, wording
from sim.viewer.words_messages import message_told
from sim.viewer.words_model import arm, department, measure, scenario, town, word
from sim.viewer.words_names import Names, names_of
from sim.viewer.words_values import change_zh, value_zh

TEMPLATES = Path(__file__).parent / "templates"

SORTS = ("inject", "message", "decision", "effect", "note")

_NAMES = frozenset(
    {"case", "unit", "incident", "found", "patient", "change", "name", "words", "remark", "sender", "receiver", "by"}
)
"""Values that are told as they are."""

_TYPED = frozenset({"name", "words", "remark", "by"})
"""Values that somebody has written."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the timeline, in words."""

    clock: str
    t: int
    sort: str
    who: str
    text: str
    is_human: bool


def page(review: Review, language: Language = "en") -> str:
    """The review as one HTML page."""
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    environment.trim_blocks = environment.lstrip_blocks = True
    css = (REPORT / "report.css").read_text(encoding="utf-8") + (TEMPLATES / "review.css").read_text(encoding="utf-8")
    return environment.get_template("review.html").render(css=Markup(css), **content(review, language))


def content(review: Review, language: Language = "en") -> dict[str, Any]:
    """All that a page shows of a review, in words and drawings."""
    t = Words(language)
    taken, run = review.taken, review.gone.line
    rows = timeline(review, language)
    start_s = taken.spec.scenario.start_s
    names = names_of(taken.spec.ground.town, language)
    beside, tell = review.together, partial(sentence, names=names)
    return {
        "t": t,
        "language": "zh-CN" if language == "zh" else "en",
        "name": scenario(taken.spec.scenario, language)[0],
        "facts": _facts(review, t),
        "is_replayed": review.is_replayed,
        "injects": [_inject(one, start_s, names, t) for one in review.injects],
        "kpis": [together_page.kpi_told(one, t.language) for one in review.kpis],
        "ways": (PEOPLE, SIMULATED),
        "left_out": len(review.simulated.left_out),
        "falls": [(one.id, _bars(review, one, t)) for one in review.incidents],
        "curves": [
            (name, shares(each, start_s, t(f"review.{name}"), run.window[1], called(t, PEOPLE, SIMULATED)))
            for name, each in _drawn(review)
        ],
        "timeline": rows,
        "is_cut": len(rows) >= MOST,
        "sorts": SORTS,
        "notes": [row for row in rows if row.sort == "note"],
        "together": None if beside is None else together_page.content(beside, start_s, t, tell),
    }


def _facts(review: Review, t: Words) -> list[tuple[str, str]]:
    taken = review.taken
    start_s = taken.spec.scenario.start_s
    seats = sorted({t("review.seat", by=by, seat=_own(seat, t)) for by, seat in _sat(taken.records)})
    script, label = taken.spec.scenario, taken.spec.arm.label
    is_chinese = t.language == "zh"
    lived = t(
        "review.lived_text",
        start=clock_text(start_s)[:5],
        end=clock_text(start_s + taken.until)[:5],
        minutes=round(taken.until / 60),
    )
    return [
        ("scenario", scenario(script, "zh")[0] if is_chinese else script.name),
        ("map", town(taken.spec.ground.town.name, "zh") if is_chinese else taken.spec.ground.town.name),
        ("seed", str(taken.spec.seed)), ("policies", arm(label, "zh") if is_chinese else label),
        ("branch", together_page.branch_name(taken.branch, t) if is_chinese else taken.branch), ("lived", lived),
        ("seats", t("form.comma").join(seats) or t("review.no_seats")), ("commands", str(len(taken.records))),
    ]  # fmt: skip


def _sat(records: Sequence[Record]) -> set[tuple[str, str]]:
    """Who sat where: whoever took a seat, though he may have given no order."""
    took = {(one.by, one.command.department) for one in records if isinstance(one.command, TakeSeat)}
    return took | {(one.by, one.seat) for one in records if one.seat}


def _drawn(review: Review) -> list[tuple[str, Any]]:
    return [(name, each) for name, each in review.curves.items() if any(each.values())]


def _bars(review: Review, record: Any, t: Words) -> Markup:
    falls = review.falls(record)
    rows = [(_row_name(name, fall.service, t), fall.parts, fall.finished) for name, fall in falls]
    words = wording(t.language)
    return figures.bars(rows, words) + fall_key(rows, words, t) if rows else Markup("")


def _own(service: str, t: Words) -> str:
    """A department, or a deed that is nobody's alone."""
    return t.known_or(f"review.deed.{service}", department(service, "zh")) if t.language == "zh" else service


def _row_name(way: str, service: str, t: Words) -> str:
    whose = _own(service, t)
    return f"{whose} · {t(f'review.{way}_short')}"


def _inject(one: Outcome, start_s: int, names: Names, t: Words) -> dict[str, str]:
    inject = one.inject
    seen = t(f"review.{'not_watched' if not inject.expects else 'missed' if one.is_missed else 'not_seen'}")
    if one.seen_t is not None and one.done_t is not None:
        key = "review.seen_late" if one.is_late else "review.seen_at"
        seen = t(key, clock=clock_text(start_s + one.seen_t), minutes=round((one.seen_t - one.done_t) / 60))
    return {
        "clock": clock_text(start_s + inject.at),
        "name": inject.name,
        "title": inject.title,
        "to": names.of(inject.to),
        "expected": inject.expected,
        "status": t(f"review.status.{one.status}", reason=error_text(one.reason, t.language, names)),
        "seen": seen,
        "verdict": t(f"review.verdict.{one.verdict}"),
        "remark": one.remark,
    }


# --- the timeline in words


def timeline(review: Review, language: Language = "en") -> list[Row]:
    """Every row of the timeline as a sentence."""
    start_s, names = review.taken.spec.scenario.start_s, names_of(review.taken.spec.ground.town, language)
    return [
        Row(clock_text(start_s + one.t), one.t, one.sort, names.of(one.who), sentence(one, language, names),
            one.is_human)
        for one in review.timeline
    ]  # fmt: skip


def sentence(happening: Happening, language: Language, names: Names) -> str:
    """What happened, in a language."""
    t = Words(language)
    values = {name: _told(name, value, names, t) for name, value in happening.values.items()}
    if happening.sort == "message":
        values["text"] = message_told(str(happening.values["text"]), str(happening.values["kind"]), names)
    if language == "zh" and happening.key == "attack":
        values["kind"] = value_zh("attack_kind", happening.values["kind"], names)
    if happening.key == "judge":
        values = {"remark": "", **values, "verdict": t(f"review.verdict.{happening.values['verdict']}")}
    for key in (f"happening.{happening.key}", f"command.{happening.key}"):
        if known(key):
            return t(key, **values)
    return f"{happening.key}: " + ", ".join(f"{name} {value}" for name, value in values.items())


def _told(name: str, value: object, names: Names, t: Words) -> str:
    """A value as people say it, in the language as far as the model's words are known in it."""
    if t.language == "zh" and name not in _TYPED:
        return change_zh(str(value)) if name == "change" else value_zh("unit" if name == "to" else name, value, names)
    if name in ("department", "to_department") and value in departments():
        return department(str(value), t.language)
    if name == "capability":
        return word("capability", str(value), t.language)
    if name in ("incident_kind", "alert_kind", "about", "kind") and known(f"map.kind.{value}"):
        return t(f"map.kind.{value}")
    return str(value) if name in _NAMES else said(value)


@cache
def departments() -> frozenset[str]:
    """Departments with titles."""
    return frozenset((*organisation().department, *EMERGENCY))


# --- tables


def tables(review: Review, language: Language = "en") -> dict[str, str]:
    """The timeline, the injects and the measures, each as a CSV file by its name."""
    t, names = Words(language), names_of(review.taken.spec.ground.town, language)
    rows = [
        (row.t, row.clock, _plain("sort", row.sort, t), row.who, row.is_human, row.text)
        for row in timeline(review, language)
    ]
    injects = [
        (one.inject.at, one.inject.name, one.inject.title, names.of(one.inject.to), one.inject.expected,
         _plain("status", one.status, t), one.done_t, one.seen_t, one.is_late, one.is_missed,
         _plain("verdict", one.verdict, t), one.remark)
        for one in review.injects
    ]  # fmt: skip
    measures = [
        (one.key, measure(one.key, language).name, *one.values, _best(one.best, t)) for one in review.kpis
    ]  # fmt: skip
    together, start_s = review.together, review.taken.spec.scenario.start_s
    tell = partial(sentence, names=names)
    beside = {} if together is None else together_page.tables(together, start_s, language, tell)
    made: dict[str, tuple[Sequence[str], Sequence[Sequence[object]]]] = {
        "timeline.csv": (("t_s", "clock", "sort", "who", "is_human", "what"), rows),
        "injects.csv": (
            ("planned_s", "name", "title", "to", "expected", "status", "done_s", "seen_s", "is_late", "is_missed",
             "verdict", "remark"), injects,
        ),
        "measures.csv": (("key", "name", PEOPLE, SIMULATED, "better"), measures),
        **beside,
    }  # fmt: skip
    return {name: to_csv([_head(one, t) for one in heads], found) for name, (heads, found) in made.items()}


def _head(name: str, t: Words) -> str:
    """The head of a column: as programs read it in English, as people do in Chinese."""
    return name if t.language == "en" else t.known_or(f"column.{name}", name)


def _plain(table: str, word: str, t: Words) -> str:
    """A word in a column, likewise."""
    return word if t.language == "en" or not word else t(f"review.{table}.{word}", reason="").rstrip("：")


def _best(way: str, t: Words) -> str:
    return way if t.language == "en" or not way else t(f"review.{way}")


def write(review: Review, folder: Path, language: Language = "en") -> list[Path]:
    """All files of a review, in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {"review.html": page(review, language), **tables(review, language)}
    paths = []
    for name, text in files.items():
        path = folder / name
        path.write_text(text, encoding="utf-8-sig" if name.endswith(".csv") else "utf-8")  # a spreadsheet asks for it
        paths.append(path)
    return paths
