// Keyboard shortcuts: any element with data-key="j" is pressed by that key; "?" shows the list (#shortcuts dialog).

/** Radio buttons and boxes take no letters, so keys work while one has the focus. */
export function isTyping(target) {
  return target.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]") !== null;
}

function isPressedItself(event) {
  return event.key === "Enter" && event.target.closest("a, button, summary") !== null;
}

export function startShortcuts() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (isPressedItself(event)) return;
    if (event.key === "?") {
      const dialog = document.getElementById("shortcuts");
      if (dialog && !dialog.open) dialog.showModal();
      return;
    }
    const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!target) return;
    event.preventDefault();
    if (target.matches("input, textarea, select")) target.focus();
    else target.click();
  });
}
