"""Two returns told to their ends: customers in German and in Arabic, seller, worker and shop.

What is to be read is in `return_story.txt`, mail after mail; KEEP_TEXTS=1 writes it anew.
"""

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import expect

from fulfillment.tracking.languages import page_words
from fulfillment.tracking.wording import acts_in
from notifications.languages import phrases
from orders.models import Order, OrderLine, Return, Seller, Warehouse
from orders.pushes.links import link_shop
from tests.browser.looking import DESK
from tests.browser.returning.brought import deliver, pack, send
from tests.browser.returning.conftest import ASKED
from tests.browser.returning.scanned import RETURNS, check, open_parcel, record
from tests.browser.site import Site
from tests.browser.test_arabic_phone import at, follow, press, told
from tests.orders.intake import shop_calls
from tests.orders.shops.shopify_peer import TOKEN, ShopifyPeer
from tests.orders.shops.telling_runs import tell
from tests.support.cast import make_product, put_stock
from tests.support.stages import House, open_house
from tests.tracking.tracked import MONDAY
from warehouse.floor.hand_over import hand_over

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TEXTS = Path(__file__).with_name("return_story.txt")
REVIEWED = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
ARRIVED = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
DECIDED = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
CHECKED = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
PACKED = datetime(2026, 11, 27, 11, 0, tzinfo=UTC)
LEFT = datetime(2026, 11, 27, 13, 0, tzinfo=UTC)
REFUNDED = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)
HOME = {"address1": "Lindenallee 3", "zip": "10117", "city": "Berlin", "country_code": "DE"}
JANA = {
    "id": 5001, "name": "#1001", "customer_locale": "de", "email": "jana@example.com",
    "shipping_address": HOME | {"name": "Jana Kern"}, "subtotal_price": "44.98",
    "total_price": "44.98",
}  # fmt: skip
MONA = {
    "id": 5002, "name": "#1002", "customer_locale": "ar", "email": "mona@example.com",
    "shipping_address": HOME | {"name": "منى حداد"}, "subtotal_price": "39.98",
    "total_price": "39.98",
}  # fmt: skip
PRICES = {"LAMP": "19.99", "SHADE": "5.00"}


def house_that_exchanges():
    """Ada sells lamps and shades, and exchanges lamps: the only blue one is there."""
    house = open_house()
    Seller.objects.update(exchange_days=14, exchange_skus=["LAMP"], refund_days=14)
    Warehouse.objects.update(street="Lagerweg 5", postcode="12099")
    put_stock(make_product(house.ada, "LAMP-BLUE", "Blue lamp"), 1)
    make_product(house.ada, "VASE", "Glass vase")
    return house


@pytest.fixture
def shop():
    peer = ShopifyPeer().start()
    yield peer
    peer.stop()


@pytest.fixture
def house(once, shop, smtp_peer, settings):
    settings.WEBHOOK_ALLOW_LOCAL = True
    with time_machine.travel(MONDAY, tick=False):
        house = once(house_that_exchanges)
        link_shop(house.ada.channel, address=shop.address, token=TOKEN, actor=None)
        yield house


def bought(house, shop, customer, units):
    """An order of {SKU: units} that its shop has told us of, as it was handed over."""
    number = customer["id"]
    shop.sell(number, **{f"id-{sku}": quantity for sku, quantity in units.items()})
    lines = {sku: {"quantity": units[sku], "price": PRICES[sku]} for sku in units}
    gid = f"gid://shopify/Order/{number}"
    body = customer | {"admin_graphql_api_id": gid, "line_items": shop_calls.sold(**lines)}
    shop_calls.outcomes(house.ada.channel, shop_calls.at(1, **body))
    order = Order.objects.get(reference=f"{number}")
    return order, at(MONDAY, send, house, order, units)


@dataclass
class Story:
    """The house, the shop of its seller, the portal, and two orders that were delivered."""

    house: House
    shop: ShopifyPeer
    site: Site
    jana: Order
    mona: Order


