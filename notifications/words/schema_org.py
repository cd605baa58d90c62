"""Markup for mail programs: schema.org's Order and ParcelDelivery, as JSON-LD.

It contains the street address, so a seller has to switch it on.
"""

import json
from typing import Any

from notifications.facts import Facts
from notifications.kinds.catalogue import kind_of
from notifications.kinds.record import Markup
from notifications.words.contents import Contents
from notifications.words.wording import MOST_LISTED
from orders.carriers import CARRIERS
from orders.models import Order, Promise

# Escaped so that no value can end the script element (XSS).
ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


def markup_of(facts: Facts, contents: Contents, link: str) -> str:
    """Return the JSON for a script element, "" for a kind without markup."""
    markup = kind_of(facts.message.template).markup
    if markup is Markup.ORDER:
        return _json(_order(facts, contents, link))
    if markup is Markup.DELIVERY and facts.order.street:
        return _json(_delivery(facts, contents, link))
    return ""


def _order(facts: Facts, contents: Contents, link: str) -> dict[str, Any]:
    order = facts.order
    return {
        "@context": "http://schema.org",
        "@type": "Order",
        "merchant": {"@type": "Organization", "name": order.seller.name},
        "orderNumber": order.number,
        "orderStatus": "http://schema.org/OrderProcessing",
        "orderDate": order.placed_at.isoformat(),
        "url": link,
        "acceptedOffer": [
            {
                "@type": "Offer",
                "itemOffered": {"@type": "Product", "name": part.title},
                "eligibleQuantity": {"@type": "QuantitativeValue", "value": part.quantity},
            }
            for part in (*contents.here, *contents.waiting)[:MOST_LISTED]
        ],
    }


def _delivery(facts: Facts, contents: Contents, link: str) -> dict[str, Any]:
    order, boxes = facts.order, facts.boxes
    carrier = CARRIERS.get(boxes[0].carrier) if boxes else None
    return {
        "@context": "http://schema.org",
        "@type": "ParcelDelivery",
        "carrier": {"@type": "Organization", "name": carrier.name if carrier else "Carrier"},
        "deliveryAddress": _address(order),
        **_arrival(facts.promises),
        "itemShipped": [
            {"@type": "Product", "name": part.title} for part in contents.here[:MOST_LISTED]
        ],
        "partOfOrder": {
            "@type": "Order",
            "orderNumber": order.number,
            "merchant": {"@type": "Organization", "name": order.seller.name},
        },
        **({"trackingNumber": boxes[0].tracking_number} if boxes else {}),
        "trackingUrl": link,
    }


def _address(order: Order) -> dict[str, str]:
    return {
        "@type": "PostalAddress",
        "name": order.customer_name,
        "streetAddress": order.street.replace("\n", ", "),
        "addressLocality": order.city,
        "addressRegion": order.region,
        "postalCode": order.postcode,
        "addressCountry": order.country,
    }


def _arrival(promises: list[Promise]) -> dict[str, str]:
    arrives = [row for row in promises if row.kind != Promise.Kind.SHIPS]
    if not arrives:
        return {}
    return {
        "expectedArrivalFrom": min(row.earliest for row in arrives).isoformat(),
        "expectedArrivalUntil": max(row.latest for row in arrives).isoformat(),
    }


def _json(content: dict[str, Any]) -> str:
    text = json.dumps(content, ensure_ascii=False)
    return "".join(ESCAPES.get(char, char) for char in text)
