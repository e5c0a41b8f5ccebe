// Buttons, legend, search, scale and the line of words over the map: plain elements, so that keys and readers reach them.

import { clockText } from "./clock.js";
import { unitIcon } from "./symbols.js";
import { SERVICES } from "./theme.js";
import { legendIcon } from "./legend.js";

export const LAYERS = ["people", "units", "incidents", "cases", "beliefs", "zones", "warnings", "rumours", "closures", "messages", "facilities", "names"];

export function make(tag, attributes = {}, ...inside) {
  const one = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) one[name] = value;
    else if (value !== undefined && value !== false) one.setAttribute(name, value === true ? "" : value);
  }
  one.append(...inside);
  return one;
}

export class Controls {
  constructor(root, act) {
    this.act = act;
    this.head = make("div", { class: "cm-head" });
    this.title = make("span", { class: "cm-lens" });
    this.time = make("span", { class: "cm-time" });
    this.followed = make("button", { class: "cm-follow", type: "button", hidden: true, onclick: () => act.follow("") });
    this.head.append(this.title, this.time, this.followed);
    this.buttons = make("div", { class: "cm-buttons" });
    this.legend = make("div", { class: "cm-legend", hidden: true });
    this.search = make("div", { class: "cm-search", role: "search" });
    this.scale = make("div", { class: "cm-scale", "aria-hidden": "true" }, make("i"), make("span"));
    this.credit = make("div", { class: "cm-credit" });
    this.tip = make("div", { class: "cm-tip", hidden: true, "aria-hidden": "true" });
    this.live = make("div", { class: "cm-live", "aria-live": "polite" });
    root.append(this.search, this.head, this.buttons, this.legend, this.scale, this.credit, this.tip, this.live);
  }

  // Everything that has words on it is made anew when the language changes.
  say(words, ground) {
    this.words = words;
    const button = (key, sign, act, more = {}) => make("button", { type: "button", title: words.say(key), "aria-label": words.say(key), onclick: act, ...more }, sign);
    this.legendButton = button("legend", "☰", () => this.toggleLegend(), { "aria-expanded": "false" });
    const north = make("div", { class: "cm-north", title: words.say("north"), role: "img", "aria-label": words.say("north") }, make("b"), make("span", {}, words.say("north_letter")));
    this.buttons.replaceChildren(north, button("zoom_in", "+", () => this.act.zoom(1.5)), button("zoom_out", "−", () => this.act.zoom(1 / 1.5)), button("whole_map", "⤢", () => this.act.fit()), this.legendButton);
    this.credit.textContent = words.say("credit");
    this.fillSearch(words);
  }

  toggleLegend(force) {
    this.legend.hidden = force === undefined ? !this.legend.hidden : !force;
    this.legendButton.setAttribute("aria-expanded", String(!this.legend.hidden));
  }

  fillLegend(layers, themeName, services, sort) {
    const { words } = this, rows = [];
    for (const name of LAYERS) {
      if (sort !== "truth" && ["beliefs", "people", "incidents", "zones"].includes(name)) continue;
      const sign = make("canvas", { width: 44, height: 44, "aria-hidden": "true" });
      legendIcon(sign.getContext("2d"), name, themeName);
      const box = make("input", { type: "checkbox", checked: !!layers[name], onchange: (e) => this.act.layer(name, e.target.checked) });
      box.checked = !!layers[name];
      rows.push(make("label", { class: "cm-row" }, box, sign, make("span", {}, words.say(`layer_${name}`))));
    }
    const key = make("div", { class: "cm-key" });
    for (const name of Object.keys(SERVICES)) {
      if (services.size && !services.has(name)) continue;
      const sign = make("canvas", { width: 44, height: 44, "aria-hidden": "true" }), g = sign.getContext("2d");
      g.scale(2, 2);
      unitIcon(g, name, "filled", 11, 11, 7.5, themeName);
      key.append(make("span", {}, sign, words.of("service", name)));
    }
    const notes = ["key_status", sort === "truth" ? "key_truth" : "key_belief"].map((one) => make("p", {}, words.say(one)));
    this.legend.replaceChildren(make("h4", {}, words.say("legend")), ...rows, make("h4", {}, words.say("services")), key, ...notes);
  }

