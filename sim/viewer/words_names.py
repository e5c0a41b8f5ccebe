"""What places, desks, units and calls are called: the log names them in English, a Chinese page as the map does."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property, lru_cache

from sim.actors.fleet import short_name
from sim.actors.organisation import crews, organisation
from sim.city.map import Facility, Map
from sim.core.vocabulary import EMERGENCY
from sim.viewer.whereabouts import Whereabouts
from sim.viewer.words import Language, known, say
from sim.viewer.words_model import channel, department, model_words, sensor, word

_UNIT = re.compile(r"([A-Z])-(.+)-(\d+)")
_OFFICE = re.compile(r"(\w+) (community|subdistrict|district|city|province)(?: (.+))?")
_SENSOR = re.compile(r"([a-z_]+)-(\d+)")

Naming = Callable[[re.Match[str]], str]


class Names:
    """Names on a page in its language, for the city of a map; without a map those of departments and the like."""

    def __init__(self, town: Map | None, language: Language) -> None:
        self.town, self.language = town, language
        self._shapes: tuple[tuple[re.Pattern[str], Naming], ...] = (
            (re.compile(r"call-\d+"), self._call),
            (re.compile(r"(call-\d+|alarm-.+|relay-.+) rung back"), lambda one: f"回拨{self.of(one[1])}"),
            (re.compile(r"relay-(.+)-(\w+)"), lambda one: f"案件 {one[1]} 转{self.of(one[2])}的电话"),
            (re.compile(r"alarm-([a-z_]+-\d+)-\w+"), lambda one: f"{self.of(one[1])}报警"),
            (re.compile(r"alarm of (.+)"), lambda one: f"{self.of(one[1])}报警"),
            (re.compile(r"forecast (.+)"), lambda one: f"预报 {one[1]}"),
            (re.compile(r"order of our office, (.+)"), lambda one: f"本部门值班台的指令（{one[1]}）"),
            (re.compile(r"the scene"), lambda one: "现场"),
            (re.compile(r"(\w+) dispatcher"), lambda one: f"{self.of(one[1])}调度台"),
            (re.compile(r"(\w+) desk"), lambda one: f"{self.of(one[1])}席位"),
            (re.compile(r"traffic centre"), lambda one: "交通信号中心"),
            (re.compile(r"all (\w+) crews"), lambda one: f"{self.of(one[1])}全体车组"),
            (re.compile(r"caller (\d+)"), lambda one: f"{one[1]} 号报警人"),
            (_UNIT, self._unit),
            (_OFFICE, self._office),
            (re.compile(r"([a-z-]+(?: [a-z]+)?) of (.+)"), self._paper_of),
            (_SENSOR, self._sensor),
        )
        self._told: dict[str, str] = {}

    def of(self, name: str) -> str:
        """Who or what is meant: a department, a desk, an office, a unit, a sensor, a call, a house, an area."""
        if self.language == "en" or not name:
            return name
        if name not in self._told:
            self._told[name] = self._named(name)
        return self._told[name]

    def _named(self, name: str) -> str:
        if known(f"map.owner.{name}"):
            return say(f"map.owner.{name}", "zh")
        if name in organisation().department or name in EMERGENCY:
            return department(name, "zh")
        if name in model_words()["party"]:
            return str(model_words()["party"][name])
        for table in (self._houses, self._districts, self._subdistricts, self._roads, self._landmarks):
            if name in table:
                return table[name]
        for shape, naming in self._shapes:
            found = shape.fullmatch(name)
            if found is not None:
                return naming(found)
        return channel(name, "zh")

    # --- areas and roads

    def district(self, name: str) -> str:
        """A district."""
        return self._in(self._districts, name)

    def subdistrict(self, name: str) -> str:
        """A subdistrict."""
        return self._in(self._subdistricts, name)

    def house(self, name: str) -> str:
        """A station, a hospital or another place of the map."""
        return self._in(self._houses, name)

    def road(self, name: str) -> str:
        """A road."""
        return self._in(self._roads, name)

    def edge(self, number: int) -> str:
        """The road of which it is a stretch; empty if it has no name."""
        assert self.town is not None, "an edge is one of a map"
        roads = self.town.roads
        which = int(roads.name[number]) if 0 <= number < roads.edge_count else -1
        return self.road(roads.names[which]) if which >= 0 else ""

    def place(self, x: float, y: float) -> str:
        """Where a place is, m: its subdistrict and district."""
        assert self.town is not None, "a place is on a map"
        sub = self.town.subdistricts[int(self.town.node_subdistrict[self.town.index.nearest_node(x, y)])]
        if self.language == "zh":
            return self.district(sub.district) + self.subdistrict(sub.name)
        return f"{sub.name}, {sub.district}"

    def near(self, x: float, y: float) -> str:
        """Where a place is, m, as one would tell a crew: road, what has a name near by, area."""
        return self._whereabouts.near(x, y)

    def spoken(self, text: str) -> str:
        """What was said, in English, with names for the metres in it."""
        return text if self.town is None else self._whereabouts.spoken(text)

    def say(self, key: str, **values: object) -> str:
        """A word of the map's."""
        return say(f"map.{key}", self.language, **values)

    @cached_property
    def _whereabouts(self) -> Whereabouts:
        assert self.town is not None, "a place is on a map"
        return Whereabouts(self.town, self)

    def _in(self, table: dict[str, str], name: str) -> str:
        return name if self.language == "en" else table.get(name, name)

    @cached_property
    def _districts(self) -> dict[str, str]:
        return {one.name: one.name_zh or one.name for one in self.town.districts} if self.town else {}

    @cached_property
    def _subdistricts(self) -> dict[str, str]:
        return {one.name: one.name_zh or one.name for one in self.town.subdistricts} if self.town else {}

    @cached_property
    def _houses(self) -> dict[str, str]:
        return {one.name: one.name_zh or one.name for one in self.town.facilities} if self.town else {}

    @cached_property
    def _landmarks(self) -> dict[str, str]:
        """Names of one node in both languages: a map has both as keys."""
        nodes = self.town.landmarks if self.town else {}
        chinese = {node: name for name, node in nodes.items() if not name.isascii()}
        return {name: chinese.get(node, name) for name, node in nodes.items()}

    @cached_property
    def _roads(self) -> dict[str, str]:
        if self.town is None:
            return {}
        roads = self.town.roads
        return {name: zh or name for name, zh in zip(roads.names, roads.names_zh or roads.names, strict=True)}

    # --- parties

    def _unit(self, found: re.Match[str]) -> str:
        """A unit by its station and number; crews of other departments share stations, and are told apart."""
        service = self._prefixes.get(found[1], "")
        station = self._stations.get((service, found[2]))
        if station is None:
            return found[0]
        own = "" if service in EMERGENCY else department(service, "zh")
        return say("map.unit_called", "zh", station=station.name_zh or station.name, own=own, n=found[3])

    @cached_property
    def _prefixes(self) -> dict[str, str]:
        return {table.unit_prefix: str(service) for service, table in crews().items()}

    @cached_property
    def _stations(self) -> dict[tuple[str, str], Facility]:
        """By service and short name, for the police and the traffic police of a district are called alike in short."""
        found: dict[tuple[str, str], Facility] = {}
        for service, table in crews().items():
            for kind in (table.station, table.or_station):  # its own come first, as where units are posted
                for one in self.town.facilities if self.town else ():
                    if one.kind == kind:
                        found.setdefault((str(service), short_name(one)), one)
        return found

    def _office(self, found: re.Match[str]) -> str:
        whose, tier, area = found[1], found[2], found[3] or ""
        if whose not in organisation().department:
            return found[0]
        where = self.district(area) if tier == "district" else self.subdistrict(area)
        level = "" if tier in ("district", "subdistrict") and area else word("tier", tier, "zh")
        return f"{where}{level}{department(whose, 'zh')}值班台"

    def _sensor(self, found: re.Match[str]) -> str:
        kind = sensor(found[1], "zh")
        return found[0] if kind == found[1] else f"{kind}{found[2]}号"

    def _call(self, found: re.Match[str]) -> str:
        return f"来电 {found[0].removeprefix('call-')}"

    def _paper_of(self, found: re.Match[str]) -> str:
        """'scene report of P-Nanwan-3': what was said, and by whom."""
        return f"{self.of(found[2])}的{word('paper', found[1], 'zh')}"


@lru_cache(maxsize=4)
def names_of(town: Map, language: Language) -> Names:
    """The names of a town; made once for each map that is open."""
    return Names(town, language)


NOWHERE = Names(None, "zh")
"""Names that need no map, in Chinese."""
