"""Who may open the pages, from where; what is refused in one sentence; the folder of results is not left."""

from __future__ import annotations

import asyncio
import os
import re
import socket
from pathlib import Path
from typing import Any

import pytest
from browsing import HAS_BROWSER, absent, browsing, serving, shoot

from sim.core.errors import InputError
from sim.viewer import roots, server
from sim.viewer.guard import COOKIE, Guard, is_loopback
from sim.viewer.server import Address

HAS_PAGES = not absent(*server.PARTS)
TOKEN = "a-token-of-some-length"
FILES = Path(__file__).parent
"""In place of the libraries of the page."""


# --- the guard


async def _inner(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "inside"})


def _asked(token: str, **scope: Any) -> list[dict[str, Any]]:
    """What is sent back for a request of some client."""
    given: dict[str, Any] = {
        "type": "http", "path": "/plan", "query_string": b"", "client": ("127.0.0.1", 5000),
        "headers": [(b"host", b"127.0.0.1:8765")], **scope,
    }  # fmt: skip
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(dict(message))

    asyncio.run(Guard(_inner, token, FILES)(given, None, send))  # type: ignore[arg-type]
    return sent


def _is_in(sent: list[dict[str, Any]]) -> bool:
    return sent == [{"type": "inside"}]


def test_this_computer_comes_in_without_a_token() -> None:
    assert _is_in(_asked(""))
    assert _is_in(_asked("", type="websocket"))


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_another_computer_stays_outside_without_a_token(kind: str) -> None:
    """Whatever name it asks by: the address of who asks cannot be made up."""
    sent = _asked("", type=kind, client=("192.168.1.7", 5000))
    assert not _is_in(sent)
    assert sent[0].get("status") == 403 or sent[0] == {"type": "websocket.close", "code": 1008}


@pytest.mark.parametrize(
    "path", ["left-pad@1.0.0/index.js", "toy", "golden", "", "../pyproject.toml", "..\\pyproject.toml", "%2e%2e/x"]
)
def test_a_library_that_is_not_on_the_disk_is_not_fetched_and_a_folder_is_left_alone(path: str) -> None:
    """The server of the pages would ask the internet for the one, and delete the other to make room."""
    assert _asked("", path=f"/_solara/cdn/{path}")[0]["status"] == 404
    assert _is_in(_asked("", path="/_solara/cdn/conftest.py"))


def test_what_tells_of_the_server_is_for_who_sits_at_it() -> None:
    headers = [(b"host", b"city.example"), (b"cookie", f"{COOKIE}={TOKEN}".encode())]
    away = {"client": ("192.168.1.7", 5000), "headers": headers}
    assert _is_in(_asked(TOKEN, **away)) and not _is_in(_asked(TOKEN, path="/resourcez", **away))
    assert _is_in(_asked("", path="/resourcez"))


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_name_that_leads_here_by_a_trick_is_refused(kind: str) -> None:
    """A page elsewhere may have its name point to 127.0.0.1 (DNS rebinding)."""
    assert not _is_in(_asked("", type=kind, headers=[(b"host", b"evil.example")]))


@pytest.mark.parametrize("token", ["", TOKEN])
def test_a_page_of_another_server_may_not_use_our_sockets(token: str) -> None:
    headers = [(b"host", b"127.0.0.1:8765"), (b"origin", b"http://evil.example"),
               (b"cookie", f"{COOKIE}={TOKEN}".encode())]  # fmt: skip
    assert not _is_in(_asked(token, type="websocket", headers=headers))
    headers[1] = (b"origin", b"http://127.0.0.1:8765")
    assert _is_in(_asked(token, type="websocket", headers=headers))


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_with_a_token_only_who_knows_it_comes_in_this_computer_too(kind: str) -> None:
    far: dict[str, Any] = {"type": kind, "client": ("192.168.1.7", 5000)}
    assert not _is_in(_asked(TOKEN, type=kind))
    assert not _is_in(_asked(TOKEN, **far))
    assert not _is_in(_asked(TOKEN, **far, headers=[(b"host", b"x"), (b"cookie", f"{COOKIE}=wrong".encode())]))
    assert _is_in(_asked(TOKEN, **far, headers=[(b"host", b"x"), (b"cookie", f"{COOKIE}={TOKEN}".encode())]))
    assert _is_in(_asked(TOKEN, **far, headers=[(b"host", b"x"), (b"authorization", f"Bearer {TOKEN}".encode())]))


def test_a_token_in_the_address_goes_into_a_cookie_and_out_of_sight() -> None:
    sent = _asked(TOKEN, query_string=f"a=1&token={TOKEN}".encode(), client=("192.168.1.7", 5000))
    headers = dict(sent[0]["headers"])
    assert sent[0]["status"] == 303 and headers[b"location"] == b"/plan?a=1"
    assert b"HttpOnly" in headers[b"set-cookie"] and b"SameSite=Strict" in headers[b"set-cookie"]


def test_nobody_is_led_to_another_server() -> None:
    sent = _asked(TOKEN, path="//evil.example/x", query_string=f"token={TOKEN}".encode())
    assert dict(sent[0]["headers"])[b"location"] == b"/evil.example/x"


def test_no_page_may_load_anything_from_outside() -> None:
    sent = _asked("", client=("10.0.0.1", 1))
    policy = dict(sent[0]["headers"])[b"content-security-policy"].decode()
    assert "default-src 'self'" in policy and "http:" not in policy and "https:" not in policy and "*" not in policy


