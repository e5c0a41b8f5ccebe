"""What people without a mouse, or with weak eyes, meet on a page: asked of the browser itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SCRIPT = (Path(__file__).parent / "access.js").read_text(encoding="utf-8").rstrip()

MOST_STOPS = 400
NAMED = frozenset((
    "button", "link", "textbox", "searchbox", "combobox", "listbox", "slider", "spinbutton", "checkbox", "switch",
    "radio", "tab", "menuitem", "option", "application", "DisclosureTriangle", "image", "img",
))  # fmt: skip
"""Roles of which a reader has to say something."""


def ask(page: Any, name: str, *given: object) -> Any:
    """One of the functions of `access.js`, on the page."""
    return page.evaluate(f"{SCRIPT}.{name}({', '.join(map(json.dumps, given))})")


def contrasts(page: Any) -> tuple[int, list[str]]:
    """Texts on a page, and those of them that are too faint."""
    many, found = ask(page, "contrasts")
    return int(many), list(found)


def nameless(page: Any) -> list[str]:
    """Controls of which a screen reader has nothing to say, and pictures and frames without a word."""
    session = page.context.new_cdp_session(page)
    try:
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
        found = []
        for node in nodes:
            role = node.get("role", {}).get("value", "")
            name = node.get("name", {}).get("value", "").strip()
            if role in NAMED and not name and not node.get("ignored"):
                found.append(f"{role}: {_html(session, node.get('backendDOMNodeId'))}")
        return found
    finally:
        session.detach()


def _html(session: Any, node: int | None) -> str:
    if node is None:
        return ""
    try:
        return str(session.send("DOM.getOuterHTML", {"backendNodeId": node})["outerHTML"])[:300]
    except Exception:  # gone meanwhile
        return "gone"


def walk(page: Any) -> dict[str, Any]:
    """Tab by Tab through a page: what was not met, what had no ring when it was, whether map and time line were."""
    page.evaluate("() => { document.activeElement?.blur(); window.getSelection()?.removeAllRanges(); scrollTo(0, 0); }")
    ask(page, "number")
    seen: list[int] = []
    ringless: list[str] = []
    met = {"map": False, "line": False}
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        at = ask(page, "focus")
        if at is None:  # past the last; the next is the first
            continue
        if at["stop"] in seen[:1] and len(set(seen)) > 1:
            break
        met = {"map": met["map"] or at["isMap"], "line": met["line"] or at["isLine"]}
        if not at["isRinged"] and at["about"] not in ringless:
            ringless.append(at["about"])
        seen.append(at["stop"])
    return {"unreached": ask(page, "unreached", seen), "ringless": ringless, "stops": len(set(seen)), **met}


def tab_to(page: Any, wanted: str, *, most: int = 250) -> None:
    """Press Tab until what matches a selector has the focus."""
    is_there = "(wanted) => !!document.activeElement?.matches?.(wanted)"
    for _ in range(most):
        if page.evaluate(is_there, wanted):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no Tab leads to {wanted}")


def mark_fields(page: Any) -> None:
    """Fields can be found by their labels, as people do; nothing is clicked."""
    page.evaluate("""() => { for (const one of document.querySelectorAll("label[for]")) {
      const of = document.getElementById(one.htmlFor);
      if (of) of.dataset.label = one.innerText.trim();
    } }""")
