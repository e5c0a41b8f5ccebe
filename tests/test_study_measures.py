"""Which measures a scenario may name: not those whose incidents the policy chooses."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.core.errors import InputError
from sim.results.definitions import KPIS, text_of
from sim.scenario import Scenario
from sim.study.measures import check_measures, is_where_it_happened, marked

CHECKOUT = Path(__file__).parent.parent
CHOSEN = ("aid_s", "joint_command_s", "level_i_s", "level_iv_s", "rumour_s", "offload_s")


@pytest.mark.parametrize("key", CHOSEN)
def test_a_mean_over_what_it_happened_to_is_marked_and_cannot_be_named(key: str) -> None:
    for kpi in (key, f"{key}_p90", f"{key}_unserved", f"listed_{key}"):
        assert kpi in KPIS and marked(kpi).endswith(" †")
        with pytest.raises(InputError, match=f"^here: {kpi} cannot be primary or secondary: it is only over what"):
            check_measures("here", (kpi,))
    check_measures("here", (f"{key}_n",))  # how often it happened is a fair question


def test_measures_over_what_truly_needed_it_can_be_named() -> None:
    fair = (
        "total_response_s",
        "ems_at_patient_s_p90",
        "listed_inspection_s",
        "unowned_minutes",
        "rumour_peak",
        "calls",
    )
    check_measures("here", fair)
    assert not any(is_where_it_happened(kpi) or "†" in marked(kpi) for kpi in fair)
    assert text_of("office_housing_information_latency_s") and not is_where_it_happened("no_such_measure")


@pytest.mark.parametrize("path", sorted((CHECKOUT / "scenarios").glob("*.toml")), ids=lambda path: path.stem)
def test_no_scenario_names_one(path: Path) -> None:
    scenario = Scenario.load(path)
    check_measures(scenario.name, (scenario.primary, *scenario.secondary))
