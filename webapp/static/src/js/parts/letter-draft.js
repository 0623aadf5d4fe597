// Keeps a letter that is being written in this browser, until it has been submitted. Only a safety net: the pages carry
// every answer themselves. Stored: the form's own fields, the step, the time; never the form token.

const KEY = "letterbox.draft";
const KEPT_MS = 24 * 60 * 60 * 1000;
const NEVER = new Set(["csrf_token", "go", "from_check", "attachments"]);

export function startLetterDraft() {
  if (document.querySelector("[data-draft-done]")) return drop();
  const form = document.querySelector("form[data-draft]");
  const kept = read();
  if (form) {
    if (form.dataset.draft === "notice") offer(kept);
    else keep(form);
    form.addEventListener("input", () => keep(form));
    checkFileSizes(form);
  } else if (kept) {
    const note = document.getElementById("draft-kept");
    if (note) note.hidden = false;
  }
}

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY));
    return kept && Date.now() - kept.at < KEPT_MS ? kept : null;
  } catch {
    return null;
  }
}

function drop() {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // a browser that keeps nothing has nothing to drop
  }
}

function keep(form) {
  const fields = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !NEVER.has(name) && value);
  if (!fields.some(([name]) => name === "category" || name === "title" || name === "body")) return;
  try {
    localStorage.setItem(KEY, JSON.stringify({ at: Date.now(), step: form.dataset.draft, fields }));
  } catch {
    return; // private mode or full: the form itself still carries everything
  }
  const note = document.getElementById("draft-kept");
  if (note) note.hidden = false;
}

function offer(kept) {
  const box = document.getElementById("draft-found");
  if (!kept || !box) return;
  const values = new Map(kept.fields);
  document.getElementById("draft-title").textContent = values.get("title") || "还没有写标题";
  document.getElementById("draft-at").textContent = new Date(kept.at).toLocaleString("zh-CN", { dateStyle: "medium", timeStyle: "short" });
  const form = document.getElementById("draft-resume");
  form.action = `${form.dataset.base}/${kept.step}`;
  for (const [name, value] of kept.fields) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name, value });
    form.append(input);
  }
  document.getElementById("draft-drop").addEventListener("click", () => {
    drop();
    box.hidden = true;
  });
  box.hidden = false;
}

/** Says at once what the server would say after a long upload. */
function checkFileSizes(form) {
  const picker = form.querySelector("input[type=file][data-max-bytes]");
  const message = document.getElementById("attachments-large");
  if (!picker || !message) return;
  picker.addEventListener("change", () => {
    const large = [...picker.files].filter((file) => file.size > Number(picker.dataset.maxBytes));
    message.hidden = large.length === 0;
    message.textContent = large.map((file) => `“${file.name}”超过 10 MB，请压缩后再选。`).join("");
    if (large.length) picker.value = "";
  });
}
