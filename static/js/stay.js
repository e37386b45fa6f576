// <form data-stay>: after it was sent the page stands where it stood, with the focus on the same control.
(() => {
  const kept = JSON.parse(sessionStorage.getItem("stay") || "{}");
  sessionStorage.removeItem("stay");
  const put = () => { scrollTo(0, kept.top); document.getElementById(kept.focus)?.focus({ preventScroll: true }); };
  if (kept.path === location.pathname) { put(); addEventListener("load", put); }
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-stay]")) sessionStorage.setItem("stay", JSON.stringify({ path: location.pathname, top: scrollY, focus: event.submitter?.id }));
  });
})();
