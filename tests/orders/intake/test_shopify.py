"""Reading a shop's order, with all its quirks."""

from datetime import UTC, datetime

import pytest

from orders.errors import InvalidInput
from orders.shops.base import Ignored, IncomingLine, IncomingOrder, Payload, Units
from tests.orders.intake.shopify_payloads import (
    problems_of,
    read,
    report,
    shop,
    shop_line,
    shop_order,
    sign,
)


@pytest.mark.parametrize(
    ("secret", "body", "signature", "is_valid"),
    [
        ("hush", b'{"a":1}', sign(b'{"a":1}'), True),
        ("hush", b'{"a":2}', sign(b'{"a":1}'), False),
        ("other", b'{"a":1}', sign(b'{"a":1}'), False),
        ("hush", b'{"a":1}', sign(b'{"a":1}')[:-4], False),
        ("hush", b'{"a":1}', "no base64!", False),
        ("hush", b'{"a":1}', "h\u00fcsh", False),
        ("hush", b'{"a":1}', "", False),
        ("hush", b"", sign(b""), False),
        ("", b'{"a":1}', sign(b'{"a":1}', ""), False),
    ],
)
def test_only_the_shops_signature_over_the_raw_bytes_counts(secret, body, signature, is_valid):
    payload = Payload(body, {"x-shopify-hmac-sha256": signature})

    assert shop.verify(payload, secret) is is_valid


def test_a_plain_order_is_read():
    assert read(shop_order()) == IncomingOrder(
        reference="5001",
        number="#1001",
        placed_at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
        lines=[IncomingLine(sku="LAMP", title="Lamp", quantity=2, unit_price=1999, ships=True)],
        customer_name="Grace Hopper",
        email="grace@example.com",
        phone="+49 151 12345678",
        street="Unter den Linden 1\n3rd floor",
        postcode="10117",
        city="Berlin",
        country="DE",
        language="en",
        currency="EUR",
    )


@pytest.mark.parametrize(
    ("currency", "price", "units"),
    [
        ("EUR", "19.99", 1999),
        ("EUR", "0.07", 7),
        ("EUR", 12, 1200),
        ("EUR", 19.99, 1999),
        ("JPY", "1980", 1980),
        ("JPY", "1980.00", 1980),
        ("KWD", "1.234", 1234),
        ("EUR", "99999999999999.99", 9999999999999999),
    ],
)
def test_prices_become_the_smallest_unit_of_the_currency(currency, price, units):
    order = read(shop_order(currency=currency, line_items=[shop_line(price=price)]))

    assert order.lines[0].unit_price == units


@pytest.mark.parametrize(
    "price", ["", "five", "-1.00", "1e5", "1_000", "NaN", "١٢", True, [], "9" * 30]
)
def test_a_price_that_is_no_amount_is_refused(price):
    assert problems_of(shop_order(line_items=[shop_line(price=price)])) == {
        "line_items[0].price": "expected an amount of money like 12.30"
    }


def test_the_shops_money_counts_not_what_the_customer_was_shown():
    money = {
        "shop_money": {"amount": "5.00", "currency_code": "EUR"},
        "presentment_money": {"amount": "850", "currency_code": "JPY"},
    }

    order = read(shop_order(presentment_currency="JPY", line_items=[shop_line(price_set=money)]))

    assert (order.currency, order.lines[0].unit_price) == ("EUR", 500)


@pytest.mark.parametrize(
    ("given", "gid", "reference"),
    [
        (820982911946154500, "gid://shopify/Order/820982911946154508", "820982911946154508"),
        (820982911946154508, None, "820982911946154508"),
        ("820982911946154508", "https://www.example.com/", "820982911946154508"),
    ],
)
def test_a_long_id_is_kept_digit_by_digit(given, gid, reference):
    assert read(shop_order(id=given, admin_graphql_api_id=gid)).reference == reference


