"""Nobody sees the truth who must not: incidents and patients are blindfolded, decisions follow from views alone."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from dataclasses import replace
from inspect import isfunction, signature
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.actors.dispatcher import Dispatcher
from sim.comms.views import DispatchView
from sim.core import events as e
from sim.core.log import Log
from sim.hazards.incident import Incident
from sim.hazards.incidents import Incidents
from sim.hazards.patient import Patient
from sim.hazards.tables import hazard_tables
from sim.model import City
from sim.policies.base import Policy
from sim.policies.bundles import bundle_names
from sim.policies.dispatch import OwnDistrict
from sim.scenario import Scenario
from tests.spine import Paper, busy_hour, city_of, events, lived, log_of, plain, scenario_of

SEEING = {"begin", "watch", "notice", "act", "care", "command", "grow", "respond"}
"""Stages in which somebody is at the place, or the truth itself moves."""


class PeekedError(AssertionError):
    """Somebody looked at the truth who may not."""


def of_incident(incident: Any) -> Any:
    return object.__getattribute__(incident, "__dict__").get("keeper")


def of_patient(patient: Any) -> Any:
    incident = object.__getattribute__(patient, "__dict__").get("incident")
    return None if incident is None else of_incident(incident)


def blindfolded(keeper_of: Callable[[Any], Any]) -> Callable[[Any, str], Any]:
    def look(thing: Any, name: str) -> Any:
        keeper = keeper_of(thing)
        if isinstance(keeper, Incidents) and not name.startswith("__"):
            stage = keeper._grow.clock.stage
            if stage not in SEEING:
                raise PeekedError(f"{type(thing).__name__}.{name} was read in {stage or 'no stage at all'}")
        return object.__getattribute__(thing, name)

    return look


@pytest.fixture
def blindfold(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Incidents and patients can be read only by those who see or touch them."""
    monkeypatch.setattr(Incident, "__getattribute__", blindfolded(of_incident))
    monkeypatch.setattr(Patient, "__getattribute__", blindfolded(of_patient))
    yield


def a_bad_morning() -> Scenario:
    """The ordinary calls of 45 minutes, and a tower fire, a pile-up, a closed road and an arrest."""
    demo = Scenario.load("demo").plain()
    parts = {name: demo[name] for name in ("incidents", "closures")}
    return busy_hour(duration="45min", drain="0s", **parts)


FIRE = {"name": "fire", "kind": "dwelling_fire", "at": "+0s", "place": {"node": "D4"}, "details": {"occupants": 3}}


@pytest.mark.parametrize("arm", bundle_names())
def test_a_bad_morning_is_lived_through_blindfolded(blindfold: None, arm: str) -> None:
    log = log_of(a_bad_morning(), arm)
    assert len(events(log, e.UnitOnScene)) > 50


@pytest.mark.parametrize("arm", bundle_names())
def test_the_toy_town_is_lived_through_blindfolded_to_the_end(blindfold: None, arm: str) -> None:
    crash = {"name": "crash", "kind": "road_crash", "at": "+60s", "place": {"node": "E2"}, "details": {"trapped": 1,
             "critical": 2}}  # fmt: skip
    log = log_of(scenario_of(incidents=[FIRE, crash]), arm)
    assert events(log, e.PatientDelivered)


@pytest.mark.parametrize("kind", sorted(hazard_tables().kinds))
def test_every_kind_of_incident_is_met_blindfolded(blindfold: None, kind: str) -> None:
    listed = [{"name": f"{kind} {n}", "kind": kind, "at": f"+{n}min", "place": {"node": "D4"}} for n in (1, 20)]
    for arm in ("fragmented", "linked"):
        assert len(log_of(scenario_of(incidents=listed, drain="1h"), arm)) > 30


def test_a_dispatcher_who_peeks_is_caught(blindfold: None, monkeypatch: pytest.MonkeyPatch) -> None:
    consider = Dispatcher.consider

    def peek(self: Dispatcher, case: Any) -> None:
        for crew in self.crews.values():
            for incident in crew.parts.incidents.active.values():  # type: ignore[attr-defined]
                assert incident.kind
        consider(self, case)

    monkeypatch.setattr(Dispatcher, "consider", peek)
    with pytest.raises(PeekedError, match=r"Fire\.kind was read in dispatch"):
        lived(city_of(scenario_of(incidents=[FIRE])))


