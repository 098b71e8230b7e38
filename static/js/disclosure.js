// Menus made of <details>: Escape and a click elsewhere close them, and a filter box narrows their entries.
const menus = "details[data-menu]";

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(`${menus}[open]`)) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest(`${menus}[open]`);
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A list shows the entries that hold every word typed. `data-search` holds the words an entry is also known by.
function narrow(box) {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  const list = document.getElementById(box.dataset.filters);
  let shown = 0;
  for (const entry of list.querySelectorAll("[data-search]")) {
    const known = `${entry.dataset.search} ${entry.textContent}`.toLowerCase();
    entry.hidden = !words.every((word) => known.includes(word));
    if (!entry.hidden) shown += 1;
  }
  for (const group of list.querySelectorAll("[data-group]")) {
    group.hidden = !group.querySelector("[data-search]:not([hidden])");
  }
  const count = list.querySelector("[data-count]");
  if (count) count.textContent = shown === 0 ? "Nothing found. Try a record type such as SENR." : "";
}

for (const box of document.querySelectorAll("input[data-filters]")) {
  box.closest("[hidden]")?.removeAttribute("hidden");
  box.addEventListener("input", () => narrow(box));
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    document.getElementById(box.dataset.filters).querySelector("[data-search]:not([hidden]) a")?.click();
  });
}

for (const menu of document.querySelectorAll(menus)) {
  menu.addEventListener("toggle", () => menu.open && menu.querySelector("input[data-filters]")?.focus());
}
