// The packet of a map, unpacked: roads, land, names and places; in u16 shares of the box, except where it says metres.

import { unpack } from "./protocol.js";

export class Ground {
  constructor(data) {
    const { text, arrays } = unpack(data);
    Object.assign(this, text);
    const lines = (tag) => ({ points: arrays[`${tag}pts`], starts: arrays[`${tag}sta`], count: arrays[`${tag}sta`].length - 1 });
    this.roadLines = { ...lines("r"), classes: arrays.rcls };
    this.chains = { ...lines("c"), names: arrays.cnam, classes: arrays.ccls };
    this.shores = lines("s");
    this.wilds = lines("k");
    this.borders = lines("b");
    this.classEnds = this.ends(arrays.rcls);
    this.facilityAt = new Map(this.facilities.map((row) => [row[1], [row[3], row[4]]]));
  }

  // Roads come the smallest class first: where each class begins and ends.
  ends(classes) {
    const ranges = {};
    for (let i = 0; i < classes.length; i++) {
      const range = (ranges[classes[i]] ??= [i, i]);
      range[1] = i + 1;
    }
    return ranges;
  }

  // A name in the language of the page; the other one where it has none.
  called(pair, lang) { return lang === "zh" ? pair[1] || pair[0] : pair[0] || pair[1]; }

  degrees(x, y) {
    const metres = 111195.0;
    return [x / (metres * Math.cos((this.lat0 * Math.PI) / 180)) + this.lon0, y / metres + this.lat0];
  }

  // What can be searched for: [shown, other name, sort, x, y].
  places() {
    const found = [];
    for (const [name, zh, x, y] of this.districts) found.push([name, zh, "district", x, y]);
    for (const [name, zh, x, y] of this.subdistricts) found.push([name, zh, "subdistrict", x, y]);
    for (const [kind, name, zh, x, y] of this.facilities) found.push([name, zh, kind, x, y]);
    for (const [name, zh, x, y] of this.landmarks) found.push([name, zh, "landmark", x, y]);
    const seen = new Set(), { points, starts, names } = this.chains, [west, south, east, north] = this.box;
    for (let i = 0; i < this.chains.count; i++) {
      if (seen.has(names[i])) continue;
      seen.add(names[i]);
      const middle = (starts[i] + starts[i + 1]) >> 1, [name, zh] = this.roads[names[i]];
      found.push([name, zh, "road", west + (points[2 * middle] / this.steps) * (east - west), south + (points[2 * middle + 1] / this.steps) * (north - south)]);
    }
    return found;
  }
}
