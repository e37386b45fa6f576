// Remembers, as long as this tab lives and somebody is signed in, which issues, projects and people one looked at.
try {
  const href = location.pathname, known = JSON.parse(sessionStorage["itms.recent"] || "[]").filter((one) => one.href !== href);
  if (/^\/(issues\/[A-Z0-9]+-\d+|projects\/[A-Z0-9]+|people\/\w+)\/$/.test(href) && !document.querySelector(".error-page")) {
    sessionStorage["itms.recent"] = JSON.stringify([{ href, text: document.title.replace(/( · People)? · ITMS$/, "") }, ...known].slice(0, 9));
  }
} catch { /* private window */ }
