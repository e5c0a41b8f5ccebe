// Shapes: units by service, facilities, kinds of incidents. Drawn once, copied every frame.

import { FONT, serviceOf } from "./theme.js";

export function path(g, shape, x, y, r) {
  g.beginPath();
  const ring = (n, turn, inner = 1) => {
    for (let i = 0; i < n; i++) {
      const a = turn + (i * 2 * Math.PI) / n, d = inner !== 1 && i % 2 ? r * inner : r;
      g[i ? "lineTo" : "moveTo"](x + d * Math.cos(a), y + d * Math.sin(a));
    }
    g.closePath();
  };
  switch (shape) {
    case "square": g.roundRect(x - r * 0.88, y - r * 0.88, r * 1.76, r * 1.76, r * 0.28); break;
    case "triangle": g.moveTo(x, y - r * 1.12); g.lineTo(x + r * 1.1, y + r * 0.82); g.lineTo(x - r * 1.1, y + r * 0.82); g.closePath(); break;
    case "hexagon": ring(6, 0); break;
    case "pentagon": ring(5, -Math.PI / 2); break;
    case "octagon": ring(8, Math.PI / 8); break;
    case "diamond": ring(4, -Math.PI / 2); break;
    case "star": ring(10, -Math.PI / 2, 0.62); break;
    case "house": g.moveTo(x, y - r); g.lineTo(x + r * 0.95, y - r * 0.1); g.lineTo(x + r * 0.95, y + r * 0.85); g.lineTo(x - r * 0.95, y + r * 0.85); g.lineTo(x - r * 0.95, y - r * 0.1); g.closePath(); break;
    case "drop": g.moveTo(x, y - r * 1.15); g.bezierCurveTo(x + r * 1.3, y, x + r, y + r, x, y + r); g.bezierCurveTo(x - r, y + r, x - r * 1.3, y, x, y - r * 1.15); g.closePath(); break;
    default: g.arc(x, y, r, 0, 2 * Math.PI);
  }
}

export const CELL = 34; // of the sheet of unit icons, css pixels; the icon itself is R * 2
const R = 11;
// How a status looks: filled on the way, filled with a ring at work, hollow when free.
const LOOKS = ["hollow", "filled", "filled", "filled", "filled", "ringed", "loaded", "loaded", "out"];

// One sheet for a theme: a row a service, a column a status. [canvas, index by service]
export function unitSheet(services, themeName, ratio) {
  const sheet = document.createElement("canvas"), rows = new Map(services.map((name, i) => [name, i]));
  sheet.width = CELL * (LOOKS.length + 1) * ratio;
  sheet.height = CELL * Math.max(1, services.length) * ratio;
  const g = sheet.getContext("2d");
  g.scale(ratio, ratio);
  services.forEach((name, row) => {
    for (let status = 0; status <= LOOKS.length; status++) unitIcon(g, name, LOOKS[status] ?? "filled", CELL * (status + 0.5), CELL * (row + 0.5), R, themeName);
  });
  return { sheet, rows };
}

export function unitIcon(g, service, look, x, y, r, themeName) {
  const { shape, letter, [themeName]: colour } = serviceOf(service), isDark = themeName === "dark";
  const outline = isDark ? "#05080e" : "#ffffff", paper = isDark ? "#0f1827" : "#ffffff";
  if (look === "ringed") { path(g, "circle", x, y, r + 4); g.strokeStyle = colour; g.lineWidth = 2; g.stroke(); }
  path(g, shape, x, y, r + 1.6);
  g.fillStyle = outline;
  g.fill();
  path(g, shape, x, y, r);
  g.fillStyle = look === "hollow" ? paper : look === "out" ? "#8a8f98" : colour;
  g.fill();
  if (look === "hollow") { g.strokeStyle = colour; g.lineWidth = 2.2; g.stroke(); }
  g.fillStyle = look === "hollow" ? colour : isDark ? "#05080e" : "#ffffff";
  g.font = `700 ${Math.round(r * 1.15)}px ${FONT}`;
  g.textAlign = "center";
  g.textBaseline = "middle";
  g.fillText(letter, x, y + (shape === "triangle" ? r * 0.22 : shape === "drop" ? r * 0.25 : 0.5));
  if (look === "loaded") { g.beginPath(); g.arc(x + r * 0.9, y - r * 0.9, 4, 0, 7); g.fillStyle = "#ffffff"; g.fill(); g.strokeStyle = outline; g.lineWidth = 1.2; g.stroke(); }
  if (look === "out") { g.beginPath(); g.moveTo(x - r, y - r); g.lineTo(x + r, y + r); g.moveTo(x + r, y - r); g.lineTo(x - r, y + r); g.strokeStyle = outline; g.lineWidth = 2; g.stroke(); }
}

// Facilities by kind: letter, colour by service where it is one's, and from how near they are drawn.
export const FACILITIES = {
  fire_station: { letter: "F", service: "fire", from: 0.03 },
  fire_hq: { letter: "F", service: "fire", from: 0.02, important: true },
  police: { letter: "P", service: "police", from: 0.03 },
  police_hq: { letter: "P", service: "police", from: 0.02, important: true },
  traffic_police: { letter: "T", service: "traffic", from: 0.03 },
  hospital: { letter: "✚", service: "ems", from: 0.012, important: true },
  ambulance_station: { letter: "A", service: "ems", from: 0.03 },
  ems_centre: { letter: "A", service: "ems", from: 0.02, important: true },
  blood_centre: { letter: "B", service: "ems", from: 0.06 },
  command_centre: { letter: "◎", from: 0.02, important: true },
  government: { letter: "★", from: 0.02, important: true },
  shelter: { letter: "⌂", from: 0.06 },
  metro_station: { letter: "M", from: 0.1 },
  railway_station: { letter: "R", from: 0.04 },
  airport: { letter: "✈", from: 0.012, important: true },
  port: { letter: "⚓", from: 0.03 },
  border_port: { letter: "⇄", from: 0.03 },
  chemical_site: { letter: "⬡", from: 0.05 },
  nuclear_plant: { letter: "☢", from: 0.012, important: true },
  reservoir: { letter: "≈", service: "water", from: 0.03 },
  landmark: { letter: "●", from: 0.1 },
  other: { letter: "●", from: 0.06 },
};

export function symbol(g, look, x, y, px, theme) {
  const colour = look.service ? serviceOf(look.service)[theme.name] : theme.facility;
  if (px < 8) {
    g.fillStyle = colour;
    g.globalAlpha = 0.8;
    g.fillRect(x - px / 2, y - px / 2, px, px);
    g.globalAlpha = 1;
    return;
  }
  g.beginPath();
  g.roundRect(x - px / 2, y - px / 2, px, px, 3);
  g.fillStyle = theme.paper;
  g.globalAlpha = 0.92;
  g.fill();
  g.globalAlpha = 1;
  g.strokeStyle = colour;
  g.lineWidth = 1.4;
  g.stroke();
  g.fillStyle = colour;
  g.font = `700 ${Math.round(px * 0.68)}px ${FONT}`;
  g.textAlign = "center";
  g.textBaseline = "middle";
  g.fillText(look.letter, x, y + 0.5);
}
