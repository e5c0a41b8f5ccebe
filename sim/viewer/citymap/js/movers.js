// Units: where each is at the shown time, as icons on the road and as small marks at its station.

import { placeAt, stateAt, STATUSES } from "./scene.js";
import { serviceOf } from "./theme.js";
import { CELL, unitIcon } from "./symbols.js";
import { faded } from "./marks.js";

const spot = [0, 0];
const RING = 8; // crews in the first ring around a place
const HOUSED = new Set(["fire", "ems", "police", "traffic"]); // their stations have signs of their own
const OUT = STATUSES.indexOf("out of action");

export function paintUnits(d) {
  const { g, scene, view, layers, t } = d;
  if (!layers.units) return;
  const stations = new Map(), away = [];
  for (const unit of scene.units) {
    if (!unit || unit.isGone || !unit.states.length) continue;
    const state = stateAt(unit, t), isHome = state.atHome && !state.leg;
    const key = `${unit.hx} ${unit.hy} ${unit.service}`, station = stations.get(key) ?? stationOf(unit, d.ground);
    station.all++;
    if (isHome && state.status !== OUT) station.home++;
    stations.set(key, station);
    if (!isHome) away.push([unit, state]);
  }
  if (view.at.scale > 0.045) for (const station of stations.values()) pips(d, station);
  const order = (state) => (state.status === 0 ? 0 : 1); // who is wanted lies above who goes home
  away.sort((a, b) => order(a[1]) - order(b[1]));
  const rings = d.isFar ? null : new Map();
  for (const [unit, state] of away) icon(d, unit, state, rings);
}

// Where the marks of a station's units are: at its sign, if the map has one.
function stationOf(unit, ground) {
  const [x, y] = ground.facilityAt.get(unit.station) ?? [unit.hx, unit.hy];
  return { x, y, service: unit.service, all: 0, home: 0 };
}

// Crews that stand at one place stand around it, so that none hides another, or what they came for.
function around(rings, state, grow) {
  if (!rings || state.leg) return [0, 0];
  const key = `${Math.round(state.x / 12)} ${Math.round(state.y / 12)}`, k = rings.get(key) ?? 0;
  rings.set(key, k + 1);
  const lap = Math.floor(k / RING), angle = -Math.PI / 2 + ((k % RING) + 0.5 * (lap % 2)) * ((2 * Math.PI) / RING), r = (25 + 21 * lap) * grow;
  return [r * Math.cos(angle), r * Math.sin(angle)];
}

function icon(d, unit, state, rings) {
  const { g, view, sheet, t } = d;
  placeAt(state, t, spot);
  const [dx, dy] = around(rings, state, d.grow), x = view.x(spot[0]) + dx, y = view.y(spot[1]) + dy;
  if (!view.sees(x, y, 24)) return;
  const size = Math.max(15, CELL * d.grow * 0.8) * (d.isFar && state.status === 0 ? 0.66 : 1), row = sheet.rows.get(unit.service) ?? 0;
  g.globalAlpha = Number.isNaN(state.asOf) ? 1 : faded(d, { as_of_s: state.asOf });
  const ratio = sheet.ratio;
  g.drawImage(sheet.sheet, state.status * CELL * ratio, row * CELL * ratio, CELL * ratio, CELL * ratio, x - size / 2, y - size / 2, size, size);
  g.globalAlpha = 1;
  unit.shownX = spot[0];
  unit.shownY = spot[1];
  if (view.at.scale > 0.5 && state.leg) d.note(d.scene.nameOf(unit.id), x, y + size / 2 + 4);
  d.hit("unit", unit, x, y, size * 0.42, 2.5);
}

// A small square for each unit of a station: full when it is at home.
function pips({ g, view, theme }, station) {
  const x = view.x(station.x), y = view.y(station.y);
  if (!view.sees(x, y, 30)) return;
  const side = view.at.scale > 0.15 ? 4 : 3, gap = side + 1.4, many = Math.min(station.all, 10), colour = serviceOf(station.service)[theme.name];
  const shown = Math.round((station.home / station.all) * many), left = x - (many * gap) / 2, top = y - (view.at.scale > 0.15 ? 15 : 11);
  if (!HOUSED.has(station.service) && view.at.scale > 0.35 && station.all) unitIcon(g, station.service, "hollow", x, y, 6.5, theme.name);
  for (let i = 0; i < many; i++) {
    g.fillStyle = theme.outline;
    g.fillRect(left + i * gap - 0.7, top - 0.7, side + 1.4, side + 1.4);
    g.fillStyle = i < shown ? colour : theme.border;
    g.fillRect(left + i * gap, top, side, side);
  }
}

// The way that is still before a unit.
export function paintWay(d, unit, colour) {
  const { g, view, t } = d, state = unit.states.length ? stateAt(unit, t) : null;
  if (!state || !state.leg) return;
  const { times, points } = state.leg;
  placeAt(state, t, spot);
  g.beginPath();
  g.moveTo(view.x(spot[0]), view.y(spot[1]));
  for (let k = 0; k < times.length; k++) if (times[k] > t) g.lineTo(view.x(points[2 * k]), view.y(points[2 * k + 1]));
  g.lineJoin = g.lineCap = "round";
  g.strokeStyle = d.theme.outline;
  g.lineWidth = 6;
  g.stroke();
  g.strokeStyle = colour;
  g.lineWidth = 3;
  g.stroke();
}

export function unitPlace(unit, t) {
  return unit.states.length ? placeAt(stateAt(unit, t), t, [0, 0]) : [unit.hx, unit.hy];
}

export function statusOf(unit, t) {
  return unit.states.length ? STATUSES[stateAt(unit, t).status] : "free";
}
