"""Orders as WooCommerce sends them, small enough to read."""

import json

import pytest

from orders.errors import InvalidInput
from orders.shops.base import OrderReport, Payload
from orders.shops.woocommerce.adapter import WooCommerce

shop = WooCommerce()
NOBODY = dict.fromkeys(
    ("first_name", "last_name", "company", "address_1", "address_2", "city", "state", "postcode",
     "country"), "",
)  # fmt: skip
GRACE = NOBODY | {
    "first_name": "Grace", "last_name": "Hopper", "address_1": "Unter den Linden 1",
    "address_2": "3rd floor", "city": "Berlin", "state": "DE-BE", "postcode": "10117",
    "country": "DE",
}  # fmt: skip


def woo_order(second=0, **fields):
    """A small order as WooCommerce has it at one second of its day."""
    return {
        "id": 727,
        "number": "1001",
        "status": "processing",
        "currency": "EUR",
        "date_created_gmt": "2026-11-23T09:00:00",
        "date_modified_gmt": f"2026-11-23T09:{second // 60:02}:{second % 60:02}",
        "billing": GRACE | {"email": "grace@example.com", "phone": "+49 151 12345678"},
        "shipping": GRACE | {"phone": ""},
        "line_items": [woo_line(quantity=2)],
        "refunds": [],
    } | fields


def woo_line(**fields):
    return {"id": 315, "name": "Lamp", "sku": "LAMP", "quantity": 1, "price": 5} | fields


def woo_lines(**units):
    """The lines of an order, from {SKU: units}."""
    return [woo_line(id=f"id-{sku}", sku=sku, name=sku, quantity=n) for sku, n in units.items()]


def report(body, topic="order.updated"):
    return shop.read(Payload(json.dumps(body).encode(), {"x-wc-webhook-topic": topic}))


def read(order):
    """The order of a report, or the report where it is of nothing."""
    found = report(order)
    return found.order if isinstance(found, OrderReport) else found


def problems_of(body, topic="order.updated"):
    with pytest.raises(InvalidInput) as refused:
        report(body, topic)
    return dict(refused.value.problems)
