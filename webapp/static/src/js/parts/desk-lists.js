// Lists by keyboard: j and k move along the rows ([data-row] with a [data-row-link]), Enter opens; filters send themselves.

import { isTyping } from "./shortcuts.js";

export function startRows() {
  const rows = [...document.querySelectorAll("[data-row]")];
  if (!rows.length) return;
  let here = -1;
  const go = (index) => {
    rows[here]?.classList.remove("is-here");
    here = Math.max(0, Math.min(rows.length - 1, index));
    rows[here].classList.add("is-here");
    rows[here].scrollIntoView({ block: "nearest" });
    rows[here].querySelector("[data-row-link]")?.focus({ preventScroll: true });
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key === "j") go(here + 1);
    else if (event.key === "k") go(here - 1);
  });
}

/** A changed choice shows its result at once; the button stays for those who prefer it. */
export function startFilters() {
  for (const form of document.querySelectorAll("form[data-submits-on-change]")) {
    form.addEventListener("change", (event) => {
      if (event.target.matches("select, input[type=checkbox]")) form.requestSubmit();
    });
    form.addEventListener("submit", () => {
      for (const field of form.elements) if (field.name && !field.value) field.disabled = true;
    });
  }
  window.addEventListener("pageshow", () => {
    for (const field of document.querySelectorAll("form[data-submits-on-change] :disabled")) field.disabled = false;
  });
}
