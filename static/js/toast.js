// Toasts go after 8 seconds, not while pointed at or focused; one that can be taken back goes when a newer one comes: there is one way back, that
// of what was done last. Errors stay until they are closed.
(() => {
  const seen = new WeakSet();
  const watch = () => {
    const all = [...document.querySelectorAll(".toast")], fresh = all.filter((toast) => !seen.has(toast));
    if (fresh.length) all.forEach((toast) => { if (seen.has(toast) && toast.querySelector("[data-undo]")) toast.remove(); });
    fresh.forEach(welcome);
  };
  const welcome = (toast) => {
    seen.add(toast);
    toast.querySelector("[data-close]").hidden = false;
    const next = toast.querySelector("[data-undo] [name=next]");
    if (next) next.value = location.pathname + location.search;
    if (toast.matches(".error")) return;
    const tick = () => setTimeout(() => (toast.matches(":hover, :focus-within") ? tick() : toast.remove()), 8000);
    tick();
  };
  document.addEventListener("click", (event) => event.target.closest("[data-close]")?.closest(".toast, .notice")?.remove());
  document.addEventListener("htmx:afterSettle", watch);
  document.addEventListener("htmx:oobAfterSwap", watch);
  watch();
})();
