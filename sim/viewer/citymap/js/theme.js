// Colours. They were searched for: who lacks one sort of cone tells them apart too, and each also has a shape and a letter.
// tests/test_viewer_colours.py holds the distances; the four services that meet most often are the furthest apart.

export const THEMES = {
  dark: {
    name: "dark",
    incident: "#ff4f5e", onIncident: "#1a0508", served: "#2fd0a0", minor: "#ffe984", serious: "#fd9c3a", critical: "#f75457", onCase: "#170d05", false: "#b06ef0", seen: "#8fd3ff",
    sea: "#0a101b", land: "#121b2a", wild: "#0f1a22", border: "#33435c",
    roads: { 5: "#1f2c40", 4: "#26364e", 3: "#2f425e", 2: "#3d5474", 1: "#51698c", 0: "#6a82a5" },
    near: { 5: "#2a3a54", 4: "#334663", 3: "#3d5273", 2: "#496184", 1: "#587196", 0: "#6a82a5" }, casing: "#0d1522", label: "#a9b8cf", labelStrong: "#d4deee", halo: "#0a101b", facility: "#7e91ad",
    ink: "#f2f6fc", paper: "#0f1827", outline: "#05080e", glow: [255, 190, 110], dot: [236, 208, 150], dotMoving: [255, 236, 180],
    warn: "#f0b429", alert: "#e69f00", water: "#56b3e8", fire: "#f06b2d", slide: "#d6ab7e", shake: "#cb78a6", rumour: "#c58fe0",
    closure: "#ff5a5a", paperArc: "#ffd166", radioArc: "#6f8fb8", callArc: "#8fe3c8", lostArc: "#ff6b6b", select: "#ffffff", shadow: "#000000",
  },
  light: {
    name: "light",
    incident: "#c4002b", onIncident: "#ffffff", served: "#007a5a", minor: "#e5b510", serious: "#de6e00", critical: "#c80132", onCase: "#120800", false: "#6f21b5", seen: "#005e9c",
    sea: "#d3e1ec", land: "#f6f5f1", wild: "#e4ebda", border: "#b9b4c6",
    roads: { 5: "#e2ded6", 4: "#d6d1c7", 3: "#c9c2b5", 2: "#bdb39d", 1: "#b39f7b", 0: "#a88c5e" },
    near: { 5: "#ffffff", 4: "#fffdf6", 3: "#fdf3d9", 2: "#fbe7b6", 1: "#f4cf8d", 0: "#e8b062" }, casing: "#bdb6aa", label: "#4b5566", labelStrong: "#27303d", halo: "#fbfaf7", facility: "#4d596c",
    ink: "#141b26", paper: "#ffffff", outline: "#ffffff", glow: [196, 92, 20], dot: [120, 72, 20], dotMoving: [170, 70, 0],
    warn: "#9a6700", alert: "#b36b00", water: "#1975b4", fire: "#d55e01", slide: "#714b13", shake: "#a3437f", rumour: "#7b3fa0",
    closure: "#c00020", paperArc: "#af7825", radioArc: "#657a9a", callArc: "#0d725a", lostArc: "#be001f", select: "#000000", shadow: "#445",
  },
};

// By service: shape, letter and colour; the order is that of the legend.
export const SERVICES = {
  fire: { shape: "square", letter: "F", dark: "#e76e0b", light: "#dd274b" },
  ems: { shape: "circle", letter: "A", dark: "#39d6a5", light: "#1b8560" },
  police: { shape: "triangle", letter: "P", dark: "#5c90d4", light: "#175a9a" },
  traffic: { shape: "hexagon", letter: "T", dark: "#ecbd31", light: "#714b00" },
  emergency: { shape: "pentagon", letter: "E", dark: "#d284ad", light: "#a24776" },
  water: { shape: "drop", letter: "W", dark: "#75b3cd", light: "#0b4567" },
  housing: { shape: "house", letter: "H", dark: "#c5a481", light: "#552d01" },
  planning: { shape: "diamond", letter: "L", dark: "#d7e793", light: "#4b6937" },
  urban_management: { shape: "octagon", letter: "U", dark: "#c5b2ff", light: "#6c63c8" },
  power_gas: { shape: "star", letter: "G", dark: "#fff163", light: "#7b6c03" },
};
const OTHER = { shape: "circle", letter: "?", dark: "#c0c8d4", light: "#555f6e" };

export function serviceOf(name) { return SERVICES[name] ?? { ...OTHER, letter: (name[0] ?? "?").toUpperCase() }; }

export function rgb(hex) {
  const n = parseInt(hex.slice(1), 16);
  return [(n >> 16) & 255, (n >> 8) & 255, n & 255];
}

// As one number in the byte order of an ImageData on a little-endian machine.
export function abgr([r, g, b]) { return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0; }

export const FONT = 'system-ui, "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif';
