// Behaviour that every page may use; pages work without any of it.
import { startPaperTexts } from "./paper.js";

export function onReady(act) {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", act);
  else act();
}

/** Number of characters as people count them: code points, line breaks once. */
export function countCharacters(text) {
  return [...text.replace(/\r\n/g, "\n")].length;
}

export function startCounters(root = document) {
  for (const area of root.querySelectorAll("textarea[data-limit]")) {
    const limit = Number(area.dataset.limit);
    const output = document.getElementById(`${area.id}-count`);
    if (!output) continue;
    const show = () => {
      const left = limit - countCharacters(area.value);
      output.textContent = left >= 0 ? `还可以写 ${left.toLocaleString("zh-CN")} 个字` : `超出 ${(-left).toLocaleString("zh-CN")} 个字`;
      output.classList.toggle("is-over", left < 0);
    };
    area.addEventListener("input", show);
    show();
  }
}

/** A second press of the same button does nothing while the first is on its way. */
export function guardDoubleSubmit() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.matches("[hx-post], [data-repeatable]")) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });
}

export function startPrintButtons() {
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}

/** The error summary takes the focus, so that it is read out first; closed menus close on Escape and outside clicks. */
export function startFocus() {
  document.querySelector(".lb-errors")?.focus();
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.lb-menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.lb-menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
}

export function startCommon() {
  startCounters();
  guardDoubleSubmit();
  startPrintButtons();
  startPaperTexts();
  startFocus();
}
