// The popover with the choices of one property of one issue: arrows move, typing filters, Enter or a click chooses and sends,
// Escape gives the focus back to the row. After each act the row alone is fetched again: `itms:refresh` asks for that,
// `itms:row` follows it. Loaded by list.js when it is asked for first.
(() => {
  const list = window.itmsList, { area } = list;
  const here = () => location.pathname + location.search;
  const parse = (html) => Object.assign(document.createElement("template"), { innerHTML: html }).content;
  const show = (found) => {
    document.getElementById("toasts").append(...found.querySelectorAll(".toast"));
    document.dispatchEvent(new Event("htmx:oobAfterSwap"));
  };
  const complain = (text) => {
    const found = parse('<div class="toast error"><p></p><button class="button ghost small square" type="button" data-close aria-label="Dismiss">×</button></div>');
    found.querySelector("p").textContent = text;
    show(found);
  };
  const ask = async (url, options = {}) => {
    const answer = await fetch(url, { ...options, headers: { "HX-Request": "true" } }).catch(() => null);
    const to = answer?.headers.get("HX-Redirect");
    if (to && (!options.method || to.startsWith("/accounts/"))) location.assign(to); // signed out meanwhile
    return { ok: !!answer?.ok, found: parse(answer ? await answer.text() : "") };
  };

  const groupOf = (row) => {
    let head = row;
    while (head && !head.matches(".group")) head = head.previousElementSibling;
    return head;
  };
  const count = (head, by) => {
    const n = head?.querySelector(".num");
    if (n) n.textContent = (Number(n.textContent.replace(/\D/g, "")) + by).toLocaleString("en");
  };
  const reload = async () => {
    const { ok, found } = await ask(here());
    for (const part of ["[data-select]", "#list-count"]) {
      const now = found.querySelector(part), old = area.querySelector(part);
      if (!ok || !now || !old) return location.reload();
      old.replaceWith(now);
    }
    show(found);
  };
  const refresh = async (key) => {
    const row = list.rowOf(key);
    if (!row) await reload();
    else {
      const focused = row.contains(document.activeElement) || document.activeElement === document.body;
      const { ok, found } = await ask(`${here()}${location.search ? "&" : "?"}row=${key}`);
      const holder = found.querySelector("ul"), now = holder?.firstElementChild, head = groupOf(row);
      if (!ok || !holder) row.ariaBusy = null;
      else {
        const n = found.querySelector("[data-count]").textContent;
        area.querySelector("#list-count").textContent = n;
        if (!now) document.getElementById("list-said").textContent = n;
        const every = list.rows(), at = every.indexOf(row);
        let next = now ?? every[at + 1] ?? every[at - 1];
        if (now && head && head.dataset.group !== holder.dataset.group) {
          await reload();
          next = list.rowOf(key);
        } else if (now) {
          const box = now.querySelector("input"), was = row.querySelector("input");
          if (box && was) box.checked = was.checked;
          row.replaceWith(now);
        } else {
          count(head, -1);
          row.remove();
        }
        if (focused && next) list.title(next).focus();
        show(found);
      }
    }
    document.dispatchEvent(new CustomEvent("itms:row", { detail: key }));
  };
  const send = async (form, submitter, key) => {
    const body = new FormData(form, submitter), row = list.rowOf(key);
    body.set("next", here());
    if (row) row.ariaBusy = "true";
    const { ok, found } = await ask(form.action, { method: "POST", body });
    if (!ok) { if (found.querySelector(".toast")) show(found); else complain("No answer from the server. Nothing is changed as far as this page knows."); }
    await refresh(key);
    return ok;
  };

  const menu = Object.assign(document.createElement("div"), { className: "menu-body pick", popover: "auto" });
  let current = null;
  document.body.append(menu);
  const put = (at) => {
    const size = menu.getBoundingClientRect();
    menu.style.left = `${Math.max(8, Math.min(at.left, innerWidth - size.width - 8))}px`;
    menu.style.top = `${at.bottom + 4 + size.height > innerHeight ? Math.max(8, at.top - size.height - 4) : at.bottom + 4}px`;
  };
  list.open = async (row, field, anchor, wanted) => {
    if (row.ariaBusy) return;
    current = list.keyOf(row);
    const { ok, found } = await ask(`/issues/${current}/choices/?field=${field}`);
    if (!ok) return show(found);
    menu.replaceChildren(...found.querySelectorAll("form"));
    const chosen = wanted && menu.querySelector(wanted);
    if (chosen) return send(chosen.form, chosen, current);
    if (wanted) return;
    const words = menu.querySelector("[data-words]");
    if (words) words.hidden = false;
    menu.showPopover();
    put((anchor ?? list.title(row)).getBoundingClientRect());
    (menu.querySelector("[aria-current], [data-first]") ?? items()[0] ?? words).focus();
  };
  const items = () => [...menu.querySelectorAll(".menu-item:not([hidden])")].map((item) => item.control ?? item);
  menu.addEventListener("input", (event) => {
    if (!event.target.matches("[data-words]")) return;
    const text = event.target.value.trim().toLowerCase();
    menu.querySelectorAll(".menu-item").forEach((item) => { item.hidden = !item.textContent.toLowerCase().includes(text); });
  });
  menu.addEventListener("keydown", (event) => {
    const words = menu.querySelector("[data-words]"), all = items(), at = all.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && event.target.type !== "date" && all.length) {
      event.preventDefault();
      all[at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length].focus();
    } else if (event.key === "Enter" && event.target === words) {
      event.preventDefault();
      if (all[0]?.type !== "checkbox") return all[0]?.click();
      if (words.value) all[0].checked = !all[0].checked;
      words.form.requestSubmit();
    } else if (words && event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey) words.focus();
  });
  menu.addEventListener("submit", (event) => {
    event.preventDefault();
    menu.hidePopover();
    const row = list.rowOf(current);
    if (row) list.title(row).focus();
    send(event.target, event.submitter, current);
  });
  menu.addEventListener("toggle", (event) => { if (event.newState === "closed") menu.replaceChildren(); });
  // What has no place in a row of its own appears in the one that is pointed at.
  const tools = Object.assign(document.createElement("span"), { className: "row-tools" });
  tools.innerHTML = '<button data-tool=labels type=button>Label</button><button data-tool=due type=button>Due</button><button data-tool=peek type=button>Peek</button>';
  area.addEventListener("mouseover", (event) => {
    const row = event.target.closest(".row");
    if (!row || row.contains(tools)) return;
    list.title(row).after(tools);
  });
  document.addEventListener("itms:refresh", (event) => refresh(event.detail));
  Object.assign(list, { ask, show, complain, send });
})();
