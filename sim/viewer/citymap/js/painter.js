// Puts the picture together on the CPU: kept ground, people as pixels, names as pixels, then what moves and happens.

import { paintBase } from "./base.js";
import { lay, paintLabels, sparse } from "./labels.js";
import { paintArcs } from "./arcs.js";
import { isPulsing, note, paintMarks } from "./marks.js";
import { paintUnits, paintWay, unitPlace } from "./movers.js";
import { DENSITY_BELOW, paintDensity, paintDots } from "./people.js";
import { path, unitSheet } from "./symbols.js";
import { SERVICES, serviceOf } from "./theme.js";
import { paintLoads, paintZones } from "./zones.js";

const MARGIN = 140; // pixels of ground kept around the picture, to be shifted into it
const REST_MS = 110; // after so long without a move the ground is painted anew
const GLOW_S = 15;
const MOST_PIXELS = 5e6;
const FAR = 0.028; // pixels a metre: farther out only what is grave has a picture in it

const canvas = () => document.createElement("canvas");
const drawing = (one, alpha) => one.getContext("2d", { alpha, willReadFrequently: true });

export class Painter {
  constructor(ground, view) {
    this.ground = ground;
    this.view = view;
    this.element = canvas();
    this.g = drawing(this.element, false);
    this.base = drawing(canvas(), false);
    this.top = drawing(canvas(), true);
    this.scratch = drawing(canvas(), false);
    this.painted = null;
    this.seenVersion = -1;
    this.changedAt = 0;
    this.stat = { draws: 0, ground_ms: 0, frame_ms: 0, latency_ms: [] };
    this.hits = [];
  }

  resize() {
    const { W, H } = this.view, device = Math.min(globalThis.devicePixelRatio || 1, 2);
    this.ratio = Math.min(device, Math.sqrt(MOST_PIXELS / (W * H)));
    const size = (g, w, h) => { g.canvas.width = Math.round(w * this.ratio); g.canvas.height = Math.round(h * this.ratio); };
    size(this.g, W, H);
    size(this.scratch, W, H);
    size(this.base, W + 2 * MARGIN, H + 2 * MARGIN);
    size(this.top, W + 2 * MARGIN, H + 2 * MARGIN);
    this.image = this.g.createImageData(this.element.width, this.element.height);
    this.pixels = new Uint32Array(this.image.data.buffer);
    this.painted = null;
  }

  setTheme(theme) {
    this.theme = theme;
    const services = [...Object.keys(SERVICES), "other"];
    this.sheet = { ...unitSheet(services, theme.name, 2), ratio: 2 };
    this.painted = null;
  }

  forgetGround() { this.painted = null; }

  // The ground as pixels: painted anew at rest, shifted while the view moves.
  keepGround(now, lang, layers) {
    const { view } = this;
    if (this.seenVersion !== view.version) { this.seenVersion = view.version; this.changedAt = now; }
    const kept = this.painted;
    if (kept && kept.version === view.version) return;
    if (kept && now - this.changedAt < REST_MS && this.isNear(kept)) { this.shift(kept); return; }
    const began = performance.now(), wide = this.wide(), m = Math.round(MARGIN * this.ratio), { width, height } = this.element;
    paintBase(this.base, this.ground, wide, this.theme, this.ratio);
    paintLabels(this.top, this.ground, wide, this.theme, this.ratio, lang, layers);
    this.under = new Uint32Array(this.base.getImageData(m, m, width, height).data.buffer);
    this.over = sparse(this.top.getImageData(m, m, width, height));
    this.painted = { ...view.at, version: view.version };
    this.stat.ground_ms = performance.now() - began;
  }

  // The same view with a margin on each side.
  wide() {
    const wide = Object.create(this.view);
    wide.W = this.view.W + 2 * MARGIN;
    wide.H = this.view.H + 2 * MARGIN;
    return wide;
  }

  isNear(kept) {
    const { at } = this.view, k = at.scale / kept.scale;
    const dx = Math.abs(at.cx - kept.cx) * at.scale, dy = Math.abs(at.cy - kept.cy) * at.scale;
    return k > 0.45 && k < 2.4 && (k !== 1 || Math.max(dx, dy) < MARGIN);
  }

  shift(kept) {
    const { view, ratio, scratch } = this, k = view.at.scale / kept.scale;
    const x = view.x(kept.cx) - (k * (view.W + 2 * MARGIN)) / 2, y = view.y(kept.cy) - (k * (view.H + 2 * MARGIN)) / 2;
    scratch.setTransform(1, 0, 0, 1, 0, 0);
    scratch.fillStyle = this.theme.sea;
    scratch.fillRect(0, 0, scratch.canvas.width, scratch.canvas.height);
    for (const layer of [this.base, this.top]) {
      const c = layer.canvas;
      if (k === 1) scratch.drawImage(c, Math.round(x * ratio), Math.round(y * ratio));
      else scratch.drawImage(c, x * ratio, y * ratio, c.width * k, c.height * k);
    }
    this.under = new Uint32Array(scratch.getImageData(0, 0, scratch.canvas.width, scratch.canvas.height).data.buffer);
    this.over = null;
  }

