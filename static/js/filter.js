// Filtering: the box, the menus over a list and the chips bring another list in place of #issue-list; the box keeps the
// focus, the address follows, the number is said. A modified click, and what is no list, is the browser's.
(() => {
  let left = null;  // the menu that was chosen from: its place takes the focus again
  const show = (url) => htmx.ajax("GET", url, { target: "#issue-list", swap: "outerHTML" });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("#issue-list :is(.filter-menus [data-options] a, .chips a)");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
    event.preventDefault();
    left = [...document.querySelectorAll(".filter-menus summary")].indexOf(link.closest("details")?.firstElementChild);
    show(link.href);
  });
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !event.target.matches("#issue-list .filter-query")) return;
    event.preventDefault();
    show(`${event.target.getAttribute("action")}?${new URLSearchParams(new FormData(event.target))}`);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id !== "issue-list") return;
    if (left !== null) (document.querySelectorAll(".filter-menus summary")[left] || document.getElementById("filter-q")).focus();
    left = null;
    document.getElementById("list-said").textContent = event.target.querySelector(".list-count, .empty p")?.textContent || "";
  });
})();
