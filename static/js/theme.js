// Before the first paint: the theme that was chosen in this browser. Loaded without defer for that reason.
(() => {
  const root = document.documentElement;
  const read = () => { try { return localStorage.getItem("itms.theme"); } catch { return null; } };
  const stored = read();
  if (stored) root.dataset.theme = stored;
  const mark = () => document.querySelectorAll("[data-theme-switch]").forEach((group) => {
    group.hidden = false;
    for (const button of group.children) button.setAttribute("aria-pressed", button.value === root.dataset.theme);
  });
  document.addEventListener("DOMContentLoaded", mark);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-switch] button");
    if (!button) return;
    root.dataset.theme = button.value;
    try { localStorage.setItem("itms.theme", button.value); } catch { /* private window */ }
    mark();
  });
})();
