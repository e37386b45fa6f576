// Ctrl+B and the button in the rail: the rail away, or there to stay. theme.js keeps it so from page to page.
(() => {
  const root = document.documentElement;
  const toggle = () => {
    root.toggleAttribute("data-narrow");
    document.querySelector(".rail:popover-open")?.hidePopover();
    try { localStorage.setItem("itms.rail", root.hasAttribute("data-narrow") ? "away" : ""); } catch { /* private window */ }
  };
  document.querySelectorAll("[data-rail-switch]").forEach((button) => { button.hidden = false; });
  document.addEventListener("click", (event) => event.target.closest("[data-rail-switch]") && toggle());
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "b" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    if (event.defaultPrevented || event.target.closest("textarea, [contenteditable]") || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    toggle();
  });
})();
