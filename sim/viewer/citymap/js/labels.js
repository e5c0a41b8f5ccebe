// Names and facilities: drawn once a view over everything that does not move, and kept as the few pixels they cover.

import { FONT } from "./theme.js";
import { symbol, FACILITIES } from "./symbols.js";

const ROADS_FROM = [0.02, 0.02, 0.035, 0.06, 0.22, 0.45]; // pixels a metre from which roads of a class are named

// Boxes that are taken, by cells of a coarse grid.
class Room {
  constructor() { this.taken = []; }

  take(x0, y0, x1, y1) {
    for (const [a0, b0, a1, b1] of this.taken) if (x0 < a1 && x1 > a0 && y0 < b1 && y1 > b0) return false;
    this.taken.push([x0, y0, x1, y1]);
    return true;
  }
}

export function paintLabels(g, ground, view, theme, ratio, lang, layers) {
  g.setTransform(1, 0, 0, 1, 0, 0);
  g.clearRect(0, 0, g.canvas.width, g.canvas.height);
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
  g.lineJoin = "round";
  const room = new Room(), scale = view.at.scale;
  if (layers.names) areas(g, ground, view, theme, lang, room, scale);
  if (layers.facilities) facilities(g, ground, view, theme, lang, room, layers.names);
  if (layers.names) {
    roadNames(g, ground, view, theme, lang, room, scale);
    if (scale > 0.14) landmarks(g, ground, view, theme, lang, room);
  }
}

// The pixels that are not clear: where, which colour, how much of it.
export function sparse(picture) {
  const words = new Uint32Array(picture.data.buffer);
  let n = 0;
  for (let i = 0; i < words.length; i++) if (words[i] >>> 24) n++;
  const at = new Uint32Array(n), colour = new Uint32Array(n);
  for (let i = 0, k = 0; i < words.length; i++) if (words[i] >>> 24) { at[k] = i; colour[k++] = words[i]; }
  return { at, colour };
}

export function lay(pixels, { at, colour }) {
  for (let k = 0; k < at.length; k++) {
    const over = colour[k], a = over >>> 24, i = at[k];
    if (a > 250) { pixels[i] = over; continue; }
    const under = pixels[i], b = 255 - a;
    const r = (((under & 255) * b + (over & 255) * a) / 255) | 0, gr = ((((under >> 8) & 255) * b + ((over >> 8) & 255) * a) / 255) | 0;
    pixels[i] = ((255 << 24) | (((((under >> 16) & 255) * b + ((over >> 16) & 255) * a) / 255) << 16) | (gr << 8) | r) >>> 0;
  }
}

function text(g, words, x, y, colour, halo, width = 3) {
  g.strokeStyle = halo;
  g.lineWidth = width;
  g.strokeText(words, x, y);
  g.fillStyle = colour;
  g.fillText(words, x, y);
}

function areas(g, ground, view, theme, lang, room, scale) {
  g.textAlign = "center";
  g.textBaseline = "middle";
  const draw = (rows, px, colour, weight, spacing) => {
    g.font = `${weight} ${px}px ${FONT}`;
    g.letterSpacing = `${spacing}px`;
    for (const row of [...rows].sort((a, b) => b[4] - a[4])) {
      const x = view.x(row[2]), y = view.y(row[3]);
      if (!view.sees(x, y, 60)) continue;
      const words = ground.called(row, lang), half = g.measureText(words).width / 2 + 4;
      if (room.take(x - half, y - px * 0.8, x + half, y + px * 0.8)) text(g, words, x, y, colour, theme.halo, 3.5);
    }
    g.letterSpacing = "0px";
  };
  if (scale < 0.16) draw(ground.districts, scale < 0.04 ? 14 : 16, theme.labelStrong, 600, 1.5);
  if (scale > 0.034 && scale < 0.6) draw(ground.subdistricts, scale < 0.1 ? 11 : 13, theme.label, 500, 0.8);
}

function facilities(g, ground, view, theme, lang, room, named) {
  const scale = view.at.scale;
  for (const [kind, name, zh, mx, my] of ground.facilities) {
    const look = FACILITIES[kind] ?? FACILITIES.other;
    if (scale < look.from) continue;
    const x = view.x(mx), y = view.y(my);
    if (!view.sees(x, y, 20)) continue;
    const px = scale < 0.06 ? 5 : scale < 0.15 ? 11 : 15;
    if (!room.take(x - px / 2, y - px / 2, x + px / 2, y + px / 2) && !look.important) continue;
    symbol(g, look, x, y, px, theme);
    if (!named || scale < look.from * 4 || scale < 0.16) continue;
    g.font = `500 11px ${FONT}`;
    g.textAlign = "center";
    g.textBaseline = "top";
    const words = ground.called([name, zh], lang), half = g.measureText(words).width / 2 + 3, below = y + px / 2 + 3;
    if (room.take(x - half, below, x + half, below + 13)) text(g, words, x, below, theme.facility, theme.halo);
  }
}

