// The ways of asking stand one below the other; with JavaScript they become tabs. What is inside a panel learns by
// `panel:shown` and `panel:hidden` whether it is seen: ids that programs rely on may stand on the page only once.
function tell(panel, shown) {
  panel.hidden = !shown;
  panel.dispatchEvent(new CustomEvent(shown ? "panel:shown" : "panel:hidden", { bubbles: true }));
}

function tabbed(container) {
  const panels = [...container.querySelectorAll(".tab-panel")];
  const tabs = panels.map((panel) => container.querySelector(`.tabs a[href="#${panel.id}"]`)).filter(Boolean);
  if (tabs.length === 0) {
    panels.forEach((panel) => tell(panel, true));
    return;
  }

  function show(chosen) {
    tabs.forEach((tab, index) => {
      tab.setAttribute("aria-selected", String(index === chosen));
      tab.tabIndex = index === chosen ? 0 : -1;
    });
    // First hide, then show: see above.
    panels.forEach((panel, index) => index !== chosen && tell(panel, false));
    tell(panels[chosen], true);
  }

  container.classList.add("tabbed");
  container.querySelector(".tabs").setAttribute("role", "tablist");
  tabs.forEach((tab, index) => {
    tab.parentElement.setAttribute("role", "presentation");
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", panels[index].id);
    panels[index].setAttribute("role", "tabpanel");
    panels[index].setAttribute("aria-labelledby", tab.id);
    tab.addEventListener("click", (event) => {
      event.preventDefault();
      show(index);
    });
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = (index + step + tabs.length) % tabs.length;
      show(next);
      tabs[next].focus();
    });
  });
  show(Math.max(tabs.findIndex((tab) => tab.hasAttribute("data-chosen")), 0));
}

// htmx says this for the page once it has loaded, and for everything it puts into it.
document.addEventListener("htmx:load", (event) => {
  const root = event.detail.elt;
  if (root.matches("[data-tabs]")) tabbed(root);
  for (const container of root.querySelectorAll("[data-tabs]")) tabbed(container);
});
