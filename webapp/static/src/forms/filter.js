// A box that narrows long lists of choices down as one types; the choice itself stays an ordinary control.

import { matches } from "./pinyin.js";

const LONG = 12;

export function startFilters(form) {
  for (const select of form.querySelectorAll("[data-lb-kind=select] select")) {
    if (select.options.length > LONG && !select.disabled) narrowSelect(select);
  }
  for (const box of form.querySelectorAll(".lb-choices-many")) narrowBoxes(box);
}

function filterBox(before, label) {
  const input = document.createElement("input");
  Object.assign(input, { type: "search", className: "form-control lb-filter", placeholder: "名称或拼音首字母", autocomplete: "off" });
  input.setAttribute("aria-label", `查找${label}`);
  input.dataset.lbFilter = "";
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) event.preventDefault();
  });
  for (const name of ["input", "change"]) input.addEventListener(name, (event) => event.stopPropagation());
  before.before(input);
  return input;
}

function narrowSelect(select) {
  const all = [...select.options];
  const label = select.labels[0]?.firstChild?.textContent ?? "";
  const input = filterBox(select, label);
  input.addEventListener("input", () => {
    const typed = input.value.trim();
    const found = all.filter((option) => option.value && matches(option.text, typed));
    select.replaceChildren(...all.filter((option) => option.selected || !option.value || found.includes(option)));
    if (typed && found.length === 1) pick(select, found[0]);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || !input.value.trim()) return;
    const first = [...select.options].find((option) => option.value && matches(option.text, input.value));
    if (first) pick(select, first);
  });
}

function pick(select, option) {
  if (option.selected) return;
  option.selected = true;
  select.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Many boxes: what is chosen stands as tokens, the rest appears as one types or with the arrow down. */
function narrowBoxes(box) {
  const field = box.closest("fieldset");
  const label = field?.querySelector("legend")?.firstChild?.textContent ?? "";
  const input = filterBox(box, label);
  const tokens = document.createElement("ul");
  tokens.className = "lb-tokens";
  tokens.setAttribute("aria-label", `已选的${label}`);
  input.before(tokens);
  if (!box.id) box.id = `${field.dataset.lbField}-list`;
  input.setAttribute("aria-controls", box.id);
  const choices = [...box.querySelectorAll(".lb-choice")];
  let isOpen = false;
  const show = () => {
    const typed = input.value.trim();
    const opens = isOpen || typed !== "";
    box.hidden = !opens;
    input.setAttribute("aria-expanded", String(opens));
    for (const choice of choices) choice.hidden = !matches(choice.textContent, typed) && !boxOf(choice).checked;
  };
  const drawTokens = () => tokens.replaceChildren(...choices.filter((each) => boxOf(each).checked).map((each) => token(each, input)));
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-haspopup", "true");
  input.addEventListener("input", show);
  input.addEventListener("keydown", (event) => {
    const first = choices.find((each) => !each.hidden && !boxOf(each).checked);
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && input.value.trim() && first) {
      boxOf(first).click();
      input.value = "";
      show();
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      isOpen = true;
      show();
      choices.find((each) => !each.hidden)?.querySelector("input").focus();
    } else if (event.key === "Escape") {
      isOpen = false;
      input.value = "";
      show();
    }
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      isOpen = false;
      input.value = "";
      show();
      input.focus();
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const shown = choices.filter((each) => !each.hidden);
    const next = shown[shown.findIndex((each) => each.contains(event.target)) + (event.key === "ArrowDown" ? 1 : -1)];
    (next ? boxOf(next) : input).focus();
  });
  field.addEventListener("change", drawTokens);
  box.closest("form")?.addEventListener("lb:rows", drawTokens);
  drawTokens();
  show();
}

function boxOf(choice) {
  return choice.querySelector("input");
}

function token(choice, input) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  const name = choice.textContent.trim();
  Object.assign(button, { type: "button", className: "lb-token", textContent: `${name} ×` });
  button.setAttribute("aria-label", `不选${name}`);
  button.addEventListener("click", () => {
    boxOf(choice).click();
    input.focus();
  });
  item.append(button);
  return item;
}