function landmarks(g, ground, view, theme, lang, room) {
  g.font = `italic 500 11px ${FONT}`;
  g.textAlign = "center";
  g.textBaseline = "middle";
  for (const [name, zh, mx, my] of ground.landmarks) {
    const x = view.x(mx), y = view.y(my);
    if (!view.sees(x, y, 40)) continue;
    const words = ground.called([name, zh], lang), half = g.measureText(words).width / 2 + 3;
    if (room.take(x - half, y - 8, x + half, y + 8)) text(g, words, x, y, theme.label, theme.halo);
  }
}

// --- names along roads, letter by letter

function roadNames(g, ground, view, theme, lang, room, scale) {
  const { points, starts, names, classes, count } = ground.chains, to = view.affine(ground.steps);
  g.textAlign = "center";
  g.textBaseline = "middle";
  const order = [...Array(count).keys()].sort((a, b) => classes[a] - classes[b] || starts[b + 1] - starts[b] - starts[a + 1] + starts[a]);
  let left = 60;
  for (const i of order) {
    if (scale < ROADS_FROM[classes[i]] || left <= 0) continue;
    const words = [...ground.called(ground.roads[names[i]], lang)];
    const px = classes[i] < 3 ? 11.5 : 10.5;
    g.font = `500 ${px}px ${FONT}`;
    const widths = words.map((letter) => g.measureText(letter).width + 0.6), length = widths.reduce((a, b) => a + b, 0);
    const line = [];
    for (let k = starts[i]; k < starts[i + 1]; k++) line.push([points[2 * k] * to.ax + to.ox, to.oy - points[2 * k + 1] * to.ay]);
    for (const piece of seen(line, view)) {
      const letters = fit(piece, widths, length);
      if (!letters) continue;
      const xs = letters.map((one) => one[0]), ys = letters.map((one) => one[1]), pad = px * 0.7;
      if (!room.take(Math.min(...xs) - pad, Math.min(...ys) - pad, Math.max(...xs) + pad, Math.max(...ys) + pad)) continue;
      along(g, words, letters, theme);
      left--;
    }
  }
}

// The pieces of a line that lie in the picture.
function* seen(line, view) {
  let piece = [];
  for (const point of line) {
    if (view.sees(point[0], point[1], 30)) piece.push(point);
    else if (piece.length) { piece.push(point); yield piece; piece = []; }
    else piece = [];
  }
  if (piece.length > 1) yield piece;
}

// Places and angles for the letters around the middle of a line; null where it is too short or bends too much.
function fit(line, widths, length) {
  if (line[0][0] > line[line.length - 1][0]) line = [...line].reverse();
  const marks = [0];
  for (let k = 1; k < line.length; k++) marks.push(marks[k - 1] + Math.hypot(line[k][0] - line[k - 1][0], line[k][1] - line[k - 1][1]));
  const whole = marks[marks.length - 1];
  if (whole < length * 1.15) return null;
  const letters = [];
  let at = (whole - length) / 2, k = 1, before = null;
  for (const width of widths) {
    const middle = at + width / 2;
    while (k < marks.length - 1 && marks[k] < middle) k++;
    const share = (middle - marks[k - 1]) / (marks[k] - marks[k - 1] || 1), dx = line[k][0] - line[k - 1][0], dy = line[k][1] - line[k - 1][1];
    const angle = Math.atan2(dy, dx);
    if (Math.abs(angle) > 1.65 || (before !== null && Math.abs(angle - before) > 0.55)) return null;
    letters.push([line[k - 1][0] + dx * share, line[k - 1][1] + dy * share, angle]);
    before = angle;
    at += width;
  }
  return letters;
}

function along(g, words, letters, theme) {
  const each = (draw) => letters.forEach(([x, y, angle], i) => {
    g.save();
    g.translate(x, y);
    g.rotate(angle);
    draw(words[i]);
    g.restore();
  });
  g.strokeStyle = theme.halo;
  g.lineWidth = 3;
  each((letter) => g.strokeText(letter, 0, 0));
  g.fillStyle = theme.label;
  each((letter) => g.fillText(letter, 0, 0));
}