def test_a_policy_that_peeks_is_caught(blindfold: None, monkeypatch: pytest.MonkeyPatch) -> None:
    smuggled: list[City] = []

    def choose(self: OwnDistrict, view: DispatchView) -> tuple[str, ...]:
        patients = smuggled[0].incidents.unsettled.values()
        return view.by_distance(view.count, None) if any(one.u < 0.5 for one in patients) else ()

    monkeypatch.setattr(OwnDistrict, "choose", choose)
    ill = {"name": "ill", "kind": "illness", "at": "+0s", "place": {"node": "D6"}, "details": {"is_found_late": False}}
    smuggled.append(city_of(scenario_of(incidents=[ill])))
    with pytest.raises(PeekedError, match=r"Patient\.u was read in dispatch"):
        lived(smuggled[0])


# --- decisions follow from views


class Asked:
    """A question on a view, which remembers its answers."""

    def __init__(self, question: Callable[..., Any]) -> None:
        self.question = question
        self.answers: dict[tuple[Any, ...], Any] = {}

    def __call__(self, *arguments: Any) -> Any:
        self.answers[arguments] = self.question(*arguments)
        return self.answers[arguments]


class Told:
    """The same question when there is no city any more: only what was answered can be asked again."""

    def __init__(self, answers: dict[tuple[Any, ...], Any]) -> None:
        self.answers = answers

    def __call__(self, *arguments: Any) -> Any:
        return self.answers[arguments]


QUESTIONS = ("by_eta", "by_distance", "free_by_district")


def decisions_of(kind: type[Policy]) -> set[str]:
    """What a policy decides from something that it is shown; what it always says is no decision."""
    own = [vars(one) for one in kind.__mro__ if issubclass(one, Policy) and one is not Policy]
    return {
        name for names in own for name, what in names.items()
        if isfunction(what) and not name.startswith("_") and len(signature(what).parameters) > 1
    }  # fmt: skip


class Notebook:
    """Writes down every decision of every policy, with the view it was made from, as plain bytes."""

    def __init__(self) -> None:
        self.pages: list[tuple[bytes, Any]] = []

    def follow(self, monkeypatch: pytest.MonkeyPatch, kind: type[Policy]) -> None:
        for name in decisions_of(kind) & vars(kind).keys():
            monkeypatch.setattr(kind, name, self._written(name, vars(kind)[name]))
        for other in kind.__subclasses__():
            self.follow(monkeypatch, other)

    def _written(self, name: str, decide: Callable[..., Any]) -> Callable[..., Any]:
        def decided(policy: Policy, *views: Any) -> Any:
            seen = [_asked(view) for view in views]
            choice = decide(policy, *seen)
            self.pages.append((pickle.dumps((policy, name, [_told(view) for view in seen])), choice))
            return choice

        decided.__signature__ = signature(decide)  # type: ignore[attr-defined]
        return decided


def _asked(view: Any) -> Any:
    if not isinstance(view, DispatchView):
        return view
    return replace(view, **{name: Asked(getattr(view, name)) for name in QUESTIONS})


def _told(view: Any) -> Any:
    if not isinstance(view, DispatchView):
        return view
    return replace(view, **{name: Told(getattr(view, name).answers) for name in QUESTIONS})


@pytest.mark.parametrize("arm", bundle_names())
def test_policies_decide_the_same_again_from_their_views_alone(monkeypatch: pytest.MonkeyPatch, arm: str) -> None:
    book = Notebook()
    with monkeypatch.context() as patch:
        book.follow(patch, Policy)
        slope = {"fails_after": "70min", "inside": 200}
        fenghuang = {"subdistrict": "Fenghuang"}
        slide = {"name": "slope", "kind": "slide", "at": "+1min", "place": fenghuang, "details": slope}
        expected = {"name": "storm", "kind": "flash_flood", "at": "+2min", "place": {"subdistrict": "Donghu"}}
        log_of(busy_hour(duration="50min", drain="0s", incidents=[slide], forecasts=[expected]), arm)
    kinds = set()
    for page, choice in book.pages:
        policy, name, views = pickle.loads(page)
        kinds.add(f"{name} of {type(policy).__name__}")
        assert getattr(policy, name)(*views) == choice
    assert len(kinds) >= 5 and any(kind.startswith("decide") for kind in kinds), kinds
    assert len(book.pages) > 200


# --- what nobody perceives

NODES = [f"{column}{row}" for column in "ABCDEFG" for row in range(1, 8)]
HIDDEN = {"name": "hidden", "kind": "help_request", "at": "+0s", "place": {"node": "G7"}}
SLOPE = {**HIDDEN, "kind": "slide", "details": {"fails_after": "5h", "inside": 40}}
GAS = {**HIDDEN, "kind": "gas_leak"}
GREY = {"slide": {"fails_after": "50min", "inside": 30}, "gas_leak": {}}
"""Kinds whose owner must be found, as somebody perceives them."""
NEVER_S = 1e9
BLIND = "sensing=iot.slope=0,gas=0"


