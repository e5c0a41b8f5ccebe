// The map of a city: takes packets from Python, draws them, and says what was clicked. No network, no build, no library.

import { Controls, LAYERS, make } from "./controls.js";
import { Ground } from "./ground.js";
import { Input } from "./input.js";
import { statusOf, unitPlace } from "./movers.js";
import { find, Painter } from "./painter.js";
import { People } from "./people.js";
import { pick, pickFacility, steps } from "./pick.js";
import { unpack } from "./protocol.js";
import { Scene } from "./scene.js";
import { FACILITIES } from "./symbols.js";
import { THEMES } from "./theme.js";
import { link, View } from "./view.js";
import { told, Words } from "./words.js";

const FOLLOW_SCALE = 0.12;
const keyOf = (thing) => (thing ? `${thing.sort} ${thing.id}` : "");

class CityMap {
  constructor(model, el) {
    this.model = model;
    this.root = make("div", { class: "cm-root", tabindex: "0", role: "application" });
    this.ground = new Ground(model.get("ground"));
    this.view = new View(this.ground.box);
    this.unlink = link(this.view, model.get("link"));
    this.painter = new Painter(this.ground, this.view);
    this.scene = new Scene(this.ground.box, this.ground.steps);
    this.state = { scene: this.scene, people: null, layers: {}, lang: "en", hovered: "", focused: "", selected: "", still: matchMedia("(prefers-reduced-motion: reduce)").matches };
    this.root.append(this.painter.element);
    this.controls = new Controls(this.root, this.acts());
    this.input = new Input(this.root, this.view, this.acts());
    this.isDirty = true;
    this.isAlive = true;
    el.append(this.root);
    this.watch();
    for (const name of ["theme", "words", "layers", "mode", "selected", "followed", "people", "height", "label"]) this.changed(name);
    this.sizes = new ResizeObserver(() => this.resize());
    this.sizes.observe(this.root);
    model.send({ type: "hello" });
    this.loop = this.loop.bind(this);
    requestAnimationFrame(this.loop);
  }

  // --- what Python says

  watch() {
    this.onMessage = (content, buffers) => this.take(content, buffers);
    this.model.on("msg:custom", this.onMessage);
    for (const name of ["theme", "words", "layers", "mode", "selected", "followed", "people", "height", "label"]) this.model.on(`change:${name}`, () => this.changed(name));
  }

  take(content, buffers) {
    if (content.type === "frame") {
      const packet = unpack(buffers[0]);
      this.scene.take(packet, performance.now());
      if (packet.text.full) this.isLegendOld = true;
      this.isDirty = true;
      if (content.sent_ms) this.note(performance.timeOrigin + performance.now() - content.sent_ms);
      this.model.send({ type: "ack", serial: packet.serial });
    } else if (content.type === "fly") this.fly(content.x, content.y, content.scale);
  }

  // Ms from Python to here, of the last frames (the clocks are the same where the browser is on the server's computer).
  note(latency) {
    const kept = this.painter.stat.latency_ms;
    kept.push(latency);
    if (kept.length > 200) kept.shift();
  }

  changed(name) {
    const value = this.model.get(name), { painter, state } = this;
    this.isDirty = true;
    if (name === "theme") {
      this.theme = THEMES[value] ?? THEMES.dark;
      painter.setTheme(this.theme);
      this.root.dataset.theme = this.theme.name;
      this.isLegendOld = true;
    } else if (name === "words") {
      this.words = new Words(value);
      this.words.lang = state.lang = value.lang === "zh" ? "zh" : "en";
      state.words = (key, values) => this.words.say(key, values);
      state.kind = (kind) => this.words.of("kind", kind);
      this.controls.say(this.words, this.ground);
      painter.forgetGround();
      this.isLegendOld = true;
    } else if (name === "layers") {
      state.layers = { ...Object.fromEntries(LAYERS.map((one) => [one, one !== "beliefs"])), ...value };
      painter.forgetGround();
      this.isLegendOld = true;
    } else if (name === "people") state.people = value && value.byteLength ? new People(value, this.ground) : null;
    else if (name === "mode") this.root.dataset.mode = value;
    else if (name === "selected") state.selected = value;
    else if (name === "followed") { this.followed = value; this.controls.showFollowed(this.scene.nameOf(value)); if (value && this.view.at.scale < FOLLOW_SCALE) this.view.at.scale = FOLLOW_SCALE; }
    else if (name === "height") this.root.style.height = value;
    else if (name === "label") this.root.setAttribute("aria-label", `${value} ${this.words.say("keys")}`);
  }

