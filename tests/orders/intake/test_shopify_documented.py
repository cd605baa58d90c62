"""Payloads and signatures that Shopify and others have published."""

import json
from collections import Counter
from datetime import UTC, datetime

import pytest

from orders.errors import InvalidInput
from orders.shops.base import Ignored, IncomingLine, IncomingOrder, Payload
from orders.shops.reading import NotJson
from tests.orders.intake.shopify_payloads import problems_of, read, report, shop, shop_order
from tests.support.real_data import real_data

pytestmark = pytest.mark.real_data


def documented(name):
    """A documented order; the REST answers wrap it, the hook does not."""
    found = json.loads(real_data(f"orders/shopify/{name}").read_text())
    return found.get("order") or (found.get("orders") or [found])[0]


def test_published_signatures_are_judged_as_published():
    cases = [
        case
        for case in json.loads(real_data("signatures/shopify.json").read_text())["cases"]
        if "body_as_sent" in case
    ]

    judged = [
        shop.verify(
            Payload(case["body_as_sent"].encode(), {"x-shopify-hmac-sha256": case["hmac"]}),
            case["secret"],
        )
        for case in cases
    ]

    assert judged == [case["valid"] is True for case in cases]
    assert judged == [True, False, False, False, False, True]


def test_the_documented_notification_is_ignored_and_its_order_is_read():
    order = documented("webhook_docs_2026-04/orders__create.json")

    assert read(order) == Ignored("test notification")
    incoming = read(order | {"test": False, "cancelled_at": None})
    assert incoming.reference == "820982911946154508"
    assert (incoming.number, incoming.placed_at) == ("#9999", datetime(2022, 1, 1, tzinfo=UTC))
    assert incoming.lines == [
        IncomingLine("SKU2006-001", "Aviator sunglasses", 1, 8999),
        IncomingLine("LENS-PROTECT-2YR", "Lens Protection Plan (2 Year)", 1, 1999),
        IncomingLine("CASE-LEATHER-PREM", "Premium Leather Case", 1, 2499),
        IncomingLine("SKU2006-020", "Mid-century lounger", 1, 15999),
        IncomingLine("SKU2006-035", "Coffee table", 1, 11999),
    ]
    assert (incoming.customer_name, incoming.company) == ("Steve Shipper", "Shipping Company")
    assert (incoming.email, incoming.phone) == ("jon@example.com", "555-555-SHIP")
    assert (incoming.street, incoming.postcode, incoming.city) == (
        "123 Shipping Street",
        "40003",
        "Shippington",
    )
    assert (incoming.region, incoming.country, incoming.language) == ("KY", "US", "en")


def test_a_documented_order_after_a_refund_keeps_what_is_still_wanted():
    incoming = read(documented("rest_2024-04/order_01.json"))

    assert incoming == IncomingOrder(
        reference="450789469",
        number="#1001",
        placed_at=datetime(2008, 1, 10, 16, 0, tzinfo=UTC),
        lines=[IncomingLine("IPOD2008RED", "IPod Nano - 8gb - red", 1, 19900)],
        customer_name="Bob Norman",
        email="bob.norman@mail.example.com",
        phone="+1(502)-459-2181",
        street="Chestnut Street 92",
        postcode="40202",
        city="Louisville",
        region="KY",
        country="US",
        currency="USD",
    )
    refunded = report(documented("rest_2024-04/order_14.json"))
    assert (refunded.payment, refunded.order.lines) == ("refunded", [])


@pytest.mark.parametrize(
    ("name", "reference", "lines", "email"),
    [
        ("order_16", "1073459975", [IncomingLine("", "Big Brown Bear Boots", 3, 7499)], ""),
        (
            "order_18",
            "1073459974",
            [IncomingLine("IPOD2009BLACK", "IPod Touch 8GB - Black", 1, 19900, ships=False)],
            "bob.norman@mail.example.com",
        ),
        (
            "order_22",
            "1073459978",
            [IncomingLine("IPOD2008BLACK", "IPod Nano - 8GB - Black", 1, 19900, ships=False)],
            "foo@example.com",
        ),
        (
            "order_24",
            "1073459962",
            [
                IncomingLine("", "Red Leather Coat", 1, 12999),
                IncomingLine("", "Blue Suede Shoes", 1, 8595),
                IncomingLine("", "Raspberry Beret", 2, 1999),
            ],
            "",
        ),
    ],
)
def test_documented_orders_without_an_address_are_read(name, reference, lines, email):
    incoming = read(documented(f"rest_2024-04/{name}.json"))

    assert (incoming.reference, incoming.lines, incoming.email) == (reference, lines, email)
    assert (incoming.street, incoming.city, incoming.country, incoming.customer_name) == (
        "", "", "", "Bob Norman" if name == "order_18" else "",
    )  # fmt: skip


def test_the_line_of_a_real_gift_card_does_not_ship():
    sent = json.loads(
        real_data("orders/shopify/webhook_real/fulfillments_update_gift_card.json").read_text()
    )

    incoming = read(shop_order(currency="INR", line_items=sent["line_items"]))

    assert incoming.lines == [IncomingLine("", "GiftCard-$10", 1, 1000, ships=False)]


def test_an_exemplar_without_values_is_refused_field_by_field():
    assert problems_of(documented("webhook_exemplars/2024-01_orders_2.json")) == {
        "currency": "expected three capital letters like EUR",
        "line_items[0].price": "expected an amount of money like 12.30",
        "line_items[1].price": "expected an amount of money like 12.30",
        "shipping_address.country_code": "expected two letters like DE",
    }


def test_every_collected_payload_is_read_refused_or_ignored_with_a_reason():
    outcomes = Counter()
    for path in sorted(real_data("orders/shopify").rglob("*.json")):
        try:
            body = json.dumps(documented(path.relative_to(real_data("orders/shopify")))).encode()
        except ValueError:
            body = path.read_bytes()
        try:
            outcome = shop.read(Payload(body))
        except (InvalidInput, NotJson) as refused:
            outcome = refused
            assert str(refused)
        outcomes[type(outcome).__name__] += 1

    assert outcomes == {
        "InvalidInput": 26, "OrderReport": 40, "RefundReport": 1, "Ignored": 191, "Hint": 14,
        "NotJson": 1,
    }  # fmt: skip
