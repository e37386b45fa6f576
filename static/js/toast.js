// Toasts go after 8 seconds, not while pointed at or focused; errors stay until they are closed.
(() => {
  const seen = new WeakSet();
  const watch = () => document.querySelectorAll(".toast").forEach((toast) => {
    if (seen.has(toast)) return;
    seen.add(toast);
    toast.querySelector("[data-close]").hidden = false;
    const next = toast.querySelector("[data-undo] [name=next]");
    if (next) next.value = location.pathname + location.search;
    if (toast.matches(".error")) return;
    const tick = () => setTimeout(() => (toast.matches(":hover, :focus-within") ? tick() : toast.remove()), 8000);
    tick();
  });
  document.addEventListener("click", (event) => event.target.closest("[data-close]")?.closest(".toast, .notice")?.remove());
  document.addEventListener("htmx:afterSettle", watch);
  document.addEventListener("htmx:oobAfterSwap", watch);
  watch();
})();
