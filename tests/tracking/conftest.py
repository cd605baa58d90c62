"""A browser on the customer's pages, at moments of a story."""

import pytest
import time_machine

from fulfillment.tracking.levels import PROOF
from orders.models import Order
from tests.browser.site import PHONE, Site
from tests.tracking.tracked import MONDAY, proven


def proof_of(path, address, now):
    """The cookie of the second level, for the page at this path."""
    order = next(row for row in Order.objects.all() if row.token in path)
    with time_machine.travel(now, tick=False):
        return {"name": PROOF, "value": proven(order).cookies[PROOF].value, "url": address}


@pytest.fixture
def site():
    with Site(MONDAY) as running:
        yield running


@pytest.fixture
def open_page(browser, site):
    """A function: a page of a fresh browser at a moment of the story."""
    contexts = []

    def open_at(now, path, *, is_installed=False, is_proven=False, **options):
        site.now = now
        given = {"viewport": PHONE, "base_url": site.address} | options
        contexts.append(browser.new_context(**given))
        if is_proven or path.endswith("return/"):
            contexts[-1].add_cookies([proof_of(path, site.address, now)])
        page = contexts[-1].new_page()
        if is_installed:
            page.clock.install(time=now)
        page.goto(path, wait_until="networkidle" if is_installed else "load")
        return page

    yield open_at
    for context in contexts:
        context.close()
