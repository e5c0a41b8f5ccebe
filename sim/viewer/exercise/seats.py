"""A chair: what a participant holds of an exercise. He sees his department's picture and gives its orders, no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from sim import live
from sim.actors.seat import departments
from sim.core.errors import InputError, unknown
from sim.core.quantities import clock_text
from sim.core.vocabulary import Capability
from sim.viewer.exercise.commands import CityCommand, Command, command_of
from sim.viewer.exercise.injects import LeaveSeat
from sim.viewer.exercise.letters import Letters
from sim.viewer.exercise.picture import SeatPicture, picture_of
from sim.viewer.exercise.possible import FreeCrews, Possible, free_crews, possible

if TYPE_CHECKING:
    from sim.viewer.exercise.engine import Exercise
    from sim.viewer.exercise.session import Session

T = TypeVar("T")

class Chair:
    """The place of one participant at the desks of one department."""

    def __init__(self, session: Session, department: str, who: str) -> None:
        self.department, self.who = department, who
        self._session = session
        self._letters: Letters | None = None
        self._epoch = -1

    def do(self, command: Command | str, **given: Any) -> None:
        """Give an order; InputError when it is not one's own to give, or cannot be."""
        made = command_of(command, given) if isinstance(command, str) else command
        if not isinstance(made, CityCommand):
            raise InputError(f"{made.do} is not for a seat to do; it is for who leads the exercise")
        if isinstance(made, LeaveSeat):
            self._act(lambda exercise: exercise.leave(made.department, self.who, self.department))
        else:
            self._act(lambda exercise: _give(exercise, made, self))

    def leave(self) -> None:
        """Get up for good; the department's own people decide again. Who only goes away for a while need not."""
        self.do(LeaveSeat(department=self.department))

    def picture(self, department: str = "") -> SeatPicture:
        """What his department believes, has heard and has said."""
        if department not in ("", self.department):
            raise InputError(f"the seat of {self.department} sees its own picture only, not that of {department!r}")
        return self._session.ask(self._checked(self._look))

    def free_crews(self, case: str, capability: str) -> FreeCrews:
        """Which of his free crews that can do it may go there, the soonest first, as far as he can tell."""
        if capability not in {one.value for one in Capability}:
            raise unknown("the capability", capability, [one.value for one in Capability])
        wanted = Capability(capability)
        return self._session.ask(
            self._checked(lambda exercise: free_crews(live.seat_of(exercise.city, self.department), case, wanted))
        )

    def possible(self, case: str) -> Possible:
        """What he could do about one of his cases."""
        return self._session.ask(
            self._checked(lambda exercise: possible(live.seat_of(exercise.city, self.department), case))
        )

    def others(self) -> tuple[str, ...]:
        """Departments with desks, but his own."""
        return self._session.ask(
            lambda exercise: tuple(one for one in departments(exercise.city.offices) if one != self.department)
        )

    def clock(self, t: int) -> str:
        """A time of the exercise as time of day."""
        return clock_text(self._session.spec.scenario.start_s + t)

    # --- on the thread that owns the city

    def _act(self, act: Callable[[Exercise], None]) -> None:
        self._session.act(self._checked(act))

    def _checked(self, act: Callable[[Exercise], T]) -> Callable[[Exercise], T]:
        def checked(exercise: Exercise) -> T:
            if exercise.chairs.get(self.department) != self.who:
                raise InputError(f"{self.who} does not sit at the desks of {self.department} any more")
            return act(exercise)

        return checked

    def _look(self, exercise: Exercise) -> SeatPicture:
        seat = live.seat_of(exercise.city, self.department)
        if self._letters is None or self._epoch != exercise.epoch:
            self._letters = Letters(seat.names, [office.name for office in seat.offices])
            self._epoch = exercise.epoch
        self._letters.take(exercise.city.log.since(self._letters.taken))
        return picture_of(exercise.t, seat, self._letters)


def _give(exercise: Exercise, command: CityCommand, chair: Chair) -> None:
    exercise.give(command, chair.who, chair.department)
