"""WCAG 2.2 AA as far as axe can tell, and no page wider than its window."""

from __future__ import annotations

from playwright.sync_api import Page

from webapp.build import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """runOnly => axe.run(document, {runOnly, resultTypes: ["violations"]}).then(result => result.violations)"""
"""Every rule; what passed is neither described nor sent, which had been a third of the work."""


def findings(page: Page) -> list[str]:
    """What is wrong with the page as it is shown now. The page's context must have ``bypass_csp``."""
    page.wait_for_load_state("load")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    violations = page.evaluate(RUN, RULES)
    found = [f"{each['id']}: {node['html'][:160]}" for each in violations for node in each["nodes"]]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        found.append("the page is wider than its window")
    return found
