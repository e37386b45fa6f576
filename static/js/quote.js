// r with words selected in a description or comment: puts them as a quotation into the composer.
document.addEventListener("keydown", (event) => {
  if (event.key !== "r" || document.documentElement.dataset.keys !== "on" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, dialog, .menu-body")) return;
  const selection = getSelection(), words = selection.toString().trim(), area = document.querySelector("#composer textarea");
  if (!words || !area || !selection.anchorNode.parentElement.closest(".split-main .prose")) return;
  event.preventDefault();
  const before = area.value.trimEnd();
  area.value = `${before}${before ? "\n\n" : ""}${words.replace(/^/gm, "> ")}\n\n`;
  area.dispatchEvent(new Event("input", { bubbles: true }));
  area.focus();
  area.setSelectionRange(area.value.length, area.value.length);
}, true);
