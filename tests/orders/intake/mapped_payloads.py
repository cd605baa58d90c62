"""Orders in JSON of any other make: as our API takes them, and as one shop has them."""

import json

from orders.shops.base import Payload
from orders.shops.mapped.adapter import MappedJson


def mapped_order(**fields):
    """An order that needs no mapping."""
    return {
        "reference": "5001",
        "number": "#1001",
        "placed_at": "2026-11-23T10:00:00+01:00",
        "changed_at": "2026-11-23T10:00:05+01:00",
        "currency": "EUR",
        "customer": {
            "name": "Ada Byron", "email": "ada@example.com", "phone": "+49 151 12345678",
            "language": "de-AT",
        },
        "address": {
            "name": "Grace Hopper", "company": "Navy", "street": "Unter den Linden 1",
            "street2": "3rd floor", "postcode": "10117", "city": "Berlin", "region": "BE",
            "country": "DE",
        },
        "note": "Ring twice",
        "lines": [{"id": 1, "sku": "LAMP", "title": "Lamp", "quantity": 2, "price": "19.99"}],
    } | fields  # fmt: skip


# A shop with names of its own, and where they stand.
BAZAAR = {
    "sale": {"no": 77, "at": "2026-11-23T09:00:00Z", "state": "Paid"},
    "who": {"mail": "g@example.com"},
    "to": [{"name": "Grace", "zip": 10117, "road": "Linden 1", "town": "Berlin", "land": "de"}],
    "basket": {"rows": [{"article": "LAMP", "units": 2.0}, {"article": "X-1", "units": 1}]},
}
OF_BAZAAR = dict.fromkeys(MappedJson().mapping, "") | {
    "signature_header": "X-Bazaar", "reference": "sale.no", "placed_at": "sale.at",
    "email": "who.mail", "receiver": "to.0.name", "postcode": "to.0.zip", "street": "to.0.road",
    "city": "to.0.town", "country": "to.0.land", "lines": "basket.rows", "sku": "article",
    "quantity": "units", "paid": "sale.state=paid,settled", "cancelled": "sale.state=void",
}  # fmt: skip


def report(body, mapping=None):
    return MappedJson(mapping).read(Payload(json.dumps(body).encode()))
