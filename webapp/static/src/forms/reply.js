// A reply grows with its text, and what is easily forgotten is said while it is written. Nothing here refuses anything.

const POINT = /^\s*(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[）)]|\d+[.、．])/gm;
const PROMISE = /(\d{1,2}月(?:\d{1,2}日|底|初|中旬)|年底|月底)(?:之?前|以前|内)/;
const PERSONAL = /(?<!\d)(?:1[3-9]\d{9}|\d{17}[\dXx])(?!\d)/;
const BLANK = /(?<=\S)(?:\u3000{2,}(?=\S)|\u3000(?=[年月日号条元])|_{2,})/g;

export function startReply(form) {
  const area = form.querySelector("textarea[name=reply]");
  if (!area || !form.closest(".lb-work")) return;
  const list = document.createElement("ul");
  list.className = "lb-checks";
  list.setAttribute("aria-live", "polite");
  list.setAttribute("aria-label", "提交前看一看");
  area.after(list);
  const letter = document.querySelector(".lb-letter [data-clamp]")?.textContent ?? "";
  const show = () => {
    grow(area);
    const promise = form.querySelector("[name=promise_on]");
    list.replaceChildren(...remarks(area.value, letter, promise?.value ?? "").map((words) => Object.assign(document.createElement("li"), { textContent: words })));
  };
  form.addEventListener("input", show);
  form.addEventListener("change", show);
  show();
}

function grow(area) {
  area.style.minHeight = "";
  area.style.minHeight = `${Math.min(area.scrollHeight + 4, Math.round(window.innerHeight * 0.7))}px`;
}

function remarks(reply, letter, promiseOn) {
  if (!reply.trim()) return [];
  const blanks = reply.match(BLANK)?.length ?? 0;
  const asked = letter.match(POINT)?.length ?? 0;
  const answered = reply.match(POINT)?.length ?? 0;
  const promised = reply.match(PROMISE)?.[0];
  return [
    blanks ? `还有 ${blanks} 处空白没有填` : "",
    PERSONAL.test(reply) ? "答复里有像手机号或身份证号的数字" : "",
    promised && !promiseOn ? `写了“${promised}”，承诺办结的日期还没有填` : "",
    asked > 1 && answered < asked ? `来信列了 ${asked} 点，答复列了 ${answered} 点` : "",
  ].filter(Boolean);
}
