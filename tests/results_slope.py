"""A slope that nobody wants, written by hand: two desks, a refusal, a lost paper, a word from above, a double owner."""

from __future__ import annotations

from sim.core import events as ev
from tests.results_story import Story, belief, opening, ring

PLANNING, HOUSING, DISTRICT, CITY = "planning Toy", "housing Toy", "emergency Toy", "emergency city"
LINE = "duty telephone"

DESKS = {
    PLANNING: ("planning", "district", "Toy", DISTRICT),
    HOUSING: ("housing", "district", "Toy", DISTRICT),
    DISTRICT: ("emergency", "district", "Toy", CITY),
    CITY: ("emergency", "city", "", ""),
}
ROLES = {"housing": "lead", "planning": "support", "emergency": "informed"}


def staffed(story: Story) -> None:
    """The usual day's opening, four duty desks, a list that names housing, and a crew each that can inspect."""
    opening(story)
    for name, (department, tier, area, superior) in DESKS.items():
        story.at(0, ev.OfficeStaffed(office=name, department=department, tier=tier, area=area, superior=superior))
    for department, role in ROLES.items():
        story.at(
            0,
            ev.DutyListed(
                incident_kind="slide", phase="prevention", department=department, role=role, ambiguity=0.8
            ),
        )  # fmt: skip
    for unit, service in (("H1", "housing"), ("N1", "planning")):
        story.at(
            0,
            ev.UnitCommissioned(
                unit=unit, department=service, service=service, station=f"{service} bureau", district="Toy",
                capabilities=("inspect",), x=0.0, y=0.0,
            ),
        )  # fmt: skip


def slope(
    story: Story, t: int = 1000, *, name: str = "slope", needs: dict[str, int] | None = None, zone_m: float = 100.0
) -> int:
    """It cracks at (1000 m, 0)."""
    return story.at(
        t,
        ev.IncidentStarted(
            incident=name, incident_kind="slide", listed=True, x=1000.0, y=0.0, district="Toy", subdistrict="Middle",
            floor=0, needs={"inspect": 1} if needs is None else needs, victims=0, zone_m=zone_m,
        ),
    )  # fmt: skip


def sent(because: int, name: str, kind: str, sender: str, receiver: str, case: str | None) -> ev.MessageSent:
    return ev.MessageSent(
        because=because, message=name, message_kind=kind, sender=sender, receiver=receiver, channel=LINE,
        text=f"{kind}: slide", case=case,
    )  # fmt: skip


def heard(because: int, name: str, receiver: str) -> ev.MessageHeard:
    return ev.MessageHeard(because=because, message=name, receiver=receiver, channel=LINE)


def read(because: int, desk: str, kind: str, case: str | None, waited_for: int | None = None) -> ev.MessageRead:
    department = DESKS[desk][0]
    return ev.MessageRead(
        because=because, waited_for=waited_for, office=desk, department=department, message_kind=kind, case=case
    )


def opens(story: Story, t: int, because: int, desk: str, x: float) -> int:
    """A desk begins to believe in it; returns its newest belief."""
    case = f"{desk}-1"
    opened = story.at(t, ev.CaseOpened(because=because, case=case, department=desk, call="P1", x=x, y=0.0))
    return story.at(t, belief(opened, case, desk, "kind", "slide"))


def hands_on(story: Story, t: int, because: int, department: str, case: str, to: str) -> int:
    """A department hands it to a desk."""
    return story.at(t, ev.CaseHandedOff(because=because, case=case, department=department, to_department=to))


def disowned() -> Story:
    """The whole story: owned after 2380 s, judged after 3500 s."""
    story = Story()
    staffed(story)
    start = slope(story)
    rung = story.at(1100, ring(story.at(1100, _seen(start)), "c1", "110"))
    taken = story.at(1105, ev.CallAnswered(because=rung, call="c1", citizen=11, department="police"))
    case = story.at(1150, ev.CaseOpened(because=taken, case="P1", department="police", call="c1", x=1050.0, y=0.0))
    kind = story.at(1150, belief(case, "P1", "police", "kind", "slide"))
    refused = _planning_refuses(story, kind)
    believed = _housing_waits(story, refused)
    _housing_is_told(story, believed, kind)
    story.at(9000, ev.RunEnded())
    return story


def _seen(start: int) -> ev.IncidentNoticed:
    return ev.IncidentNoticed(because=start, incident="slope", citizen=11, caller=1)


def _planning_refuses(story: Story, kind: int) -> int:
    """The first paper is lost, and said again after five minutes; read in two minutes, thought about for ten."""
    handed = hands_on(story, 1150, kind, "police", "P1", PLANNING)
    first = story.at(1150, sent(handed, "m1", "hand-off", "police", PLANNING, "P1"))
    story.at(1210, ev.MessageLost(because=first, message="m1", channel=LINE, reason="not received"))
    again = story.at(1450, sent(first, "m2", "hand-off", "police", PLANNING, "P1"))
    at_desk = story.at(1510, heard(again, "m2", PLANNING))
    believed = opens(story, 1630, story.at(1630, read(at_desk, PLANNING, "hand-off", "P1")), PLANNING, 1300.0)
    return story.at(
        2230,
        ev.CaseRefused(
            because=believed, case=f"{PLANNING}-1", department="planning", office=PLANNING, reason="not ours"
        ),
    )


