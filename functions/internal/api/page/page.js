// The page works without this script. With it, forms marked data-stay change the
// cart without leaving the place where the visitor is.
"use strict";

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!("stay" in form.dataset)) return;
  event.preventDefault();
  const focused = document.activeElement.id;
  form.ariaBusy = "true"; // Until the form is replaced, with all that shows the cart.
  try {
    const response = await fetch(form.action, {
      method: "POST",
      headers: { Accept: "text/html" },
      body: new URLSearchParams(new FormData(form)),
    });
    show(new DOMParser().parseFromString(await response.text(), "text/html"), focused);
    if (response.ok) say(form.dataset.done);
  } catch {
    location.reload(); // Whether the change arrived, only the server knows.
  }
});

// show puts what another document shows in place of what this one does. The
// focus stays where it was or, if that is gone, goes to the beginning of it.
function show(other, focused) {
  document.title = other.title;
  for (const part of ["header", "main"]) {
    document.querySelector(part).replaceWith(other.querySelector(part));
  }
  const target = document.getElementById(focused) ?? document.getElementById("main");
  target.focus({ preventScroll: true });
}

// say shows a sentence for a while, and has screen readers read it.
let silence;
function say(text) {
  const note = document.querySelector(".note");
  note.textContent = text;
  clearTimeout(silence);
  silence = setTimeout(() => note.replaceChildren(), 5000);
}

// A page that the browser had put aside is shown as the visitor left it, who may
// have signed out since.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