@pytest.mark.parametrize(
    ("fields", "ships"),
    [
        ({}, True),
        ({"fulfillment_service": "manual", "requires_shipping": True}, True),
        ({"fulfillment_service": None, "requires_shipping": None}, True),
        ({"requires_shipping": False}, False),
        ({"gift_card": True}, False),
        ({"fulfillment_service": "shipwire-app"}, False),
        ({"fulfillment_status": "fulfilled", "fulfillable_quantity": 0}, False),
    ],
)
def test_lines_that_are_not_ours_to_pick_are_kept_and_do_not_ship(fields, ships):
    assert [line.ships for line in read(shop_order(line_items=[shop_line(**fields)])).lines] == [
        ships
    ]


def test_units_still_wanted_are_counted():
    lines = [
        shop_line(sku="KEPT", quantity=3, current_quantity=2),
        shop_line(sku="REFUNDED", quantity=3, current_quantity=0),
        shop_line(
            sku="HALF",
            quantity=3,
            current_quantity=3,
            fulfillable_quantity=1,
            fulfillment_status="partial",
        ),
    ]

    order = read(shop_order(line_items=lines))

    assert [(line.sku, line.quantity) for line in order.lines] == [("KEPT", 2), ("HALF", 1)]


def test_an_order_of_which_nothing_is_wanted_is_ignored():
    order = shop_order(line_items=[shop_line(current_quantity=0)])

    assert read(order).lines == []
    assert report(order).lines == {"#1": Units(bought=1, wanted=0)}
    assert report(shop_order(cancelled_at="2026-11-23T11:00:00Z")).is_cancelled


@pytest.mark.parametrize(
    ("status", "payment"),
    [
        ("paid", "paid"), ("partially_refunded", "paid"), ("authorized", "authorised"),
        ("pending", "unpaid"), ("partially_paid", "unpaid"), ("voided", "voided"),
        ("expired", "voided"), ("refunded", "refunded"), (None, ""), ("something new", "unpaid"),
    ],
)  # fmt: skip
def test_the_payment_is_read(status, payment):
    assert report(shop_order(financial_status=status)).payment == payment


def test_what_the_shop_has_sent_itself_is_not_sent_again():
    lines = [
        shop_line(id=1, quantity=4, current_quantity=4, fulfillable_quantity=1),
        shop_line(id=2, quantity=3, fulfillable_quantity=3),
        shop_line(id=3, quantity=2, fulfillable_quantity=0, fulfillment_status="fulfilled"),
        shop_line(id=4, quantity=2, price=None),
    ]

    order = read(shop_order(line_items=lines))

    assert [(line.quantity, line.ships, line.unit_price) for line in order.lines] == [
        (1, True, 500), (3, True, 500), (2, False, 500), (2, True, 0),
    ]  # fmt: skip


def test_the_buyer_is_written_to_and_the_receiver_is_on_the_label():
    buyer = {"first_name": "Ada", "last_name": "Byron"}
    gift = read(shop_order(customer=buyer))
    own = read(shop_order(customer={"first_name": "Grace", "last_name": "Hopper"}))

    assert (gift.customer_name, gift.buyer_name) == ("Grace Hopper", "Ada Byron")
    assert (own.customer_name, own.buyer_name) == ("Grace Hopper", "")


def test_an_order_that_is_collected_lacks_no_address():
    ways = [{"title": "Shop in Berlin", "delivery_category": "pickup"}]

    assert read(shop_order(shipping_address=None, shipping_lines=ways)).is_pickup
    assert not read(shop_order(shipping_lines=ways)).is_pickup
    assert not read(shop_order(shipping_address=None, shipping_lines=[5])).is_pickup


