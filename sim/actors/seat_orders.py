"""What a person at a seat may have its desks do: each is checked first, and goes out by the ways that there are."""

from __future__ import annotations

from sim.actors.department import Department
from sim.actors.dispatcher import Dispatcher
from sim.actors.office import Office
from sim.actors.seat import Filed, Seat, departments
from sim.comms.alerts import STATEMENT
from sim.comms.cases import Case
from sim.comms.messages import Handoff, Request
from sim.comms.notes import Note, Pigeonhole
from sim.core.errors import InputError, unknown
from sim.core.events import CaseHandedOff
from sim.core.streams import Dice, code_of
from sim.core.vocabulary import EMERGENCY, SERVICE_OF, Capability, Service
from sim.policies.warning import Signed

INSTRUCTOR = "instructor"
"""Who leads the exercise: notes may be sent to him."""

UNDER_WAY = ("ordered", "alerted", "en route")
"""What a unit is believed to do as long as it can be called off."""


# --- crews


def order_unit(seat: Seat, unit: str, case: str, capability: str = "") -> None:
    """Send one of its own units, believed to be free, to one of its cases."""
    dispatcher, filed = seat.dispatcher(), seat.find(case)
    if filed.office is not None:
        raise InputError(f"{case} lies on a duty desk; accept it, then the crews' own desk gets a case for it")
    crew = dispatcher.crews.get(unit)
    if crew is None:
        raise unknown(f"the unit of {seat.department}", unit, dispatcher.crews)
    status = dispatcher.picture.units[unit].status
    if status != "free":
        raise InputError(f"{unit} is not known to be free: {status}")
    district = dispatcher.district_of(filed.case)
    if crew.district != district and lacks_aid(dispatcher, filed.case):
        raise InputError(
            f"{unit} belongs to {crew.district}, {case} is in {district}: no aid between districts is granted; ask"
        )
    dispatcher.send(unit, filed.case, _task(capability, filed.case, crew.capabilities, unit))


def lacks_aid(dispatcher: Dispatcher, case: Case) -> bool:
    """Whether by the dispatcher's own rule only crews of the case's own district may be sent, until aid is granted."""
    return dispatcher.dispatch_policy.asks_aid and not dispatcher.view_of(case).has_aid


def _task(wanted: str, case: Case, able: frozenset[Capability], unit: str) -> Capability:
    """What a unit is sent for: what is named; else what is missing, needed, or at all possible."""
    if wanted:
        if wanted not in able:
            raise unknown(f"what {unit} can do", wanted, able)
        return Capability(wanted)
    missing = sorted(case.missing(able))
    needed = sorted(Capability(name) for name in case.needs if name in able)
    return (missing or needed or sorted(able))[0]


def recall_unit(seat: Seat, unit: str) -> None:
    """Call off a unit that is on its way, as far as is known."""
    dispatcher = seat.dispatcher()
    if unit not in dispatcher.crews:
        raise unknown(f"the unit of {seat.department}", unit, dispatcher.crews)
    case = next((one for one in dispatcher.picture.cases.values() if unit in one.assigned), None)
    status = dispatcher.picture.units[unit].status
    if case is None or status not in UNDER_WAY:
        raise InputError(f"{unit} is not on its way to a case: {status}")
    dispatcher.call_off(case, unit)


def request_crews(seat: Seat, case: str, capability: str, count: int) -> None:
    """Ask those who have it for crews: an emergency service by telephone, any other by a paper to its office."""
    filed = seat.find(case)
    if capability not in {one.value for one in Capability}:
        raise unknown("the capability", capability, [one.value for one in Capability])
    wanted, own = Capability(capability), seat.crews
    if own is not None and wanted in own.dispatcher.roll.capabilities:
        raise InputError(f"{capability} is what crews of {seat.department} can do; order one of them")
    if filed.office is not None:
        _write(seat, filed, filed.office, wanted, count)
    else:
        assert own is not None, "a case that lies on no duty desk is one of a desk with crews"
        _ring(own, filed, wanted, count, seat)


