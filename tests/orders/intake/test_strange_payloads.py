"""Strange values in every field of every shop's order: accepted, or refused by the field's name."""

import json
import sys
from itertools import product

import pytest
from django.test import Client

from fulfillment.api.orders.shapes import read_order
from orders.errors import InvalidInput
from orders.intake.acceptance import accept_orders
from orders.intake.calls import work_off_calls
from orders.models import Order
from orders.shops import SHOPS
from orders.shops.base import IncomingOrder, OrderReport, Payload
from orders.shops.reading import NotJson
from orders.values.problems import MOST_TOLD
from tests.orders.intake.mapped_payloads import mapped_order
from tests.orders.intake.shopify_payloads import shop, shop_line, shop_order, sign
from tests.orders.intake.test_intake import ORDER, post
from tests.orders.intake.woocommerce_payloads import woo_line, woo_order
from tests.orders.shops.amazon_payloads import amazon_body, amazon_item
from tests.orders.shops.bigcommerce_payloads import big_body, big_line
from tests.orders.shops.magento_payloads import ADA, item, magento_order
from torture.at_doors.strange import JSON, places, put

PERSON = {"first_name": "Grace", "last_name": "Hopper", "email": "g@example.com", "phone": "1"}
# One payload with every field that the adapter reads; a new adapter gets its own here.
WHOLE = {
    "amazon": amazon_body(items=[amazon_item("1", "LAMP", 2), amazon_item("2", "SHADE")]),
    "bigcommerce": big_body(
        customer_message="Ring twice",
        products=[big_line(1, "LAMP", 2), big_line(2, "PDF", type="digital", order_address_id=0)],
    ),
    "shopify": shop_order(
        processed_at="2026-11-23T10:00:00+01:00",
        cancelled_at=None,
        test=False,
        order_number=1001,
        contact_email="g@example.com",
        phone="1",
        note="Ring twice",
        tags="gift",
        subtotal_price="18.00",
        total_price="22.90",
        total_tax="3.66",
        taxes_included=True,
        total_tip_received="0.00",
        note_attributes=[{"name": "gift", "value": "yes"}],
        customer=PERSON,
        shipping_address=shop_order()["shipping_address"]
        | PERSON
        | {"company": "Navy", "province": "Berlin", "province_code": "BE"},
        line_items=[
            shop_line(
                name="Lamp, red",
                current_quantity=1,
                fulfillable_quantity=1,
                fulfillment_status="partial",
                requires_shipping=True,
                gift_card=False,
                fulfillment_service="manual",
            )
        ],
    ),
    "json": mapped_order(),
    "magento": magento_order(
        customer_note="Ring twice",
        billing_address=dict.fromkeys(("prefix", "middlename", "suffix"), "x") | ADA,
        items=[
            item(1, "KIT", product_type="bundle"),
            item(2, "LAMP", parent_item_id=1),
            item(3, "HOOD", product_type="configurable"),
            item(4, "HOOD", parent_item_id=3),
        ],
    ),
    "woocommerce": woo_order(
        date_paid_gmt="2026-11-23T09:00:05",
        needs_processing=True,
        customer_note="Ring twice",
        meta_data=[{"key": "wpml_language", "value": "de"}],
        shipping_lines=[{"method_id": "flat_rate"}],
        refunds=[{"id": 9, "reason": "", "total": "-1.00"}],
        total="14.90",
        total_tax="0.00",
        shipping_total="4.90",
        shipping_tax="0.00",
        line_items=[
            woo_line(
                id=1,
                bundled_by="",
                composite_parent="",
                meta_data=[{"key": "_bundle_weight", "value": "1"}],
            ),
            woo_line(
                id=2,
                bundled_by="1",
                meta_data=[{"key": "_bundled_item_needs_shipping", "value": "yes"}],
            ),
        ],
    ),
}


def tried(read, whole):
    """(orders that were read, answers that are wrong) of every strange value at every place."""
    accepted, wrong = [], []
    for path, text in product(list(places(whole)), JSON):
        try:
            found = read(put(whole, path, text))
        except NotJson:
            continue
        except InvalidInput as error:
            field = next((part for part in reversed(path) if isinstance(part, str)), "")
            if not any(field in told for told, _ in error.problems):
                wrong.append((path, text, error.problems))
            continue
        if isinstance(found, OrderReport):
            found = found.order
        if isinstance(found, IncomingOrder) and found.lines:
            accepted.append(found)
    return accepted, wrong


