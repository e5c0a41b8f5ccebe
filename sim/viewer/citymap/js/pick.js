// What lies under a point, and what there is to step through by keyboard.

// The thing under a point: small things before the areas that they lie in. Null where there is nothing.
export function pick(hits, x, y, slack = 4) {
  let best = null, least = Infinity;
  for (const hit of hits) {
    const away = Math.hypot(hit.x - x, hit.y - y);
    if (away > hit.r + (hit.rank < 9 ? slack : 0)) continue;
    const cost = hit.rank >= 9 ? 1000 + hit.r : away + hit.rank * 0.5;
    if (cost < least) { least = cost; best = hit; }
  }
  return best;
}

// Facilities are part of the ground, so they are looked for there.
export function pickFacility(ground, view, x, y, facilities, slack = 9) {
  let best = null, least = slack;
  for (const [kind, name, zh, mx, my] of ground.facilities) {
    const look = facilities[kind] ?? facilities.other;
    if (view.at.scale < look.from) continue;
    const away = Math.hypot(view.x(mx) - x, view.y(my) - y);
    if (away < least) { least = away; best = { sort: "facility", id: name, kind, name, name_zh: zh, x: mx, y: my }; }
  }
  return best;
}

const MOST = 80;

// Keys of the things in sight, the gravest first.
export function steps(hits, view) {
  const seen = new Set(), found = [];
  for (const hit of [...hits].sort((a, b) => a.rank - b.rank || a.x - b.x)) {
    const key = `${hit.sort} ${hit.mark.id}`;
    if (seen.has(key) || !view.sees(hit.x, hit.y, 0)) continue;
    seen.add(key);
    found.push(key);
    if (found.length >= MOST) break;
  }
  return found;
}
