"""Orders of Amazon with their items, small enough to read."""

import json

import pytest

from orders.errors import InvalidInput
from orders.shops.amazon.adapter import Amazon
from orders.shops.base import Payload

shop = Amazon()
NUMBER = "902-3159896-1390916"
GRACE = {
    "Name": "Grace Hopper", "CompanyName": "Navy", "AddressLine1": "Unter den Linden 1",
    "AddressLine2": "3rd floor", "City": "Berlin", "StateOrRegion": "BE", "PostalCode": "10117",
    "CountryCode": "DE", "Phone": "+49 151 12345678",
}  # fmt: skip
ADA = {"BuyerName": "Ada Byron", "BuyerEmail": "a1b2@marketplace.amazon.de"}


def amazon_order(second=0, number=NUMBER, **fields):
    """The answer about an order as it is at one second of its day."""
    return {
        "AmazonOrderId": number,
        "PurchaseDate": "2026-11-23T09:00:00Z",
        "LastUpdateDate": f"2026-11-23T09:{second // 60:02}:{second % 60:02}Z",
        "OrderStatus": "Unshipped",
        "FulfillmentChannel": "MFN",
        "OrderTotal": {"CurrencyCode": "EUR", "Amount": "10.00"},
        "NumberOfItemsShipped": 0,
        "NumberOfItemsUnshipped": 2,
        "IsISPU": False,
        "PurchaseOrderNumber": "not for us",
        "ShippingAddress": GRACE,
        "BuyerInfo": ADA,
    } | fields


def amazon_item(number, sku, units=1, shipped=0, **fields):
    return {
        "OrderItemId": number, "SellerSKU": sku, "Title": sku.title(), "QuantityOrdered": units,
        "QuantityShipped": shipped, "IsGift": "false",
        "ItemPrice": {"CurrencyCode": "EUR", "Amount": f"{units * 5}.00"},
    } | fields  # fmt: skip


def amazon_body(second=0, *, items=None, **fields):
    """The body that is made of the two answers."""
    items = [amazon_item("68828574383266", "LAMP", 2)] if items is None else items
    return {"order": amazon_order(second, **fields), "items": items}


def report(body):
    return shop.read(Payload(json.dumps(body).encode()))


def problems_of(body):
    with pytest.raises(InvalidInput) as refused:
        report(body)
    return dict(refused.value.problems)
