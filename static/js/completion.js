// input[data-complete]: what may stand at its caret, in the listbox behind it. Enter and Tab take what an arrow marked.
(() => {
  let timer, asked = 0, marked;
  const box = (input) => input.nextElementSibling;
  const mark = (input, option) => {
    marked?.setAttribute("aria-selected", false);
    marked = option;
    option?.setAttribute("aria-selected", true);
    option?.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option?.id || "");
  };
  const show = (input, html) => {
    clearTimeout(timer);
    asked++;
    mark(input);
    box(input).innerHTML = html;
    box(input).hidden = !html.trim();
    input.ariaExpanded = !!html.trim();
  };
  const ask = async (input) => {
    const number = ++asked;
    const at = [...input.value.slice(0, input.selectionStart)].length;
    const query = new URLSearchParams({ q: input.value, at });
    const answer = await fetch(input.dataset.complete + query, { headers: { "HX-Request": "true" } }).catch(() => null);
    const html = answer?.ok ? await answer.text() : "";
    if (number === asked && document.activeElement === input) show(input, html);
  };
  const soon = (input) => { clearTimeout(timer); timer = setTimeout(ask, 120, input); };
  const take = (input, { dataset: { text, from, to } }) => {
    const typed = [...input.value], key = text.endsWith(":");
    const before = typed.slice(0, from).join("") + text + (key || /[\s,)]/.test(typed[to]) ? "" : " ");
    input.value = before + typed.slice(to).join("");
    input.setSelectionRange(before.length, before.length);
    show(input, "");
    if (key) soon(input);
  };
  const on = (name, act) => document.addEventListener(name, (event) => event.target.dataset?.complete && !event.isComposing && act(event.target, event));
  on("input", soon);
  const early = document.activeElement;  // it may type before this is loaded
  if (early.dataset.complete && early.value !== early.defaultValue) soon(early);
  on("focusout", (input) => show(input, ""));
  on("keydown", (input, event) => {
    const { key } = event, down = key === "ArrowDown", found = [...box(input).children];
    if (!found.length && down) ask(input);
    else if (found.length && (down || key === "ArrowUp")) mark(input, found.at((found.indexOf(marked) + (down ? 1 : marked ? -1 : 0)) % found.length));
    else if (marked && (key === "Enter" || key === "Tab")) take(input, marked);
    else if (found.length && key === "Escape") show(input, "");
    else { if (key === "Enter") show(input, ""); return; }
    event.preventDefault();
  });
  document.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[data-from]");
    if (option) { event.preventDefault(); take(option.parentElement.previousElementSibling, option); }
  });
})();
