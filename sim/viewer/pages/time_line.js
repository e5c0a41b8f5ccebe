// A time line: what has been, the present moment as a knob, and landmarks over it. It asks for a time when the knob is
// let go, or a while after the last key; while somebody has hold of the knob, news does not move it.
const STEPS = { ArrowLeft: -60, ArrowDown: -60, ArrowRight: 60, ArrowUp: 60, PageUp: 900, PageDown: -900 };
const REST_MS = 450;    // after the last key
const SCRUB_MS = 150;   // between two moments of a drag, where the page follows at once
const PATIENCE_MS = 20000;  // for an answer
const GRID = [300, 600, 900, 1800, 3600, 7200, 14400, 28800];
const NEAR_PX = 13;
const ORDER = ["refused", "incident", "parted", "note", "done", "planned"];
const SHAPES = {
  done: "M6 1a5 5 0 1 0 .01 0z", planned: "M6 1a5 5 0 1 0 .01 0z", refused: "M2 2L10 10M10 2L2 10",
  incident: "M6 0L12 6L6 12L0 6z", note: "M2 12V1h8l-2 3l2 3H3.5", parted: "M2 12V7L10 1M2 7V0",
};

function clock(s) {
  const two = (n) => String(n).padStart(2, "0"), day = ((s % 86400) + 86400) % 86400;
  return `${two(Math.floor(day / 3600))}:${two(Math.floor(day / 60) % 60)}:${two(Math.floor(day % 60))}`;
}

function made(name, parent, className) {
  const one = document.createElement(name);
  one.className = className;
  parent.append(one);
  return one;
}

function render({ model, el }) {
  const line = made("div", el, "lt-line"), marks = made("div", line, "lt-marks"), track = made("div", line, "lt-track");
  const lived = made("div", track, "lt-lived"), knob = made("input", track, "lt-knob"), at = made("output", track, "lt-at");
  const grid = made("div", line, "lt-grid");
  grid.setAttribute("aria-hidden", "true");
  Object.assign(knob, { type: "range", min: 0, step: 1 });
  const get = (name) => model.get(name), share = (t) => Math.min(1, Math.max(0, t / Math.max(1, get("end"))));
  let held = "", timer = 0, told = -1;   // held: by nobody, "pointer", "keys", or "asked": the answer is not there yet

  const tell = () => {
    const t = Number(knob.value);
    knob.setAttribute("aria-valuetext", clock(get("start_s") + t));
    at.textContent = clock(get("start_s") + t);
    at.style.left = `${share(t) * 100}%`;
    at.hidden = held !== "pointer" && held !== "keys";
  };
  const follow = () => {
    knob.max = get("end");
    knob.disabled = get("off");
    knob.setAttribute("aria-label", get("label"));
    lived.style.width = `${share(get("reached")) * 100}%`;
    if (get("off")) held = "";
    if (!held) knob.value = get("now");
    tell();
  };
  const ask = () => {
    clearTimeout(timer);
    const to = Number(knob.value);
    held = "asked";
    tell();
    if (to === get("now") && told < 0) return release();
    told = -1;
    timer = setTimeout(release, PATIENCE_MS);
    model.send({ to });
  };
  const release = () => { clearTimeout(timer); held = ""; told = -1; follow(); };
  const place = (one, t) => { one.style.left = `${share(t) * 100}%`; return one; };
  const together = () => {   // what would lie one over the other is one mark, with the shape of what matters most
    const found = [], near = NEAR_PX / Math.max(1, marks.clientWidth);
    for (const [t, sort, title] of get("marks")) {
      const text = `${clock(get("start_s") + t)} ${title}`, last = found.at(-1);
      if (last && share(t) - share(last.t) < near) {
        last.texts.push(text);
        if (ORDER.indexOf(sort) < ORDER.indexOf(last.sort)) last.sort = sort;
      } else found.push({ t, sort, texts: [text] });
    }
    return found;
  };
  const drawMarks = () => {
    marks.replaceChildren();
    for (const { t, sort, texts } of together()) {
      const one = place(made("span", marks, `lt-mark is-${sort}`), t);
      one.title = texts.join("\n");
      if (texts.length > 1) one.dataset.count = texts.length;
      one.setAttribute("role", "img");
      one.setAttribute("aria-label", one.title);
      one.innerHTML = '<svg viewBox="-1 -1 14 14" aria-hidden="true"><path/></svg>';
      one.querySelector("path").setAttribute("d", SHAPES[sort] || SHAPES.note);
    }
  };
  const drawGrid = () => {
    grid.replaceChildren();
    const end = get("end"), start = get("start_s"), most = Math.max(2, Math.floor((line.clientWidth || 900) / 90));
    const step = GRID.find((one) => end / one <= most) || 43200;
    for (let t = Math.ceil(start / step) * step - start; t <= end; t += step) {
      place(made("span", grid, "lt-hour"), t).textContent = clock(start + t).slice(0, 5);
    }
  };

  knob.addEventListener("pointerdown", () => { if (!knob.disabled) { clearTimeout(timer); held = "pointer"; tell(); } });
  knob.addEventListener("pointercancel", release);
  knob.addEventListener("input", () => {
    held = held || "pointer";
    tell();
    const now = performance.now();
    if (get("scrubs") && held === "pointer" && now - told > SCRUB_MS) { told = now; model.send({ to: Number(knob.value) }); }
  });
  knob.addEventListener("change", () => { if (held === "pointer") ask(); });
  knob.addEventListener("pointerup", () => setTimeout(() => { if (held === "pointer") release(); }));
  knob.addEventListener("keydown", (e) => {
    if (knob.disabled || e.ctrlKey || e.metaKey || e.altKey) return;
    const ends = { Home: 0, End: get("end") };
    if (e.key === "Escape" && (held === "keys" || held === "pointer")) { release(); return knob.blur(); }  // let go first: leaving the knob asks
    if (e.key === "Enter" && held === "keys") return ask();
    if (!(e.key in STEPS) && !(e.key in ends)) return;
    e.preventDefault();
    held = "keys";
    knob.value = e.key in ends ? ends[e.key] : Number(knob.value) + STEPS[e.key];
    tell();
    clearTimeout(timer);
    timer = setTimeout(ask, REST_MS);
  });
  knob.addEventListener("blur", () => { if (held === "keys") ask(); });

  model.on("msg:custom", (said) => {
    if (!said || !said.answered || held !== "asked") return;
    held = "";
    if (Number.isInteger(said.now)) model.set("now", said.now);  // before the page has been drawn anew
    release();
  });
  for (const name of ["now", "reached", "end", "off", "label", "start_s"]) model.on(`change:${name}`, follow);
  model.on("change:marks", drawMarks);
  for (const name of ["end", "start_s"]) model.on(`change:${name}`, () => { drawMarks(); drawGrid(); });
  const sized = new ResizeObserver(() => { drawMarks(); drawGrid(); });
  sized.observe(line);
  follow(); drawMarks(); drawGrid();
  return () => { clearTimeout(timer); sized.disconnect(); };
}
export default { render };
