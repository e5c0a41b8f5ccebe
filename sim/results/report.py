"""The report of one run: one HTML file that needs nothing else, made from the log."""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from sim.core.log import Entry
from sim.core.quantities import clock_text
from sim.results import figures, report_desks, report_knowledge, report_tables
from sim.results.definitions import WHERE_IT_HAPPENED_NOTE
from sim.results.delays import LABELS, PHASES
from sim.results.explain import EFFECT_WORDS
from sim.results.holders import by_holder
from sim.results.kpis import KPIS, SERVICES, Value, horizon_s, kpis_of
from sim.results.places import Places
from sim.results.report_maps import Draw, maps
from sim.results.report_tables import Story
from sim.results.spells import spells
from sim.results.timeline import Timeline
from sim.results.wanted import crews
from sim.results.waterfall import (
    ById,
    Part,
    Waterfall,
    by_id,
    cohort_waterfalls,
    effect_of,
    mean_parts,
    waterfall,
    ways,
)
from sim.results.words import said, seconds_words, timed

TEMPLATES = Path(__file__).parent / "templates"

Held = list[tuple[str, float]]
"""Seconds by who held it."""

MOST_STORIES = 20
"""Listed incidents that get a section of their own; beyond that the report would be unreadable."""


def write_report(
    entries: Iterable[Entry], path: Path, title: str, map_picture: bytes | Draw | None, manifest: Mapping[str, Any]
) -> None:
    """Write report.html; the manifest's `map_note` and `attribution` stand under the map.

    map_picture draws the ground, on which the incidents are then drawn; or it is a finished PNG or SVG.
    """
    path.write_text(render(list(entries), title, map_picture, manifest), encoding="utf-8")


def render(entries: Sequence[Entry], title: str, map_picture: bytes | Draw | None, manifest: Mapping[str, Any]) -> str:
    """The report as text."""
    line = Timeline(entries)
    listed = line.cohort("listed")[:MOST_STORIES]
    values = kpis_of(line)
    known = by_id(entries)
    places = Places(line)
    page = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    page.filters |= {"duration": seconds_words, "after": _after, "said": said, "crews": crews}
    page.trim_blocks = page.lstrip_blocks = True
    start_s = line.run.start_s if line.run else 0
    return page.get_template("report.html").render(
        title=title,
        css=Markup((TEMPLATES / "report.css").read_text(encoding="utf-8")),
        script=Markup((TEMPLATES / "report.js").read_text(encoding="utf-8")),
        run=line.run,
        line=line,
        window=[clock_text(start_s + t) for t in line.window],
        window_s=line.window[1] - line.window[0],
        manifest=_flat(manifest),
        policies=_flat(line.run.policies if line.run else {}),
        map_picture=_picture(map_picture) if isinstance(map_picture, bytes) else "",
        maps=maps(map_picture, line, listed) if callable(map_picture) else [],
        listed=listed,
        services=sorted({unit.service for unit in line.units.values()}),
        map_note=manifest.get("map_note", ""),
        attribution=manifest.get("attribution", ""),
        plan=Markup("") if map_picture else _plan(line),
        where_it_happened=WHERE_IT_HAPPENED_NOTE,
        named=_named(line, values | {f"listed_{key}": value for key, value in kpis_of(line, "listed").items()}),
        intervals=report_tables.interval_rows(values),
        by_service=report_tables.interval_rows(values, SERVICES),
        others=report_tables.other_rows(values),
        scoped=[key for key in values if key.split("_")[0] in SERVICES],
        horizon=seconds_words(horizon_s(line)),
        curves=_curves(line),
        average=_average(line, known),
        knowledge=report_knowledge.section(line, values),
        desks=report_desks.section(line, line.cohort()),
        phases=[(figures.style(labels[0]), phase, labels) for phase, labels in PHASES.items()],
        labels=LABELS,
        sections=[_section(story, line, known, places) for story in report_tables.stories(entries, listed)],
    )


