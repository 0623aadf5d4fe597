// Comfort for task forms; every form works without it.

import "./forms/forms.css";
import { startConditions } from "./forms/conditions.js";
import { startDrafts } from "./forms/drafts.js";
import { startFilters } from "./forms/filter.js";
import { startKeys } from "./forms/keys.js";
import { startReasons } from "./forms/reasons.js";
import { startReply } from "./forms/reply.js";
import { startRows } from "./forms/rows.js";
import { forget, forgetOld } from "./forms/storage.js";
import { onReady } from "./js/parts/common.js";

function startForms() {
  for (const done of document.querySelectorAll("[data-lb-draft-done]")) forget(done.dataset.lbDraftDone);
  for (const form of document.querySelectorAll("form[data-lb-form]:not([data-lb-started])")) {
    form.dataset.lbStarted = "yes";
    startRows(form);
    startConditions(form);
    startDrafts(form);
    startFilters(form);
    startKeys(form);
    startReasons(form);
    startReply(form);
  }
}

onReady(() => {
  forgetOld();
  startForms();
});
document.addEventListener("htmx:after:swap", startForms);
