"""Errors that a user can mend."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class InputError(ValueError):
    """What the user gave cannot be used; the message says where, what was found and what is allowed."""


def unknown(where: str, found: str, known: Iterable[str]) -> InputError:
    """An error for a name that is not among the known ones, with the nearest guess."""
    names = sorted(known)
    shown = ", ".join(names[:12]) + (f", … ({len(names)} in all)" if len(names) > 12 else "")
    folded = {name.casefold(): name for name in names}
    near = difflib.get_close_matches(found.casefold(), folded, n=1, cutoff=0.5)
    guess = f" Did you mean {folded[near[0]]!r}?" if near else ""
    return InputError(f"{where} is {found!r}. Known: {shown or 'none'}.{guess}")
