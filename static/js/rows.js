// j and k (in a list also the arrows) move from row to row; Enter opens as on any link, o too, and a click on what lies over the link.
(() => {
  const titles = () => [...document.querySelectorAll("main .row-title")].filter((link) => link.offsetParent);
  document.addEventListener("click", (event) => {
    const row = event.target.closest(".row");
    if (!row || event.defaultPrevented || event.target.closest("a, input, button")) return;
    event.preventDefault();
    row.querySelector(".row-title").dispatchEvent(new MouseEvent("click", event));
  });
  document.addEventListener("keydown", (event) => {
    if (document.documentElement.dataset.keys !== "on" || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], .menu-body") || document.querySelector("dialog[open], :popover-open")) return;
    const row = event.target.closest(".row, tr.linked");
    const step = { j: 1, k: -1 }[event.key] || (row && { ArrowDown: 1, ArrowUp: -1 }[event.key]);
    if (event.key === "o" && row) { event.preventDefault(); row.querySelector(".row-title").click(); }
    if (!step) return;
    const links = titles();
    if (!links.length) return;
    event.preventDefault();
    const at = links.findIndex((link) => row?.contains(link));
    const next = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  });
})();
