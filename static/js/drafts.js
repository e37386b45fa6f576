// <textarea data-draft="comment:ABC-12">: what one types is kept in this browser, per person, until it was sent.
// An empty field gets its draft back; one with a text of its own offers it. Signing out forgets all (drafts-forgotten.js).
(() => {
  const { me, drafts } = document.documentElement.dataset;
  if (!me || drafts) return; // a dialog brings its scripts along where they may be already
  document.documentElement.dataset.drafts = "on";
  const keyOf = (area) => `draft:${me}:${area.dataset.draft}`;
  const first = new Map();
  const save = (area) => {
    const text = area.value, key = keyOf(area);
    if (!text.trim() || text === first.get(area)) localStorage.removeItem(key);
    else try { localStorage.setItem(key, text); } catch { /* full or off: typing goes on */ }
  };
  const put = (area, text) => {
    area.value = text;
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const note = (area, said, ...choices) => {
    const line = document.createElement("p");
    line.className = "draft-note";
    line.setAttribute("role", "status");
    line.append(said);
    for (const [text, act] of choices) {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "button ghost small", textContent: text });
      button.addEventListener("click", () => { act(); line.remove(); area.focus(); });
      line.append(" ", button);
    }
    (area.closest("[data-editor]") || area).after(line);
  };
  const offer = (area) => {
    const kept = localStorage.getItem(keyOf(area)), own = area.defaultValue;
    if (!kept || kept === own) return;
    const drop = () => { put(area, own); localStorage.removeItem(keyOf(area)); };
    if (!own.trim()) { put(area, kept); note(area, "Your draft is back.", ["Discard", drop]); }
    else if (area.matches("[data-quoted]")) { put(area, `${kept.trimEnd()}\n\n${own}`); note(area, "Added to your draft.", ["Quote alone", drop]); }
    else if (!area.matches("[aria-invalid]")) note(area, "You have a draft that was not saved.", ["Restore", () => put(area, kept)], ["Discard", drop]);
  };
  // What was sent arrived, unless it came back with its fields, or one went back to them.
  const settle = (areas) => {
    const sent = JSON.parse(sessionStorage.getItem("draft-sent") || "[]");
    sessionStorage.removeItem("draft-sent");
    const back = areas.some((area) => sent.includes(keyOf(area)) && area.defaultValue.trim());
    if (!back && performance.getEntriesByType("navigation")[0]?.type !== "back_forward") sent.forEach((key) => localStorage.removeItem(key));
  };
  const setUp = (root) => {
    const areas = [...root.querySelectorAll("[data-draft]")].filter((area) => !first.has(area));
    settle(areas);
    areas.forEach((area) => { first.set(area, area.defaultValue); offer(area); });
  };
  const waiting = new Map();
  document.addEventListener("input", ({ target }) => {
    if (!first.has(target)) return;
    clearTimeout(waiting.get(target));
    waiting.set(target, setTimeout(() => { waiting.delete(target); save(target); }, 250));
  });
  const flush = () => { waiting.forEach((timer, area) => { clearTimeout(timer); save(area); }); waiting.clear(); };
  addEventListener("pagehide", flush);
  document.addEventListener("submit", (event) => {
    flush();
    const own = [...event.target.querySelectorAll("[data-draft]")];
    if (own.length) sessionStorage.setItem("draft-sent", JSON.stringify(own.map(keyOf)));
  });
  document.addEventListener("htmx:load", (event) => setUp(event.target));
  setUp(document);
})();
