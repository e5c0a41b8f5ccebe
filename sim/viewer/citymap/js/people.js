// Citizens: dots that go between home and day place by the simulated hour; far out a glow where they are dense.

import { unpack } from "./protocol.js";
import { abgr } from "./theme.js";

const PACE_MS = 7; // metres a second of a trip, door to door
const LONGEST_S = 4500;
const RANKS = 512;
export const DENSITY_BELOW = 0.035; // pixels a metre: farther out a dot is smaller than what it stands for

export class People {
  constructor(data, ground) {
    const { text, arrays } = unpack(data);
    this.text = text;
    this.count = arrays.rank.length;
    Object.assign(this, { home: arrays.home, day: arrays.dayp, ways: arrays.wayn, first: arrays.ifro, last: arrays.itil, points: arrays.wpts, starts: arrays.wsta });
    this.rank = new Uint16Array(this.count);
    this.x = new Float32Array(this.count); // in shares of the box
    this.y = new Float32Array(this.count);
    this.moving = new Uint8Array(this.count);
    this.lasts = this.durations(ground, arrays.rank);
    this.leave = new Float32Array(RANKS);
    this.back = new Float32Array(RANKS);
    this.crossings();
    this.placedAt = NaN;
  }

  durations(ground, rank) {
    const [west, south, east, north] = ground.box, kx = (east - west) / ground.steps, ky = (north - south) / ground.steps;
    const lasts = new Float32Array(this.count);
    for (let i = 0; i < this.count; i++) {
      this.rank[i] = (rank[i] * RANKS) / 65536;
      const away = Math.hypot((this.home[2 * i] - this.day[2 * i]) * kx, (this.home[2 * i + 1] - this.day[2 * i + 1]) * ky);
      lasts[i] = Math.min(LONGEST_S, 180 + (1.3 * away) / PACE_MS);
    }
    return lasts;
  }

  // The share of people away from home goes evenly from hour to hour: when it passes each rank, up and down.
  crossings() {
    const away = this.text.away, at = (h) => away[((h % 24) + 24) % 24];
    const lowest = away.indexOf(Math.min(...away));
    for (let r = 0; r < RANKS; r++) {
      const u = (r + 0.5) / RANKS;
      this.leave[r] = this.back[r] = NaN; // always away, or never
      for (let k = 0; k < 24; k++) {
        const h = lowest + k, a = at(h), b = at(h + 1);
        if (a < u && b >= u) this.leave[r] = ((h + 0.5 + (u - a) / (b - a)) * 3600) % 86400;
        if (a >= u && b < u) this.back[r] = ((h + 0.5 + (a - u) / (a - b)) * 3600) % 86400;
      }
      this.isAlwaysAway ??= new Uint8Array(RANKS);
      this.isAlwaysAway[r] = Number.isNaN(this.leave[r]) && Math.min(...away) >= u ? 1 : 0;
    }
  }

  // Where everybody is at a second of the day.
  place(second) {
    const day = ((second % 86400) + 86400) % 86400;
    if (day === this.placedAt) return;
    this.placedAt = day;
    const { home, x, y, rank, leave, back, lasts, moving, isAlwaysAway } = this, to = this.day;
    for (let i = 0; i < this.count; i++) {
      const r = rank[i], out = leave[r];
      let share;
      if (out !== out) share = isAlwaysAway[r];
      else {
        let since = day - out + lasts[i] / 2; // he is on his way around the moment at which the share passes him
        if (since < 0) since += 86400;
        let until = back[r] - out;
        if (until < 0) until += 86400;
        share = since < lasts[i] ? since / lasts[i] : since < until ? 1 : since < until + lasts[i] ? 1 - (since - until) / lasts[i] : 0;
      }
      if (share <= 0) { x[i] = home[2 * i]; y[i] = home[2 * i + 1]; moving[i] = 0; }
      else if (share >= 1) { x[i] = to[2 * i]; y[i] = to[2 * i + 1]; moving[i] = 0; }
      else { this.under(i, share); moving[i] = 1; }
    }
  }

  // On the way: straight to the big road, along it, straight to the goal.
  under(i, share) {
    const { home, day, ways, points } = this, way = ways[i];
    const hx = home[2 * i], hy = home[2 * i + 1], dx = day[2 * i], dy = day[2 * i + 1];
    if (way === 65535) { this.x[i] = hx + (dx - hx) * share; this.y[i] = hy + (dy - hy) * share; return; }
    const a = this.starts[way] + this.first[i], pieces = this.last[i] - this.first[i] + 2;
    const along = share * pieces, piece = Math.min(pieces - 1, along | 0), part = along - piece;
    const sx = piece === 0 ? hx : points[2 * (a + piece - 1)], sy = piece === 0 ? hy : points[2 * (a + piece - 1) + 1];
    const ex = piece === pieces - 1 ? dx : points[2 * (a + piece)], ey = piece === pieces - 1 ? dy : points[2 * (a + piece) + 1];
    const lane = ((i % 9) - 4) * 6; // not all on one line
    this.x[i] = sx + (ex - sx) * part + lane;
    this.y[i] = sy + (ey - sy) * part - lane;
  }
}

