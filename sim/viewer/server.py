"""Starts the pages: on this computer only, unless an address and a token are given; nothing is fetched from outside."""

from __future__ import annotations

import importlib.util
import os
import re
import socket
import threading
import warnings
import webbrowser
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from sim.core.errors import InputError
from sim.viewer.guard import TOKEN_VARIABLE, Guard, is_loopback

EXTRA = "the pages need more than the command line does; install them with: pip install 'liandong[view]'"
PARTS = ("solara", "anywidget", "uvicorn", "starlette", "ipyvuetify")

SHORTEST_TOKEN = 12
_TOKEN = re.compile(rf"[A-Za-z0-9._~-]{{{SHORTEST_TOKEN},}}")
LARGEST_MESSAGE = 8_000_000
"""Bytes in one message of a browser; a larger one closes its connection."""

START_VARIABLE, MAP_VARIABLE = "LIANDONG_SCENARIO", "LIANDONG_MAP"
ASSETS = Path(__file__).parent / "pages" / "assets"


class Address(NamedTuple):
    """Where the pages are served, and what must be known to see them."""

    host: str = "127.0.0.1"
    port: int = 8765
    token: str = ""

    @property
    def url(self) -> str:
        """What to open in a browser on this computer."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        shown = "127.0.0.1" if host in ("0.0.0.0", "[::]") else host
        return f"http://{shown}:{self.port}/" + (f"?token={quote(self.token)}" if self.token else "")


def check(address: Address) -> None:
    """Refuse, in one sentence, what cannot or must not be served."""
    missing = [part for part in PARTS if importlib.util.find_spec(part) is None]
    if missing:
        raise InputError(f"{EXTRA} (missing: {', '.join(missing)})")
    if not is_loopback(address.host) and not address.token:
        raise InputError(
            f"--host is {address.host!r}: others could open the pages there. Give a token that they must know too, "
            f"of {SHORTEST_TOKEN} characters at least: --token TOKEN, or {TOKEN_VARIABLE} in the environment"
        )
    if address.token and not _TOKEN.fullmatch(address.token):
        raise InputError(
            f"the token has {len(address.token)} characters; allowed are {SHORTEST_TOKEN} and more letters, digits, "
            "and . _ ~ -"
        )
    _check_free(address)
    lacking = missing_assets()
    if lacking:
        raise InputError(
            f"files that the pages need without internet are missing, such as {lacking[0]}. Install them with: "
            "pip install 'liandong[view]'"
        )


def _check_free(address: Address) -> None:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address.host, address.port))
        except OSError as wrong:
            raise InputError(
                f"{address.host}, port {address.port}: {wrong.strerror or wrong}; choose another with --port"
            ) from None


def missing_assets() -> list[Path]:
    """Files of the page that are neither here nor may be fetched; without them it stays blank."""
    import ipywidgets
    from solara.server import settings

    root, major = Path(settings.assets.proxy_cache_dir), int(ipywidgets.__version__.split(".")[0])
    app = "@widgetti/solara-vuetify-app@10.1.1/dist"
    wanted = (f"{app}/main{major}.css", f"{app}/fonts.css", f"{app}/solara-vuetify-app{major}.min.js",
              "requirejs@2.3.6/require.js", "font-awesome@4.5.0/css/font-awesome.min.css")  # fmt: skip
    return [root / name for name in wanted if not (root / name).is_file()]


def settle() -> None:
    """What holds however the pages were started: no telemetry, nothing from outside, our looks, and the guard."""
    from ipywidgets.widgets import widget
    from solara.server import settings

    settings.telemetry.mixpanel_enable = False
    settings.main.mode = "production"  # or sources are watched, and an outside page is asked whether all is well
    settings.theme.variant = settings.theme.variant.__class__("dark")  # "auto" leaves the page empty; see theme.js
    settings.theme.loader, settings.theme.show_banner, settings.theme.title = "plain", False, "联动 Liandong"
    settings.kernel.cull_timeout = "10m"
    settings.assets.fontawesome_enabled = True
    if str(ASSETS) not in settings.assets.extra_locations:
        settings.assets.extra_locations = [*settings.assets.extra_locations, str(ASSETS)]
    warnings.filterwarnings("ignore", message="Cookies with samesite=none")  # of pages within pages of others
    # Widgets tell other pages of the same kernel what was typed in one. Here each page has its own kernel, and the echo
    # of a text that comes after the field was emptied would write it again.
    widget.JUPYTER_WIDGETS_ECHO = False
    guard_served()


def guard_served() -> None:
    """Put the guard before the server, if there is one in this process."""
    import sys

    served = sys.modules.get("solara.server.starlette")
    if served is None:
        return
    app: Any = served.app
    inner = app.middleware_stack or app.build_middleware_stack()
    if not isinstance(inner, Guard):
        from solara.server import settings

        files = Path(settings.assets.proxy_cache_dir)
        app.middleware_stack = Guard(inner, os.environ.get(TOKEN_VARIABLE, ""), files)


def serve(address: Address, *, opens: bool = True) -> None:
    """Serve the pages until Ctrl-C."""
    check(address)
    os.environ[TOKEN_VARIABLE] = address.token
    os.environ["SOLARA_APP"] = "sim.viewer.pages"
    os.environ["SOLARA_TELEMETRY_MIXPANEL_ENABLE"] = "False"
    import uvicorn
    from solara.server import starlette

    settle()
    compresses = not is_loopback(address.host)  # on this computer it costs more than it saves
    config = uvicorn.Config(
        starlette.app, host=address.host, port=address.port, log_level="warning", ws_max_size=LARGEST_MESSAGE,
        ws_per_message_deflate=compresses, timeout_graceful_shutdown=2, server_header=False, loop="asyncio",
    )  # fmt: skip
    if opens:
        threading.Timer(1.0, webbrowser.open, [address.url]).start()
    uvicorn.Server(config).run()
