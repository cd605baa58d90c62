"""A shop that calls: signed bodies at the portal's door, worked off as a worker would."""

import json

from django.test import Client

from orders.intake.calls import work_off_calls
from orders.models import Call
from tests.orders.intake.shopify_payloads import shop_line, shop_order, sign

HEADERS = {
    "json": ("X-Signature", "X-Topic"),
    "bigcommerce": ("X-Webhook-Secret", "X-Topic"),
    "magento": ("X-Webhook-Secret", "X-Topic"),
    "shopify": ("X-Shopify-Hmac-Sha256", "X-Shopify-Topic"),
    "woocommerce": ("X-WC-Webhook-Signature", "X-WC-Webhook-Topic"),
}

# These send their secret itself.
UNSIGNED = {"bigcommerce", "magento"}


def call(channel, body, *, signature=None, topic="orders/create"):
    """The answer to a call of a shop; `body` is JSON or bytes."""
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    if signature is None:
        signature = "hush" if channel.kind in UNSIGNED else sign(body)
    signed, about = HEADERS.get(channel.kind, HEADERS["shopify"])
    signed = channel.mapping.get("signature_header", signed)
    return Client(enforce_csrf_checks=True).post(
        f"/hooks/shops/{channel.pk}/",
        body,
        content_type="application/json",
        headers={signed: signature, about: topic},
    )


def outcomes(channel, *bodies, topic="orders/create"):
    """What became of each call, worked off one after the other."""
    told = []
    for body in bodies:
        kept = call(channel, body, topic=topic).json()["call"]
        work_off_calls()
        told.append(Call.objects.get(pk=kept).outcome)
    return told


def at(second, **fields):
    """An order as the shop has it at one second of its day."""
    moment = f"2026-11-23T10:{second // 60:02}:{second % 60:02}+01:00"
    return shop_order(financial_status="paid") | {"updated_at": moment} | fields


def sold(**units):
    """The lines of an order, from {SKU: units} or {SKU: {field: value}}."""
    return [
        shop_line(id=f"id-{sku}", sku=sku, title=sku.title())
        | (given if isinstance(given, dict) else {"quantity": given})
        for sku, given in units.items()
    ]


def refund(number, **units):
    """A refund of the order that `shop_order` makes."""
    lines = [{"line_item_id": f"id-{sku}", "quantity": n} for sku, n in units.items()]
    return {
        "id": number,
        "admin_graphql_api_id": f"gid://shopify/Refund/{number}",
        "order_id": 5001,
        "refund_line_items": lines,
    }
