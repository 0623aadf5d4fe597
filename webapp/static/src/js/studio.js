// The studio's diagrams: zoom, and what was found or differs marked on the element. The page lists all of it too.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import { begin } from "./parts/begin.js";
import { onReady } from "./parts/common.js";
import { startPaperDiagram } from "./parts/paper.js";

const STEP = 1.25;
const READABLE = 0.8;
const SIGNS = { error: "✕", warning: "!" };
const HOWS = { added: "新增", changed: "修改", moved: "移动" };

async function show(holder) {
  const answer = await fetch(holder.dataset.studioSrc, { headers: { Accept: "application/xml" } });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  const viewer = new NavigatedViewer({ container: holder });
  await viewer.importXML(await answer.text());
  begin(viewer.get("canvas"));
  markFindings(viewer, read(holder.dataset.studioFindings));
  markChanges(viewer, read(holder.dataset.studioChanges));
  startZoom(viewer, holder.closest(".lb-viewer"));
  startPointing(viewer, holder);
  startPaperDiagram(holder, viewer.get("canvas"));
  holder.dataset.studioReady = "yes";
}

function read(text) {
  return text ? JSON.parse(text) : [];
}

function markFindings(viewer, findings) {
  for (const each of findings) {
    if (!viewer.get("elementRegistry").get(each.element)) continue;
    viewer.get("canvas").addMarker(each.element, each.level === "error" ? "has-error" : "has-warning");
    badge(viewer, each.element, { top: -14, right: 14 }, `lb-badge-${each.level}`, SIGNS[each.level], each.messages.join("\n"));
  }
}

function markChanges(viewer, changes) {
  for (const each of changes) {
    if (!viewer.get("elementRegistry").get(each.element)) continue;
    viewer.get("canvas").addMarker(each.element, `is-${each.how}`);
    badge(viewer, each.element, { bottom: 8, left: -4 }, `lb-badge-${each.how}`, HOWS[each.how], HOWS[each.how]);
  }
}

function badge(viewer, element, position, look, text, title) {
  const mark = document.createElement("span");
  mark.className = `lb-badge ${look}`;
  mark.textContent = text;
  mark.title = title;
  mark.dataset.studioBadge = element;
  viewer.get("overlays").add(element, { position, html: mark });
}

function startZoom(viewer, frame) {
  const canvas = viewer.get("canvas");
  const acts = {
    in: () => canvas.zoom(canvas.zoom() * STEP),
    out: () => canvas.zoom(canvas.zoom() / STEP),
    fit: () => canvas.zoom("fit-viewport", "auto"),
  };
  for (const button of frame.querySelectorAll("[data-studio-zoom]")) {
    button.addEventListener("click", acts[button.dataset.studioZoom]);
  }
}

/** Rows of the page that speak of an element get a button that shows it in the picture; an address with #e-… does at once. */
function startPointing(viewer, holder) {
  const registry = viewer.get("elementRegistry");
  for (const line of document.querySelectorAll("[data-studio-element]")) {
    const element = line.dataset.studioElement;
    if (!registry.get(element)) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-link btn-sm lb-point";
    button.textContent = "在图中看";
    button.addEventListener("click", () => {
      point(viewer, element);
      holder.scrollIntoView({ block: "center" });
    });
    (line.querySelector("td, div") || line).append(" ", button);
  }
  const named = decodeURIComponent(location.hash).replace(/^#e-/, "");
  if (named && registry.get(named)) point(viewer, named);
}

function point(viewer, element) {
  const canvas = viewer.get("canvas");
  for (const each of viewer.get("elementRegistry").filter(() => true)) canvas.removeMarker(each, "is-pointed");
  canvas.addMarker(element, "is-pointed");
  if (canvas.zoom() < READABLE) canvas.zoom(READABLE);
  canvas.scrollToElement(element, Math.min(160, canvas.getContainer().clientWidth / 4));
}

onReady(() => {
  for (const holder of document.querySelectorAll("[data-studio-src]")) {
    show(holder).catch((error) => {
      holder.classList.add("is-broken");
      holder.textContent = `流程图画不出来，原因见检查结果；每一步的列表不受影响。`;
    });
  }
});
