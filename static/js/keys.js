// Single keys (all of them: /help/keys/), and the event itms:act, by which the palette uses a control as its key does.
// data-key="s t" on a link, button, field or menu says which keys it answers to, data-go which letter follows g.
// None while one types, in a menu or dialog, or when switched off (html[data-keys]).
(() => {
  const root = document.documentElement;
  const free = (event) => root.dataset.keys === "on" && !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.altKey
    && !event.isComposing && !event.repeat && !event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], .menu-body")
    && !document.querySelector("dialog[open], :popover-open");
  const act = (element) => {
    if (!element) return false;
    const panel = element.closest("details[data-panel]");
    if (panel) panel.open = true;
    if (element.matches("summary")) {
      const menu = element.parentElement;
      menu.open = true;
      (menu.querySelector(".menu-item[aria-current]") || menu.querySelector(".menu-body :is(.menu-item, input:not([type=hidden]))") || element).focus();
    } else if (element.matches("input, textarea")) { element.focus(); if (element.dataset.key === "f") element.setSelectionRange(9999, 9999); else element.select(); } else element.click();
    return true;
  };
  document.addEventListener("itms:act", (event) => act(event.target));
  const me = CSS.escape(root.dataset.me || "");
  const own = {
    i: `button[name=assignee][value="${me}"]:not([aria-current]), form:has(> input[name=assignee][value="${me}"]) > button`,
    e: "button[name=status][value=CLOSED]:not([aria-current])",
    r: ".composer textarea",
    z: ".toast:nth-last-child(1 of :has([data-undo])) [data-undo] button",
  };
  const places = { l: "/issues/", b: "/board/", r: "/reports/", s: "/settings/" };
  const place = (letter) => {
    const tab = [...document.querySelectorAll(".tabs a")].find((link) => link.pathname.endsWith(places[letter]));
    if (!tab && root.dataset.project && "lb".includes(letter)) {
      const link = document.createElement("a");
      link.href = `/projects/${root.dataset.project}${places[letter]}`;
      return link;
    }
    return tab || document.querySelector(`[data-go~="${CSS.escape(letter)}"]`);
  };
  let went = 0;
  document.addEventListener("keydown", (event) => {
    if (!free(event)) return;
    const key = event.key, second = Date.now() - went < 1500;
    went = 0;
    if (key === "g" && !second) { went = Date.now(); return; }
    const found = second ? place(key) : document.querySelector(`[data-key~="${CSS.escape(key)}"]`) || (own[key] && document.querySelector(own[key]));
    if (act(found)) event.preventDefault();
  });
})();
