import "htmx.org";
import { onReady, startCommon, startCounters } from "./parts/common.js";
import { startFilters, startRows } from "./parts/desk-lists.js";
import { startBeside, startCopying, startDialogs, startFolding, startInserting } from "./parts/desk-task.js";
import { startSessionEnd } from "./parts/session-end.js";
import { startShortcuts } from "./parts/shortcuts.js";

// Every htmx request carries the form token of the page.
document.addEventListener("htmx:config:request", (event) => {
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  if (token) event.detail.ctx.request.headers["X-CSRFToken"] = token;
});

document.addEventListener("htmx:after:swap", () => startCounters());

onReady(() => {
  startCommon();
  startDialogs();
  startShortcuts();
  startSessionEnd();
  startRows();
  startFilters();
  startFolding();
  startCopying();
  startInserting();
  startBeside();
});
