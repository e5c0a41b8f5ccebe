// What lies on the ground: extents with the people in them, warned zones, rumours, closed roads, masts, full hospitals.

import { faded, letters } from "./marks.js";

export function paintZones(d) {
  const { g, scene, view, theme, layers } = d;
  if (layers.zones) for (const mark of scene.all("extent").values()) extent(d, mark);
  for (const mark of scene.all("shadow").values()) shadow(d, mark);
  if (layers.warnings) for (const mark of scene.all("alert").values()) alert(d, mark);
  if (layers.rumours) for (const mark of scene.all("rumour").values()) rumour(d, mark);
  if (layers.closures) for (const mark of scene.all("closure").values()) closure(d, mark);
}

function circle(g, view, mark, radius, fill, alpha, line, dash, width = 1.4) {
  const x = view.x(mark.x), y = view.y(mark.y), r = radius * view.at.scale;
  g.beginPath();
  g.arc(x, y, r, 0, 2 * Math.PI);
  if (alpha) { g.globalAlpha = alpha; g.fillStyle = fill; g.fill(); g.globalAlpha = 1; }
  g.strokeStyle = line;
  g.lineWidth = width;
  g.setLineDash(dash);
  g.stroke();
  g.setLineDash([]);
  return [x, y, r];
}

// Around a mast without power: waves that are struck out.
function shadow(d, mark) {
  const { g, view, theme } = d, [x, y, r] = circle(g, view, mark, mark.radius_m, theme.shadow, 0.28, theme.label, [3, 4]);
  if (!view.sees(x, y, r)) return;
  g.strokeStyle = theme.label;
  g.lineWidth = 1.8;
  for (const wave of [3, 6.5, 10]) { g.beginPath(); g.arc(x, y + 4, wave, -2.36, -0.78); g.stroke(); }
  g.beginPath();
  g.moveTo(x - 8, y - 8);
  g.lineTo(x + 8, y + 7);
  g.stroke();
  d.hit("shadow", mark, x, y, 12, 5);
}

function extent(d, mark) {
  const { g, view, theme } = d, family = mark.kind.includes("fire") ? "fire" : mark.kind.includes("flood") ? "water" : mark.kind.includes("slide") ? "slide" : "shake";
  const x = view.x(mark.x), y = view.y(mark.y), r = Math.max(9, mark.radius_m * view.at.scale) * (family === "fire" ? 0.6 + 0.8 * mark.level : 1);
  if (!view.sees(x, y, r)) return;
  const fill = g.createRadialGradient(x, y, 0, x, y, r), colour = theme[family];
  const strength = 0.25 + 0.45 * mark.level, hex = (a) => colour + Math.round(255 * a).toString(16).padStart(2, "0");
  fill.addColorStop(0, hex(strength));
  fill.addColorStop(family === "fire" ? 0.4 : 0.75, hex(strength * 0.7));
  fill.addColorStop(1, hex(family === "fire" ? 0 : strength * 0.4));
  g.beginPath();
  g.arc(x, y, r, 0, 2 * Math.PI);
  g.fillStyle = fill;
  g.fill();
  if (family !== "fire") { g.strokeStyle = colour; g.lineWidth = 1.5; g.setLineDash(mark.level < 1 ? [4, 3] : []); g.stroke(); g.setLineDash([]); }
  crowd(d, mark, x, y, r);
  d.hit("extent", mark, x, y, r, 9);
}

// People of a zone: inside, out, hurt; a dot for each, or for each few of them.
function crowd(d, mark, x, y, r) {
  const { g, theme, words } = d, all = mark.inside + mark.left + mark.hurt;
  if (!all || r < 14) return;
  const dots = Math.min(all, 360), inside = Math.round((mark.inside / all) * dots), hurt = Math.round((mark.hurt / all) * dots);
  for (let i = 0; i < dots; i++) {
    const isIn = i < inside, isHurt = !isIn && i < inside + hurt, angle = i * 2.39996;
    const out = isIn || isHurt ? 0.94 * Math.sqrt((i + 0.5) / dots) : 1.07 + 0.24 * ((i * 0.7548776662) % 1);
    g.fillStyle = isHurt ? theme.closure : isIn ? theme.warn : theme.label;
    g.fillRect(x + out * r * Math.cos(angle) - 1, y + out * r * Math.sin(angle) - 1, isHurt ? 3 : 2, isHurt ? 3 : 2);
  }
  if (r > 40) d.note(words("people_of_zone", { inside: mark.inside, left: mark.left, hurt: mark.hurt }), x, y + r * 1.32 + 8);
}

