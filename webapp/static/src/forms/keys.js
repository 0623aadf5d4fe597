// A form by keyboard: 1 to 9 choose, Ctrl+Enter submits; buttons that fill the form in do so on the spot.

import { isTyping } from "../js/parts/shortcuts.js";

const BESIDE_THE_LETTER = "(min-width: 1100px)";

export function startKeys(form) {
  for (const button of form.querySelectorAll("[data-lb-sets]")) fillOnTheSpot(form, button);
  document.addEventListener("keydown", (event) => {
    if (!form.isConnected || document.querySelector("dialog[open]")) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && isOurs(form, event.target)) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[data-lb-submit]"));
    } else if (/^[1-9]$/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target)) {
      choose(form, Number(event.key), event);
    }
  });
  numberChoices(form);
  if (form.closest(".lb-work") && window.matchMedia(BESIDE_THE_LETTER).matches) focusDecision(form);
}

function isOurs(form, target) {
  return form.contains(target) || !target.closest("form");
}

/** The group that has the focus, else the one that decides, else the first. */
function decisive(form, target) {
  const focused = target?.closest?.("[data-lb-kind=radio]");
  if (focused && form.contains(focused)) return focused;
  return form.querySelector("[data-lb-kind=radio][data-lb-field=outcome]") ?? form.querySelector("[data-lb-kind=radio]");
}

function choose(form, number, event) {
  const radio = decisive(form, event.target)?.querySelectorAll("input[type=radio]")[number - 1];
  if (!radio || radio.disabled) return;
  event.preventDefault();
  radio.focus();
  if (!radio.checked) radio.click();
}

function numberChoices(form) {
  const radios = decisive(form)?.querySelectorAll("input[type=radio]") ?? [];
  [...radios].slice(0, 9).forEach((radio, at) => {
    radio.setAttribute("aria-keyshortcuts", String(at + 1));
    const key = document.createElement("kbd");
    key.textContent = String(at + 1);
    key.setAttribute("aria-hidden", "true");
    radio.labels[0]?.after(key);
  });
}

function focusDecision(form) {
  if (document.querySelector(".lb-errors") || document.activeElement !== document.body) return;
  const group = decisive(form);
  const first = group?.querySelector("input:checked") ?? group?.querySelector("input") ?? form.closest(".lb-work");
  first.focus({ preventScroll: true });
}

function fillOnTheSpot(form, button) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    for (const [name, value] of Object.entries(JSON.parse(button.dataset.lbSets))) {
      const radio = form.querySelector(`input[type=radio][name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`);
      if (radio && !radio.checked) radio.click();
    }
    decisive(form)?.querySelector("input:checked")?.focus();
  });
}