  // --- what the user does

  acts() {
    return {
      zoom: (factor) => this.view.zoom(factor), fit: () => this.view.fit(), moved: () => this.moved(), hover: (at) => this.hover(at), click: (x, y) => this.click(x, y),
      step: (by) => this.step(by), enter: () => this.enter(), escape: () => this.escape(), follow: (name) => this.follow(name), followFocused: () => this.followFocused(),
      search: () => this.controls.field.focus(), legend: () => this.controls.toggleLegend(), layer: (name, isOn) => this.layer(name, isOn),
      find: (text) => this.find(text), goto: (row) => this.goto(row),
    };
  }

  send(type, thing, x, y) {
    const [lon, lat] = this.ground.degrees(x, y), round = (value, k) => Math.round(value * k) / k;
    this.model.send({ type, mode: this.model.get("mode"), sort: thing?.sort ?? "", id: thing?.id ?? "", lon: round(lon, 1e6), lat: round(lat, 1e6), x: round(x, 10), y: round(y, 10) });
  }

  under(px, py) {
    const hit = pick(this.painter.hits, px, py), facility = this.state.layers.facilities && pickFacility(this.ground, this.view, px, py, FACILITIES);
    if (hit && hit.rank < 9) return hit.mark;
    return facility || hit?.mark || null;
  }

  click(px, py) {
    const began = performance.now(), thing = this.under(px, py);
    this.painter.stat.pick_ms = performance.now() - began;
    this.send("click", thing, this.view.metresX(px), this.view.metresY(py));
  }

  hover(at) {
    const thing = at && this.under(...at), key = keyOf(thing);
    if (at) this.controls.showTip(thing ? this.say(thing) : "", at[0], at[1], this.view.W);
    else this.controls.showTip("");
    if (key !== this.state.hovered) { this.state.hovered = key; this.isDirty = true; }
    this.root.dataset.over = thing ? "thing" : "";
  }

  say(thing) {
    const t = this.scene.clock.shown(performance.now());
    return told(this.words, this.scene, thing, t, thing.sort === "unit" ? statusOf(thing, t) : "");
  }

  moved() { if (this.followed) this.follow(""); }

  step(by) {
    const keys = steps(this.painter.hits, this.view), at = keys.indexOf(this.state.focused), next = at < 0 ? (by > 0 ? 0 : keys.length - 1) : at + by;
    const key = keys[next];
    this.state.focused = key ?? "";
    this.isDirty = true;
    if (key) this.controls.announce(this.say(find(this.scene, key, this.ground)));
  }

  enter() {
    const thing = this.state.focused && find(this.scene, this.state.focused, this.ground);
    if (thing && this.model.get("mode") === "pick") this.send("click", thing, ...this.placeOf(thing));
    else this.send("click", null, this.view.at.cx, this.view.at.cy);
  }

  escape() {
    this.state.focused = "";
    this.follow("");
    this.isDirty = true;
    this.send("escape", null, this.view.at.cx, this.view.at.cy);
  }

  placeOf(thing) { return thing.sort === "unit" ? unitPlace(thing, this.scene.clock.shown(performance.now())) : [thing.x, thing.y]; }

  follow(name) {
    if (name === this.followed) return;
    this.followed = name;
    this.model.set("followed", name);
    this.model.save_changes();
    this.controls.showFollowed(this.scene.nameOf(name));
  }

  followFocused() {
    const key = this.state.focused || this.state.selected || "";
    if (key.startsWith("unit ")) this.follow(key.slice(5));
  }

  layer(name, isOn) {
    this.model.set("layers", { ...this.model.get("layers"), [name]: isOn });
    this.model.save_changes();
  }

