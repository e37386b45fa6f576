// What acts on a row: pick.js and peek.js come when they are asked for first.
// Where a row has a button s one may edit it, where a button a say who works on it.
window.itmsList = (() => {
  const area = document.querySelector("[data-list]");
  if (!area) return null;
  const glyphs = { status: "[class^=s-]", priority: "[class^=p-]", assignee: ".avatar", labels: ".row-labels, [data-tool=labels]", due_date: ".due, [data-tool=due]" };
  const keys = { s: "status", p: "priority", a: "assignee", i: "assignee", l: "labels", d: "due_date", e: "status" };
  const coming = {};
  const title = (row) => row.querySelector(".row-title");
  const keyOf = (row) => title(row).pathname.split("/")[2];
  const rows = () => [...area.querySelectorAll(".row")];
  const rowOf = (key) => rows().find((row) => keyOf(row) === key);
  const may = (row, field) => !!row.querySelector(`button[name=${field === "assignee" ? "a" : "s"}]`);
  const plain = (event) => !event.ctrlKey && !event.metaKey && !event.altKey;
  area.addEventListener("click", (event) => {
    const row = event.target.closest(".row");
    if (!row || !plain(event) || event.shiftKey) return;
    if (event.target.closest("[data-tool=peek]")) return peek(row);
    const field = Object.keys(glyphs).find((name) => event.target.closest(glyphs[name]));
    if (!field || !may(row, field)) return;
    event.preventDefault();
    use("pick", "open", row, field, event.target.closest(glyphs[field]));
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-undo]")) return;
    event.preventDefault();
    event.target.closest(".toast").remove();
    use("pick", "send", event.target, event.submitter, new URL(event.target.action).pathname.split("/")[2]);
  });
  // The row that a key acts on, null where one types.
  const rowFor = (event) => document.documentElement.dataset.keys === "on" && plain(event) && !event.defaultPrevented
    && !document.querySelector("dialog[open], :popover-open, details[data-menu][open]") ? event.target.closest?.("#issue-list .row") : null;
  document.addEventListener("keydown", (event) => {
    const row = rowFor(event), field = keys[event.key];
    if (row && event.key === " " && !event.target.matches("input, button")) {
      event.preventDefault();
      return peek(row);
    }
    if (!row || !field || event.shiftKey || area.querySelector(".row :checked") || !may(row, field)) return;
    event.preventDefault();
    const me = `[name=assignee][value="${document.documentElement.dataset.me}"]:not([aria-current])`;
    use("pick", "open", row, field, row.querySelector(glyphs[field]), { i: me, e: "[name=status][value=CLOSED]:not([aria-current])" }[event.key]);
  }, true);

  const list = { area, title, keyOf, rows, rowOf, rowFor };
  const use = async (script, act, ...rest) => {
    await (coming[script] ??= new Promise((done, failed) => {
      document.head.append(Object.assign(document.createElement("script"), { src: area.dataset[script], onload: done, onerror: failed }));
    }));
    list[act]?.(...rest);
  };
  area.addEventListener("mouseover", () => use("pick"), { once: true });
  const peek = async (row) => { await use("pick"); use("peek", "peek", row); };
  const peeked = location.hash.startsWith("#peek=") && rowOf(location.hash.slice(6));
  if (peeked) setTimeout(() => peek(peeked));
  return list;
})();
