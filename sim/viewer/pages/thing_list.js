// Tables of things: a button in a row says which one is meant. Rows are kept by their keys, so that what has the focus, or
// is just being pressed, stays where it is when the news comes.
function made(name, parent, className = "") {
  const one = document.createElement(name);
  if (className) one.className = className;
  parent.append(one);
  return one;
}

const put = (one, text) => { if (one.textContent !== text) one.textContent = text; };

function render({ model, el }) {
  const root = made("div", el, "tl-root"), groups = new Map();

  const group = (given) => {
    let one = groups.get(given.id);
    if (one) return one;
    const table = made("table", root, "ld-table tl-table");
    one = { table, caption: made("caption", table), head: made("tr", made("thead", table)), body: made("tbody", table), rows: new Map() };
    groups.set(given.id, one);
    return one;
  };

  const row = (one, given) => {
    let tr = one.rows.get(given.key);
    if (!tr) {
      tr = document.createElement("tr");
      one.rows.set(given.key, tr);
    }
    given.cells.forEach((text, i) => {
      const cell = tr.cells[i] || made("td", tr), isButton = given.can && i === given.at;
      if (!isButton) return put(cell, text);
      const button = cell.firstElementChild || made("button", cell, "tl-button");
      button.type = "button";
      button.dataset.key = given.key;
      if (given.says) button.title = given.says;
      if (given.says && !text.trim().match(/\p{L}/u)) button.setAttribute("aria-label", given.says);
      put(button, text);
    });
    tr.className = given.key === model.get("chosen") ? "is-here" : given.look || "";
    if (given.key === model.get("chosen")) tr.setAttribute("aria-current", "true"); else tr.removeAttribute("aria-current");
    return tr;
  };

  const draw = () => {
    const wanted = model.get("groups"), kept = new Set(wanted.map((one) => one.id));
    for (const [id, one] of groups) if (!kept.has(id)) { one.table.remove(); groups.delete(id); }
    wanted.forEach((given, place) => {
      const one = group(given);
      if (root.children[place] !== one.table) root.insertBefore(one.table, root.children[place] || null);
      put(one.caption, given.title);
      one.caption.hidden = !given.title;
      given.heads.forEach((text, i) => { const th = one.head.cells[i] || made("th", one.head); th.scope = "col"; put(th, text); });
      const keys = new Set(given.rows.map((each) => each.key));
      for (const [key, tr] of one.rows) if (!keys.has(key)) { tr.remove(); one.rows.delete(key); }
      given.rows.forEach((each, i) => {
        const tr = row(one, each);
        if (one.body.children[i] !== tr) one.body.insertBefore(tr, one.body.children[i] || null);
      });
    });
  };

  root.addEventListener("click", (e) => {
    const key = e.target.closest?.("[data-key]")?.dataset.key;
    if (key) model.send({ key });
  });
  model.on("change:groups", draw);
  model.on("change:chosen", draw);
  draw();
  return () => { model.off("change:groups", draw); model.off("change:chosen", draw); };
}
export default { render };
