"""The pages in a real browser: a server of its own, Debian's Chromium, nothing from outside, no console error."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
from shared_maps import IS_CI

ROOT = Path(__file__).parents[1]
FLAGS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync",
         "--disable-component-update"]  # fmt: skip
SHOTS = os.environ.get("LIANDONG_SCREENSHOTS", "")
"""Folder in which pictures are kept; none are if it is not given."""

HARMLESS = ("Failed to evaluate Vue script",)
"""What a library of the page says of itself, as a warning."""

PAGES, BROWSER = ("solara", "anywidget"), ("playwright", "chromium")
PROGRAMS = ("chromium", "node")


def absent(*needed: str) -> list[str]:
    """Libraries and programs that are not here; in CI that is an error, and no reason to skip."""
    found = [one for one in needed if (shutil.which(one) if one in PROGRAMS else importlib.util.find_spec(one)) is None]
    if found and IS_CI:
        pytest.fail(f"not here: {', '.join(found)}; in CI the pages are tested in a browser", pytrace=False)
    return found


HAS_BROWSER = not absent(*BROWSER)


@contextmanager
def serving(results: Path, *arguments: str, site: Path | None = None) -> Iterator[str]:
    """`liandong view` as a user starts it, with the distributions of a folder if one is given; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = ["--port", str(port), "--results", str(results), "--no-open"]
    command = [sys.executable, "-m", "sim", "view", *arguments, *own]
    there = [str(ROOT)] if site is None else [str(site), str(ROOT)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(there)}
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(f"{address}/readyz", server)
        yield address
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        try:
            with urlopen(url, timeout=2):
                return
        except HTTPError:
            return  # it answers, though it wants a token
        except (URLError, OSError):
            assert server.poll() is None, "the server has ended"
            time.sleep(0.2)
    raise AssertionError("the server does not answer")


class Looked:
    """What a browser has complained of, and where it wanted to go."""

    def __init__(self) -> None:
        self.errors: list[str] = []
        self.outside: list[str] = []
        self.sockets: list[str] = []

    def watch(self, page: Any, address: str) -> None:
        """From now on what this page says and asks for is told."""
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda said: _hear(self, said))
        page.on("request", lambda asked: _ask(self, address, asked.url))
        page.on("websocket", lambda socket: self.sockets.append(socket.url))
        page.on("websocket", lambda socket: _ask(self, address, socket.url))


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser; tests of a file share one."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def browsing(address: str, **context: Any) -> Iterator[tuple[Any, Looked]]:
    """A page of a browser of its own, and what it complains of."""
    with chromium() as browser:
        yield opened(browser, address, **context)


def opened(browser: Any, address: str, **context: Any) -> tuple[Any, Looked]:
    """A page of somebody who has not been here before; what it asks of other computers is told."""
    given = {"viewport": {"width": 1400, "height": 900}, "locale": "en-US", "color_scheme": "dark", **context}
    page, looked = browser.new_context(**given).new_page(), Looked()
    page.set_default_timeout(30_000)
    looked.watch(page, address)
    return page, looked


def _hear(looked: Looked, said: Any) -> None:
    if said.type in ("error", "warning") and not any(one in said.text for one in HARMLESS):
        looked.errors.append(f"{said.type}: {said.text}")


def _ask(looked: Looked, address: str, url: str) -> None:
    if not url.startswith((address, address.replace("http", "ws"), "data:", "blob:")):
        looked.outside.append(url)


def shoot(page: Any, name: str) -> None:
    """Keep a picture, if a folder for them is given."""
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{SHOTS}/{name}.png")
