"""All duty desks: who is asked, who is told, who reports to whom, and what a superior may declare."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.actors.aid import Aid
from sim.actors.credence import Credence
from sim.actors.duty_desk import GRAVE, Matter
from sim.actors.office import Office
from sim.actors.organisation import Duties, Organisation
from sim.actors.post import Lines, Post
from sim.actors.reporting import Reporter
from sim.actors.roll import RoadSense
from sim.comms.cases import Case
from sim.comms.messages import Finding, Handoff, Message, Notice, Paper, Query, Reply, Report, Request
from sim.comms.switchboard import Listener
from sim.core.clock import Agenda
from sim.core.events import CaseHandedOff, OfficeStaffed
from sim.core.log import Log
from sim.core.streams import Dice
from sim.core.vocabulary import SERVICE_OF, Capability, Role, Severity
from sim.policies.mutual_aid import MutualAid
from sim.policies.reporting import Reporting
from sim.policies.responsibility import Responsibility
from sim.policies.security import Open, Security
from sim.policies.sharing import Sharing

if TYPE_CHECKING:
    from mesa import Model

    from sim.actors.call_centre import CallCentre
    from sim.actors.department import Department

Reader = Callable[[Office, Any, int], None]
Watcher = Callable[[Office, Case, int], None]


class OfficeParts(NamedTuple):
    """What offices work with."""

    agenda: Agenda
    log: Log
    sense: RoadSense
    organisation: Organisation
    duties: Duties
    responsibility: Responsibility
    reporting: Reporting
    sharing: Sharing
    mutual_aid: MutualAid
    lines: Lines
    start_s: int  # seconds of day at t = 0
    security: Security = Open()
    ring_back_s: float = 0.0  # what it takes to ask a sender whether a paper is his


class Offices:
    """The stage of all offices."""

    def __init__(self, parts: OfficeParts) -> None:
        self.parts = parts
        self.duty = parts.organisation.desk
        self.readers: dict[type[Message], Reader] = {Query: self.answer_query}
        self.glances_s: dict[type[Message], float] = {}  # for what need not be read through and typed anew
        self.devices: Mapping[str, object] = {}  # sensors that have raised an alarm, by name
        self.watchers: list[Watcher] = []
        self.by_name: dict[str, Office] = {}
        self.crews: dict[str, Department] = {}  # departments with crews, by name
        self.centres: list[CallCentre] = []
        self.posts: dict[str, Post] = {}  # of those who are no office, by name
        self._by_area: dict[tuple[str, str, str], Office] = {}
        self.reporter = Reporter(self)
        self.aid = Aid(self, parts.mutual_aid)
        self.credence = Credence(self, parts.security, parts.ring_back_s)
        self.made_up: set[tuple[str, str | None]] = set()  # senders and cases that these, asked, would not find

    # --- who there is

    def staff(self, model: Model) -> None:
        """Open the offices of the tables in the areas of the map."""
        town, tables = self.parts.sense.town, self.parts.organisation
        areas = {
            "one": [""],
            "district": sorted({one.district for one in town.subdistricts}),
            "subdistrict": sorted({one.name for one in town.subdistricts}),
        }
        for department, table in tables.department.items():
            for tier in tables.tiers:
                for area in areas[tables.tier[tier].areas] if tier in table.tiers else ():
                    office = Office(model, department, tier, area, self)
                    self.by_name[office.name] = self._by_area[department, tier, area] = office
                    self.parts.lines.own.desks.enrol(office.name, {department}, tier)
        for office in self.by_name.values():
            office.superior = self._superior(office)
            self._note(office)

    def meet(self, centres: list[CallCentre], crews: dict[str, Department]) -> None:
        """The emergency desks, and the departments that have crews."""
        self.centres, self.crews = centres, crews
        self.posts = {one.name: one.post for one in centres} | {name: one.post for name, one in crews.items()}
        for one in centres:
            self.parts.lines.own.desks.enrol(one.name, one.departments)

    def _superior(self, office: Office) -> Office | None:
        """The office above, by the table."""
        above = self.parts.organisation.above(office.department, office.tier)
        return self._by_area[above[0], above[1], self._area_above(office, above[1])] if above is not None else None

    def _area_above(self, office: Office, tier: str) -> str:
        if tier == office.tier:
            return office.area
        kind = self.parts.organisation.tier[tier].areas
        if kind == "one":
            return ""
        if kind == "district":
            subs = self.parts.sense.town.subdistricts
            return next((one.district for one in subs if one.name == office.area), office.area)
        return office.area

    def _note(self, office: Office) -> None:
        superior = office.superior.name if office.superior else ""
        self.parts.log.add(
            OfficeStaffed(
                office=office.name,
                department=office.department,
                tier=office.tier,
                area=office.area,
                superior=superior,
            )
        )

    def of(self, department: str, place: tuple[float, float], tier: str = "") -> Office:
        """A department's office for a place: of that tier (else the first), or of the next that it has."""
        tables = self.parts.organisation
        order, has = tables.tiers, tables.department[department].tiers
        wanted = order.index(tier or tables.first)
        at = next((one for one in order[wanted:] if one in has), has[-1])
        return self._by_area[department, at, self._area(at, place)]

    def _area(self, tier: str, place: tuple[float, float]) -> str:
        kind = self.parts.organisation.tier[tier].areas
        if kind == "one":
            return ""
        return self.parts.sense.district(*place) if kind == "district" else self.parts.sense.subdistrict(*place)

    def hub(self, place: tuple[float, float], tier: str = "") -> Office:
        """The emergency office for a place."""
        return self.of(self.parts.organisation.hub, place, tier)

    def officers(self, tier: str) -> int:
        """On duty at a desk of that tier now (D8: fewer at night)."""
        hour = (self.parts.start_s + self.parts.agenda.clock.t) / 3600 % 24
        table = self.parts.organisation.tier[tier]
        is_day = self.duty.day_from_h.value <= hour < self.duty.day_to_h.value
        return max(1, round((table.officers if is_day else table.night).value))

    def rank(self, tier: str) -> int:
        """The tier as a part of a key."""
        return self.parts.organisation.tiers.index(tier)

    def on(self, kind: type[Message], read: Reader, glance_s: float | None = None) -> None:
        """Who deals with a kind of message that has been read; how long that takes, if it comes on his own screen."""
        self.readers[kind] = read
        if glance_s is not None:
            self.glances_s[kind] = glance_s

    # --- whom to ask

    def first_to_ask(self, kind: str, severity: Severity, place: tuple[float, float], dice: Dice) -> Office:
        """Whose a case is: by the list; or, where desks have none, whoever comes to mind."""
        row = self.parts.duties.row(kind, severity)
        others = [name for name in row.candidates if name != row.lead]
        u = float(dice.of("whose").random())
        department = row.lead
        if not self.parts.responsibility.is_listed and others and u < row.ambiguity.value:
            department = others[int(u / row.ambiguity.value * len(others))]
        return self.of(department, place)

    def next_to_ask(self, office: Office, matter: Matter) -> Office | None:
        """Of those who might own it, the next who has not said no."""
        row = office.row_of(matter)
        left = [name for name in row.candidates if name not in matter.refused_by and name != office.department]
        return self.of(left[0], matter.case.place) if left else None

    def hub_beside(self, office: Office) -> Office:
        """The emergency office of the same tier and area."""
        return self._by_area[self.parts.organisation.hub, office.tier, office.area]

    # --- papers between offices

    def send(self, office: Office, to: Office, matter: Matter, kind: type[Paper], **more: Any) -> int:
        """A paper about a case, as the office believes it; returns the event."""
        finding = more.pop("finding", None) or office.finding(matter)
        channel, because = more.pop("channel", ""), more.pop("because", matter.because)
        more.setdefault("hands", matter.hands)
        more.setdefault("about", matter.case.numbers.get(to.name))
        paper = kind(
            sender=office.name, receiver=to.name, case=matter.case.id, finding=finding, dice=matter.dice, **more
        )
        return office.post.send(paper, to, because, channel)

    def reply(self, office: Office, paper: Paper, because: int) -> None:
        """It is here: a word to the post of its sender."""
        to = self.by_name[paper.sender].post if paper.sender in self.by_name else self.posts.get(paper.sender)
        if to is not None and paper.case is not None:
            word = Reply(sender=office.name, receiver=paper.sender, about=paper.case, of=paper.word)
            lines = self.parts.lines
            lines.switchboard.send(word, to, lines.between(word.sender, word.receiver, word.word), because)

    # --- from the emergency services' desks and scenes

    def refer(self, centre: CallCentre, case: Case, finding: Finding, because: int) -> None:
        """A call is about something that an office must see to: the desk writes to whom it thinks right."""
        to = self.first_to_ask(finding.kind, finding.severity, (finding.x, finding.y), case.dice)
        event = self.parts.log.add(
            CaseHandedOff(because=because, case=case.id, department=centre.name, to_department=to.name)
        )
        paper = Handoff(sender=centre.name, receiver=to.name, case=case.id, finding=finding, dice=case.dice, hands=0)
        self.write(centre.name, centre.post, paper, to, event)

    def write(self, sender: str, post: Post, paper: Handoff, to: Office, because: int) -> None:
        """A hand-off to the one who is thought right; where all act together, to all of them."""
        post.send(paper, to, because)
        if self.parts.responsibility.tells_all:
            self._tell_all(sender, post, paper, because)

    def _tell_all(self, sender: str, post: Post, paper: Handoff, because: int) -> None:
        """Everybody on the list is told that it is his, each for his part."""
        row = self.parts.duties.row(paper.finding.kind, paper.finding.severity)
        place = paper.finding.x, paper.finding.y
        for name in row.candidates:
            to = self.of(name, place)
            if to.name != paper.receiver and row.role(name) is not Role.INFORMED:
                own = Handoff(sender=sender, receiver=to.name, case=paper.case, finding=paper.finding, dice=paper.dice)
                post.send(own, to, because)

    def tell_others(self, office: Office, matter: Matter) -> None:
        """An office has heard of it first, from a device: the others of the list are told."""
        found, case = office.finding(matter), matter.case.id
        paper = Handoff(sender=office.name, receiver=office.name, case=case, finding=found, dice=matter.dice)
        self._tell_all(office.name, office.post, paper, matter.because)

    def ask(self, department: Department, case: Case, finding: Finding, because: int) -> None:
        """A scene wants what no emergency service has: the first on the list who has it is asked for it."""
        for capability, _ in finding.needs:
            name = self.who_has(capability, finding)
            if name is not None and name != department.service:
                to = self.of(name, (finding.x, finding.y))
                paper = Request(
                    sender=department.service.value, receiver=to.name, case=case.id, finding=finding, dice=case.dice
                )
                department.post.send(paper, to, because)

    def who_has(self, capability: Capability, finding: Finding, but: tuple[str, ...] = ()) -> str | None:
        """The department with crews for it that comes first on the list of the kind, or at all."""
        row = self.parts.duties.row(finding.kind, finding.severity)
        able = [name for name, one in self.crews.items() if capability in one.dispatcher.roll.capabilities]
        support = [name for name in able if name in self.parts.organisation.department and name not in but]
        return min(support, key=lambda name: (_place_of(name, row.candidates), name), default=None)

    def inform(self, department: Department, case: Case, finding: Finding, because: int) -> None:
        """The department's crews have reported from a scene: its own office of the district is told."""
        office = self.of(department.service.value, (finding.x, finding.y))
        paper = Notice(
            sender=department.service.value, receiver=office.name, case=case.id, finding=finding, dice=case.dice
        )
        department.post.send(paper, office, because)
        self._report_by_area(department, paper, because)

    def _report_by_area(self, department: Department, paper: Notice, because: int) -> None:
        """The other line: from the scene to the community's desk, and up tier by tier, or to all at once."""
        place = paper.finding.x, paper.finding.y
        to: Office | None = self.hub(place, self.parts.organisation.tiers[0])
        while to is not None:
            report = Report(
                sender=paper.sender, receiver=to.name, case=paper.case, finding=paper.finding, dice=paper.dice
            )
            department.post.send(report, to, because)
            to = to.superior if self.parts.reporting.to_all_tiers else None

    # --- what an owner does

    def send_crews(self, office: Office, matter: Matter) -> None:
        """Own crews go for what they can do; for what else is needed, others are asked once."""
        needs = {Capability(name): count for name, count in matter.case.needs.items()}
        own = self.crews.get(office.department)
        able = own.dispatcher.roll.capabilities if own is not None else frozenset()
        mine = {name: count for name, count in needs.items() if name in able and count > matter.sent.get(name, 0)}
        if own is not None and mine:
            matter.sent |= mine
            own.take(matter.case.id, office.finding(matter), mine, matter.dice, matter.because)
        for capability in sorted(needs) if not office.is_manned else ():
            if capability not in able and capability not in SERVICE_OF and capability not in matter.asked:
                self._ask_other(office, matter, capability, needs[capability])

    def _ask_other(self, office: Office, matter: Matter, capability: Capability, count: int) -> None:
        name = self.who_has(capability, office.finding(matter), (office.department,))
        if name is not None:
            matter.asked.add(capability)
            finding = office.finding(matter, {capability.value: count})
            self.send(office, self.of(name, matter.case.place), matter, Request, finding=finding)

    # --- up the tiers

    def report_soon(self, office: Office, matter: Matter) -> None:
        """The superior may have to know."""
        self.reporter.report_soon(office, matter)

    def declare(self, office: Office, matter: Matter) -> None:
        """A response level may have to be declared."""
        self.reporter.declare(office, matter)

    # --- across

    def share(self, office: Office, matter: Matter) -> None:
        """Tell, or ask, the departments on the list, if that is the custom; once, and again when it has got worse."""
        policy = self.parts.sharing
        severity = Severity(matter.case.severity)
        if not policy.channel or matter.shared is severity:
            return
        matter.shared = severity
        row = office.row_of(matter)
        for name in row.candidates:
            to = self.of(name, matter.case.place)
            if to is not office and not self._is_withheld(matter.dice, name):
                self.send(office, to, matter, Query if policy.on_demand else Notice, channel=policy.channel)
        if not policy.on_demand:
            self.tell_centres(office.name, office.post, matter.case, office.finding(matter), matter.because)

    def _is_withheld(self, dice: Dice, department: str) -> bool:
        """Secrecy keeps the case from that department (X6); the same in every arm."""
        u = dice.of("withheld", self.parts.lines.own.desks.code(department)).random()
        return bool(u < self.parts.sharing.withholds)

    @property
    def shows_cases(self) -> bool:
        """Whether desks show each other their cases unasked."""
        return bool(self.parts.sharing.channel) and not self.parts.sharing.on_demand

    def tell_centres(self, sender: str, post: Post, case: Case, finding: Finding, because: int) -> None:
        """Every emergency desk but the sender's own sees the case, unless it is withheld from it."""
        policy = self.parts.sharing
        if not self.shows_cases:
            return
        for centre in self.centres:
            if centre.name != sender and not self._is_withheld(case.dice, centre.name):
                notice = Notice(
                    sender=sender, receiver=centre.name, case=case.id, finding=finding, dice=case.dice,
                    about=case.numbers.get(centre.name),
                )  # fmt: skip
                post.send(notice, centre, because, policy.channel)

    def answer_query(self, office: Office, query: Query, because: int) -> None:
        """Who is asked learns of it, and says what he knows."""
        matter = office.learn(query, because)
        asker: Listener | None = self.by_name.get(query.sender)
        if isinstance(asker, Office) and not self._is_withheld(matter.dice, asker.department):
            self.send(office, asker, matter, Notice, about=query.case, channel=self.parts.sharing.channel)

    # --- aid

    def grant(self, office: Office, matter: Matter) -> None:
        """Aid is free in the area of an operations centre."""
        self.aid.grant(office, matter)

    # --- the stages

    def take_charge(self) -> None:
        """Papers are read, cases accepted, refused, handed on."""
        self.parts.agenda.work()

    def concerns(self, finding: Finding) -> bool:
        """Whether offices must hear of a case: what they answer for, and what is grave and has victims."""
        return self.parts.duties.is_grey(finding.kind) or (finding.severity in GRAVE and finding.people > 1)


def _place_of(name: str, order: list[str]) -> int:
    return order.index(name) if name in order else len(order)
