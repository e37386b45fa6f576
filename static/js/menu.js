// <details data-menu>: closes on Escape and on a click outside, gives the focus back, moves by arrow keys.
(() => {
  const open = () => [...document.querySelectorAll("details[data-menu][open]")];
  const close = (menu, focus) => {
    const inside = menu.contains(document.activeElement);
    menu.open = false;
    if (focus && inside) menu.querySelector("summary").focus();
  };
  document.addEventListener("click", (event) => open().forEach((menu) => menu.contains(event.target) || close(menu)));
  document.addEventListener("focusin", (event) => open().forEach((menu) => menu.contains(event.target) || close(menu)));
  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest?.("details[data-menu][open]");
    if (event.key === "Escape") {
      const last = menu || open().pop();
      if (last) { event.preventDefault(); close(last, true); }
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!menu || !step || event.target.matches("textarea, select")) return;
    const items = [...menu.querySelectorAll(".menu-item")].filter((item) => item.offsetParent);
    if (!items.length) return;
    event.preventDefault();
    const at = items.indexOf(document.activeElement);
    items[at < 0 ? (step > 0 ? 0 : items.length - 1) : (at + step + items.length) % items.length].focus();
  });
})();
