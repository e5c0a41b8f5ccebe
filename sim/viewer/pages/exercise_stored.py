"""Exercises that were recorded, as one looks for them: which scenario, when, how far they came."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sim.core.errors import InputError
from sim.core.quantities import clock_text
from sim.scenario import Scenario
from sim.viewer import roots
from sim.viewer.exercise.course import HEADER
from sim.viewer.exercise.record import COMMANDS
from sim.viewer.pages.exercise_registry import FOLDER
from sim.viewer.words import Language, Words
from sim.viewer.words_model import arm
from sim.viewer.words_model import scenario as scenario_words
from sim.viewer.words_model import town as town_title

_T = re.compile(r'"t": (\d+)')


@dataclass(frozen=True)
class Recorded:
    """One of them; what could not be read is left out."""

    name: str
    changed: datetime
    reached_s: int = 0  # since the start
    commands: int = 0
    scenario: Scenario | None = None
    town: str = ""
    policies: str = ""

    def title(self, language: Language) -> str:
        """Of its scenario."""
        return scenario_words(self.scenario, language)[0] if self.scenario is not None else self.name

    def told(self, t: Words) -> str:
        """The rest, in a line."""
        when = self.changed.strftime("%Y-%m-%d %H:%M")
        if self.scenario is None:
            return when
        policies = arm(self.policies, "zh") if t.language == "zh" else self.policies
        start_s = self.scenario.start_s
        reached = t("exercise.reached", start=clock_text(start_s)[:5], end=clock_text(start_s + self.reached_s)[:5])
        return " · ".join([when, town_title(self.town, t.language), policies, reached])


def stored(names: Iterable[str]) -> list[Recorded]:
    """Those of the folder of results that have these names."""
    found = []
    for name in names:
        try:
            found.append(_read(name, roots.inside(f"{FOLDER}/{name}")))
        except (InputError, OSError):  # it has gone meanwhile
            continue
    return found


def _read(name: str, folder: Path) -> Recorded:
    commands = folder / COMMANDS
    path = commands if commands.exists() else folder / HEADER
    changed = datetime.fromtimestamp(path.stat().st_mtime)
    times = [int(one) for one in _T.findall(commands.read_text("utf-8", "replace"))] if commands.exists() else []
    try:
        told: dict[str, Any] = json.loads((folder / HEADER).read_text("utf-8"))
        scenario = Scenario.parse(told["scenario"], name)
        town, policies = str(told["map"]["name"]), str(told["policies"]["label"])
    except (ValueError, KeyError, TypeError):
        return Recorded(name, changed, max(times, default=0), len(times))
    return Recorded(name, changed, max(times, default=0), len(times), scenario, town, policies)
