"""What axe-core finds wrong on a page, by the rules of WCAG 2.2 A and AA."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
_AXE = Axe()


def barriers(page: Page) -> list[str]:
    """One line for each element that breaks a rule: rule, where, what; shadow roots are looked into."""
    # Colours are judged as they will stand, not in the middle of a fade.
    page.evaluate(
        "document.getAnimations().filter((a) => a.effect.getTiming().iterations < Infinity).forEach((a) => a.finish())"
    )
    found = _AXE.run(page, options={"runOnly": {"type": "tag", "values": TAGS}}).response
    return [
        f"{broken['id']} {node['target']}: {node['failureSummary']}"
        for broken in found["violations"]
        for node in broken["nodes"]
    ]
