// <details data-fill> (loaded when .filter-menus is looked at first): what is in the filter menus comes for all of them at the first look at one, from where the link in them leads.
(() => {
  // Long ones are searched: typing leaves what fits, Enter takes the first of it.
  const words = (menu, body, options) => {
    const input = Object.assign(document.createElement("input"), { type: "search", className: "pick-words", placeholder: "Find…", ariaLabel: "Find in the menu", autocomplete: "off" });
    const shown = () => [...options.children].filter((one) => !one.hidden);
    input.oninput = () => {
      const text = input.value.trim().toLowerCase();
      for (const one of options.children) one.hidden = !one.textContent.toLowerCase().includes(text);
    };
    input.onkeydown = (event) => { if (event.key === "Enter") { event.preventDefault(); shown()[0]?.click(); } };
    const open = () => { if (menu.open && matchMedia("(pointer: fine)").matches) input.focus(); };
    body.prepend(input);
    menu.addEventListener("toggle", open);
    open();
  };
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
      if (options?.children.length > 12) words(menu, body, options);
      delete menu.dataset.fill;
      if (focused && !body.contains(document.activeElement)) (body.querySelector("[aria-current]") ?? body.querySelector("a")).focus();
    }
    bar.ariaBusy = null;
  };
  const look = ({ target }) => { const bar = target.closest?.(".filter-menus"); if (bar) fill(bar); };
  document.addEventListener("pointerover", look);
  document.addEventListener("focusin", look);
  document.addEventListener("click", look);
  document.querySelectorAll(".filter-menus:is(:hover, :focus-within)").forEach(fill);
})();
