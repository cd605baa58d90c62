"""Reading an order of WooCommerce, with all its quirks."""

from datetime import UTC, datetime

import pytest

from orders.shops.base import DeletionReport, Ignored, IncomingLine, IncomingOrder, Payload, Units
from tests.orders.intake.shopify_payloads import sign
from tests.orders.intake.woocommerce_payloads import (
    GRACE,
    NOBODY,
    problems_of,
    read,
    report,
    shop,
    woo_line,
    woo_order,
)


def lines_of(*lines, **fields):
    """{SKU: (units, whether it is sent)} of an order with these lines."""
    order = read(woo_order(line_items=list(lines), **fields))
    return {line.sku: (line.quantity, line.ships) for line in order.lines}


def part(sku, of, field="bundled_by", **fields):
    return woo_line(id=sku, sku=sku, **{field: of}, **fields)


def noted(**meta):
    return [{"id": 1, "key": key, "value": value} for key, value in meta.items()]


def test_only_the_shops_signature_over_the_raw_bytes_counts():
    body = b'{"id":1}'
    for signature, secret, is_valid in (
        (sign(body), "hush", True),
        (sign(body), "other", False),
        (sign(b'{"id":2}'), "hush", False),
        ("no base64!", "hush", False),
        ("", "hush", False),
        (sign(body, ""), "", False),
    ):
        payload = Payload(body, {"x-wc-webhook-signature": signature})
        assert shop.verify(payload, secret) is is_valid


def test_a_plain_order_is_read():
    found = report(woo_order(second=7))

    assert found.order == IncomingOrder(
        reference="727",
        number="1001",
        placed_at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
        lines=[IncomingLine(sku="LAMP", title="Lamp", quantity=2, unit_price=500)],
        customer_name="Grace Hopper",
        email="grace@example.com",
        phone="+49 151 12345678",
        street="Unter den Linden 1\n3rd floor",
        postcode="10117",
        city="Berlin",
        region="DE-BE",
        country="DE",
        currency="EUR",
    )
    assert found.at == datetime(2026, 11, 23, 9, 0, 7, tzinfo=UTC)
    assert (found.lines, found.payment) == ({"315": Units(2, 2)}, "paid")
    assert [line.shop_line for line in found.order.lines] == ["315"]
    assert report({"data": woo_order(second=7)}) == found


@pytest.mark.parametrize(
    ("status", "paid_at", "payment", "is_cancelled", "is_sent"),
    [
        ("pending", None, "unpaid", False, False),
        ("failed", None, "unpaid", False, False),
        ("on-hold", None, "unpaid", False, False),
        ("processing", None, "paid", False, False),
        ("wc-processing", None, "paid", False, False),
        ("completed", None, "paid", False, True),
        ("refunded", "2026-11-23T09:00:00", "refunded", False, False),
        ("cancelled", None, "", True, False),
        ("trash", None, "", True, False),
        ("awaiting-pickup", "2026-11-23T09:00:00", "paid", False, False),
        ("partial-payment", None, "unpaid", False, False),
        (None, None, "unpaid", False, False),
    ],
)
def test_a_status_says_what_is_paid_cancelled_or_sent(
    status, paid_at, payment, is_cancelled, is_sent
):
    found = report(woo_order(status=status, date_paid_gmt=paid_at))

    assert (found.payment, found.is_cancelled, found.is_sent) == (payment, is_cancelled, is_sent)


def test_what_is_no_order_is_told_apart_by_its_body():
    for body, topic in (
        (woo_order(status="checkout-draft", line_items=[], date_created_gmt=None), "order.created"),
        (woo_order(billing_period="month"), "subscription.updated"),
        ({"id": 5}, "product.deleted"),
        ({"id": 5}, ""),
        ({"action": "woocommerce_cart", "arg": 5}, "action.woocommerce_cart"),
        ({"code": "woocommerce_rest_shop_order_invalid_id", "message": "Invalid ID.",
          "data": {"status": 404}}, "order.updated"),
    ):  # fmt: skip
        assert isinstance(report(body, topic), Ignored), body
    assert shop.read(Payload(b"webhook_id=12")) == Ignored("the ping of a new webhook")
    assert report({"id": 5}, "order.deleted") == DeletionReport("5")


