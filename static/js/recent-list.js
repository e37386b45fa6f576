// <section data-recent hidden> with a list: what recent.js remembers. Nothing yet, or no scripts: the section stays away.
(() => {
  const section = document.querySelector("[data-recent]");
  let known = [];
  try { known = JSON.parse(sessionStorage["itms.recent"] || "[]"); } catch { /* private window */ }
  if (!section || !known.length) return;
  for (const { href, text } of known.slice(0, 6)) {
    const link = Object.assign(document.createElement("a"), { className: "menu-item", href, title: text });
    link.append(Object.assign(document.createElement("span"), { className: "truncate", textContent: text }));
    const item = document.createElement("li");
    item.append(link);
    section.querySelector("ul").append(item);
  }
  section.hidden = false;
})();
