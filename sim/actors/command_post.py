"""A command post: the first crew of an organisation sizes the scene up, reports, asks, and counts again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from mesa import Agent

from sim.actors.case_desk import Plan
from sim.actors.counting import Tally
from sim.actors.scene import Scene
from sim.actors.voice import HEARS_S, Voice
from sim.comms.messages import SameScene, SceneReport
from sim.comms.views import SceneView
from sim.core.clock import Agenda, Wakeup
from sim.core.events import CommandEstablished, Event, ReinforcementRequested
from sim.core.log import Log
from sim.core.streams import Dice
from sim.core.vocabulary import SERVICE_OF, Capability, Severity
from sim.hazards.incident import Incident
from sim.hazards.incidents import Incidents
from sim.policies.command import Command
from sim.policies.reinforce import Reinforce

if TYPE_CHECKING:
    from mesa import Model

    from sim.actors.unit import Unit


class PostRules(NamedTuple):
    """How scenes are commanded."""

    size_up_s: float
    count_sigma: float
    file_s: float
    policy: Reinforce
    command: Command
    plan: Plan


class CommandPost(Agent):
    """Who leads one organisation's crews at one scene."""

    def __init__(self, model: Model, unit: Unit, scene: Scene, stage: CommandPosts) -> None:
        super().__init__(model)
        self.unit = unit
        self.service = unit.service
        self.crews = [unit]  # of the same organisation, in the order in which they came
        self.scene = scene
        self.incident = scene.incident
        self.stage = stage
        assert unit.order is not None and unit.order.case is not None
        self.case: str = unit.order.case  # under which the leader came
        self.reported: dict[Capability, int] | None = None
        self.called_it: Severity | None = None  # in the newest report
        self.because = unit.because
        dice = Dice(self.incident.world.streams, *self.incident.key, crc32(self.service.encode()))
        self.voice = Voice(self, stage.agenda, dice)
        self.tally = Tally(stage.rules.count_sigma, dice)
        self._review: Wakeup | None = None

    def note(self, kind: Callable[..., Event], **more: object) -> int:
        """Log what this leader does next; returns the event."""
        event = kind(because=self.because, unit=self.unit.id, case=self.case, department=self.service, **more)
        return self.stage.log.add(event)

    def size_up(self) -> None:
        """The scene has been looked at: somebody leads, and says what is needed."""
        if not self.is_led():
            self.stage.dissolve(self)
            return
        self.because = self.note(CommandEstablished)
        self.review()
        if self.stage.has(self):
            self.scene.join(self)

    def recognise(self, unit: Unit) -> None:
        """Another crew that reads the same picture comes, sent for another case: the two are one."""
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
        self.voice.say(said, unit.because)

    @property
    def desk(self) -> str:
        """Whose picture its reports reach."""
        return self.unit.dispatcher.picture.owner

    # --- counting

    def review(self) -> None:
        """Count what is needed; say it when it has changed."""
        if not self.incident.is_active or not self.is_led():
            self.stage.dissolve(self)
            return
        self.scene.look_round()
        if self.reported is None or self.scene.counts(self):
            self._ask(self.tally.count(self.incident.needs(), self.incident.crews.values()))
        self._review = self.stage.agenda.after(self.stage.rules.policy.review_s, self.review_again)

    def review_again(self) -> None:
        """The next look round."""
        self._review = None
        self.review()
        if self.stage.has(self):
            self.scene.settle()

    def count_soon(self) -> None:
        """It is this leader who counts now: he does so at once."""
        if self._review is not None:
            self._review.cancel()
        self._review = None
        self.stage.agenda.soon(self.review_if_here)

    def review_if_here(self) -> None:
        """Count, if that has not been done meanwhile and the post is still there."""
        if self._review is None and self.stage.has(self):
            self.review()

    def let_go(self) -> None:
        """A report has been heard: a leader who had stayed only for that may leave."""
        self.unit.parts.agenda.soon(self.unit.recheck)

    def is_led(self) -> bool:
        """Whether a crew is there to lead: when one has left, to a hospital or home, the next that came takes over."""
        self.crews = [crew for crew in self.crews if crew.found is self.incident and crew.status == "on scene"]
        if self.crews and self.crews[0] is not self.unit:
            self.unit = self.crews[0]
            assert self.unit.order is not None and self.unit.order.case is not None
            self.case, self.because = self.unit.order.case, self.unit.because
        return bool(self.crews)

    # --- asking

    def wanted(self, counted: dict[Capability, int]) -> dict[Capability, int]:
        """Crews needed in all, less those here already of whom this desk knows nothing; then what the policy asks."""
        others = [crew for crew in self.incident.crews.values() if not self.unit.dispatcher.knows(crew.unit)]
        less = {name: count - sum(name in crew.able for crew in others) for name, count in counted.items()}
        needs = {name: count for name, count in less.items() if count > 0}
        rules, severity = self.stage.rules, self.incident.severity()
        plan = rules.plan.get(self.incident.kind, {}).get(_next(severity), {})
        view = SceneView(
            kind=self.incident.kind,
            severity=severity,
            needs=tuple(needs.items()),
            plan=tuple(plan.items()),
            has_company=len(self.incident.crews) > 1,
        )
        return rules.policy.ask(view)

    def _ask(self, counted: dict[Capability, int]) -> None:
        """Tell every desk that listens to this leader what it does not know yet."""
        wanted = {post: post.wanted(counted) for post in self.scene.voices(self)}
        news = [post for post in wanted if wanted[post] != post.reported or post.has_worse_news]
        if not news:
            return
        needs = {name.value: count for name, count in sorted(wanted[news[0]].items())}
        self.because = self.note(ReinforcementRequested, needs=needs)
        for post in news:
            post.report(wanted[post], self.scene.reached(self), self.because)

    @property
    def has_worse_news(self) -> bool:
        """Whether it has got worse, or been judged to be worse, since the newest report."""
        grades = list(Severity)
        return self.called_it is not None and grades.index(self.incident.severity()) > grades.index(self.called_it)

    def report(self, wanted: dict[Capability, int], told: tuple[str, ...], because: int) -> None:
        """Say on the own net what has been counted, by this leader or by who leads all."""
        incident = self.incident
        self.reported, self.called_it = wanted, incident.severity()
        said = SceneReport(
            sender=self.unit.id,
            receiver=self.unit.dispatcher_name,
            case=self.case,
            unit=self.unit.id,
            kind=incident.kind,
            severity=incident.severity(),
            needs={name.value: count for name, count in sorted(wanted.items())},
            x=incident.x,
            y=incident.y,
            as_of_s=float(self.stage.agenda.clock.t),
            told=told,
        )
        self.voice.say(said, because)


