// Colours. Marks are Okabe and Ito's, which people who see few colours tell apart; each also has a shape and a letter.

export const THEMES = {
  dark: {
    name: "dark",
    incident: "#ff4f5e", onIncident: "#1a0508", served: "#2fd0a0", minor: "#f1d36b", serious: "#ff9d3c", critical: "#ff5a5a", onCase: "#170d05", false: "#b06ef0", seen: "#8fd3ff",
    sea: "#0a101b", land: "#121b2a", wild: "#0f1a22", border: "#33435c",
    roads: { 5: "#1f2c40", 4: "#26364e", 3: "#2f425e", 2: "#3d5474", 1: "#51698c", 0: "#6a82a5" },
    near: { 5: "#2a3a54", 4: "#334663", 3: "#3d5273", 2: "#496184", 1: "#587196", 0: "#6a82a5" }, casing: "#0d1522", label: "#a9b8cf", labelStrong: "#d4deee", halo: "#0a101b", facility: "#7e91ad",
    ink: "#f2f6fc", paper: "#0f1827", outline: "#05080e", glow: [255, 190, 110], dot: [236, 208, 150], dotMoving: [255, 236, 180],
    warn: "#f0b429", alert: "#e69f00", water: "#56b4e9", fire: "#ff7a3d", slide: "#c69a6b", shake: "#cc79a7", rumour: "#c58fe0",
    closure: "#ff5a5a", paperArc: "#ffd166", radioArc: "#6f8fb8", callArc: "#8fe3c8", lostArc: "#ff6b6b", select: "#ffffff", shadow: "#000000",
  },
  light: {
    name: "light",
    incident: "#c4002b", onIncident: "#ffffff", served: "#007a5a", minor: "#e0b000", serious: "#e07000", critical: "#c80032", onCase: "#120800", false: "#6f21b5", seen: "#005e9c",
    sea: "#d3e1ec", land: "#f6f5f1", wild: "#e4ebda", border: "#b9b4c6",
    roads: { 5: "#e2ded6", 4: "#d6d1c7", 3: "#c9c2b5", 2: "#bdb39d", 1: "#b39f7b", 0: "#a88c5e" },
    near: { 5: "#ffffff", 4: "#fffdf6", 3: "#fdf3d9", 2: "#fbe7b6", 1: "#f4cf8d", 0: "#e8b062" }, casing: "#bdb6aa", label: "#4b5566", labelStrong: "#27303d", halo: "#fbfaf7", facility: "#4d596c",
    ink: "#141b26", paper: "#ffffff", outline: "#ffffff", glow: [196, 92, 20], dot: [120, 72, 20], dotMoving: [170, 70, 0],
    warn: "#9a6700", alert: "#b36b00", water: "#0072b2", fire: "#d55e00", slide: "#8a5a24", shake: "#a0417c", rumour: "#7b3fa0",
    closure: "#c00020", paperArc: "#8a5a00", radioArc: "#5b7593", callArc: "#00735c", lostArc: "#c00020", select: "#000000", shadow: "#445",
  },
};

// By service: shape, letter and colour; the order is that of the legend.
export const SERVICES = {
  fire: { shape: "square", letter: "F", dark: "#ff7f2a", light: "#c44f00" },
  ems: { shape: "circle", letter: "A", dark: "#2fd0a0", light: "#007a5a" },
  police: { shape: "triangle", letter: "P", dark: "#6cbcf5", light: "#005e9c" },
  traffic: { shape: "hexagon", letter: "T", dark: "#f5c04a", light: "#8c6200" },
  emergency: { shape: "pentagon", letter: "E", dark: "#e79ac6", light: "#9a3f76" },
  water: { shape: "drop", letter: "W", dark: "#8fd3ff", light: "#1f6f9f" },
  housing: { shape: "house", letter: "H", dark: "#d8b08c", light: "#7d5226" },
  planning: { shape: "diamond", letter: "L", dark: "#c8d46a", light: "#66701a" },
  urban_management: { shape: "octagon", letter: "U", dark: "#b9a7f0", light: "#5c48a8" },
  power_gas: { shape: "star", letter: "G", dark: "#f4e04d", light: "#776800" },
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
