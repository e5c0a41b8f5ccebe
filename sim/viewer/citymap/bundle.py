"""The map's script as one module: its files in the order in which they need each other, each in a scope of its own."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "js"
ENTRY = "citymap"

_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./(\w+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?:async )?(?:function\*?|class|const|let) (\w+)", re.MULTILINE)
_DEFAULT = re.compile(r"^export default (.+);$", re.MULTILINE)


@cache
def script() -> str:
    """The whole script, an ES module with a default export."""
    parts = [_scoped(name) for name in _order(ENTRY, [])]
    return "\n".join([*parts, f"export default _{ENTRY}.standard;", ""])


@cache
def style() -> str:
    """The style sheet."""
    return (Path(__file__).parent / "citymap.css").read_text(encoding="utf-8")


def _text(name: str) -> str:
    return (FOLDER / f"{name}.js").read_text(encoding="utf-8")


def _order(name: str, done: list[str]) -> list[str]:
    """The files that one needs, and then itself."""
    for _, needed in _IMPORT.findall(_text(name)):
        if needed not in done:
            _order(needed, done)
    if name not in done:
        done.append(name)
    return done


def _scoped(name: str) -> str:
    """A file as a function's body; what it exports is what the function returns."""
    text = _text(name)
    exports = _EXPORT.findall(text)
    body = _IMPORT.sub(lambda found: f"const {{{found[1].replace(' as ', ': ')}}} = _{found[2]};\n", text)
    body = re.sub(r"^export (?!default)", "", body, flags=re.MULTILINE)
    standard = _DEFAULT.search(body)
    if standard:
        body = _DEFAULT.sub("", body)
        exports = [*exports, f"standard: {standard[1]}"]
    return f"const _{name} = (() => {{\n{body}\nreturn {{ {', '.join(exports)} }};\n}})();"
