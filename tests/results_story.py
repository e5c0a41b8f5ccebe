"""A short day, written by hand: a fire served, a robbery never served, an illness redialled, and a forged call."""

from __future__ import annotations

from sim.core import events as ev
from sim.core.clock import Clock
from sim.core.events import Event
from sim.core.log import Entry, Log

WARMUP_S, END_S, DRAIN_S = 100, 5_000, 9_000
HORIZON_S = DRAIN_S - END_S

UNITS = {
    "E1": ("fire", ("extinguish", "rescue")),
    "A1": ("ems", ("treat", "transport")),
    "P1": ("police", ("secure",)),
}


class Story:
    """Writes events at given times into a true log, which inherits the incident along `because`."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.log = Log(self.clock)

    def at(self, t: int, event: Event) -> int:
        """It happens at t; returns its id."""
        assert t >= self.clock.t, "a story is told in the order of time"
        self.clock.t = t
        return self.log.add(event)

    @property
    def entries(self) -> list[Entry]:
        return list(self.log)


def opening(story: Story) -> None:
    """The run starts with one engine, one ambulance and one patrol car, all at the origin."""
    story.at(
        0,
        ev.RunStarted(
            scenario="a <short> day",
            town="toy",
            seed=7,
            policies={"bundle": "fragmented", "intake": {"kind": "separate"}},
            start_s=7 * 3600,
            warmup_s=WARMUP_S,
            end_s=END_S,
            drain_s=DRAIN_S,
            targets_s={"fire": 400, "ems": 720, "police": 900},
            primary="total_response_s",
            secondary=("expected_deaths", "ems_at_patient_s"),
        ),
    )
    for unit, (service, capabilities) in UNITS.items():
        story.at(
            0,
            ev.UnitCommissioned(
                unit=unit, department=service, service=service, station=f"{service} station", district="Toy",
                capabilities=capabilities, x=0.0, y=0.0,
            ),
        )  # fmt: skip


def begin(story: Story, t: int, name: str, kind: str, needs: dict[str, int], *, listed: bool = False) -> int:
    """An incident starts at (1000 m, 0)."""
    return story.at(
        t,
        ev.IncidentStarted(
            incident=name, incident_kind=kind, listed=listed, x=1000.0, y=0.0, district="Toy", subdistrict="Middle",
            floor=3, needs=needs, victims=0,
        ),
    )  # fmt: skip


def ring(because: int | None, call: str, number: str, attempt: int = 0) -> ev.CallPlaced:
    return ev.CallPlaced(
        because=because, call=call, citizen=11, number=number, channel=f"line {number}", attempt=attempt
    )


def belief(because: int, case: str, department: str, field: str, value: object) -> ev.BeliefChanged:
    return ev.BeliefChanged(
        because=because, case=case, department=department, belief=field, value=value, confidence=0.8, source="call",
        as_of_s=0.0,
    )  # fmt: skip


def order(because: int, unit: str, case: str, capability: str, waited_for: int | None = None) -> ev.UnitOrdered:
    return ev.UnitOrdered(
        because=because, waited_for=waited_for, unit=unit, case=case, department=UNITS[unit][0],
        capability=capability, eta_s=250.0,
    )  # fmt: skip


def drive(story: Story, because: int, times: tuple[int, int, int], unit: str, case: str) -> int:
    """Alerted, wheels turn, wheels stop; returns the last."""
    department = UNITS[unit][0]
    heard, left, stopped = times
    step = story.at(heard, ev.UnitAlerted(because=because, unit=unit, case=case, department=department))
    step = story.at(
        left, ev.UnitEnRoute(because=step, unit=unit, case=case, department=department, x=0, y=0, to_x=1000, to_y=0)
    )
    return story.at(
        stopped, ev.UnitAtGivenPlace(because=step, unit=unit, case=case, department=department, x=1000, y=0)
    )


def told() -> Story:
    """The whole day. Its entries are in the order of time, so the fire's two services are told side by side."""
    story = Story()
    opening(story)
    story.at(50, ev.CoverageSampled(service="fire", share=0.1))
    begin(story, 60, "early", "crime", {"secure": 1})
    story.at(200, ev.CoverageSampled(service="fire", share=0.5))
    story.at(200, ev.CoverageSampled(service="ems", share=0.4))
    story.at(400, ev.CoverageSampled(service="fire", share=0.7))
    a_fire_is_served(story)
    an_illness_is_redialled(story)
    a_forged_call_wastes_a_patrol(story)
    story.at(DRAIN_S, ev.RunEnded())
    return story


