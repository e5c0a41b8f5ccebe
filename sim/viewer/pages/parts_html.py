"""HTML of text that came from anywhere: every word and attribute is escaped."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence

import solara
from markupsafe import Markup, escape

_VOID = frozenset({"br", "img", "hr", "wbr"})


def tag(name: str, *inside: object, **attributes: object) -> Markup:
    """An element; `_` in names of attributes is `-`, a last one is dropped (class_), None leaves the attribute out."""
    given = ((key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items() if value is not None)
    head = Markup("").join(Markup(' {}="{}"').format(key, value) for key, value in given)
    if name in _VOID:
        return Markup("<{}{}>").format(Markup(name), head)
    body = Markup("").join(escape(one) for one in inside)
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(name), head, body)


def table(heads: Sequence[object], rows: Iterable[Sequence[object]], caption: str = "", numeric: int = 0) -> Markup:
    """A table; the last `numeric` columns are set flush right."""
    first = len(heads) - numeric
    kinds = ["" if place < first else "is-number" for place in range(len(heads))]
    head = tag(
        "tr", *(tag("th", one, scope="col", class_=kind or None) for one, kind in zip(heads, kinds, strict=True))
    )
    body = [
        tag("tr", *(tag("td", one, class_=kind or None) for one, kind in zip(row, kinds, strict=True))) for row in rows
    ]
    named = tag("caption", caption) if caption else ""
    return tag("table", named, tag("thead", head), tag("tbody", *body), class_="ld-table")


def picture(svg: bytes, described: str) -> Markup:
    """A drawing as an image, in which nothing can run; `described` is for those who cannot see it."""
    source = f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}"
    return tag("img", src=source, alt=described, class_="ld-figure")


def put(markup: Markup, classes: Sequence[str] = ()) -> None:
    """Set it on the page."""
    solara.HTML(tag="div", unsafe_innerHTML=str(markup), classes=list(classes))


def heading(text: str, level: int = 2, classes: Sequence[str] = ()) -> None:
    """A heading."""
    solara.HTML(tag=f"h{level}", unsafe_innerHTML=str(escape(text)), classes=["ld-heading", *classes])


def paragraph(text: str, classes: Sequence[str] = ()) -> None:
    """A paragraph of plain text."""
    solara.HTML(tag="p", unsafe_innerHTML=str(escape(text)), classes=["ld-paragraph", *classes])
