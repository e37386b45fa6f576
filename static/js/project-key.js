// A new project: proposes a key from the name until one writes a key of one's own.
(() => {
  const form = document.querySelector("[data-project-key]");
  const name = form?.querySelector("[name=name]");
  const key = form?.querySelector("[name=key]");
  if (!name || !key) return;
  let own = key.value !== "";
  const propose = (text) => {
    const words = text.normalize("NFKD").toUpperCase().replace(/[^A-Z0-9\s_-]/g, "").split(/[\s_-]+/).filter(Boolean);
    const letters = words.length > 1 ? words.map((word) => word[0]).join("") : (words[0] || "").slice(0, 4);
    return letters.replace(/^[0-9]+/, "").slice(0, 16);
  };
  key.addEventListener("input", () => { own = key.value !== ""; });
  name.addEventListener("input", () => { if (!own) key.value = propose(name.value); });
})();
