// Where the page looks: the metres in its middle, and pixels a metre. Maps of one group look at the same place.

const FINEST = 4; // pixels a metre

export class View {
  constructor(box) {
    this.box = box;
    this.W = this.H = 0;
    this.at = { cx: (box[0] + box[2]) / 2, cy: (box[1] + box[3]) / 2, scale: 0 };
    this.version = 0;
  }

  get coarsest() { return 0.8 * Math.min(this.W / (this.box[2] - this.box[0]), this.H / (this.box[3] - this.box[1])); }

  resize(W, H) {
    this.W = W;
    this.H = H;
    if (!this.at.scale || this.at.isWhole) this.fit(); // who sees the whole map goes on seeing it
    this.changed();
  }

  changed() { this.version++; }

  fit() {
    const [west, south, east, north] = this.box;
    this.set((west + east) / 2, (south + north) / 2, Math.min(this.W / (east - west), this.H / (north - south)));
    this.at.isWhole = true;
  }

  set(cx, cy, scale) {
    const [west, south, east, north] = this.box;
    this.at.isWhole = false;
    this.at.scale = Math.max(this.coarsest, Math.min(FINEST, scale));
    this.at.cx = Math.max(west, Math.min(east, cx));
    this.at.cy = Math.max(south, Math.min(north, cy));
    this.changed();
  }

  x(metres) { return (metres - this.at.cx) * this.at.scale + this.W / 2; }
  y(metres) { return this.H / 2 - (metres - this.at.cy) * this.at.scale; }
  metresX(px) { return (px - this.W / 2) / this.at.scale + this.at.cx; }
  metresY(py) { return (this.H / 2 - py) / this.at.scale + this.at.cy; }
  sees(px, py, margin) { return px > -margin && py > -margin && px < this.W + margin && py < this.H + margin; }

  zoom(factor, px = this.W / 2, py = this.H / 2) {
    const x = this.metresX(px), y = this.metresY(py);
    const scale = Math.max(this.coarsest, Math.min(FINEST, this.at.scale * factor));
    this.set(x - (px - this.W / 2) / scale, y + (py - this.H / 2) / scale, scale);
  }

  pan(dx, dy) { this.set(this.at.cx - dx / this.at.scale, this.at.cy + dy / this.at.scale, this.at.scale); }

  // From u16 shares of the box to pixels: x = share * ax + ox, y = oy - share * ay.
  affine(steps, ratio = 1) {
    const [west, south, east, north] = this.box, k = this.at.scale * ratio / steps;
    return {
      ax: (east - west) * k, ay: (north - south) * k,
      ox: ratio * ((west - this.at.cx) * this.at.scale + this.W / 2), oy: ratio * (this.H / 2 - (south - this.at.cy) * this.at.scale),
    };
  }
}

// Maps of one group share the place that they look at; each is told when another has moved it.
const groups = (globalThis.__liandongViews ??= new Map());

export function link(view, name) {
  if (!name) return () => {};
  if (!groups.has(name)) groups.set(name, { at: view.at, members: new Set() });
  const group = groups.get(name);
  group.members.add(view);
  view.at = group.at;
  view.changed = () => { for (const one of group.members) one.version++; };
  return () => {
    group.members.delete(view);
    if (!group.members.size) groups.delete(name);
  };
}
