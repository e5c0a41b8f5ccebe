// What happens and what is believed, drawn over all else: incidents, cases, sightings.

import { FONT } from "./theme.js";
import { glyph } from "./glyphs.js";
import { path } from "./symbols.js";

const FRESH_S = 3600; // a belief that is so old is stale
const DOTS_BELOW = 0.07; // pixels a metre: farther out what no scenario names is a dot, or names and graver things would be hidden
const PULSE_MS = 9000; // what is new pulses for so long

export function paintMarks(d) {
  const { scene, layers } = d;
  const cases = [...scene.all("case").values()].filter((mark) => scene.sort !== "truth" || mark.is_false || layers.beliefs);
  if (scene.sort === "truth" && layers.beliefs) for (const mark of cases) error(d, mark);
  if (layers.cases) for (const mark of cases) believed(d, mark);
  for (const mark of scene.all("sighting").values()) sighting(d, mark);
  if (layers.incidents) {
    const all = [...scene.all("incident").values()].sort((a, b) => a.listed - b.listed);
    for (const mark of all) incident(d, mark);
  }
}

// Old news pales, in the lens of an organisation; in truth nothing is old.
export function faded({ scene, t }, mark) {
  if (scene.sort === "truth" || mark.as_of_s === undefined) return 1;
  return Math.max(0.5, 1 - (0.5 * (t - mark.as_of_s)) / FRESH_S);
}

function incident(d, mark) {
  const { g, view, theme, now } = d, x = view.x(mark.x), y = view.y(mark.y);
  if (!view.sees(x, y, 30)) return;
  const isSmall = !mark.listed && view.at.scale < DOTS_BELOW, r = isSmall ? (d.isFar ? 3.4 : 4.6) : mark.listed ? Math.max(10, 13 * d.grow) : 9 * d.grow, isKnown = mark.noticed_s !== undefined, isServed = mark.crews.length > 0;
  if (!isSmall) pulse(d, mark, x, y, r, theme.incident);
  path(g, "diamond", x, y, r * 1.28);
  g.fillStyle = isKnown ? theme.incident : theme.paper;
  g.fill();
  g.lineWidth = mark.listed ? 2.2 : isSmall ? 1 : 1.5;
  g.strokeStyle = isKnown ? theme.outline : theme.incident;
  if (!isKnown) g.setLineDash(isSmall ? [2, 1.5] : [3, 2.5]);
  g.stroke();
  g.setLineDash([]);
  if (!isSmall) glyph(g, mark.kind, x, y, r * 1.25, isKnown ? theme.onIncident : theme.incident);
  if (isServed) { g.beginPath(); g.arc(x + r * 0.9, y - r * 0.9, isSmall ? 1.7 : 4, 0, 7); g.fillStyle = theme.served; g.fill(); g.strokeStyle = theme.outline; g.lineWidth = 1.3; g.stroke(); }
  if (mark.listed && view.at.scale > 0.02) d.note(d.kind(mark.kind), x, y + r + 11, true);
  d.hit("incident", mark, x, y, r + 3, mark.listed ? 0 : 1);
}

function pulse({ g, now, still }, mark, x, y, r, colour) {
  const age = now - mark.firstSeen;
  if (still || age > PULSE_MS) return;
  const share = (age % 1500) / 1500;
  g.beginPath();
  g.arc(x, y, r + 22 * share, 0, 2 * Math.PI);
  g.strokeStyle = colour;
  g.globalAlpha = (1 - share) * (1 - age / PULSE_MS);
  g.lineWidth = 2.5;
  g.stroke();
  g.globalAlpha = 1;
}

export function isPulsing(scene, now) {
  for (const sort of ["incident", "case", "sighting"]) for (const mark of scene.all(sort).values()) if (now - mark.firstSeen < PULSE_MS) return true;
  return false;
}

const SEVERITY = { minor: "minor", serious: "serious", critical: "critical" };

