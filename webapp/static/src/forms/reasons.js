// A chosen ground puts its usual reason into the field, to be edited; what somebody typed himself is never replaced.

export function startReasons(form) {
  const texts = new Map([...form.querySelectorAll("[data-lb-reason]")].map((each) => [each.dataset.lbReason, each.textContent]));
  const ground = form.querySelector("select[name=ground]");
  const reason = form.querySelector("textarea[name=reason]");
  if (!texts.size || !ground || !reason) return;
  ground.addEventListener("change", () => {
    const isOurs = reason.value.trim() === "" || [...texts.values()].includes(reason.value);
    if (!isOurs || !texts.has(ground.value)) return;
    reason.value = texts.get(ground.value);
    reason.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
