// Space on a row shows its issue beside the list: the very page, without its frame. Escape, Space or "back" closes; moving on moves
// it along. On narrow screens the page itself opens. Loaded by list.js when it is asked for first.
(() => {
  const list = window.itmsList;
  const wide = matchMedia("(min-width: 56.26rem)");
  const named = () => location.hash.match(/^#peek=(.+)$/)?.[1];
  let aside = null, key = null, waiting = 0;
  const load = async (wanted) => {
    key = wanted;
    const row = list.rowOf(wanted);
    const answer = await fetch(`/issues/${wanted}/`).catch(() => null);
    if (key !== wanted) return;
    const found = answer?.ok && !answer.redirected && new DOMParser().parseFromString(await answer.text(), "text/html");
    const page = found && found.querySelector("main .split");
    if (!page) return row ? list.title(row).click() : close();
    await Promise.all([...found.querySelectorAll("link[rel=stylesheet]")].map((sheet) => {
      if (document.querySelector(`link[href="${sheet.getAttribute("href")}"]`)) return null;
      const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: sheet.getAttribute("href") });
      return new Promise((done) => { link.onload = link.onerror = done; document.head.append(link); });
    }));
    if (key !== wanted) return;
    if (!aside) {
      aside = Object.assign(document.createElement("aside"), { id: "peek", className: "peek" });
      aside.addEventListener("submit", send);
      document.querySelector(".page").append(aside);
    }
    const focused = aside.contains(document.activeElement) && document.activeElement.id;
    const open = Object.assign(document.createElement("a"), { className: "button small", href: `/issues/${wanted}/`, textContent: "Open" });
    const shut = Object.assign(document.createElement("button"), { className: "button ghost small", type: "button", textContent: "Close" });
    const head = Object.assign(document.createElement("p"), { className: "peek-head" });
    shut.onclick = leave;
    const name = Object.assign(document.createElement("span"), { className: "key", textContent: wanted });
    head.append(name, open, shut);
    aside.ariaLabel = `${wanted}, beside the list`;
    aside.replaceChildren(head, document.adoptNode(page));
    aside.querySelectorAll("details[data-panel]").forEach((panel) => { panel.open = true; });
    htmx.process(aside);
    if (focused) document.getElementById(focused)?.focus();
    else aside.scrollTop = 0;
    list.rows().forEach((one) => one.classList.toggle("peeked", list.keyOf(one) === wanted));
  };
  const close = () => {
    const row = key && list.rowOf(key), inside = aside?.contains(document.activeElement);
    key = null;
    aside?.remove();
    aside = null;
    list.area.querySelector(".peeked")?.classList.remove("peeked");
    if (row && (inside || document.activeElement === document.body)) list.title(row).focus();
  };
  const leave = () => { close(); if (history.state?.peek) history.back(); else history.replaceState(null, "", location.pathname + location.search); };
  list.peek = (row) => {
    const wanted = list.keyOf(row);
    if (key === wanted) return leave();
    if (!wide.matches) return named() ? null : list.title(row).click();
    if (named() !== wanted) history[key ? "replaceState" : "pushState"]({ peek: true }, "", `#peek=${wanted}`);
    list.title(row).focus();
    load(wanted);
  };
  const send = async (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    event.preventDefault();
    const { ok, found } = await list.ask(form.action, { method: "POST", body: new FormData(form, event.submitter) });
    const why = found.querySelector(".problem, .notice-body");
    if (!ok) return found.querySelector(".toast") ? list.show(found) : list.complain(why?.textContent.trim() || "No answer from the server.");
    if (form.matches(".composer")) form.reset();
    document.dispatchEvent(new CustomEvent("itms:refresh", { detail: key }));
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && aside && !document.querySelector("dialog[open], :popover-open, details[data-menu][open]")) {
      event.preventDefault();
      leave();
    }
  }, true);
  list.area.addEventListener("focusin", (event) => {
    const row = event.target.closest(".row");
    if (!key || !row || list.keyOf(row) === key) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      if (!key) return;
      history.replaceState(history.state, "", `#peek=${list.keyOf(row)}`);
      load(list.keyOf(row));
    }, 120);
  });
  document.addEventListener("itms:row", (event) => { if (key === event.detail) load(key); });
  addEventListener("popstate", () => { const wanted = named(); if (!wanted) close(); else if (wanted !== key) load(wanted); });
})();
