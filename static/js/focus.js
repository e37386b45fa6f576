// A form that came back with errors: the summary takes the focus, also after an htmx swap. The tab of the page is seen.
(() => {
  const focus = (root) => root.querySelector("[data-focus]")?.focus();
  document.addEventListener("htmx:afterSettle", (event) => focus(event.target));
  focus(document);
  const tab = document.querySelector(".tabs [aria-current]"); // in a row of tabs that is wider than the screen
  if (tab) tab.parentElement.scrollLeft = tab.offsetLeft - 60;
})();
