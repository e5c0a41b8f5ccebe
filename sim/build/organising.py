"""Call centres, departments, dispatchers, duty desks and the lines between them."""

from __future__ import annotations

import math

import numpy as np

from sim.actors.call_centre import CallCentre, CallCentres
from sim.actors.case_desk import DeskRules
from sim.actors.department import Department, Departments
from sim.actors.dispatcher import Dispatcher, Dispatchers, Radio
from sim.actors.exchange import Exchange
from sim.actors.fleet import share_of_city
from sim.actors.lines import OwnLines
from sim.actors.offices import OfficeParts, Offices
from sim.actors.organisation import Duties, crews, duties, organisation
from sim.actors.post import Lines, Post
from sim.actors.signals import SignalControl
from sim.actors.tables import services, work
from sim.build.site import Site, response_plans
from sim.city.spread import share_out
from sim.comms.channels import ChannelRule
from sim.comms.pictures import Picture
from sim.core.events import DutyListed
from sim.core.vocabulary import NUMBER_OF, Phase, Service
from sim.fitting import SIGNAL_CONTROL, TELEPHONE, status_channel, voice_channel

NETWORK = ChannelRule(slots=100_000, airtime_s=1.0, delay_s=0.0, loss=0.0)
"""The public network has room for everybody; each centre's own lines are what is scarce."""


class Organising(Site):
    """Who is told, who decides."""

    # --- desks

    def _organise(self) -> None:
        """Call centres by the intake policy, each with its picture; a department and a dispatcher for each service."""
        city = self.city
        telephone = city.switchboard.open(TELEPHONE, NETWORK)
        self.signals = self._signal_control()
        self.exchange = Exchange(self.log, city.switchboard, telephone, work().desk.relay_retry_s.value)
        self._open_offices()
        plan = response_plans(self.tables)
        rules = DeskRules(
            work().desk,
            self.policies.intake,
            self.policies.triage,
            self.policies.security,
            plan,
            work().caller.patience_mean_s.value,
        )
        self.departments: dict[Service, Department] = {}
        centres = []
        for owner, served in self.policies.intake.organisations().items():
            picture = self._picture(owner)
            centre = CallCentre(city, picture, self.log, self.agendas["answer"], rules)
            centre.exchange, centre.offices = self.exchange, self.offices
            centre.post = Post(self.offices.parts.lines)
            centre.free_takers, centre.free_lines = self._desks(served)
            centres.append(centre)
            group = {one: Department(city, one, picture, self.log, self.agendas["take_charge"]) for one in served}
            for service, department in group.items():
                department.centre = centre
                self._furnish(department)
                if service.value == owner:
                    department.post = centre.post  # one name, one post
                department.neighbours = {other: group[other] for other in group if other != service}
                self.exchange.centres[NUMBER_OF[service]] = centre
            centre.departments = group
            self.departments |= group
        for service in crews():
            if service not in self.departments:
                support = Department(city, service, self._picture(service.value), self.log, self.agendas["take_charge"])
                self._furnish(support)
                self.departments[service] = support
        self.offices.meet(centres, {service.value: one for service, one in self.departments.items()})
        city.call_centres = CallCentres(self.agendas["answer"], centres)
        city.departments = Departments(self.agendas["take_charge"], self.departments)
        city.offices = self.offices
        dispatchers = {service: department.dispatcher for service, department in self.departments.items()}
        city.dispatchers = Dispatchers(self.agendas["dispatch"], dispatchers)

    def _signal_control(self) -> SignalControl:
        """The traffic centre's operators, if there are any who can set signals for crews."""
        operators, set_s = self.policies.signals.room
        rule = ChannelRule(operators, set_s, delay_s=0.0, loss=0.0)
        channel = self.city.switchboard.open(SIGNAL_CONTROL, rule) if operators else None
        return SignalControl(self.city, self.agendas["dispatch"], self.log, self.policies.signals, channel)

    def _picture(self, owner: str) -> Picture:
        """What one desk will believe."""
        forgets_s, half_life_s = work().road.closure_memory_s.value, self.offices.duty.word_half_life_s.value
        return Picture(owner, self.clock, self.log, forgets_s, half_life_s)

    def _furnish(self, department: Department) -> None:
        """What every department with crews needs."""
        department.exchange, department.offices = self.exchange, self.offices
        department.post = Post(self.offices.parts.lines)
        department.dispatcher = self._dispatcher(department)

    def _open_offices(self) -> None:
        """Duty desks of all departments at all tiers, and the lines between them."""
        tables, policies, switchboard = organisation(), self.policies, self.city.switchboard
        lines = Lines(
            self.agendas["take_charge"],
            switchboard,
            {name: switchboard.open(name, line.rule()) for name, line in tables.line.items()},
            tables.desk.resend_s.value,
            policies.responsibility.is_tracked,
            policies.sharing.has_one_format,
            OwnLines(tables),
        )
        parts = OfficeParts(
            self.agendas["take_charge"],
            self.log,
            self.sense,
            tables,
            duties(),
            policies.responsibility,
            policies.reporting,
            policies.sharing,
            policies.mutual_aid,
            lines,
            self.scenario.start_s,
            policies.security,
            work().desk.ring_back_s.value,
        )
        self.offices = Offices(parts)
        self.offices.staff(self.city)
        self._note_duties(parts.duties)

    def _note_duties(self, list_of: Duties) -> None:
        """The list of responsibilities stands in the log, so that results know whom a thing concerns."""
        for kind, duty in list_of.rows.items():
            for phase, row in ((Phase.PREVENTION, duty.prevention), (Phase.RESPONSE, duty.response)):
                for department, role in row.roles.items():
                    listed = DutyListed(
                        incident_kind=kind,
                        phase=phase.value,
                        department=department,
                        role=role.value,
                        ambiguity=row.ambiguity.value,
                    )
                    self.log.add(listed)

    def _desks(self, served: tuple[Service, ...]) -> tuple[int, int]:
        """Call-takers and lines of a centre: those of the services that it serves, whoever runs them.

        What is a share of the usual is rounded up, service by service. Heads are heads: just so many sit down, most at
        the largest desks, as units go to the largest stations; the lines stay as they are.
        """
        resources = self.scenario.resources
        share = min(1.0, share_of_city(self.ground.town)) * resources.call_takers
        takers = sum(max(1, math.ceil(services()[one].call_takers.value * share - 1e-9)) for one in served)
        sizes = np.array([table.call_takers.value for table in services().values()], float)
        more = dict(zip(services(), share_out(resources.more_call_takers, sizes), strict=True))
        takers += sum(int(more[one]) for one in served)
        lines = sum(max(2, math.ceil(services()[one].lines.value * share - 1e-9)) for one in served)
        return takers, lines

    def _dispatcher(self, department: Department) -> Dispatcher:
        dispatcher = Dispatcher(self.city, department, self.log, self.agendas["dispatch"], self.sense)
        switchboard, name = self.city.switchboard, department.service.value
        dispatcher.radio = Radio(
            switchboard,
            switchboard.open(voice_channel(name), work().radio.rule()),
            switchboard.open(status_channel(name), work().status.rule()),
            work().radio.repeat_after_s.value,
        )
        dispatcher.signals = self.signals
        dispatcher.dispatch_policy = self.policies.dispatch
        dispatcher.queue_policy = self.policies.queue
        return dispatcher
