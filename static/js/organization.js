// The organisation selector submits by itself; its button stays for people without JavaScript.
const form = document.getElementById("org-form");
if (form) {
  form.querySelector("[data-without-script]").hidden = true;
  form.querySelector("select").addEventListener("change", () => form.requestSubmit());
}
