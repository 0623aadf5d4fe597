// Conditions of task forms, as trees made by the server. The same as letterbox/domain/forms/feel.py and form_check.py.

export function evaluate(tree, values) {
  return valueOf(tree, values) === true;
}

function valueOf([op, ...rest], values) {
  switch (op) {
    case "lit":
      return rest[0];
    case "name":
      return lookedUp(rest[0], values);
    case "list":
      return rest.map((item) => valueOf(item, values));
    case "not":
      return valueOf(rest[0], values) !== true;
    case "and":
      return rest.every((part) => valueOf(part, values) === true);
    case "or":
      return rest.some((part) => valueOf(part, values) === true);
    default:
      return compare(op, valueOf(rest[0], values), valueOf(rest[1], values));
  }
}

function own(values, name) {
  return values && Object.hasOwn(values, name) ? (values[name] ?? null) : null;
}

function lookedUp(name, values) {
  return name.startsWith("this.") ? own(values.this, name.slice("this.".length)) : own(values, name);
}

function compare(op, left, right) {
  if (op === "=") return same(left, right);
  if (op === "!=") return !same(left, right);
  if (op === "in") return Array.isArray(right) && right.some((item) => same(left, item));
  const sign = order(left, right);
  if (sign === null) return false;
  return { "<": sign < 0, "<=": sign <= 0, ">": sign > 0, ">=": sign >= 0 }[op];
}

function isPlain(value) {
  return value === null || ["boolean", "number", "string"].includes(typeof value);
}

function same(left, right) {
  return isPlain(left) && left === right;
}

function order(left, right) {
  if (typeof left === "number" && typeof right === "number") return Math.sign(left - right);
  if (typeof left === "string" && typeof right === "string") return orderOfText([...left], [...right]);
  return null;
}

/** By code point, as Python orders text. */
function orderOfText(left, right) {
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    const difference = left[at].codePointAt(0) - right[at].codePointAt(0);
    if (difference) return Math.sign(difference);
  }
  return Math.sign(left.length - right.length);
}

/** Names of the fields to hide. `hides`: name → tree; `scoped(shown)`: every name a condition may use. */
export function hiddenKeys(hides, values, scoped) {
  let hidden = new Set();
  const names = Object.keys(hides);
  for (let round = 0; round <= names.length; round += 1) {
    const scope = scoped(without(values, hidden));
    const found = new Set(names.filter((name) => evaluate(hides[name], scope)));
    if (found.size === hidden.size && [...found].every((name) => hidden.has(name))) break;
    hidden = found;
  }
  return hidden;
}

export function without(values, hidden) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, hidden.has(name) ? null : value]));
}
