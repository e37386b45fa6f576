// Side panels stand open on wide screens also where CSS ::details-content is unknown.
(() => {
  if (CSS.supports("selector(::details-content)")) return;
  const wide = matchMedia("(min-width: 68.01rem)");
  const set = () => document.querySelectorAll("details[data-panel]").forEach((panel) => { panel.open = wide.matches; });
  wide.addEventListener("change", set);
  set();
})();