class CommandPosts:
    """The stage of all command posts."""

    def __init__(self, model: Model, agenda: Agenda, log: Log, rules: PostRules) -> None:
        self.model = model
        self.agenda = agenda
        self.log = log
        self.rules = rules
        self._scenes: dict[str, Scene] = {}  # by incident

    def command(self, incidents: Incidents) -> None:
        """The scene is sized up; more is asked for."""
        self.agenda.work()

    def attend(self, unit: Unit, incident: Incident) -> None:
        """A unit is on the scene; the first of its organisation takes the lead."""
        scene = self._scenes.get(incident.id) or self._open(incident)
        post = scene.here.get(unit.service)
        if post is None:
            self._take_post(unit, scene)
        elif unit not in post.crews:
            post.crews.append(unit)
            post.recognise(unit)

    def _open(self, incident: Incident) -> Scene:
        plan = self.rules.plan.get(incident.kind, {}).get(Severity.MINOR, {})
        named = next((SERVICE_OF[one].value for one in plan if one in SERVICE_OF), "")
        scene = Scene(incident, self.agenda, self.rules.command, named)
        self._scenes[incident.id] = scene
        return scene

    def _take_post(self, unit: Unit, scene: Scene) -> None:
        """Who reads the same picture as somebody who is here already speaks of the same case."""
        post = CommandPost(self.model, unit, scene, self)
        kin = next((one for one in scene.here.values() if one.desk == post.desk), None)
        scene.here[unit.service] = post
        self.agenda.after(self.rules.size_up_s, post.size_up)
        if kin is not None:
            kin.recognise(unit)
            post.case = kin.case

    def has(self, post: CommandPost) -> bool:
        """Whether the post is still there."""
        return post.scene.here.get(post.service) is post

    def waits_for(self, unit: Unit, incident: Incident) -> bool:
        """Whether that unit leads, and its desk has not yet heard what is needed, or that it is worse than it said."""
        post = self._post(unit.service, incident)
        if post is None or post.unit is not unit:
            return False
        if post.has_worse_news:
            post.count_soon()
            return True
        return not post.voice.has_been_heard

    def _post(self, service: str, incident: Incident) -> CommandPost | None:
        scene = self._scenes.get(incident.id)
        return scene.here.get(service) if scene is not None else None

    # --- the radio

    def read_back(self, unit: Unit, serial: int) -> None:
        """The desk repeats what it has heard."""
        self.agenda.after(HEARS_S, self.note_read_back, unit, serial)

    def note_read_back(self, unit: Unit, serial: int) -> None:
        """The leader knows that he has been heard."""
        post = self._post(unit.service, unit.found) if unit.found is not None else None
        if post is not None and post.voice.read_back(serial):
            post.let_go()

    def dissolve(self, post: CommandPost) -> None:
        """Nobody is there to lead any more; the next crew that comes may take over."""
        if not self.has(post):
            return
        post.scene.leave(post)
        if not post.scene.here:
            self._scenes.pop(post.incident.id, None)
        post.remove()
        for crew in post.crews:  # one may have stayed only to lead
            crew.parts.agenda.soon(crew.recheck)


def _next(severity: Severity) -> Severity:
    order = list(Severity)
    return order[min(order.index(severity) + 1, len(order) - 1)]
