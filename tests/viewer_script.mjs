// What the map's own script makes of packets, asked by the tests in Python: node tests/viewer_script.mjs WHAT FILE...

import { readFileSync } from "node:fs";
import { Clock } from "../sim/viewer/citymap/js/clock.js";
import { Ground } from "../sim/viewer/citymap/js/ground.js";
import { People } from "../sim/viewer/citymap/js/people.js";
import { unpack } from "../sim/viewer/citymap/js/protocol.js";
import { placeAt, Scene, stateAt, STATUSES } from "../sim/viewer/citymap/js/scene.js";
import { SERVICES, THEMES } from "../sim/viewer/citymap/js/theme.js";
import { View } from "../sim/viewer/citymap/js/view.js";
import { Words } from "../sim/viewer/citymap/js/words.js";

const [what, ...rest] = process.argv.slice(2);
const plain = (array) => [...array].map((value) => (Number.isNaN(value) ? null : value));

// Contrast of two colours (WCAG 2.2).
function contrast(one, two) {
  const light = (hex) => {
    const [r, g, b] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [high, low] = [light(one), light(two)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

const ask = {
  // What is written, and what is drawn, on what: [theme, what, contrast].
  contrasts() {
    const text = [], marks = [];
    for (const [name, t] of Object.entries(THEMES)) {
      for (const ground of ["land", "sea", "wild"]) for (const ink of ["label", "labelStrong", "facility"]) text.push([name, `${ink} on ${ground}`, contrast(t[ink], t[ground])]);
      text.push([name, "ink on paper", contrast(t.ink, t.paper)]);
      for (const [service, look] of Object.entries(SERVICES)) {
        text.push([name, `letter of ${service}`, contrast(look[name], name === "dark" ? "#05080e" : "#ffffff")]);
        marks.push([name, `${service} on land`, contrast(look[name], t.land)]);
      }
      for (const mark of ["incident", "false", "seen", "alert", "water", "fire", "slide", "shake", "rumour", "closure", "paperArc", "radioArc", "callArc", "lostArc", "select", "warn"]) marks.push([name, `${mark} on land`, contrast(t[mark], t.land)]);
      marks.push([name, "picture on incident", contrast(t.onIncident, t.incident)]);
      for (const grade of ["minor", "serious", "critical"]) marks.push([name, `picture on ${grade}`, contrast(t.onCase, t[grade])]);
    }
    return { text, marks };
  },

  // By service: shape and letter.
  looks() { return Object.fromEntries(Object.entries(SERVICES).map(([name, look]) => [name, [look.shape, look.letter]])); },

  // A packet as JSON.
  unpack([file]) {
    const { kind, t, serial, text, arrays } = unpack(readFileSync(file));
    return { kind, t, serial, text, arrays: Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, plain(array)])) };
  },

  // What it says of a packet that is none.
  refuse([file]) {
    try { unpack(readFileSync(file)); return "read"; } catch (error) { return error.message; }
  },

  // Of those who have somewhere to go: the share that is there at the middle of each hour.
  away([peopleFile, groundFile]) {
    const people = new People(readFileSync(peopleFile), new Ground(readFileSync(groundFile))), shares = [];
    for (let hour = 0; hour < 24; hour++) {
      people.place((hour + 0.5) * 3600);
      let there = 0, all = 0;
      for (let i = 0; i < people.count; i++) {
        if (people.home[2 * i] === people.day[2 * i] && people.home[2 * i + 1] === people.day[2 * i + 1]) continue;
        all++;
        if (people.moving[i]) there += 0.5; // about half of those under way have still to come
        else if (people.x[i] === people.day[2 * i] && people.y[i] === people.day[2 * i + 1]) there++;
      }
      shares.push(there / all);
    }
    return shares;
  },

  // Frames one after the other, each shown for 250 ms; where a unit is shown at each of some moments: [ms, id] pairs.
  follow([asked, box, ...files]) {
    const scene = new Scene(JSON.parse(box), 65535), found = [];
    const moments = JSON.parse(asked);
    let next = 0;
    for (const [ms, id] of moments) {
      while (next < files.length && next * 250 <= ms) { scene.take(unpack(readFileSync(files[next])), next * 250); next++; }
      const t = scene.clock.shown(ms), unit = scene.byName.get(id);
      if (!unit || unit.isGone) { found.push([t, null]); continue; }
      const state = stateAt(unit, t);
      found.push([t, placeAt(state, t, [0, 0]), STATUSES[state.status]]);
    }
    return found;
  },

  // A clock that is given [t, ms until the next, jump, now], and asked at each of some times.
  clock([given, asked]) {
    const clock = new Clock(), frames = JSON.parse(given);
    return JSON.parse(asked).map((now) => {
      while (frames.length && frames[0][3] <= now) clock.take(...frames.shift());
      return clock.shown(now);
    });
  },

  // What words say: [key, values] of each.
  says([table, asked]) {
    const words = new Words(JSON.parse(table));
    return JSON.parse(asked).map(([key, values]) => words.say(key, values));
  },

  // Zooming at a point keeps what lies under it: the metres there before and after.
  zoom([box]) {
    const view = new View(JSON.parse(box));
    view.resize(1000, 600);
    view.zoom(3);
    const before = [view.metresX(700), view.metresY(150)];
    view.zoom(2, 700, 150);
    return [before, [view.metresX(700), view.metresY(150)], [view.x(view.metresX(12)), view.y(view.metresY(34))]];
  },
};

console.log(JSON.stringify(ask[what](rest)));