def _housing_waits(story: Story, refused: int) -> int:
    """An officer is still busy with a paper about nothing; then he reads, thinks, and asks before he does anything."""
    handed = hands_on(story, 2230, refused, "planning", f"{PLANNING}-1", HOUSING)
    paper = story.at(2230, sent(handed, "m3", "hand-off", PLANNING, HOUSING, f"{PLANNING}-1"))
    nothing = story.at(2230, sent(None, "m0", "notice", PLANNING, HOUSING, "x"))  # type: ignore[arg-type]
    other = story.at(2280, heard(nothing, "m0", HOUSING))
    at_desk = story.at(2290, heard(paper, "m3", HOUSING))
    freed = story.at(2400, read(other, HOUSING, "notice", "x"))
    taken = story.at(2520, read(at_desk, HOUSING, "hand-off", f"{PLANNING}-1", waited_for=freed))
    believed = opens(story, 2520, taken, HOUSING, 1050.0)
    held = story.at(
        3120, ev.CaseHeld(because=believed, case=f"{HOUSING}-1", department="housing", office=HOUSING, reason="waits")
    )
    return story.at(3120, sent(held, "m4", "report", HOUSING, DISTRICT, f"{HOUSING}-1"))


def _housing_is_told(story: Story, question: int, kind: int) -> None:
    """The district says go on; housing sends its crew, planning is asked once more and sends its own."""
    at_desk = story.at(3180, heard(question, "m4", DISTRICT))
    believed = opens(story, 3300, story.at(3300, read(at_desk, DISTRICT, "report", f"{HOUSING}-1")), DISTRICT, 1050.0)
    case, office = f"{DISTRICT}-1", {"department": "emergency", "office": DISTRICT}
    story.at(3300, ev.LevelDeclared(because=believed, case=case, level="IV", area="Toy", **office))
    word = story.at(3300, ev.InstructionGiven(because=believed, case=case, to_office=HOUSING, **office))
    word = story.at(
        3300, heard(story.at(3300, sent(word, "m5", "instruction", DISTRICT, HOUSING, case)), "m5", HOUSING)
    )
    told = story.at(3480, read(word, HOUSING, "instruction", case))
    told = story.at(3480, belief(told, f"{HOUSING}-1", HOUSING, "severity", "serious"))
    accepted = story.at(3480, ev.CaseAccepted(because=told, case=f"{HOUSING}-1", department="housing"))
    ordered = _sends(story, 3480, accepted, "H1", "housing")
    handed = hands_on(story, 3490, kind, "police", "P1", PLANNING)
    once_more = story.at(3490, sent(handed, "m6", "hand-off", "police", PLANNING, "P1"))
    alerted = story.at(3500, ev.UnitAlerted(because=ordered, unit="H1", case="housing-1", department="housing"))
    at_desk = story.at(3550, heard(once_more, "m6", PLANNING))
    taken = story.at(3600, read(at_desk, PLANNING, "hand-off", "P1"))
    accepted = story.at(3600, ev.CaseAccepted(because=taken, case=f"{PLANNING}-1", department="planning"))
    _sends(story, 3600, accepted, "N1", "planning")
    lost = story.at(3610, sent(accepted, "m7", "request", PLANNING, HOUSING, f"{PLANNING}-1"))
    story.at(3670, ev.MessageLost(because=lost, message="m7", channel=LINE, reason="not received"))
    left = story.at(
        3800,
        ev.UnitEnRoute(because=alerted, unit="H1", case="housing-1", department="housing", x=0, y=0, to_x=1050, to_y=0),
    )
    asked = story.at(4000, ev.AidRequested(because=accepted, case="housing-1", department="housing", area="Toy"))
    scene = story.at(
        4000, ev.UnitOnScene(because=left, unit="H1", case="housing-1", department="housing", found="slope")
    )
    story.at(4200, ev.UnitAvailable(unit="N1", department="planning"))
    crew = {"unit": "H1", "case": "housing-1", "department": "housing", "found": "slope"}
    judged = story.at(4500, ev.HazardJudged(because=scene, **crew))
    done = story.at(4500, ev.WorkDone(because=judged, **crew))
    story.at(4500, ev.UnitAvailable(because=done, unit="H1", department="housing"))
    story.at(4600, ev.AidGranted(because=asked, case="housing-1", department="housing", area="Toy"))
    report = story.at(4700, sent(believed, "m8", "report", DISTRICT, CITY, case))
    at_desk = story.at(4760, heard(report, "m8", CITY))
    believed = opens(story, 4900, story.at(4900, read(at_desk, CITY, "report", case)), CITY, 1000.0)
    story.at(
        4950,
        ev.LevelDeclared(
            because=believed, case=f"{CITY}-1", department="emergency", office=CITY, level="II", area=""
        ),
    )  # fmt: skip
    story.at(6000, ev.IncidentEnded(because=done, incident="slope", outcome="resolved"))


def _sends(story: Story, t: int, because: int, unit: str, department: str) -> int:
    """The crews' own desk opens a case and orders one; returns the order."""
    case = f"{department}-1"
    opened = story.at(t, ev.CaseOpened(because=because, case=case, department=department, call="", x=1050.0, y=0.0))
    needs = story.at(t, belief(opened, case, department, "needs", {"inspect": 1}))
    return story.at(
        t,
        ev.UnitOrdered(because=needs, unit=unit, case=case, department=department, capability="inspect", eta_s=None),
    )
