// [data-editor=address]: Write and Preview of a Markdown text area; the server renders.
(() => {
  const root = document.documentElement;
  if (root.dataset.editors) return; // a dialog brings this along where it may be already
  root.dataset.editors = "on";
  const turn = async (editor, preview) => {
    const area = editor.querySelector("textarea"), shown = editor.querySelector(".editor-shown");
    editor.querySelectorAll("[aria-pressed]").forEach((b) => b.setAttribute("aria-pressed", b.matches("[data-preview]") === preview));
    if (preview) {
      shown.style.minHeight = `${area.offsetHeight}px`;
      const body = new FormData();
      body.set("text", area.value);
      body.set("csrfmiddlewaretoken", area.form.elements.csrfmiddlewaretoken.value);
      shown.setAttribute("aria-busy", "true");
      try {
        const answer = await fetch(editor.dataset.editor, { method: "POST", body, redirect: "error" });
        const text = await answer.text();
        if (answer.ok) shown.innerHTML = text;
        else shown.textContent = answer.status === 422 ? "The text is too long." : "It cannot be shown right now; your text is kept.";
      } catch { shown.textContent = "The server cannot be reached; your text is kept."; }
      shown.removeAttribute("aria-busy");
      if (editor.querySelector("[data-write]").getAttribute("aria-pressed") === "true") return;
    }
    area.hidden = preview;
    shown.hidden = !preview;
    if (!preview) area.focus();
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-write], [data-preview]");
    if (button) turn(button.closest("[data-editor]"), button.matches("[data-preview]"));
  });
  // A field that the browser finds wrong has to be seen.
  document.addEventListener("invalid", (event) => event.target.hidden && turn(event.target.closest("[data-editor]"), false), true);
})();
