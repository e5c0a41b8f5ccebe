"""Stands before every page and websocket: who may come in, from where, and what a page may load."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote, urlencode, urlsplit

from sim.viewer.words import language_of, say

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

TOKEN_VARIABLE = "LIANDONG_TOKEN"
COOKIE = "liandong-token"
LIBRARIES = "/_solara/cdn/"
"""Where the server has the page's libraries."""

OWNER_ONLY = ("/resourcez",)
"""What tells of the server itself: for who sits at it."""

POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' data: blob:; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
"""Nothing from another server. The widgets' own loader needs inline scripts and eval."""

HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)


def is_loopback(host: str) -> bool:
    """Whether an address is this computer's own, and reachable from no other."""
    bare = host.strip("[]").split("%")[0]
    if bare == "localhost":
        return True
    try:
        return ipaddress.ip_address(bare).is_loopback
    except ValueError:
        return False


class Guard:
    """Without a token only this computer may look, and only under its own name; with one, whoever knows it."""

    def __init__(self, inner: App, token: str, files: Path) -> None:
        self._inner = inner
        self._token = token
        self._files = files.resolve()  # of the page's libraries, on the disk


    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._inner(scope, receive, send)
            return
        headers = _headers(scope)
        if not self._may_enter(scope, headers):
            await _refuse(scope, headers, send)
        elif scope["path"].startswith(LIBRARIES) and not self._is_on_disk(scope["path"]):
            await _answer(send, 404, b"not here\n")
        elif scope["type"] == "http" and _asked_token(scope):
            await self._remember(scope, send)
        else:
            await self._inner(scope, receive, _with_headers(send))

    def _may_enter(self, scope: Scope, headers: dict[str, str]) -> bool:
        client = scope.get("client")
        is_here = client is None or is_loopback(client[0])  # no client: a socket file, or a test
        if not _is_own_page(headers) or (scope["path"].rstrip("/") in OWNER_ONLY and not is_here):
            return False
        if self._token:
            given = (_asked_token(scope), _cookie(headers), headers.get("authorization", "").removeprefix("Bearer "))
            return any(hmac.compare_digest(one.encode(), self._token.encode()) for one in given)
        return is_here and is_loopback(_host(headers.get("host", "")))

    def _is_on_disk(self, path: str) -> bool:
        """Whether a library's file is here: the server would fetch another from outside, for anybody who asks."""
        found = (self._files / path.removeprefix(LIBRARIES).replace("\\", "/")).resolve()
        return found.is_relative_to(self._files) and found.is_file()

    async def _remember(self, scope: Scope, send: Send) -> None:
        """Keep the token in a cookie, and take it out of the address bar."""
        cookie = f"{COOKIE}={self._token}; Path=/; HttpOnly; SameSite=Strict"
        path = scope.get("root_path", "") + scope["path"]
        kept = urlencode([pair for pair in parse_qsl(scope["query_string"].decode("latin-1")) if pair[0] != "token"])
        where = "/" + quote(path.lstrip("/\\")) + (f"?{kept}" if kept else "")  # never the name of another server
        own = [(b"location", where.encode()), (b"set-cookie", cookie.encode())]
        await send({"type": "http.response.start", "status": 303, "headers": [*own, *HEADERS]})
        await send({"type": "http.response.body", "body": b""})


def _is_own_page(headers: dict[str, str]) -> bool:
    """Whether a request comes from a page of this server, or from none: other pages may not use our sockets."""
    origin = headers.get("origin", "")
    return not origin or urlsplit(origin).netloc == headers.get("host", "")


def _headers(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope.get("headers", ())}


def _host(given: str) -> str:
    """The name without the port."""
    return given[: given.index("]") + 1] if given.startswith("[") and "]" in given else given.split(":")[0]


def _asked_token(scope: Scope) -> str:
    query: bytes = scope.get("query_string", b"")
    return parse_qs(query.decode("latin-1")).get("token", [""])[0]


def _cookie(headers: dict[str, str]) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    value: str = found.value if found is not None else ""
    return value


async def _refuse(scope: Scope, headers: dict[str, str], send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})  # before it is accepted: the browser sees 403
        return
    language = language_of(headers.get("accept-language", ""))
    text = f"{say('error.closed_title', language)}\n\n{say('error.closed', language)}\n"
    await _answer(send, 403, text.encode())


async def _answer(send: Send, status: int, text: bytes) -> None:
    own = [(b"content-type", b"text/plain; charset=utf-8"), *HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": own})
    await send({"type": "http.response.body", "body": text})


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *HEADERS]
        await send(message)

    return sending
