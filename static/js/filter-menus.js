// <details data-fill> (loaded when .filter-menus is looked at first): what is in the filter menus comes for all of them at the first look at one, from where the link in them leads.
(() => {
  const fill = async (bar) => {
    const menus = [...bar.querySelectorAll("[data-fill]")];
    if (!menus.length || bar.ariaBusy) return;
    bar.ariaBusy = "true";
    const answer = await fetch(menus[0].querySelector("a").href, { headers: { "HX-Request": "true" } }).catch(() => null);
    const found = document.createElement("template");
    found.innerHTML = answer?.ok ? await answer.text() : "";
    for (const menu of menus) {
      const options = found.content.querySelector(`#${menu.dataset.fill} ~ [data-options]`), body = menu.lastElementChild;
      const focused = body.contains(document.activeElement);
      if (options) body.replaceChildren(options);
      delete menu.dataset.fill;
      if (focused) (body.querySelector("[aria-current]") ?? body.querySelector("a")).focus();
    }
    bar.ariaBusy = null;
  };
  const look = ({ target }) => { const bar = target.closest?.(".filter-menus"); if (bar) fill(bar); };
  document.addEventListener("pointerover", look);
  document.addEventListener("focusin", look);
  document.addEventListener("click", look);
  document.querySelectorAll(".filter-menus:is(:hover, :focus-within)").forEach(fill);
})();
