"""Every published answer of Amazon and BigCommerce: an order, or kept with a reason for people."""

import json
from collections import Counter
from datetime import timedelta
from email.utils import format_datetime

import pytest
from django.utils import timezone

from orders.accounts.sealing import SHOP_SECRETS
from orders.intake.calls import keep_call, work_off_calls
from orders.models import Call, SalesChannel
from orders.shops.base import Payload
from tests.orders.intake.shop_calls import call
from tests.support.real_data import real_data

pytestmark = [pytest.mark.django_db, pytest.mark.real_data]

HELD_BACK = {"EasyShipShipmentStatus": None, "OrderStatus": "Unshipped"}  # else it is not ours
EASY_SHIP = "Ignored: an Easy Ship order: Amazon collects it, with a label of its own."
NOT_YET = (
    "Ignored: Amazon has not confirmed the payment yet, and says nothing of buyer and address."
)
AMAZON_LISTS = {
    "get_orders-v0-orders_200": [NOT_YET],
    "get_orders-v0-orders_200_sandbox0": [EASY_SHIP, EASY_SHIP],
    "get_orders-v0-orders_200_sandbox1": [EASY_SHIP],
    "get_orders-v0-orders_200_sandbox2": [EASY_SHIP],
}
NO_ORDER = [["", "expected an order with its items, as Amazon answers it"]]
NEWER = {"items", "order.AmazonOrderId", "order.PurchaseDate", "order.LastUpdateDate"}
NO_HINT = [["scope", "expected what it is about, like store/order/updated"]]
A_LIST = [["body", "expected an object, got a list"]]
NO_PARTS = {
    "order.status_id", "products", "shipping_addresses", "order.date_created",
    "order.date_modified",
}  # fmt: skip
UNLINKED = "and the shop cannot be asked for it: link the shop under Settings, then try again"


def channel_of(side, kind):
    rows = SalesChannel.objects.filter(pk=side.channel.pk)
    rows.update(kind=kind, secret=SHOP_SECRETS.close("hush"))
    return rows.select_related("seller__warehouse").get()


def worked_off(channel, body):
    """The call with an answer of the shop, as the worker that asks it keeps it, worked off."""
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    kept = keep_call(channel, Payload(body))
    work_off_calls()
    return Call.objects.select_related("order").get(pk=kept.pk)


def here(order):
    """(units by SKU, city, why it waits)."""
    units = {line.sku: line.ordered for line in order.lines.all()}
    return units, order.city, sorted(order.holds.values_list("reason", flat=True))


def answers_of_amazon(name):
    return json.loads((real_data("orders/amazon/ordersV0") / f"{name}.json").read_text())["payload"]


def test_orders_of_amazon_come_in_once_they_are_ours_to_send(ada):
    channel = channel_of(ada, "amazon")
    items = answers_of_amazon("get_orders-v0-orders-orderId-orderItems_200_sandbox0")["OrderItems"]
    for name, wanted in AMAZON_LISTS.items():
        orders = answers_of_amazon(name)["Orders"]
        told = [worked_off(channel, {"order": order, "items": items}) for order in orders]
        assert [(one.outcome, one.order) for one in told] == [(text, None) for text in wanted], name

    found = {}
    for name in AMAZON_LISTS:
        for order in answers_of_amazon(name)["Orders"]:
            done = worked_off(channel, {"order": order | HELD_BACK, "items": items})
            found[order["AmazonOrderId"]] = here(done.order)
    lines = {"NABetaASINB00551Q3CS": 1}
    assert found == {
        "902-3159896-1390916": (lines, "Canton", ["clearance", "unknown_sku"]),
        "902-1845936-5435065": (lines, "", ["clearance", "no_address", "unknown_sku"]),
        "902-8745147-1934268": (lines, "", ["clearance", "no_address", "unknown_sku"]),
    }


