"""A command post: the first crew sizes the scene up, reports, asks for what is missing, and counts again."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mesa import Agent

from sim.actors.call_centre import Plan
from sim.comms.messages import SameScene, SceneReport
from sim.comms.views import SceneView
from sim.core.clock import Agenda
from sim.core.events import CommandEstablished, ReinforcementRequested
from sim.core.log import Log
from sim.core.vocabulary import Capability, Severity
from sim.hazards.incident import Incident
from sim.hazards.incidents import Incidents
from sim.policies.reinforce import Reinforce

if TYPE_CHECKING:
    from mesa import Model

    from sim.actors.unit import Unit


class PostRules(NamedTuple):
    """How scenes are commanded."""

    size_up_s: float
    policy: Reinforce
    plan: Plan


class CommandPost(Agent):
    """Who leads one organisation's crews at one scene."""

    def __init__(self, model: Model, unit: Unit, incident: Incident, stage: CommandPosts) -> None:
        super().__init__(model)
        self.unit = unit
        self.crews = [unit]  # of the same organisation, in the order in which they came
        self.incident = incident
        self.stage = stage
        assert unit.order is not None and unit.order.case is not None
        self.case: str = unit.order.case  # under which the leader came
        self.reported: dict[Capability, int] | None = None
        self.has_said = False
        self.because = unit.because

    def size_up(self) -> None:
        """The scene has been looked at: somebody leads, and says what is needed."""
        if not self._is_led():
            self.stage.dissolve(self)
            return
        established = CommandEstablished(
            because=self.because, unit=self.unit.id, case=self.case, department=self.unit.service
        )
        self.because = self.stage.log.add(established)
        self.review()

    def recognise(self, unit: Unit) -> None:
        """Another crew of the organisation comes, sent for another case: the two are one."""
        assert unit.order is not None
        if unit.order.case in (None, self.case):
            return
        said = SameScene(
            sender=self.unit.id,
            receiver=self.unit.dispatcher_name,
            case=unit.order.case,
            unit=self.unit.id,
            same_as=self.case,
        )
        radio = self.unit.dispatcher.radio
        radio.switchboard.send(said, self.unit.dispatcher, radio.voice, unit.because)

    def review(self) -> None:
        """Count what is needed; say it when it has changed."""
        if not self.incident.is_active or not self._is_led():
            self.stage.dissolve(self)
            return
        needs = self._wanted()
        if needs != self.reported:
            self.reported = needs
            self._ask(needs)
            rule = self.unit.dispatcher.radio.voice.rule
            self.stage.agenda.after(rule.airtime_s + rule.delay_s + 1.0, self.let_go)
        self.stage.agenda.after(self.stage.rules.policy.review_s, self.review)

    def let_go(self) -> None:
        """The report has been said to its end: a leader who had stayed only for that may leave."""
        self.has_said = True
        self.unit.parts.agenda.soon(self.unit.recheck)

    def _is_led(self) -> bool:
        """Whether a crew is there to lead: when one has left, to a hospital or home, the next that came takes over."""
        self.crews = [crew for crew in self.crews if crew.found is self.incident and crew.status == "on scene"]
        if self.crews and self.crews[0] is not self.unit:
            self.unit = self.crews[0]
            assert self.unit.order is not None and self.unit.order.case is not None
            self.case, self.because = self.unit.order.case, self.unit.because
        return bool(self.crews)

    def _wanted(self) -> dict[Capability, int]:
        """Crews needed in all, less those of other organisations that are here already."""
        others = [crew for crew in self.incident.crews.values() if not self.unit.dispatcher.knows(crew.unit)]
        counted = {
            name: count - sum(name in crew.able for crew in others) for name, count in self.incident.needs().items()
        }
        return {name: count for name, count in counted.items() if count > 0}

    def _ask(self, needs: dict[Capability, int]) -> None:
        rules, severity = self.stage.rules, self.incident.severity()
        plan = rules.plan.get(self.incident.kind, {}).get(_next(severity), {})
        view = SceneView(
            kind=self.incident.kind,
            severity=severity,
            needs=tuple(needs.items()),
            plan=tuple(plan.items()),
            has_company=len(self.incident.crews) > 1,
        )
        wanted = {name.value: count for name, count in sorted(rules.policy.ask(view).items())}
        asked = ReinforcementRequested(
            because=self.because, unit=self.unit.id, case=self.case, department=self.unit.service, needs=wanted
        )
        self.because = self.stage.log.add(asked)
        report = SceneReport(
            sender=self.unit.id,
            receiver=self.unit.dispatcher_name,
            case=self.case,
            unit=self.unit.id,
            kind=self.incident.kind,
            severity=severity,
            needs=wanted,
            x=self.incident.x,
            y=self.incident.y,
            as_of_s=float(self.stage.agenda.clock.t),
        )
        radio = self.unit.dispatcher.radio
        radio.switchboard.send(report, self.unit.dispatcher, radio.voice, self.because)


class CommandPosts:
    """The stage of all command posts."""

    def __init__(self, model: Model, agenda: Agenda, log: Log, rules: PostRules) -> None:
        self.model = model
        self.agenda = agenda
        self.log = log
        self.rules = rules
        self._posts: dict[tuple[str, str], CommandPost] = {}  # by picture's owner and incident

    def command(self, incidents: Incidents) -> None:
        """The scene is sized up; more is asked for."""
        self.agenda.work()

    def attend(self, unit: Unit, incident: Incident) -> None:
        """A unit is on the scene; the first of its organisation takes the lead."""
        key = (unit.dispatcher.picture.owner, incident.id)
        if key not in self._posts:
            self._posts[key] = CommandPost(self.model, unit, incident, self)
            self.agenda.after(self.rules.size_up_s, self._posts[key].size_up)
        elif unit not in self._posts[key].crews:
            self._posts[key].crews.append(unit)
            self._posts[key].recognise(unit)

    def waits_for(self, unit: Unit, incident: Incident) -> bool:
        """Whether that unit leads, and has not yet said what is needed."""
        post = self._posts.get((unit.dispatcher.picture.owner, incident.id))
        return post is not None and post.unit is unit and not post.has_said

    def dissolve(self, post: CommandPost) -> None:
        """Nobody is there to lead any more; the next crew that comes may take over."""
        key = (post.unit.dispatcher.picture.owner, post.incident.id)
        if self._posts.pop(key, None) is not None:
            post.remove()
            for crew in post.crews:  # one may have stayed only to lead
                crew.parts.agenda.soon(crew.recheck)


def _next(severity: Severity) -> Severity:
    order = list(Severity)
    return order[min(order.index(severity) + 1, len(order) - 1)]
