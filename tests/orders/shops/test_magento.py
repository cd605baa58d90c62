"""Orders of Magento: what is sent of what was sold, how far it is paid, and by whom it came."""

import json
from datetime import UTC, datetime

import pytest

from orders.models import Call, Hold, Order, SalesChannel, ShopOrder
from orders.shops.base import Units
from tests.orders.intake.shop_calls import call, outcomes
from tests.orders.shops.magento_payloads import (
    item,
    magento_items,
    magento_order,
    problems_of,
    report,
)
from tests.support.real_data import real_data


@pytest.fixture
def ada(ada):
    SalesChannel.objects.filter(pk=ada.channel.pk).update(kind="magento")
    ada.channel.refresh_from_db()
    return ada


def sent(*items):
    """{the shop's id: (SKU, units)} of the lines that are sent, and those that only are there."""
    order = report(magento_order(items=list(items))).order
    return (
        {line.shop_line: (line.sku, line.quantity) for line in order.lines if line.ships},
        [line.sku for line in order.lines if not line.ships],
    )


def test_a_whole_order():
    found = report(magento_order(5, customer_note="Ring twice"))
    order = found.order
    assert (order.reference, order.number, found.at) == (
        "3", "000000003", datetime(2026, 11, 23, 9, 0, 5, tzinfo=UTC),
    )  # fmt: skip
    assert (order.customer_name, order.buyer_name) == ("Grace Hopper", "Ada Byron")
    assert (order.email, order.phone) == ("ada@example.com", "+49 151 12345678")
    assert (order.company, order.street) == ("Navy", "Unter den Linden 1\n3rd floor")
    assert (order.postcode, order.city, order.region) == ("10117", "Berlin", "Berlin")
    assert (order.country, order.currency, order.note) == ("DE", "EUR", "Ring twice")
    (line,) = order.lines
    assert (line.sku, line.title, line.quantity, line.unit_price) == ("LAMP", "Lamp", 2, 500)
    assert (found.payment, found.lines) == ("paid", {"11": Units(2, 2, 2)})


def test_each_thing_is_sent_once():
    parent = item(1, "HOOD-S", 2, product_type="configurable", name="Hood", price=52)
    child = item(2, "HOOD-S", 2, parent_item_id=1, name="Hood, small", price=0)
    # A configurable and its child, both with the same SKU, are one thing: the parent's id, the
    # child's name.
    assert sent(parent, child) == ({"1": ("HOOD-S", 2)}, [])
    (line,) = report(magento_order(items=[parent, child])).order.lines
    assert (line.title, line.unit_price) == ("Hood, small", 5200)
    bundle = item(5, "KIT", 2, product_type="bundle", price=32)
    ball = item(6, "BALL", 2, parent_item_id=5, price=27)
    brick = item(7, "BRICK", 4, parent_item_id=5)
    plan = item(8, "PLAN", 2, parent_item_id=5, is_virtual=1)
    assert sent(bundle, ball, brick, plan) == (
        {"6": ("BALL", 2), "7": ("BRICK", 4)}, ["KIT", "PLAN"],
    )  # fmt: skip
    kit, *_ = report(magento_order(items=[bundle, ball])).order.lines
    assert kit.unit_price == 0, "its parts have their prices"
    # What was done with a bundle was done with its parts, whether they say so or not.
    bundle["qty_shipped"], bundle["qty_canceled"] = 1, "0.0000"
    assert report(magento_order(items=[bundle, ball, brick])).lines == {
        "6": Units(2, 2, 1), "7": Units(4, 4, 2),
    }  # fmt: skip
    assert sent(item(1, "E-BOOK", product_type="downloadable")) == ({}, ["E-BOOK"])
    # A parent that is missing, or itself, or of a kind that has no parts.
    assert sent(item(1, "A", parent_item_id=9), item(2, "B", parent_item_id=2)) == (
        {"1": ("A", 1), "2": ("B", 1)}, [],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "payment"),
    [
        ({"state": "new", "total_due": 10}, "unpaid"),
        ({"state": "new", "total_due": 0}, "paid"),
        ({"state": "new", "total_due": 10, "payment": {"method": "cashondelivery"}}, ""),
        ({"state": "pending_payment"}, "unpaid"),
        ({"state": "payment_review"}, "unpaid"),
        ({"total_due": 10}, "authorised"),
        ({"total_due": "0.0000"}, "paid"),
        ({"total_due": None}, "paid"),
        ({"state": "holded"}, "held"),
        ({"state": "complete"}, "paid"),
        ({"state": "closed"}, "refunded"),
        ({"state": "canceled"}, ""),
        ({"state": "of_an_extension"}, "unpaid"),
    ],
)
def test_the_state_says_how_far_it_is_paid(fields, payment):
    found = report(magento_order(**fields))
    assert found.payment == payment
    assert found.is_cancelled == (fields.get("state") == "canceled")
    assert found.is_sent == (fields.get("state") == "complete")


