// What a person has typed so far, in the types that conditions know.

const NUMBER = /^[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})([eE][+-]?\d{1,2})?$/;

/** The value of one field; null for nothing typed. */
export function readField(field) {
  const kind = field.dataset.lbKind;
  const boxes = [...field.querySelectorAll("input[type=checkbox], input[type=radio]")];
  if (kind === "checkbox") return boxes.some((box) => box.checked);
  if (kind === "radio") return boxes.find((box) => box.checked)?.value ?? null;
  if (kind === "checklist" || kind === "taglist") return boxes.filter((box) => box.checked).map((box) => box.value);
  if (kind === "dynamiclist") return null;
  return readControl(kind, field.querySelector("input:not([data-lb-filter]), select, textarea"));
}

function readControl(kind, control) {
  const text = control.value.trim();
  if (text === "") return null;
  if (kind === "number") {
    const plain = text.normalize("NFKC");
    return NUMBER.test(plain) ? Number(plain) : null;
  }
  return control.type === "datetime-local" ? `${text}:00+08:00` : text;
}
