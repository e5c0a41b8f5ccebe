"""What goes out of order, and what is done on purpose."""

from __future__ import annotations

from sim.actors.attacks import Attacks, Targets
from sim.actors.forecasts import Forecasts
from sim.actors.forgeries import Forger
from sim.actors.leaks import Leaker, LeakParts
from sim.actors.papers import PaperForger
from sim.build.manning import Manning


class Troubling(Manning):
    """Faults and attacks."""

    # --- what goes out of order

    def _faults(self) -> None:
        begin, traffic, switchboard = self.agendas["begin"], self.city.traffic, self.city.switchboard
        for name, switch_over_s in self.policies.redundancy.spares.items():
            switchboard.back_up(name, switch_over_s)
        switchboard.coverage.aerials = dict(self.city.units.by_name)
        for shut in self.fitted.closures:
            begin.at(shut.at_s, traffic.close, shut.edges)
            if shut.until_s is not None:
                begin.at(shut.until_s, traffic.reopen, shut.edges)
        for mute in self.fitted.outages:
            begin.at(mute.at_s, switchboard.fail, mute.channel)
            if mute.until_s is not None:
                begin.at(mute.until_s, switchboard.restore, mute.channel)
                begin.at(mute.until_s, self.city.units.tune_in, mute.channel)
        self._attack()

    def _attack(self) -> None:
        """What the scenario does to information."""
        city = self.city
        leaks = LeakParts(
            self.agendas["begin"], self.log, self.streams, self.offices, self.policies.security, self.rumours
        )
        targets = Targets(
            self.agendas["begin"],
            self.log,
            city.switchboard,
            city.citizens.parts,
            PaperForger(self.log, self.streams, self.offices),
            Leaker(leaks),
            city.sensors,
        )
        forger = Forger(self.ground.town, self.ground.population, self.streams, self.scenario.start_s)
        city.attacks = Attacks(targets, forger, self.fitted.attacks)
        city.forecasts = Forecasts(self.offices, self.streams, self.fitted.forecasts)
