// <a data-script="address">: the script, and the sheet that it names, are fetched at the first click, which is then repeated. Ctrl+K
// is such a click; <a data-dialog> takes the one of html[data-dialogs]. Any other [data-script]: when it is pointed at or focused first.
document.addEventListener("click", (event) => {
  const { dataset } = document.documentElement, opener = event.target.closest(dataset.dialogs ? "a[data-script], a[data-dialog]" : "a[data-script]");
  if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  event.stopPropagation();
  const { script: src = dataset.dialogs, sheet: href } = opener.dataset;
  document.querySelectorAll(`[data-script="${CSS.escape(src)}"]`).forEach((one) => { delete one.dataset.script; });
  if (opener.dataset.dialog) delete dataset.dialogs;
  const load = (tag, it) => new Promise((onload, onerror) => { document.head.append(Object.assign(document.createElement(tag), it, { onload, onerror })); });
  Promise.all([load("script", { src }), href && load("link", { rel: "stylesheet", href })]).then(() => opener.click(), () => { location = opener.href; });
}, true);
document.addEventListener("keydown", (event) => {
  const opener = document.querySelector("[data-palette][data-script]");
  if (!opener || event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
  event.preventDefault();
  opener.click();
});
["focusin", "pointerover"].forEach((name) => document.addEventListener(name, ({ target }) => {
  const src = target.closest?.("[data-script]:not(a)")?.dataset.script;
  if (src && !document.querySelector(`script[src="${CSS.escape(src)}"]`)) document.head.append(Object.assign(document.createElement("script"), { src }));
}));