def _write(seat: Seat, filed: Filed, office: Office, wanted: Capability, count: int) -> None:
    assert filed.matter is not None
    finding = office.finding(filed.matter, {wanted.value: count})
    name = seat.stage.who_has(wanted, finding, (seat.department,))
    if name is None:
        raise InputError(f"no department has crews that can do this: {wanted}")
    filed.matter.asked.add(wanted)
    seat.stage.send(office, seat.stage.of(name, filed.case.place), filed.matter, Request, finding=finding)


def _ring(desk: Department, filed: Filed, wanted: Capability, count: int, seat: Seat) -> None:
    case = filed.case
    service = SERVICE_OF.get(wanted)
    if service is None:
        finding = desk.finding(case, {wanted: count})
        if seat.stage.who_has(wanted, finding, (seat.department,)) is None:
            raise InputError(f"no department has crews that can do this: {wanted}")
        case.asked.add(wanted)
        seat.stage.ask(desk, case, finding, filed.newest)
    else:
        _tell(desk, service, filed, {wanted: count}, seat)


def _tell(desk: Department, service: Service, filed: Filed, needs: dict[Capability, int], seat: Seat) -> None:
    """A colleague in the same room hears what is wanted of him; one elsewhere is rung."""
    case = filed.case
    if service in desk.neighbours:
        raised = {**case.needs, **{name.value: max(n, case.needs.get(name.value, 0)) for name, n in needs.items()}}
        event = desk.picture.believe(case, "needs", raised, because=filed.newest, source=f"{seat.department} desk")
        desk.neighbours[service].notify(case, event)
    else:
        case.accepted.add(service.value)
        desk.phone(service, case, needs, filed.newest)


def ask_aid(seat: Seat, case: str) -> None:
    """Ask the emergency office that crews of other districts may come to one of its cases."""
    dispatcher, filed = seat.dispatcher(), seat.find(case)
    if filed.office is not None:
        raise InputError(f"{case} lies on a duty desk; aid is asked for by the desk with crews, for its own case")
    if not seat.stage.aid.policy.may_be_asked:
        raise InputError(f"aid between districts cannot be asked for here: mutual_aid={seat.stage.aid.policy.kind}")
    dispatcher.department.ask_aid(filed.case, dispatcher.district_of(filed.case))


# --- whose it is


def accept_case(seat: Seat, case: str) -> None:
    """It is ours; at a desk with crews that is so by statute."""
    filed = seat.find(case)
    if filed.office is None or filed.matter is None:
        assert seat.crews is not None
        if seat.department in filed.case.accepted:
            raise InputError(f"{seat.department} has accepted {case} already: first response is statutory")
        seat.crews.notify(filed.case, filed.newest)
        return
    if filed.matter.is_owned:
        raise InputError(f"{seat.department} has accepted {case} already")
    filed.office.accept(filed.matter)


def hand_off(seat: Seat, case: str, to: str) -> None:
    """It is yours: by a paper to the office of a department, or, from desk to desk, by telephone."""
    filed = seat.find(case)
    if to not in departments(seat.stage) or to == seat.department:
        raise unknown("the department to hand off to", to, set(departments(seat.stage)) - {seat.department})
    if filed.office is not None:
        _hand_on(seat, filed, filed.office, to)
    elif to in EMERGENCY:
        assert seat.crews is not None
        can = [name for name, service in SERVICE_OF.items() if service == to]
        needs = {name: filed.case.needs[name] for name in can if filed.case.needs.get(name)}
        _tell(seat.crews, Service(to), filed, needs or {can[0]: 1}, seat)
    else:
        _refer(seat, filed, to)


