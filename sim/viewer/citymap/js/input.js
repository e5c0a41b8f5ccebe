// Pointer, wheel and keys.

const STEP_PX = 90;

export class Input {
  constructor(root, view, act) {
    this.root = root;
    this.view = view;
    this.act = act;
    this.pointers = new Map();
    const on = (name, does, options) => root.addEventListener(name, does, options);
    on("pointerdown", (e) => this.down(e));
    on("pointermove", (e) => this.move(e));
    on("pointerup", (e) => this.up(e));
    on("pointercancel", (e) => this.pointers.delete(e.pointerId));
    on("pointerleave", () => act.hover(null));
    on("dblclick", (e) => { if (this.isMap(e)) this.view.zoom(2, ...this.at(e)); });
    on("wheel", (e) => { if (!this.isMap(e)) return; e.preventDefault(); view.zoom(Math.exp(-e.deltaY * (e.deltaMode ? 0.05 : 0.0016)), ...this.at(e)); act.moved(); }, { passive: false });
    on("keydown", (e) => this.key(e));
  }

  isMap(e) { return e.target === this.root || e.target.tagName === "CANVAS"; }

  at(e) {
    const box = this.root.getBoundingClientRect();
    return [e.clientX - box.left, e.clientY - box.top];
  }

  down(e) {
    if (!this.isMap(e)) return;
    const [x, y] = this.at(e);
    this.pointers.set(e.pointerId, { x, y, startX: x, startY: y });
    this.dragged = this.pointers.size > 1;
    this.root.setPointerCapture(e.pointerId);
    this.root.focus({ preventScroll: true });
  }

  move(e) {
    const [x, y] = this.at(e), held = this.pointers.get(e.pointerId);
    if (!held) { if (this.isMap(e)) this.act.hover([x, y]); return; }
    if (this.pointers.size === 2) this.pinch(e.pointerId, x, y);
    else if (this.dragged || Math.hypot(x - held.startX, y - held.startY) > 4) {
      this.dragged = true;
      this.view.pan(x - held.x, y - held.y);
      this.act.moved();
    }
    held.x = x;
    held.y = y;
  }

  pinch(id, x, y) {
    const held = this.pointers.get(id), other = [...this.pointers].find(([key]) => key !== id)[1];
    const before = Math.hypot(held.x - other.x, held.y - other.y), after = Math.hypot(x - other.x, y - other.y);
    if (before > 8) this.view.zoom(after / before, (x + other.x) / 2, (y + other.y) / 2);
    this.act.moved();
  }

  up(e) {
    const held = this.pointers.get(e.pointerId);
    this.pointers.delete(e.pointerId);
    if (held && !this.dragged && this.isMap(e)) this.act.click(...this.at(e));
    if (!this.pointers.size) this.dragged = false;
  }

  key(e) {
    if (e.target !== this.root || e.ctrlKey || e.metaKey || e.altKey) return;
    const moves = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[e.key];
    if (moves) { this.view.pan(moves[0] * STEP_PX, moves[1] * STEP_PX); this.act.moved(); }
    else if (e.key === "+" || e.key === "=") this.view.zoom(1.4);
    else if (e.key === "-" || e.key === "_") this.view.zoom(1 / 1.4);
    else if (e.key === "0") this.act.fit();
    else if (e.key === "PageDown" || e.key === "PageUp") this.act.step(e.key === "PageUp" ? -1 : 1);
    else if (e.key === "Enter") this.act.enter();
    else if (e.key === "Escape") this.act.escape();
    else if (e.key === "f" || e.key === "F") this.act.followFocused();
    else if (e.key === "/") this.act.search();
    else if (e.key === "l" || e.key === "L") this.act.legend();
    else return;
    e.preventDefault();
    e.stopPropagation();
  }
}
