// The two-pane school list, in front of a plain <select multiple>, which keeps the choice and is what the form sends.
// It exists in the panel that is shown only, so that the ids browser scripts rely on are unique (wire contract 4).
const SCHOOLS = 'select[multiple][name="School"]';
const BUTTONS = [
  ["Move all", "→→", (source) => choose(source.options, true)],
  ["Move selected", "→", (source, panes) => choose(picked(source, panes.available), true)],
  ["Remove selected", "←", (source, panes) => choose(picked(source, panes.chosen), false)],
  ["Remove all", "←←", (source) => choose(source.options, false)],
];

function choose(options, selected) {
  for (const option of options) option.selected = selected;
}

function picked(source, pane) {
  const values = new Set([...pane.selectedOptions].map((option) => option.value));
  return [...source.options].filter((option) => values.has(option.value));
}

function pane(id, words, attributes) {
  const box = document.createElement("div");
  box.className = "dual-pane";
  const label = document.createElement("label");
  label.htmlFor = id;
  label.dataset.words = words;
  const select = document.createElement("select");
  select.multiple = true;
  select.size = 10;
  select.id = id;
  for (const [name, value] of Object.entries(attributes)) if (value !== null) select.setAttribute(name, value);
  box.append(label, select);
  return { box, label, select };
}

function build(source) {
  const name = source.name;
  // An error of the field belongs to both lists.
  const attributes = {};
  for (const attribute of ["aria-describedby", "aria-invalid"]) attributes[attribute] = source.getAttribute(attribute);
  const available = pane(`bootstrap-duallistbox-nonselected-list_${name}`, "Available", attributes);
  const chosen = pane(`bootstrap-duallistbox-selected-list_${name}`, "Selected", attributes);
  const panes = { available: available.select, chosen: chosen.select };
  const list = document.createElement("div");
  list.className = "dual";
  list.setAttribute("role", "group");
  list.setAttribute("aria-label", "Schools");
  const buttons = document.createElement("div");
  buttons.className = "dual-buttons";

  function fill() {
    for (const [side, wanted] of [[available, false], [chosen, true]]) {
      const options = [...source.options].filter((option) => option.selected === wanted);
      side.select.replaceChildren(...options.map((option) => new Option(option.text, option.value)));
      side.label.textContent = `${side.label.dataset.words} (${options.length})`;
    }
    source.dispatchEvent(new Event("schools:changed", { bubbles: true }));
  }

  for (const [title, sign, act] of BUTTONS) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-small";
    button.title = title;
    button.setAttribute("aria-label", title);
    button.textContent = sign;
    button.addEventListener("click", () => {
      act(source, panes);
      fill();
    });
    buttons.append(button);
  }
  available.select.addEventListener("dblclick", () => buttons.children[1].click());
  chosen.select.addEventListener("dblclick", () => buttons.children[2].click());
  for (const [select, button] of [[available.select, 1], [chosen.select, 2]]) {
    select.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      buttons.children[button].click();
    });
  }
  list.append(available.box, buttons, chosen.box);
  fill();
  source.hidden = true;
  source.after(list);
}

// The list of errors leads to the plain select, which is hidden.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  const source = link && document.getElementById(link.hash.slice(1));
  if (!source?.matches(SCHOOLS) || !source.hidden) return;
  event.preventDefault();
  source.nextElementSibling.querySelector("select").focus();
});

// Placed students are lost in silence when their pseudo-school stays behind (research: the most frequent mistake).
function warn(source) {
  const warning = source.closest(".field").querySelector("[data-placements-warning]");
  if (!warning) return;
  const chosen = [...source.selectedOptions].map((option) => option.value);
  const missing = [...source.options].filter(
    (option) => ["0000001", "0000002"].includes(option.value) && !option.selected,
  );
  warning.hidden = chosen.length === 0 || missing.length === 0;
}

document.addEventListener("schools:changed", (event) => warn(event.target));
document.addEventListener("change", (event) => {
  if (event.target.matches(SCHOOLS)) warn(event.target);
});
document.addEventListener("panel:shown", (event) => {
  for (const source of event.target.querySelectorAll(SCHOOLS)) {
    if (!source.hidden) build(source);
  }
});
document.addEventListener("panel:hidden", (event) => {
  for (const source of event.target.querySelectorAll(SCHOOLS)) {
    if (source.nextElementSibling?.matches(".dual")) source.nextElementSibling.remove();
    source.hidden = false;
  }
});
