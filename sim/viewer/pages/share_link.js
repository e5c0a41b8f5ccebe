// The whole address of a page, to be handed on: only the browser knows by which name this server is reached.
function render({ model, el }) {
  const root = document.createElement("div"), field = document.createElement("input"), button = document.createElement("button");
  const hint = document.createElement("div"), said = document.createElement("span");
  root.className = "sl-root";
  field.className = "lx-copy";
  field.readOnly = true;
  button.type = "button";
  button.className = "sl-copy do-copy";
  hint.className = "ld-muted sl-hint";
  said.setAttribute("role", "status");
  said.className = "sl-said";
  root.append(field, button, said, hint);
  el.append(root);
  const draw = () => {
    const words = model.get("words");
    field.value = location.origin + model.get("way");
    field.setAttribute("aria-label", words.label);
    button.textContent = words.copy;
    hint.textContent = ["127.0.0.1", "localhost", "[::1]"].includes(location.hostname) ? words.local : "";
  };
  const copied = (isDone) => {
    said.textContent = isDone ? model.get("words").copied : model.get("words").by_hand;
    setTimeout(() => { said.textContent = ""; }, 4000);
  };
  button.addEventListener("click", async () => {
    field.select();
    try { await navigator.clipboard.writeText(field.value); copied(true); } catch { copied(document.execCommand("copy")); }
  });
  field.addEventListener("focus", () => field.select());
  model.on("change:way", draw);
  model.on("change:words", draw);
  draw();
}
export default { render };
