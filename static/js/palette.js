// Command palette: Ctrl+K or ⌘+K. The server finds projects, issues, people and pages; the commands are what this page
// offers: data-command="text" on a link, button or menu; data-commands="Status" on a form whose buttons are the choices.
(() => {
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const input = dialog.querySelector("input"), list = dialog.querySelector("[role=listbox]"), said = dialog.querySelector("[role=status]");
  // answered: the text that the list is of; waiting: Enter was pressed before the list of what is typed was there.
  let commands = [], active = null, answered = null, waiting = false;
  const text = (element) => (element.querySelector(".truncate") || element).textContent.trim().replace(/\s+/g, " ");
  const all = (selector, name, deep = false) => [...document.querySelectorAll(selector)].map((target) => ({ name: name(target), target, deep }));
  const me = `[value="${CSS.escape(document.documentElement.dataset.me || "")}"]`;
  // Deep ones are found by typing alone: a page offers dozens of them.
  const offered = () => [
    ...all("[data-command]", (element) => element.dataset.command || text(element)),
    ...all(`button[name=assignee]${me}:not([aria-current]), form:has(> input[name=assignee]${me}) > button`, () => "Assign to me"),
    ...all(".topbar .actions :is(a, button)[class]", text),
    ...all("[data-commands] button[type=submit]:not([aria-current])", (button) => `${button.form.dataset.commands}: ${text(button)}`, true),
    ...all(".tabs a:not([aria-current])", (link) => `Go to ${link.firstChild.textContent.trim()}`, true),
  ].filter(({ name }, at, every) => name && every.findIndex((other) => other.name === name) === at);
  const options = () => [...list.querySelectorAll("[role=option]")];
  const mark = (option) => {
    active?.setAttribute("aria-selected", "false");
    active = option || null;
    active?.setAttribute("aria-selected", "true");
    active?.scrollIntoView({ block: "nearest" });
    if (active) input.setAttribute("aria-activedescendant", active.id); else input.removeAttribute("aria-activedescendant");
  };
  const recent = () => {
    try { return JSON.parse(sessionStorage.getItem("itms.recent") || "[]").filter((one) => one.href !== location.pathname).slice(0, 5); } catch { return []; }
  };
  // A group made here, of (name, what happens) pairs; the server's stand below it.
  const made = (title, kind, entries) => {
    const group = dialog.querySelector("template").content.firstElementChild.cloneNode(true);
    group.ariaLabel = group.firstElementChild.textContent = title;
    const first = group.querySelector("[role=option]");
    first.remove();
    for (const [at, [name, act]] of entries.entries()) {
      const option = first.cloneNode(true);
      option.id = `palette-${kind}${at}`;
      option.firstElementChild.textContent = name;
      option.addEventListener("click", act);
      group.append(option);
    }
    return group;
  };
  const draw = () => {
    list.querySelectorAll("[data-page]").forEach((group) => group.remove());
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const shown = commands.filter(({ name, deep }) => (words.length || !deep) && words.every((word) => name.toLowerCase().includes(word))).slice(0, 8);
    if (shown.length) {
      const group = made("On this page", "c", shown.map(({ name, target }) => [name, () => run(target)]));
      const exact = list.querySelector("[data-exact]");
      if (exact) exact.after(group); else list.prepend(group);
    }
    const seen = words.length ? [] : recent();
    if (seen.length) list.prepend(made("Recent", "r", seen.map(({ href, text }) => [text, () => { location = href; }])));
    const found = options();
    mark(found[0]);
    said.classList.toggle("visually-hidden", found.length > 0);
    said.textContent = found.length ? `${found.length} result${found.length === 1 ? "" : "s"}` : "Nothing found";
  };
  const run = (target) => {
    dialog.close();
    // After the click that chose it: menus close on a click elsewhere.
    setTimeout(() => target.dispatchEvent(new Event("itms:act", { bubbles: true })));
  };
  const open = () => {
    commands = offered();
    input.value = "";
    answered = null;
    waiting = false;
    document.getElementById("rail")?.matches(":popover-open") && document.getElementById("rail").hidePopover();
    dialog.showModal();
    draw();
    htmx.trigger(input, "palette");
  };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (dialog.open) dialog.close(); else if (!document.querySelector("dialog[open]")) open();
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog || event.target.closest("[data-dialog-close]")) dialog.close(); });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-palette]") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    open();
  });
  input.addEventListener("input", () => { waiting = false; draw(); });
  input.addEventListener("htmx:afterRequest", (event) => {
    answered = event.detail.successful ? event.detail.requestConfig.parameters.q : input.value;
    draw();
    if (waiting && answered === input.value) active?.click();
  });
  list.addEventListener("mousemove", (event) => { const option = event.target.closest("[role=option]"); if (option && option !== active) mark(option); });
  dialog.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.isComposing) return;
    if (step) {
      const found = options();
      event.preventDefault();
      if (found.length) mark(found[(found.indexOf(active) + step + found.length) % found.length]);
    } else if (event.key === "Enter" && event.target === input) {
      event.preventDefault();
      if (answered === input.value) active?.click(); else waiting = true;
    }
  });
})();
