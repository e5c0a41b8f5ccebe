"""The binary layout in which map, frames and people travel to the browser; one golden file tests it here and there.

A packet is little-endian: magic `LDMP`, version (u16), kind (u16), simulated time in s (f64), serial (u32), number of
sections (u32); then for each section its name (4 bytes), type (u32), offset and length in bytes (u32 each); then the
sections, each at a multiple of 8 bytes. Section `json` holds UTF-8 text. Places are u16 shares of the map's box.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

MAGIC = b"LDMP"
VERSION = 1
GROUND, FRAME, PEOPLE = 1, 2, 3
STEPS = 65535
"""A place is quantised to the width or height of the box divided by this."""

_HEAD = struct.Struct("<4sHHdII")
_ENTRY = struct.Struct("<4sIII")
_TYPES: dict[int, str] = {1: "<u1", 2: "<u2", 3: "<u4", 4: "<f4", 5: "<f8"}
_CODES = {np.dtype(name): code for code, name in _TYPES.items()}
_TEXT = 0

Array = NDArray[Any]


class Box(NamedTuple):
    """West, south, east, north, m: what u16 places are shares of."""

    west: float
    south: float
    east: float
    north: float

    def shares(self, points: Array) -> NDArray[np.uint16]:
        """(k, 2) metres as (k, 2) shares; what lies outside is put on the edge."""
        low, span = np.array(self[:2]), np.array(self[2:]) - np.array(self[:2])
        shares = np.clip(np.rint((np.asarray(points, float) - low) / span * STEPS), 0, STEPS)
        return np.asarray(shares, np.uint16)

    def metres(self, shares: Array) -> NDArray[np.float64]:
        """The way back."""
        low, span = np.array(self[:2]), np.array(self[2:]) - np.array(self[:2])
        metres: NDArray[np.float64] = low + np.asarray(shares, float) / STEPS * span
        return metres


@dataclass(frozen=True, slots=True)
class Packet:
    """What was read back."""

    kind: int
    t: float
    serial: int
    text: dict[str, Any]
    arrays: dict[str, Array]


def pack(kind: int, t: float, serial: int, text: Mapping[str, Any], arrays: Mapping[str, Array]) -> bytes:
    """A packet; names of arrays have four letters."""
    bodies = [(b"json", _TEXT, json.dumps(text, ensure_ascii=False, separators=(",", ":")).encode())]
    for name, array in arrays.items():
        assert len(name) == 4, f"{name} has not four letters"
        bodies.append((name.encode("ascii"), _CODES[array.dtype], np.ascontiguousarray(array).tobytes()))
    offset = _padded(_HEAD.size + _ENTRY.size * len(bodies))
    entries, parts = [], []
    for tag, code, body in bodies:
        entries.append(_ENTRY.pack(tag, code, offset, len(body)))
        parts.append(body.ljust(_padded(len(body)), b"\0"))
        offset += len(parts[-1])
    head = _HEAD.pack(MAGIC, VERSION, kind, t, serial, len(bodies)) + b"".join(entries)
    return head.ljust(_padded(len(head)), b"\0") + b"".join(parts)


def unpack(packet: bytes) -> Packet:
    """Read a packet back; ValueError when it is none, or of another version."""
    if len(packet) < _HEAD.size or packet[:4] != MAGIC:
        raise ValueError("not a packet of the map")
    _, version, kind, t, serial, count = _HEAD.unpack_from(packet)
    if version != VERSION:
        raise ValueError(f"a packet of version {version}; this program reads version {VERSION}")
    text: dict[str, Any] = {}
    arrays: dict[str, Array] = {}
    for number in range(count):
        tag, code, offset, length = _ENTRY.unpack_from(packet, _HEAD.size + _ENTRY.size * number)
        body = packet[offset : offset + length]
        if code == _TEXT:
            text = json.loads(body)
        else:
            arrays[tag.decode("ascii")] = np.frombuffer(body, _TYPES[code])
    return Packet(kind, t, serial, text, arrays)


def _padded(length: int) -> int:
    return (length + 7) // 8 * 8