def _named(line: Timeline, values: Mapping[str, Value]) -> list[tuple[str, report_tables.KpiRow]]:
    """The primary and secondary KPIs, in that order."""
    if line.run is None:
        return []
    keys = [("primary", line.run.primary), *(("secondary", key) for key in line.run.secondary)]
    return [(role, report_tables.row(key, values)) for role, key in keys if key in KPIS]


def _curves(line: Timeline) -> list[tuple[str, Markup]]:
    """Distributions of total response by service, and of the time to a patient and to water."""
    found: dict[str, dict[str, list[Value]]] = defaultdict(lambda: defaultdict(list))
    for spell in spells(line, line.cohort()):
        if spell.service:
            found[spell.key][spell.service].append(spell.seconds)
    targets = line.run.targets_s if line.run else {}
    figure = figures.ecdf(found["total_response_s"], targets)
    effects = {"ems": found["at_patient_s"]["ems"], "fire": found["water_on_fire_s"]["fire"]}
    later = figures.ecdf({name: values for name, values in effects.items() if values}, {})
    named = [
        ("First ring to the first crew at the scene", figure),
        ("First ring to hands on a patient or water", later),
    ]
    return [(name, curve) for name, curve in named if curve]


def _average(line: Timeline, known: ById) -> tuple[Markup, list[tuple[str, int, int]], list[tuple[str, Held]]]:
    """The mean waterfall of those reached, by service, how many were reached and how many not, and who held it."""
    rows, counts, held = [], [], []
    for service, falls in sorted(cohort_waterfalls(known, line, line.cohort()).items()):
        reached = [fall for fall in falls if fall.finished]
        counts.append((service, len(reached), len(falls) - len(reached)))
        if reached:
            parts = [Part(name, round(mean * 1000), 0) for name, mean in mean_parts(reached).items()]
            rows.append((service, parts, True))
            held.append((service, report_desks.mean_held(reached)))
    return figures.bars(rows) if rows else Markup(""), counts, held


def _section(story: Story, line: Timeline, known: ById, places: Places) -> dict[str, Any]:
    """What one listed incident's part of the report shows."""
    record, start_s = story.record, line.run.start_s if line.run else 0
    dots, lanes = report_tables.dots(story, line, places)
    falls = [waterfall(known, line, record, way, effect_of(record, way)) for way in ways(record)]
    return {
        "record": record,
        "started": clock_text(start_s + record.started),
        "figure": figures.lanes(dots, lanes, record.t0 - record.started if record.first_ring is not None else None),
        "services": report_tables.service_rows(story, line),
        "falls": falls,
        "held": [(fall.service, by_holder(fall.parts)) for fall in falls],
        "effects": EFFECT_WORDS,
        "bars": figures.bars(figures.fall_rows(falls)) if falls else Markup(""),
        "beliefs": report_tables.belief_rows(story),
        "calls": report_tables.call_rows(story),
        "sentences": [(entry.t - record.t0, timed(entry, start_s, places)) for entry in story.entries],
    }


def _plan(line: Timeline) -> Markup:
    """A bare plan of posts and incidents, for want of a map picture."""
    posts = {(unit.x, unit.y): unit.service for unit in line.units.values()}
    incidents = [(i.x, i.y, i.listed, f"{i.id}: {said(i.kind)}") for i in line.cohort()]
    return figures.plan(posts, incidents)


def _picture(content: bytes | None) -> str:
    """A picture as an address that holds the picture itself."""
    if not content:
        return ""
    kind = "image/png" if content.startswith(b"\x89PNG") else "image/svg+xml"
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _flat(tree: Mapping[str, Any], before: str = "") -> list[tuple[str, str]]:
    """Nested settings as dotted names and values."""
    rows: list[tuple[str, str]] = []
    for name, value in tree.items():
        if isinstance(value, Mapping):
            rows += _flat(value, f"{before}{name}.")
        else:
            rows.append((f"{before}{name}", value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)))
    return rows


def _after(seconds: float | None) -> str:
    """A time after (or before) the first ring."""
    if seconds is None:
        return "never"
    return ("−" if seconds < 0 else "+") + seconds_words(abs(seconds))


__all__ = ["Waterfall", "render", "write_report"]
