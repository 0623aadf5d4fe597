// How a diagram is shown at first.

const READABLE = 0.45; // below this nobody reads the names: a part of the diagram is shown then, to be dragged

/** The whole diagram if it stays readable, else its beginning. */
export function begin(canvas) {
  canvas.zoom("fit-viewport", "auto");
  if (canvas.zoom() >= READABLE) return;
  const { inner, outer } = canvas.viewbox();
  canvas.viewbox({ x: inner.x - 20, y: inner.y - 20, width: outer.width / READABLE, height: outer.height / READABLE });
}
