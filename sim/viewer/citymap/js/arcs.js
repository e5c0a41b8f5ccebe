// What is being said: a curve from who speaks to who hears, along which a light runs; red and cut short when it is lost.

import { arcShare } from "./scene.js";

const STEPS = 26;

export function paintArcs({ g, scene, view, theme, now, layers }) {
  if (!layers.messages) return;
  g.lineCap = "round";
  for (const arc of scene.arcs.values()) {
    const share = arcShare(arc, now);
    if (share >= 1) continue;
    draw(g, arc, view, colourOf(arc, theme), theme, share);
  }
  g.globalAlpha = 1;
}

function colourOf(arc, theme) {
  if (arc.state === "lost") return theme.lostArc;
  return arc.word === "call" ? theme.callArc : arc.is_paper ? theme.paperArc : theme.radioArc;
}

function draw(g, arc, view, colour, theme, share) {
  const x0 = view.x(arc.start[0]), y0 = view.y(arc.start[1]), x1 = view.x(arc.end[0]), y1 = view.y(arc.end[1]);
  const far = Math.hypot(x1 - x0, y1 - y0);
  if (far < 3 || (!view.sees(x0, y0, far) && !view.sees(x1, y1, far))) return;
  const lift = Math.min(90, 0.22 * far), cx = (x0 + x1) / 2 + ((y1 - y0) / far) * lift, cy = (y0 + y1) / 2 - ((x1 - x0) / far) * lift;
  const at = (s) => [(1 - s) * (1 - s) * x0 + 2 * s * (1 - s) * cx + s * s * x1, (1 - s) * (1 - s) * y0 + 2 * s * (1 - s) * cy + s * s * y1];
  const isLost = arc.state === "lost", reach = isLost ? 0.55 : 1, head = Math.min(reach, share * 1.5), fade = 1 - Math.max(0, share - 0.6) / 0.4;
  const line = (from, to, width, alpha) => {
    g.beginPath();
    for (let i = 0; i <= STEPS; i++) { const [x, y] = at(from + ((to - from) * i) / STEPS); g[i ? "lineTo" : "moveTo"](x, y); }
    g.strokeStyle = colour;
    g.lineWidth = width;
    g.globalAlpha = alpha * fade;
    g.stroke();
  };
  if (isLost) g.setLineDash([5, 4]);
  line(0, reach, arc.is_paper ? 1.6 : 1, arc.is_paper ? 0.5 : 0.32);
  g.setLineDash([]);
  line(Math.max(0, head - 0.22), head, arc.is_paper ? 3 : 2, 0.95);
  const [hx, hy] = at(head);
  g.fillStyle = colour;
  g.beginPath();
  if (isLost && head >= reach) {
    g.moveTo(hx - 5, hy - 5); g.lineTo(hx + 5, hy + 5); g.moveTo(hx + 5, hy - 5); g.lineTo(hx - 5, hy + 5);
    g.strokeStyle = colour;
    g.lineWidth = 2.5;
    g.stroke();
  } else {
    g.arc(hx, hy, arc.is_paper ? 3.4 : 2.4, 0, 7);
    g.fill();
  }
}
