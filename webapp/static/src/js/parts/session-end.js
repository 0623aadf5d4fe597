// Says before a sign-in ends by itself, and lets forms that are still open be sent after signing in anew elsewhere.

const WARN_S = 120;
const ASK_AGAIN_MS = 30_000;

/** Put the new form token into everything that this page may still send. */
function renewTokens(token) {
  const meta = document.querySelector('meta[name="csrf-token"]');
  if (meta) meta.content = token;
  for (const input of document.querySelectorAll('input[name="csrf_token"]')) input.value = token;
}

async function ask(box, method) {
  const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
  const answer = await fetch(box.dataset.address, {
    method,
    headers: { Accept: "application/json", ...(method === "POST" && { "X-CSRFToken": token }) },
  });
  if (!answer.ok) return 0;
  const said = await answer.json();
  if (String(said.person) !== box.dataset.person) return 0;
  renewTokens(said.token);
  return said.left_s;
}

function words(seconds) {
  return seconds >= 60 ? `${Math.ceil(seconds / 60)} 分钟` : `${Math.max(1, Math.round(seconds))} 秒`;
}

export function startSessionEnd() {
  const box = document.getElementById("session-end");
  if (!box) return;
  let endsAt = Date.now() + Number(box.dataset.left) * 1000;
  let askedAt = 0;

  const show = () => {
    const left = (endsAt - Date.now()) / 1000;
    box.hidden = left > WARN_S;
    if (box.hidden) return;
    box.querySelector("[data-soon]").hidden = left <= 0;
    box.querySelector("[data-over]").hidden = left > 0;
    box.querySelector("[data-keep]").hidden = left <= 0;
    const time = words(left);
    if (left > 0 && box.querySelector("[data-time]").textContent !== time) box.querySelector("[data-time]").textContent = time;
  };
  const renew = async (method) => {
    askedAt = Date.now();
    try {
      endsAt = Date.now() + (await ask(box, method)) * 1000;
    } catch {
      return; // no network: the server says at the next step what is so
    }
    show();
  };
  // Another window may have prolonged it meanwhile, or signed in anew.
  const look = () => {
    const isNear = endsAt - Date.now() <= WARN_S * 1000;
    if (isNear && document.visibilityState === "visible" && Date.now() - askedAt >= ASK_AGAIN_MS) renew("GET");
    show();
  };
  box.querySelector("[data-keep]").addEventListener("click", () => renew("POST"));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && renew("GET"));
  setInterval(look, 1000);
}
