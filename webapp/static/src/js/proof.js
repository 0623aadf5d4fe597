// The widget that proves a bit of work; its worker is a file of ours, because the page runs no code of other origins.
import "altcha/i18n/zh-cn";
import "altcha/external";
import "altcha/altcha.css";
import "../css/parts/proof.css";

const widget = document.querySelector("altcha-widget[data-worker]");
if (widget) {
  document.querySelector("[data-without-script]").hidden = true;
  globalThis.$altcha.algorithms.set("SHA-256", () => new Worker(widget.dataset.worker, { type: "module" }));
}
