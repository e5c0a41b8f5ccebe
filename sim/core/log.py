"""The log: every event in the order in which it happened; the only thing that results may read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.core.clock import Clock
from sim.core.events import EVENTS, Event, EventId, IncidentId

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS = ("case", "unit", "department", "citizen", "channel")
"""Fields of events that are columns of the table; all others go into its column `rest`, as JSON."""

PART = ".part"
"""Ending of the name of a log that is not complete."""

_CHUNK = 20_000  # events a row group

_encoded = json.JSONEncoder(ensure_ascii=False, default=dict).encode  # made once: json.dumps makes one a line


class Entry(NamedTuple):
    """One line of the log."""

    id: EventId
    t: int  # seconds since the start
    incident: IncidentId | None  # inherited along `because`
    event: Event


class Log:
    """Append-only; events get their id, time and incident here."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: list[Entry] = []

    def add(self, event: Event) -> EventId:
        """Append an event; its incident is its own (hazards only), or that of the event that led to it."""
        entries = self._entries
        incident: IncidentId | None = getattr(event, "incident", None)
        if incident is None and event.because is not None:
            incident = entries[event.because].incident
        number = len(entries)
        entries.append(Entry(number, self._clock.t, incident, event))
        return number

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def __getitem__(self, number: EventId) -> Entry:
        return self._entries[number]

    def since(self, number: EventId) -> list[Entry]:
        """The entries from an id on."""
        return self._entries[number:]

    def take_out(self) -> list[Entry]:
        """All entries, which are not here any more: what is saved without them is small. `put_back` brings them."""
        entries, self._entries = self._entries, []
        return entries

    def put_back(self, entries: list[Entry]) -> None:
        """The entries that were taken out, or as many of them as there were then."""
        assert not self._entries, "a log that has entries cannot get those of another"
        self._entries = entries

    def sha256(self) -> str:
        """The hash over canonical rows: whole milliseconds, fixed order of fields, JSON."""
        total = hashlib.sha256()
        for entry in self._entries:
            total.update(canonical(entry))
        return total.hexdigest()


class LogFile:
    """Writes a growing log to a Parquet file, a row group at a time, which gets its name when it is complete.

    Until then it is called `.part`: Parquet keeps its table of contents at the end, so that the beginning of a file,
    such as a full disk leaves behind, cannot be read.
    """

    def __init__(self, log: Log, path: Path) -> None:
        import pyarrow.parquet as pq

        self._log = log
        self._written = 0
        self._path = path
        self._part = path.with_name(path.name + PART)
        self._writer = pq.ParquetWriter(self._part, schema(), compression="zstd")

    def flush(self, *, everything: bool = False) -> None:
        """Write what is new, if it fills a row group (or in any case)."""
        while len(self._log) - self._written >= (1 if everything else _CHUNK):
            entries = self._log.since(self._written)[:_CHUNK]
            self._writer.write_table(to_table(entries))
            self._written += len(entries)

    def close(self) -> None:
        """Write the rest; the file is complete only now."""
        self.flush(everything=True)
        self._writer.close()
        self._part.replace(self._path)


def schema() -> pa.Schema:
    """The columns of events.parquet."""
    import pyarrow as pa

    text = pa.dictionary(pa.int32(), pa.string())
    return pa.schema(
        [
            ("time_s", pa.float64()),
            ("id", pa.int64()),
            ("because", pa.int64()),
            ("waited_for", pa.int64()),
            ("kind", text),
            ("incident", text),
            ("case", text),
            ("unit", text),
            ("department", text),
            ("citizen", pa.int64()),
            ("channel", text),
            ("rest", pa.string()),
        ]
    )


def to_table(entries: list[Entry]) -> pa.Table:
    """Entries as rows of `schema`."""
    import pyarrow as pa

    columns: dict[str, list[Any]] = {name: [] for name in schema().names}
    for entry in entries:
        event = entry.event
        columns["time_s"].append(float(entry.t))
        columns["id"].append(entry.id)
        columns["because"].append(event.because)
        columns["waited_for"].append(event.waited_for)
        columns["kind"].append(type(event).__name__)
        columns["incident"].append(entry.incident)
        for name in COLUMNS:
            columns[name].append(getattr(event, name, None))
        rest = {name: getattr(event, name) for name in rest_fields(type(event))}
        columns["rest"].append(_encoded(rest))
    return pa.table(columns, schema=schema())


def read_log(path: Path) -> list[Entry]:
    """Read events.parquet back as typed entries (lists come back as tuples)."""
    import pyarrow.parquet as pq

    entries = []
    for row in pq.read_table(path).to_pylist():
        kind = EVENTS[row["kind"]]
        own = {name: row[name] for name in _column_fields(kind)}
        own |= {name: _tuples(value) for name, value in json.loads(row["rest"]).items()}
        event = kind(because=row["because"], waited_for=row["waited_for"], **own)
        entries.append(Entry(row["id"], int(row["time_s"]), row["incident"], event))
    return entries


def canonical(entry: Entry) -> bytes:
    """One row for the hash."""
    event = entry.event
    values = [getattr(event, name) for name in _all_fields(type(event))]
    row = [entry.id, entry.t * 1000, entry.incident, type(event).__name__, *values]
    return _encoded(row).encode() + b"\n"


_FIELDS = {name: tuple(f.name for f in fields(kind)) for name, kind in EVENTS.items()}
_REST = {
    name: tuple(n for n in own if n not in (*COLUMNS, "because", "waited_for", "incident"))
    for name, own in _FIELDS.items()
}


def _all_fields(kind: type[Event]) -> tuple[str, ...]:
    return _FIELDS[kind.__name__]


def rest_fields(kind: type[Event]) -> tuple[str, ...]:
    """The fields of an event that have no column of their own."""
    return _REST[kind.__name__]


def _column_fields(kind: type[Event]) -> list[str]:
    return [name for name in _FIELDS[kind.__name__] if name in (*COLUMNS, "incident")]


def _tuples(value: Any) -> Any:
    return tuple(_tuples(part) for part in value) if isinstance(value, list) else value