@pytest.fixture
def story(house, shop, site, smtp_peer):
    jana, boxes = bought(house, shop, JANA, {"LAMP": 2, "SHADE": 1})
    mona, others = bought(house, shop, MONA, {"LAMP": 2})
    deliver(house, boxes, others)
    at(ASKED, lambda: None)
    smtp_peer.reset()
    return Story(house, shop, site, jana, mona)


def seen(phone, site, now, order):
    """The card of the order's return on the tracking page."""
    site.now = now
    phone.goto(f"/track/{order.token}/", wait_until="domcontentloaded")
    return phone.locator("section[aria-labelledby=return-1]")


def ask_back(phone, site, order, *, units, reason, wanted=None):
    """From the tracking page, by postcode."""
    page, acts = page_words(order.language), acts_in(order.language)
    seen(phone, site, ASKED, order)
    follow(phone, page.return_item)
    phone.get_by_label(acts.postcode).fill(order.postcode)
    press(phone, acts.go_on)
    for title, number in units.items():
        phone.get_by_label(title, exact=True).select_option(str(number))
    for title, product in (wanted or {}).items():
        phone.get_by_label(f"{acts.for_it} {title}").select_option(label=product)
    phone.get_by_label(re.compile(phrases(order.language).return_reasons[reason], re.I)).check()
    press(phone, page.request_return)


def receive(pat, back):
    open_parcel(pat, back.number)
    pat.press("Confirm receipt")
    pat.sees("To inspect")


def finish(pat, back):
    pat.press("Finish: tell the customer")
    pat.sees(f"Return {back} is closed.")


def shown(shop, number):
    """What stands at the shop's order of what came back, and its tags."""
    order = shop.orders[f"gid://shopify/Order/{number}"]
    notes = [note["value"] for note in order["attributes"] if note["key"].startswith("Returned")]
    return notes, order["tags"]


def ask_for_both(story, german, arabic):
    """In three steps, of which two are forms; nothing but the postcode is typed."""
    before = len(story.site.asked)
    goods, wanted = {"Lamp": 1, "Shade": 1}, {"Lamp": "Blue lamp"}
    ask_back(german, story.site, story.jana, units=goods, reason="changed_mind", wanted=wanted)
    posted = [path for method, path, _ in story.site.asked[before:] if method == "POST"]
    assert posted == [f"/track/{story.jana.token}/{form}/" for form in ("verify", "return")]
    ask_back(arabic, story.site, story.mona, units={"Lamp": 2}, reason="damaged")
    at(ASKED, lambda: None)


def review_both(story, ada, theirs, hers):
    story.site.now = REVIEWED
    ada.go("/dashboard/")
    ada.sees(hers.number)
    row = ada.page.locator(".matter", has_text=theirs.number)
    row.get_by_role("button", name="Approve", exact=True).click()
    ada.sees(f"Return {theirs} is approved; the customer is notified.")
    ada.go(f"/dashboard/orders/{hers.order_id}/")
    ada.page.get_by_role("link", name="Refuse", exact=True).click()
    ada.page.get_by_label("Why, in words that the customer reads").fill("The lamp was used.")
    ada.press("Refuse")
    ada.sees(f"Return {hers} is refused; the customer is notified.")
    at(REVIEWED, lambda: None)
    ada.press("Approve after all")
    ada.sees(f"Return {hers} is approved now; the customer is notified.")
    at(REVIEWED, lambda: None)


def find_wrong_article(story, pat, ada, back):
    """The worker scans it first, and its seller has it sent back."""
    story.site.now = ARRIVED
    receive(pat, back)
    record(pat, back, "VASE", f"You scanned VASE. Expected: a product of return {back}.")
    at(ARRIVED, lambda: None)
    story.site.now = DECIDED
    ada.go("/dashboard/")
    ada.page.get_by_role("link", name="Look and decide").click()
    ada.press("Send back")
    ada.sees("The warehouse has still to do it.")
    at(DECIDED, lambda: None)


