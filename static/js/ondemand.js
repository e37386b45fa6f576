// <a data-script="address">: the script is fetched at the first click, which is then repeated. Ctrl+K is such a click.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("a[data-script]");
  if (!opener || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  event.stopPropagation();
  const script = Object.assign(document.createElement("script"), { src: opener.dataset.script });
  document.querySelectorAll(`[data-script="${CSS.escape(opener.dataset.script)}"]`).forEach((one) => { delete one.dataset.script; });
  script.onload = () => opener.click();
  script.onerror = () => { location = opener.href; };
  document.head.append(script);
}, true);
document.addEventListener("keydown", (event) => {
  const opener = document.querySelector("[data-palette][data-script]");
  if (!opener || event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
  event.preventDefault();
  opener.click();
});
// <input data-script>: at the first focus.
document.addEventListener("focusin", ({ target }) => {
  const src = target.matches("input") && target.dataset.script;
  if (src && !document.querySelector(`script[src="${CSS.escape(src)}"]`)) document.head.append(Object.assign(document.createElement("script"), { src }));
});