def nobody_notices_it(paper: Paper, kind: str = "help_request") -> None:
    """No sensor watches for such a thing, and nobody dials for a lifetime."""
    paper.kind(kind, notice_s__median=NEVER_S, notice_s__most=NEVER_S, unnoticed__value=0.0)
    paper.kind(kind, passing_per_s__value=0.0, notice_per_person_s__value=0.0)


def somebody_notices_it(paper: Paper, kind: str) -> None:
    """Somebody dials after five minutes, and says what it is."""
    paper.kind(kind, notice_s__median=300.0, unnoticed__value=0.0, believed_as__shares={kind: 1.0})


def decisions(log: Log, until: int) -> list[tuple[Any, ...]]:
    """All that organisations, offices and crews decided, said and believed before a time."""
    crews = (e.CaseOpened, e.BeliefChanged, e.UnitOrdered, e.UnitRecalled, e.PatientLoaded, e.MessageSent, e.CallPlaced)
    whose = (e.CaseAccepted, e.CaseRefused, e.CaseHeld, e.CaseHandedOff, e.CaseEscalated, e.CaseDisputed)
    above = (e.LevelDeclared, e.InstructionGiven, e.AidRequested, e.AidGranted, e.ReinforcementRequested)
    public = (e.WarningProposed, e.WarningSigned, e.AlertIssued, e.AlertLifted, e.StatementIssued)
    kinds = (*crews, *whose, *above, *public, e.AlarmDismissed, e.CorridorOpened)
    return [plain(entry) for entry in log if entry.t < until and isinstance(entry.event, kinds)]


perceived = st.lists(
    st.tuples(
        st.sampled_from(["disorder", "illness", "road_crash", "crime", "dwelling_fire", *GREY]),
        st.sampled_from([node for node in NODES if node != "G7"]),
        st.integers(0, 1800),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    incidents=perceived,
    hidden=st.sampled_from([HIDDEN, SLOPE, GAS]),
    arm=st.sampled_from(bundle_names()),
    seed=st.integers(1, 1000),
)
def test_what_nobody_perceives_changes_no_decision(
    paper: Paper, incidents: list[tuple[str, str, int]], hidden: dict[str, Any], arm: str, seed: int
) -> None:
    """Not of a crew, and not of an office: a slope above which no sensor stands is nobody's until it falls."""
    usual = paper.tables
    for kind in GREY:
        somebody_notices_it(paper, kind)
    nobody_notices_it(paper, hidden["kind"])
    listed = [
        {"name": f"{number}", "kind": kind, "at": at, "place": {"node": node}, "details": GREY.get(kind, {})}
        for number, (kind, node, at) in enumerate(incidents)
        if kind != hidden["kind"]
    ]
    forecast = {"name": "storm", "kind": "flash_flood", "at": "+5min", "place": {"node": "E3"}}
    story = {"drain": "1h", "forecasts": [forecast]}
    unseeing = arm if hidden is HIDDEN else f"{arm}+{BLIND}"
    without = log_of(scenario_of(incidents=listed, **story), unseeing, seed)
    with_it = log_of(scenario_of(incidents=[*listed, hidden], **story), unseeing, seed)
    paper.tables = usual
    assert events(with_it, e.IncidentStarted, incident="hidden")
    until = min(log[-1].t for log in (without, with_it))  # a run goes on until all is over, the hidden one too
    assert decisions(without, until) == decisions(with_it, until)


def test_what_somebody_perceives_makes_offices_decide(paper: Paper) -> None:
    """So the property above compares something."""
    somebody_notices_it(paper, "slide")
    noticed = {**SLOPE, "place": {"node": "D4"}, "details": {"fails_after": "70min", "inside": 40}}
    logs = [log_of(scenario_of(incidents=[noticed], duration="2h", drain="1h"), arm) for arm in bundle_names()]
    made = [{row[1] for row in decisions(log, log[-1].t)} for log in logs]
    assert all({"CaseAccepted", "CaseHandedOff"} <= one for one in made)
    somewhere = {"CaseRefused", "CaseHeld", "LevelDeclared", "AlertIssued"}
    assert somewhere <= set().union(*made), somewhere - set().union(*made)


def test_in_shenzhen_too_what_nobody_perceives_changes_nothing_at_all(paper: Paper) -> None:
    nobody_notices_it(paper)
    usual = {"duration": "30min", "drain": "0s", "background": {"loads": {"help_request": 0.0}}}
    hidden = {**HIDDEN, "at": "+5min", "place": {"subdistrict": "Dapeng"}}
    without = log_of(busy_hour(**usual))
    with_it = log_of(busy_hour(**usual, incidents=[hidden]))
    others = [entry for entry in with_it if entry.incident != "hidden"]
    assert len(others) < len(with_it)
    assert [plain(entry) for entry in others] == [plain(entry) for entry in without]
