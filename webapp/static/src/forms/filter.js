// A box that narrows long lists of choices down as one types; the choice itself stays an ordinary control.

const LONG = 12;

export function startFilters(form) {
  for (const select of form.querySelectorAll("[data-lb-kind=select] select")) {
    if (select.options.length > LONG && !select.disabled) narrowSelect(select);
  }
  for (const box of form.querySelectorAll(".lb-choices-many")) narrowBoxes(box);
}

function filterBox(before, label) {
  const input = document.createElement("input");
  Object.assign(input, { type: "search", className: "form-control lb-filter", placeholder: "输入几个字查找", autocomplete: "off" });
  input.setAttribute("aria-label", `查找${label}`);
  input.dataset.lbFilter = "";
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
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
    const words = input.value.trim();
    select.replaceChildren(...all.filter((option) => option.selected || !option.value || option.text.includes(words)));
  });
}

function narrowBoxes(box) {
  const label = box.closest("fieldset")?.querySelector("legend")?.firstChild?.textContent ?? "";
  const input = filterBox(box, label);
  input.addEventListener("input", () => {
    const words = input.value.trim();
    for (const choice of box.querySelectorAll(".lb-choice")) {
      choice.hidden = !choice.textContent.includes(words) && !choice.querySelector("input").checked;
    }
  });
}