@pytest.mark.parametrize(
    ("topic", "body", "told"),
    [
        ("orders/updated", {"admin_graphql_api_id": "gid://shopify/DraftOrder/1"}, "DraftOrder"),
        ("orders/create", {"admin_graphql_api_id": "gid://shopify/Product/1"}, "Product"),
        ("orders/updated", {"id": 1}, "another kind"),
    ],
)
def test_what_is_no_order_by_what_was_signed_is_refused(topic, body, told):
    with pytest.raises(InvalidInput, match=told):
        report(body, topic)


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("products/update", {"admin_graphql_api_id": "gid://shopify/Product/1"}),
        ("orders/edited", {"order_edit": {"order_id": 5}}),
        ("fulfillment_orders/split", {"original_fulfillment_order": {}}),
        ("fulfillment_orders/moved", {"moved_fulfillment_order": {"id": 5}}),
        ("orders/delete", {"id": 5}),
    ],
)
def test_what_changes_no_order_is_ignored(topic, body):
    assert isinstance(report(body, topic), Ignored)


@pytest.mark.parametrize(
    "properties", [[], {}, None, "text", 5, [{"name": 2}], {"Engraving": "Ada"}]
)
def test_properties_of_any_shape_do_no_harm(properties):
    line = shop_line(properties=properties, sku=None, variant_id=None, unknown={"deep": [1]})

    assert read(shop_order(line_items=[line])).lines[0].title == "Lamp"


def test_empty_fields_are_filled_from_where_the_shop_knows_more():
    customer = {
        "email": "jon@example.com",
        "phone": "+4930222",
        "first_name": "Jon",
        "last_name": None,
    }
    order = shop_order(email="", shipping_address=None, customer=customer, customer_locale=None)

    assert read(order).email == "jon@example.com"
    assert read(order | {"contact_email": "c@example.com"}).email == "c@example.com"
    assert (read(order).phone, read(order | {"phone": "+4930111"}).phone) == (
        "+4930222",
        "+4930111",
    )
    assert (read(order).customer_name, read(order).language, read(order).street) == ("Jon", "", "")


@pytest.mark.parametrize(
    ("fields", "is_gift"),
    [
        ({"tags": "sale, Gift"}, True),
        ({"tags": ["gift-wrap"]}, True),
        ({"tags": "gift card"}, False),
        ({"note_attributes": [{"name": "Gift message", "value": "For you"}]}, True),
        ({"note_attributes": [{"name": "is_gift", "value": "no"}]}, False),
        ({"note_attributes": {"gift": True}}, True),
        ({"note_attributes": [None, 5, {"name": None}], "tags": 7}, False),
        ({}, False),
    ],
)
def test_a_gift_is_one_when_tag_or_note_says_so(fields, is_gift):
    assert read(shop_order(**fields)).is_gift is is_gift


def test_fields_of_the_wrong_type_are_all_named():
    order = shop_order(
        id=None,
        admin_graphql_api_id=None,
        email=["a@example.com"],
        currency="euro",
        created_at="yesterday",
        shipping_address={"city": 5, "country_code": "Germany"},
        customer="Grace",
        line_items=[
            shop_line(quantity="2"),
            shop_line(quantity=1.5),
            7,
            shop_line(quantity=None, title="", sku=""),
        ],
    )

    assert problems_of(order) == {
        "created_at": "invalid RFC3339 encoded datetime",
        "email": "expected a text, got a list",
        "shipping_address.city": "expected a text, got a whole number",
        "customer": "expected an object, got a text",
        "currency": "expected three capital letters like EUR",
        "id": "expected the id of the order, got nothing",
        "line_items[0].quantity": "expected a whole number, got a text",
        "line_items[1].quantity": "expected a whole number, got a number",
        "line_items[2]": "expected an object, got a whole number",
        "line_items[3].title": "expected the name of what was sold, got nothing",
        "line_items[3].quantity": "expected a whole number, got nothing",
        "shipping_address.country_code": "expected two letters like DE",
    }
    assert problems_of([1]) == {"body": "expected an object, got a list"}
    assert problems_of(shop_order(line_items=[])) == {
        "line_items": "expected a list of at least one line"
    }


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00+12:00", "9999-12-31T23:59:59-12:00", "2026-11-23T10:00:00"]
)
def test_a_time_nobody_can_mean_is_refused(moment):
    assert list(problems_of(shop_order(created_at=moment))) == ["created_at"]
