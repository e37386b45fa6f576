// A card is moved by drag, by Shift and an arrow, or by its menu: the POST that the plain form sends.
(() => {
  const board = document.querySelector("[data-board]");
  if (!board) return;
  const menu = document.getElementById("board-menu");
  const toasts = document.getElementById("toasts");
  const columns = [...board.querySelectorAll("[data-column]")];
  const columnOf = (card) => card.closest("[data-column]");
  const cardsOf = (column) => [...column.querySelectorAll("[data-card]")];
  const nameOf = (column) => column.querySelector("[data-name]").textContent;
  const titleOf = (card) => card.querySelector("a");
  const say = (text) => { document.getElementById("board-said").textContent = text; };
  const takes = (card, column) => column !== columnOf(card) && !column.hasAttribute("data-shut") && !card.ariaBusy
    && ["*", column.dataset.column].some((name) => (card.dataset.to ?? "").split(" ").includes(name));

  const ready = (card) => {
    card.draggable = "to" in card.dataset;
    card.querySelectorAll("a").forEach((link) => { link.draggable = false; });
  };
  const count = (column, by) => {
    const shown = column.querySelector("[data-count]");
    if (!shown.textContent.endsWith("+")) shown.textContent = (Number(shown.textContent.replace(/\D/g, "")) + by).toLocaleString("en");
  };
  const put = (card, column, before) => {
    count(columnOf(card), -1);
    column.querySelector("ul").insertBefore(card, before);
    count(column, 1);
  };
  const show = (toast) => {
    toasts.append(toast);
    document.dispatchEvent(new Event("htmx:oobAfterSwap"));
  };
  const parse = (html) => Object.assign(document.createElement("template"), { innerHTML: html }).content;

  const lost = (key) => parse(`<div class="toast error"><p>No answer from the server. ${key} is back where it was.</p><button class="button ghost small square" type="button" data-close aria-label="Dismiss">×</button></div>`).firstChild;

  // The card as the server has it now.
  const refresh = async (card) => {
    const answer = await fetch(`${board.dataset.here}&card=${card.dataset.card}`, { headers: { "HX-Request": "true" } });
    if (!answer.ok) return card.removeAttribute("aria-busy");
    const found = parse(await answer.text());
    const now = found.querySelector("[data-card]");
    const focused = card.contains(document.activeElement);
    const said = [...found.querySelectorAll(".toast")];
    if (now) {
      const column = columns.find((one) => one.dataset.column === now.dataset.in);
      if (column && column !== columnOf(card)) put(card, column, column.querySelector("li"));
      card.replaceWith(now);
      ready(now);
      if (focused) titleOf(now).focus();
    } else {
      const next = card.nextElementSibling ?? card.previousElementSibling;
      count(columnOf(card), -1);
      card.remove();
      if (focused && next) titleOf(next).focus();
    }
    for (const toast of said) {
      // What one sees is only said.
      if (now && toast.matches(".success") && !toast.querySelector("form")) say(toast.querySelector("p").textContent);
      else show(toast);
    }
  };

  const move = async (card, column) => {
    const from = columnOf(card), before = card.nextElementSibling, key = card.dataset.card;
    const focused = card.contains(document.activeElement);
    const body = new FormData(document.getElementById("board-tokens"));
    body.set("idempotency_key", [...crypto.getRandomValues(new Uint32Array(4))].join("-"));
    body.set("version", card.dataset.version);
    body.set(board.dataset.field, column.dataset.value);
    put(card, column, column.querySelector("li"));
    if (focused) titleOf(card).focus();
    await send(board.dataset.action.replace("KEY", key), body, card, () => {
      put(card, from, before?.parentElement ? before : null);
      if (focused) titleOf(card).focus();
    });
  };
  const send = async (action, body, card, refused) => {
    card.setAttribute("aria-busy", "true");
    let answer = null;
    try {
      answer = await fetch(action, { method: "POST", body, headers: { "HX-Request": "true" } });
      if (answer.redirected) return location.reload(); // signed out meanwhile
    } catch { /* no connection: answer stays null */ }
    if (!answer?.ok) {
      refused?.();
      show(answer && parse(await answer.text()).querySelector(".toast") || lost(card.dataset.card));
    }
    await refresh(card).catch(() => card.removeAttribute("aria-busy"));
  };

  // undo
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-undo]");
    const card = form && board.querySelector(`[data-card="${CSS.escape(new URL(form.action).pathname.split("/")[2])}"]`);
    if (!card) return;
    event.preventDefault();
    form.closest(".toast").remove();
    titleOf(card).focus();
    send(form.action, new FormData(form), card);
  });

  // menu
  board.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-move]");
    if (!opener || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    openMenu(opener.closest("[data-card]"));
  });
  const openMenu = (card) => {
    const opener = card.querySelector("[data-move]");
    if (!opener || card.ariaBusy) return;
    menu.replaceChildren(...columns.filter((column) => takes(card, column)).map((column) => {
      const item = document.createElement("button");
      item.className = "menu-item";
      item.append(...column.querySelector("h2").cloneNode(true).childNodes);
      item.onclick = () => { menu.hidePopover(); titleOf(card).focus(); move(card, column); };
      return item;
    }));
    menu.ariaLabel = `Move ${card.dataset.card} to`;
    menu.showPopover();
    const at = opener.getBoundingClientRect(), size = menu.getBoundingClientRect();
    menu.style.left = `${Math.max(8, Math.min(at.right - size.width, innerWidth - size.width - 8))}px`;
    menu.style.top = `${at.bottom + 4 + size.height > innerHeight ? Math.max(8, at.top - size.height - 4) : at.bottom + 4}px`;
    menu.firstChild?.focus();
  };
  menu.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const items = [...menu.children];
    items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
  });

  // keys
  const step = (card, key) => {
    if (key === "ArrowDown" || key === "ArrowUp") {
      const all = cardsOf(columnOf(card));
      return all[all.indexOf(card) + (key === "ArrowDown" ? 1 : -1)];
    }
    const filled = columns.filter((column) => cardsOf(column).length);
    const there = filled[filled.indexOf(columnOf(card)) + (key === "ArrowRight" ? 1 : -1)];
    return there && (cardsOf(there)[cardsOf(columnOf(card)).indexOf(card)] ?? cardsOf(there).at(-1));
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const single = document.documentElement.dataset.keys === "on";
    const key = single && { j: "ArrowDown", k: "ArrowUp" }[event.key] || event.key;
    const card = event.target.closest?.("[data-card]");
    if (!card) {
      if (event.target !== document.body || !key.startsWith("Arrow")) return;
      const first = board.querySelector("[data-card]");
      if (first) { event.preventDefault(); titleOf(first).focus(); }
      return;
    }
    if (event.shiftKey && (key === "ArrowLeft" || key === "ArrowRight")) {
      event.preventDefault();
      const at = columns.indexOf(columnOf(card));
      const way = key === "ArrowLeft" ? columns.slice(0, at).reverse() : columns.slice(at + 1);
      const to = way.find((column) => takes(card, column));
      if (to) move(card, to);
      else if (way.length && !card.ariaBusy) say(`${card.dataset.card} cannot be moved to ${nameOf(way[0])}.`);
    } else if (key.startsWith("Arrow") && !event.shiftKey) {
      event.preventDefault();
      const next = step(card, key);
      if (next) titleOf(next).focus();
    } else if (single && key === "o") {
      titleOf(card).click();
    } else if (single && key === { status: "s", assignee: "a", priority: "p" }[board.dataset.by]) {
      event.preventDefault();
      openMenu(card);
    }
  });

  // drag
  let dragged = null;
  const target = (event) => { const column = event.target.closest?.("[data-column]"); return dragged && column && takes(dragged, column) ? column : null; };
  board.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-card][draggable=true]:not([aria-busy])");
    if (!dragged) return event.preventDefault();
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.card);
    setTimeout(() => {
      dragged?.classList.add("dragged");
      board.toggleAttribute("data-dragging", !!dragged);
      columns.forEach((column) => column.classList.toggle("takes", !!dragged && (column === columnOf(dragged) || takes(dragged, column))));
    });
  });
  board.addEventListener("dragover", (event) => {
    const column = target(event);
    columns.forEach((one) => one.classList.toggle("over", one === column));
    if (column) { event.preventDefault(); event.dataTransfer.dropEffect = "move"; }
  });
  board.addEventListener("drop", (event) => {
    const column = target(event);
    if (column) { event.preventDefault(); move(dragged, column); }
  });
  board.addEventListener("dragend", () => {
    dragged?.classList.remove("dragged");
    dragged = null;
    board.removeAttribute("data-dragging");
    columns.forEach((column) => column.classList.remove("takes", "over"));
  });

  // "show more" may bring a card a second time that was moved meanwhile
  document.addEventListener("htmx:load", (event) => {
    const card = event.target;
    if (!card.matches?.("[data-card]")) return;
    if (board.querySelectorAll(`[data-card="${card.dataset.card}"]`).length > 1) card.remove();
    else ready(card);
  });
  board.querySelectorAll("[data-card]").forEach(ready);
})();
