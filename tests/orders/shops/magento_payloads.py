"""Orders as Magento has them, small enough to read."""

import json

import pytest

from orders.errors import InvalidInput
from orders.shops.base import Payload
from orders.shops.magento.adapter import Magento

shop = Magento()
GRACE = {
    "firstname": "Grace", "lastname": "Hopper", "company": "Navy",
    "street": ["Unter den Linden 1", "3rd floor"], "postcode": "10117", "city": "Berlin",
    "region": "Berlin", "region_code": "BER", "country_id": "DE", "telephone": "+49 151 12345678",
    "email": "grace@example.com",
}  # fmt: skip
ADA = GRACE | {"firstname": "Ada", "lastname": "Byron", "email": "ada@example.com"}


def magento_order(second=0, **fields):
    """A small order as Magento has it at one second of its day, in UTC."""
    return {
        "entity_id": 3,
        "increment_id": "000000003",
        "state": "processing",
        "status": "processing",
        "created_at": "2026-11-23 09:00:00",
        "updated_at": f"2026-11-23 09:{second // 60:02}:{second % 60:02}",
        "order_currency_code": "EUR",
        "customer_firstname": "Ada",
        "customer_lastname": "Byron",
        "customer_email": "ada@example.com",
        "customer_note": None,
        "total_due": 0,
        "payment": {"method": "checkmo"},
        "billing_address": ADA,
        "items": magento_items(LAMP=2),
        "extension_attributes": {
            "shipping_assignments": [
                {"shipping": {"address": GRACE, "method": "flatrate_flatrate"}, "items": []}
            ]
        },
    } | fields


def item(number, sku, units=1, **fields):
    return {
        "item_id": number, "sku": sku, "name": sku.title(), "product_type": "simple", "price": 5,
        "is_virtual": 0, "qty_ordered": units, "qty_canceled": 0, "qty_refunded": 0,
        "qty_shipped": 0,
    } | fields  # fmt: skip


def magento_items(**units):
    """The items of an order, from {SKU: units}."""
    return [item(number, sku, n) for number, (sku, n) in enumerate(units.items(), start=11)]


def report(body):
    return shop.read(Payload(json.dumps(body).encode()))


def problems_of(body):
    with pytest.raises(InvalidInput) as refused:
        report(body)
    return dict(refused.value.problems)
