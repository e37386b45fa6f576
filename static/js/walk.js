// [ and ] on an issue go along the list that one came from; without one, by number, as the server wrote it.
(() => {
  const issue = /^\/issues\/[A-Z0-9]+-\d+\/$/, links = document.querySelectorAll("[data-walk]");
  const way = JSON.parse(sessionStorage.getItem("walk") || "[]"), at = way.indexOf(location.pathname);
  if (at >= 0) links.forEach((link) => {
    const to = way[at + Number(link.dataset.walk)];
    link.hidden = !to;
    if (to) Object.assign(link, { href: to, title: `${to.split("/")[2]}, in the list that you came from` });
  });
  if (!links.length) document.addEventListener("click", (event) => {
    const link = event.target.closest?.("main a[href]");
    if (!link || !issue.test(link.pathname)) return;
    const all = [...document.querySelectorAll("main li a")].map((a) => a.pathname).filter((path) => issue.test(path));
    sessionStorage.setItem("walk", JSON.stringify([...new Set(all)]));
  }, true);
})();
