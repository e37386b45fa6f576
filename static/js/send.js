// Ctrl+Enter (or ⌘+Enter) sends the form that one is writing in; with Shift by its button "… and add another".
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  const form = event.target.closest?.("form");
  if (!form || !event.target.matches("textarea, input, select")) return;
  event.preventDefault();
  const button = (event.shiftKey && form.querySelector("[name=another]")) || form.querySelector("[data-primary]");
  if (button) button.click(); else form.requestSubmit();
});
