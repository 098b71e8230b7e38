// Buttons that tick or untick every box of a list. Without scripts they are not there.
for (const buttons of document.querySelectorAll("[data-ticks]")) {
  const list = document.getElementById(buttons.dataset.ticks);
  buttons.hidden = false;
  buttons.addEventListener("click", (event) => {
    const button = event.target.closest("[data-tick]");
    if (!button) return;
    for (const box of list.querySelectorAll("input[type=checkbox]")) box.checked = button.dataset.tick === "true";
  });
}
