// Nothing typed is lost: drafts go to the server as one types, into this browser when that fails or a submit is under way.

import { addRow, hasRow } from "./rows.js";
import { fieldsOf, forget, keep, kept } from "./storage.js";

const PAUSE_MS = 1500;
const TIMEOUT_MS = 10000;

export function startDrafts(form) {
  const draft = new Draft(form);
  draft.restore();
  form.addEventListener("input", () => draft.typed());
  form.addEventListener("change", () => draft.typed());
  form.addEventListener("submit", (event) => draft.submitted(event));
  window.addEventListener("beforeunload", (event) => {
    if (draft.dirty && form.isConnected) event.preventDefault();
  });
}

class Draft {
  constructor(form) {
    this.form = form;
    this.url = form.dataset.lbDraftUrl;
    this.key = form.dataset.lbDraftKey;
    this.dirty = false;
    this.changes = 0;
    this.timer = 0;
  }

  typed() {
    this.dirty = true;
    this.changes += 1;
    clearTimeout(this.timer);
    if (this.url || this.key) this.timer = setTimeout(() => this.save(), PAUSE_MS);
  }

  async save() {
    const seen = this.changes;
    const isOnServer = this.url ? await this.send() : false;
    if (seen !== this.changes) return;
    if (isOnServer) {
      this.dirty = false;
      forget(this.key);
      this.say(`草稿已保存 ${clock()}`);
    } else if (this.key && keep(this.key, fieldsOf(this.form))) {
      this.say(`草稿暂存在本机浏览器 ${clock()}${this.url ? "，连上服务器后再保存" : ""}`);
    } else {
      this.say("草稿没有保存，请先不要关闭本页");
    }
  }

  async send() {
    try {
      const answer = await fetch(this.url, {
        method: "POST",
        body: new URLSearchParams([...new FormData(this.form)].filter(([, value]) => typeof value === "string")),
        headers: { Accept: "application/json" },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      return answer.ok && !answer.redirected;
    } catch {
      return false;
    }
  }

  /** Kept until the next page says that it arrived: an answer of 503 loses nothing. */
  submitted(event) {
    if (event.defaultPrevented) return;
    clearTimeout(this.timer);
    this.changes += 1;
    this.dirty = false;
    if (this.key) keep(this.key, fieldsOf(this.form));
  }

  restore() {
    const draft = this.key ? kept(this.key) : null;
    const isOlder = draft && draft.savedAt <= Date.parse(this.form.dataset.lbSavedAt ?? "");
    const isShown = this.form.querySelector(".lb-errors") !== null;
    if (!draft || isOlder || isShown || sameFields(draft.fields, fieldsOf(this.form))) return;
    fill(this.form, draft.fields);
    this.dirty = true;
    this.say("已恢复上次没有提交成功的内容。", "不要恢复");
  }

  say(words, undo) {
    const place = this.form.querySelector("[data-lb-draft-status]");
    if (!place) return;
    place.textContent = words;
    if (!undo) return;
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "btn btn-link btn-sm", textContent: undo });
    button.addEventListener("click", () => {
      forget(this.key);
      this.dirty = false;
      window.location.reload();
    });
    place.append(button);
  }
}

function clock() {
  return new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" });
}

function sameFields(left, right) {
  return JSON.stringify(left) === JSON.stringify(right);
}

function fill(form, fields) {
  for (const [name] of fields) openRow(form, name);
  const given = new Map();
  for (const [name, value] of fields) given.set(name, [...(given.get(name) ?? []), value]);
  for (const control of form.elements) {
    if (!control.name || control.name === "csrf_token" || control.type === "file") continue;
    const values = given.get(control.name) ?? [];
    if (control.type === "checkbox" || control.type === "radio") control.checked = values.includes(control.value);
    else if (values.length && control.type !== "submit" && control.type !== "password") control.value = values[0];
  }
  form.dispatchEvent(new CustomEvent("lb:rows"));
}

function openRow(form, name) {
  const [, list, index] = name.match(/^(\w+)\[(\d{1,3})\]\./) ?? [];
  const field = list && form.querySelector(`[data-lb-kind=dynamiclist][data-lb-field="${CSS.escape(list)}"]`);
  if (field && !hasRow(field, index)) addRow(field, Number(index));
}
