// Ctrl+B and the button in the rail: the rail away, or there to stay. theme.js keeps it so from page to page.
(() => {
  const toggle = () => {
    const away = document.documentElement.toggleAttribute("data-narrow");
    document.querySelector(".rail:popover-open")?.hidePopover();
    try { localStorage.setItem("itms.rail", away ? "away" : ""); } catch { /* private window */ }
  };
  const button = document.querySelector("[data-rail-switch]");
  if (!button) return;
  button.hidden = false;
  button.onclick = toggle;
  document.addEventListener("keydown", (event) => {
    if (event.key !== "b" || !(event.ctrlKey || event.metaKey) || event.defaultPrevented || event.target.closest("textarea, dialog")) return;
    event.preventDefault();
    toggle();
  });
})();
