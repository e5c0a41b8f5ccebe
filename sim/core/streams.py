"""Randomness with a name: the only source of random numbers in the model."""

from __future__ import annotations

from zlib import crc32

import numpy as np
from numpy.random import PCG64, Generator, SeedSequence, default_rng
from numpy.typing import NDArray

_MIX_A = np.uint64(0xBF58476D1CE4E5B9)
_MIX_B = np.uint64(0x94D049BB133111EB)
_POOL_WORDS = 4  # of a SeedSequence
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


class Streams:
    """Generators by name: sequential ones before the run, keyed ones during it."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._words = _words_of(seed)
        self._sequential: dict[str, Generator] = {}
        self._codes: dict[int, str] = {}
        self._known: dict[str, int] = {}

    def __call__(self, name: str) -> Generator:
        """The sequential stream of that name; each call continues where the last one stopped."""
        if name not in self._sequential:
            self._sequential[name] = default_rng(SeedSequence(self.seed, spawn_key=(self._code(name),)))
        return self._sequential[name]

    def of(self, name: str, *thing: int) -> Generator:
        """A fresh generator for one thing: the same in every run with this seed that meets that thing."""
        # the same as default_rng(SeedSequence(seed, spawn_key=(code, *thing))), in half the time
        words = np.array((*self._words, self._code(name), *thing), np.uint32)
        return Generator(PCG64(SeedSequence(words)))

    def uniforms(self, name: str, rows: NDArray[np.integer], time: int = 0) -> NDArray[np.float64]:
        """One uniform in [0, 1) for each row at a time: a counter-based hash (SplitMix64's finaliser, twice)."""
        base = SeedSequence(self.seed, spawn_key=(self._code(name), time)).generate_state(1, np.uint64)[0]
        with np.errstate(over="ignore"):
            mixed = _mix(_mix(np.asarray(rows).astype(np.uint64) * _GOLDEN + base) + base)
        uniforms: NDArray[np.float64] = (mixed >> np.uint64(11)).astype(np.float64) * 2.0**-53
        return uniforms

    def _code(self, name: str) -> int:
        if name not in self._known:
            code = crc32(name.encode())
            other = self._codes.setdefault(code, name)
            if other != name:
                raise ValueError(f"streams {name!r} and {other!r} have the same crc32; rename one")
            self._known[name] = code
        return self._known[name]


class Dice:
    """The draws that belong to one thing; whoever holds them cannot read which thing it is."""

    __slots__ = ("_key", "_streams")

    def __init__(self, streams: Streams, *key: int) -> None:
        self._streams = streams
        self._key = key

    def of(self, name: str, *part: int) -> Generator:
        """A fresh generator for one aspect of the thing."""
        return self._streams.of(name, *self._key, *part)

    def child(self, *part: int) -> Dice:
        """The dice of a part of the thing."""
        return Dice(self._streams, *self._key, *part)


def code_of(name: str) -> int:
    """A name as a part of a key."""
    return crc32(name.encode())


def _words_of(seed: int) -> tuple[int, ...]:
    """The seed as SeedSequence takes it in before a spawn key: words of 32 bits, the lowest first, at least four."""
    count = max(_POOL_WORDS, -(-seed.bit_length() // 32))
    return tuple(seed >> (32 * i) & 0xFFFFFFFF for i in range(count))


def _mix(z: NDArray[np.uint64]) -> NDArray[np.uint64]:
    z = (z ^ (z >> np.uint64(30))) * _MIX_A
    z = (z ^ (z >> np.uint64(27))) * _MIX_B
    mixed: NDArray[np.uint64] = z ^ (z >> np.uint64(31))
    return mixed
