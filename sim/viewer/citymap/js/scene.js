// What the frames have said so far: marks by sort and name, units with their ways, messages in the air.

import { Clock } from "./clock.js";

const EVER = -1e15;
export const STATUSES = ["free", "ordered", "alerted", "en route", "searching", "on scene", "transporting", "at hospital", "out of action", "other"];
const SHOWN_MS = 1800; // a message is in the air so long for the eye, whatever the speed

export class Scene {
  constructor(box, steps) {
    this.box = box;
    this.steps = steps;
    this.clock = new Clock();
    this.clear();
  }

  clear() {
    this.marks = {}; // by sort: Map by name
    this.units = []; // by number
    this.byName = new Map();
    this.arcs = new Map();
    this.lens = this.sort = "";
    this.startS = 0;
    this.rate = 0;
    this.hasPeople = false;
    this.arcsLeftOut = 0;
    this.serial = 0;
    this.version = 0;
    this.called = new Map(); // what the names in the log are called on this page, where that differs
  }

  nameOf(name) { return this.called.get(name) ?? name; }

  all(sort) { return this.marks[sort] ??= new Map(); }

  take(packet, now) {
    const said = packet.text;
    if (said.full) this.clear();
    this.version++;
    this.serial = packet.serial;
    Object.assign(this, { lens: said.lens, sort: said.sort, startS: said.start_s, rate: said.rate, hasPeople: said.people, arcsLeftOut: said.arcs_left_out });
    for (const [name, called] of Object.entries(said.called ?? {})) this.called.set(name, called);
    const jumped = this.clock.take(packet.t, said.lasts_ms, said.jump, now);
    if (jumped) this.forgetTheWay();
    for (const [sort, id] of said.gone) this.all(sort).delete(id);
    for (const mark of said.marks) {
      const before = this.all(mark.sort).get(mark.id);
      mark.firstSeen = before ? before.firstSeen : jumped ? -1e9 : now;
      this.all(mark.sort).set(mark.id, mark);
    }
    this.takeUnits(packet, jumped);
    this.takeArcs(said.arcs, now, jumped);
  }

  // After a leap in time only the newest of what is known of a unit holds, whenever it began.
  forgetTheWay() {
    for (const unit of this.units) {
      if (!unit || !unit.states.length) continue;
      const last = unit.states[unit.states.length - 1];
      if (!last.leg) last.from = EVER;
      unit.states = [last];
    }
  }

  takeUnits(packet, jumped) {
    const { text, arrays } = packet, { unum, usta, uhom, uplc, uasf, ulen, lpts, ltim } = arrays;
    for (const [number, id, service, station, district, hx, hy] of text.units) {
      const unit = { sort: "unit", number, id, service, station, district, hx, hy, states: [], case: null, isGone: false };
      this.units[number] = unit;
      this.byName.set(id, unit);
    }
    const [west, south, east, north] = this.box, kx = (east - west) / this.steps, ky = (north - south) / this.steps;
    for (let i = 0, from = 0; i < unum.length; i++) {
      const unit = this.units[unum[i]], count = ulen[i];
      const state = { from: EVER, status: usta[i], atHome: !!uhom[i], asOf: uasf[i], x: west + uplc[2 * i] * kx, y: south + uplc[2 * i + 1] * ky, leg: null };
      if (count) {
        const points = new Float32Array(2 * count);
        for (let k = 0; k < count; k++) {
          points[2 * k] = west + lpts[2 * (from + k)] * kx;
          points[2 * k + 1] = south + lpts[2 * (from + k) + 1] * ky;
        }
        state.leg = { points, times: ltim.slice(from, from + count), at: 0 };
        from += count;
      }
      state.from = state.leg ? state.leg.times[0] : packet.t;
      if (jumped || !unit.states.length) { unit.states = []; state.from = EVER; }
      unit.states.push(state);
      unit.case = text.jobs[unit.number] ?? null;
      unit.isGone = false;
    }
    for (const number of text.left) {
      this.units[number].isGone = true;
      this.units[number].states = [];
    }
  }

  takeArcs(arcs, now, jumped) {
    for (const arc of arcs) {
      const before = this.arcs.get(arc.id);
      if (!before && jumped && !arc.is_paper) continue; // after a jump old radio talk is of no use
      this.arcs.set(arc.id, { ...arc, seen: before ? before.seen : now, ended: arc.state === "on air" ? null : before && before.ended || now });
    }
    for (const [id, arc] of this.arcs) if (arcShare(arc, now) >= 1) this.arcs.delete(id);
  }

  hasLiveArcs(now) {
    for (const arc of this.arcs.values()) if (arcShare(arc, now) < 1) return true;
    return false;
  }
}

// How far an arc has faded, 0 to 1; one that is still in the air has not begun to.
export function arcShare(arc, now) {
  return arc.ended === null ? Math.min(0.5, (now - arc.seen) / SHOWN_MS) : (now - Math.max(arc.seen, arc.ended - SHOWN_MS / 2)) / SHOWN_MS;
}

// What holds of a unit at the shown time; older states are forgotten.
export function stateAt(unit, t) {
  const states = unit.states;
  while (states.length > 1 && states[1].from <= t) states.shift();
  return states[0];
}

// Where a state puts a unit at a time: [x, y] in metres.
export function placeAt(state, t, out) {
  const leg = state.leg;
  if (!leg) { out[0] = state.x; out[1] = state.y; return out; }
  const { times, points } = leg, last = times.length - 1;
  let i = leg.at;
  if (i > last - 1 || times[i] > t) i = 0;
  while (i < last - 1 && times[i + 1] <= t) i++;
  leg.at = i;
  const span = times[i + 1] - times[i], share = span > 0 ? Math.max(0, Math.min(1, (t - times[i]) / span)) : 1;
  out[0] = points[2 * i] + (points[2 * i + 2] - points[2 * i]) * share;
  out[1] = points[2 * i + 1] + (points[2 * i + 3] - points[2 * i + 1]) * share;
  return out;
}
