"""The page with the shop's pictures in a real browser: small, in place, without hindrance."""

import pytest

from tests.browser.looking import hindrances
from tests.browser.site import Site
from tests.tracking.test_seller_look import with_picture
from tests.tracking.tracked import MONDAY, sent_order

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SIZES = ((360, 640), (1280, 800), (320, 640))
BOX = "([...document.querySelectorAll('img.picture')].map((img) => [img.width, img.naturalWidth]))"
WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_are_in_their_place_and_hinder_nobody(browser, monday_house, scheme):
    with_picture(monday_house)
    order = sent_order(monday_house, {"LAMP": 1, "SHADE": 2})
    with Site(MONDAY) as site:
        for width, height in SIZES:
            view = {"width": width, "height": height}
            context = browser.new_context(viewport=view, base_url=site.address, color_scheme=scheme)
            page = context.new_page()
            page.goto(f"/track/{order.token}/", wait_until="networkidle")
            page.locator("img.picture").first.scroll_into_view_if_needed()
            page.wait_for_function("document.querySelector('img.picture').complete")
            assert page.evaluate(BOX) == [[56, 112]]
            assert not page.evaluate(WIDE)
            assert hindrances(page) == []
            context.close()