def store(side, orders):
    """Store what was read, each under a reference of its own, and read it again."""
    for number, order in enumerate(orders):
        order.reference = f"{number}"
    accept_orders(side.channel, orders)
    return [order.placed_at for order in Order.objects.all()]


@pytest.mark.parametrize("code", SHOPS)
def test_no_strange_value_in_a_shops_order_is_an_error_of_ours(ada, code):
    assert code in WHOLE, "the table has no payload of this shop"

    accepted, wrong = tried(lambda body: SHOPS[code].read(Payload(body)), WHOLE[code])

    assert wrong == []
    assert len(store(ada, accepted)) == len(accepted) > 100


def test_no_strange_value_in_the_api_is_an_error_of_ours(ada):
    whole = ORDER | {"note": "x", "gift": False, "priority": 0}
    whole["customer"] = ORDER["customer"] | {"language": "en"}
    whole["address"] = ORDER["address"] | {"region": "x", "company": "x", "name": "x"}
    whole["lines"] = [ORDER["lines"][0] | {"title": "x", "ships": True}]

    accepted, wrong = tried(read_order, whole)

    assert wrong == []
    assert len(store(ada, accepted)) == len(accepted) > 20


def test_a_strange_value_is_answered_at_the_hook(ada):
    body = json.dumps(shop_order(note_attributes=5)).encode()
    headers = {"X-Shopify-Hmac-Sha256": sign(body), "X-Shopify-Topic": "orders/create"}

    answer = Client().post(
        f"/hooks/shops/{ada.channel.pk}/", body, content_type="application/json", headers=headers
    )

    assert (answer.status_code, answer.json()["status"]) == (200, "kept")
    assert work_off_calls() == 1
    assert Order.objects.get().reference == "5001"


@pytest.mark.parametrize("placed_at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_moment_that_nobody_can_read_is_refused_by_name(ada, placed_at):
    answer = post(ada, ORDER | {"placed_at": placed_at})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "placed_at"
    assert Order.objects.count() == 0


def test_a_field_that_is_given_twice_is_refused(ada):
    twice = json.dumps(ORDER).replace('"number"', '"number": 5, "number"', 1)

    answer = post(ada, twice)

    assert (answer.status_code, Order.objects.count()) == (422, 0)
    assert "given twice" in answer.json()["errors"][0]["problem"]


def calls_of(work):
    """How many functions of Python and C a piece of work calls."""
    count = 0

    def watch(frame, event, argument):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(watch)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def refused(read, value):
    with pytest.raises(InvalidInput) as error:
        read(value)
    return error.value.problems


def read_shop(value):
    return shop.read(Payload(json.dumps(value).encode()))


def read_api(value):
    return read_order(json.dumps(value).encode())


def empty_shop_lines(count):
    return shop_order(line_items=[{}] * count)


def empty_api_lines(count):
    return ORDER | {"lines": [{}] * count}


def unknown_fields(count):
    return ORDER | {f"field {number}": 1 for number in range(count)}


@pytest.mark.parametrize(
    ("read", "made"),
    [
        (read_shop, empty_shop_lines),
        (read_api, empty_api_lines),
        (read_api, unknown_fields),
    ],
)
def test_the_work_grows_with_the_bytes_and_a_hundred_problems_are_told(read, made):
    few, many = made(500), made(2000)
    problems = refused(read, many)

    work = [calls_of(lambda order=order: refused(read, order)) for order in (few, many)]

    assert work[1] < 6 * work[0]
    assert len(problems) == MOST_TOLD + 1
    assert problems[-1][1].endswith("more problems")


@pytest.mark.parametrize(
    ("read", "made", "field"),
    [(read_shop, empty_shop_lines, "line_items"), (read_api, empty_api_lines, "lines")],
)
def test_too_many_lines_are_one_problem_and_are_not_read(read, made, field):
    problems = refused(read, made(300_000))

    assert [path for path, _ in problems] == [field]
    assert calls_of(lambda: refused(read, made(2001))) < calls_of(lambda: refused(read, made(200)))
