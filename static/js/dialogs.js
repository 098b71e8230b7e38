// What htmx loads into a <dialog> opens it. Without JavaScript the same links lead to full pages.
let opener = null;

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target.closest("dialog") && !event.detail.elt.closest("dialog")) opener = event.detail.elt;
});

// Signed out meanwhile: the answer is the sign-in page, which belongs in the window and not in the dialog.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (new URL(event.detail.xhr.responseURL).pathname.toLowerCase() === "/account/login") {
    event.detail.shouldSwap = false;
    location.reload();
  }
});

document.addEventListener("htmx:afterSettle", (event) => {
  const dialog = event.detail.target.closest("dialog");
  if (!dialog) return;
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
  (dialog.querySelector("[data-focus]") ?? dialog.querySelector("h1")).focus();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
});

for (const dialog of document.querySelectorAll("dialog[data-loads]")) {
  dialog.addEventListener("close", () => {
    // A finished request must be seen in the list behind the dialog.
    const finished = dialog.querySelector("[data-finished]");
    dialog.querySelector("[data-content]").replaceChildren();
    if (finished) location.assign(finished.dataset.finished);
    opener?.closest("details[data-menu]")?.querySelector("summary").focus();
    opener?.focus();
    opener = null;
  });
}
