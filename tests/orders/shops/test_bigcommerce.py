"""Orders of BigCommerce: hints, statuses, addresses, and what of an order is sent."""

import json
from datetime import UTC, datetime

import pytest

from orders.shops.base import Hint, Ignored, OrderReport, Payload, Units
from orders.shops.bigcommerce.adapter import BigCommerce
from tests.orders.shops.bigcommerce_payloads import (
    GRACE,
    big_body,
    big_line,
    hint,
    problems_of,
    report,
    shop,
)
from tests.support.real_data import real_data


def test_a_whole_order():
    found = report(big_body(5, customer_message="Ring twice"))
    order = found.order
    assert (order.reference, order.number, found.at) == (
        "250", "250", datetime(2026, 11, 23, 9, 0, 5, tzinfo=UTC),
    )  # fmt: skip
    assert (order.customer_name, order.buyer_name) == ("Grace Hopper", "Ada Byron")
    assert (order.email, order.phone) == ("ada@example.com", "+49 151 12345678")
    assert (order.company, order.street) == ("Navy", "Unter den Linden 1\n3rd floor")
    assert (order.postcode, order.city, order.region) == ("10117", "Berlin", "Berlin")
    assert (order.country, order.currency, order.language) == ("DE", "EUR", "de")
    assert (order.note, order.is_pickup) == ("Ring twice", False)
    (line,) = order.lines
    assert (line.sku, line.title, line.quantity, line.unit_price) == ("LAMP", "Lamp", 2, 500)
    assert (found.payment, found.lines) == ("paid", {"11": Units(2, 2, 2)})


@pytest.mark.parametrize(
    ("status", "said", "payment"),
    [
        (1, "", "unpaid"), (2, "", "paid"), (3, "", "paid"), (4, "", "refunded"), (5, "", ""),
        (6, "", ""), (7, "", "unpaid"), (7, "authorized", "authorised"), (8, "", "paid"),
        (9, "", "paid"), (10, "", "paid"), (11, "", "paid"), (11, "authorized", "authorised"),
        (11, "held for review", "held"), (12, "", "held"), (13, "", "held"), (14, "", "paid"),
        (99, "", "unpaid"), (1, "authorized", "unpaid"), (2, "authorized", "paid"),
    ],
)  # fmt: skip
def test_the_status_says_how_far_it_is(status, said, payment):
    found = report(big_body(status_id=status, payment_status=said))
    assert found.payment == payment
    assert found.is_cancelled == (status in (5, 6))
    assert found.is_sent == (status in (2, 10))
    assert found.order.is_pickup == (status == 8)


def test_what_is_no_order_to_send():
    assert report(big_body(status_id=0)) == Ignored("the customer has not completed the checkout")
    assert report(big_body(is_deleted=True)).is_cancelled
    lines = [
        big_line(1, "LAMP", 3, quantity_refunded=1, quantity_shipped=1),
        big_line(2, "PDF", type="digital", order_address_id=0),
        big_line(3, "GONE", quantity_refunded=1),
    ]
    found = report(big_body(products=lines, status_id=14))
    assert [(line.sku, line.quantity, line.ships) for line in found.order.lines] == [
        ("LAMP", 1, True), ("PDF", 1, False),
    ]  # fmt: skip
    assert found.lines == {"1": Units(3, 2, 1), "3": Units(1, 0, 0)}
    assert report(big_body(products=[big_line(1, "A", order_pickup_method_id=5)])).order.is_pickup


def test_one_address_is_sent_to():
    two = [GRACE | {"id": 127}, GRACE | {"id": 128, "first_name": "Mary"}]
    assert report(big_body(to=two)).order.customer_name == "Grace Hopper"
    second = [big_line(1, "LAMP", order_address_id=128), big_line(2, "PDF", type="digital")]
    assert report(big_body(to=two, products=second)).order.customer_name == "Mary Hopper"
    both = [big_line(1, "LAMP"), big_line(2, "SHADE", order_address_id=128)]
    assert problems_of(big_body(to=two, products=both)) == {
        "shipping_addresses": "expected one address to send to, got 2: an order here has one. "
        "Split the order in the shop"
    }
    nowhere = report(big_body(to=[], products=[big_line(1, "PDF", type="digital")])).order
    assert (nowhere.street, nowhere.customer_name) == ("", "Ada Byron")


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (hint(), Hint("250", "store/order/updated")),
        (hint("store/order/statusUpdated", id="250"), Hint("250", "store/order/statusUpdated")),
        (hint("store/shipment/created", id=12, orderId=251), Hint("251", "store/shipment/created")),
        (
            hint("store/sku/updated", id=1),
            Ignored("calls about store/sku/updated change no order here"),
        ),
    ],
)
def test_a_call_is_a_hint(body, found):
    assert report(body) == found


def test_what_cannot_be_read_is_told_by_field():
    assert problems_of({}) == {"scope": "expected what it is about, like store/order/updated"}
    for wrong in ({"id": "../1"}, {"id": 0}, {"id": "1" * 200}, {"orderId": 3}):
        assert problems_of(hint(**wrong)) == {"data.id": "expected the id of the order"}
    assert problems_of(big_body(id="../250")) == {
        "order.id": "expected the id of the order, a number"
    }
    wrong = big_body(products=[big_line(1, "", name="", quantity=-1)], date_modified="soon")
    assert set(problems_of(wrong | {"order": wrong["order"] | {"status_id": None}})) == {
        "order.date_modified", "order.status_id", "products[0].name", "products[0].quantity",
    }  # fmt: skip


def test_the_secret_is_a_header_and_the_hash_is_no_signature():
    body = json.dumps(hint()).encode()
    for given, is_valid in (("hush", True), ("husk", False), ("", False), ("hüsh", False)):
        assert shop.verify(Payload(body, {"x-webhook-secret": given}), "hush") is is_valid
    assert not BigCommerce().verify(Payload(body, {}), "")


@pytest.mark.real_data
def test_documented_calls_and_answers_are_read():
    folder = real_data("orders/bigcommerce")
    hints = {
        path.stem: report(json.loads(path.read_text()))
        for path in sorted((folder / "webhooks").glob("*.json"))
    }
    assert {name: found.reference for name, found in hints.items() if isinstance(found, Hint)} == {
        "store_order_archived": "250", "store_order_message_created": "250",
        "store_order_statusUpdated": "250", "store_order_updated": "250",
        "store_shipment_created": "251", "store_shipment_deleted": "251",
        "store_shipment_updated": "251",
    }  # fmt: skip

    def answer(name):
        return json.loads((folder / "v2" / f"{name}.json").read_text())

    products = [
        answer(f"get_orders-order-id-products-product-id_200_{kind}")
        for kind in ("Product", "Product-with-Variants", "Product-with-file-upload")
    ]
    found = report({
        "order": answer("get_orders-order-id_200_Response"),
        "products": [one | {"order_address_id": 42} for one in products],
        "shipping_addresses": [answer("get_orders-order-id-shipping-addresses-id_200_response")],
    })  # fmt: skip
    assert isinstance(found, OrderReport)
    assert (found.order.street, found.payment) == ("123 MainStreet", "authorised")
    assert [(line.sku, line.quantity, line.unit_price) for line in found.order.lines] == [
        ("DUST1", 1, 3723), ("SKU-201-Red-Small T-Shirt-Able Brewing System", 4, 23500),
        ("Jour-BLK", 1, 4500),
    ]  # fmt: skip
