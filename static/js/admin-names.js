// Names for what the admin's theme leaves without: areas that scroll, all called the same, and boxes that choose a value.
(() => {
  const nameOf = (area, place) => {
    if (area.id === "nav-sidebar-apps") return "Navigation";
    if (area.closest("#changelist-filter")) return "Filters";
    if (area.querySelector("#result_list")) return "Results";
    const heading = area.closest("fieldset, section")?.querySelector("h2");
    return heading?.textContent.trim() || `Part ${place + 1} of the page`;
  };
  // Before the theme's own listener, which makes the areas.
  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-simplebar]").forEach((area, place) => area.setAttribute("data-simplebar-aria-label", nameOf(area, place)));
  });
  const nameBox = (box) => {
    const field = box.closest(".select2-container")?.parentElement.querySelector("select");
    const label = field?.id && document.querySelector(`label[for="${CSS.escape(field.id)}"]`);
    box.dataset.named = "yes";
    if (!label) return box.setAttribute("aria-label", field?.name || "Choose");
    label.id ||= `${field.id}_label`;
    box.setAttribute("aria-labelledby", `${label.id} ${box.getAttribute("aria-labelledby")}`);
    box.querySelector("[role=textbox]")?.setAttribute("aria-labelledby", label.id);
  };
  // The theme makes them when it likes.
  new MutationObserver(() => document.querySelectorAll("[role=combobox].select2-selection:not([data-named])").forEach(nameBox))
    .observe(document, { childList: true, subtree: true });
})();
