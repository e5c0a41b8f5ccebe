// The signs of the legend: the same drawings as on the map, on a field of 22 by 22.

import { glyph } from "./glyphs.js";
import { path, unitIcon } from "./symbols.js";
import { THEMES } from "./theme.js";

export function legendIcon(g, name, themeName) {
  const theme = THEMES[themeName];
  g.scale(2, 2);
  const ring = (colour, dash, fill) => {
    path(g, "circle", 11, 11, 8);
    if (fill) { g.globalAlpha = 0.25; g.fillStyle = colour; g.fill(); g.globalAlpha = 1; }
    g.setLineDash(dash);
    g.strokeStyle = colour;
    g.lineWidth = 1.8;
    g.stroke();
    g.setLineDash([]);
  };
  const draw = {
    people: () => { g.fillStyle = `rgb(${theme.dotMoving})`; for (let i = 0; i < 14; i++) g.fillRect(3 + ((i * 7.3) % 16), 3 + ((i * 5.1) % 16), 2, 2); },
    units: () => unitIcon(g, "fire", "filled", 11, 11, 7.5, themeName),
    incidents: () => { path(g, "diamond", 11, 11, 10); g.fillStyle = theme.incident; g.fill(); glyph(g, "dwelling_fire", 11, 11, 11, theme.onIncident); },
    cases: () => { path(g, "circle", 11, 11, 7); g.fillStyle = theme.serious; g.fill(); glyph(g, "illness", 11, 11, 9, theme.onCase); g.beginPath(); g.arc(11, 11, 9.6, -1.57, 2.6); g.strokeStyle = theme.serious; g.lineWidth = 1.6; g.stroke(); },
    beliefs: () => { path(g, "circle", 6, 7, 4); g.fillStyle = theme.serious; g.fill(); path(g, "diamond", 16, 16, 5); g.fillStyle = theme.incident; g.fill(); g.beginPath(); g.moveTo(7, 8); g.lineTo(15, 15); g.setLineDash([2, 2]); g.strokeStyle = theme.label; g.stroke(); },
    zones: () => { ring(theme.water, [], true); glyph(g, "flash_flood", 11, 11, 11, theme.water); },
    warnings: () => ring(theme.alert, [], true),
    rumours: () => { ring(theme.rumour, [1.5, 3.5], true); g.fillStyle = theme.rumour; g.font = "700 11px sans-serif"; g.textAlign = "center"; g.textBaseline = "middle"; g.fillText("?", 11, 11.5); },
    closures: () => { path(g, "circle", 11, 11, 8); g.fillStyle = theme.closure; g.fill(); g.fillStyle = "#fff"; g.fillRect(5.5, 9.5, 11, 3); },
    messages: () => { g.beginPath(); g.moveTo(2, 18); g.quadraticCurveTo(6, 3, 20, 6); g.strokeStyle = theme.paperArc; g.lineWidth = 1.8; g.stroke(); path(g, "circle", 12, 6.6, 2.6); g.fillStyle = theme.paperArc; g.fill(); },
    facilities: () => { g.beginPath(); g.roundRect(4, 4, 14, 14, 3); g.strokeStyle = theme.facility; g.lineWidth = 1.6; g.stroke(); g.fillStyle = theme.facility; g.font = "700 10px sans-serif"; g.textAlign = "center"; g.textBaseline = "middle"; g.fillText("✚", 11, 11.5); },
    names: () => { g.fillStyle = theme.labelStrong; g.font = "600 12px sans-serif"; g.textAlign = "center"; g.textBaseline = "middle"; g.fillText("Aa", 11, 11.5); },
  }[name];
  draw();
}
