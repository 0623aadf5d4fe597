// Shows the diagram of every [data-diagram-src]; data-active and data-incidents list element ids.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";

async function show(holder) {
  const answer = await fetch(holder.dataset.diagramSrc, { headers: { Accept: "application/xml" } });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  const viewer = new NavigatedViewer({ container: holder });
  await viewer.importXML(await answer.text());
  const canvas = viewer.get("canvas");
  canvas.zoom("fit-viewport", "auto");
  mark(viewer, canvas, holder.dataset.active, "is-active");
  mark(viewer, canvas, holder.dataset.incidents, "has-incident");
}

function mark(viewer, canvas, ids, name) {
  const registry = viewer.get("elementRegistry");
  for (const id of (ids || "").split(/\s+/).filter(Boolean)) {
    if (registry.get(id)) canvas.addMarker(id, name);
  }
}

for (const holder of document.querySelectorAll("[data-diagram-src]")) {
  show(holder).catch((error) => {
    holder.textContent = `流程图没有显示出来（${error.message}），请刷新页面再试。`;
  });
}
