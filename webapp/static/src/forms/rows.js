// Rows of a list are added and taken away on the spot; without scripts the same buttons ask the server.

import { startCounters } from "../js/parts/common.js";

export function startRows(form) {
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=_add], button[name=_remove]");
    if (!button || !form.contains(button)) return;
    event.preventDefault();
    const list = button.closest("[data-lb-field]");
    if (button.name === "_add") addRow(list)?.querySelector("input, select, textarea")?.focus();
    else removeRow(list, button.closest("[data-lb-row]"));
    form.dispatchEvent(new CustomEvent("lb:rows"));
    form.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

/** A new last row; `index` only to give back a certain one, otherwise the next free number. */
export function addRow(list, index = nextIndex(list)) {
  const template = list.querySelector("template[data-lb-new-row]");
  if (!template) return null;
  const rows = list.querySelector("[data-lb-rows]");
  rows.insertAdjacentHTML("beforeend", template.innerHTML.replaceAll("__row__", String(index)));
  renumber(list);
  startCounters(rows.lastElementChild);
  return rows.lastElementChild;
}

export function hasRow(list, index) {
  return list.querySelector(`[data-lb-field^="${CSS.escape(list.dataset.lbField)}[${index}]."]`) !== null;
}

function nextIndex(list) {
  const numbers = [...list.querySelectorAll("[data-lb-row] [data-lb-field]")].map((field) =>
    Number(field.dataset.lbField.match(/\[(\d+)\]/)?.[1] ?? -1),
  );
  return Math.max(-1, ...numbers) + 1;
}

function removeRow(list, row) {
  const typed = [...row.querySelectorAll("input:not([type=checkbox]), textarea")].some((box) => box.value.trim());
  if (typed && !window.confirm("这一条里已经填了内容，确定删除吗？")) return;
  row.remove();
  renumber(list);
  list.querySelector("button[name=_add]")?.focus();
}

function renumber(list) {
  list.querySelectorAll("[data-lb-row]").forEach((row, at) => {
    for (const place of row.querySelectorAll("[data-lb-number]")) place.textContent = String(at + 1);
  });
}
