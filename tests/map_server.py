"""Runs the page of `map_app.py` for a test or a benchmark, in a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

APP = Path(__file__).with_name("map_app.py")


@contextmanager
def served(compressed: bool = True, **settings: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The address and the process; settings are those of `map_app.py`, such as MAP_TEST_LENS."""
    port = _free_port()
    own = {
        "SOLARA_APP": str(APP), "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False", "PYTHONPATH": str(APP.parents[1]),
        **settings,
    }  # fmt: skip
    command = [sys.executable, "-m", "uvicorn", "--log-level", "warning", "--port", str(port)]
    command += ["--ws-per-message-deflate", str(compressed).lower(), "solara.server.starlette:app"]
    process = subprocess.Popen(command, env={**os.environ, **own}, cwd=APP.parents[1])
    try:
        yield _ready(f"http://127.0.0.1:{port}", process), process
    finally:
        process.terminate()
        process.wait(10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _ready(address: str, process: subprocess.Popen[bytes]) -> str:
    for _ in range(600):
        assert process.poll() is None, "the server has ended"
        try:
            urlopen(f"{address}/readyz", timeout=1).close()
            return address
        except (URLError, OSError):
            time.sleep(0.1)
    raise TimeoutError(address)
