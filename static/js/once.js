// A form that is being sent is not sent again. (The server ignores a second one anyway, by its idempotency key.)
(() => {
  const release = (form) => {
    delete form.dataset.sent;
    form.querySelectorAll("[data-held]").forEach((button) => { button.disabled = false; delete button.dataset.held; });
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.matches("[data-many]")) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => form.querySelectorAll("button:not([type=button], :disabled)").forEach((button) => {
      button.disabled = true;
      button.dataset.held = "yes";
    }));
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));
  document.addEventListener("htmx:afterRequest", (event) => event.target.matches?.("form") && release(event.target));
})();
