// Warns before the session ends and lets it go on with one key (WCAG 2.2.1). The server alone decides when it ends.
// Windows of the same browser share one session: what one learns it tells the others.
const WARNING = 2 * 60 * 1000;
const SHARED = "calpads-session-expires";

function start(dialog) {
  const stay = dialog.querySelector("[data-stay]");
  const remaining = dialog.querySelector("[data-remaining]");
  const voice = dialog.querySelector("[data-voice]");
  const { sessionExpires, now } = document.body.dataset;
  let expires = 0;
  let timer = 0;

  function words(milliseconds) {
    const seconds = Math.max(Math.ceil(milliseconds / 1000), 0);
    if (seconds > 90) return `${Math.ceil(seconds / 60)} minutes`;
    return seconds === 1 ? "1 second" : `${seconds} seconds`;
  }

  function tick() {
    clearTimeout(timer);
    const left = expires - Date.now();
    if (left <= 0) {
      // The server answers with the sign-in page, which leads back here.
      location.reload();
      return;
    }
    // A session shorter than the warning warns at half of it.
    if (left > WARNING) {
      if (dialog.open) dialog.close();
      timer = setTimeout(tick, Math.min(left - WARNING, 2 ** 30));
      return;
    }
    remaining.textContent = words(left);
    if (!dialog.open) {
      dialog.showModal();
      stay.focus();
      voice.textContent = `Your session ends in ${words(left)}.`;
    }
    timer = setTimeout(tick, 1000);
  }

  function learn(milliseconds, tell) {
    expires = milliseconds;
    if (tell) localStorage.setItem(SHARED, String(milliseconds));
    tick();
  }

  async function keepAlive() {
    const token = document.querySelector("#org-form [name=__RequestVerificationToken]").value;
    try {
      const answer = await fetch(dialog.dataset.keepAlive, { method: "POST", headers: { "X-CSRFToken": token } });
      const { expires_at: at } = await answer.json();
      dialog.close();
      learn(Date.parse(at), true);
    } catch {
      location.reload();
    }
  }

  stay.addEventListener("click", keepAlive);
  dialog.addEventListener("cancel", keepAlive);
  addEventListener("storage", (event) => {
    if (event.key === SHARED && Number(event.newValue) > expires) learn(Number(event.newValue), false);
  });
  // The two clocks may differ: what counts is how long it is until then.
  learn(Date.now() + (Number(sessionExpires) - Number(now)) * 1000, true);
}

const dialog = document.getElementById("session-dialog");
if (dialog) start(dialog);
