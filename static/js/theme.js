// Before the first paint (no defer for that reason): who is signed in has the theme on the account, the sign-in page
// remembers the last one of this browser. The switch in the menu (and that of the rows of a list) acts at once and is sent behind it.
(() => {
  const root = document.documentElement;
  const keep = (theme) => { try { localStorage.setItem("itms.theme", theme); } catch { /* private window */ } };
  if (root.dataset.keys) keep(root.dataset.theme);
  else try {
    sessionStorage.removeItem("itms.recent");
    root.dataset.theme = localStorage.getItem("itms.theme") || "auto";
  } catch { /* private window */ }
  try { root.toggleAttribute("data-narrow", localStorage.getItem("itms.rail") === "away"); } catch { /* private window */ }
  document.addEventListener("submit", async (event) => {
    const form = event.target, chosen = event.submitter;
    if (!form.matches("[data-theme-switch]") || !chosen) return;
    event.preventDefault();
    root.dataset[chosen.name] = chosen.value;
    if (chosen.name === "theme") keep(chosen.value);
    form.querySelectorAll("button").forEach((button) => button.setAttribute("aria-pressed", button === chosen));
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form, chosen), redirect: "manual" }).catch(() => null);
    if (answer?.type !== "opaqueredirect") location.reload();
  });
})();
