// Drafts in this browser, for when the server cannot be reached. They go after a week, or when the page says they are done.

const PREFIX = "lb-draft:";
const WEEK_MS = 7 * 24 * 3600 * 1000;
const NEVER_KEPT = new Set(["csrf_token", "_add", "_remove"]);

/** Everything typed, as [name, value] pairs: no tokens, passwords or files. */
export function fieldsOf(form) {
  const secret = new Set([...form.querySelectorAll("input[type=password]")].map((input) => input.name));
  return [...new FormData(form)].filter(
    ([name, value]) => typeof value === "string" && !NEVER_KEPT.has(name) && !secret.has(name),
  );
}

export function keep(key, fields) {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify({ savedAt: Date.now(), fields }));
    return true;
  } catch {
    return false;
  }
}

export function kept(key) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key));
  } catch {
    return null;
  }
}

export function forget(key) {
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // Nothing could be kept there either.
  }
}

export function forgetOld() {
  try {
    for (const name of Object.keys(localStorage).filter((each) => each.startsWith(PREFIX))) {
      const key = name.slice(PREFIX.length);
      if (!(Date.now() - (kept(key)?.savedAt ?? 0) < WEEK_MS)) forget(key);
    }
  } catch {
    // No storage, no old drafts.
  }
}
