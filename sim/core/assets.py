"""Where the folders of data that belong to the program are, in a source checkout and in an installed wheel."""

from __future__ import annotations

from pathlib import Path

from sim.core.errors import InputError

_PACKAGE = Path(__file__).resolve().parents[1]


def assets_folder(name: str) -> Path:
    """The folder `maps`, `scenarios` …: inside the package when installed, beside it in a checkout."""
    for folder in (_PACKAGE / "_assets" / name, _PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise InputError(f"the folder {name!r} is missing: neither {_PACKAGE / '_assets'} nor {_PACKAGE.parent} has it")
