// What people without a mouse, or with weak eyes, meet on a page; tests/access.py asks.
({
  // How many texts there are, and those that stand out too little from what lies behind them (WCAG 2.2, 1.4.3).
  contrasts: () => {
  const number = (text) => {
    const parts = (text.match(/[\d.]+(e-?\d+)?/g) || []).map(Number), unit = text.startsWith("color(") ? 255 : 1;
    return parts.length < 3 ? [0, 0, 0, 0] : [parts[0] * unit, parts[1] * unit, parts[2] * unit, parts[3] ?? 1];
  };
  const over = (top, under) => [0, 1, 2].map((k) => top[k] * top[3] + under[k] * (1 - top[3]));
  const light = (c) => {
    const [r, g, b] = c.slice(0, 3).map((v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => { const [low, high] = [light(a), light(b)].sort((x, y) => x - y); return (high + 0.05) / (low + 0.05); };
  const isShown = (one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  // What lies behind: grounds of all elements around, from the page up, each as transparent as it is.
  const ground = (one) => {
    const around = [];
    for (let e = one; e; e = e.parentElement) around.unshift(e);
    let colour = [255, 255, 255];
    for (const e of around) {
      const style = getComputedStyle(e);
      colour = over(number(style.backgroundColor), colour);
    }
    return colour;
  };
  // In a drawing: the last shape before the words that lies under their middle.
  const drawn = (one, colour) => {
    const svg = one.closest("svg"), box = one.getBoundingClientRect(), x = box.x + box.width / 2, y = box.y + box.height / 2;
    for (const shape of svg.querySelectorAll("rect, circle, path")) {
      if (one.compareDocumentPosition(shape) & Node.DOCUMENT_POSITION_FOLLOWING) break;
      const style = getComputedStyle(shape), at = shape.getBoundingClientRect();
      if (style.fill === "none" || x < at.left || x > at.right || y < at.top || y > at.bottom) continue;
      const fill = number(style.fill);
      fill[3] *= Number(style.opacity) * Number(style.fillOpacity);
      colour = over(fill, colour);
    }
    return colour;
  };
  const found = [];
  const look = (one, text, style) => {
    if (!text.trim() || !isShown(one) || one.closest(":disabled, [aria-disabled=true], .v-input--is-disabled")) return;
    const box = one.getBoundingClientRect();
    if (box.width < 2 || box.height < 2 || style.clipPath === "inset(50%)") return;
    const isDrawn = one instanceof SVGElement;
    let behind = ground(isDrawn ? one.closest("svg").parentElement : one);
    if (isDrawn) behind = drawn(one, behind);
    const words = number(isDrawn ? style.fill : style.color);
    for (let e = one; e; e = e.parentElement) words[3] *= Number(getComputedStyle(e).opacity);
    const px = parseFloat(style.fontSize), isLarge = px >= 24 || (px >= 18.66 && Number(style.fontWeight) >= 700);
    const got = ratio(over(words, behind), behind);
    if (got < (isLarge ? 3 : 4.5)) found.push(`${got.toFixed(2)} ${text.trim().slice(0, 40)} <${one.tagName.toLowerCase()} class="${one.getAttribute("class") || ""}"> ${words.map(Math.round)} on ${behind.map(Math.round)}`);
  };
  let many = 0;
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const one = node.parentElement;
    if (["SCRIPT", "STYLE", "NOSCRIPT", "TITLE"].includes(one.tagName)) continue;
    if (node.data.trim()) many += 1;
    look(one, node.data, getComputedStyle(one));
  }
  for (const one of document.querySelectorAll("input, textarea")) {
    if (["checkbox", "radio", "range", "file"].includes(one.type)) continue;
    if (one.value) look(one, one.value, getComputedStyle(one));
    else if (one.placeholder) look(one, one.placeholder, getComputedStyle(one, "::placeholder"));
  }
  return [many, [...new Set(found)].sort((a, b) => parseFloat(a) - parseFloat(b))];
},

  // Numbers what a keyboard has to reach, and returns how many there are.
  number: () => {
  const isThere = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled
    && !one.closest("[aria-hidden=true], [inert], :disabled, [aria-disabled=true]") && one.type !== "hidden"
    && !(one.getAttribute("tabindex") === "-1" && !one.matches("button, a[href], input, select, textarea, summary"));
  let number = 0;
  for (const one of document.querySelectorAll("[data-stop]")) delete one.dataset.stop;
  for (const one of document.querySelectorAll(`button, a[href], input, select, textarea, summary, [role=button], [role=slider], [role=application], [role=combobox], [role=checkbox], [role=switch], [role=tab], [tabindex]`)) if (isThere(one)) one.dataset.stop = ++number;
  return number;
},

  // What has the focus, and whether one sees that it has.
  focus: () => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const paints = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const edge = (style) => style.content !== "none" && style.content !== "normal" && parseFloat(style.borderTopWidth) >= 2;
  const box = one.getBoundingClientRect(), own = getComputedStyle(one);
  const isSeen = Number(own.opacity) > 0.1 && box.width > 2 && box.height > 2;
  const around = one.closest(".ld-field, .v-input, .ld-upload, .v-input--selection-controls");
  const rings = [isSeen && paints(own), isSeen && edge(getComputedStyle(one, "::before")),
    around && paints(getComputedStyle(around)),
    around && [...around.querySelectorAll(".v-input__slot, .v-input--selection-controls__input")].some((e) => paints(getComputedStyle(e)))];
  const near = one.dataset.stop ? one : one.querySelector("[data-stop]") || one.closest("[data-stop]");
  return { stop: Number(near?.dataset.stop || 0), isRinged: rings.some(Boolean), tag: one.tagName.toLowerCase(),
    about: `<${one.tagName.toLowerCase()} ${one.type || ""} class="${one.className}"> ${(one.innerText || one.value || "").slice(0, 40)}`,
    isMap: one.classList.contains("cm-root"), isLine: one.classList.contains("lt-knob") };
},

  // What was numbered and never had the focus: neither itself, nor what is in it, nor what it is a part of.
  unreached: (seen) => [...document.querySelectorAll("[data-stop]")].filter((one) => {
  if (seen.includes(Number(one.dataset.stop))) return false;
  const inside = [...one.querySelectorAll("[data-stop]")].map((e) => Number(e.dataset.stop));
  if (inside.some((n) => seen.includes(n))) return false;
  const around = one.parentElement.closest("[data-stop]");
  return !(around && seen.includes(Number(around.dataset.stop)) && !around.matches("[role=application]"));
}).map((one) => `<${one.tagName.toLowerCase()} class="${one.className}"> ${(one.innerText || "").slice(0, 40)}`),
})