def test_a_body_that_should_be_an_order_is_refused_with_what_to_do():
    denied = {"code": "woocommerce_rest_cannot_view", "message": "Sorry", "data": {"status": 401}}

    assert "woocommerce_rest_cannot_view" in problems_of(denied)["code"]
    assert "WP REST API Integration v3" in problems_of({"order": {"id": 645}})["order"]
    assert list(problems_of({"id": 5, "name": "Lamp"})) == ["line_items"]
    assert list(problems_of(woo_order(refunded_by=1))) == ["line_items"]
    assert list(problems_of({"id": None}, "order.deleted")) == ["id"]
    assert list(problems_of([1])) == ["body"]


def test_units_are_whole_or_a_problem():
    given = (2, 2.0, "2", 0, 1.5, -1, "1.5", "", None, True, 10**9, 1e300, [])
    lines = [woo_line(quantity=quantity) for quantity in given]

    assert [line.quantity for line in read(woo_order(line_items=lines[:4])).lines] == [2, 2, 2]
    assert list(problems_of(woo_order(line_items=lines))) == [
        f"line_items[{place}].quantity" for place in range(4, len(given))
    ]
    problems = problems_of(woo_order(line_items=[woo_line(quantity=1.5)]))
    assert problems == {"line_items[0].quantity": "expected a whole number of units, got 1.5"}


def test_prices_are_read_without_the_digits_of_a_division():
    for price, units in (
        (10.799999999999999, 1080), (17.647059, 1765), (30, 3000), ("21.99", 2199), (0.0, 0),
        ("", 0), (None, 0),
    ):  # fmt: skip
        order = read(woo_order(line_items=[woo_line(price=price)]))
        assert order.lines[0].unit_price == units
    for price in (-1.5, "five", True, [], 1e300):
        assert list(problems_of(woo_order(line_items=[woo_line(price=price)]))) == [
            "line_items[0].price"
        ]


def test_a_number_as_sku_and_a_deleted_product_are_kept():
    deleted = woo_line(id=2, sku="", name="Old lamp", product_id=0)

    assert lines_of(woo_line(sku=4711), deleted) == {"4711": (1, True), "": (1, True)}


def test_a_name_is_read_without_the_entities_of_wordpress():
    lines = [woo_line(name="Lamp &ndash; R&amp;D &#8220;Red&#8221;")]

    assert read(woo_order(line_items=lines)).lines[0].title == "Lamp – R&D “Red”"


def test_of_a_bundle_the_parts_or_the_parent_are_sent():
    box = woo_line(id="BOX", sku="BOX", bundled_items=[2, 3])
    packed = noted(_bundled_item_needs_shipping="no")
    apart = noted(_bundled_item_needs_shipping="yes")
    composed = noted(_composite_item_needs_shipping="no")

    assert lines_of(box, part("LAMP", "BOX"), part("SHADE", "BOX", meta_data=apart)) == {
        "BOX": (1, False), "LAMP": (1, True), "SHADE": (1, True),
    }  # fmt: skip
    assert lines_of(box, part("LAMP", "BOX", meta_data=packed)) == {
        "BOX": (1, True), "LAMP": (1, False),
    }  # fmt: skip
    # A download among the parts is sent neither by itself nor inside a box.
    assert lines_of(box, part("LAMP", "BOX"), part("GUIDE", "BOX", meta_data=packed)) == {
        "BOX": (1, False), "LAMP": (1, True), "GUIDE": (1, False),
    }  # fmt: skip
    weighed = box | {"meta_data": noted(_bundle_weight="0.5")}
    mixed = (part("LAMP", "BOX", meta_data=apart), part("SHADE", "BOX", meta_data=packed))
    assert lines_of(weighed, *mixed) == {
        "BOX": (1, True), "LAMP": (1, True), "SHADE": (1, False),
    }  # fmt: skip
    nested = (part("SET", "BOX", "composite_parent"), part("LAMP", "SET"))
    assert lines_of(box, *nested) == {
        "BOX": (1, False), "SET": (1, False), "LAMP": (1, True),
    }  # fmt: skip
    assert lines_of(box, part("LAMP", "BOX", "composite_parent", meta_data=composed)) == {
        "BOX": (1, True), "LAMP": (1, False),
    }  # fmt: skip
    assert lines_of(part("LAMP", "GONE"), part("SHADE", 0), part("BULB", "BULB")) == {
        "LAMP": (1, True), "SHADE": (1, True), "BULB": (1, True),
    }  # fmt: skip
    assert lines_of(box, part("LAMP", "BOX", quantity=0)) == {"BOX": (1, True)}


