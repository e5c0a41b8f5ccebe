"""A scene: the organisations at one place, whether one leads them all, and how that comes about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.comms.views import CommandView
from sim.core.clock import Agenda, Wakeup
from sim.core.events import HazardLearnt, JointCommandEstablished, JointCommandNeeded
from sim.hazards.incident import Incident
from sim.policies.command import Command

if TYPE_CHECKING:
    from sim.actors.command_post import CommandPost


class Scene:
    """The leaders of several organisations at one place."""

    def __init__(self, incident: Incident, agenda: Agenda, policy: Command, named: str) -> None:
        self.incident = incident
        self.agenda = agenda
        self.policy = policy
        self.named = named  # the service that leads by the plan for this kind
        self.here: dict[str, CommandPost] = {}  # by service, from the first crew on
        self.posts: list[CommandPost] = []  # that have sized it up, in that order
        self.led: list[CommandPost] = []  # under one command, who commands included
        self.commander: CommandPost | None = None
        self.is_needed = False
        self._has_asked = False  # what the desks have on file
        self._began_s: int | None = None  # when the talks under way began
        self._ends: Wakeup | None = None

    # --- who comes, who goes

    def join(self, post: CommandPost) -> None:
        """One more organisation's leader has looked round and reported."""
        self.posts.append(post)
        self.settle()

    def leave(self, post: CommandPost) -> None:
        """An organisation has nobody here any more; if it commanded, the others are alone again."""
        del self.here[post.service]
        if post in self.posts:
            self.posts.remove(post)
        if post in self.led:
            self.led.remove(post)
        if post is self.commander:
            self.commander, self.led = None, []
            self._stop_talking()
            for other in self.posts:
                other.count_soon()
        if len(self.posts) < 2:
            self._stop_talking()
        self.settle()

    # --- one for all

    def look_round(self) -> None:
        """Who has left without a word is not counted on any more."""
        for post in list(self.posts):
            if not post.is_led():
                post.stage.dissolve(post)

    def settle(self) -> None:
        """Is one leader wanted, and can there be one?"""
        if not self.incident.is_active or (len(self.posts) < 2 and self.commander is None):
            return
        view = self._view()
        if self.commander is None and not self.policy.is_wanted(view):
            return
        self._note_need(view)
        if len(self.led) == len(self.posts):
            self._stop_talking()
        elif self.policy.leader(view):
            self._talk(view)

    def _view(self) -> CommandView:
        incident = self.incident
        people = incident.zone.count(incident.t).inside if incident.zone is not None else 0
        agencies = tuple(post.service for post in self.posts)
        return CommandView(incident.kind, incident.severity(), people, agencies, self.named)

    def _note_need(self, view: CommandView) -> None:
        if not self.is_needed:
            self.is_needed = True
            self.posts[-1].note(JointCommandNeeded, agencies=view.agencies)

    def _talk(self, view: CommandView) -> None:
        """They talk, or go on talking with one more; the longer the more there are."""
        if self._began_s is None:
            self._began_s = self.agenda.clock.t
        if self._ends is not None:
            self._ends.cancel()
        now = self.agenda.clock.t
        ends_s = self._began_s + self.policy.setup_s(view, len(self.led))
        self._ends = self.agenda.after(max(ends_s - now, 1.0), self.agree)

    def agree(self) -> None:
        """One leads all who are here from now on; if somebody has gone meanwhile they may have to settle that first."""
        self._ends = None
        self.look_round()
        if self._ends is not None or self._began_s is None or not self.incident.is_active:
            return
        self._began_s = None
        view = self._view()
        self.commander = next(post for post in self.posts if post.service == self.policy.leader(view))
        self.led = list(self.posts)
        self.commander.because = self.commander.note(JointCommandEstablished, agencies=view.agencies)
        self.commander.count_soon()
        if not self._has_asked and self.incident.hidden is not None:
            self._has_asked = True
            self.agenda.after(self.commander.stage.rules.file_s, self.hear_of_files)

    def hear_of_files(self) -> None:
        """The desks know what is on file about the place: who leads tells all who are there, and who comes."""
        hidden = self.incident.hidden
        if self.commander is not None and self.incident.is_active and hidden is not None and hidden.is_filed:
            hidden.is_told = True
            self.commander.note(HazardLearnt, found=self.incident.id)

    def _stop_talking(self) -> None:
        if self._ends is not None:
            self._ends.cancel()
        self._ends, self._began_s = None, None

    # --- what that means for each

    def counts(self, post: CommandPost) -> bool:
        """Whether that leader counts and asks: for himself, or for all; not while he argues or another does it."""
        if self.commander is not None and post in self.led:
            return post is self.commander
        return self._began_s is None or self.policy.counts_meanwhile

    def voices(self, post: CommandPost) -> list[CommandPost]:
        """Who tells his desk what that leader has counted: himself; of who commands, one for each desk under him."""
        others = [one for one in self.led if one is not post] if post is self.commander else []
        by_desk = {one.desk: one for one in reversed([post, *others])}
        return [post, *(one for one in others if by_desk[one.desk] is one)]

    def reached(self, post: CommandPost) -> tuple[str, ...]:
        """The services whose desks need not be told by anybody else."""
        return tuple(sorted(one.service for one in (self.led if post is self.commander else [post])))
