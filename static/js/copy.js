// Copies what stands in data-copy and says so, in the button and to screen readers.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const words = button.textContent;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Copying is not allowed here";
  }
  setTimeout(() => {
    button.textContent = words;
  }, 2000);
});
for (const button of document.querySelectorAll("[data-copy][hidden]")) button.hidden = false;
