// <a data-script="address">: what not every visit needs. The script is fetched at the first click, which is then repeated.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-script]");
  if (!opener || opener.matches("input") || event.ctrlKey || event.metaKey) return;
  const src = opener.dataset.script;
  delete opener.dataset.script;
  if (document.querySelector(`script[src="${CSS.escape(src)}"]`)) return;
  event.preventDefault();
  event.stopPropagation();
  const script = document.createElement("script");
  script.src = src;
  script.onload = () => opener.click();
  script.onerror = () => { location = opener.href; };
  document.head.append(script);
}, true);
// <input data-script>: at the first focus.
document.addEventListener("focusin", ({ target }) => {
  const src = target.dataset?.script;
  if (!target.matches("input") || !src || document.querySelector(`script[src="${CSS.escape(src)}"]`)) return;
  document.head.append(Object.assign(document.createElement("script"), { src }));
});
// The palette's key works before its script is there.
document.addEventListener("keydown", (event) => {
  const opener = document.querySelector("[data-palette][data-script]");
  if (!opener || event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
  event.preventDefault();
  opener.click();
});