  // Whether anything would look different from the last picture.
  isIdle(scene, now, still) {
    const kept = this.painted;
    if (!kept || kept.version !== this.view.version || this.seenVersion !== this.view.version) return false;
    return scene.clock.isStill(now) && !scene.hasLiveArcs(now) && (still || !isPulsing(scene, now));
  }

  paint(state, now) {
    const began = performance.now(), { g, view, theme, ratio } = this, { scene, people, layers } = state;
    this.keepGround(now, state.lang, layers);
    const t = scene.clock.shown(now), { width, height } = this.element;
    if (people && layers.people && scene.hasPeople) this.paintPeople(people, scene.startS + t, width, height);
    else this.pixels.set(this.under);
    if (this.over) lay(this.pixels, this.over);
    g.setTransform(1, 0, 0, 1, 0, 0);
    g.putImageData(this.image, 0, 0);
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.hits = [];
    const notes = [];
    const d = {
      ...state, g, view, theme, now, t, ground: this.ground, sheet: this.sheet, grow: Math.min(1.12, Math.max(0.5, 0.34 + 2 * Math.sqrt(view.at.scale))), isFar: view.at.scale < FAR,
      note: (...one) => notes.push(one),
      hit: (sort, mark, x, y, r, rank) => this.hits.push({ sort, mark, x, y, r, rank }),
    };
    paintZones(d);
    paintLoads(d);
    paintArcs(d);
    this.paintChosen(d, false);
    paintUnits(d);
    paintMarks(d);
    this.paintChosen(d, true);
    this.paintNotes(notes);
    this.stat.draws++;
    this.stat.frame_ms = performance.now() - began;
  }

  // The strong ones first; one that would lie on another is left out.
  paintNotes(notes) {
    const taken = [];
    for (const [words, x, y, strong] of notes.sort((a, b) => !!b[3] - !!a[3])) {
      const wide = 4 * words.length + 8;
      if (taken.some(([tx, ty, tw]) => Math.abs(tx - x) < tw + wide && Math.abs(ty - y) < 13)) continue;
      taken.push([x, y, wide]);
      note(this.g, this.theme, words, x, y, strong);
    }
  }

  // Dots move in every picture; the glow changes slowly, and is kept for some simulated seconds.
  paintPeople(people, second, width, height) {
    const { view, theme, ratio } = this, to = view.affine(this.ground.steps, ratio);
    if (view.at.scale >= DENSITY_BELOW) {
      this.pixels.set(this.under);
      people.place(second);
      paintDots(this.pixels, width, height, people, to, theme, view.at.scale, ratio);
      return;
    }
    const kept = this.glow;
    if (!kept || kept.under !== this.under || kept.people !== people || Math.abs(kept.second - second) > GLOW_S) {
      people.place(second);
      const pixels = kept && kept.pixels.length === this.pixels.length ? kept.pixels : new Uint32Array(this.pixels.length);
      pixels.set(this.under);
      paintDensity(pixels, width, height, people, to, theme, ratio);
      this.glow = { under: this.under, people, second, pixels };
    }
    this.pixels.set(this.glow.pixels);
  }

  // The chosen thing and the one under the pointer: its way below, a ring above.
  paintChosen(d, isAbove) {
    for (const [key, strength] of [[d.hovered, 0.6], [d.focused, 1], [d.selected, 1]]) {
      const thing = key && find(d.scene, key, this.ground);
      if (!thing) continue;
      const [mx, my] = thing.sort === "unit" ? unitPlace(thing, d.t) : [thing.x, thing.y], x = d.view.x(mx), y = d.view.y(my);
      if (isAbove) ring(d, x, y, strength);
      else this.paintTies(d, thing, x, y);
    }
  }

  paintTies(d, thing, x, y) {
    if (thing.sort === "unit") paintWay(d, thing, serviceOf(thing.service)[d.theme.name]);
    for (const name of thing.units ?? thing.crews ?? []) {
      const unit = d.scene.byName.get(name);
      if (!unit) continue;
      const [ux, uy] = unitPlace(unit, d.t);
      d.g.beginPath();
      d.g.moveTo(x, y);
      d.g.lineTo(d.view.x(ux), d.view.y(uy));
      d.g.strokeStyle = serviceOf(unit.service)[d.theme.name];
      d.g.lineWidth = 1.3;
      d.g.setLineDash([5, 4]);
      d.g.stroke();
      d.g.setLineDash([]);
    }
  }
}

// A thing by its key, "sort name"; undefined when it is not there (any more).
export function find(scene, key, ground) {
  const cut = key.indexOf(" "), sort = key.slice(0, cut), id = key.slice(cut + 1);
  if (sort === "facility" || sort === "load") {
    const row = ground.facilities.find((one) => one[1] === id);
    return row && { sort: "facility", id, kind: row[0], name: row[1], name_zh: row[2], x: row[3], y: row[4] };
  }
  return sort === "unit" ? scene.byName.get(id) : scene.all(sort).get(id);
}

function ring({ g, theme }, x, y, strength) {
  g.globalAlpha = strength;
  path(g, "circle", x, y, 19);
  g.strokeStyle = theme.outline;
  g.lineWidth = 4.5;
  g.stroke();
  g.strokeStyle = theme.select;
  g.lineWidth = 2;
  g.stroke();
  g.globalAlpha = 1;
}
