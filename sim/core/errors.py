"""Errors that a user can mend."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class InputError(ValueError):
    """What the user gave cannot be used; the message says where, what was found and what is allowed."""


def nearest(found: str, known: Iterable[str], likeness: float) -> str | None:
    """The known name that is most like it, by difflib's ratio; none if no one is as like as that."""
    folded = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(found.casefold(), folded, n=1, cutoff=likeness)
    return folded[near[0]] if near else None


def unknown(where: str, found: str, known: Iterable[str]) -> InputError:
    """An error for a name that is not among the known ones, with the nearest guess."""
    names = sorted(known)
    shown = ", ".join(names[:12]) + (f", … ({len(names)} in all)" if len(names) > 12 else "")
    near = nearest(found, names, 0.5)
    guess = f" Did you mean {near!r}?" if near else ""
    return InputError(f"{where} is {found!r}. Known: {shown or 'none'}.{guess}")
