"""A field that takes one file: by click, by keyboard or by dropping it; what is too large is not sent at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import anywidget
import solara
import traitlets

SCRIPT = """
function render({ model, el }) {
  const made = (name) => document.createElement(name);
  const label = made("label"), input = made("input"), text = made("span");
  label.className = "ld-upload";
  input.type = "file";
  label.append(text, input);
  el.append(label);
  const tell = () => { text.textContent = model.get("label"); input.accept = model.get("accept"); };
  const take = async (file) => {
    if (!file) return;
    const most = model.get("most"), isLarge = file.size > most;
    const bytes = isLarge ? new ArrayBuffer(0) : await file.arrayBuffer();
    model.send({ type: "file", name: file.name, size: file.size }, undefined, [bytes]);
    input.value = "";
  };
  input.addEventListener("change", () => take(input.files[0]));
  label.addEventListener("dragover", (e) => { e.preventDefault(); label.dataset.over = "yes"; });
  label.addEventListener("dragleave", () => { delete label.dataset.over; });
  label.addEventListener("drop", (e) => {
    e.preventDefault(); delete label.dataset.over; take(e.dataTransfer.files[0]);
  });
  model.on("change:label", tell);
  tell();
}
export default { render };
"""


class Uploaded(NamedTuple):
    """A file as a browser sent it: what it says of it, and what came."""

    name: str
    size: int
    content: bytes


class Upload(anywidget.AnyWidget):  # type: ignore[misc]
    """The field; it calls `on_file` with what came."""

    _esm = traitlets.Unicode(SCRIPT).tag(sync=True)
    label = traitlets.Unicode("").tag(sync=True)
    accept = traitlets.Unicode("").tag(sync=True)
    most = traitlets.Int(5_000_000).tag(sync=True)
    on_file = traitlets.Any(None, allow_none=True)

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.on_msg(self._hear)

    def _hear(self, _widget: object, content: object, buffers: Any) -> None:
        found = read_message(content, buffers)
        if found is not None and self.on_file is not None:
            self.on_file(found)


def read_message(content: object, buffers: Any) -> Uploaded | None:
    """What a page sent, if it is a file."""
    if not isinstance(content, dict) or content.get("type") != "file" or len(buffers or ()) != 1:
        return None
    name, size = content.get("name"), content.get("size")
    if not isinstance(name, str) or not isinstance(size, int) or isinstance(size, bool):
        return None
    return Uploaded(name[:255], size, bytes(buffers[0]))


@solara.component
def UploadField(label: str, accept: str, most: int, on_file: Callable[[Uploaded], Any]) -> None:
    """Take one file of so many bytes at most."""
    Upload.element(label=label, accept=accept, most=most, on_file=on_file)