def _hand_on(seat: Seat, filed: Filed, office: Office, to: str) -> None:
    matter = filed.matter
    assert matter is not None
    receiver = seat.stage.of(to, filed.case.place)
    matter.is_owned, matter.is_pending, matter.is_refused = False, False, True
    matter.refused_by = tuple(sorted({*matter.refused_by, seat.department}))
    matter.passed_s = seat.stage.parts.agenda.clock.t
    matter.because = seat.stage.parts.log.add(
        CaseHandedOff(
            because=matter.because, case=filed.case.id, department=seat.department, to_department=receiver.name
        )
    )
    more = {"hands": matter.hands + 1, "refused_by": matter.refused_by}
    seat.stage.send(office, receiver, matter, Handoff, **more)


def _refer(seat: Seat, filed: Filed, to: str) -> None:
    desk, case = seat.crews, filed.case
    assert desk is not None
    receiver = seat.stage.of(to, case.place)
    needs = {Capability(name): count for name, count in case.needs.items()}
    event = seat.stage.parts.log.add(
        CaseHandedOff(because=filed.newest, case=case.id, department=seat.department, to_department=receiver.name)
    )
    finding = desk.finding(case, needs)
    paper = Handoff(sender=seat.department, receiver=receiver.name, case=case.id, finding=finding, dice=case.dice)
    desk.post.send(paper, receiver, event)


def escalate(seat: Seat, case: str) -> None:
    """The superior, or the emergency office, shall say whose it is."""
    filed = seat.find(case)
    if filed.office is None or filed.matter is None:
        raise InputError(f"{case} lies on the desk with crews, which has no superior; hand it off to an office")
    superior = filed.office.superior
    if superior is None:
        raise InputError(f"{filed.office.name} has no superior")
    filed.matter.is_pending = False
    filed.office.escalate(filed.matter, superior)


def close_case(seat: Seat, case: str, outcome: str) -> None:
    """Nothing is left to do, as far as the person believes."""
    filed = seat.find(case)
    if filed.office is not None or seat.crews is None:
        raise InputError(f"{case} lies on a duty desk; only cases of a desk with crews are closed")
    if filed.case.assigned:
        raise InputError(f"{case} has units still: {', '.join(sorted(filed.case.assigned))}; recall them first")
    seat.crews.dispatcher.waiting.pop(case, None)
    seat.crews.close(filed.case, outcome or "closed by hand", filed.newest)


# --- words


def warn(seat: Seat, case: str, says: str = "") -> None:
    """Have the public told, by the channel and after the signatures that the city's rules ask for."""
    filed, tables = seat.find(case), seat.warnings.parts.tables
    if not isinstance(seat.warnings.parts.policy, Signed):
        raise InputError("nobody here can tell the public anything: warning=none")
    hazard = tables.hazard.get(filed.case.kind)
    wanted = says or (hazard.says if hazard is not None else STATEMENT)
    if wanted != STATEMENT and hazard is None:
        raise unknown("the kind of which the public can be warned", filed.case.kind, tables.hazard)
    office = filed.office or seat.stage.of(seat.department, filed.case.place)
    if not seat.warnings.ask(wanted, office, filed.case, filed.newest):
        raise InputError(f"a {wanted} about {case} is under way already, or has been said")


def send_note(seat: Seat, to: str, words: str, case: str = "") -> None:
    """Free words to another department, or to who leads the exercise; they are delayed and lost like a paper."""
    known = {*departments(seat.stage), INSTRUCTOR} - {seat.department}
    if to not in known:
        raise unknown("the receiver of a note", to, known)
    filed = seat.find(case) if case else None
    parts = seat.stage.parts
    key = (code_of(seat.department), code_of(to), parts.agenda.clock.t, code_of(words))
    dice = Dice(seat.streams, code_of("note"), *key)
    note = Note(sender=seat.department, receiver=to, case=case or None, words=words)
    because = filed.newest if filed is not None else None
    by = parts.lines.between(note.sender, note.receiver, note.word)
    parts.lines.switchboard.send(note, Pigeonhole(), by, because, dice)
