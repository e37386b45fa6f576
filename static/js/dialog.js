// Loaded by ondemand.js. <a data-dialog="name" href="/page/">: opens <dialog id="name-dialog">, made of that page's part called so, fetched with
// the sheets and scripts that it brings. What was typed stays there until it is sent; without an answer the page itself opens.
(() => {
  const dirty = (dialog) => [...dialog.querySelectorAll("input:not([type=hidden]), textarea")].some((field) => (field.type === "checkbox" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue));
  const ready = (link) => link.sheet || new Promise((done) => { link.onload = link.onerror = done; });
  const fetched = async (opener, name) => {
    const answer = await fetch(opener.href, { headers: { "HX-Request": "true", "HX-Target": name } }).catch(() => null);
    const text = answer?.ok && !answer.headers.has("HX-Redirect") ? await answer.text() : "";
    if (!text) { location = opener.href; return null; }
    const dialog = document.createElement("dialog");
    Object.assign(dialog, { id: `${name}-dialog`, className: "dialog", ariaLabel: opener.dataset.label || opener.textContent.trim() });
    dialog.dataset.href = opener.href;
    document.body.append(dialog);
    htmx.swap(dialog, text, { swapStyle: "innerHTML" });
    await Promise.all([...dialog.querySelectorAll("link")].map(ready));
    return dialog;
  };
  let busy = false;
  const open = async (opener) => {
    const name = opener.dataset.dialog;
    if (busy || document.querySelector("dialog[open]")) return;
    const here = document.querySelector(`main #${name}`); // the page itself is that form
    if (here) return here.querySelector("input:not([type=hidden]), textarea")?.focus();
    busy = true;
    let dialog = document.getElementById(`${name}-dialog`);
    if (dialog && dialog.dataset.href !== opener.href && !dirty(dialog)) { dialog.remove(); dialog = null; }
    dialog ||= await fetched(opener, name);
    busy = false;
    document.querySelector(".rail:popover-open")?.hidePopover();
    if (!dialog) return;
    dialog.showModal(); // puts the focus on what has autofocus
  };
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("a[data-dialog]");
    if (opener && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      open(opener);
      return;
    }
    const dialog = event.target.closest("dialog[open]");
    if (dialog && (event.target === dialog || event.target.closest("[data-dialog-close]"))) {
      event.preventDefault();
      dialog.close();
    }
  });
})();
