// Keeps <time data-ago>, and the short one at the end of a row, right while a page stays open; the server wrote the first text.
(() => {
  const text = (seconds, short) => {
    if (seconds < 60) return short ? "now" : "just now";
    const [n, unit] = seconds < 3600 ? [seconds / 60, "min"] : seconds < 86400 ? [seconds / 3600, "h"] : [seconds / 86400, "d"];
    return `${Math.floor(n)} ${unit}${short ? "" : " ago"}`;
  };
  const kinds = "time[data-ago], .row > time:last-child";
  const refresh = () => {
    if (document.hidden) return;
    document.querySelectorAll(kinds).forEach((time) => {
      const seconds = (Date.now() - Date.parse(time.dateTime)) / 1000;
      if (seconds >= -60 && seconds < 30 * 86400) {
        const now = text(seconds, !("ago" in time.dataset));
        if (time.textContent !== now) time.textContent = now;
      }
    });
  };
  document.addEventListener("pointerover", (event) => {
    const time = event.target.closest?.(`:is(${kinds}):not([title])`);
    if (time) time.title = new Date(time.dateTime).toLocaleString([], { dateStyle: "full", timeStyle: "long" });
  });
  setInterval(refresh, 60000);
  document.addEventListener("visibilitychange", refresh);
})();
