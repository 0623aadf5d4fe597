// The widget that proves a bit of work; its worker is a file of ours, because the page runs no code of other origins.
import "altcha/i18n/zh-cn";
import "altcha/external";
import "altcha/altcha.css";
import "../css/parts/proof.css";

const widget = document.querySelector("altcha-widget[data-worker]");
const status = document.querySelector("[data-proof-status]");
// What it computes with is there only on pages of https or of this machine; without it one waits as without scripts.
if (widget && globalThis.isSecureContext) {
  document.querySelector("[data-without-script]").hidden = true;
  globalThis.$altcha.algorithms.set("PBKDF2/SHA-256", () => new Worker(widget.dataset.worker, { type: "module" }));
  widget.addEventListener("statechange", (event) => {
    const words = status.dataset[event.detail.state];
    if (words) status.textContent = words;
  });
}