def inspect_both(story, pat, theirs, hers):
    story.site.now = CHECKED
    pat.go(f"{RETURNS}{theirs.pk}/")
    check(pat, "LAMP", "A-01-1")
    check(pat, "SHADE", "B-01-1")
    finish(pat, theirs)
    receive(pat, hers)
    check(pat, "LAMP", "A-01-1", units=2)
    finish(pat, hers)
    pat.go(RETURNS)
    pat.page.get_by_role("link", name=re.compile("Glass vase")).click()
    pat.press("Sent back")
    pat.sees("Send back: 1 × Glass vase")
    at(CHECKED, lambda: None)


def send_exchange(story, back):
    """The order in exchange, on its way; it is linked to the line that came back."""
    exchange = Order.objects.get(pk=back.exchange_id)
    boxes = at(PACKED, pack, story.house, exchange, {"LAMP-BLUE": 1})
    at(LEFT, hand_over, boxes, actor=story.house.pat)
    sent = OrderLine.objects.get(order=exchange, shipped=1)
    assert sent.replaces == back.lines.get(line__sku="LAMP").line
    return exchange


def see_slip(story, german):
    card = seen(german, story.site, REVIEWED, story.jana)
    expect(card).to_contain_text("Lagerweg 5")
    slip = card.get_by_role("link", name=page_words("de").return_slip).get_attribute("href")
    paper = german.context.request.get(slip)
    assert paper.headers["content-type"] == "application/pdf"


def see_end(story, german, exchange):
    """What was decided, what is sent, and when the rest is refunded."""
    card = seen(german, story.site, LEFT, story.jana)
    expect(card).to_contain_text(phrases("de").found_ends["send_back"])
    expect(card).to_contain_text(acts_in("de").exchange_sent.format(order=exchange.number))
    expect(card).to_contain_text("Der Shop erstattet diese Rücksendung bis Freitag, 11. Dezember.")
    german.goto(f"/track/{exchange.token}/", wait_until="domcontentloaded")
    title = german.get_by_role("heading", level=1)
    expect(title).to_have_text("Zustellung Montag, 30. November – Dienstag, 1. Dezember")


def refund_in_shop(story):
    """The shop hears once of each return what is due; it refunds one of them, and says so."""
    with time_machine.travel(LEFT, tick=False):
        while tell():
            pass
        assert tell() == []
    due = {
        5001: "1 × Lamp, 1 × Shade; refund due: 5.00 EUR",
        5002: "2 × Lamp; refund due: 39.98 EUR",
    }
    for number, words in due.items():
        assert shown(story.shop, number) == ([words], ["Refund due"])
    assert story.shop.asked.count("mutation Noted") == len(due)
    paid = {"currency": "EUR", "kind": "refund", "status": "success", "amount": "39.98"}
    body = shop_calls.refund(1, LAMP=2) | {"order_id": 5002, "transactions": [paid]}
    channel = story.house.ada.channel
    at(REFUNDED, shop_calls.outcomes, channel, body, topic="refunds/create")


def test_returns_are_told_to_their_ends(story, phone, person, smtp_peer):
    german, arabic = phone("de"), phone("ar")
    ada = person(story.house.ada.owner, width=DESK[0], height=DESK[1])
    pat = person(story.house.pat)
    ask_for_both(story, german, arabic)
    theirs, hers = (Return.objects.get(order=order) for order in (story.jana, story.mona))
    review_both(story, ada, theirs, hers)
    see_slip(story, german)
    find_wrong_article(story, pat, ada, theirs)
    inspect_both(story, pat, theirs, hers)
    exchange = send_exchange(story, theirs)
    see_end(story, german, exchange)
    refund_in_shop(story)
    card = seen(arabic, story.site, REFUNDED, story.mona)
    expect(card).to_contain_text(acts_in("ar").refund_paid)

    found = told(smtp_peer, story.jana, story.mona, exchange)
    found = found.replace(theirs.number, "RMA-1001").replace(hers.number, "RMA-1002")
    found = re.sub("discrepancies/[0-9a-f-]{36}", "discrepancies/ID", found)
    if os.environ.get("KEEP_TEXTS"):
        TEXTS.write_text(found)
    assert found == TEXTS.read_text()
