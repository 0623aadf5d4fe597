// What paper cannot do by itself: text that is longer than its box, and a diagram that is wider than the sheet.

const TYPED = 'textarea, input:not([type]), input[type="text"], input[type="tel"], input[type="email"], input[type="url"]';
const FRAME = 48; // pixels above and below the drawing, where the logo stands
const SHEET = 560; // pixels that a sheet across has left below its head

/** Calls ``lay`` before the page is printed and ``take`` afterwards. */
export function onPaper(lay, take) {
  window.addEventListener("beforeprint", lay);
  window.addEventListener("afterprint", take);
}

/** A box prints what is visible in it, and no page break divides it: on paper its words stand in its place. */
export function startPaperTexts() {
  onPaper(
    () => {
      for (const field of document.querySelectorAll(TYPED)) {
        if (!field.value || field.closest(".lb-filters") || field.matches(".is-written-out")) continue;
        field.classList.add("is-written-out");
        field.after(Object.assign(document.createElement("div"), { className: "lb-written-out", textContent: field.value }));
      }
    },
    () => {
      for (const words of document.querySelectorAll(".lb-written-out")) words.remove();
      for (const field of document.querySelectorAll(".is-written-out")) field.classList.remove("is-written-out");
    },
  );
}

/** On paper the whole diagram stands there and afterwards as it was. */
export function startPaperDiagram(holder, canvas) {
  let before = null;
  onPaper(
    () => {
      before ??= canvas.viewbox();
      const { inner } = before;
      holder.classList.add("is-on-paper");
      const height = Math.ceil((holder.clientWidth * inner.height) / inner.width) + FRAME;
      holder.style.height = `${Math.min(height, SHEET)}px`;
      canvas.resized();
      canvas.zoom("fit-viewport", "auto");
    },
    () => {
      if (!before) return;
      holder.classList.remove("is-on-paper");
      holder.style.height = "";
      canvas.resized();
      canvas.viewbox(before);
      before = null;
    },
  );
}
