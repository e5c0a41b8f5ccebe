"""A review as files: one HTML page that needs nothing else, and tables as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
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
from sim.results.words import message_text, said
from sim.viewer.csv_tables import to_csv
from sim.viewer.exercise import together_page
from sim.viewer.exercise.comparing import KpiLine
from sim.viewer.exercise.happenings import MOST, Happening
from sim.viewer.exercise.msel import Outcome
from sim.viewer.exercise.review import PEOPLE, SIMULATED, Review
from sim.viewer.words import Language, Words, known
from sim.viewer.words_model import department, measure, word

TEMPLATES = Path(__file__).parent / "templates"

SORTS = ("inject", "message", "decision", "effect", "note")

_NAMES = frozenset(
    {"case", "unit", "incident", "found", "patient", "change", "name", "words", "remark", "sender", "receiver", "by"}
)
"""Values that are told as they are."""


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
    return {
        "t": t,
        "language": "zh-CN" if language == "zh" else "en",
        "name": taken.spec.scenario.title or taken.spec.scenario.name,
        "facts": _facts(review, t),
        "is_replayed": review.is_replayed,
        "injects": [_inject(one, start_s, t) for one in review.injects],
        "kpis": [_kpi(one, t.language) for one in review.kpis],
        "ways": (PEOPLE, SIMULATED),
        "left_out": len(review.simulated.left_out),
        "falls": [(one.id, _bars(review, one, t)) for one in review.incidents],
        "curves": [(name, shares(each, start_s, t(f"review.{name}"), run.window[1])) for name, each in _drawn(review)],
        "timeline": rows,
        "is_cut": len(rows) >= MOST,
        "sorts": SORTS,
        "notes": [row for row in rows if row.sort == "note"],
        "together": None if review.together is None else together_page.content(review.together, start_s, t, sentence),
    }


def _facts(review: Review, t: Words) -> list[tuple[str, str]]:
    taken = review.taken
    start_s = taken.spec.scenario.start_s
    seats = sorted({f"{one.by} ({one.seat})" for one in taken.records if one.seat})
    lived = t(
        "review.lived_text",
        start=clock_text(start_s)[:5],
        end=clock_text(start_s + taken.until)[:5],
        minutes=round(taken.until / 60),
    )
    return [
        ("scenario", taken.spec.scenario.name), ("map", taken.spec.ground.town.name), ("seed", str(taken.spec.seed)),
        ("policies", taken.spec.arm.label), ("branch", taken.branch), ("lived", lived),
        ("seats", ", ".join(seats) or t("review.no_seats")), ("commands", str(len(taken.records))),
    ]  # fmt: skip


def _drawn(review: Review) -> list[tuple[str, Any]]:
    return [(name, each) for name, each in review.curves.items() if any(each.values())]


def _bars(review: Review, record: Any, t: Words) -> Markup:
    falls = review.falls(record)
    rows = [(_row_name(name, fall.service, t), fall.parts, fall.finished) for name, fall in falls]
    return figures.bars(rows) if rows else Markup("")


def _row_name(way: str, service: str, t: Words) -> str:
    whose = department(service, t.language) if t.language == "zh" else service
    return f"{whose} · {t(f'review.{way}_short')}"


def _inject(one: Outcome, start_s: int, t: Words) -> dict[str, str]:
    inject = one.inject
    seen = t("review.not_watched") if not inject.expects else t("review.not_seen")
    if one.seen_t is not None and one.done_t is not None:
        key = "review.seen_late" if one.is_late else "review.seen_at"
        seen = t(key, clock=clock_text(start_s + one.seen_t), minutes=round((one.seen_t - one.done_t) / 60))
    return {
        "clock": clock_text(start_s + inject.at),
        "name": inject.name,
        "title": inject.title,
        "to": inject.to,
        "expected": inject.expected,
        "status": t(f"review.status.{one.status}", reason=one.reason),
        "seen": seen,
        "verdict": t(f"review.verdict.{one.verdict}"),
        "remark": one.remark,
    }


def _kpi(line: KpiLine, language: Language) -> KpiLine:
    text = measure(line.key, language)
    return replace(line, name=text.name, sentence=text.sentence)


# --- the timeline in words


def timeline(review: Review, language: Language = "en") -> list[Row]:
    """Every row of the timeline as a sentence."""
    start_s = review.taken.spec.scenario.start_s
    return [
        Row(clock_text(start_s + one.t), one.t, one.sort, one.who, sentence(one, language), one.is_human)
        for one in review.timeline
    ]


def sentence(happening: Happening, language: Language) -> str:
    """What happened, in a language."""
    t = Words(language)
    values = {name: _told(name, value, t) for name, value in happening.values.items()}
    if happening.key == "judge":
        values = {"remark": "", **values, "verdict": t(f"review.verdict.{happening.values['verdict']}")}
    for key in (f"happening.{happening.key}", f"command.{happening.key}"):
        if known(key):
            return t(key, **values)
    return f"{happening.key}: " + ", ".join(f"{name} {value}" for name, value in values.items())


def _told(name: str, value: object, t: Words) -> str:
    """A value as people say it, in the language as far as the model's words are known in it."""
    if name == "text":
        return message_text(str(value))
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
    rows = [(row.t, row.clock, row.sort, row.who, row.is_human, row.text) for row in timeline(review, language)]
    injects = [
        (one.inject.at, one.inject.name, one.inject.title, one.inject.to, one.inject.expected, one.status, one.done_t,
         one.seen_t, one.is_late, one.verdict, one.remark)
        for one in review.injects
    ]  # fmt: skip
    measures = [(one.key, one.name, *one.values, one.best) for one in review.kpis]
    together, start_s = review.together, review.taken.spec.scenario.start_s
    beside = {} if together is None else together_page.tables(together, start_s, language, sentence)
    return {
        "timeline.csv": to_csv(("t_s", "clock", "sort", "who", "is_human", "what"), rows),
        "injects.csv": to_csv(
            ("planned_s", "name", "title", "to", "expected", "status", "done_s", "seen_s", "is_late", "verdict",
             "remark"), injects,
        ),
        "measures.csv": to_csv(("key", "name", PEOPLE, SIMULATED, "better"), measures),
        **{name: to_csv(heads, rows) for name, (heads, rows) in beside.items()},
    }  # fmt: skip


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
