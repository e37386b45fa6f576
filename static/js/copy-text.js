// [data-copy-text=text]: a click copies the text, or the address of the link when there is none, and says so.
document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("[data-copy-text]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const text = link.dataset.copyText || link.href, menu = link.closest("details[data-menu]");
  if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  try { await navigator.clipboard.writeText(text); } catch { prompt("Copy it from here:", text); return; }
  const toast = Object.assign(document.createElement("div"), { className: "toast", textContent: `Copied: ${text}` });
  document.getElementById("toasts").append(toast);
  setTimeout(() => toast.remove(), 3000);
});