// A case is round: filled as far as it is sure of, with a ring that empties as it grows old.
function believed(d, mark) {
  const { g, view, theme, scene } = d, x = view.x(mark.x), y = view.y(mark.y);
  if (!view.sees(x, y, 30)) return;
  const isTruth = scene.sort === "truth", colour = isTruth && mark.is_false ? theme.false : theme[SEVERITY[mark.severity] ?? "serious"];
  const isSmall = d.isFar && mark.severity !== "critical", r = isSmall ? 5.5 : Math.max(8, (mark.severity === "critical" ? 12 : 10) * d.grow), sure = 0.25 + 0.75 * mark.confidence, fresh = Math.max(0, 1 - (d.t - mark.as_of_s) / FRESH_S);
  if (!isTruth) pulse(d, mark, x, y, r, colour);
  g.globalAlpha = faded(d, mark);
  g.beginPath();
  g.arc(x, y, r, 0, 2 * Math.PI);
  g.fillStyle = theme.paper;
  g.fill();
  g.globalAlpha *= sure;
  g.fillStyle = colour;
  g.fill();
  g.globalAlpha = faded(d, mark);
  g.lineWidth = 1.4;
  g.strokeStyle = colour;
  if (mark.confidence < 0.6) g.setLineDash([2.5, 2.5]);
  g.stroke();
  g.setLineDash([]);
  g.beginPath();
  g.arc(x, y, r + (isSmall ? 2.4 : 3.4), -Math.PI / 2, -Math.PI / 2 + 2 * Math.PI * fresh);
  g.lineWidth = isSmall ? 1.3 : 2;
  g.stroke();
  if (!isSmall) glyph(g, mark.kind, x, y, r * 1.25, sure > 0.6 ? theme.onCase : theme.ink);
  g.globalAlpha = 1;
  if (isTruth && mark.is_false) crossed(d, x, y, r);
  d.hit("case", mark, x, y, r + 3, 2);
}

function crossed(d, x, y, r) {
  const { g, theme, view, words } = d;
  g.beginPath();
  g.moveTo(x - r, y - r); g.lineTo(x + r, y + r); g.moveTo(x + r, y - r); g.lineTo(x - r, y + r);
  g.strokeStyle = theme.false;
  g.lineWidth = 2.5;
  g.stroke();
  if (view.at.scale > 0.03) d.note(words("nothing_behind"), x, y + r + 12);
}

// In truth: from where it is believed to where it is.
function error({ g, view, theme, scene }, mark) {
  const really = mark.incident && scene.all("incident").get(mark.incident);
  if (!really) return;
  g.beginPath();
  g.moveTo(view.x(mark.x), view.y(mark.y));
  g.lineTo(view.x(really.x), view.y(really.y));
  g.strokeStyle = theme.label;
  g.lineWidth = 1.2;
  g.setLineDash([2, 3]);
  g.stroke();
  g.setLineDash([]);
}

function sighting(d, mark) {
  const { g, view, theme } = d, x = view.x(mark.x), y = view.y(mark.y);
  if (!view.sees(x, y, 30)) return;
  const r = Math.max(6, 9 * d.grow);
  pulse(d, mark, x, y, r, theme.seen);
  g.beginPath(); // an eye
  g.moveTo(x - r * 1.35, y); g.quadraticCurveTo(x, y - r * 1.5, x + r * 1.35, y); g.quadraticCurveTo(x, y + r * 1.5, x - r * 1.35, y);
  g.fillStyle = theme.paper;
  g.fill();
  g.strokeStyle = theme.seen;
  g.lineWidth = 1.8;
  g.stroke();
  glyph(g, mark.kind, x, y, r * 1.05, theme.seen);
  d.hit("sighting", mark, x, y, r + 3, 3);
}

export function letters(g, words, x, y, px, colour, weight = 600) {
  g.font = `${weight} ${px}px ${FONT}`;
  g.textAlign = "center";
  g.textBaseline = "middle";
  g.fillStyle = colour;
  g.fillText(words, x, y);
}

export function note(g, theme, words, x, y, strong = false) {
  g.font = `${strong ? 650 : 500} 12px ${FONT}`;
  g.textAlign = "center";
  g.textBaseline = "middle";
  g.lineJoin = "round";
  g.strokeStyle = theme.halo;
  g.lineWidth = 3.5;
  g.strokeText(words, x, y);
  g.fillStyle = strong ? theme.ink : theme.labelStrong;
  g.fillText(words, x, y);
}
