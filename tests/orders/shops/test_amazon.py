"""Orders of Amazon: whose they are to send, how far they are, and what of them is sent."""

import json
from datetime import UTC, datetime

import pytest

from orders.shops.amazon.order_body import EASY_SHIP, NOT_OURS, NOT_YET
from orders.shops.base import Hint, Ignored, Payload, Units
from tests.orders.shops.amazon_payloads import (
    NUMBER,
    amazon_body,
    amazon_item,
    problems_of,
    report,
    shop,
)
from tests.support.real_data import real_data


def test_a_whole_order():
    found = report(amazon_body(5))
    order = found.order
    assert (order.reference, order.number) == (NUMBER, NUMBER)
    assert found.at == datetime(2026, 11, 23, 9, 0, 5, tzinfo=UTC)
    assert (order.customer_name, order.buyer_name) == ("Grace Hopper", "Ada Byron")
    assert (order.email, order.phone) == ("a1b2@marketplace.amazon.de", "+49 151 12345678")
    assert (order.company, order.street) == ("Navy", "Unter den Linden 1\n3rd floor")
    assert (order.postcode, order.city, order.region) == ("10117", "Berlin", "BE")
    assert (order.country, order.currency) == ("DE", "EUR")
    assert (order.is_gift, order.is_pickup) == (False, False)
    (line,) = order.lines
    assert (line.sku, line.title, line.quantity, line.unit_price) == ("LAMP", "Lamp", 2, 500)
    assert (found.payment, found.lines) == ("paid", {"68828574383266": Units(2, 2, 2)})


@pytest.mark.parametrize(
    ("status", "payment", "is_cancelled", "is_sent"),
    [
        ("Unshipped", "paid", False, False),
        ("PartiallyShipped", "paid", False, False),
        ("Shipped", "paid", False, True),
        ("InvoiceUnconfirmed", "paid", False, True),
        ("Canceled", "", True, False),
        ("Unfulfillable", "", True, False),
        ("SomethingNew", "unpaid", False, False),
    ],
)
def test_the_status_says_how_far_it_is(status, payment, is_cancelled, is_sent):
    found = report(amazon_body(OrderStatus=status))
    assert (found.payment, found.is_cancelled, found.is_sent) == (payment, is_cancelled, is_sent)


def test_what_is_not_to_be_sent_from_here():
    nobody = {"ShippingAddress": None, "BuyerInfo": None, "OrderTotal": None}
    for fields, why in (
        ({"FulfillmentChannel": "AFN"}, NOT_OURS),
        ({"EasyShipShipmentStatus": "PendingPickUp"}, EASY_SHIP),
        (nobody | {"OrderStatus": "Pending"}, NOT_YET),
        (nobody | {"OrderStatus": "PendingAvailability"}, NOT_YET),
    ):
        assert report(amazon_body(**fields)) == Ignored(why)


def test_what_is_left_of_each_item():
    items = [
        amazon_item("1", "LAMP", 3, shipped=1, IsGift="true"),
        amazon_item("2", "SHADE", 3, ItemPrice={"Amount": "10.00"}),
        amazon_item("3", "GONE", 0, ItemPrice=None),
    ]
    found = report(amazon_body(items=items))
    lines = found.order.lines
    assert [(line.sku, line.quantity, line.unit_price) for line in lines] == [
        ("LAMP", 2, 500), ("SHADE", 3, 333),
    ]  # fmt: skip
    assert found.lines == {"1": Units(3, 3, 2), "2": Units(3, 3, 3), "3": Units(0, 0, 0)}
    assert found.order.is_gift
    asked = amazon_item("1", "LAMP", BuyerRequestedCancel={"IsBuyerRequestedCancel": "true"})
    assert report(amazon_body(items=[asked])).payment == "held"
    assert report(amazon_body(items=[asked], OrderStatus="Shipped")).payment == "paid"


def test_what_cannot_be_read_is_told_by_field():
    wrong = amazon_body(items=[amazon_item("1", "", Title="", QuantityOrdered="a")])
    wrong["order"] |= {"LastUpdateDate": None, "AmazonOrderId": None}
    assert set(problems_of(wrong)) == {
        "order.AmazonOrderId", "order.LastUpdateDate", "items[0].Title",
        "items[0].QuantityOrdered",
    }  # fmt: skip
    assert problems_of({"changed": "../secret"}) == {"changed": "expected the id of an order"}
    assert report({"changed": NUMBER}) == Hint(NUMBER)


def test_nobody_calls_for_amazon():
    body = json.dumps(amazon_body()).encode()
    assert not shop.verify(Payload(body, {"x-webhook-secret": "hush"}), "hush")


@pytest.mark.real_data
def test_documented_answers_are_read():
    folder = real_data("orders/amazon/ordersV0")

    def answer(name):
        return json.loads((folder / f"get_orders-v0-orders{name}.json").read_text())["payload"]

    items = answer("-orderId-orderItems_200")["OrderItems"]
    order = answer("-orderId_200")
    assert report({"order": order, "items": items}) == Ignored(NOT_YET)
    found = report({"order": order | {"OrderStatus": "Unshipped"}, "items": items})
    assert (found.order.city, found.order.buyer_name, found.payment) == (
        "Canton",
        "John Doe",
        "held",
    )
    assert found.lines == {"68828574383266": Units(1, 1, 0), "79039765272157": Units(2, 2, 2)}
    first, second, *_ = answer("_200_sandbox0")["Orders"]
    assert report({"order": first, "items": items}) == Ignored(EASY_SHIP)
    sandbox = answer("-orderId-orderItems_200_sandbox0")["OrderItems"]
    bare = second | {"EasyShipShipmentStatus": None}
    (line,) = report({"order": bare, "items": sandbox}).order.lines
    assert (line.sku, line.unit_price) == ("NABetaASINB00551Q3CS", 1000)
