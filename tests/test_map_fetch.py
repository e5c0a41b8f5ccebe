"""Fetching a map, end to end against a server on this machine that answers with stored answers."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest
from typer.testing import CliRunner

from sim.city.store import find_map, map_names
from sim.cli.maps import app
from sim.core.errors import InputError
from tests import small_osm
from tests.shared_maps import need_map_extra, shared_map

FUTIAN = [[113.99, 22.50], [114.10, 22.50], [114.10, 22.59], [113.99, 22.59], [113.99, 22.50]]


@dataclass
class Server:
    """What it will answer, and what it was asked."""

    url: str = ""
    answer: bytes = b"{}"
    status: int = 200
    places: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Overpass at /api/interpreter, Nominatim at /search; maps go to a folder of the test."""
    need_map_extra()
    state = Server()

    class Desk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            state.asked.append(parse_qs(body)["data"][0])
            self._say(state.answer if self.path == "/api/interpreter" else b"not here")

        def do_GET(self) -> None:
            asked = urlparse(self.path)
            state.asked.append(parse_qs(asked.query).get("q", [""])[0])
            self._say(json.dumps(state.places).encode() if asked.path == "/search" else b"not here")

        def _say(self, content: bytes) -> None:
            self.send_response(state.status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    state.url = f"http://127.0.0.1:{listener.server_port}"
    threading.Thread(target=listener.serve_forever, args=(0.02,), daemon=True).start()
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("LIANDONG_MAPS", str(tmp_path / "maps"))
    monkeypatch.setenv("LIANDONG_OVERPASS_URL", state.url + "/api")
    monkeypatch.setenv("LIANDONG_NOMINATIM_URL", state.url)
    monkeypatch.chdir(tmp_path)
    yield state
    listener.shutdown()
    listener.server_close()


def _fetch(*words: str) -> Any:
    return CliRunner().invoke(app, ["fetch", *words])


def _refusal(*words: str) -> str:
    """The one message with which a fetch is refused; nothing is stored."""
    result = _fetch(*words)
    assert result.exit_code != 0
    assert isinstance(result.exception, InputError), result.output
    assert map_names() == ["shenzhen", "toy"]
    message = str(result.exception)
    assert "\n" not in message
    return message


def test_a_place_is_looked_up_asked_for_and_stored(server: Server, tmp_path: Path) -> None:
    server.answer = gzip.decompress(shared_map("roads/source/overpass-futian-drive-2025-03-06.json.gz").read_bytes())
    server.places = [
        {
            "importance": 0.6,
            "boundingbox": ["22.50", "22.59", "113.99", "114.10"],
            "lat": "22.54",
            "lon": "114.05",
            "display_name": "Futian District",
            "geojson": {"type": "Polygon", "coordinates": [FUTIAN]},
        }
    ]
    result = _fetch("Futian, Shenzhen, China", "--name", "futian")
    assert result.exit_code == 0, (result.output, result.exception)
    assert "© OpenStreetMap contributors" in result.output
    assert server.asked[0] == "Futian, Shenzhen, China"
    assert '(poly:"22.500000 113.990000 ' in server.asked[1] and 'way["highway"~"' in server.asked[1]
    town = find_map("futian")
    assert town.title == "Futian, Shenzhen, China"
    assert town.roads.node_count > 4000
    assert "Futian" in {district.name for district in town.districts}
    assert {"fire_station", "police", "hospital"} <= {facility.kind for facility in town.facilities}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["maps"], "nothing is left in the working folder"


def test_a_box_brings_roads_facilities_and_turn_restrictions(server: Server) -> None:
    server.answer = json.dumps(small_osm.overpass(small_osm.turn(1, "no_left_turn", 11, 14))).encode()
    result = _fetch("--bbox", "9.98,-0.02,10.02,0.02", "--name", "small", "--population", "900")
    assert result.exit_code == 0, (result.output, result.exception)
    assert "turn restrictions: 1 read, 1 of them between roads of the map and honoured" in result.output
    assert "(-0.02,9.98,0.02,10.02)" in server.asked[0]
    assert find_map("small").population == 900


def test_the_address_can_be_an_option_and_may_name_the_interpreter(server: Server, monkeypatch: Any) -> None:
    monkeypatch.setenv("LIANDONG_OVERPASS_URL", "http://127.0.0.1:9")
    server.answer = json.dumps(small_osm.overpass()).encode()
    for number, path in enumerate(("/api", "/api/", "/api/interpreter")):
        words = ("--bbox", "9.98,-0.02,10.02,0.02", "--name", f"small{number}", "--overpass-url", server.url + path)
        assert _fetch(*words).exit_code == 0


def test_without_internet_it_says_so_in_one_sentence_and_soon(server: Server, monkeypatch: Any) -> None:
    monkeypatch.setenv("LIANDONG_OVERPASS_URL", "http://127.0.0.1:9")  # nobody listens there
    monkeypatch.setenv("LIANDONG_NOMINATIM_URL", "http://127.0.0.1:9")
    begin = time.monotonic()
    for words in (("Futian",), ("--bbox", "114.0,22.5,114.1,22.6")):
        assert "cannot be reached; is there internet?" in _refusal(*words, "--name", "futian")
    assert time.monotonic() - begin < 10.0


def test_a_name_that_no_server_knows_of_is_no_internet(server: Server) -> None:
    words = ("--bbox", "114.0,22.5,114.1,22.6", "--name", "x", "--overpass-url", "http://nowhere.invalid/api")
    assert "is there internet?" in _refusal(*words)


def test_a_silent_server_is_not_waited_for_without_end(server: Server, monkeypatch: Any) -> None:
    import socket

    monkeypatch.setattr("sim.city.osm.fetching.ANSWER_S", 0.3)
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        url = f"http://127.0.0.1:{mute.getsockname()[1]}"
        message = _refusal("--bbox", "114.0,22.5,114.1,22.6", "--name", "x", "--overpass-url", url)
    assert "does not answer in time" in message


@pytest.mark.parametrize("status", [429, 504])
def test_a_busy_server_is_asked_once(server: Server, status: int) -> None:
    server.status = status
    assert f"the server is busy ({status})" in _refusal("--bbox", "114.0,22.5,114.1,22.6", "--name", "x")
    assert f"the server is busy ({status})" in _refusal("Futian", "--name", "x")
    assert len(server.asked) == 2


@pytest.mark.parametrize("answer", [b"<html>hello</html>", b"[]", b"{}", b'{"elements": 3}', b'{"elements": [7]}'])
def test_an_answer_of_another_kind_is_named(server: Server, answer: bytes) -> None:
    server.answer = answer
    assert "what it answered is not" in _refusal("--bbox", "114.0,22.5,114.1,22.6", "--name", "x")


def test_an_empty_area_has_no_roads(server: Server) -> None:
    server.answer = b'{"elements": []}'
    assert "no drivable roads" in _refusal("--bbox", "114.0,22.5,114.1,22.6", "--name", "x")


def test_a_server_that_gave_up_is_quoted(server: Server) -> None:
    server.answer = b'{"elements": [], "remark": "runtime error: out of memory"}'
    assert "gave up (runtime error: out of memory)" in _refusal("--bbox", "114.0,22.5,114.1,22.6", "--name", "x")


@pytest.mark.parametrize("geometry", [None, "Point"])
def test_a_place_that_is_unknown_or_no_area_is_told_apart_from_a_fault(server: Server, geometry: str | None) -> None:
    point = {"type": "Point", "coordinates": [114.0, 22.5]}
    box = ["22", "23", "114", "115"]
    server.places = [{"importance": 0.1, "boundingbox": box, "geojson": point}] if geometry else []
    assert "the place 'Futain' is not known" in _refusal("Futain", "--name", "x")


@pytest.mark.parametrize(
    ("box", "why"),
    [
        ("114.0,22.5,114.1", "four numbers W,S,E,N"),
        ("114.1,22.5,114.0,22.6", "W < E and S < N"),
        ("a,b,c,d", "four numbers"),
        ("nan,22.5,114.0,22.6", "W < E"),
        ("110,20,116,25", "km² can be fetched"),
    ],
)
def test_a_box_that_cannot_be_is_refused_before_anyone_is_asked(server: Server, box: str, why: str) -> None:
    assert why in _refusal("--bbox", box, "--name", "x")
    assert server.asked == []


def test_either_a_place_or_a_box_is_wanted(server: Server) -> None:
    assert "either a place" in _refusal("--name", "x")
    assert "either a place" in _refusal("Futian", "--bbox", "114.0,22.5,114.1,22.6", "--name", "x")
    assert "http://" in _refusal("Futian", "--name", "x", "--overpass-url", "overpass-api.de")
