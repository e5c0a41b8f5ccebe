"""The folder that a run or a comparison leaves behind; its manifest says from the start that it is unfinished."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sim.core.errors import InputError
from sim.versions import versions

if TYPE_CHECKING:
    from sim.policies.bundles import Arm
    from sim.scenario import Scenario

Status = Literal["unfinished", "partial", "complete"]


class Folder:
    """Files of one run or comparison, and the manifest that tells how they came to be."""

    def __init__(self, path: Path, manifest: dict[str, Any], *, force: bool = False) -> None:
        self.path = path
        self._manifest = manifest
        with self._named():
            if path.exists() and not path.is_dir():
                raise InputError(f"{path} is a file; give a folder")
            if path.is_dir() and any(path.iterdir()) and not force:
                raise InputError(f"the folder {path} is not empty; give another one, or --force to write into it")
            path.mkdir(parents=True, exist_ok=True)
            self.mark("unfinished")

    def mark(self, status: Status, **more: Any) -> None:
        """Write the manifest anew, in one move."""
        self._manifest |= {"status": status, **more}
        with self._named():
            part = self.path / "manifest.json.part"
            part.write_text(_json(self._manifest), encoding="utf-8")
            part.replace(self.path / "manifest.json")

    def write(self, name: str, content: str | dict[str, Any]) -> None:
        """Write one file: text as it is, anything else as JSON."""
        with self._named():
            text = content if isinstance(content, str) else _json(content)
            (self.path / name).write_text(text, encoding="utf-8")

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Around the work: a full disk ends it with one message, and what was written before stays."""
        with self._named():
            yield

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except OSError as wrong:
            raise InputError(
                f"{wrong.filename or self.path}: {wrong.strerror or wrong}. What was written until then is kept, "
                f"and {self.path / 'manifest.json'}, if there is one, calls it unfinished"
            ) from wrong


def origin(scenario: Scenario, arms: list[tuple[str, Arm]], command: list[str]) -> dict[str, Any]:
    """The part of a manifest that is known before the start: what was asked for, of which scenario and policies."""
    return {
        "command": command,
        "versions": versions(),
        "scenario": {"name": scenario.name, "sha256": scenario.digest},
        "policies": [
            {"label": label, "sha256": arm.policies.digest, "settings": arm.policies.model_dump(mode="json")}
            for label, arm in arms
        ],
    }


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