  // --- search

  fillSearch(words) {
    const list = make("ul", { role: "listbox", id: `cm-found-${Math.floor(performance.now() * 1000)}`, hidden: true });
    const field = make("input", {
      type: "search", placeholder: words.say("search"), "aria-label": words.say("search"), autocomplete: "off", role: "combobox", "aria-expanded": "false", "aria-controls": list.id,
      oninput: () => this.look(field.value), onkeydown: (e) => this.searchKey(e), onblur: () => setTimeout(() => { list.hidden = true; }, 180),
    });
    this.field = field;
    this.found = list;
    this.search.replaceChildren(field, list);
  }

  look(text) {
    const rows = text.trim() ? this.act.find(text.trim().toLowerCase()) : [];
    this.rows = rows;
    this.chosen = rows.length ? 0 : -1;
    this.found.replaceChildren(...rows.map((row, i) => make("li", { role: "option", id: `${this.found.id}-${i}`, onpointerdown: () => this.take(i) }, make("b", {}, row.shown), make("span", {}, row.what))));
    if (text.trim() && !rows.length) this.found.append(make("li", { class: "cm-none" }, this.words.say("nothing_found")));
    this.found.hidden = !text.trim();
    this.field.setAttribute("aria-expanded", String(!this.found.hidden));
    this.mark();
  }

  mark() {
    [...this.found.children].forEach((row, i) => row.setAttribute("aria-selected", String(i === this.chosen)));
    if (this.chosen >= 0) this.field.setAttribute("aria-activedescendant", `${this.found.id}-${this.chosen}`);
  }

  searchKey(e) {
    const n = this.rows?.length ?? 0;
    if (e.key === "ArrowDown" && n) this.chosen = (this.chosen + 1) % n;
    else if (e.key === "ArrowUp" && n) this.chosen = (this.chosen + n - 1) % n;
    else if (e.key === "Enter" && this.chosen >= 0) this.take(this.chosen);
    else if (e.key === "Escape") { this.field.value = ""; this.look(""); }
    else { e.stopPropagation(); return; }
    e.preventDefault();
    e.stopPropagation();
    this.mark();
  }

  take(i) {
    const row = this.rows[i];
    this.field.value = "";
    this.look("");
    this.act.goto(row);
  }

  // --- what changes with every picture

  tell({ title, seconds, left }) {
    if (this.title.textContent !== title) this.title.textContent = title;
    const text = clockText(seconds) + (left ? ` · ${this.words.say("arcs_left_out", { n: left })}` : "");
    if (this.time.textContent !== text) this.time.textContent = text;
  }

  showScale(metresPerPixel) {
    const wanted = 110 * metresPerPixel, power = 10 ** Math.floor(Math.log10(wanted)), step = [5, 2, 1].find((n) => n * power <= wanted) * power;
    this.scale.firstChild.style.width = `${step / metresPerPixel}px`;
    this.scale.lastChild.textContent = step >= 1000 ? this.words.say("scale_km", { n: step / 1000 }) : this.words.say("scale_m", { n: step });
  }

  showTip(text, x, y, W) {
    this.tip.hidden = !text;
    if (!text) return;
    this.tip.textContent = text;
    this.tip.style.transform = `translate(${x > W * 0.6 ? `calc(${x - 12}px - 100%)` : `${x + 14}px`}, ${y + 14}px)`;
  }

  announce(text) { this.live.textContent = text; }

  showFollowed(name) {
    this.followed.hidden = !name;
    if (name) this.followed.textContent = this.words.say("following", { name });
  }
}
