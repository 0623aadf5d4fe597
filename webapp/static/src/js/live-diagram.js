// The live diagram: the numbers of the table below it (tr[data-place]) stand on the diagram's elements as well.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import { begin } from "./parts/begin.js";
import { startPaperDiagram } from "./parts/paper.js";

const STEP = 1.25;
const STRIDE = 60; // pixels an arrow key moves the diagram
const ARROWS = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const BADGE_SCALE = { min: 0.85, max: 1.1 };

class Refused extends Error {}

async function show(holder) {
  const answer = await fetch(holder.dataset.liveDiagram);
  if (!answer.ok) throw new Refused(answer.status);
  const drawing = await answer.text();
  holder.replaceChildren();
  const viewer = new NavigatedViewer({ container: holder });
  await viewer.importXML(drawing);
  const canvas = viewer.get("canvas");
  showNumbers(viewer);
  begin(canvas);
  startZoom(canvas);
  startArrows(holder, canvas);
  startPaperDiagram(holder, canvas);
}

function showNumbers(viewer) {
  const [overlays, registry] = [viewer.get("overlays"), viewer.get("elementRegistry")];
  for (const row of document.querySelectorAll("tr[data-place]")) {
    const id = row.dataset.place;
    if (!id || !registry.get(id)) continue;
    const badges = document.createElement("div");
    badges.className = "lb-badges";
    for (const link of row.querySelectorAll("a")) badges.append(link.cloneNode(true));
    overlays.add(id, { position: { bottom: 12, left: -10 }, html: badges, scale: BADGE_SCALE, show: { minZoom: 0 } });
  }
}

function startZoom(canvas) {
  const act = {
    in: () => canvas.zoom(canvas.zoom() * STEP),
    out: () => canvas.zoom(canvas.zoom() / STEP),
    fit: () => canvas.zoom("fit-viewport", "auto"),
  };
  for (const button of document.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", act[button.dataset.zoom]);
  }
}

/** The arrow keys move the diagram while it has the focus. */
function startArrows(holder, canvas) {
  const picture = holder.querySelector(".djs-container > svg");
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", holder.getAttribute("aria-label"));
  picture.addEventListener("keydown", (event) => {
    const [x, y] = ARROWS[event.key] || [];
    if (x === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    canvas.scroll({ dx: x * STRIDE, dy: y * STRIDE });
  });
}

/** Until the picture is there its place says so; if it does not come, why, and a button to try again. */
function load(holder) {
  holder.replaceChildren(told("status", "正在加载流程图……"));
  show(holder).catch((error) => {
    const why = error instanceof Refused ? `服务器没有给出流程图（${error.message}）` : "网络不通，或者流程图读不出来";
    const message = told("alert", `流程图没有加载出来：${why}。每一步的来信见下表。`);
    const again = document.createElement("button");
    again.type = "button";
    again.className = "btn btn-secondary btn-sm";
    again.textContent = "再试一次";
    again.addEventListener("click", () => load(holder));
    message.append(again);
    holder.replaceChildren(message);
  });
}

function told(role, words) {
  const place = document.createElement("div");
  place.className = "lb-diagram-told";
  place.setAttribute("role", role);
  place.append(Object.assign(document.createElement("p"), { textContent: words }));
  return place;
}

for (const holder of document.querySelectorAll("[data-live-diagram]")) load(holder);