def a_fire_is_served(story: Story) -> None:
    """Known to the fire desk at 1100; ambulances hear of it by a hand-off at 1140. The robbery begins meanwhile."""
    start = begin(story, 1000, "fire", "dwelling_fire", {"extinguish": 1, "treat": 1}, listed=True)
    story.at(
        1000,
        ev.PatientHarmed(
            because=start, incident="fire", citizen=5, patient="p1", condition="smoke", severity="serious",
            reference_s=500.0,
        ),
    )  # fmt: skip
    seen = story.at(1030, ev.IncidentNoticed(because=start, incident="fire", citizen=11, caller=1))
    rung = story.at(1040, ring(seen, "c1", "119"))
    taken = story.at(1045, ev.CallAnswered(because=rung, call="c1", citizen=11, department="fire"))
    case = story.at(1100, ev.CaseOpened(because=taken, case="F1", department="fire", call="c1", x=1050.0, y=0.0))
    place = story.at(1100, belief(case, "F1", "fire", "place", (1050.0, 0.0)))
    kind = story.at(1100, belief(case, "F1", "fire", "kind", "dwelling_fire"))
    ended = story.at(1110, ev.CallEnded(because=taken, call="c1", department="fire", outcome="case"))
    assert ended > place
    engine = story.at(1110, order(kind, "E1", "F1", "extinguish"))
    told_ems = story.at(1110, ev.CaseHandedOff(because=kind, case="F1", department="fire", to_department="ems"))
    sent = story.at(1110, message(told_ems, "m1", "fire", "ems", "F1"))
    radio = story.at(1110, message(engine, "m2", "fire", "E1", "F1"))
    radio = story.at(1115, ev.MessageHeard(because=radio, message="m2", receiver="E1", channel="radio"))
    alerted = story.at(1115, ev.UnitAlerted(because=radio, unit="E1", case="F1", department="fire"))
    heard = story.at(1140, ev.MessageHeard(because=sent, message="m1", receiver="ems", channel="telephone"))
    case = story.at(1140, ev.CaseOpened(because=heard, case="M1", department="ems", call="c1", x=1300.0, y=0.0))
    believed = story.at(1140, belief(case, "M1", "ems", "kind", "illness"))
    left = story.at(
        1160, ev.UnitEnRoute(because=alerted, unit="E1", case="F1", department="fire", x=0, y=0, to_x=1050, to_y=0)
    )
    ambulance = story.at(1200, order(believed, "A1", "M1", "treat"))
    alerted = story.at(1210, ev.UnitAlerted(because=ambulance, unit="A1", case="M1", department="ems"))
    driving = story.at(
        1270, ev.UnitEnRoute(because=alerted, unit="A1", case="M1", department="ems", x=0, y=0, to_x=1300, to_y=0)
    )
    stopped = story.at(1460, ev.UnitAtGivenPlace(because=left, unit="E1", case="F1", department="fire", x=1050, y=0))
    scene = story.at(1480, ev.UnitOnScene(because=stopped, unit="E1", case="F1", department="fire", found="fire"))
    story.at(1600, ev.WaterOnFire(because=scene, unit="E1", case="F1", department="fire", found="fire"))
    stopped = story.at(1800, ev.UnitAtGivenPlace(because=driving, unit="A1", case="M1", department="ems", x=1300, y=0))
    scene = story.at(1860, ev.UnitOnScene(because=stopped, unit="A1", case="M1", department="ems", found="fire"))
    done = story.at(1900, ev.WorkDone(because=scene, unit="E1", case="F1", department="fire", found="fire"))
    story.at(1900, ev.UnitAvailable(because=done, unit="E1", department="fire"))
    story.at(1900, ev.CaseClosed(because=done, case="F1", department="fire", outcome="resolved"))
    hands = story.at(
        1980, ev.UnitAtPatient(because=scene, unit="A1", case="M1", department="ems", patient="p1", found="fire")
    )
    a_robbery_is_given_up(story)
    hospital = {"department": "ems", "unit": "A1", "case": "M1", "patient": "p1", "hospital": "First <Hospital>"}
    loaded = story.at(2100, ev.PatientLoaded(because=hands, citizen=5, **hospital))
    door = story.at(2400, ev.UnitAtHospital(because=loaded, **hospital))
    bay = story.at(2690, ev.BayFreed(hospital="First <Hospital>"))
    over = story.at(2700, ev.PatientDelivered(because=door, waited_for=bay, citizen=5, **hospital))
    settle(story, 2700, over, "p1", survival=0.75, died=False)
    story.at(2700, ev.UnitAvailable(because=over, unit="A1", department="ems"))
    story.at(2700, ev.CaseClosed(because=over, case="M1", department="ems", outcome="delivered"))
    story.at(2700, ev.IncidentEnded(because=over, incident="fire", outcome="resolved"))


