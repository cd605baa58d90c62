"""What keeps somebody out of a page: on a phone and a desk, by day and by night, in the browser."""

import re
from urllib.parse import urlsplit
from zlib import crc32

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.support import WHOLE

PHONE, DESK = (360, 640), (1280, 800)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The night has other colours and the same words.
OF_COLOURS = ["color-contrast", "link-in-text-block"]
SCHEMES = {
    "light": {"type": "tag", "values": RULES},
    "dark": {"type": "rule", "values": OF_COLOURS},
}
# Links within a sentence are as high as the sentence (WCAG 2.5.8, inline).
SMALL = """() => [...document.querySelectorAll(
    'a, button, select, summary, input:not([type=hidden])')]
    .filter(part => !part.closest('p, .skip'))
    .map(part => [part.outerHTML.slice(0, 90), part.getBoundingClientRect()])
    .filter(([_, box]) => box.width && (box.height < 24 || box.width < 24))
    .map(([html, _]) => html)"""
# Ids and tokens in an address: the page is the same with others.
GIVEN = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+|[\w-]{22,}")
BEYOND = "() => document.documentElement.scrollWidth - window.innerWidth"
# The preview's frame runs no scripts, so none is sent into it.
RUN = """rules => axe.run(document, {
    runOnly: rules, iframes: false, resultTypes: ["violations"]
}).then(found => found.violations.flatMap(problem => problem.nodes.map(
        node => `${problem.id}: ${node.html.slice(0, 120)} ${node.failureSummary}`)))"""


def hindrances(page: Page, schemes: tuple[str, ...] = tuple(SCHEMES)) -> list[str]:
    """Each problem with its scheme, its rule and the element that has it."""
    page.wait_for_load_state("load")  # a page that has just come has no styles yet
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = []
    for scheme in schemes:
        # A colour on its way from light to dark has no contrast to judge.
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [f"{scheme}: {problem}" for problem in page.evaluate(RUN, SCHEMES[scheme])]
    return found


def flaws(page: Page) -> list[str]:
    """Whatever is wrong with a page on a phone or a desk; it stays as wide as a desk.

    Half of the pages are looked at by day on a phone and by night on a desk, the others the other
    way round; all of them by day and night on both with PROOFS=whole.
    """
    found = []
    schemes = _schemes_of(page.url)
    for width, height in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": height})
        problems = hindrances(page, schemes[width, height])
        found += [f"{width} px, {problem}" for problem in problems]
        found += [f"{width} px, too small: {html}" for html in page.evaluate(SMALL)]
        if beyond := page.evaluate(BEYOND):
            found.append(f"{width} px: {beyond} px lie beyond the edge")
    return found


def _schemes_of(url: str) -> dict[tuple[int, int], tuple[str, ...]]:
    """When a page of this address is looked at, by the size of the screen."""
    schemes = tuple(SCHEMES)
    if WHOLE:
        return dict.fromkeys((PHONE, DESK), schemes)
    turn = crc32(GIVEN.sub("", urlsplit(url).path).encode()) % 2
    return {PHONE: (schemes[turn],), DESK: (schemes[1 - turn],)}
