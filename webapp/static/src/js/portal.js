import { onReady, startCommon } from "./parts/common.js";
import { startLetterDraft } from "./parts/letter-draft.js";

onReady(() => {
  startCommon();
  startLetterDraft();
});