def a_robbery_is_given_up(story: Story) -> None:
    """One ring, hung up after a minute, and no second try."""
    start = begin(story, 2000, "robbery", "crime", {"secure": 1})
    seen = story.at(2020, ev.IncidentNoticed(because=start, incident="robbery", citizen=12, caller=0))
    rung = story.at(2030, ring(seen, "c2", "110"))
    story.at(2090, ev.CallAbandoned(because=rung, call="c2", citizen=12, department="police"))


def an_illness_is_redialled(story: Story) -> None:
    """Hung up, redialled, put through from the police desk to the ambulance desk; he dies before they come."""
    start = begin(story, 3000, "ill", "illness", {"treat": 1, "transport": 1})
    story.at(
        3000,
        ev.PatientHarmed(
            because=start, incident="ill", citizen=6, patient="p2", condition="arrest", severity="critical",
            reference_s=400.0,
        ),
    )  # fmt: skip
    seen = story.at(3050, ev.IncidentNoticed(because=start, incident="ill", citizen=11, caller=0))
    rung = story.at(3060, ring(seen, "c3", "110"))
    gone = story.at(3120, ev.CallAbandoned(because=rung, call="c3", citizen=11, department="police"))
    rung = story.at(3150, ring(gone, "c3", "110", attempt=1))
    free = story.at(3170, ev.CallEnded(call="c0", department="police", outcome="no case"))
    taken = story.at(3170, ev.CallAnswered(because=rung, waited_for=free, call="c3", citizen=11, department="police"))
    through = story.at(3200, ev.CallTransferred(because=taken, call="c3", department="police", to_department="ems"))
    rung = story.at(3200, ring(through, "c3", "120"))
    taken = story.at(3230, ev.CallAnswered(because=rung, call="c3", citizen=11, department="ems"))
    case = story.at(3290, ev.CaseOpened(because=taken, case="M2", department="ems", call="c3", x=1000.0, y=0.0))
    believed = story.at(3290, belief(case, "M2", "ems", "kind", "illness"))
    ordered = story.at(3290, order(believed, "A1", "M2", "treat"))
    dead = story.at(3295, ev.PatientDied(because=start, patient="p2", citizen=6, avoidable=True))
    settle(story, 3295, dead, "p2", survival=0.25, died=True)
    stopped = drive(story, ordered, (3300, 3360, 3660), "A1", "M2")
    scene = story.at(3660, ev.UnitOnScene(because=stopped, unit="A1", case="M2", department="ems", found="ill"))
    hands = story.at(
        3720, ev.UnitAtPatient(because=scene, unit="A1", case="M2", department="ems", patient="p2", found="ill")
    )
    story.at(3720, ev.IncidentEnded(because=hands, incident="ill", outcome="resolved"))
    story.at(4000, ev.UnitAvailable(because=hands, unit="A1", department="ems"))


def a_forged_call_wastes_a_patrol(story: Story) -> None:
    forged = story.at(4100, ev.MessageForged(call="c4", citizen=13, claimed_kind="crime", x=500.0, y=0.0))
    rung = story.at(4100, ring(forged, "c4", "110"))
    taken = story.at(4105, ev.CallAnswered(because=rung, call="c4", citizen=13, department="police"))
    case = story.at(4150, ev.CaseOpened(because=taken, case="X1", department="police", call="c4", x=500.0, y=0.0))
    believed = story.at(4150, belief(case, "X1", "police", "kind", "crime"))
    ordered = story.at(4150, order(believed, "P1", "X1", "secure"))
    stopped = drive(story, ordered, (4160, 4200, 4300), "P1", "X1")
    nothing = story.at(4600, ev.NothingFound(because=stopped, unit="P1", case="X1", department="police"))
    story.at(4600, ev.UnitAvailable(because=nothing, unit="P1", department="police"))


def message(because: int, name: str, sender: str, receiver: str, case: str) -> ev.MessageSent:
    return ev.MessageSent(
        because=because, message=name, message_kind="Handoff", sender=sender, receiver=receiver, channel="telephone",
        text="a fire, people inside", case=case,
    )  # fmt: skip


def settle(story: Story, t: int, because: int, patient: str, *, survival: float, died: bool) -> None:
    story.at(
        t,
        ev.PatientSettled(
            because=because, patient=patient, citizen=5, survival=survival, reference_survival=0.8, died=died,
            avoidable=died,
        ),
    )  # fmt: skip
