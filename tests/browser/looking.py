"""What keeps somebody out of a page, by day and by night: found by axe in the real browser."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The night has other colours and the same words.
OF_COLOURS = ["color-contrast", "link-in-text-block"]
SCHEMES = {
    "light": {"type": "tag", "values": RULES},
    "dark": {"type": "rule", "values": OF_COLOURS},
}
RUN = """rules => axe.run(document, {runOnly: rules, resultTypes: ["violations"]}).then(
    found => found.violations.flatMap(problem => problem.nodes.map(
        node => `${problem.id}: ${node.html.slice(0, 120)} ${node.failureSummary}`)))"""


def hindrances(page: Page) -> list[str]:
    """Each problem with its scheme, its rule and the element that has it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = []
    for scheme, rules in SCHEMES.items():
        # A colour on its way from light to dark has no contrast to judge.
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [f"{scheme}: {problem}" for problem in page.evaluate(RUN, rules)]
    return found