def test_only_an_order_of_downloads_alone_is_not_sent():
    way = [{"method_id": "flat_rate"}]

    assert lines_of(woo_line(), needs_processing=False) == {"LAMP": (1, False)}
    assert report(woo_order(needs_processing=False)).lines == {}
    assert lines_of(woo_line(), needs_processing=False, shipping_lines=way) == {"LAMP": (1, True)}
    assert lines_of(woo_line(), needs_processing=True) == {"LAMP": (1, True)}


def test_the_buyer_is_billed_and_the_receiver_is_on_the_label():
    buyer = GRACE | {"first_name": "Ada", "last_name": "Byron", "email": "a@example.com"}
    gift = read(woo_order(billing=buyer))
    nowhere = read(woo_order(billing=buyer, shipping=NOBODY))

    assert (gift.customer_name, gift.buyer_name, gift.email) == (
        "Grace Hopper", "Ada Byron", "a@example.com",
    )  # fmt: skip
    assert (nowhere.customer_name, nowhere.street, nowhere.country) == ("Ada Byron", "", "")
    # PHP writes an empty object as an empty list.
    assert read(woo_order(billing=[], shipping=[])).customer_name == ""


@pytest.mark.parametrize(
    ("methods", "is_pickup"),
    [
        (["local_pickup"], True), (["local_pickup:3"], True), (["pickup_location"], True),
        (["flat_rate", "local_pickup"], True), (["flat_rate"], False), ([], False), ([None], False),
    ],
)  # fmt: skip
def test_an_order_that_is_collected_says_so(methods, is_pickup):
    ways = [{"method_id": method} for method in methods]

    assert read(woo_order(shipping_lines=ways)).is_pickup is is_pickup


def test_a_refund_says_its_money_and_no_units():
    refunds = [{"id": 549, "total": "-16.20"}, {"id": 547, "total": "x"}, {"total": "-1"}, None]

    assert report(woo_order(refunds=refunds)).refunds == {"549": "16.20 EUR", "547": ""}
    assert report(woo_order(refunds=refunds, status="refunded")).refunds == {}
    assert report(woo_order(refunds=None)).refunds == {}


def test_moments_are_in_utc_and_the_language_is_the_translations():
    order = woo_order(date_modified_gmt=None, meta_data=noted(wpml_language="de_AT"))

    assert report(order).at == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    assert read(order).language == "de"


def test_fields_of_the_wrong_type_are_all_named():
    order = woo_order(
        id=None,
        currency="euro",
        date_created_gmt=None,
        date_modified_gmt="yesterday",
        billing="Grace",
        shipping={"country": "Germany", "city": 5},
        line_items=[woo_line(name="", sku=""), 7],
    )

    assert problems_of(order) == {
        "line_items[1]": "expected an object, got a whole number",
        "billing": "expected an object, got a text",
        "shipping.city": "expected a text, got a whole number",
        "currency": "expected three capital letters like EUR",
        "id": "expected the id of the order, got nothing",
        "date_created_gmt": "expected a date and time, got nothing",
        "line_items[0].name": "expected the name of what was sold, got nothing",
        "shipping.country": "expected two letters like DE",
        "date_modified_gmt": "expected a date and time from 1970 to 8999 with its zone, like "
        "2026-03-01T10:00:00Z",
    }
    assert list(problems_of(woo_order(line_items=None))) == ["line_items"]
    assert list(problems_of(woo_order(line_items=[{}] * 2001))) == ["line_items"]
    assert read(woo_order(line_items=[])).lines == []