def test_loopback_is_this_computer_alone() -> None:
    assert all(is_loopback(one) for one in ("127.0.0.1", "::1", "[::1]", "localhost", "127.9.9.9"))
    assert not any(is_loopback(one) for one in ("0.0.0.0", "::", "192.168.0.1", "localhost.evil.example", ""))


# --- starting


def test_without_the_extra_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "PARTS", ("a_library_that_nobody_has",))
    with pytest.raises(InputError, match=r"pip install 'liandong\[view\]'"):
        server.check(Address())


def test_another_address_needs_a_token_and_a_token_some_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "PARTS", ())
    with pytest.raises(InputError, match="--token"):
        server.check(Address("0.0.0.0"))
    with pytest.raises(InputError, match="12 and more"):
        server.check(Address("0.0.0.0", token="short"))


def test_a_port_that_is_taken_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "PARTS", ())
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(InputError, match=f"port {port}.*--port"):
            server.check(Address(port=port))


@pytest.mark.skipif(not HAS_PAGES, reason="the pages are not installed")
def test_a_missing_asset_is_told_in_place_of_a_blank_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from solara.server import settings

    assert server.missing_assets() == []
    monkeypatch.setattr(settings.assets, "proxy_cache_dir", tmp_path)
    assert len(server.missing_assets()) == 5
    with pytest.raises(InputError, match="without internet are missing"):
        server.check(Address(port=_free_port()))


@pytest.mark.skipif(not HAS_PAGES, reason="the pages are not installed")
def test_telemetry_is_off_and_the_guard_stands_however_the_pages_are_started() -> None:
    """`solara run app.py` imports the pages, and they settle it."""
    from solara.server import settings, starlette

    import sim.viewer.pages  # noqa: F401

    server.settle()
    assert not settings.telemetry.mixpanel_enable
    assert isinstance(starlette.app.middleware_stack, Guard)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# --- the folder of results


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "results"
    (folder / "one").mkdir(parents=True)
    (folder / "one" / "manifest.json").write_text("{}")
    (tmp_path / "secret.txt").write_text("secret")
    monkeypatch.setenv(roots.ROOT_VARIABLE, str(folder))
    return folder


OUTSIDE = ["..", "../secret.txt", "/etc/passwd", "one/../../secret.txt", "", ".", "link", "a\0b"]


@pytest.mark.parametrize("name", OUTSIDE)
def test_no_name_leads_out_of_the_folder_of_results(results: Path, name: str) -> None:
    os.symlink(results.parent, results / "link")
    with pytest.raises(InputError):
        roots.inside(name)


def test_results_are_found_and_new_ones_do_not_cover_old_ones(results: Path) -> None:
    assert roots.found() == ["one"]
    assert roots.inside("one/manifest.json").is_file()
    assert roots.new_folder("one").name == "one-2"
    assert roots.new_folder("<script>/../x").parent == results.resolve()


# --- the looks


def _luminance(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_can_be_read_on_every_ground(theme: str) -> None:
    """WCAG AA: 4.5 to 1."""
    css = (server.ASSETS / "custom.css").read_text(encoding="utf-8")
    block = css.split(".theme--dark.v-application {")[1 if theme == "dark" else 0].split("}")[0]
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
    for text in ("text", "muted", "accent", "good", "warn", "bad"):
        for ground in ("bg", "surface", "raised"):
            assert _contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    assert _contrast(colours["on-accent"], colours["accent"]) >= 4.5
    assert _contrast(colours["text"], colours["accent-soft"]) >= 4.5


# --- in a browser


@pytest.mark.slow
@pytest.mark.skipif(not (HAS_PAGES and HAS_BROWSER), reason="no pages, or no browser")
def test_every_page_opens_offline_in_both_languages_and_themes(tmp_path: Path) -> None:
    with serving(tmp_path, "toy-fire") as address, browsing(address) as (page, looked):
        for path in ("/", "/plan", "/exercise", "/study"):
            page.goto(address + path)
            page.wait_for_selector(".ld-page")
            page.wait_for_timeout(500)
            assert page.locator(".ld-trouble").count() == 0, path
        page.goto(address)
        page.wait_for_selector("text=Who knows what, and when")
        shoot(page, "home-dark-en")
        page.click(".ld-language")
        page.wait_for_selector("text=谁在何时知道什么")
        page.click(".ld-theme")
        page.wait_for_selector(".theme--light")
        shoot(page, "home-light-zh")
        page.click("text=方案 >> nth=0")
        page.wait_for_selector("text=主要指标")
        page.reload()
        page.wait_for_selector("text=主要指标")  # the browser is remembered
        assert looked.errors == [] and looked.outside == []


@pytest.mark.slow
@pytest.mark.skipif(not (HAS_PAGES and HAS_BROWSER), reason="no pages, or no browser")
def test_with_a_token_a_browser_needs_it_once(tmp_path: Path) -> None:
    with serving(tmp_path, "--token", TOKEN) as address, browsing(address) as (page, _):
        assert page.goto(address).status == 403
        page.goto(f"{address}/?token={TOKEN}")
        page.wait_for_selector(".ld-home")
        assert "token" not in page.url
        page.goto(f"{address}/plan")
        page.wait_for_selector(".ld-plan")
