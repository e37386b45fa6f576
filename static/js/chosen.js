// <details data-chosen>: says in its summary which of its boxes are ticked.
(() => {
  const say = (menu) => {
    const names = [...menu.querySelectorAll(":checked")].map((box) => box.closest("label").textContent.trim());
    menu.querySelector("[data-names]").textContent = names.join(", ");
  };
  const all = (root) => root.querySelectorAll("[data-chosen]").forEach(say);
  document.addEventListener("change", (event) => { const menu = event.target.closest("[data-chosen]"); if (menu) say(menu); });
  document.addEventListener("htmx:load", (event) => all(event.target));
  all(document);
})();
