// Shows and hides fields as others change. Hidden fields keep what was typed; the server ignores it.

import { evaluate, hiddenKeys, without } from "./feel.js";
import { readField } from "./values.js";

export function startConditions(form) {
  for (const hint of form.querySelectorAll(".lb-when")) hint.hidden = true;
  const update = () => updateForm(form);
  form.addEventListener("input", update);
  form.addEventListener("change", update);
  form.addEventListener("lb:rows", update);
  update();
}

function updateForm(form) {
  const outside = (element) => !element.closest("[data-lb-row]");
  const shown = updateScope(form, outside, (values) => ({ ...values, this: values }));
  for (const row of form.querySelectorAll("[data-lb-row]")) {
    for (const hint of row.querySelectorAll(".lb-when")) hint.hidden = true;
    const inside = (element) => element.closest("[data-lb-row]") === row;
    updateScope(row, inside, (values) => ({ ...shown, this: values }));
  }
}

function updateScope(root, belongs, scoped) {
  const fields = [...root.querySelectorAll("[data-lb-field]")].filter(belongs);
  const values = Object.fromEntries(fields.map((field) => [keyOf(field), readField(field)]));
  const watched = fields.filter((field) => field.dataset.lbHide);
  const hides = Object.fromEntries(watched.map((field) => [keyOf(field), JSON.parse(field.dataset.lbHide)]));
  const hidden = hiddenKeys(hides, values, scoped);
  const shown = without(values, hidden);
  for (const field of watched) field.hidden = hidden.has(keyOf(field));
  for (const display of root.querySelectorAll("[data-lb-hide]:not([data-lb-field])")) {
    if (belongs(display)) display.hidden = evaluate(JSON.parse(display.dataset.lbHide), scoped(shown));
  }
  return shown;
}

function keyOf(field) {
  return field.dataset.lbField.split("].").pop();
}
