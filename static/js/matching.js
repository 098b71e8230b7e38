// Keys of the choice, only while the focus is inside it (WCAG 2.1.4): digits choose, N goes on, P goes back.
const form = document.querySelector("[data-keys]");

if (form) {
  form.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^[0-9]$/.test(event.key)) {
      const choice = document.getElementById(`choice-${event.key}`);
      if (choice) {
        choice.checked = true;
        choice.focus();
        event.preventDefault();
      }
      return;
    }
    const link = { n: "[data-next]", p: "[data-previous]" }[event.key.toLowerCase()];
    if (link) document.querySelector(link)?.click();
  });
}
