// The ground: sea, land, borders, roads by class. Painted only when the view changes, and kept as pixels.

import { rgb } from "./theme.js";

const METRES = [30, 26, 22, 16, 11, 7]; // width of a road of each class as it is drawn near by
const LEAST_PX = [1.7, 1.4, 1.15, 0.9, 0.7, 0.5];
const NEAR = 0.3; // pixels a metre: from here on roads are streets with edges
const THIN_PX = 1.0; // thinner roads are walked pixel by pixel, which is quicker by far than stroke()

export function roadPx(klass, scale) { return Math.max(LEAST_PX[klass], METRES[klass] * scale); }

export function paintBase(g, ground, view, theme, ratio) {
  const W = g.canvas.width, H = g.canvas.height, to = view.affine(ground.steps, ratio);
  g.setTransform(1, 0, 0, 1, 0, 0);
  g.fillStyle = theme.sea;
  g.fillRect(0, 0, W, H);
  g.lineJoin = g.lineCap = "round";
  area(g, ground.shores, to, theme.land);
  area(g, ground.wilds, to, theme.wild);
  thinRoads(g, ground, view, theme, to, ratio);
  g.strokeStyle = theme.border;
  g.lineWidth = 1.2 * ratio;
  g.setLineDash([5 * ratio, 4 * ratio]);
  trace(g, ground.borders, 0, ground.borders.count, to, W, H);
  g.setLineDash([]);
  const wide = [5, 4, 3, 2, 1, 0].filter((klass) => ground.classEnds[klass] && roadPx(klass, view.at.scale) > THIN_PX);
  for (const klass of wide) {
    const px = roadPx(klass, view.at.scale);
    if (px > 4 || view.at.scale > NEAR) stroke(g, ground, klass, to, theme.casing, (px + 2.4) * ratio);
  }
  const colours = view.at.scale > NEAR ? theme.near : theme.roads;
  for (const klass of wide) stroke(g, ground, klass, to, colours[klass], roadPx(klass, view.at.scale) * ratio);
}

function area(g, lines, to, colour) {
  g.fillStyle = colour;
  g.beginPath();
  for (let i = 0; i < lines.count; i++) {
    for (let k = lines.starts[i]; k < lines.starts[i + 1]; k++) {
      const x = lines.points[2 * k] * to.ax + to.ox, y = to.oy - lines.points[2 * k + 1] * to.ay;
      if (k === lines.starts[i]) g.moveTo(x, y); else g.lineTo(x, y);
    }
    g.closePath();
  }
  g.fill("evenodd");
}

function stroke(g, ground, klass, to, colour, width) {
  const [first, end] = ground.classEnds[klass];
  g.strokeStyle = colour;
  g.lineWidth = width;
  trace(g, ground.roadLines, first, end, to, g.canvas.width, g.canvas.height);
}

// Strokes the lines that touch the picture, some hundreds at a time: one long path is slow.
function trace(g, lines, first, end, to, W, H) {
  const { points, starts } = lines, margin = 20;
  let begun = 0;
  g.beginPath();
  for (let i = first; i < end; i++) {
    const a = starts[i], b = starts[i + 1] - 1;
    if (b - a < 2) { // a straight piece: is it in the picture at all?
      const x0 = points[2 * a] * to.ax + to.ox, x1 = points[2 * b] * to.ax + to.ox;
      if ((x0 < -margin && x1 < -margin) || (x0 > W + margin && x1 > W + margin)) continue;
      const y0 = to.oy - points[2 * a + 1] * to.ay, y1 = to.oy - points[2 * b + 1] * to.ay;
      if ((y0 < -margin && y1 < -margin) || (y0 > H + margin && y1 > H + margin)) continue;
      g.moveTo(x0, y0);
      g.lineTo(x1, y1);
    } else {
      for (let k = a; k <= b; k++) {
        const x = points[2 * k] * to.ax + to.ox, y = to.oy - points[2 * k + 1] * to.ay;
        if (k === a) g.moveTo(x, y); else g.lineTo(x, y);
      }
    }
    if (++begun % 400 === 0) { g.stroke(); g.beginPath(); }
  }
  g.stroke();
}

// Roads thinner than a pixel add up to a tone: a dense quarter is brighter than a lonely lane.
function thinRoads(g, ground, view, theme, to, ratio) {
  const W = g.canvas.width, H = g.canvas.height;
  const thin = [5, 4, 3].filter((klass) => ground.classEnds[klass] && roadPx(klass, view.at.scale) <= THIN_PX);
  if (!thin.length) return;
  const picture = g.getImageData(0, 0, W, H), pixels = picture.data;
  for (const klass of thin) {
    const cover = new Uint8ClampedArray(W * H), [first, end] = ground.classEnds[klass];
    const strength = 255 * Math.min(1, Math.max(0.16, roadPx(klass, view.at.scale) * Math.min(1, view.at.scale * 16)));
    walkAll(cover, ground.roadLines, first, end, to, W, H, strength);
    const [r, gr, b] = rgb(theme.roads[klass]);
    for (let i = 0; i < cover.length; i++) {
      const a = cover[i];
      if (!a) continue;
      const k = 4 * i, share = a / 255;
      pixels[k] += (r - pixels[k]) * share;
      pixels[k + 1] += (gr - pixels[k + 1]) * share;
      pixels[k + 2] += (b - pixels[k + 2]) * share;
    }
  }
  g.putImageData(picture, 0, 0);
}

function walkAll(cover, lines, first, end, to, W, H, strength) {
  const { points, starts } = lines;
  for (let i = first; i < end; i++) {
    let x0 = points[2 * starts[i]] * to.ax + to.ox, y0 = to.oy - points[2 * starts[i] + 1] * to.ay;
    for (let k = starts[i] + 1; k < starts[i + 1]; k++) {
      const x1 = points[2 * k] * to.ax + to.ox, y1 = to.oy - points[2 * k + 1] * to.ay;
      const outside = (x0 < 0 && x1 < 0) || (y0 < 0 && y1 < 0) || (x0 >= W && x1 >= W) || (y0 >= H && y1 >= H);
      if (!outside) walk(cover, x0, y0, x1, y1, W, H, strength);
      x0 = x1;
      y0 = y1;
    }
  }
}

// One line, its weight shared by the two pixels beside it (Wu 1991).
function walk(cover, x0, y0, x1, y1, W, H, strength) {
  const dx = x1 - x0, dy = y1 - y0, steep = Math.abs(dy) > Math.abs(dx);
  const steps = Math.max(1, Math.ceil(steep ? Math.abs(dy) : Math.abs(dx)));
  for (let s = 0; s < steps; s++) {
    const x = x0 + (dx * s) / steps, y = y0 + (dy * s) / steps, along = steep ? y : x, across = steep ? x : y;
    const low = Math.floor(across), share = across - low, cell = Math.floor(along);
    for (let side = 0; side < 2; side++) {
      const px = steep ? low + side : cell, py = steep ? cell : low + side;
      if (px < 0 || py < 0 || px >= W || py >= H) continue;
      cover[py * W + px] += strength * (side ? share : 1 - share);
    }
  }
}
