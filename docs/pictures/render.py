"""Draw every diagram of ``bpmn/`` as SVG and PNG beside this file, exactly as bpmn-js shows it, and all of them in one overview.

Run from the project's root after ``npm ci``: ``make pictures``. Needs a Chromium (``LETTERBOX_CHROMIUM`` or one on the path) and a
Chinese font. ``drawn.txt`` says of which contents the pictures are; a house test compares.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from pathlib import Path

from overview import overview
from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
DIGESTS = HERE / "drawn.txt"
VIEWER = ROOT / "node_modules/bpmn-js/dist/bpmn-viewer.production.min.js"
MARGIN = 20  # pixels around the drawing
SHARPNESS = 2  # device pixels per drawing unit
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
FONTS = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"
DRAW = """async ([xml, fonts]) => {
  const style = {fontFamily: fonts};
  const viewer = new BpmnJS({container: '#canvas', textRenderer: {defaultStyle: style, externalStyle: style}});
  const {warnings} = await viewer.importXML(xml);
  if (warnings.length) throw new Error(warnings.map(String).join('; '));
  return (await viewer.saveSVG()).svg;
}"""


def draw(browser: Browser, diagram: Path) -> None:
    """Write ``<name>.svg`` and ``<name>.png``; a diagram that bpmn-js warns about is an error."""
    page = browser.new_page(device_scale_factor=SHARPNESS)
    page.set_content('<div id="canvas" style="width: 2400px; height: 1400px"></div>')
    page.add_script_tag(path=VIEWER)
    svg = page.evaluate(DRAW, [diagram.read_text(encoding="utf-8"), FONTS])
    page.close()
    keep(browser, diagram.stem, svg)


def keep(browser: Browser, name: str, svg: str) -> None:
    page = browser.new_page(device_scale_factor=SHARPNESS)
    (HERE / f"{name}.svg").write_text(svg, encoding="utf-8")
    page.set_content(f'<body style="margin: 0"><div style="display: inline-block; padding: {MARGIN}px">{svg}</div>')
    page.locator("div").screenshot(path=HERE / f"{name}.png")
    page.close()


def digests(diagrams: list[Path]) -> str:
    """A line a diagram: its name and the SHA-256 of its content."""
    return "".join(f"{each.name} {hashlib.sha256(each.read_bytes()).hexdigest()}\n" for each in diagrams)


def main() -> None:
    diagrams = sorted((ROOT / "bpmn").glob("*.bpmn"))
    chromium = os.environ.get("LETTERBOX_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium or not VIEWER.exists():
        sys.exit("Needs Chromium (set LETTERBOX_CHROMIUM) and bpmn-js (run npm ci in the project's root).")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for diagram in diagrams:
            draw(browser, diagram)
        keep(browser, "overview", overview({each.name: each.read_bytes() for each in diagrams}))
        browser.close()
    DIGESTS.write_text(digests(diagrams), encoding="utf-8")


if __name__ == "__main__":
    main()