def test_the_answers_of_another_client_of_amazon_are_read_alike(ada):
    channel = channel_of(ada, "amazon")
    told = json.loads((real_data("orders/amazon") / "frappe_test_data.json").read_text())
    orders, items = (
        told[name]["json"]["payload"] for name in ("get_orders_200", "get_order_items_200")
    )
    done = [
        worked_off(channel, {"order": order, "items": items["OrderItems"]})
        for order in orders["Orders"]
    ]
    assert [one.outcome for one in done] == ["Order accepted."] * 2
    assert [here(one.order) for one in done] == [
        ({"WNDR3400-N600": 1}, "", ["no_address", "unknown_sku"])
    ] * 2


def test_every_other_answer_of_amazon_is_kept_with_a_reason(ada):
    channel, seen = channel_of(ada, "amazon"), Counter()
    for path in sorted(real_data("orders/amazon").rglob("*.json")):
        done = worked_off(channel, path.read_bytes())
        assert (done.state, done.order) == ("refused", None), path.name
        seen["newer" if dict(done.problems).keys() == NEWER else str(done.problems)] += 1
    assert seen == {str(NO_ORDER): 59, "newer": 4, str(A_LIST): 1}


def answer_of_bigcommerce(name):
    return json.loads((real_data("orders/bigcommerce/v2") / f"{name}.json").read_text())


def test_an_order_of_bigcommerce_comes_in_with_what_is_added_and_taken_out(ada):
    channel = channel_of(ada, "bigcommerce")
    order = answer_of_bigcommerce("get_orders-order-id_200_Response")
    addresses = answer_of_bigcommerce("get_orders-order-id-shipping-addresses_200_response")
    name = "get_orders-order-id-products-product-id_200_Product"
    products = [
        answer_of_bigcommerce(f"{name}{kind}") | {"order_address_id": addresses[0]["id"]}
        for kind in ("", "-with-Variants", "-with-file-upload")
    ]

    def said(*products, **fields):
        return worked_off(channel, {
            "order": order | fields, "products": products, "shipping_addresses": addresses,
        })  # fmt: skip

    done = said(*products[:2])
    assert done.outcome == (
        "Order accepted. Phone: expected a number like +4915112345678; it was left out, so there "
        "are no text messages."
    )
    lines = {"DUST1": 1, "SKU-201-Red-Small T-Shirt-Able Brewing System": 4}
    assert here(done.order) == (lines, "San Antonio", ["clearance", "unknown_sku"])
    later = format_datetime(timezone.now() + timedelta(minutes=1))
    assert said(*products, date_modified=later).outcome == "Units added."
    assert here(done.order)[0] == lines | {"Jour-BLK": 1}


def test_each_call_of_bigcommerce_is_a_hint_or_changes_nothing(ada):
    channel, seen = channel_of(ada, "bigcommerce"), Counter()
    for path in sorted(real_data("orders/bigcommerce/webhooks").glob("*.json")):
        kept = call(channel, path.read_bytes()).json()["call"]
        work_off_calls()
        done = Call.objects.get(pk=kept)
        if done.state == "done":
            assert done.outcome.endswith("change no order here."), path.name
        else:
            assert done.problems[0][1].endswith(UNLINKED), path.name
        seen[done.state] += 1
    assert seen == {"done": 6, "refused": 7}


def test_every_other_answer_of_bigcommerce_is_kept_with_a_reason(ada):
    channel, seen = channel_of(ada, "bigcommerce"), Counter()
    for folder in ("v2", "v3", "email_context"):
        for path in sorted(real_data(f"orders/bigcommerce/{folder}").glob("*.json")):
            done = worked_off(channel, path.read_bytes())
            assert (done.state, done.order) == ("refused", None), path.name
            parts = dict(done.problems).keys() == NO_PARTS
            seen["no parts" if parts else str(done.problems)] += 1
    assert seen == {str(NO_HINT): 27, "no parts": 3, str(A_LIST): 6}
