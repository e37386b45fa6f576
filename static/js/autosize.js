// Text areas grow with their text where CSS field-sizing does not do it.
(() => {
  if (CSS.supports("field-sizing", "content")) return;
  const fit = (area) => {
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 2}px`;
  };
  const all = (root) => root.querySelectorAll("textarea").forEach(fit);
  document.addEventListener("input", (event) => event.target.matches("textarea") && fit(event.target));
  document.addEventListener("htmx:load", (event) => all(event.target));
  all(document);
})();
