"""Orders of BigCommerce with their parts, and its calls, small enough to read."""

import json

import pytest

from orders.errors import InvalidInput
from orders.shops.base import Payload
from orders.shops.bigcommerce.adapter import BigCommerce

shop = BigCommerce()
GRACE = {
    "first_name": "Grace", "last_name": "Hopper", "company": "Navy",
    "street_1": "Unter den Linden 1", "street_2": "3rd floor", "city": "Berlin", "zip": "10117",
    "country": "Germany", "country_iso2": "DE", "state": "Berlin", "email": "grace@example.com",
    "phone": "+49 151 12345678",
}  # fmt: skip
ADA = GRACE | {"first_name": "Ada", "last_name": "Byron", "email": "ada@example.com"}


def big_order(second=0, **fields):
    """The answer about an order as it is at one second of its day."""
    return {
        "id": 250,
        "status_id": 11,
        "payment_status": "captured",
        "date_created": "Mon, 23 Nov 2026 09:00:00 +0000",
        "date_modified": f"Mon, 23 Nov 2026 09:{second // 60:02}:{second % 60:02} +0000",
        "default_currency_code": "EUR",
        "customer_locale": "de",
        "customer_message": "",
        "staff_notes": "",
        "is_deleted": False,
        "items_shipped": 0,
        "ip_address": "192.0.2.7",
        "billing_address": ADA,
    } | fields


def big_line(number, sku, units=1, **fields):
    return {
        "id": number, "order_address_id": 127, "order_pickup_method_id": 0, "name": sku.title(),
        "sku": sku, "type": "physical", "price_inc_tax": "5.0000", "quantity": units,
        "quantity_shipped": 0, "quantity_refunded": 0,
    } | fields  # fmt: skip


def big_body(second=0, *, products=None, to=None, **fields):
    """The body that is made of the three answers."""
    return {
        "order": big_order(second, **fields),
        "products": [big_line(11, "LAMP", 2)] if products is None else products,
        "shipping_addresses": [GRACE | {"id": 127}] if to is None else to,
    }


def hint(scope="store/order/updated", **data):
    """A webhook's body."""
    data = data or {"type": "order", "id": 250}
    return {
        "scope": scope, "store_id": "1025646", "data": data, "hash": "dd70c0976e", "created_at": 1,
        "producer": "stores/abc123",
    }  # fmt: skip


def report(body):
    return shop.read(Payload(json.dumps(body).encode()))


def problems_of(body):
    with pytest.raises(InvalidInput) as refused:
        report(body)
    return dict(refused.value.problems)
