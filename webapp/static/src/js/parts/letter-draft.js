// Keeps a letter that is being written until it has been submitted: in this tab, which ends with it; on this device for a
// day only if the writer ticks it, and never an accusation. Only a safety net: the pages carry every answer themselves.
// Stored: the form's own fields, the step, the time; never the form token.

const KEY = "letterbox.draft";
const ON_DEVICE = "letterbox.draft.on-device";
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
    askAboutDevice(form);
    checkFileSizes(form);
  } else if (kept) {
    const note = document.getElementById("draft-kept");
    if (note) note.hidden = false;
  }
}

function stored(storage) {
  try {
    const kept = JSON.parse(storage().getItem(KEY));
    return kept && Date.now() - kept.at < KEPT_MS ? kept : null;
  } catch {
    return null;
  }
}

const tab = () => sessionStorage;
const device = () => localStorage;

function read() {
  return stored(tab) ?? stored(device);
}

function drop() {
  for (const storage of [tab, device]) remove(storage, KEY);
  remove(tab, ON_DEVICE);
}

function remove(storage, key) {
  try {
    storage().removeItem(key);
  } catch {
    // a browser that keeps nothing has nothing to drop
  }
}

function isReport(fields) {
  return fields.some(([name, value]) => name === "category" && value === "report");
}

function isWantedOnDevice() {
  try {
    return sessionStorage.getItem(ON_DEVICE) === "yes";
  } catch {
    return false;
  }
}

function fieldsOf(form) {
  return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !NEVER.has(name) && value);
}

function keep(form) {
  const fields = fieldsOf(form);
  if (!fields.some(([name]) => name === "category" || name === "title" || name === "body")) return;
  const text = JSON.stringify({ at: Date.now(), step: form.dataset.draft, fields });
  if (isWantedOnDevice() && !isReport(fields)) save(device, text);
  else remove(device, KEY);
  if (!save(tab, text)) return; // private mode or full: the form itself still carries everything
  const note = document.getElementById("draft-kept");
  if (note) note.hidden = false;
}

function save(storage, text) {
  try {
    storage().setItem(KEY, text);
    return true;
  } catch {
    return false;
  }
}

/** Asks before anything outlives the tab; an accusation is not asked about, it never does. */
function askAboutDevice(form) {
  const question = document.getElementById("draft-device");
  const tick = question?.querySelector("input");
  if (!tick) return;
  question.hidden = form.dataset.draft === "notice" || isReport(fieldsOf(form));
  tick.checked = isWantedOnDevice();
  tick.addEventListener("change", () => {
    try {
      sessionStorage.setItem(ON_DEVICE, tick.checked ? "yes" : "no");
    } catch {
      tick.checked = false;
    }
    keep(form);
  });
}

function offer(kept) {
  const box = document.getElementById("draft-found");
  if (!kept || !box) return;
  const values = new Map(kept.fields);
  const title = isReport(kept.fields) ? "检举控告，不显示标题" : values.get("title");
  document.getElementById("draft-title").textContent = title || "还没有写标题";
  document.getElementById("draft-at").textContent = new Date(kept.at).toLocaleString("zh-CN", { dateStyle: "medium", timeStyle: "short" });
  const form = document.getElementById("draft-resume");
  form.action = `${form.dataset.base}/${kept.step}`;
  for (const [name, value] of kept.fields) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name, value });
    form.append(input);
  }
  form.addEventListener("submit", () => {
    if (stored(device)) sessionStorage.setItem(ON_DEVICE, "yes");
  });
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
