// The boxes of rows: x, Shift for all from the last one, Escape for none; then s p a l d e are for all of them.
(() => {
  const list = window.itmsList;
  const form = () => list?.area.querySelector("[data-select]");
  if (!list) return;
  let last = null;
  const boxes = () => [...list.area.querySelectorAll("input[name=issue]")];
  const draw = () => {
    if (!form()) return;
    const every = boxes(), n = every.filter((box) => box.checked).length;
    form().querySelector("[data-selected]").textContent = `${n} selected`;
    const all = form().querySelector("[data-all]");
    all.hidden = n === every.length;
    all.textContent = `Select all ${every.length}`;
  };
  const span = (box) => {
    const every = boxes(), from = Math.max(0, every.indexOf(last)), to = every.indexOf(box);
    every.slice(Math.min(from, to), Math.max(from, to) + 1).forEach((one) => { one.checked = box.checked; });
  };
  list.area.addEventListener("click", (event) => {
    if (event.target.matches("[data-all]")) boxes().forEach((box) => { box.checked = true; });
    else if (event.target.name !== "issue") return;
    else {
      if (event.shiftKey) span(event.target);
      last = event.target;
    }
    draw();
  });
  list.area.addEventListener("reset", () => setTimeout(draw));
  const submit = (field) => {
    const hidden = Object.assign(document.createElement("input"), { type: "hidden", name: "field", value: field });
    form().append(hidden);
    form().requestSubmit(form().querySelector("[data-bulk]"));
    hidden.remove();
  };
  const fields = { s: "status", p: "priority", a: "assignee", l: "labels", d: "due_date" };
  document.addEventListener("keydown", (event) => {
    const some = !!list.area.querySelector(".row :checked");
    const row = list.rowFor(event), box = row?.querySelector("input[name=issue]");
    if (event.key === "Escape" && some && !document.querySelector("dialog[open], :popover-open, details[data-menu][open], #peek")) {
      boxes().forEach((one) => { one.checked = false; });
      draw();
    } else if (box && event.key.toLowerCase() === "x") {
      event.preventDefault();
      box.checked = event.shiftKey || !box.checked;
      if (event.shiftKey) span(box);
      last = box;
      draw();
    } else if (some && row && fields[event.key]) {
      event.preventDefault();
      submit(fields[event.key]);
    } else if (some && row && event.key === "e") {
      event.preventDefault();
      form().querySelector("[value=close]").click();
    }
  }, true);
  document.addEventListener("itms:row", draw);
  document.addEventListener("htmx:afterSettle", draw);
  addEventListener("pageshow", draw);
  draw();
})();
