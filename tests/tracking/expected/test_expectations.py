"""What a customer may expect of the portal, and which tests show it; some do so here.

- When, where and what to do stand on the first screen, in every state: here.
- A date gets narrower, and never wider without a word: `orders/promises/test_windows.py`,
  `test_promise_simulation.py`.
- All works without scripts: a change here, a return in `test_tracking_browser.py`, a report in
  `browser/test_arabic_phone.py`.
- A page is light and asks nobody else: `test_tracking.py`, `test_tracking_browser.py`.
- WCAG 2.2 AA by day and night, at 320 px, with large letters: here, `test_tracking_browser.py`.
- A change is announced once and without a reload: `test_tracking_browser.py`.
- The link alone shows no name, street, address, phone or price, in page and JSON:
  `test_tracking.py`, `test_levels.py`.
- Wrong and dead links look alike, and wrong answers lock: `test_tracking.py`, `test_levels.py`.
- Each unit is in one parcel, and the parcels are counted: here, `test_tracking_journey.py`.
- Every message leaves once, whoever is killed or races: `notifications/delivery/`, and
  `script/torture messages`.
- Routine news rest, and an import tells nobody: `notifications/guards/test_calm.py`.
- A text is one segment: `notifications/words/test_templates.py`, `channels/test_segments.py`.
- Nights are quiet, STOP and START are obeyed: `notifications/guards/test_quiet.py`,
  `reports/test_sms_inbound.py`.
- A mail says the same in text and HTML, and its JSON-LD is whole: `notifications/words/`; looking
  at a link changes nothing: `notifications/consent/`.
- Hour and courier are told when the run starts: `test_tracking_journey.py`.
- A return takes few steps, and nothing is typed twice: `test_tracking_browser.py`.
- A delay is told before the old date is over: `orders/promises/test_promise_simulation.py`.
- Six languages, with dates as in CLDR, fit into 320 px: here, `test_page_languages.py`.
"""

import random
from collections import Counter
from datetime import date

import pytest
import time_machine
from playwright.sync_api import expect

from notifications.languages import LANGUAGES
from orders.models import Order, Wish
from tests.browser.looking import hindrances
from tests.support.cast import make_point
from tests.support.stages import sent_packages
from tests.tracking.test_tracking_browser import (
    BEYOND,
    CUT_OFF,
    SMALL,
    STAGES,
    path,
    sent,
)
from tests.tracking.tracked import AT_THE_DOOR, MONDAY, out_for_delivery, proven, state
from warehouse.couriers.runs import take_to_pickup_point

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

FIRST_SCREEN = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}
KIOSK = "Kiosk Yilmaz, Torstraße 9, 10119 Berlin"


def to_collect(house):
    order, run = out_for_delivery(house, {"LAMP": 1})
    with time_machine.travel(AT_THE_DOOR, tick=False):
        until = date(2026, 12, 1)
        take_to_pickup_point(run.stops.last(), place=KIOSK, until=until, actor=house.cory)
    return order, AT_THE_DOOR


def to_choose(house):
    """A parcel for which all can be chosen: a day, a neighbour, one of three pickup points."""
    for name in ("Kiosk Yilmaz", "Bäckerei Müller-Lüdenscheidt am Rosenthaler Platz", "Spätkauf"):
        make_point(house.warehouse, name)
    order = sent(house)[0]
    return order, MONDAY


def by_code(order, page, site):
    """The page's browser has typed the mailed code."""
    for name, cookie in proven(order, by_code=True).cookies.items():
        page.context.add_cookies([{"name": name, "value": cookie.value, "url": site.address}])
    return page


PAGES = [stage for stage, what in STAGES if not what] + [to_collect]


@pytest.mark.parametrize("stage", PAGES, ids=lambda stage: stage.__name__)
def test_the_first_screen_answers(monday_house, open_page, stage):
    order, now = stage(monday_house)
    page = open_page(now, path(order), viewport=FIRST_SCREEN)

    for part in page.locator("h1, .stops, .detail, .notice, .step[aria-current]").all():
        shown = part.bounding_box()
        assert shown["y"] + shown["height"] <= FIRST_SCREEN["height"], part.inner_text()


@pytest.mark.parametrize("stage", PAGES, ids=lambda stage: stage.__name__)
def test_large_letters_on_a_narrow_screen(monday_house, open_page, stage):
    order, now = stage(monday_house)
    page = open_page(now, path(order), viewport=NARROW, is_proven=True)

    for size in ("100%", "200%"):
        page.evaluate("size => document.documentElement.style.fontSize = size", size)
        assert page.evaluate(BEYOND) == []
        assert page.evaluate(CUT_OFF) == []
        assert page.evaluate(SMALL) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_fits(monday_house, open_page, site, language):
    order, now = to_choose(monday_house)
    Order.objects.filter(pk=order.pk).update(language=language)
    page = by_code(order, open_page(now, path(order), viewport=NARROW), site)

    for what in ("", "delivery/"):
        page.goto(path(order, what))
        assert page.locator("html").get_attribute("lang") == language
        assert "Kiosk" in page.content() or not what
        assert hindrances(page) == []
        for size in ("100%", "200%"):
            page.evaluate("size => document.documentElement.style.fontSize = size", size)
            assert page.evaluate(BEYOND) == []
            assert page.evaluate(CUT_OFF) == []


def test_a_change_needs_no_script(monday_house, open_page, site):
    order, now = to_choose(monday_house)
    page = open_page(now, path(order), java_script_enabled=False)
    by_code(order, page, site).goto(path(order))

    page.get_by_role("link", name="Change the delivery").click()
    page.get_by_label("Kiosk Yilmaz").check()
    page.locator("form", has=page.locator("#point-1")).get_by_role("button").click()
    expect(page.get_by_role("status")).to_have_text("Saved.")
    expect(page.get_by_text(f"Take it to a pickup point: {KIOSK}")).to_be_visible()
    page.get_by_label("Day", exact=True).select_option("2026-11-26")
    page.locator("form", has=page.locator("#day")).get_by_role("button").click()
    expect(page.get_by_text("Delivery on Thursday 26 November")).to_be_visible()

    kept = Wish.objects.filter(ended_at=None).order_by("kind").values_list("kind", flat=True)
    assert list(kept) == ["day", "pickup"]


@pytest.mark.parametrize("seed", range(6))
def test_each_unit_is_in_one_parcel(monday_house, seed):
    """However an order is shared out to boxes, and whichever of them have left."""
    dice = random.Random(seed)  # noqa: S311  a story that is the same each time
    units = {"LAMP": dice.randint(1, 3), "SHADE": dice.randint(1, 3)}
    boxes = [Counter() for _ in range(dice.randint(1, 3))]
    for sku, number in units.items():
        for _ in range(number):
            dice.choice(boxes)[sku] += 1
    boxes = [dict(box) for box in boxes if box]

    seen = state(sent_packages(monday_house, units, boxes=boxes)[0].order)

    listed = Counter()
    for parcel in seen["parcels"]:
        for item in parcel["items"]:
            listed[item["title"].removeprefix("Title of ")] += item["quantity"]
    assert listed == units
    many, total = len(boxes), sum(units.values())
    titles = [f"Parcel {number} of {many}" for number in range(1, many + 1)]
    assert [parcel["title"] for parcel in seen["parcels"]] in (titles, ["Your parcel"])
    assert len(seen["parcels"]) == many
    counted = f"All {total} items are on their way, in {many} parcels."
    assert seen["counts"] == (counted if many > 1 else "")
