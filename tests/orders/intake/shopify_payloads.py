"""Orders as Shopify sends them, small enough to read."""

import base64
import hmac
import json

import pytest

from orders.errors import InvalidInput
from orders.shops.base import OrderReport, Payload
from orders.shops.shopify.adapter import Shopify

shop = Shopify()


def shop_order(**fields):
    """A small order as Shopify sends it."""
    return {
        "id": 5001,
        "admin_graphql_api_id": "gid://shopify/Order/5001",
        "name": "#1001",
        "created_at": "2026-11-23T10:00:00+01:00",
        "currency": "EUR",
        "email": "grace@example.com",
        "customer_locale": "en-US",
        "shipping_address": {
            "name": "Grace Hopper", "address1": "Unter den Linden 1", "address2": "3rd floor",
            "zip": "10117", "city": "Berlin", "country_code": "DE", "phone": "+49 151 12345678",
        },
        "line_items": [{"title": "Lamp", "sku": "LAMP", "quantity": 2, "price": "19.99"}],
    } | fields  # fmt: skip


def shop_line(**fields):
    return {"title": "Lamp", "sku": "LAMP", "quantity": 1, "price": "5.00"} | fields


def report(body, topic="orders/create"):
    return shop.read(Payload(json.dumps(body).encode(), {"x-shopify-topic": topic}))


def read(order):
    """The order of a report, or the report where it is of nothing."""
    found = report(order)
    return found.order if isinstance(found, OrderReport) else found


def problems_of(order):
    with pytest.raises(InvalidInput) as refused:
        read(order)
    return dict(refused.value.problems)


def sign(body, secret="hush"):  # noqa: S107
    return base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()