def test_what_cannot_be_read_is_told_by_field():
    half = [item(1, "ROPE", "1.5000"), item(2, "ROPE", -1), item(3, "", name=""), 5]
    assert problems_of(magento_order(items=half, state="", updated_at="yesterday")) == {
        "items[0].qty_ordered": "expected a whole number of units, got 1.5",
        "items[1].qty_ordered": "expected a whole number from 0 to 1000000",
        "items[2].name": "expected the name of what was sold, got nothing",
        "items[3]": "expected an object, got a whole number",
        "state": "expected the state of the order, got nothing",
        "updated_at": (
            "expected a date and time from 1970 to 8999 with its zone, like 2026-03-01T10:00:00Z"
        ),
    }
    for wrong in ("../3", "3?", 3.5, None):
        assert set(problems_of(magento_order(entity_id=wrong))) == {"entity_id"}
    assert problems_of({"increment_id": "1"}) == {
        "items": "expected an order, got a body of another kind"
    }


def test_an_extension_sends_orders_with_the_secret(ada):
    assert call(ada.channel, magento_order(), signature="guess").status_code == 401
    assert call(ada.channel, magento_order(), signature="").status_code == 401
    assert Call.objects.count() == 0
    assert call(ada.channel, {"order": magento_order()}, signature="hush").status_code == 200


def test_an_order_is_paid_held_edited_and_cancelled(ada):
    bodies = [
        magento_order(0, state="new", total_due=10, items=magento_items(LAMP=3, SHADE=1)),
        magento_order(1, items=magento_items(LAMP=3, SHADE=1)),
        magento_order(1, state="holded", items=magento_items(LAMP=3, SHADE=1)),
        magento_order(2, items=[item(11, "LAMP", 3, qty_canceled=1), item(12, "SHADE")]),
        magento_order(3, state="canceled", items=magento_items(LAMP=3, SHADE=1)),
    ]
    told = []
    for body in bodies:
        told += outcomes(ada.channel, body)
        holds = Hold.objects.filter(reason__in=("payment", "clearance"), released_at__isnull=True)
        told.append([str(hold) for hold in holds])
    assert told == [
        "Order accepted.", ["Not paid yet: not paid yet"],
        "Paid: it no longer waits for that.", [],
        "Held for the payment: the shop holds the order.",
        ["Not cleared in the shop: the shop holds the order"],
        "Units cancelled. Paid: it no longer waits for that.", [],
        "Units cancelled.", [],
    ]  # fmt: skip
    order = Order.objects.get()
    assert (order.reference, order.status) == ("3", "cancelled")


@pytest.mark.real_data
def test_the_documented_order_comes_in(ada):
    path = real_data("orders/magento/order_bundle_configurable_downloadable.json")
    assert outcomes(ada.channel, json.loads(path.read_text())) == ["Order accepted."]
    lines = Order.objects.get().lines.order_by("position")
    assert [(line.sku, line.ordered) for line in lines if line.ships] == [
        ("WS12-M-Orange", 1), ("24-WG082-blue", 1), ("24-WG084", 1), ("24-WG086", 1),
        ("24-WG088", 1), ("MH01-S-Gray", 1),
    ]  # fmt: skip
    assert [line.sku for line in lines if not line.ships] == [
        "240-LV08", "24-WG080-24-WG084-24-WG088-24-WG082-blue-24-WG086",
    ]  # fmt: skip
    assert ShopOrder.objects.get().payment == "unpaid"
