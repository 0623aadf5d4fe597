// A task's page: the list beside it on wide screens, long letters folded, texts to copy, dialogs.

import { isTyping } from "./shortcuts.js";

const WIDE = "(min-width: 1560px)";
const FOLDED_FROM_PX = 640;

export async function startBeside() {
  const holder = document.querySelector("[data-beside]");
  if (!holder) return;
  if (window.matchMedia(WIDE).matches) {
    if (await load(holder)) {
      holder.querySelector(".lb-beside").hidden = false;
      holder.classList.add("has-beside");
    }
    return;
  }
  const first = async (event) => {
    if (!["j", "k"].includes(event.key) || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    document.removeEventListener("keydown", first);
    if (await load(holder)) holder.querySelector(`[data-key="${event.key}"]`)?.click();
  };
  document.addEventListener("keydown", first);
}

async function load(holder) {
  const answer = await fetch(holder.dataset.beside, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return false;
  const aside = holder.querySelector(".lb-beside");
  aside.innerHTML = await answer.text();
  giveKeys([...aside.querySelectorAll(".lb-list a")]);
  return true;
}

function giveKeys(links) {
  const here = links.findIndex((link) => link.hasAttribute("aria-current"));
  if (links[here + 1]) links[here + 1].dataset.key = "j";
  if (links[here - 1]) links[here - 1].dataset.key = "k";
  links[here]?.scrollIntoView({ block: "nearest" });
}

/** A letter that would push everything else away is folded; printing and searching still see all of it. */
export function startFolding() {
  for (const text of document.querySelectorAll("[data-clamp]")) {
    if (text.scrollHeight < FOLDED_FROM_PX * 1.25) continue;
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "btn btn-secondary btn-sm lb-clamp-button" });
    const fold = (isFolded) => {
      text.classList.toggle("lb-clamped", isFolded);
      button.setAttribute("aria-expanded", String(!isFolded));
      button.textContent = isFolded ? `展开全文（共 ${[...text.textContent].length.toLocaleString("zh-CN")} 字）` : "收起";
    };
    button.addEventListener("click", () => fold(!text.classList.contains("lb-clamped")));
    text.after(button);
    fold(true);
  }
}

export function startCopying() {
  for (const field of document.querySelectorAll("[data-copyable]")) {
    field.addEventListener("focus", () => field.select());
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "btn btn-secondary btn-sm mt-1", textContent: "复制" });
    button.addEventListener("click", async () => {
      field.select();
      const isDone = await navigator.clipboard?.writeText(field.value).then(() => true, () => false);
      button.textContent = isDone ? "已复制" : "已选中，请按 Ctrl+C 复制";
    });
    field.after(button);
  }
}

export function startDialogs() {
  document.documentElement.classList.add("has-script");
  for (const button of document.querySelectorAll("[data-opens]")) {
    button.addEventListener("click", () => {
      const dialog = document.getElementById(button.dataset.opens);
      if (dialog && !dialog.open) dialog.showModal();
    });
  }
}

// A standard text goes into the form's field: into an empty one as it is, else after what is there.
export function startInserting() {
  for (const button of document.querySelectorAll("[data-insert]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const field = document.querySelector(`textarea[name="${button.dataset.insertInto}"]`);
      const text = document.getElementById(button.dataset.insert)?.textContent.trim();
      if (!field || !text) return;
      field.value = field.value.trim() ? `${field.value.trimEnd()}\n\n${text}` : text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    });
  }
}
