// Dropping files on the form, and progress while they are sent. Without JavaScript the form goes as any other does.
const form = document.getElementById("upload");

if (form) {
  const input = form.querySelector("input[type=file]");
  const drop = form.querySelector("[data-drop]");
  const list = form.querySelector("[data-chosen-files]");
  const progress = form.querySelector("[data-progress]");
  const bar = progress.querySelector("progress");
  const words = progress.querySelector("[data-progress-words]");

  form.querySelector("[data-drop-words]").hidden = false;

  function name() {
    list.replaceChildren(
      ...[...input.files].map((file) => {
        const item = document.createElement("li");
        item.textContent = `${file.name}, ${Math.max(1, Math.round(file.size / 1024)).toLocaleString()} KB`;
        return item;
      }),
    );
  }

  input.addEventListener("change", name);
  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add("is-over");
    });
  }
  for (const kind of ["dragleave", "drop"]) {
    drop.addEventListener(kind, () => drop.classList.remove("is-over"));
  }
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      name();
    }
  });

  form.addEventListener("submit", (event) => {
    if (!input.files.length) return;
    event.preventDefault();
    const request = new XMLHttpRequest();
    const button = form.querySelector("[type=submit]");
    button.disabled = true;
    progress.hidden = false;
    request.upload.addEventListener("progress", (moved) => {
      if (!moved.lengthComputable) return;
      const done = Math.floor((moved.loaded * 100) / moved.total);
      bar.value = done;
      words.textContent = done < 100 ? `Uploading, ${done} %` : "Received, one moment";
    });
    request.addEventListener("load", () => {
      const there = request.getResponseHeader("HX-Redirect");
      if (there) {
        location.assign(there);
        return;
      }
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      document.querySelector("main").replaceWith(page.querySelector("main"));
      document.querySelector("[data-focus]")?.focus();
    });
    request.addEventListener("error", () => {
      button.disabled = false;
      progress.hidden = true;
      words.textContent = "Uploading";
      form.submit();
    });
    request.open("POST", form.action);
    request.setRequestHeader("HX-Request", "true"); // the answer names the next page and does not go there itself
    request.send(new FormData(form));
  });
}