export function paintDots(pixels, W, H, people, to, theme, scale, ratio) {
  const still = abgr(theme.dot), going = abgr(theme.dotMoving), { x, y, moving, count } = people;
  const size = Math.max(1, Math.round((scale > 0.7 ? 4 : scale > 0.25 ? 3 : scale > 0.08 ? 2 : 1) * ratio)), round = size > 2;
  for (let i = 0; i < count; i++) {
    const px = (x[i] * to.ax + to.ox) | 0, py = (to.oy - y[i] * to.ay) | 0;
    if (px < 0 || py < 0 || px + size > W || py + size > H) continue;
    const colour = moving[i] ? going : still;
    let at = py * W + px;
    for (let row = 0; row < size; row++, at += W) {
      const cut = round && (row === 0 || row === size - 1) ? 1 : 0;
      for (let k = cut; k < size - cut; k++) pixels[at + k] = colour;
    }
  }
}

const CELL = 2, SPREAD = 2; // pixels a cell, and cells to each side over which each is spread, twice
let heap = new Float32Array(0), soft = new Float32Array(0);

// How many there are in each little square, made soft, as light on the ground.
export function paintDensity(pixels, W, H, people, to, theme, ratio) {
  const cell = Math.max(2, Math.round(CELL * ratio)), cw = Math.ceil(W / cell) + 2, ch = Math.ceil(H / cell) + 2;
  if (heap.length !== cw * ch) { heap = new Float32Array(cw * ch); soft = new Float32Array(cw * ch); }
  heap.fill(0);
  const { x, y, count } = people, kx = to.ax / cell, ky = to.ay / cell, ox = to.ox / cell + 1, oy = to.oy / cell + 1;
  for (let i = 0; i < count; i++) {
    const cx = (x[i] * kx + ox) | 0, cy = (oy - y[i] * ky) | 0;
    if (cx > 0 && cy > 0 && cx < cw - 1 && cy < ch - 1) heap[cy * cw + cx]++;
  }
  for (let pass = 0; pass < 2; pass++) { spread(heap, soft, cw, ch, 1, cw); spread(soft, heap, ch, cw, cw, 1); }
  let most = 0;
  for (let i = 0; i < heap.length; i++) if (heap[i] > most) most = heap[i];
  glow(pixels, { W, H, cell, cw, ch }, Math.max(0.6, 0.7 * most), theme);
}

// Each cell shares what it has with its neighbours along one axis: a running sum.
function spread(from, to, along, across, step, stride) {
  const wide = 2 * SPREAD + 1;
  for (let line = 0; line < across; line++) {
    let sum = 0;
    const start = line * stride;
    for (let k = 0; k < SPREAD; k++) sum += from[start + k * step];
    for (let k = 0; k < along; k++) {
      if (k + SPREAD < along) sum += from[start + (k + SPREAD) * step];
      if (k > SPREAD) sum -= from[start + (k - SPREAD - 1) * step];
      to[start + k * step] = sum / wide;
    }
  }
}

// Light added to a dark ground, ink laid on a light one.
function glow(pixels, { W, H, cell, cw, ch }, full, theme) {
  const [r, g, b] = theme.glow, keeps = theme.name === "dark" ? 0.35 : 1;
  for (let cy = 1; cy < ch - 1; cy++) {
    for (let cx = 1; cx < cw - 1; cx++) {
      const value = heap[cy * cw + cx];
      if (value < 0.012) continue;
      const a = 0.52 * Math.min(1, (value / full) ** 0.62), under = 1 - a * keeps;
      const top = (cy - 1) * cell, left = (cx - 1) * cell, bottom = Math.min(H, top + cell), right = Math.min(W, left + cell);
      for (let py = top; py < bottom; py++) {
        for (let px = left, at = py * W + left; px < right; px++, at++) {
          const c = pixels[at];
          const nr = (c & 255) * under + r * a, ng = ((c >> 8) & 255) * under + g * a, nb = ((c >> 16) & 255) * under + b * a;
          pixels[at] = (255 << 24) | ((nb > 255 ? 255 : nb) << 16) | ((ng > 255 ? 255 : ng) << 8) | (nr > 255 ? 255 : nr);
        }
      }
    }
  }
}
