// Lists that change while they are looked at. A region [data-live] is asked for again while it says that something is
// active; only the cells that changed are replaced, so that focus, selection and open details stay. Where [data-shape]
// changes, all of the region is. Own changes of state are announced; ticks are not.
const FIRST = 2000;
const SLOWEST = 15000;

function follow(region) {
  const button = document.querySelector(`[data-live-pause="${region.id}"]`);
  const voice = document.querySelector(`[data-live-voice="${region.id}"]`);
  let delay = FIRST;
  let paused = false;
  let timer = 0;

  function announce(row, freshRow) {
    const { announce: words, requester } = freshRow.dataset;
    const own = !requester || requester === region.dataset.viewer;
    if (row && row.dataset.state !== freshRow.dataset.state && words && own) {
      voice.textContent = words;
    }
  }

  function update(fresh) {
    let changed = false;
    const rows = new Map([...region.querySelectorAll("[data-row]")].map((row) => [row.dataset.row, row]));
    const freshRows = [...fresh.querySelectorAll("[data-row]")];
    const reshaped = region.dataset.shape !== fresh.dataset.shape;
    if (reshaped || freshRows.length !== rows.size || freshRows.some((row) => !rows.has(row.dataset.row))) {
      // Rows came or went, or what stands beside them did. Not under somebody's hands: they see it when they leave the list.
      if (region.contains(document.activeElement)) return true;
      for (const freshRow of freshRows) announce(rows.get(freshRow.dataset.row), freshRow);
      region.replaceChildren(...fresh.childNodes);
      htmx.process(region);
      if (reshaped) region.dataset.shape = fresh.dataset.shape;
      changed = true;
    } else {
      for (const freshRow of freshRows) {
        const row = rows.get(freshRow.dataset.row);
        announce(row, freshRow);
        row.dataset.state = freshRow.dataset.state;
        [...freshRow.children].forEach((freshCell, index) => {
          const cell = row.children[index];
          if (cell.isEqualNode(freshCell) || cell.contains(document.activeElement)) return;
          const open = cell.querySelector("details")?.open;
          cell.replaceWith(freshCell);
          if (open && freshCell.querySelector("details")) freshCell.querySelector("details").open = true;
          htmx.process(freshCell);
          changed = true;
        });
      }
    }
    region.dataset.active = fresh.dataset.active;
    return changed;
  }

  async function ask() {
    try {
      const answer = await fetch(location.href, { headers: { "X-Polling": "1" }, redirect: "manual" });
      if (!answer.ok) throw new Error(`answer ${answer.status}`);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      delay = update(page.getElementById(region.id)) ? FIRST : Math.min(delay * 1.5, SLOWEST);
    } catch {
      // The server is away or the session ended: ask again, less and less often.
      delay = SLOWEST;
    }
    schedule();
  }

  function schedule() {
    clearTimeout(timer);
    const active = region.dataset.active === "true";
    button.hidden = !active;
    if (active && !paused && !document.hidden) timer = setTimeout(ask, delay);
  }

  button.addEventListener("click", () => {
    paused = !paused;
    button.setAttribute("aria-pressed", String(paused));
    delay = FIRST;
    schedule();
  });
  document.addEventListener("visibilitychange", () => {
    delay = FIRST;
    schedule();
  });
  schedule();
}

for (const region of document.querySelectorAll("[data-live]")) follow(region);
