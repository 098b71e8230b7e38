// What htmx loads into a <dialog> opens it. Without JavaScript the same links lead to full pages.
let opener = null;

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target.closest("dialog") && !event.detail.elt.closest("dialog")) opener = event.detail.elt;
});

// A link that failed is followed, for its page says why. A form that failed may have got through all the same.
function failed(event) {
  const { elt, xhr } = event.detail;
  if (elt.matches("a[href]")) {
    location.assign(elt.href);
    return;
  }
  const alert = document.createElement("div");
  alert.className = "alert alert-danger";
  alert.setAttribute("role", "alert");
  const happened = xhr.status ? `The portal answered with an error (${xhr.status}).` : "The portal did not answer.";
  alert.textContent = `${happened} Look in Submitted Extracts whether the request is there before you send it again.`;
  elt.parentElement.querySelector(":scope > .alert")?.remove();
  elt.before(alert);
}

document.addEventListener("htmx:responseError", failed);
document.addEventListener("htmx:sendError", failed);

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
    dialog.querySelector("[data-content]").replaceChildren();
    opener?.closest("details[data-menu]")?.querySelector("summary").focus();
    opener?.focus();
    opener = null;
  });
}
