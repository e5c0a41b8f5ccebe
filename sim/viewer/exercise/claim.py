"""A claim on the folder of an exercise: of all sessions in all processes one writes a record."""

from __future__ import annotations

import errno
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from sim.core.errors import InputError

LOCK = "exercise.lock"
"""An empty file that is locked while the exercise is under way; it may stay there, and means nothing by itself."""

_TAKEN = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
"""What is said of a file that somebody else has locked; EACCES and EDEADLK on Windows."""

if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[Any]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

    def _unlock(file: IO[Any]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(file: IO[Any]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(file: IO[Any]) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)


_claimed: set[Path] = set()
_turn = threading.Lock()


class Claim:
    """Held from before a record is read until its last line is written.

    The system's own lock rather than a file with a process number in it: it ends with its process, however that ends,
    so that nothing is ever left over. A disk that knows no locks (some shared drives) keeps out this process only.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        with _turn:
            if self._folder in _claimed:
                raise _under_way(folder)
            self._file = (self._folder / LOCK).open("wb")
            try:
                _lock(self._file)
            except OSError as wrong:
                if wrong.errno in _TAKEN:
                    self._file.close()
                    raise _under_way(folder) from None
            _claimed.add(self._folder)

    def release(self) -> None:
        """Others may have it; even a process that was begun meanwhile holds nothing of it any more."""
        with _turn:
            _claimed.discard(self._folder)
            with suppress(OSError):  # it was not locked: the disk knows no locks
                _unlock(self._file)
            self._file.close()


def _under_way(folder: Path) -> InputError:
    return InputError(f"{folder.name} is under way; ask who leads it for the link")