function alert(d, mark) {
  const { g, view, theme } = d;
  if (mark.heard_m > mark.radius_m) circle(g, view, mark, mark.heard_m, theme.alert, 0, theme.alert + "66", [2, 6], 1);
  const [x, y, r] = mark.radius_m ? circle(g, view, mark, mark.radius_m, theme.alert, 0.13, theme.alert, [], 2) : [view.x(mark.x), view.y(mark.y), 0];
  if (!view.sees(x, y, r + 20)) return;
  const top = y - Math.max(r, 12), k = d.isFar ? 0.6 : 1;
  g.save();
  g.translate(x, top);
  g.scale(k, k);
  loudspeaker(g, theme);
  g.restore();
  d.hit("alert", mark, x, top, 13 * k, 4);
  if (r > 20) d.hit("alert", mark, x, y, r, 10);
}

function loudspeaker(g, theme) {
  g.beginPath();
  g.roundRect(-11, -11, 22, 22, 6);
  g.fillStyle = theme.alert;
  g.fill();
  g.strokeStyle = theme.outline;
  g.lineWidth = 1.5;
  g.stroke();
  g.fillStyle = theme.outline;
  g.beginPath();
  g.moveTo(-6, -2.5); g.lineTo(-1.5, -2.5); g.lineTo(4, -6.5); g.lineTo(4, 6.5); g.lineTo(-1.5, 2.5); g.lineTo(-6, 2.5);
  g.closePath();
  g.fill();
  g.fillRect(5.5, -1, 2.5, 2);
}

function rumour(d, mark) {
  const { g, view, theme } = d, radius = 250 + 12 * Math.sqrt(mark.believing), [x, y, r] = circle(g, view, mark, radius, theme.rumour, 0.1, theme.rumour, [1.5, 5], 1.6);
  if (!view.sees(x, y, r)) return;
  g.beginPath();
  g.roundRect(x - 10, y - 10, 20, 17, 8);
  g.fillStyle = theme.rumour;
  g.fill();
  g.beginPath();
  g.moveTo(x - 4, y + 6); g.lineTo(x - 7, y + 12); g.lineTo(x + 2, y + 6.5);
  g.fill();
  letters(g, "?", x, y - 1, 13, theme.outline, 700);
  d.hit("rumour", mark, x, y, 12, 5);
}

function closure(d, mark) {
  const { g, view, theme } = d, points = mark.points.map(([mx, my]) => [view.x(mx), view.y(my)]), [x, y] = [view.x(mark.x), view.y(mark.y)];
  if (!points.some(([px, py]) => view.sees(px, py, 30))) return;
  const fade = faded(d, mark);
  g.globalAlpha = fade;
  g.beginPath();
  points.forEach(([px, py], i) => g[i ? "lineTo" : "moveTo"](px, py));
  g.strokeStyle = theme.closure;
  g.lineWidth = Math.max(3, 12 * view.at.scale);
  g.setLineDash([7, 4]);
  g.stroke();
  g.setLineDash([]);
  const px = (points[0][0] + points[points.length - 1][0]) / 2, py = (points[0][1] + points[points.length - 1][1]) / 2;
  g.beginPath();
  g.arc(px, py, 7, 0, 7);
  g.fillStyle = theme.closure;
  g.fill();
  g.fillStyle = "#ffffff";
  g.fillRect(px - 4.5, py - 1.4, 9, 2.8);
  g.globalAlpha = 1;
  d.hit("closure", mark, px, py, 8, 6);
}

// How full a hospital is: a small bar beside it, empty when no bay is free; beside it the number, near by.
export function paintLoads(d) {
  const { g, view, theme, scene, layers } = d;
  if (!layers.facilities || view.at.scale < 0.04) return;
  for (const mark of scene.all("load").values()) {
    const x = view.x(mark.x), y = view.y(mark.y);
    if (!view.sees(x, y, 20)) continue;
    const tall = view.at.scale > 0.15 ? 14 : 10, left = x + tall * 0.72, colour = mark.free === 0 ? theme.closure : mark.free < 3 ? theme.warn : theme.served;
    g.globalAlpha = faded(d, mark);
    g.fillStyle = theme.outline;
    g.fillRect(left - 1, y - tall / 2 - 1, 5, tall + 2);
    g.fillStyle = theme.paper;
    g.fillRect(left, y - tall / 2, 3, tall);
    const share = Math.min(1, mark.free / (mark.bays || 10));
    g.fillStyle = colour;
    g.fillRect(left, y + tall / 2 - tall * share, 3, tall * share);
    if (mark.free === 0) { g.strokeStyle = colour; g.lineWidth = 1.2; g.strokeRect(left - 1, y - tall / 2 - 1, 5, tall + 2); }
    g.globalAlpha = 1;
    if (view.at.scale > 0.15) letters(g, String(mark.free), left + 12, y, 11, theme.labelStrong);
  }
}
