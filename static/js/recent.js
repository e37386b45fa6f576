// Remembers, as long as this tab lives and somebody is signed in, which issues, projects and people one looked at.
(() => {
  if (!/^\/(issues\/[A-Z0-9]+-\d+|projects\/[A-Z0-9]+|people\/\w+)\/$/.test(location.pathname) || !document.querySelector("main") || document.querySelector(".error-page")) return;
  try {
    const known = JSON.parse(sessionStorage.getItem("itms.recent") || "[]").filter((one) => one.href !== location.pathname);
    known.unshift({ href: location.pathname, text: document.title.replace(/ · ITMS$/, "").replace(/ · People$/, "") });
    sessionStorage.setItem("itms.recent", JSON.stringify(known.slice(0, 9)));
  } catch { /* private window */ }
})();
