"""Orders that WooCommerce and others have published go through the door."""

import json
from collections import Counter

import pytest

from orders.errors import InvalidInput
from orders.models import Call, SalesChannel
from orders.shops.base import Payload
from orders.shops.reading import NotJson
from tests.orders.intake.shop_calls import outcomes
from tests.orders.intake.woocommerce_payloads import shop
from tests.support.real_data import real_data

pytestmark = pytest.mark.real_data


def bodies():
    """{file: what it holds}; an answer of several orders is one body each."""
    for path in sorted(real_data("orders/woocommerce").rglob("*.json")):
        name = path.relative_to(real_data("orders/woocommerce")).as_posix()
        try:
            body = json.loads(path.read_text())
        except ValueError:
            yield name, path.read_bytes()
            continue
        several = body.get("data") if isinstance(body, dict) and "id" not in body else body
        for number, one in enumerate(several if isinstance(several, list) else [body]):
            yield f"{name}#{number}" if isinstance(several, list) else name, one


def is_order(body):
    body = body.get("data", body) if isinstance(body, dict) else {}
    return isinstance(body, dict) and "line_items" in body and "refunded_by" not in body


ACCEPTED, KNOWN = "Order accepted.", "As it is here already."
NO_PHONE = (
    "Order accepted. Phone: expected a number like +4915112345678; it was left out, so there are "
    "no text messages."
)
NEITHER = NO_PHONE.replace(
    "Phone:", "E-mail: expected an address like name@example.com; nothing is sent to it until it "
    "is corrected. Phone:",
)  # fmt: skip
OVER = "It was over in the shop before we heard of it: nothing to send."
DRAFT = "Ignored: still a draft in the shop."
HALVES = "line_items[1].quantity: expected a whole number of units, got 1.5"
# What became of each order, which lines it has here, and the reasons why it waits.
SKU = ["unknown_sku"]
BOTH = ["no_address", "unknown_sku"]
SINGLE = {"Woo Single #1": 2, "Bar3": 1}
BASKET = {"Fruits Basket (Mix & Match Product)": 2}
BEANIE = {"Woo-beanie-logo": 1}
POSTER = {"Poster (Product Add-On)": 1}
NINJAS = {
    "T-SHIRT-HAPPY-NINJA": 3, "HOODIE-HAPPY-NINJA": 10, "T-SHIRT-NINJA-SILHOUETTE": 2,
    "HOODIE-PATIENT-NINJA": 3, "T-SHIRT-PREMIUM-QUALITY": 2, "HOODIE-SHIP-YOUR-IDEA-BLACK-L": 4,
    "HOODIE-WOO-LOGO": 2, "HOODIE-SHIP-YOUR-IDEA-BLUE-XL": 7,
}  # fmt: skip
OUTCOMES = {
    "docs/wp-api-v3__orders_01.json": (NO_PHONE, SINGLE, SKU),
    "docs/wp-api-v3__orders_02.json#0": (KNOWN, SINGLE, SKU),
    "docs/wp-api-v3__orders_02.json#1": (OVER, {}, []),
    "docs/wp-api-v3__orders_03.json": (KNOWN, SINGLE, SKU),
    "ios/broken-order.json": (DRAFT, {}, []),
    "ios/broken-orders.json#0": (DRAFT, {}, []),
    "ios/order-details-partially-refunded.json": (OVER, {}, []),
    "ios/order-with-all-addon-types.json": (ACCEPTED, {"Brick Oven Supreme Pizza": 1}, BOTH),
    "ios/order-with-attribution-info.json": (NO_PHONE, BEANIE, SKU),
    "ios/order-with-charge.json": (ACCEPTED, {"woo-beanie": 1}, SKU),
    "ios/order-with-gift-cards.json": (KNOWN, BEANIE, SKU),
    "ios/order-with-line-item-attributes-before-API-support.json": (
        ACCEPTED, {"woo-hoodie-green": 2}, BOTH,
    ),
    "ios/order-with-subscription-renewal.json": (NO_PHONE, {"woo-polo": 1}, SKU),
    "ios/order-without-data.json": (NO_PHONE, BASKET, SKU),
    "ios/order.json": (HALVES, {}, []),
    "ios/orders-load-all-without-data.json#0": (KNOWN, BASKET, SKU),
    "ios/orders-load-all.json#0": (HALVES, {}, []),
    "ios/orders-load-all.json#1": (NEITHER, POSTER, SKU),
    "ios/orders-load-all.json#2": (NO_PHONE, POSTER, SKU),
    # Its refunds do not say of which units they are.
    "ios/orders-load-all.json#3": (ACCEPTED, NINJAS, ["shop", "unknown_sku"]),
}  # fmt: skip


@pytest.mark.django_db
def test_every_published_order_is_accepted_or_kept_with_a_reason(ada):
    SalesChannel.objects.filter(pk=ada.channel.pk).update(kind="woocommerce")
    ada.channel.refresh_from_db()
    found = {}
    for name, body in bodies():
        if is_order(body):
            (told,) = outcomes(ada.channel, body, topic="order.updated")
            kept = Call.objects.latest("received_at")
            problems = [": ".join(problem) for problem in kept.problems]
            found[name] = (told or ", ".join(problems), *here(kept.order))

    assert found == OUTCOMES


def here(order):
    """The units of the lines of an order, and why it waits."""
    if order is None:
        return {}, []
    units = {line.sku or line.title: line.ordered for line in order.lines.all()}
    return units, sorted(order.holds.values_list("reason", flat=True))


def test_every_other_published_answer_is_ignored_or_refused_with_a_reason():
    counted = Counter()
    for _, body in bodies():
        if is_order(body):
            continue
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        try:
            outcome = shop.read(Payload(raw))
        except (InvalidInput, NotJson) as refused:
            outcome = refused
            assert str(refused)
        counted[type(outcome).__name__] += 1

    assert counted == {"Ignored": 125, "NotJson": 5, "InvalidInput": 2}
