"""What every incident of every run of a study had to wait for: kept while it runs, read for distributions and maps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from sim.results.spells import spells
from sim.results.timeline import Timeline

FILE = "responses.parquet"
PARTS, LOGS = "responses", "logs"
KEPT = ("total_response_s", "alarm_handling_s", "travel_s", "information_latency_s", "at_patient_s", "water_on_fire_s")
"""Intervals that are kept by incident and service."""


class Response(NamedTuple):
    """One interval of one incident, for one service, in one run; no seconds: its end never came."""

    arm: str
    seed: int
    incident: str
    kind: str
    listed: bool
    district: str
    x: float
    y: float
    service: str
    measure: str
    seconds: float | None


@dataclass(frozen=True)
class Keeping:
    """Makes a run as a study does, and keeps its responses; of the seeds that are named its whole log too."""

    folder: Path
    whole: tuple[int, ...] = ()

    def __call__(self, scenario: Any, *, policies: Any, seed: int, **more: Any) -> Any:
        from sim.study.run import run

        log = self.folder / LOGS / log_name(policies.label, seed)
        if seed in self.whole:
            log.parent.mkdir(parents=True, exist_ok=True)
            more["log_path"] = log
        made = run(scenario, policies=policies, seed=seed, **more)
        if not made.is_partial:
            part = self.folder / PARTS / log_name(policies.label, seed)
            part.parent.mkdir(parents=True, exist_ok=True)
            write(part, list(of_log(made.log, policies.label, seed)))
        return made


def log_name(label: str, seed: int) -> str:
    """The file of one run; labels may hold what names of files may not."""
    plain = "".join(letter if letter.isalnum() or letter in "_-" else "-" for letter in label)[:40]
    return f"{plain}-{sha256(label.encode()).hexdigest()[:8]}-{seed}.parquet"


def of_log(log: Iterable[Any], arm: str, seed: int) -> Iterable[Response]:
    """The responses that a log tells of, of the incidents that count."""
    line = Timeline(log)
    for record in line.cohort():
        for spell in spells(line, [record]):
            if spell.service and spell.key in KEPT:
                yield Response(arm, seed, record.id, record.kind, record.listed, record.district, record.x, record.y,
                               spell.service, spell.key, spell.seconds)  # fmt: skip


def write(path: Path, rows: Sequence[Response]) -> None:
    """As a Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    text, number = pa.dictionary(pa.int32(), pa.string()), pa.float64()
    types = [text, pa.int64(), pa.string(), text, pa.bool_(), text, number, number, text, text, number]
    schema = pa.schema(list(zip(Response._fields, types, strict=True)))
    columns = zip(*rows, strict=True) if rows else [()] * len(types)
    arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
    pq.write_table(pa.table(arrays, schema=schema), path, compression="zstd")


def read(path: Path) -> list[Response]:
    """What `write` wrote."""
    import pyarrow.parquet as pq

    columns = pq.read_table(path).to_pydict()
    return [Response(*row) for row in zip(*(columns[name] for name in Response._fields), strict=True)]


def gather(folder: Path) -> None:
    """One file of the parts that the runs left."""
    parts = sorted((folder / PARTS).glob("*.parquet"))
    write(folder / FILE, [row for part in parts for row in read(part)])
    for part in parts:
        part.unlink()
    if (folder / PARTS).is_dir():
        (folder / PARTS).rmdir()


def waits(rows: Iterable[Response], measure: str, service: str = "") -> dict[str, list[float | None]]:
    """By arm: the seconds of an interval, of one service or of all."""
    found: dict[str, list[float | None]] = defaultdict(list)
    for row in rows:
        if row.measure == measure and service in ("", row.service):
            found[row.arm].append(row.seconds)
    return dict(found)


class Gain(NamedTuple):
    """A place, and by how many seconds less was waited there in b than in a, on the mean over so many waits."""

    x: float
    y: float
    seconds: float
    waits: int


def gains(rows: Iterable[Response], a: str, b: str, cell_m: float, longest_s: float) -> list[Gain]:
    """Where response times were won: the same incidents under the same seeds in both arms, by cells of a grid.

    Who was never served counts with `longest_s`.
    """
    by_arm: dict[str, dict[tuple[int, str, str], Response]] = {a: {}, b: {}}
    for row in rows:
        if row.measure == "total_response_s" and row.arm in by_arm:
            by_arm[row.arm][row.seed, row.incident, row.service] = row
    cells: dict[tuple[int, int], list[tuple[float, float, float]]] = defaultdict(list)
    for key, before in by_arm[a].items():
        after = by_arm[b].get(key)
        if after is not None:
            won = _at_most(before.seconds, longest_s) - _at_most(after.seconds, longest_s)
            cells[int(before.x // cell_m), int(before.y // cell_m)].append((before.x, before.y, won))
    return [_gain(found) for found in cells.values()]


def _gain(found: Sequence[tuple[float, float, float]]) -> Gain:
    x, y, won = (sum(column) / len(found) for column in zip(*found, strict=True))
    return Gain(x, y, won, len(found))


def _at_most(seconds: float | None, longest_s: float) -> float:
    return longest_s if seconds is None else min(seconds, longest_s)
