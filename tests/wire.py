"""A client that speaks to the server of the pages as a browser does, and may say what no browser would."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress
from typing import Any
from uuid import uuid4

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

SESSION = "solara-session-id"


class Wire:
    """A websocket of its own to the kernel of a page, open or already shut by the server."""

    def __init__(self, address: str, kernel: str, session: str = "", **headers: str) -> None:
        self.heard: list[bytes] = []
        self.page = str(uuid4())
        origin = headers.pop("Origin", address)
        if session:
            headers["Cookie"] = f"{SESSION}={session}"
        url = f"{address.replace('http', 'ws')}/jupyter/api/kernels/{kernel}/channels?session_id={self.page}"
        self._open = ExitStack()
        given: dict[str, Any] = {"origin": origin, "additional_headers": headers, "max_size": None, "open_timeout": 20}
        self.socket = self._open.enter_context(connect(url, **given))

    def send(self, raw: str | bytes) -> None:
        """Anything at all; the server may hang up before it has heard all of it."""
        with suppress(ConnectionClosed):
            self.socket.send(raw)

    def say(self, kind: str, content: dict[str, Any], buffers: Sequence[bytes] = ()) -> None:
        """A message as a page's own script would send it."""
        header = {"msg_id": str(uuid4()), "username": "", "session": self.page, "msg_type": kind, "version": "5.3",
                  "date": "2026-01-01T00:00:00Z"}  # fmt: skip
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
        if not buffers:
            self.send(json.dumps({**message, "buffers": []}))
            return
        parts = [json.dumps(message).encode(), *buffers]
        heads = [4 * (len(parts) + 1)]
        for part in parts[:-1]:
            heads.append(heads[-1] + len(part))
        self.send(b"".join(number.to_bytes(4, "big") for number in (len(parts), *heads)) + b"".join(parts))

    def tell(self, comms: Iterable[str], data: dict[str, Any], buffers: Sequence[bytes] = ()) -> None:
        """The same to each of some widgets."""
        for comm in comms:
            self.say("comm_msg", {"comm_id": comm, "data": data}, buffers)

    def comms(self) -> list[str]:
        """Names of the widgets of the page."""
        self.say("comm_info_request", {"target_name": "jupyter.widget"})
        for message in self.listen(10):
            if message.get("header", {}).get("msg_type") == "comm_info_reply":
                return list(message["content"]["comms"])
        raise AssertionError("the server does not tell its widgets")

    def find(self, trait: str) -> str:
        """The first widget that has something of such a name."""
        for comm in self.comms():
            self.tell([comm], {"method": "request_state"})
        for message in self.listen(10):
            if trait in message.get("content", {}).get("data", {}).get("state", {}):
                return str(message["content"]["comm_id"])
        raise AssertionError(f"no widget has {trait}")

    def listen(self, seconds: float) -> Iterable[dict[str, Any]]:
        """Messages as they come, until none has come for so long or the server hangs up."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                raw = self.socket.recv(timeout=max(0.01, until - time.monotonic()))
            except (TimeoutError, ConnectionClosed):
                return
            self.heard.append(raw.encode() if isinstance(raw, str) else raw)
            yield _read(raw)

    def is_shut(self, seconds: float = 10) -> int:
        """The code with which the server hangs up; 0 if it does not."""
        try:
            while True:
                raw = self.socket.recv(timeout=seconds)
                self.heard.append(raw.encode() if isinstance(raw, str) else raw)
        except TimeoutError:
            return 0
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd is not None else 1006

    def close(self) -> None:
        """Hang up."""
        self._open.close()


def _read(raw: str | bytes) -> dict[str, Any]:
    if isinstance(raw, str):
        return dict(json.loads(raw))
    count = int.from_bytes(raw[:4], "big")
    heads = [int.from_bytes(raw[4 * k : 4 * k + 4], "big") for k in range(1, count + 1)]
    return dict(json.loads(raw[heads[0] : heads[1] if count > 1 else len(raw)]))
