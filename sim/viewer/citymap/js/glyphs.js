// A picture for each kind of incident, on a field of 24 by 24.

const PATHS = {
  flame: "M12.6 2C13.4 6 18 8.2 18 14a6 6 0 0 1-12 0c0-3.1 2-4.9 3-7.2.3 2 1 3 2.2 3.4C12.4 7.6 11.7 5 12.6 2z",
  car: "M5.4 8.2A2 2 0 0 1 7.3 7h9.4a2 2 0 0 1 1.9 1.2L20.5 13v6h-3v-2h-11v2h-3v-6zM7 9.2 6 12.4h12l-1-3.2zM6.6 14a1.1 1.1 0 1 0 .01 0zM17.4 14a1.1 1.1 0 1 0 .01 0z",
  heart: "M12 20.5C5.2 15 3 11.4 3 8.1A4.6 4.6 0 0 1 12 6.3a4.6 4.6 0 0 1 9 1.8c0 3.3-2.2 6.9-9 12.4z",
  cross: "M9.2 3.5h5.6v5.7h5.7v5.6h-5.7v5.7H9.2v-5.7H3.5V9.2h5.7z",
  shield: "M12 2.5l7.5 2.8v6c0 4.7-3.2 8.6-7.5 10.2-4.3-1.6-7.5-5.5-7.5-10.2v-6zM11 7v6h2V7zm0 8v2h2v-2z",
  mark: "M10.3 3h3.4l-.7 11h-2zM10.4 16.6h3.2V20h-3.2z",
  ring: "M12 3a9 9 0 1 0 .01 0zM12 8.2a3.8 3.8 0 1 1-.01 0z",
  slope: "M2 20 9.5 5l4.2 7.4L16 9l6 11z",
  waves: "M2.5 8.2c2.4-2.4 4.7-2.4 7.1 0s4.8 2.4 7.2 0c1.2-1.2 2.9-1.8 4.7-1v2.6c-1.5-.5-2.4-.2-3.4.8-2.9 2.6-6.6 2.6-9.6 0-2-1.8-3.4-1.8-6 .6zM2.5 15.2c2.4-2.4 4.7-2.4 7.1 0s4.8 2.4 7.2 0c1.2-1.2 2.9-1.8 4.7-1v2.6c-1.5-.5-2.4-.2-3.4.8-2.9 2.6-6.6 2.6-9.6 0-2-1.8-3.4-1.8-6 .6z",
  tower: "M6 3h12v18h-4.5v-4h-3v4H6zM8.5 6v2.2h2.2V6zm4.8 0v2.2h2.2V6zm-4.8 4.4v2.2h2.2v-2.2zm4.8 0v2.2h2.2v-2.2z",
  cloud: "M7 18.5a4.3 4.3 0 0 1-.5-8.6A5.4 5.4 0 0 1 17 8.8a4.9 4.9 0 0 1 .2 9.7z",
  people: "M12 4.2a2.6 2.6 0 1 0 .01 0zM7.6 20v-6.2a4.4 4.4 0 0 1 8.8 0V20z",
  bolt: "M13.5 2 5 13.5h5.2L9 22l9-12.2h-5.4z",
};

const BY_KIND = {
  dwelling_fire: "flame", road_crash: "car", cardiac_arrest: "heart", illness: "cross", crime: "shield", disorder: "people",
  help_request: "ring", slide: "slope", flash_flood: "waves", shaking_building: "tower", gas_leak: "cloud",
};
const BY_WORD = [["fire", "flame"], ["crash", "car"], ["flood", "waves"], ["water", "waves"], ["slide", "slope"], ["gas", "cloud"], ["chem", "cloud"], ["hazmat", "cloud"], ["crush", "people"], ["crowd", "people"], ["build", "tower"], ["collapse", "tower"], ["power", "bolt"], ["storm", "bolt"], ["tunnel", "car"]];

const made = new Map();

export function glyphOf(kind) {
  const name = BY_KIND[kind] ?? BY_WORD.find(([word]) => kind.includes(word))?.[1] ?? "mark";
  if (!made.has(name)) made.set(name, new Path2D(PATHS[name]));
  return made.get(name);
}

export function glyph(g, kind, x, y, px, colour) {
  g.save();
  g.translate(x - px / 2, y - px / 2);
  g.scale(px / 24, px / 24);
  g.fillStyle = colour;
  g.fill(glyphOf(kind), "evenodd");
  g.restore();
}
