// A form that came back with errors: the summary takes the focus, also after an htmx swap.
(() => {
  const focus = (root) => root.querySelector("[data-focus]")?.focus();
  document.addEventListener("htmx:afterSettle", (event) => focus(event.target));
  focus(document);
})();