  find(text) {
    this.places ??= this.ground.places();
    const found = [], add = (shown, what, more) => { if (found.length < 12) found.push({ shown, what, ...more }); };
    const fits = (name) => name && name.toLowerCase().includes(text);
    for (const sort of ["incident", "case"]) for (const mark of this.scene.all(sort).values()) if (fits(mark.id) || fits(this.words.of("kind", mark.kind))) add(mark.id, this.words.of("kind", mark.kind), { thing: mark });
    for (const unit of this.scene.units) if (unit && !unit.isGone && (fits(unit.id) || fits(this.scene.nameOf(unit.id)))) add(this.scene.nameOf(unit.id), this.words.of("service", unit.service), { thing: unit });
    const rank = ([name, zh]) => (name.toLowerCase().startsWith(text) || (zh && zh.startsWith(text)) ? 0 : 1);
    for (const [name, zh, kind, x, y] of this.places.filter(([a, b]) => fits(a) || fits(b)).sort((a, b) => rank(a) - rank(b))) {
      const other = this.state.lang === "zh" ? name : zh, isArea = ["district", "subdistrict", "road", "landmark"].includes(kind);
      const thing = { sort: isArea ? "place" : "facility", id: name, x, y };
      add(this.ground.called([name, zh], this.state.lang), [this.words.of("facility", kind), other].filter(Boolean).join(" · "), { thing, scale: kind === "district" ? 0.04 : kind === "subdistrict" ? 0.1 : 0.25 });
    }
    return found;
  }

  goto({ thing, scale }) {
    const [x, y] = this.placeOf(thing);
    this.fly(x, y, scale ?? Math.max(0.2, this.view.at.scale));
    this.send("click", thing, x, y);
    this.root.focus();
  }

  // Glides to a place; at once for who does not want motion.
  fly(x, y, scale) {
    const { cx, cy, scale: before } = this.view.at, began = performance.now(), to = scale || before;
    if (this.state.still) { this.view.set(x, y, to); return; }
    const glide = () => {
      const s = Math.min(1, (performance.now() - began) / 450), ease = 1 - (1 - s) ** 3;
      this.view.set(cx + (x - cx) * ease, cy + (y - cy) * ease, before * (to / before) ** ease);
      if (s < 1 && this.isAlive) requestAnimationFrame(glide);
    };
    glide();
  }

  // --- every picture

  resize() {
    const W = this.root.clientWidth, H = this.root.clientHeight;
    if (!W || !H) return; // the page has given it no room yet
    this.view.resize(W, H);
    this.painter.resize();
    this.isDirty = true;
  }

  loop(now) {
    if (!this.isAlive) return;
    requestAnimationFrame(this.loop);
    if (!this.view.W) return;
    if (this.followed) this.keepInSight();
    if (!this.isDirty && this.painter.isIdle(this.scene, now, this.state.still)) return;
    this.isDirty = false;
    this.painter.paint(this.state, now);
    this.controls.showScale(1 / this.view.at.scale);
    const { scene } = this, key = `lens_${scene.sort}`;
    if (scene.serial) this.controls.tell({ title: this.words.say(key, { owner: scene.called.get(scene.lens) ?? this.words.owner(scene.lens, this.ground) }), seconds: scene.startS + scene.clock.shown(now), left: scene.arcsLeftOut });
    if (this.isLegendOld && scene.serial) {
      this.isLegendOld = false;
      this.controls.fillLegend(this.state.layers, this.theme.name, new Set(scene.units.filter(Boolean).map((one) => one.service)), scene.sort);
    }
  }

  keepInSight() {
    const unit = this.scene.byName.get(this.followed);
    if (!unit || !unit.states.length) return;
    const [x, y] = this.placeOf(unit), { at } = this.view;
    if (Math.hypot(x - at.cx, y - at.cy) * at.scale > 0.4) this.view.set(at.cx + (x - at.cx) * 0.2, at.cy + (y - at.cy) * 0.2, at.scale);
  }

  end() {
    this.isAlive = false;
    this.sizes.disconnect();
    this.unlink();
    this.model.off("msg:custom", this.onMessage);
    this.root.remove();
  }
}

function render({ model, el }) {
  const map = new CityMap(model, el);
  (globalThis.__citymaps ??= new Set()).add(map); // for the tests
  return () => { map.end(); globalThis.__citymaps.delete(map); };
}

export default { render };
